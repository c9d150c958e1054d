import type { Primitives } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import { openCheckpoint } from './checkpoint.ts';
import type { LogCode } from './code.ts';
import type { CheckpointStore, LogReader } from './ledger.ts';
import { hashLeaf, proveInclusion, provesInclusion } from './merkle.ts';
import type { NoteKey } from './note.ts';

/** Shows anybody who has the log's key that an entry is in the log. */
export interface EntryProof {
  readonly index: number;
  /** Sibling hashes, from the leaf up. */
  readonly path: readonly Uint8Array[];
  /** The signed checkpoint that the path leads to. */
  readonly checkpoint: string;
}

export interface ProveEntryDeps {
  readonly log: LogReader;
  readonly checkpoints: CheckpointStore;
  readonly primitives: Primitives;
}

/**
 * That entry `index` is in the log, under the newest checkpoint.
 * @throws Refusal `log/not-yet-published` when no checkpoint covers it yet
 */
export async function proveEntry({ log, checkpoints, primitives }: ProveEntryDeps, index: number): Promise<EntryProof> {
  const latest = await checkpoints.latest();
  if (!latest || index >= latest.size) {
    const facts = { index, signed: latest?.size ?? 0 };
    throw new Refusal<LogCode>('log/not-yet-published', `no checkpoint covers entry ${index}`, facts);
  }
  const path = await proveInclusion(index, latest.size, (ids) => log.nodes(ids), primitives);
  return { index, path, checkpoint: latest.note };
}

/** Whether `proof` shows `entry` in the log with this key. Never throws on hostile input. */
export async function provesEntry(
  proof: EntryProof,
  entry: Uint8Array,
  key: NoteKey,
  primitives: Primitives,
): Promise<boolean> {
  try {
    const { size, root } = await openCheckpoint(proof.checkpoint, key, primitives);
    const leafHash = hashLeaf(entry, primitives);
    return provesInclusion({ index: proof.index, size, leafHash, root, proof: proof.path }, primitives);
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
