import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { formatCardNumber } from '../../src/card/card.ts';
import { formatTime, type UnixSeconds } from '../../src/core/time.ts';
import type { OfficialId } from '../../src/directory/official.ts';
import { EXIT, type Exit } from '../command.ts';
import { explain } from '../explain.ts';
import { writeOutput } from '../files.ts';
import type { Screen } from '../screen.ts';
import { Board, type BoardEvent } from './board.ts';
import type { StationPage } from './page-server.ts';
import { PageView } from './page-view.ts';
import { report, reportKind, type ReportedWork } from './report.ts';
import { Seats, type SeatsDeps, type SeatsOptions, type StationReaders } from './seats.ts';
import { StationTerminal } from './terminal.ts';
import { Typist } from './typist.ts';
import { restWords, toldPerson, toldProblem } from './words.ts';

export interface RunDeps extends Omit<SeatsDeps, 'board' | 'readers'> {
  readonly readers: StationReaders & { close(): void };
  readonly screen: Screen;
}

export interface RunOptions extends SeatsOptions {
  readonly web: boolean;
  readonly isSilent: boolean;
  readonly dataFolder: string;
  /** A report is made anyway: there, or in the data folder. */
  readonly reportPath?: string;
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
  #reportPath = '';
  #reporting: Promise<void> = Promise.resolve();
  #reportFault: unknown;
  readonly #faults: unknown[] = [];
  #terminal: StationTerminal | undefined;
  #page: StationPage | undefined;

  constructor(deps: RunDeps, options: RunOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#beganAt = deps.clock();
    this.#seats = new Seats({ ...deps, board: this.#board }, options);
    this.#view = new PageView(this.#board, deps.queue, deps.screen.language);
  }

  async run(): Promise<Exit> {
    const { queue, screen } = this.#deps;
    const { web, isSilent } = this.#options;
    this.#reportPath = await this.#chooseReport();
    const typist = new Typist(process.stdin, {
      interrupted: () => this.#interrupt(),
      pressed: () => this.#tellAddress(),
      write: (text) => void process.stderr.write(text),
    });
    const interrupt = (): void => this.#interrupt();
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    for (const signal of signals) process.on(signal, interrupt);
    try {
      this.#board.onEvent((event) => this.#hear(event));
      const abandoned = (): void => {
        this.#isAbandoned = true;
        this.#seats.stop();
      };
      this.#terminal = new StationTerminal({
        board: this.#board,
        queue,
        screen,
        typist,
        asks: !web,
        isSilent,
        abandoned,
        broken: (error) => this.#break(error),
      });
      if (web) await this.#openPage();
      this.#terminal.note(screen.say(HOW_TO_END));
      this.#tellReaders();
      await this.#seats.run().catch((error: unknown) => this.#break(error));
    } finally {
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
      stop: () => this.#seats.stop(),
      refused: () =>
        this.#terminal?.note(
          screen.say({
            es: 'Alguien quiso abrir la página con una dirección ya usada o falsa. Si fue usted, pulse Intro: le dará otra.',
            en: 'Somebody tried to open the page with an address that was used, or a wrong one. If it was you, press Enter for another one.',
          }),
        ),
    });
    this.#tellAddress();
  }

  #tellAddress(): void {
    if (!this.#page) return;
    const { screen } = this.#deps;
    const address = this.#page.address();
    this.#terminal?.note(
      screen.say({
        es: `Abra en este equipo (sirve una vez; Intro da otra): ${address}`,
        en: `Open on this machine (serves once; Enter gives another one): ${address}`,
      }),
    );
  }

  #tellReaders(): void {
    const { screen, readers } = this.#deps;
    if (readers.list().length > 0) return;
    this.#terminal?.note(
      screen.say({
        es: 'No hay ningún lector conectado: conecte uno, se reconoce solo.',
        en: 'No reader is connected: plug one in, it is noticed by itself.',
      }),
    );
  }

  /** Once: what is being written is finished, nothing new is begun. Twice: at once; a card that is being written stays half made. */
  #interrupt(): void {
    const { screen, readers } = this.#deps;
    if (++this.#interrupts > 1) readers.close();
    else this.#terminal?.note(screen.say(ENDING));
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
      this.#note(person.officialId, { at: clock(), seconds });
      if (screen.json)
        screen.data({ outcome: 'ready', ...toldPerson(person), number: formatCardNumber(number), made, seconds });
    } else if (event.seat.state.is === 'failed') {
      const { person, error } = event.seat.state;
      const problem = toldProblem(error, language);
      if (person) this.#note(person.officialId, { problem });
      if (screen.json)
        screen.data({
          outcome: 'failed',
          ...(person && toldPerson(person)),
          reader: event.seat.reader,
          error: problem,
        });
    } else return;
    const { total, done } = queue.counts();
    const rest = restWords(this.#made, (performance.now() - this.#began) / 1000, total - done);
    this.#view.rest = rest ? screen.say(rest) : '';
    this.#report();
    if (this.#isFinished) this.#seats.stop();
  }

  /** Nobody of the list waits, or has a half-made card somewhere. */
  get #isFinished(): boolean {
    const counts = this.#deps.queue.counts();
    return counts.waiting + counts.begun + counts['at-work'] === 0;
  }

  #note(officialId: OfficialId, done: ReportedWork): void {
    this.#work.set(officialId, { ...this.#work.get(officialId), ...done });
  }

  async #chooseReport(): Promise<string> {
    const { reportPath, dataFolder } = this.#options;
    if (reportPath !== undefined) return reportPath;
    const folder = join(dataFolder, 'card-reports');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return join(folder, `${formatTime(this.#beganAt).replaceAll(':', '')}-${process.pid}.csv`);
  }

  /** The file is whole after each card, so that a power cut loses none. */
  #report(): void {
    const path = this.#reportPath;
    this.#reporting = this.#reporting
      .then(async () => {
        const { queue, clock, screen } = this.#deps;
        const facts = { queue, work: this.#work, began: this.#beganAt, ended: clock(), language: screen.language };
        await writeOutput(path, new TextEncoder().encode(report(reportKind(path), facts)));
        this.#reportFault = undefined;
      })
      .catch((error: unknown) => {
        this.#reportFault = error;
      });
  }

  async #end(): Promise<Exit> {
    const { queue, screen } = this.#deps;
    this.#report();
    await this.#reporting;
    const { total, done, waiting, begun, failed } = queue.counts();
    const seconds = Math.round((performance.now() - this.#began) / 100) / 10;
    if (screen.json) {
      const counts = { total, done, waiting, begun, failed };
      screen.data({ summary: { ...counts, made: this.#made, seconds, report: this.#reportPath } });
    }
    const each =
      this.#made > 0
        ? ` · ${(seconds / this.#made).toFixed(0)} s ${screen.say({ es: 'por tarjeta', en: 'a card' })}`
        : '';
    screen.line(
      screen.paint(
        'strong',
        screen.say({ es: `Hechas ahora: ${this.#made}${each}`, en: `Made now: ${this.#made}${each}` }),
      ),
    );
    screen.line(
      screen.say({
        es: `Con tarjeta ${done} de ${total} · pendientes ${waiting} · a medias ${begun} · no se puede ${failed}`,
        en: `With a card ${done} of ${total} · waiting ${waiting} · half made ${begun} · impossible ${failed}`,
      }),
    );
    this.#tellUnfinished();
    if (this.#reportFault) return explain(this.#reportFault, screen, { report: this.#reportPath });
    screen.note(screen.say({ es: `Informe: ${this.#reportPath}`, en: `Report: ${this.#reportPath}` }));
    if (this.#isAbandoned) return EXIT.usage;
    return failed > 0 ? EXIT.declined : EXIT.done;
  }

  /** By name, with what to do. */
  #tellUnfinished(): void {
    const { queue, screen } = this.#deps;
    for (const { person, standing } of queue.entries) {
      if (standing.state === 'failed') {
        const { what, next, code } = toldProblem(standing, screen.language);
        screen.line(`  ${person.name}: ${what} ${next} ${screen.paint('faint', code)}`);
      } else if (standing.state === 'begun') {
        const number = formatCardNumber(standing.number);
        screen.line(
          `  ${person.name}: ${screen.say({
            es: `su tarjeta ${number} está a medias: meta esa misma y se continúa. Si se perdió: ./cotejo card replace ${number} --reason damaged`,
            en: `their card ${number} is half made: put that one in, and it goes on. If it is lost: ./cotejo card replace ${number} --reason damaged`,
          })}`,
        );
      }
    }
  }
}

const HOW_TO_END = {
  es: 'Meta una tarjeta en cualquier lector. Ctrl+C termina; al repetir la orden se sigue donde se quedó.',
  en: 'Put a card into any reader. Ctrl+C ends; the same command goes on where it stopped.',
};
const ENDING = {
  es: 'Se termina lo que se está escribiendo; no saque esas tarjetas. Otra vez Ctrl+C corta en el acto.',
  en: 'What is being written is finished; leave those cards in. Ctrl+C again stops at once.',
};
