import type { CardChannel } from '../../src/card/channel.ts';
import { isTag } from '../../src/card/ntag424/commands.ts';
import type { PersonaliseOptions } from '../../src/card/ntag424/personalise-tag.ts';
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
import type { Board, Seat, SeatFailed, SeatState } from './board.ts';
import { isServiceAway, LastCalls } from './last-calls.ts';
import { Presence, type StationReaders, type Stay } from './presence.ts';
import { TagDesk } from './tag-desk.ts';

export interface SeatsDeps extends Omit<WorkDeps, 'numberOf'> {
  readonly readers: StationReaders;
  readonly board: Board;
}

export interface SeatsOptions extends ProvisionOptions, PersonaliseOptions {
  /** The tag of each card as well. */
  readonly withTag?: boolean;
  /** A piece of the names of the readers that are used; unless told, all. */
  readonly reader?: string;
}

/**
 * A card that fails is tried again by itself: it may have been reset by another program. After so many looks that ended in no
 * card it has to be taken out, by what the service says: each look may cost a try of a code and a leaf, and what lies there
 * would have one more with each refusal after which it falls silent.
 */
const MOST_TRIES = 3;
const AGAIN_MS = 1_500;
/** Whoever only looks, asks or waits is let go after so long, when the station ends; what is written is finished. */
const LET_GO_MS = 1_000;

/** No card has it: asked for where any answer will do. */
const NOBODYS = '0'.repeat(32);

interface Insert extends Stay {
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
  readonly #deps: SeatsDeps & WorkDeps;
  readonly #options: SeatsOptions;
  readonly #tags: TagDesk;
  readonly #presence: Presence;
  readonly #calls: LastCalls;
  readonly #stop = new AbortController();
  readonly #cut = new AbortController();
  readonly #loops = new Map<string, Promise<void>>();
  readonly #faults: unknown[] = [];
  /** Nothing is shown any more: what is still under way was let go. */
  #isOver = false;

  constructor(deps: SeatsDeps, options: SeatsOptions = {}) {
    this.#calls = new LastCalls(deps.office, { stop: this.#stop.signal, cut: this.#cut.signal });
    this.#deps = { ...deps, office: this.#calls.office, numberOf: this.#calls.numberOf };
    this.#options = options;
    this.#presence = new Presence(deps.readers, this.#stop.signal);
    this.#tags = new TagDesk((number) => {
      const seat = this.#seat(number);
      return seat !== undefined && this.#presence.hasCard(seat.reader);
    });
  }

  /**
   * Works until `stop` is called; resolves when no chip is being written any more, and in a second or two where none is.
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
    await aborted(this.#stop.signal);
    end();
    await this.#finish();
    if (this.#faults.length > 0) throw this.#faults[0];
  }

  /** What is being written is finished, and nothing new is begun. */
  stop(): void {
    this.#stop.abort(new Stopping());
  }

  /** Nothing is waited for any more; whoever calls this closes the readers as well. */
  cut(): void {
    this.stop();
    this.#cut.abort();
  }

  /** A mute card, or an office that does not answer, keeps nobody who wants to end; what is being written is waited for. */
  async #finish(): Promise<void> {
    const ended = Promise.all(this.#loops.values()).then(() => true);
    const cut = aborted(this.#cut.signal).then(() => after(LET_GO_MS / 2));
    for (let isDone = false; !isDone;) {
      const late = after(LET_GO_MS).then(() => !this.#deps.board.seats.some(isWriting));
      isDone = await Promise.race([ended, cut, late]);
    }
    this.#isOver = true;
  }

  get #isStopping(): boolean {
    return this.#stop.signal.aborted;
  }

  #isOurs(name: string): boolean {
    return name.toLowerCase().includes((this.#options.reader ?? '').toLowerCase());
  }

  #seat(number: number): Seat | undefined {
    return this.#deps.board.seats.find((seat) => seat.number === number);
  }

  #show(seat: number, state: SeatState): void {
    if (!this.#isOver) this.#deps.board.show(seat, state);
  }

  async #serve(reader: string): Promise<void> {
    const presence = this.#presence;
    const seat = this.#deps.board.seatOf(reader).number;
    this.#show(seat, { is: 'empty' });
    while (!this.#isStopping && presence.isThere(reader)) {
      if (presence.hasCard(reader)) {
        const torn = await this.#serveCard(reader, seat);
        if (!this.#isStopping && presence.isThere(reader)) this.#show(seat, { is: 'empty', ...(torn && { torn }) });
      } else await presence.change();
    }
    const service = !this.#deps.readers.serviceAnswers();
    if (!this.#isStopping) this.#show(seat, { is: 'unplugged', ...(service && { service }) });
  }

  /**
   * Until the card was pulled, or the station ends.
   * @returns in what it ended, where the same card is to be put in again
   */
  async #serveCard(reader: string, seat: number): Promise<SeatFailed | undefined> {
    const presence = this.#presence;
    let torn: SeatFailed | undefined;
    // All was done that it is here for, and it has not been out: most likely it is being pulled where it does not answer.
    let isServed = false;
    // Since it was put in, or a card was done: none came of them.
    let looks = 0;
    for (let tries = 1; presence.hasCard(reader) && !this.#isStopping; tries++) {
      if (looks === MOST_TRIES) {
        await presence.change();
        continue;
      }
      const insert = this.#insert(reader, seat);
      let channel: CardChannel | undefined;
      try {
        if (!isServed) this.#show(seat, { is: 'looking' });
        channel = await this.#deps.readers.connect(reader);
        if (isServed) {
          await presence.answers(channel);
          this.#show(seat, { is: 'looking' });
        }
        looks++;
        if (await this.#work(seat, channel, insert)) looks = 0;
        tries = 0;
        torn = undefined;
        await presence.untilGone(channel, insert.signal);
        isServed = !insert.signal.aborted;
      } catch (error) {
        if (error instanceof Stopping) return undefined;
        const mayLook = Math.max(tries, looks) < MOST_TRIES;
        const awaitedTag = this.#seat(seat)!.state.is === 'tag';
        if (isServiceAway(error) && mayLook && !awaitedTag && !this.#isStopping) {
          isServed = false;
          torn = this.#failure(seat, error);
          this.#show(seat, { ...torn, isAwaitingService: true });
          await this.#untilService(insert.signal);
          continue;
        }
        if (isServed && error instanceof Outage && mayLook && isLooking(this.#seat(seat)!)) {
          await presence.pulled(insert.signal, AGAIN_MS);
          isServed = !insert.signal.aborted;
          continue;
        }
        isServed = false;
        const failed = this.#failure(seat, error);
        this.#show(seat, failed);
        const isOutage = error instanceof Outage;
        // Its card is at the reader for tags: here nobody will take one out that would end what is told of it.
        torn = isOutage || awaitedTag ? failed : undefined;
        if (isOutage && mayLook) await presence.pulled(insert.signal, AGAIN_MS);
        else if (channel && !isOutage) {
          tries = 0;
          await presence.untilGone(channel, insert.signal);
        } else while (presence.hasCard(reader) && !this.#isStopping) await presence.change();
      } finally {
        insert.forget();
        await channel?.close();
      }
    }
    return torn;
  }

  /** Until the service answers, the card is pulled or the station ends: nothing is asked of the card meanwhile. */
  async #untilService(pulled: AbortSignal): Promise<void> {
    const over = aborted(AbortSignal.any([pulled, this.#stop.signal])).then(() => true);
    do await this.#presence.pulled(pulled, AGAIN_MS);
    while (!(await Promise.race([over, this.#serviceAnswers()])));
  }

  async #serviceAnswers(): Promise<boolean> {
    return this.#deps.office.find({ guid: NOBODYS }).then(
      () => true,
      (error: unknown) => !isServiceAway(error),
    );
  }

  /** Who was being served, and the card that was being written, for what is told of it. */
  #failure(number: number, error: unknown): SeatFailed {
    const seat = this.#seat(number)!;
    const person = servedAt(seat.state);
    const card = person && isWriting(seat) ? this.#calls.numberOf(person.officialId) : undefined;
    const isBlank = wasBlank(this.#seat(number)!) && error instanceof Outage && error.code === 'card/removed';
    const more = { ...(person && { person }), ...(card && { number: card }), ...(isBlank && { isBlank }) };
    return { is: 'failed', error, ...more };
  }

  /**
   * @returns whether something came of it: a card that is done, or a tag that was awaited
   * @throws what ended it
   */
  async #work(seat: number, channel: CardChannel, insert: Insert): Promise<boolean> {
    const began = performance.now();
    const signal = AbortSignal.any([insert.signal, this.#stop.signal]);
    try {
      const tag = new TagStage();
      try {
        const worked = await workCard(this.#deps, channel, this.#people(seat, channel, signal, tag), this.#options);
        const state = shown(worked, (performance.now() - began) / 1000);
        this.#show(seat, state);
        return state.is === 'done';
      } finally {
        tag.done();
      }
    } catch (error) {
      if (!isRefusal(error, 'card/no-application') || !(await isTag(channel))) throw error;
      insert.isTag = true;
      const isTaken = this.#options.withTag === true && (await this.#tags.offer(channel));
      if (!isTaken) this.#show(seat, { is: 'tag-not-awaited' });
      return isTaken;
    }
  }

  #people(seat: number, chip: CardChannel, signal: AbortSignal, stage: TagStage): ReaderPeople {
    const { board } = this.#deps;
    let person: QueuedPerson | undefined;
    let why: OfferReason = 'next';
    const tag: ReaderPeople['tag'] = async () => {
      this.#show(seat, { is: 'tag', person: person!, turn: false });
      const turn = await this.#tags.take(seat, {
        stays: signal,
        stop: this.#stop.signal,
        begins: () => this.#show(seat, { is: 'tag', person: person!, turn: true }),
      });
      stage.done = turn.done;
      await chip.close();
      return turn.channel;
    };
    const tell = (stage: ChipStage): void => this.#show(seat, { is: 'working', person: person!, stage });
    return {
      ...{ signal, tell },
      begins: (next) => (person = next),
      confirm(holder, reason) {
        why = reason;
        return board.offer(seat, holder, reason, signal);
      },
      choosePin: (holder) => board.choosePin(seat, holder, why, signal),
      declined: (whom, error) => {
        if (!this.#isOver) board.decline(seat, whom, error);
      },
      ...(this.#options.withTag && { tag }),
    };
  }

  #insert(reader: string, seat: number): Insert {
    const insert: Insert = {
      isTag: false,
      ...this.#presence.stay(reader, () => {
        if (!insert.isTag) this.#tags.left(seat);
      }),
    };
    return insert;
  }
}

/** Lets the next card have its turn, whatever came of this one. */
class TagStage {
  done: () => void = () => {};
}

/** A chip, or its tag, is being written: it must stay where it is. */
export function isWriting({ state }: Seat): boolean {
  return (state.is === 'working' && state.stage !== 'identify') || (state.is === 'tag' && state.turn);
}

/** Nobody was asked anything yet, and nothing written. */
function isLooking({ state }: Seat): boolean {
  return state.is === 'looking' || isOver(state) || (state.is === 'working' && state.stage === 'identify');
}

/** Of a new card nothing is written while somebody is asked. */
function wasBlank({ state }: Seat): boolean {
  return state.is === 'asking' && state.question.why === 'next';
}

/** What is shown while a card lies there for which nothing is left to do. */
function isOver({ is }: SeatState): boolean {
  return is === 'done' || is === 'not-needed' || is === 'put-off' || is === 'tag-not-awaited';
}

/** Whom a reader works for; nobody where a blank card was offered to somebody who has not said yes. */
function servedAt(state: SeatState): QueuedPerson | undefined {
  if (state.is !== 'asking') return 'person' in state ? state.person : undefined;
  const { kind, why, holder } = state.question;
  return kind === 'offer' && why === 'next' ? undefined : personOf(holder);
}

async function after(ms: number): Promise<true> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return true;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function shown(worked: WorkedCard, seconds: number): SeatState {
  if (worked.is === 'not-needed' || worked.is === 'put-off') return worked;
  const { person, card } = worked;
  const made = worked.is === 'done' ? 'here' : 'before';
  return { is: 'done', person, number: card.number, made, seconds: Math.round(seconds * 10) / 10 };
}
