import { formatCardNumber } from '../../src/card/card.ts';
import type { Queue } from '../../src/card/station/queue.ts';
import type { OfferAnswer } from '../../src/card/station/work-card.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import type { OfficialId } from '../../src/directory/official.ts';
import { showHolder } from '../cards/card-words.ts';
import type { Screen } from '../screen.ts';
import type { Board, BoardEvent, Question, Seat } from './board.ts';
import { NobodyTypes, type Typist } from './typist.ts';
import { doneWords, personAt, restWords, seatWords, toldProblem } from './words.ts';

export interface TerminalDeps {
  readonly board: Board;
  readonly queue: Queue;
  readonly screen: Screen;
  readonly typist: Typist;
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

/** A station on a terminal: what happens at each reader in lines, and one question at a time. */
export class StationTerminal {
  readonly #deps: TerminalDeps;
  readonly #began = performance.now();
  readonly #signals = new Map<number, AbortController>();
  #made = 0;
  #isAsking = false;

  constructor(deps: TerminalDeps) {
    this.#deps = deps;
    deps.board.onEvent((event) => this.#hear(event));
  }

  /** A line of its own, whatever is being asked. */
  note(text: string): void {
    this.#deps.typist.aside(() => this.#deps.screen.note(text));
  }

  #hear(event: BoardEvent): void {
    const { screen, typist } = this.#deps;
    const { language } = screen;
    // A question that is over takes its signal with it.
    const open = new Set(this.#deps.board.questions.map(({ question }) => question.id));
    for (const [id, controller] of this.#signals) if (!open.has(id)) controller.abort(new QuestionOver());
    if (event.kind === 'declined') {
      const { what, next, code } = toldProblem(event.error, language);
      this.note(
        `${label(event.seat)} ${screen.paint('wait', '!')} ${event.person.name}: ${what} ${next} ${screen.paint('faint', code)}`,
      );
      return;
    }
    const { seat } = event;
    const { state } = seat;
    switch (state.is) {
      case 'done': {
        if (state.made === 'here') this.#made++;
        const line = `${label(seat)} ${screen.paint('good', '✓')} ${doneWords(seat)}  ${this.#progress()}`;
        typist.aside(() => {
          screen.progressDone();
          screen.line(line);
        });
        this.#ring(1);
        break;
      }
      case 'failed': {
        const { what, next, code } = toldProblem(state.error, language);
        const name = personAt(seat)?.name;
        this.note(`${label(seat)} ${screen.paint('bad', '✗')} ${name ? `${name}: ` : ''}${what}`);
        this.note(`    ${next} ${screen.paint('faint', code)}`);
        this.#ring(2);
        break;
      }
      case 'tag':
      case 'put-off':
      case 'not-needed':
      case 'tag-not-awaited':
      case 'unplugged': {
        const name = personAt(seat)?.name;
        this.note(`${label(seat)} ${name ? `${name}: ` : ''}${screen.say(seatWords(seat))}`);
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
    const seats = board.seats
      .filter(({ state }) => state.is !== 'unplugged')
      .map((seat) =>
        `${label(seat)} ${personAt(seat)?.name ?? ''} ${screen.say(seatWords(seat))}`.replaceAll(/ +/g, ' '),
      );
    screen.progress(`${done}/${total}  ${seats.join('  ')}`);
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
    if (screen.json) this.note(`    ${holder.name} · ${holder.post} · ${holder.unit}`);
    else typist.aside(() => showHolder(screen, holder));
    this.#ring(1);
    const asked = screen.say({ es: `¿Es ${holder.name}?`, en: `Is it ${holder.name}?` });
    for (;;) {
      const text = `${label(seat)} ${asked} ${screen.say(HINT[why])} `;
      const answer = this.#read(await typist.read(text, { isHidden: false, signal }), why);
      if (answer) return board.answerOffer(id, answer);
    }
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
    if (found.length === 0) {
      this.note(
        screen.say({ es: `No espera nadie que se llame «${text}».`, en: `Nobody of that name waits: "${text}".` }),
      );
    }
    for (const { officialId, name, unit } of found) this.note(`    ${officialId}  ${name}  ${unit}`);
    return undefined;
  }

  async #askPin(seat: Seat, { id, holder }: Question, signal: AbortSignal): Promise<void> {
    const { board, screen, typist } = this.#deps;
    const { name } = holder;
    for (;;) {
      const choose = screen.say({
        es: `${label(seat)} ${name} escribe su NIP nuevo, de 6 a 8 dígitos (no se ve): `,
        en: `${label(seat)} ${name} types their new PIN, 6 to 8 digits (nothing is shown): `,
      });
      const pin = await typist.read(choose, { isHidden: true, signal });
      const again = screen.say({
        es: `${label(seat)} ${name}, otra vez el mismo NIP: `,
        en: `${label(seat)} ${name}, the same PIN again: `,
      });
      try {
        return board.answerPin(id, pin, await typist.read(again, { isHidden: true, signal }));
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
