import type { CardChannel } from '../../src/card/channel.ts';
import type { CardOutageCode } from '../../src/card/code.ts';
import { getVersion } from '../../src/card/ntag424/commands.ts';
import type { PersonaliseOptions } from '../../src/card/ntag424/personalise-tag.ts';
import { selectApplication } from '../../src/card/piv/application.ts';
import type { ChipStage, ProvisionOptions } from '../../src/card/station/provision-chip.ts';
import type { QueuedPerson } from '../../src/card/station/queue.ts';
import {
  personOf,
  workCard,
  type OfferReason,
  type ReaderPeople,
  type WorkDeps,
  type WorkedCard,
} from '../../src/card/station/work-card.ts';
import { isRefusal, Outage } from '../../src/core/refusal.ts';
import type { Readers } from '../../hardware/pcsc/readers.ts';
import type { Board, SeatState } from './board.ts';
import { TagDesk } from './tag-desk.ts';

/** What a station needs of the readers of a machine. */
export type StationReaders = Pick<Readers, 'list' | 'onChange' | 'connect'>;

export interface SeatsDeps extends WorkDeps {
  readonly readers: StationReaders;
  readonly board: Board;
}

export interface SeatsOptions extends ProvisionOptions, PersonaliseOptions {
  /** The tag of each card as well. */
  readonly withTag?: boolean;
  /** A piece of the names of the readers that are used; unless told, all. */
  readonly reader?: string;
}

/** A card that fails is tried again by itself, until it was pulled: it may have been reset by another program. */
const MOST_TRIES = 3;
const AGAIN_MS = 1_500;
/** How often a card that is done is asked whether it is there: the service does not notice one that is swapped fast. */
const STILL_THERE_MS = 1_000;

/** One stay of a card in a reader. */
interface Insert {
  /** Aborted when it was pulled. */
  readonly signal: AbortSignal;
  readonly forget: () => void;
  /** It is the tag of a card whose chip was done elsewhere. */
  isTag: boolean;
}

/** The station ends: what was begun on a chip is finished, nothing new is. */
class Stopping extends Error {}

/**
 * All readers of a station, each at work by itself: one whose card is mute, hostile or gone keeps no other waiting. They may be
 * plugged and unplugged meanwhile.
 */
export class Seats {
  readonly #deps: SeatsDeps;
  readonly #options: SeatsOptions;
  readonly #tags: TagDesk;
  readonly #stop = new AbortController();
  readonly #loops = new Map<string, Promise<void>>();
  readonly #faults: unknown[] = [];

  constructor(deps: SeatsDeps, options: SeatsOptions = {}) {
    this.#deps = deps;
    this.#options = options;
    const { board } = deps;
    this.#tags = new TagDesk((number) => {
      const seat = board.seats.find((one) => one.number === number);
      return seat !== undefined && this.#hasCard(seat.reader);
    });
  }

  /**
   * Works until `stop` is called; resolves when no chip is being written any more.
   * @throws what cannot be shown at its own reader: a fault of ours, after which all readers ended in order
   */
  async run(): Promise<void> {
    const { readers } = this.#deps;
    const begin = (): void => {
      for (const { name } of readers.list()) {
        if (this.#loops.has(name) || !this.#isOurs(name) || this.#isStopping) continue;
        const loop = this.#serve(name)
          .catch((error: unknown) => {
            this.#faults.push(error);
            this.stop();
          })
          .finally(() => this.#loops.delete(name));
        this.#loops.set(name, loop);
      }
    };
    const end = readers.onChange(begin);
    begin();
    await new Promise<void>((resolve) => {
      if (this.#isStopping) resolve();
      else this.#stop.signal.addEventListener('abort', () => resolve());
    });
    end();
    await Promise.all(this.#loops.values());
    if (this.#faults.length > 0) throw this.#faults[0];
  }

  stop(): void {
    this.#stop.abort(new Stopping());
  }

  get #isStopping(): boolean {
    return this.#stop.signal.aborted;
  }

  #isOurs(name: string): boolean {
    return name.toLowerCase().includes((this.#options.reader ?? '').toLowerCase());
  }

  #hasCard(reader: string): boolean {
    return this.#deps.readers.list().some(({ name, hasCard }) => name === reader && hasCard);
  }

  #isThere(reader: string): boolean {
    return this.#deps.readers.list().some(({ name }) => name === reader);
  }

  async #serve(reader: string): Promise<void> {
    const { board } = this.#deps;
    const seat = board.seatOf(reader).number;
    board.show(seat, { is: 'empty' });
    while (!this.#isStopping && this.#isThere(reader)) {
      if (this.#hasCard(reader)) {
        await this.#serveCard(reader, seat);
        if (!this.#isStopping && this.#isThere(reader)) board.show(seat, { is: 'empty' });
      } else await this.#change();
    }
    if (!this.#isStopping) board.show(seat, { is: 'unplugged' });
  }

  /** Until the card was pulled, or the station ends. */
  async #serveCard(reader: string, seat: number): Promise<void> {
    const { readers, board } = this.#deps;
    for (let tries = 1; this.#hasCard(reader) && !this.#isStopping; tries++) {
      const pulled = this.#pulled(reader, seat);
      let channel: CardChannel | undefined;
      try {
        board.show(seat, { is: 'looking' });
        channel = await readers.connect(reader);
        await this.#work(seat, channel, pulled);
        tries = 0;
        await this.#untilGone(channel, pulled.signal);
      } catch (error) {
        if (error instanceof Stopping) return;
        board.show(seat, this.#failure(seat, error));
        if (error instanceof Outage && tries < MOST_TRIES) await this.#change(AGAIN_MS);
        else if (channel && !(error instanceof Outage)) {
          tries = 0;
          await this.#untilGone(channel, pulled.signal);
        } else while (this.#hasCard(reader) && !this.#isStopping) await this.#change();
      } finally {
        pulled.forget();
        await channel?.close();
      }
    }
  }

  /** Who was being served, for what is told of it. */
  #failure(number: number, error: unknown): SeatState {
    const state = this.#deps.board.seats.find((seat) => seat.number === number)?.state;
    const person =
      state && 'person' in state ? state.person : state?.is === 'asking' ? personOf(state.question.holder) : undefined;
    return { is: 'failed', error, ...(person && { person }) };
  }

  /** @throws what ended it */
  async #work(seat: number, channel: CardChannel, pulled: Insert): Promise<void> {
    const { board } = this.#deps;
    const began = performance.now();
    const signal = AbortSignal.any([pulled.signal, this.#stop.signal]);
    try {
      const tag = new TagStage();
      try {
        const worked = await workCard(this.#deps, channel, this.#people(seat, channel, signal, tag), this.#options);
        board.show(seat, shown(worked, (performance.now() - began) / 1000));
      } finally {
        tag.done();
      }
    } catch (error) {
      if (!isRefusal(error, 'card/no-application') || !(await isTag(channel))) throw error;
      pulled.isTag = true;
      const isTaken = this.#options.withTag && (await this.#tags.offer(channel));
      if (!isTaken) board.show(seat, { is: 'tag-not-awaited' });
    }
  }

  #people(seat: number, chip: CardChannel, signal: AbortSignal, stage: TagStage): ReaderPeople {
    const { board } = this.#deps;
    let person: QueuedPerson | undefined;
    let why: OfferReason = 'next';
    const tag: ReaderPeople['tag'] = async () => {
      board.show(seat, { is: 'tag', person: person!, turn: false });
      const turn = await this.#tags.take(seat, {
        stays: signal,
        stop: this.#stop.signal,
        begins: () => board.show(seat, { is: 'tag', person: person!, turn: true }),
      });
      stage.done = turn.done;
      await chip.close();
      return turn.channel;
    };
    const tell = (stage: ChipStage): void => board.show(seat, { is: 'working', person: person!, stage });
    return {
      ...{ signal, tell },
      begins: (next) => (person = next),
      confirm(holder, reason) {
        why = reason;
        return board.offer(seat, holder, reason, signal);
      },
      choosePin: (holder) => board.choosePin(seat, holder, why, signal),
      declined: (whom, error) => board.decline(seat, whom, error),
      ...(this.#options.withTag && { tag }),
    };
  }

  /** Aborted when the service says that the card is gone. */
  #pulled(reader: string, seat: number): Insert {
    const controller = new AbortController();
    const forget = this.#deps.readers.onChange(() => {
      if (controller.signal.aborted || this.#hasCard(reader)) return;
      controller.abort(new Outage<CardOutageCode>('card/removed', 'the card was pulled'));
      if (!insert.isTag) this.#tags.left(seat);
    });
    const insert: Insert = { signal: controller.signal, forget, isTag: false };
    return insert;
  }

  /** The card is asked itself: one that was swapped for another one is gone as well. */
  async #untilGone(channel: CardChannel, pulled: AbortSignal): Promise<void> {
    while (!pulled.aborted && !this.#isStopping) {
      await this.#change(STILL_THERE_MS);
      if (pulled.aborted || this.#isStopping) return;
      try {
        await selectApplication(channel);
      } catch (error) {
        if (error instanceof Outage) return;
        // Whatever it answers, it is there.
      }
    }
  }

  /** Until the readers tell of a change, or the station ends, but not longer than this. */
  async #change(ms = 3_600_000): Promise<void> {
    let wake = (): void => {};
    const changed = new Promise<void>((resolve) => (wake = resolve));
    const forget = this.#deps.readers.onChange(() => wake());
    const timer = setTimeout(wake, ms);
    this.#stop.signal.addEventListener('abort', wake);
    try {
      if (!this.#isStopping) await changed;
    } finally {
      this.#stop.signal.removeEventListener('abort', wake);
      clearTimeout(timer);
      forget();
    }
  }
}

/** Lets the next card have its turn, whatever came of this one. */
class TagStage {
  done: () => void = () => {};
}

function shown(worked: WorkedCard, seconds: number): SeatState {
  if (worked.is === 'not-needed' || worked.is === 'put-off') return worked;
  const { person, card } = worked;
  const made = worked.is === 'done' ? 'here' : 'before';
  return { is: 'done', person, number: card.number, made, seconds: Math.round(seconds * 10) / 10 };
}

async function isTag(channel: CardChannel): Promise<boolean> {
  try {
    await getVersion(channel);
    return true;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return error.code === 'tag/random-uid';
  }
}
