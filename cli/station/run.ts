import { formatCardNumber } from '../../src/card/card.ts';
import type { CardOutageCode } from '../../src/card/code.ts';
import { Outage } from '../../src/core/refusal.ts';
import type { UnixSeconds } from '../../src/core/time.ts';
import type { OfficialId } from '../../src/directory/official.ts';
import { NO_READER } from '../cards/take-card.ts';
import { EXIT, type Exit, type Text } from '../command.ts';
import { explain } from '../explain.ts';
import type { Screen } from '../screen.ts';
import { Board, type BoardEvent, type SeatFailed } from './board.ts';
import type { StationPage } from './page-server.ts';
import { PageView } from './page-view.ts';
import type { ListFault } from './listed-ids.ts';
import type { StationReaders } from './presence.ts';
import { ReportFile } from './report-file.ts';
import { report, type ReportedWork } from './report.ts';
import { isWriting, Seats, type SeatsDeps, type SeatsOptions } from './seats.ts';
import { halfMadeJson, halfMadeOf, tellSummary, type HalfMade } from './summary.ts';
import { StationTerminal } from './terminal.ts';
import { Typist } from './typist.ts';
import { begunWords, failedWords, personAt, restWords, toldPerson, toldProblem, writtenName } from './words.ts';

export interface RunDeps extends Omit<SeatsDeps, 'board' | 'readers'> {
  readonly readers: StationReaders & { close(): void };
  readonly screen: Screen;
}

export interface RunOptions extends SeatsOptions {
  readonly web: boolean;
  readonly isSilent: boolean;
  readonly reportPath: string;
  /** Told of each address of its page, beside the terminal. */
  readonly onAddress?: (address: string) => void;
  /** Lines of the list that name nobody. */
  readonly faults: readonly ListFault[];
}

/** Works on the cards of a list until all have theirs, or somebody ends it; tells what was done. */
export async function runStation(deps: RunDeps, options: RunOptions): Promise<Exit> {
  return new Station(deps, options).run();
}

class Station {
  readonly #deps: RunDeps;
  readonly #options: RunOptions;
  readonly #board = new Board();
  readonly #seats: Seats;
  readonly #view: PageView;
  readonly #began = performance.now();
  readonly #beganAt: UnixSeconds;
  readonly #work = new Map<OfficialId, ReportedWork>();
  #made = 0;
  #isAbandoned = false;
  #interrupts = 0;
  #hasService = true;
  readonly #report: ReportFile;
  /** Cards that were being written when their work ended. */
  readonly #torn = new Map<OfficialId, HalfMade>();
  readonly #faults: unknown[] = [];
  #terminal: StationTerminal | undefined;
  #page: StationPage | undefined;

  constructor(deps: RunDeps, options: RunOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#beganAt = deps.clock();
    this.#report = new ReportFile(options.reportPath);
    this.#seats = new Seats({ ...deps, board: this.#board }, options);
    this.#view = new PageView(this.#board, deps.queue, deps.screen.language);
  }

  async run(): Promise<Exit> {
    const { queue, screen } = this.#deps;
    const { web, isSilent } = this.#options;
    const typist = new Typist(process.stdin, {
      output: process.stderr,
      interrupted: () => this.#interrupt(),
      pressed: () => this.#tellAddress(),
    });
    const interrupt = (): void => this.#interrupt();
    const forget = this.#deps.readers.onChange(() => this.#hearService());
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    for (const signal of signals) process.on(signal, interrupt);
    try {
      this.#board.onEvent((event) => this.#hear(event));
      const abandoned = (): void => {
        this.#isAbandoned = true;
        this.#seats.stop();
      };
      this.#terminal = new StationTerminal({
        ...{ board: this.#board, queue, screen, typist, isSilent, abandoned },
        columns: () => process.stderr.columns ?? 80,
        asks: !web,
        broken: (error) => this.#break(error),
      });
      this.#tellAwaited();
      if (web) await this.#openPage();
      this.#terminal.note(screen.say(HOW_TO_END));
      this.#tellReaders();
      await this.#seats.run().catch((error: unknown) => this.#break(error));
    } finally {
      forget();
      for (const signal of signals) process.off(signal, interrupt);
      screen.progressDone();
      typist.close();
      this.#view.ended = true;
      await this.#page?.close();
    }
    const exit = await this.#end();
    if (this.#faults.length > 0) throw this.#faults[0];
    return exit;
  }

  /** A fault of ours, at no one card: the station ends in order, tells what was done, and then of the fault. */
  #break(error: unknown): void {
    this.#faults.push(error);
    this.#seats.stop();
  }

  async #openPage(): Promise<void> {
    const { queue, office, screen } = this.#deps;
    const { openPage } = await import('./page-server.ts');
    this.#page = await openPage({
      ...{ board: this.#board, view: this.#view, queue, office, language: screen.language },
      stop: () => this.#stop(),
      refused: (times) => this.#terminal?.note(screen.say(times === 1 ? REFUSED : refusedWords(times))),
    });
    this.#tellAddress();
  }

  #tellAddress(): void {
    if (!this.#page) return;
    const { screen } = this.#deps;
    const address = this.#page.address();
    this.#options.onAddress?.(address);
    this.#terminal?.note(
      screen.say({
        es: `Abra en este equipo (sirve una vez; Intro da otra): ${address}`,
        en: `Open on this machine (serves once; Enter gives another one): ${address}`,
      }),
    );
  }

  /** Whose half-made cards lie somewhere: before anything else. */
  #tellAwaited(): void {
    const { queue, screen } = this.#deps;
    const awaited = halfMadeOf(queue);
    if (screen.json) for (const one of awaited) screen.data({ outcome: 'awaited', ...halfMadeJson(one) });
    for (const { person, number } of awaited.slice(0, MOST_AWAITED))
      this.#terminal?.note(screen.say(begunWords(number, person)));
    const more = awaited.length - MOST_AWAITED;
    if (more > 0) this.#terminal?.note(screen.say({ es: `… y ${more} más.`, en: `… and ${more} more.` }));
  }

  #tellReaders(): void {
    const { screen, readers } = this.#deps;
    const names = readers.list().map(({ name }) => name);
    const wanted = this.#options.reader ?? '';
    if (names.length === 0) this.#terminal?.note(screen.say(NO_READER));
    else if (!names.some((name) => name.toLowerCase().includes(wanted.toLowerCase())))
      this.#terminal?.note(screen.say(misnamed(wanted, names)));
  }

  /** Without it no reader is seen, and the station waits for it: at all readers, so told once, and when it is over. */
  #hearService(): void {
    const { readers, screen } = this.#deps;
    const isThere = readers.serviceAnswers();
    if (isThere === this.#hasService || this.#interrupts > 1) return;
    this.#hasService = isThere;
    const { what, next, code } = toldProblem(NO_SERVICE, screen.language);
    const text = `${what} ${next} ${screen.say(GOES_ON)}`;
    this.#terminal?.note(
      isThere ? screen.say(SERVICE_BACK) : `${screen.paint('bad', '✗')} ${text} ${screen.paint('faint', code)}`,
    );
    this.#view.alert = isThere ? '' : text;
    this.#page?.refresh();
  }

  /** Once: what is being written is finished, nothing new is begun. Twice: at once; a card that is being written stays half made. */
  #interrupt(): void {
    const { screen, readers } = this.#deps;
    switch (++this.#interrupts) {
      case 1:
        return this.#stop();
      case 2:
        this.#terminal?.note(screen.say(CUTTING));
        this.#terminal?.cut();
        this.#seats.cut();
        return readers.close();
      default:
        process.exit(EXIT.interrupted);
    }
  }

  #stop(): void {
    const { screen } = this.#deps;
    const writing = this.#board.seats.filter(isWriting);
    this.#terminal?.note(screen.say(writing.length > 0 ? FINISHING : ENDING));
    for (const seat of writing) {
      const person = personAt(seat);
      const name = person ? `${screen.say(writtenName(person))}: ` : '';
      this.#terminal?.note(`[${seat.number}] ${name}${screen.say(LEAVE_IN)}`);
    }
    this.#view.ending = true;
    this.#page?.refresh();
    this.#seats.stop();
  }

  #hear(event: BoardEvent): void {
    const { clock, queue, screen } = this.#deps;
    const { language } = screen;
    if (event.kind === 'declined') {
      const problem = toldProblem(event.error, language);
      this.#note(event.person.officialId, { problem });
      if (screen.json) screen.data({ outcome: 'refused', ...toldPerson(event.person), error: problem });
    } else if (event.seat.state.is === 'done') {
      const { person, number, made, seconds } = event.seat.state;
      if (made === 'here') this.#made++;
      this.#torn.delete(person.officialId);
      this.#note(person.officialId, { at: clock(), seconds });
      if (screen.json)
        screen.data({ outcome: 'ready', ...toldPerson(person), number: formatCardNumber(number), made, seconds });
    } else if (event.seat.state.is === 'failed') this.#hearFailure(event.seat.reader, event.seat.state);
    else return;
    const { total, done } = queue.counts();
    const rest = restWords(this.#made, (performance.now() - this.#began) / 1000, total - done);
    this.#view.rest = rest ? screen.say(rest) : '';
    this.#writeReport();
    if (this.#isFinished) this.#seats.stop();
  }

  #hearFailure(reader: string, failed: SeatFailed): void {
    const { person, number } = failed;
    const { screen } = this.#deps;
    if (person && number) this.#torn.set(person.officialId, { person, number });
    // Whoever cut it knows why.
    if (this.#interrupts > 1) return;
    const problem = failedWords(failed, screen.language);
    if (person) this.#note(person.officialId, { problem });
    if (!screen.json) return;
    screen.data({
      outcome: 'failed',
      ...(person && toldPerson(person)),
      ...(number && { number: formatCardNumber(number) }),
      reader,
      error: problem,
    });
  }

  /** Nobody of the list waits, or has a half-made card somewhere. */
  get #isFinished(): boolean {
    const counts = this.#deps.queue.counts();
    return counts.waiting + counts.begun + counts['at-work'] === 0;
  }

  /** By the office, and, where it could not be asked any more, by what was being written here. */
  get #halfMade(): readonly HalfMade[] {
    const { queue } = this.#deps;
    const known = halfMadeOf(queue);
    const unknown = [...this.#torn.values()].filter(({ person }) => {
      const state = queue.find(person.officialId)?.standing.state;
      return state === 'waiting' || state === 'at-work';
    });
    return [...known, ...unknown];
  }

  #note(officialId: OfficialId, done: ReportedWork): void {
    this.#work.set(officialId, { ...this.#work.get(officialId), ...done });
  }

  #writeReport(): void {
    const { queue, clock, screen } = this.#deps;
    const { faults } = this.#options;
    const times = { began: this.#beganAt, ended: clock() };
    const facts = { queue, work: this.#work, faults, ...times, language: screen.language };
    this.#report.write(report(this.#report.kind, facts));
  }

  async #end(): Promise<Exit> {
    const { queue, screen } = this.#deps;
    const { path } = this.#report;
    this.#writeReport();
    const fault = await this.#report.written();
    tellSummary(screen, {
      ...{ queue, halfMade: this.#halfMade, made: this.#made, badLines: this.#options.faults.length, report: path },
      seconds: Math.round((performance.now() - this.#began) / 100) / 10,
      isInterrupted: this.#interrupts > 0,
    });
    if (fault) return explain(fault, screen, { report: path });
    screen.note(screen.say({ es: `Informe: ${path}`, en: `Report: ${path}` }));
    if (this.#interrupts > 0) return EXIT.interrupted;
    if (this.#isAbandoned) return EXIT.usage;
    return queue.counts().failed > 0 ? EXIT.declined : EXIT.done;
  }
}

/** Those that are told by name at the start. */
const MOST_AWAITED = 20;

const NO_SERVICE = new Outage<CardOutageCode>('card/no-service', 'the card service ended');
const GOES_ON = {
  es: 'Cuando funcione otra vez, la estación sigue sola.',
  en: 'When it runs again, the station goes on by itself.',
};
const SERVICE_BACK = { es: 'El servicio de tarjetas funciona otra vez.', en: 'The card service runs again.' };

function misnamed(wanted: string, names: readonly string[]): Text {
  const there = names.map((name) => `«${name}»`).join(', ');
  return {
    es: `Ningún lector se llama «${wanted}»: hay ${there}. Con Ctrl+C termina; indique otro con --reader.`,
    en: `No reader is called «${wanted}»: there are ${there}. Ctrl+C ends; give another one with --reader.`,
  };
}

const REFUSED = {
  es: 'Alguien quiso abrir la página con una dirección ya usada o falsa. Si fue usted, pulse Intro: le dará otra.',
  en: 'Somebody tried to open the page with an address that was used, or a wrong one. If it was you, press Enter for another one.',
};

/** A line for many. */
function refusedWords(times: number): Text {
  return {
    es: `Van ${times} intentos de abrir la página con una dirección ya usada o falsa: nadie entró. La estación sigue.`,
    en: `${times} attempts by now to open the page with an address that was used, or a wrong one: nobody got in. The station goes on.`,
  };
}

const HOW_TO_END = {
  es: 'Meta una tarjeta en cualquier lector. Ctrl+C termina; al repetir la orden se sigue donde se quedó.',
  en: 'Put a card into any reader. Ctrl+C ends; the same command goes on where it stopped.',
};
const ENDING = { es: 'Se termina.', en: 'Ending.' };
const FINISHING = {
  es: 'Se termina lo que se está escribiendo. Otra vez Ctrl+C corta en el acto.',
  en: 'What is being written is finished. Ctrl+C again stops at once.',
};
const LEAVE_IN = { es: 'no saque todavía esta tarjeta.', en: 'do not take this card out yet.' };
const CUTTING = { es: 'Se corta en el acto.', en: 'Stopping at once.' };
