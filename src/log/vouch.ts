import type { Primitives } from '../core/primitives.ts';
import { isRefusal, Refusal } from '../core/refusal.ts';
import type { LogCode } from './code.ts';
import { openLeaf, type LeafKind } from './leaf.ts';
import type { LogReader } from './ledger.ts';

/** Reads leaves that cannot have been changed since this process first read them, and what they commit to. */
export type VouchingLog = Pick<LogReader, 'leaf' | 'opening'>;

/** A leaf with the record that it commits to. */
export interface OpenedLeaf {
  readonly kind: LeafKind;
  readonly ref: number | undefined;
  readonly record: Uint8Array;
}

/** Leaf `index`, if its record is kept and is what it commits to. @throws Refusal `log/corrupt` as the log does */
export async function openedLeaf(
  log: VouchingLog,
  index: number,
  primitives: Pick<Primitives, 'hmac'>,
): Promise<OpenedLeaf | undefined> {
  const leaf = await log.leaf(index);
  const opening = leaf && (await log.opening(index));
  if (!leaf || !opening || !openLeaf(leaf, opening, primitives)) return undefined;
  return { kind: leaf.kind, ref: leaf.ref, record: opening.record };
}

/** @throws Refusal `log/opening-missing` */
export function openingMissing(index: number): never {
  throw new Refusal<LogCode>('log/opening-missing', `what entry ${index} commits to is gone`, { index });
}

/** Whether encoding a row failed because it holds values that no honest row has. */
export function isDishonest(error: unknown): boolean {
  return isRefusal(error) || error instanceof RangeError || error instanceof TypeError;
}

/** What `check` answers of a row; false where its values cannot be encoded at all. */
export function holdsOfRow(check: () => boolean): boolean {
  try {
    return check();
  } catch (error) {
    if (isDishonest(error)) return false;
    throw error;
  }
}

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
  return holdsOfRow(() => openLeaf(leaf, { record: record(), salt: opening.salt }, primitives));
}
