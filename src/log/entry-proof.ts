import type { Primitives } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import { openCheckpoint } from './checkpoint.ts';
import { hashLeaf, provesInclusion } from './merkle.ts';
import type { NoteKey } from './note.ts';

/** Shows anybody who has the log's key that an entry is in the log. */
export interface EntryProof {
  readonly index: number;
  /** Sibling hashes, from the leaf up. */
  readonly path: readonly Uint8Array[];
  /** The signed checkpoint that the path leads to. */
  readonly checkpoint: string;
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
