import { equal } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';

/** The Merkle tree of RFC 9162 §2.1 (the same as RFC 6962 §2.1) over SHA-256. */
type Hasher = Pick<Primitives, 'digest'>;

const HASH_BYTES = 32;

/** RFC 9162 §2.1.1: leaves and nodes are hashed apart, so that a node can never pass for an entry. */
export function hashLeaf(entry: Uint8Array, hasher: Hasher): Uint8Array {
  const input = new Uint8Array(1 + entry.length);
  input.set(entry, 1);
  return hasher.digest('SHA-256', input);
}

export function hashNode(left: Uint8Array, right: Uint8Array, hasher: Hasher): Uint8Array {
  const input = new Uint8Array(1 + left.length + right.length);
  input[0] = 1;
  input.set(left, 1);
  input.set(right, 1 + left.length);
  return hasher.digest('SHA-256', input);
}

/** A complete subtree: the hash over the `2 ** level` leaves from `index * 2 ** level`. It never changes again. */
export interface NodeId {
  readonly level: number;
  readonly index: number;
}

/** The hashes of these complete subtrees, in the order asked. */
export type ReadNodes = (ids: readonly NodeId[]) => Promise<readonly Uint8Array[]>;

/** Leaves `start` to `end - 1`, as a subtree of the whole. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** Where a tree of `size` (at least 2) leaves splits: the largest power of two below it. */
function split(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

/** The complete subtrees that make up `range`, left to right. */
function nodesOf({ start, end }: Range): NodeId[] {
  const ids: NodeId[] = [];
  for (let at = start; at < end;) {
    let width = 1;
    let level = 0;
    while (width * 2 <= end - at) {
      width *= 2;
      level++;
    }
    ids.push({ level, index: at / width });
    at += width;
  }
  return ids;
}

/** The root over complete subtrees, the largest first. */
function fold(hashes: readonly Uint8Array[], hasher: Hasher): Uint8Array {
  return hashes.reduceRight((right, left) => hashNode(left, right, hasher));
}

/** The complete subtrees of the first `size` leaves, the largest first: all that appending needs to know. */
export type Frontier = readonly Uint8Array[];

export interface Appended {
  readonly frontier: Frontier;
  /** The complete subtrees that the new leaf closed, itself included, the smallest first. */
  readonly closed: readonly (NodeId & { readonly hash: Uint8Array })[];
}

/** `frontier` of a tree of `size` leaves with one leaf more. */
export function appendLeaf(frontier: Frontier, size: number, leafHash: Uint8Array, hasher: Hasher): Appended {
  const next = [...frontier];
  const closed = [{ level: 0, index: size, hash: leafHash }];
  let hash = leafHash;
  for (let level = 1, index = size; index % 2 === 1; level++) {
    index = (index - 1) / 2;
    const left = next.pop();
    if (!left) throw new RangeError(`not the frontier of ${size} leaves`);
    hash = hashNode(left, hash, hasher);
    closed.push({ level, index, hash });
  }
  next.push(hash);
  return { frontier: next, closed };
}

/** RFC 9162 §2.1.1: the root of the leaves that `frontier` stands for; of none, the hash of nothing. */
export function rootOf(frontier: Frontier, hasher: Hasher): Uint8Array {
  return frontier.length === 0 ? hasher.digest('SHA-256', new Uint8Array(0)) : fold(frontier, hasher);
}

/** The root of the first `size` leaves. */
export async function rootAt(size: number, read: ReadNodes, hasher: Hasher): Promise<Uint8Array> {
  return rootOf(await read(nodesOf({ start: 0, end: size })), hasher);
}

/**
 * The root of the first `size` leaves, of which `hashes` are those of the complete subtrees from `first` on, side by side,
 * and `read` knows the others: the root that is known shows whether all of them are true.
 */
export async function rootOver(
  hashes: readonly Uint8Array[],
  first: NodeId,
  size: number,
  read: ReadNodes,
  hasher: Hasher,
): Promise<Uint8Array> {
  const width = 2 ** first.level;
  const from = first.index * width;
  const to = from + hashes.length * width;
  const hashOf = async ({ start, end }: Range): Promise<Uint8Array> => {
    if (end <= from || start >= to) return (await hashesOf([{ start, end }], read, hasher))[0]!;
    if (end - start === width) return hashes[start / width - first.index]!;
    const middle = start + split(end - start);
    const left = await hashOf({ start, end: middle });
    return hashNode(left, await hashOf({ start: middle, end }), hasher);
  };
  return hashOf({ start: 0, end: size });
}

async function hashesOf(ranges: readonly Range[], read: ReadNodes, hasher: Hasher): Promise<Uint8Array[]> {
  const ids = ranges.map(nodesOf);
  const hashes = await read(ids.flat());
  let at = 0;
  return ids.map((own) => fold(hashes.slice(at, (at += own.length)), hasher));
}

function assertSize(value: number, what: string): void {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not ${what}: ${value}`);
}

/** RFC 9162 §2.1.3.1: shows that leaf `index` is in the tree of the first `size` leaves. */
export async function proveInclusion(
  index: number,
  size: number,
  read: ReadNodes,
  hasher: Hasher,
): Promise<Uint8Array[]> {
  assertSize(index, 'an index');
  assertSize(size, 'a size');
  if (index >= size) throw new RangeError(`leaf ${index} is not among the first ${size}`);
  const siblings: Range[] = [];
  for (let start = 0, end = size; end - start > 1;) {
    const middle = start + split(end - start);
    if (index < middle) {
      siblings.push({ start: middle, end });
      end = middle;
    } else {
      siblings.push({ start, end: middle });
      start = middle;
    }
  }
  return hashesOf(siblings.reverse(), read, hasher);
}

/**
 * RFC 9162 §2.1.4.1: shows that the first `oldSize` leaves are still the same among the first `newSize`.
 * From size 0 there is nothing to show and nothing is accepted (docs/decisions/0005-log.md).
 */
export async function proveConsistency(
  oldSize: number,
  newSize: number,
  read: ReadNodes,
  hasher: Hasher,
): Promise<Uint8Array[]> {
  assertSize(oldSize, 'a size');
  assertSize(newSize, 'a size');
  if (oldSize === 0 || oldSize > newSize) throw new RangeError(`no proof from ${oldSize} to ${newSize} leaves`);
  const siblings: Range[] = [];
  let start = 0;
  let end = newSize;
  while (oldSize !== end) {
    const middle = start + split(end - start);
    if (oldSize <= middle) {
      siblings.push({ start: middle, end });
      end = middle;
    } else {
      siblings.push({ start, end: middle });
      start = middle;
    }
  }
  // The verifier knows the old root itself; any smaller subtree at its edge must be told.
  if (start > 0) siblings.push({ start, end });
  return hashesOf(siblings.reverse(), read, hasher);
}

/** Sizes of other logs are unsigned 64-bit numbers. */
type Uint64 = number | bigint;
const MAX_UINT64 = 0xffffffffffffffffn;
const MAX_PROOF = 64;

function uint64(value: Uint64): bigint | undefined {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return undefined;
  const big = BigInt(value);
  return big >= 0n && big <= MAX_UINT64 ? big : undefined;
}

/** Whether leaves `start` to `end - 1` are a subtree in every tree that holds them all. */
function isSubtree(start: bigint, end: bigint): boolean {
  if (start >= end) return false;
  let width = 1n;
  while (width < end - start) width *= 2n;
  return start % width === 0n;
}

function areHashes(hashes: readonly Uint8Array[]): boolean {
  return hashes.every((hash) => hash.length === HASH_BYTES);
}

export interface InclusionClaim {
  readonly index: Uint64;
  /** 0 for a whole tree; else the first leaf of the subtree. */
  readonly start?: Uint64;
  /** The size of the tree; or the end of the subtree. */
  readonly size: Uint64;
  readonly leafHash: Uint8Array;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** RFC 9162 §2.1.3.2. False for anything that does not prove the claim; never throws on hostile input. */
export function provesInclusion(claim: InclusionClaim, hasher: Hasher): boolean {
  const index = uint64(claim.index);
  const start = uint64(claim.start ?? 0n);
  const end = uint64(claim.size);
  if (index === undefined || start === undefined || end === undefined) return false;
  if (!isSubtree(start, end) || index < start || index >= end) return false;
  if (claim.proof.length > MAX_PROOF || !areHashes([claim.leafHash, ...claim.proof])) return false;
  let place = index - start;
  let last = end - start - 1n;
  let hash = claim.leafHash;
  for (const sibling of claim.proof) {
    if (last === 0n) return false;
    if (place % 2n === 1n || place === last) {
      hash = hashNode(sibling, hash, hasher);
      while (place !== 0n && place % 2n === 0n) {
        place >>= 1n;
        last >>= 1n;
      }
    } else {
      hash = hashNode(hash, sibling, hasher);
    }
    place >>= 1n;
    last >>= 1n;
  }
  return last === 0n && equal(hash, claim.root);
}

/** On which side of the hash so far each hash of a path stands, from the leaf up (RFC 9162 §2.1.3.2). */
export function pathSides(index: number, size: number): readonly ('left' | 'right')[] {
  const sides: ('left' | 'right')[] = [];
  for (let place = index, last = size - 1; last > 0; place = Math.floor(place / 2), last = Math.floor(last / 2)) {
    if (place % 2 === 1) sides.push('left');
    else if (place < last) sides.push('right');
  }
  return sides;
}

export interface ConsistencyClaim {
  /** 0 for a whole tree; else the first leaf of the subtree. */
  readonly start?: Uint64;
  /** The old size; or the end of the subtree. */
  readonly oldSize: Uint64;
  readonly newSize: Uint64;
  readonly oldRoot: Uint8Array;
  readonly newRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/**
 * RFC 9162 §2.1.4.2, and with `start` its generalisation to subtrees (draft-ietf-plants-merkle-tree-certs §4.4.3).
 * False for anything that does not prove the claim, and always from size 0; never throws on hostile input.
 */
export function provesConsistency(claim: ConsistencyClaim, hasher: Hasher): boolean {
  const start = uint64(claim.start ?? 0n);
  const end = uint64(claim.oldSize);
  const size = uint64(claim.newSize);
  if (start === undefined || end === undefined || size === undefined) return false;
  if (!isSubtree(start, end) || end > size) return false;
  if (claim.proof.length > MAX_PROOF || !areHashes(claim.proof)) return false;
  let first = start;
  let last = end - 1n;
  let newLast = size - 1n;
  const rise = (): void => {
    first >>= 1n;
    last >>= 1n;
    newLast >>= 1n;
  };
  // Up to the largest subtree at the old edge that is complete, or is the old tree itself.
  while (first !== last && (last === newLast || last % 2n === 1n)) rise();
  const proof = [...claim.proof];
  const seed = first === last ? claim.oldRoot : proof.shift();
  if (!seed) return false;
  let oldHash = seed;
  let newHash = seed;
  for (const sibling of proof) {
    if (newLast === 0n) return false;
    if (last % 2n === 1n || last === newLast) {
      if (first < last) oldHash = hashNode(sibling, oldHash, hasher);
      newHash = hashNode(sibling, newHash, hasher);
      while (last % 2n === 0n && last !== 0n) rise();
    } else {
      newHash = hashNode(newHash, sibling, hasher);
    }
    rise();
  }
  return newLast === 0n && equal(oldHash, claim.oldRoot) && equal(newHash, claim.newRoot);
}
