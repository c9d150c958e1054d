import type { CardChannel } from '../../src/card/channel.ts';
import type { CardOutageCode } from '../../src/card/code.ts';
import { selectApplication } from '../../src/card/piv/application.ts';
import { isRefusal, Outage } from '../../src/core/refusal.ts';
import type { Readers } from '../../hardware/pcsc/readers.ts';

/** What a station needs of the readers of a machine. */
export type StationReaders = Pick<Readers, 'list' | 'onChange' | 'connect' | 'serviceAnswers'>;

/** How often a card that is done is asked whether it is there: the service does not notice one that is swapped fast. */
const STILL_THERE_MS = 1_000;

/** One stay of a card in a reader. */
export interface Stay {
  /** Aborted when the card was pulled. */
  readonly signal: AbortSignal;
  /** It is not looked at any more. */
  readonly forget: () => void;
}

/** What is there: readers, and the cards in them. */
export class Presence {
  readonly #readers: StationReaders;
  readonly #stop: AbortSignal;

  /** @param stop nothing is waited for any more once it is aborted */
  constructor(readers: StationReaders, stop: AbortSignal) {
    this.#readers = readers;
    this.#stop = stop;
  }

  hasCard(reader: string): boolean {
    return this.#readers.list().some(({ name, hasCard }) => name === reader && hasCard);
  }

  isThere(reader: string): boolean {
    return this.#readers.list().some(({ name }) => name === reader);
  }

  /** @param left the service says that the card is gone */
  stay(reader: string, left: () => void): Stay {
    const controller = new AbortController();
    const forget = this.#readers.onChange(() => {
      if (controller.signal.aborted || this.hasCard(reader)) return;
      controller.abort(new Outage<CardOutageCode>('card/removed', 'the card was pulled'));
      left();
    });
    return { signal: controller.signal, forget };
  }

  /** The card is asked itself: one that was swapped for another one is gone as well. */
  async untilGone(channel: CardChannel, pulled: AbortSignal): Promise<void> {
    while (!pulled.aborted && !this.#stop.aborted) {
      await this.change(STILL_THERE_MS);
      if (pulled.aborted || this.#stop.aborted) return;
      try {
        await this.answers(channel);
      } catch (error) {
        if (error instanceof Outage) return;
        throw error;
      }
    }
  }

  /**
   * Whatever it answers, it is there.
   * @throws Outage where it says nothing
   */
  async answers(channel: CardChannel): Promise<void> {
    try {
      await selectApplication(channel);
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  }

  /** Until the card was pulled, or the station ends, but not longer than this: what happens at other readers is nothing to it. */
  async pulled(pulled: AbortSignal, ms: number): Promise<void> {
    const until = performance.now() + ms;
    for (let left = ms; left > 0 && !pulled.aborted && !this.#stop.aborted; left = until - performance.now()) {
      await this.change(left);
    }
  }

  /** Until the readers tell of a change, or the station ends, but not longer than this. */
  async change(ms = 3_600_000): Promise<void> {
    let wake = (): void => {};
    const changed = new Promise<void>((resolve) => (wake = resolve));
    const forget = this.#readers.onChange(() => wake());
    const timer = setTimeout(wake, ms);
    this.#stop.addEventListener('abort', wake);
    try {
      if (!this.#stop.aborted) await changed;
    } finally {
      this.#stop.removeEventListener('abort', wake);
      clearTimeout(timer);
      forget();
    }
  }
}
