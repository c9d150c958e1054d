import type { Primitives } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import type { LogCode } from './code.ts';
import type { CheckpointStore, LogReader } from './ledger.ts';
import type { EntryProof } from './entry-proof.ts';
import type { Opening } from './leaf.ts';
import { hashLeaf, pathSides, proveInclusion } from './merkle.ts';
import { openingMissing } from './vouch.ts';

export interface ProveEntryDeps {
  readonly log: LogReader;
  readonly checkpoints: CheckpointStore;
  readonly primitives: Primitives;
}

/** A proof with what somebody needs who checks it by hand. */
export interface ExplainedProof extends EntryProof {
  /** Leaves that the checkpoint covers. */
  readonly size: number;
  /** The encoded leaf. */
  readonly entry: Uint8Array;
  readonly leafHash: Uint8Array;
  /** Where each hash of the path stands beside the hash so far. */
  readonly sides: readonly ('left' | 'right')[];
}

/** @throws Refusal as `proveEntry` */
export async function explainProof(deps: ProveEntryDeps, index: number): Promise<ExplainedProof> {
  const proof = await proveEntry(deps, index);
  const [found] = await deps.log.entries(index, index + 1);
  if (!found) throw new Refusal<LogCode>('log/no-such-entry', `no entry ${index}`, { index });
  const size = Number(proof.checkpoint.split('\n')[1]);
  const { entry } = found;
  return { ...proof, size, entry, leafHash: hashLeaf(entry, deps.primitives), sides: pathSides(index, size) };
}

/**
 * Record and salt of leaf `index`, from which anybody recomputes it: for who keeps the installation, and whoever they hand it to.
 * @throws Refusal `log/no-such-entry`; `log/opening-missing` where somebody erased it
 */
export async function openEntry({ log }: Pick<ProveEntryDeps, 'log'>, index: number): Promise<Opening> {
  if (!(await log.leaf(index))) throw new Refusal<LogCode>('log/no-such-entry', `no entry ${index}`, { index });
  return (await log.opening(index)) ?? openingMissing(index);
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
