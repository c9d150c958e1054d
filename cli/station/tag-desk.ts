import type { CardChannel } from '../../src/card/channel.ts';
import type { StationCode, StationOutageCode } from '../../src/card/station/station-code.ts';
import { Outage, Refusal } from '../../src/core/refusal.ts';

/** So long a card may be on its way from one reader to the other. */
const ON_ITS_WAY_MS = 120_000;

interface Turn {
  readonly seat: number;
  readonly took: (channel: CardChannel) => void;
  readonly failed: (error: Error) => void;
  isTaken: boolean;
  /** Resolves when the work on the tag is over. */
  readonly over: Promise<void>;
}

/**
 * Which tag belongs to which chip: nothing on a blank tag says in whose body it is. So one card at a time goes from its reader to
 * the one for tags, all others stay where they are, and a tag counts only where that card has left its reader and no other did.
 */
export class TagDesk {
  readonly #hasCard: (seat: number) => boolean;
  #line: Promise<void> = Promise.resolve();
  #turn: Turn | undefined;

  /** @param hasCard whether the card of a seat lies in its reader */
  constructor(hasCard: (seat: number) => boolean) {
    this.#hasCard = hasCard;
  }

  /**
   * Waits for the turn of a card whose chip is done, and for its tag. Whoever has it calls `done` when the work is over.
   * @param stays aborted when the card leaves its reader
   * @throws what `stays` was aborted with before its turn; Refusal `card/tag-out-of-turn`; Outage `card/none-in-reader`
   */
  async take(
    seat: number,
    { stays, stop, begins }: { readonly stays: AbortSignal; readonly stop: AbortSignal; readonly begins: () => void },
  ): Promise<{ readonly channel: CardChannel; readonly done: () => void }> {
    const before = this.#line;
    let done = (): void => {};
    const over = new Promise<void>((resolve) => (done = resolve));
    this.#line = before.then(() => over);
    try {
      await unlessAborted(before, AbortSignal.any([stays, stop]));
      begins();
      const channel = await this.#wait(seat, over, stop);
      return { channel, done };
    } catch (error) {
      done();
      throw error;
    }
  }

  /** A tag was put on a reader: taken, and held until the work on it is over, or `false` where nobody waits for one. */
  async offer(channel: CardChannel): Promise<boolean> {
    const turn = this.#turn;
    if (!turn || turn.isTaken) return false;
    // In its reader still: the tag is in another body.
    if (this.#hasCard(turn.seat)) {
      turn.failed(outOfTurn());
      return false;
    }
    turn.isTaken = true;
    turn.took(channel);
    await turn.over;
    return true;
  }

  /** The card of a seat left its reader: of two that are in somebody's hands, nobody knows which one comes to the tag reader. */
  left(seat: number): void {
    if (this.#turn && !this.#turn.isTaken && this.#turn.seat !== seat) this.#turn.failed(outOfTurn());
  }

  async #wait(seat: number, over: Promise<void>, stop: AbortSignal): Promise<CardChannel> {
    let timer: NodeJS.Timeout | undefined;
    try {
      const taken = new Promise<CardChannel>((took, failed) => {
        this.#turn = { seat, took, failed, isTaken: false, over };
        const late = (): void =>
          failed(new Outage<StationOutageCode>('card/none-in-reader', 'no tag was put on a reader'));
        timer = setTimeout(late, ON_ITS_WAY_MS);
      });
      return await unlessAborted(taken, stop);
    } finally {
      clearTimeout(timer);
      if (!this.#turn?.isTaken) this.#turn = undefined;
      void over.then(() => {
        if (this.#turn?.over === over) this.#turn = undefined;
      });
    }
  }
}

function outOfTurn(): Refusal<StationCode> {
  return new Refusal<StationCode>('card/tag-out-of-turn', 'nobody knows in which body the tag is');
}

async function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted();
  let abort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
