import type { CardNumber } from '../../src/card/card.ts';
import type { CardHolder } from '../../src/card/office.ts';
import { checkNewPin } from '../../src/card/station/pin-policy.ts';
import type { ChipStage } from '../../src/card/station/provision-chip.ts';
import type { QueuedPerson } from '../../src/card/station/queue.ts';
import type { StationCode } from '../../src/card/station/station-code.ts';
import type { OfferAnswer, OfferReason } from '../../src/card/station/work-card.ts';
import { Refusal } from '../../src/core/refusal.ts';

/** A question to the people at one reader. It is over when it is answered, or the card is pulled. */
export interface Question {
  /** Told with the answer, so that one that comes late never counts for the next question. */
  readonly id: number;
  readonly kind: 'offer' | 'pin';
  readonly holder: CardHolder;
  readonly why: OfferReason;
}

/** A card that is done: made here, or made before and proven again. */
export interface SeatDone {
  readonly is: 'done';
  readonly person: QueuedPerson;
  readonly number: CardNumber;
  readonly made: 'here' | 'before';
  /** Since it was put in. */
  readonly seconds: number;
}

/** The work on a card ended before it was done. */
export interface SeatFailed {
  readonly is: 'failed';
  /** Whose it was to be. */
  readonly person?: QueuedPerson;
  /** Of a card that was being written: it is half made. */
  readonly number?: CardNumber;
  /** It was pulled before anything was written: any blank card will do. */
  readonly isBlank?: true;
  /** The service is away: once it answers, the work goes on by itself with the card that lies there. */
  readonly isAwaitingService?: true;
  readonly error: unknown;
}

/** What a reader shows. */
export type SeatState =
  /** `torn`: how the last card ended, where the same one is to be put in again. */
  | { readonly is: 'empty'; readonly torn?: SeatFailed }
  | { readonly is: 'looking' }
  | { readonly is: 'asking'; readonly question: Question }
  | { readonly is: 'working'; readonly person: QueuedPerson; readonly stage: ChipStage }
  /** The chip is done. `turn`: the card goes to the reader for tags now; before that it stays where it is. */
  | { readonly is: 'tag'; readonly person: QueuedPerson; readonly turn: boolean }
  | SeatDone
  | SeatFailed
  | { readonly is: 'put-off'; readonly person: QueuedPerson }
  | { readonly is: 'not-needed' }
  /** A tag lies there that nobody waits for. */
  | { readonly is: 'tag-not-awaited' }
  /** `service`: the card service ended, not the reader. */
  | { readonly is: 'unplugged'; readonly service?: true };

/** A reader of this machine. The number is for people, who see the readers before them; nobody is known by it. */
export interface Seat {
  readonly number: number;
  /** As the card service calls it. */
  readonly reader: string;
  readonly state: SeatState;
}

/** What happened at a reader. `declined`: somebody gets no card now, and the next one is called. */
export type BoardEvent =
  | { readonly kind: 'state'; readonly seat: Seat }
  | { readonly kind: 'declined'; readonly seat: Seat; readonly person: QueuedPerson; readonly error: unknown };

interface Open {
  readonly seat: number;
  readonly question: Question;
  readonly settle: (answer: unknown) => void;
  readonly fail: (error: unknown) => void;
}

/** What all readers of a station show and ask, for terminal and page alike: whoever answers first has answered. */
export class Board {
  readonly #seats = new Map<number, Seat>();
  readonly #open = new Map<number, Open>();
  readonly #listeners = new Set<(event: BoardEvent) => void>();
  #lastId = 0;

  get seats(): readonly Seat[] {
    return [...this.#seats.values()];
  }

  /** Questions that wait, the oldest first. */
  get questions(): readonly { readonly seat: Seat; readonly question: Question }[] {
    return [...this.#open.values()].map(({ seat, question }) => ({ seat: this.#seats.get(seat)!, question }));
  }

  onEvent(told: (event: BoardEvent) => void): () => void {
    this.#listeners.add(told);
    return () => this.#listeners.delete(told);
  }

  /** The seat of a reader; one that comes back has the number that it had. */
  seatOf(reader: string): Seat {
    const known = this.seats.find((seat) => seat.reader === reader);
    if (known) return known;
    const number = this.#seats.size + 1;
    this.show(number, { is: 'empty' }, reader);
    return this.#seats.get(number)!;
  }

  /** @throws what a listener threw: the work that is shown cannot go on unseen */
  show(number: number, state: SeatState, reader: string = this.#seats.get(number)!.reader): void {
    const seat = { number, reader, state };
    this.#seats.set(number, seat);
    this.#tell({ kind: 'state', seat });
  }

  decline(number: number, person: QueuedPerson, error: unknown): void {
    this.#tell({ kind: 'declined', seat: this.#seats.get(number)!, person, error });
  }

  /** @throws what `signal` is aborted with */
  offer(seat: number, holder: CardHolder, why: OfferReason, signal: AbortSignal): Promise<OfferAnswer> {
    return this.#ask(seat, { kind: 'offer', holder, why }, signal);
  }

  /** @throws what `signal` is aborted with */
  choosePin(seat: number, holder: CardHolder, why: OfferReason, signal: AbortSignal): Promise<string> {
    return this.#ask(seat, { kind: 'pin', holder, why }, signal);
  }

  /** @throws Refusal `card/question-over` */
  answerOffer(id: number, answer: OfferAnswer): void {
    this.#opened(id, 'offer').settle(answer);
  }

  /** @throws Refusal `card/question-over`, `card/pin-malformed`, `card/pin-too-simple`, `card/pins-differ`: asked still */
  answerPin(id: number, pin: string, again: string): void {
    const open = this.#opened(id, 'pin');
    checkNewPin(pin);
    if (pin !== again) throw new Refusal<StationCode>('card/pins-differ', 'the two are not the same');
    open.settle(pin);
  }

  /** Whoever asks cannot: the work at that reader ends with this. */
  failQuestion(id: number, error: unknown): void {
    this.#open.get(id)?.fail(error);
  }

  #opened(id: number, kind: Question['kind']): Open {
    const open = this.#open.get(id);
    if (open?.question.kind === kind) return open;
    throw new Refusal<StationCode>('card/question-over', 'nothing is asked any more');
  }

  #ask<Answer>(seat: number, asked: Omit<Question, 'id'>, signal: AbortSignal): Promise<Answer> {
    signal.throwIfAborted();
    const question: Question = { id: ++this.#lastId, ...asked };
    return new Promise<Answer>((resolve, reject) => {
      const over = (): void => {
        this.#open.delete(question.id);
        signal.removeEventListener('abort', abort);
      };
      const fail = (error: unknown): void => {
        over();
        reject(error as Error);
      };
      const abort = (): void => fail(signal.reason);
      signal.addEventListener('abort', abort);
      this.#open.set(question.id, {
        seat,
        question,
        settle(answer) {
          over();
          resolve(answer as Answer);
        },
        fail,
      });
      try {
        this.show(seat, { is: 'asking', question });
      } catch (error) {
        fail(error);
      }
    });
  }

  /** All are told, whatever one of them makes of it. */
  #tell(event: BoardEvent): void {
    const faults: unknown[] = [];
    for (const told of this.#listeners) {
      try {
        told(event);
      } catch (error) {
        faults.push(error);
      }
    }
    if (faults.length > 0) throw faults[0];
  }
}
