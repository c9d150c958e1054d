import { DriverFailure, type ReaderState } from './driver.ts';

const PRESENT = 0x20;
/** How an answer to reset begins (ISO/IEC 7816-3 §8.1), and where it ends at the latest. */
const TS: readonly number[] = [0x3b, 0x3f];
const LONGEST_ATR = 33;
/** Readers are told one by one: nobody says when all of those that are there have been. */
const SETTLED_MS = 50;
const NONE_MS = 250;
/** A reader that never settles, as one with a bad contact, holds back what happens at the others no longer than this. */
const UNSETTLED_MS = 500;
const FOUND_MS = 2_000;

/** What a driver knows of the readers: `R` is its own object for one. Told together, once they have settled. */
export class Watched<R> {
  readonly #readers = new Map<string, { readonly reader: R; state: ReaderState | undefined }>();
  #told: ((readers: readonly ReaderState[]) => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** When the first change happened that was not told yet. */
  #untold: number | undefined;
  #changed: (() => void)[] = [];

  tellTo(told: (readers: readonly ReaderState[]) => void): void {
    this.#told = told;
    this.#settle(NONE_MS);
  }

  add(name: string, reader: R): void {
    this.#readers.set(name, { reader, state: undefined });
    this.#settle(SETTLED_MS);
  }

  remove(name: string): void {
    this.#readers.delete(name);
    this.#settle(SETTLED_MS);
  }

  /** @param status SCARD_STATE_… bits (PC/SC part 5 §3.1.1; the same everywhere) */
  update(name: string, status: number, atr: Uint8Array | undefined): void {
    const known = this.#readers.get(name);
    if (!known) return;
    const hasCard = (status & PRESENT) !== 0;
    // pcsc-mini 0.1.3 tells the right number of bytes, all of them zero.
    const isAtr = hasCard && atr !== undefined && TS.includes(atr[0] ?? 0) && atr.length <= LONGEST_ATR;
    known.state = { name, hasCard, ...(isAtr && { atr: Uint8Array.from(atr) }) };
    this.#settle(SETTLED_MS);
  }

  /** What is known of a reader, as soon as `is` holds of it; `undefined` when it does not within `ms`. */
  async when(
    name: string,
    ms: number,
    is: (state: ReaderState | undefined) => boolean,
  ): Promise<{ readonly reader: R; readonly state: ReaderState | undefined } | undefined> {
    const until = performance.now() + ms;
    for (;;) {
      const known = this.#readers.get(name);
      if (known && is(known.state)) return known;
      const left = until - performance.now();
      if (left <= 0) return undefined;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#changed.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** The driver's own object for a reader of which something was told. @throws DriverFailure `card/reader-gone` */
  async find(name: string): Promise<R> {
    const found = await this.when(name, FOUND_MS, (state) => state !== undefined);
    if (!found) throw new DriverFailure('card/reader-gone', `no reader ${name}`);
    return found.reader;
  }

  #settle(ms: number): void {
    const changed = this.#changed;
    this.#changed = [];
    for (const wake of changed) wake();
    if (!this.#told) return;
    const now = performance.now();
    this.#untold ??= now;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        this.#untold = undefined;
        const states = [...this.#readers.values()].map(({ state }) => state);
        // A reader of which nothing was said yet will be heard of at once.
        this.#told?.(states.filter((state) => state !== undefined));
      },
      Math.max(0, Math.min(ms, this.#untold + UNSETTLED_MS - now)),
    );
  }
}

export type Lost = (why: DriverFailure) => void;
