import { setImmediate } from 'node:timers/promises';
import { takingTurns } from '../../core/turns.ts';
import type { LeafKind } from '../../log/leaf.ts';
import type { LogReader } from '../../log/ledger.ts';

/** As many leaves are visited before others may work. */
const PAGE = 128;

/**
 * Visits each leaf of some kinds once, in order, as the log grows: what is learned of them costs what happened since the
 * question before. One walk at a time; a visit that fails is the first of the next.
 */
export class LogWalk {
  readonly #log: Pick<LogReader, 'size' | 'ofKinds'>;
  readonly #kinds: readonly LeafKind[];
  readonly #visit: (index: number) => Promise<void>;
  readonly #inTurn = takingTurns();
  #next = 0;

  constructor(
    log: Pick<LogReader, 'size' | 'ofKinds'>,
    kinds: readonly LeafKind[],
    visit: (index: number) => Promise<void>,
  ) {
    this.#log = log;
    this.#kinds = kinds;
    this.#visit = visit;
  }

  /** The first leaf that was not visited: where a visit failed, the one that it was of. */
  get next(): number {
    return this.#next;
  }

  /** Up to the newest leaf. @throws what a visit throws; as the log does */
  async keepUp(): Promise<void> {
    if ((await this.#log.size()) > this.#next) await this.#inTurn(() => this.#goOn());
  }

  async #goOn(): Promise<void> {
    const size = await this.#log.size();
    for (const [visited, index] of (await this.#log.ofKinds(this.#kinds, this.#next)).entries()) {
      if (visited % PAGE === PAGE - 1) await setImmediate();
      this.#next = index;
      await this.#visit(index);
      this.#next = index + 1;
    }
    this.#next = Math.max(this.#next, size);
  }
}
