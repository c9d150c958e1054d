import { formatCardNumber } from '../../src/card/card.ts';
import type { CardHolder } from '../../src/card/office.ts';
import type { Queue } from '../../src/card/station/queue.ts';
import type { OfferAnswer } from '../../src/card/station/work-card.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import type { OfficialId } from '../../src/directory/official.ts';
import { showHolder } from '../cards/card-words.ts';
import type { Screen } from '../screen.ts';
import type { Board, BoardEvent, Question, Seat } from './board.ts';
import { statusLine } from './status-line.ts';
import { NobodyTypes, type Typist } from './typist.ts';
import {
  doneWords,
  failedWords,
  notWaitingWords,
  personAt,
  restWords,
  seatWords,
  toldProblem,
  writtenName,
  type Named,
} from './words.ts';

export interface TerminalDeps {
  readonly board: Board;
  readonly queue: Queue;
  readonly screen: Screen;
  readonly typist: Typist;
  /** Of the terminal. */
  readonly columns: () => number;
  /** Whether questions are asked here; else on the page. */
  readonly asks: boolean;
  readonly isSilent: boolean;
  /** Nobody is there to be asked any more. */
  readonly abandoned: () => void;
  /** A fault of the terminal itself, which belongs to no card. */
  readonly broken: (error: unknown) => void;
}

const BELL = '\x07';
const YES = /^(?:s[ií]?|y(?:es)?)$/i;
const LATER = /^(?:-|n|no|d|después|despues|later)$/i;
const HINT = {
  next: {
    es: '[s = sí, - = después, o nombre o clave de quien está aquí]',
    en: '[y = yes, - = later, or name or id of who is here]',
  },
  begun: { es: '[s = sí, - = después]', en: '[y = yes, - = later]' },
};

const NOBODY = { es: 'No espera nadie que se llame así.', en: 'Nobody of that name waits.' };

/** A station on a terminal: what happens at each reader in lines, and one question at a time. */
export class StationTerminal {
  readonly #deps: TerminalDeps;
  readonly #began = performance.now();
  readonly #signals = new Map<number, AbortController>();
  #made = 0;
  #isAsking = false;
  #isCut = false;

  constructor(deps: TerminalDeps) {
    this.#deps = deps;
    deps.board.onEvent((event) => this.#hear(event));
  }

  /** A line of its own, whatever is being asked. */
  note(text: string): void {
    this.#deps.typist.aside(() => this.#deps.screen.note(text));
  }

  /** Everything ends now: what fails by that is told at the end, as what is half made. */
  cut(): void {
    this.#isCut = true;
  }

  #hear(event: BoardEvent): void {
    if (this.#isCut) return;
    const { screen, typist } = this.#deps;
    const { language } = screen;
    // A question that is over takes its signal with it.
    const open = new Set(this.#deps.board.questions.map(({ question }) => question.id));
    for (const [id, controller] of this.#signals) if (!open.has(id)) controller.abort(new QuestionOver());
    if (event.kind === 'declined') {
      const { what, next, code } = toldProblem(event.error, language);
      this.note(
        `${label(event.seat)} ${screen.paint('wait', '!')} ${this.#written(event.person)}: ${what} ${next} ${screen.paint('faint', code)}`,
      );
      return;
    }
    const { seat } = event;
    const { state } = seat;
    switch (state.is) {
      case 'done': {
        if (state.made === 'here') this.#made++;
        const line = `${label(seat)} ${screen.paint('good', '✓')} ${doneWords(state, language)}  ${this.#progress()}`;
        typist.aside(() => {
          screen.progressDone();
          screen.line(line);
        });
        this.#ring(1);
        break;
      }
      case 'failed': {
        const { what, next, code } = failedWords(state, language);
        const sign = state.isAwaitingService ? screen.paint('wait', '!') : screen.paint('bad', '✗');
        this.note(`${label(seat)} ${sign} ${this.#of(seat)}${what}`);
        this.note(`    ${next} ${screen.paint('faint', code)}`);
        this.#ring(2);
        break;
      }
      case 'tag':
      case 'put-off':
      case 'not-needed':
      case 'tag-not-awaited':
      case 'unplugged': {
        // Told once, of all readers.
        if (state.is === 'unplugged' && state.service) break;
        this.note(`${label(seat)} ${this.#of(seat)}${screen.say(seatWords(seat))}`);
        if (state.is === 'tag' && state.turn) this.#ring(1);
        break;
      }
      case 'asking':
        if (this.#deps.asks) void this.#pump().catch(this.#deps.broken);
        break;
      case 'empty':
      case 'looking':
      case 'working':
        break;
    }
    this.#status();
  }

  /** Somebody, in a line that stays. */
  #written(person: Named): string {
    return this.#deps.screen.say(writtenName(person));
  }

  #of(seat: Seat): string {
    const person = personAt(seat);
    return person ? `${this.#written(person)}: ` : '';
  }

  #progress(): string {
    const { queue, screen } = this.#deps;
    const { done, total } = queue.counts();
    const left = total - done;
    const rest = restWords(this.#made, (performance.now() - this.#began) / 1000, left);
    const count = screen.say({ es: `${done} de ${total}`, en: `${done} of ${total}` });
    return screen.paint('faint', `(${count}${rest ? `; ${screen.say(rest)}` : ''})`);
  }

  /** One line at the bottom that is written over, while nothing is asked. */
  #status(): void {
    const { board, queue, screen } = this.#deps;
    if (this.#isAsking) return;
    const { done, total } = queue.counts();
    const { language } = screen;
    screen.progress(statusLine(`${done}/${total}`, board.seats, { columns: this.#deps.columns() - 1, language }));
  }

  #ring(times: number): void {
    if (this.#deps.typist.isTerminal && !this.#deps.isSilent) process.stderr.write(BELL.repeat(times));
  }

  async #pump(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      let last: number | undefined;
      for (let next = this.#next(last); next; next = this.#next(last)) {
        await this.#ask(next.seat, next.question);
        last = next.seat.number;
        // Whoever was confirmed types their PIN now, before anybody else is asked anything.
        await new Promise((resolve) => setImmediate(resolve));
      }
    } catch (error) {
      if (!(error instanceof NobodyTypes)) throw error;
      this.#deps.abandoned();
    } finally {
      this.#isAsking = false;
      this.#status();
    }
  }

  #next(last: number | undefined): Board['questions'][number] | undefined {
    const { questions } = this.#deps.board;
    return questions.find(({ seat }) => seat.number === last) ?? questions[0];
  }

  async #ask(seat: Seat, question: Question): Promise<void> {
    const { board } = this.#deps;
    const controller = new AbortController();
    this.#signals.set(question.id, controller);
    try {
      await (question.kind === 'offer'
        ? this.#askOffer(seat, question, controller.signal)
        : this.#askPin(seat, question, controller.signal));
    } catch (error) {
      if (error instanceof NobodyTypes) throw error;
      // Of whom nothing can be asked, as where an answer of the service has another form, no card is made: the others' are.
      if (!(error instanceof QuestionOver) && !isRefusal(error, 'card/question-over')) {
        board.failQuestion(question.id, error);
        void this.#putOff(question.holder.officialId).catch(this.#deps.broken);
      }
    } finally {
      this.#signals.delete(question.id);
    }
  }

  /** Once their reader has let them go: else the next card would be offered to the same person, and fail as well. */
  async #putOff(officialId: OfficialId): Promise<void> {
    const { queue } = this.#deps;
    await queue.whenFree(officialId, new AbortController().signal);
    if (queue.find(officialId)?.standing.state === 'waiting') queue.putOff(officialId);
  }

  async #askOffer(seat: Seat, { id, holder, why }: Question, signal: AbortSignal): Promise<void> {
    const { board, screen, typist } = this.#deps;
    screen.progressDone();
    this.note(
      `${label(seat)} ${seat.reader}${why === 'begun' && holder.card ? `  ${this.#begunWords(holder.card.number)}` : ''}`,
    );
    if (screen.json) this.note(`    ${this.#written(holder)} · ${holder.unit}`);
    else typist.aside(() => showHolder(screen, this.#shownHolder(holder)));
    this.#ring(1);
    const ask = (name: string): string =>
      `${label(seat)} ${screen.say({ es: `¿Es ${name}?`, en: `Is it ${name}?` })} ${screen.say(HINT[why])} `;
    const kept = (typed: string): string | undefined => this.#keptOffer(holder, typed, ask);
    const asked = this.#askedName(holder) + (holder.isReserved && typist.isTerminal ? `, ${holder.post}` : '');
    for (;;) {
      const answer = this.#read(await typist.read(ask(asked), { isHidden: false, signal, kept }), why);
      if (answer) return board.answerOffer(id, answer);
    }
  }

  /** Whoever hands the card out has to compare: a reserved name is shown while it is asked, where nothing of it stays. */
  #askedName(holder: CardHolder): string {
    return this.#deps.typist.isTerminal ? holder.name : this.#written(holder);
  }

  #shownHolder(holder: CardHolder): CardHolder {
    return holder.isReserved ? { ...holder, name: this.#written(holder), post: '' } : holder;
  }

  /** Where the list has a reserved name, what was typed to find somebody may be one. */
  #keptOffer(holder: CardHolder, typed: string, ask: (name: string) => string): string | undefined {
    const isPlain = YES.test(typed.trim()) || LATER.test(typed.trim());
    const mayName = !isPlain && this.#deps.queue.hasReserved;
    if (!holder.isReserved && !mayName) return undefined;
    return ask(this.#written(holder)) + (mayName ? '' : typed);
  }

  #begunWords(number: Parameters<typeof formatCardNumber>[0]): string {
    const text = formatCardNumber(number);
    return this.#deps.screen.say({ es: `Se había empezado: ${text}`, en: `It was begun before: ${text}` });
  }

  /** @returns `undefined` where it has to be asked again */
  #read(typed: string, why: Question['why']): OfferAnswer | undefined {
    const { queue, screen } = this.#deps;
    const text = typed.trim();
    if (YES.test(text)) return { is: 'them' };
    if (LATER.test(text)) return { is: 'later' };
    if (text === '' || why === 'begun') return undefined;
    const found = queue.search(text);
    if (found.length === 1) return { is: 'other', officialId: found[0]!.officialId };
    // What was typed is not said again: it may be a PIN that was meant for a question before.
    const others = found.length === 0 ? queue.searchOthers(text) : [];
    if (found.length + others.length === 0) this.note(screen.say(NOBODY));
    for (const other of others) this.note(`    ${screen.say(notWaitingWords(other))}`);
    for (const person of found) this.note(`    ${person.officialId}  ${this.#written(person)}  ${person.unit}`);
    return undefined;
  }

  async #askPin(seat: Seat, { id, holder }: Question, signal: AbortSignal): Promise<void> {
    const { board, screen, typist } = this.#deps;
    const choose = (name: string): string =>
      screen.say({
        es: `${label(seat)} ${name} escribe su NIP nuevo, de 6 a 8 dígitos (no se ve): `,
        en: `${label(seat)} ${name} types their new PIN, 6 to 8 digits (nothing is shown): `,
      });
    const repeat = (name: string): string =>
      screen.say({
        es: `${label(seat)} ${name}, otra vez el mismo NIP: `,
        en: `${label(seat)} ${name}, the same PIN again: `,
      });
    const read = (ask: (name: string) => string): Promise<string> =>
      typist.read(ask(this.#askedName(holder)), {
        ...{ isHidden: true, signal },
        kept: () => (holder.isReserved ? ask(this.#written(holder)) : undefined),
      });
    for (;;) {
      const pin = await read(choose);
      try {
        return board.answerPin(id, pin, await read(repeat));
      } catch (error) {
        if (!isRefusal(error) || error.code === 'card/question-over') throw error;
        const { what, next } = toldProblem(error, screen.language);
        this.note(`${label(seat)} ${what} ${next}`);
      }
    }
  }
}

class QuestionOver extends Error {}

function label({ number }: Seat): string {
  return `[${number}]`;
}
