import type { Primitives } from '../core/primitives.ts';
import { leafHead, type LeafKind } from './leaf.ts';
import { appendLeaf, hashLeaf, type Frontier } from './merkle.ts';

/** A leaf that refers to another one. */
export interface Reference {
  readonly index: number;
  readonly kind: LeafKind;
}

/** Half of a hash: to find another entry with the same one takes 2^128 tries. */
const HASH_BYTES = 16;
const BLOCK = 4096;

/** What is remembered of as many leaves, in the order of the log. */
interface Block {
  /** 0 where the entry is no leaf that we know. */
  readonly kinds: Uint8Array;
  /** The newest leaf that refers to each, and the one before it that refers to the same: index + 1, 0 for none. */
  readonly newest: Uint32Array;
  readonly before: Uint32Array;
  readonly hashes: Uint8Array;
}

/**
 * What a process remembers of the entries that it has read itself: kind, reference and hash of each, and the tree over
 * them. An index that the database keeps can be made to lie; this answers from the entries alone, and tells afterwards
 * whether one is still what it was. 25 bytes a leaf, in blocks of 4,096.
 */
export class RememberedLog {
  readonly #primitives: Pick<Primitives, 'digest'>;
  readonly #blocks: Block[] = [];
  #size = 0;
  #frontier: Frontier = [];

  constructor(primitives: Pick<Primitives, 'digest'>) {
    this.#primitives = primitives;
  }

  get size(): number {
    return this.#size;
  }

  /** Of the tree over all entries so far. */
  get frontier(): Frontier {
    return this.#frontier;
  }

  /** Adds the next entry; its hash. */
  add(entry: Uint8Array): Uint8Array {
    const index = this.#size;
    const hash = hashLeaf(entry, this.#primitives);
    this.#frontier = appendLeaf(this.#frontier, index, hash, this.#primitives).frontier;
    if (index % BLOCK === 0) {
      this.#blocks.push({
        kinds: new Uint8Array(BLOCK),
        newest: new Uint32Array(BLOCK),
        before: new Uint32Array(BLOCK),
        hashes: new Uint8Array(BLOCK * HASH_BYTES),
      });
    }
    this.#size++;
    const own = this.#blockOf(index);
    own.hashes.set(hash.subarray(0, HASH_BYTES), (index % BLOCK) * HASH_BYTES);
    const { kind, ref } = leafHead(entry) ?? {};
    own.kinds[index % BLOCK] = kind ?? 0;
    if (ref !== undefined && ref < index) {
      const about = this.#blockOf(ref);
      own.before[index % BLOCK] = about.newest[ref % BLOCK]!;
      about.newest[ref % BLOCK] = index + 1;
    }
    return hash;
  }

  /** The hash of `entry`, if it is the one that was read under this index. */
  hashOf(index: number, entry: Uint8Array): Uint8Array | undefined {
    if (index >= this.#size) return undefined;
    const hash = hashLeaf(entry, this.#primitives);
    const at = (index % BLOCK) * HASH_BYTES;
    const { hashes } = this.#blockOf(index);
    for (let i = 0; i < HASH_BYTES; i++) if (hashes[at + i] !== hash[i]) return undefined;
    return hash;
  }

  /** The leaves that refer to leaf `index`, in order. */
  referring(index: number): readonly Reference[] {
    if (!Number.isSafeInteger(index) || index < 0 || index >= this.#size) return [];
    const found: Reference[] = [];
    for (let next = this.#blockOf(index).newest[index % BLOCK]!; next > 0;) {
      const block = this.#blockOf(next - 1);
      const kind = block.kinds[(next - 1) % BLOCK]! as LeafKind;
      found.push({ index: next - 1, kind });
      next = block.before[(next - 1) % BLOCK]!;
    }
    return found.reverse();
  }

  /** The leaves of these kinds from leaf `from` on, in order. */
  ofKinds(kinds: readonly LeafKind[], from: number): readonly number[] {
    const wanted: ReadonlySet<number> = new Set(kinds);
    const found: number[] = [];
    for (let index = Math.max(0, from); index < this.#size; index++) {
      if (wanted.has(this.#blockOf(index).kinds[index % BLOCK]!)) found.push(index);
    }
    return found;
  }

  #blockOf(index: number): Block {
    return this.#blocks[Math.floor(index / BLOCK)]!;
  }
}
