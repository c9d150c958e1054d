import type { Primitives } from '../core/primitives.ts';
import { isRefusal } from '../core/refusal.ts';
import { openLeaf, type LeafKind } from './leaf.ts';
import type { LogReader } from './ledger.ts';

/** Reads leaves that cannot have been changed since this process first read them, and what they commit to. */
export type VouchingLog = Pick<LogReader, 'leaf' | 'opening'>;

/**
 * Whether leaf `index` is of this kind and commits to what a row says, made by `record`. Without its opening nothing
 * vouches for the row.
 * @throws Refusal `log/corrupt` as the log does
 */
export async function vouchesFor(
  log: VouchingLog,
  index: number,
  kind: LeafKind,
  record: () => Uint8Array,
  primitives: Pick<Primitives, 'hmac'>,
): Promise<boolean> {
  const leaf = await log.leaf(index);
  const opening = leaf?.kind === kind ? await log.opening(index) : undefined;
  if (!leaf || !opening) return false;
  try {
    return openLeaf(leaf, { record: record(), salt: opening.salt }, primitives);
  } catch (error) {
    // Values that no honest row has.
    if (isRefusal(error) || error instanceof RangeError || error instanceof TypeError) return false;
    throw error;
  }
}
