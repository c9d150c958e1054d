import type { CardOutageCode } from '../../src/card/code.ts';
import { Outage } from '../../src/core/refusal.ts';
import { DRIVERS, type DriverName, type ReaderState } from './driver.ts';
import { reachService } from './service.ts';
import { outage, startDriver, type DriverProcess } from './supervisor.ts';

const WATCH_MS = 5_000;
const FIRST_LOOK_MS = 8_000;
const AGAIN_MS = 300;
/** Between attempts of a library that fails each time: each costs a process. */
const SELDOM_MS = 5_000;

/** The list of readers, kept by a process of its own that is started again whenever it or the service ends. */
export class Watch {
  readonly firstLook: Promise<void>;
  readonly #socket: string | undefined;
  readonly #listeners = new Set<(readers: readonly ReaderState[]) => void>();
  #looked: () => void = () => {};
  #process: DriverProcess | undefined;
  #processEnded: () => void = () => {};
  #states: readonly ReaderState[] = [];
  /** What was told last: readers, and whether the service answers. */
  #told = JSON.stringify([false, []]);
  #answers = false;
  #isClosed = false;
  serviceEnded: () => void = () => {};

  constructor(socket: string | undefined) {
    this.#socket = socket;
    this.firstLook = new Promise((resolve) => {
      const timer = setTimeout(resolve, FIRST_LOOK_MS);
      this.#looked = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  get states(): readonly ReaderState[] {
    return this.#states;
  }

  get answers(): boolean {
    return this.#answers;
  }

  onChange(told: (readers: readonly ReaderState[]) => void): () => void {
    this.#listeners.add(told);
    return () => this.#listeners.delete(told);
  }

  async begin(asked: DriverName | undefined): Promise<DriverName> {
    const reasons: string[] = [];
    for (const driver of asked ? [asked] : DRIVERS) {
      try {
        this.#process = await this.#start(driver);
      } catch (error) {
        reasons.push(error instanceof Error ? error.message : String(error));
        continue;
      }
      void this.#keepLooking(driver);
      return driver;
    }
    this.#looked();
    throw new Outage<CardOutageCode>('card/no-driver', reasons.join('; '), { driver: asked ?? DRIVERS.join(', ') });
  }

  close(): void {
    this.#isClosed = true;
    this.#process?.kill(outage('card/reader-gone', 'the readers were closed'));
    this.#processEnded();
    this.#listeners.clear();
    this.#looked();
  }

  #start(driver: DriverName): Promise<DriverProcess> {
    const listener = {
      readers: (states: readonly ReaderState[]) => this.#tell(states),
      ended: () => this.#processEnded(),
    };
    return startDriver(driver, { listener, socket: this.#socket });
  }

  async #keepLooking(driver: DriverName): Promise<void> {
    for (let pause = AGAIN_MS; !this.#isClosed;) {
      const line = await reachService(this.#socket);
      this.#answers = line !== undefined;
      if (line) {
        const processEnded = new Promise<void>((resolve) => {
          this.#processEnded = resolve;
        });
        const serviceEnded = line.ended.then(() => (this.#answers = false));
        const looked = await this.#look(driver, Promise.race([processEnded, serviceEnded]));
        pause = looked ? AGAIN_MS : Math.min(2 * pause, SELDOM_MS);
        line.close();
      }
      if (!this.#answers) {
        this.#tell([]);
        this.serviceEnded();
      }
      if (!this.#isClosed) await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  /** Until the service or the process ends. @returns whether it could look at all */
  async #look(driver: DriverName, end: Promise<unknown>): Promise<boolean> {
    let looked = false;
    try {
      const process = (this.#process ??= await this.#start(driver));
      if (!this.#isClosed) await process.ask({ act: 'watch' }, WATCH_MS, 'card/no-service');
      looked = true;
      if (!this.#isClosed) await end;
    } catch {
      // Tried again: the reason is that of an outage, and the list says so.
    }
    this.#process?.kill(outage('card/no-service', 'the card service ended'));
    this.#process = undefined;
    return looked;
  }

  #tell(states: readonly ReaderState[]): void {
    this.#looked();
    const told = JSON.stringify([this.#answers, states]);
    if (this.#isClosed || told === this.#told) return;
    this.#told = told;
    this.#states = states;
    for (const told of this.#listeners) told(states);
  }
}
