import type { CardChannel } from '../../src/card/channel.ts';
import type { CardOutageCode } from '../../src/card/code.ts';
import { Outage } from '../../src/core/refusal.ts';
import { channelOf, usualDeadline, type DeadlineOf } from './channel.ts';
import { DRIVERS, type DriverName, type ReaderState } from './driver.ts';
import { reachService } from './service.ts';
import { outage, startDriver, type DriverProcess } from './supervisor.ts';

const WATCH_MS = 5_000;
const CONNECT_MS = 5_000;
const FIRST_LOOK_MS = 8_000;
const AGAIN_MS = 300;
/** Between attempts of a library that fails each time: each costs a process. */
const SELDOM_MS = 5_000;

export interface OpenReadersOptions {
  /** One library and no other; unless told, the first that loads. */
  readonly driver?: DriverName;
  /** The socket of pcscd, where it is not in its usual place. */
  readonly socket?: string;
}

/** The readers of this machine and what is in them, for as long as it is open. Cards and services may come and go. */
export interface Readers {
  /** The library in use. */
  readonly driver: DriverName;
  /** Whether a card service answers: without one the list is empty. */
  serviceAnswers(): boolean;
  list(): readonly ReaderState[];
  /**
   * Calls `told` with the whole list whenever it changes, until the function that it returns is called. A hint to look
   * again, not evidence: of two cards that are swapped within half a second, one may never be heard of.
   */
  onChange(told: (readers: readonly ReaderState[]) => void): () => void;
  /**
   * The card in a reader, powered up and held against every other program, in a process of its own.
   * @throws Outage `CardOutageCode`
   */
  connect(reader: string, options?: { readonly deadlineOf?: DeadlineOf }): Promise<CardChannel>;
  /** Ends all processes; what is under way fails. */
  close(): void;
}

/**
 * Looks for readers, now and until closed. Without a card service it waits for one.
 * @throws Outage `card/no-driver` when no library loads here
 */
export async function openReaders({ driver, socket }: OpenReadersOptions = {}): Promise<Readers> {
  const watch = new Watch(socket);
  const readers = new PcscReaders(await watch.begin(driver), watch, socket);
  await watch.firstLook;
  return readers;
}

/** The list of readers, kept by a process of its own that is started again whenever it or the service ends. */
class Watch {
  readonly firstLook: Promise<void>;
  readonly #socket: string | undefined;
  readonly #listeners = new Set<(readers: readonly ReaderState[]) => void>();
  #looked: () => void = () => {};
  #process: DriverProcess | undefined;
  #processEnded: () => void = () => {};
  #states: readonly ReaderState[] = [];
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
    if (this.#isClosed || JSON.stringify(states) === JSON.stringify(this.#states)) return;
    this.#states = states;
    for (const told of this.#listeners) told(states);
  }
}

class PcscReaders implements Readers {
  readonly driver: DriverName;
  readonly #watch: Watch;
  readonly #socket: string | undefined;
  readonly #processes = new Map<string, Promise<DriverProcess>>();
  readonly #taken = new Set<string>();
  /** Readers whose card did not answer and has not been pulled since: the service holds it for a process that is dead. */
  readonly #mute = new Set<string>();
  #isClosed = false;

  constructor(driver: DriverName, watch: Watch, socket: string | undefined) {
    this.driver = driver;
    this.#watch = watch;
    this.#socket = socket;
    watch.onChange((states) => this.#changed(states));
    watch.serviceEnded = () => this.#endAll(outage('card/no-service', 'the card service ended'));
  }

  serviceAnswers(): boolean {
    return this.#watch.answers;
  }

  list(): readonly ReaderState[] {
    return this.#watch.states;
  }

  onChange(told: (readers: readonly ReaderState[]) => void): () => void {
    return this.#watch.onChange(told);
  }

  async connect(
    reader: string,
    { deadlineOf = usualDeadline }: { readonly deadlineOf?: DeadlineOf } = {},
  ): Promise<CardChannel> {
    if (this.#isClosed) throw new Error('the readers were closed');
    if (!this.#watch.answers) throw outage('card/no-service', 'no card service answers');
    if (!this.#state(reader)) throw outage('card/reader-gone', `there is no reader ${reader}`);
    if (this.#taken.has(reader)) throw outage('card/in-use', 'the card is held here already');
    this.#taken.add(reader);
    try {
      const process = await this.#processOf(reader);
      const atr = await process.ask({ act: 'connect', reader }, CONNECT_MS, 'card/mute');
      return channelOf(process, atr ?? new Uint8Array(), deadlineOf, (why) => this.#released(reader, why));
    } catch (error) {
      const why = error as Outage<CardOutageCode>;
      this.#released(reader, why);
      if (why.code === 'card/in-use' && this.#mute.has(reader))
        throw outage('card/mute', 'the card has not answered since');
      throw why;
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#watch.close();
    this.#endAll(outage('card/reader-gone', 'the readers were closed'));
  }

  #state(reader: string): ReaderState | undefined {
    return this.#watch.states.find(({ name }) => name === reader);
  }

  #processOf(reader: string): Promise<DriverProcess> {
    const known = this.#processes.get(reader);
    if (known) return known;
    const forget = (): void => {
      if (this.#processes.get(reader) === started) this.#processes.delete(reader);
    };
    const started = startDriver(this.driver, { listener: { ended: forget }, socket: this.#socket });
    this.#processes.set(reader, started);
    started.catch(forget);
    return started;
  }

  #released(reader: string, why?: Outage<CardOutageCode>): void {
    this.#taken.delete(reader);
    if (why?.code === 'card/mute' && this.#state(reader)?.hasCard) this.#mute.add(reader);
  }

  #changed(states: readonly ReaderState[]): void {
    const present = new Map(states.map((state) => [state.name, state]));
    for (const reader of this.#mute) if (!present.get(reader)?.hasCard) this.#mute.delete(reader);
    // Without a service the list is empty for another reason, which is told instead.
    if (!this.#watch.answers) return;
    for (const reader of this.#processes.keys()) {
      if (!present.has(reader)) this.#end(reader, outage('card/reader-gone', `there is no reader ${reader} any more`));
    }
  }

  #endAll(why: Outage<CardOutageCode>): void {
    for (const reader of [...this.#processes.keys()]) this.#end(reader, why);
  }

  #end(reader: string, why: Outage<CardOutageCode>): void {
    const started = this.#processes.get(reader);
    this.#processes.delete(reader);
    void started?.then((process) => process.kill(why)).catch(() => {});
  }
}
