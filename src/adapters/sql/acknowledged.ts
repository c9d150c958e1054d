import { equal } from '../../core/bytes.ts';

/**
 * What this process committed to the log. An entry that somebody takes away before it was read again would leave no trace
 * otherwise: whoever asked was told that the act is done.
 */
export class Acknowledged {
  #size = 0;
  /** Those that were not read since. */
  readonly #hashes = new Map<number, Uint8Array>();

  /** The log is at least as long. */
  get size(): number {
    return this.#size;
  }

  /** After the commit. */
  add(index: number, leafHash: Uint8Array): void {
    this.#size = index + 1;
    this.#hashes.set(index, leafHash);
  }

  /** Whether an entry that is read for the first time may stand there. */
  holds(index: number, leafHash: Uint8Array): boolean {
    const own = this.#hashes.get(index);
    this.#hashes.delete(index);
    return own === undefined || equal(own, leafHash);
  }
}
