import { formatCardNumber } from '../../src/card/card.ts';
import type { Queue } from '../../src/card/station/queue.ts';
import type { Screen } from '../screen.ts';
import type { Board, Seat, SeatFailed } from './board.ts';
import { halfMadeOf } from './summary.ts';
import { begunWords, doneWords, failedWords, seatWords, writtenName, type ToldProblem } from './words.ts';

/** What the page shows of a person; the photo is asked for apart. */
export interface PagePerson {
  readonly officialId: string;
  readonly name: string;
  readonly post: string;
  readonly unit: string;
}

/** Who is meant by what was typed. */
export interface PageFound {
  readonly people: readonly PagePerson[];
  /** Sentences about those who do not wait; empty where `people` is not. */
  readonly others: readonly string[];
}

export interface PageSeat {
  readonly number: number;
  readonly reader: string;
  readonly is: Seat['state']['is'];
  /** Empty where there is nothing to say. */
  readonly words: string;
  readonly person?: PagePerson;
  readonly question?: { readonly id: number; readonly kind: 'offer' | 'pin'; readonly why: 'next' | 'begun' };
  /** As printed. */
  readonly card?: string;
  readonly problem?: ToldProblem;
  /** It goes on by itself once the service answers. */
  readonly waits?: true;
  /** The last card left too early: what happened, and what to do. */
  readonly torn?: TornCard;
}

export interface TornCard {
  readonly officialId?: string;
  readonly what: string;
  readonly next: string;
  /** Nothing was written on it. */
  readonly isBlank?: true;
}

/** All that the page shows, whole each time; one line of JSON. */
export interface PageBoard {
  readonly seats: readonly PageSeat[];
  readonly total: number;
  readonly done: number;
  /** How many are done, how many are left, and how long it will take. */
  readonly counted: string;
  /** The last cards that were made here. */
  readonly recent: readonly string[];
  /** Half-made cards that lie somewhere, and what to do. */
  readonly awaited: readonly string[];
  /** It was told to end: what is being written is finished. */
  readonly ending: boolean;
  readonly ended: boolean;
  /** What is wrong at all readers, and what to do. */
  readonly alert?: string;
}

export function pageSeat(seat: Seat, language: Screen['language']): PageSeat {
  const { number, reader, state } = seat;
  const words = seatWords(seat)[language];
  const common = { number, reader, is: state.is, words };
  if (state.is === 'asking') {
    const { id, kind, why, holder } = state.question;
    const { officialId, name, post, unit, card } = holder;
    return {
      ...common,
      person: { officialId, name, post, unit },
      question: { id, kind, why },
      ...(card && why === 'begun' && { card: formatCardNumber(card.number) }),
    };
  }
  if (state.is === 'empty') return { ...common, ...(state.torn && { torn: tornCard(state.torn, language) }) };
  const person = 'person' in state ? state.person : undefined;
  return {
    ...common,
    ...(person && { person }),
    ...('number' in state && { card: formatCardNumber(state.number) }),
    ...(state.is === 'failed' && { problem: failedWords(state, language) }),
    ...(state.is === 'failed' && state.isAwaitingService && { waits: true }),
  };
}

/** It stays when the card is gone: a reserved name does not stand in it. */
function tornCard(failed: SeatFailed, language: Screen['language']): TornCard {
  const { person, number, isBlank } = failed;
  const { what, next } = failedWords(failed, language);
  return {
    ...(person && { officialId: person.officialId }),
    ...(isBlank && { isBlank }),
    what: person ? `${writtenName(person)[language]}: ${what}` : what,
    next: person && number ? begunWords(number, person)[language] : next,
  };
}

/** Once the station ends nobody is told to put a card in; which half-made ones there are stays. */
function lastShown({ torn, ...seat }: PageSeat): PageSeat {
  return seat.is === 'empty' ? { ...seat, words: '', ...(torn && !torn.isBlank && { torn }) } : seat;
}

const MOST_RECENT = 8;
const MOST_AWAITED = 12;

/** Keeps what the page shows beside the readers: the last cards that were made here. */
export class PageView {
  /** Made when it happens: what cannot be shown ends the card at its own reader, and no other is affected. */
  readonly #seats = new Map<number, PageSeat>();
  readonly #queue: Queue;
  readonly #language: Screen['language'];
  readonly #recent: string[] = [];
  rest = '';
  ending = false;
  ended = false;
  alert = '';

  constructor(board: Board, queue: Queue, language: Screen['language']) {
    this.#queue = queue;
    this.#language = language;
    for (const seat of board.seats) this.#seats.set(seat.number, pageSeat(seat, language));
    board.onEvent((event) => {
      this.#seats.set(event.seat.number, pageSeat(event.seat, language));
      if (event.kind !== 'state' || event.seat.state.is !== 'done') return;
      if (event.seat.state.made === 'here') this.#recent.unshift(doneWords(event.seat.state, language));
      this.#recent.splice(MOST_RECENT);
      this.#forgetTorn(event.seat.state.person.officialId);
    });
  }

  /** Theirs is done, at whatever reader. */
  #forgetTorn(officialId: string): void {
    for (const [number, { torn, ...seat }] of this.#seats)
      if (torn?.officialId === officialId) this.#seats.set(number, seat);
  }

  #awaited(): readonly string[] {
    // Nobody is told to put in what lies in a reader.
    const lying = new Set([...this.#seats.values()].map(({ waits, card }) => waits && card));
    const all = halfMadeOf(this.#queue)
      .filter(({ number }) => !lying.has(formatCardNumber(number)))
      .map(({ person, number }) => begunWords(number, person)[this.#language]);
    const more = all.length - MOST_AWAITED;
    return [...all.slice(0, MOST_AWAITED), ...(more > 0 ? [`… +${more}`] : [])];
  }

  get shown(): PageBoard {
    const { total, done, failed } = this.#queue.counts();
    const seats = [...this.#seats.values()].map((seat) => (this.ending || this.ended ? lastShown(seat) : seat));
    const left = total - done - failed;
    const counted = [
      { es: `${done} de ${total} tarjetas listas`, en: `${done} of ${total} cards ready` },
      { es: `faltan ${left}`, en: `${left} to go` },
      ...(failed > 0 ? [{ es: `${failed} no se pueden hacer`, en: `${failed} cannot be made` }] : []),
    ].map((text) => text[this.#language]);
    if (this.rest) counted.push(this.rest);
    return {
      ...{ seats, total, done, counted: counted.join(' · '), recent: this.#recent, awaited: this.#awaited() },
      ...{ ending: this.ending, ended: this.ended },
      ...(this.alert && { alert: this.alert }),
    };
  }
}
