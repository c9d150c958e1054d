import type { Primitives } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import type { LogCode } from './code.ts';
import type { CheckpointStore, LogReader } from './ledger.ts';
import type { EntryProof } from './entry-proof.ts';
import { proveInclusion } from './merkle.ts';

export interface ProveEntryDeps {
  readonly log: LogReader;
  readonly checkpoints: CheckpointStore;
  readonly primitives: Primitives;
}

/**
 * That entry `index` is in the log, under the newest checkpoint.
 * @throws Refusal `log/no-such-entry`; `log/not-yet-published` when no checkpoint covers it yet
 */
export async function proveEntry({ log, checkpoints, primitives }: ProveEntryDeps, index: number): Promise<EntryProof> {
  const latest = await checkpoints.latest();
  if (!latest || index >= latest.size) {
    const { size } = await log.head();
    if (index >= size) throw new Refusal<LogCode>('log/no-such-entry', `the log has ${size} entries`, { index });
    const facts = { index, signed: latest?.size ?? 0 };
    throw new Refusal<LogCode>('log/not-yet-published', `no checkpoint covers entry ${index}`, facts);
  }
  const path = await proveInclusion(index, latest.size, (ids) => log.nodes(ids), primitives);
  return { index, path, checkpoint: latest.note };
}
