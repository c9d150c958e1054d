import { formatCardNumber } from '../../src/card/card.ts';
import type { Queue } from '../../src/card/queue.ts';
import type { Screen } from '../screen.ts';
import type { Board, Seat } from './board.ts';
import { doneWords, seatWords, toldProblem, type ToldProblem } from './words.ts';

/** What the page shows of a person; the photo is asked for apart. */
export interface PagePerson {
  readonly officialId: string;
  readonly name: string;
  readonly post: string;
  readonly unit: string;
}

export interface PageSeat {
  readonly number: number;
  readonly reader: string;
  readonly is: Seat['state']['is'];
  readonly words: string;
  readonly person?: PagePerson;
  readonly question?: { readonly id: number; readonly kind: 'offer' | 'pin'; readonly why: 'next' | 'begun' };
  /** As printed. */
  readonly card?: string;
  readonly problem?: ToldProblem;
}

/** All that the page shows, whole each time; one line of JSON. */
export interface PageBoard {
  readonly seats: readonly PageSeat[];
  readonly counts: { readonly total: number; readonly done: number; readonly left: number; readonly failed: number };
  readonly recent: readonly string[];
  readonly rest: string;
  readonly ended: boolean;
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
  const person = 'person' in state ? state.person : undefined;
  return {
    ...common,
    ...(person && { person }),
    ...(state.is === 'done' && { card: formatCardNumber(state.number) }),
    ...(state.is === 'failed' && { problem: toldProblem(state.error, language) }),
  };
}

const MOST_RECENT = 8;

/** Keeps what the page shows beside the readers: the last cards that were made. */
export class PageView {
  readonly #board: Board;
  readonly #queue: Queue;
  readonly #language: Screen['language'];
  readonly #recent: string[] = [];
  rest = '';
  ended = false;

  constructor(board: Board, queue: Queue, language: Screen['language']) {
    this.#board = board;
    this.#queue = queue;
    this.#language = language;
    board.onEvent((event) => {
      if (event.kind !== 'state' || event.seat.state.is !== 'done') return;
      this.#recent.unshift(doneWords(event.seat));
      this.#recent.splice(MOST_RECENT);
    });
  }

  get shown(): PageBoard {
    const { total, done, failed } = this.#queue.counts();
    return {
      seats: this.#board.seats.map((seat) => pageSeat(seat, this.#language)),
      counts: { total, done, failed, left: total - done - failed },
      ...{ recent: this.#recent, rest: this.rest, ended: this.ended },
    };
  }
}
