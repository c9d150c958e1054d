import type { CardChannel } from '../../src/card/channel.ts';
import type { CardOutageCode } from '../../src/card/code.ts';
import type { Outage } from '../../src/core/refusal.ts';
import { channelOf, type Deadlines } from './channel.ts';
import type { DriverName, ReaderState } from './driver.ts';
import { outage, startDriver, type DriverProcess } from './supervisor.ts';
import { Watch } from './watch.ts';

const CONNECT_MS = 5_000;

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
   * Calls `told` with the whole list whenever it changes, or the service comes or goes, until the function that it returns is called. A hint to look
   * again, not evidence: of two cards that are swapped within half a second, one may never be heard of.
   */
  onChange(told: (readers: readonly ReaderState[]) => void): () => void;
  /**
   * The card in a reader, powered up and held against every other program, in a process of its own.
   * @throws Outage `CardOutageCode`
   */
  connect(reader: string, deadlines?: Deadlines): Promise<CardChannel>;
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

  async connect(reader: string, deadlines: Deadlines = {}): Promise<CardChannel> {
    if (this.#isClosed) throw new Error('the readers were closed');
    if (!this.#watch.answers) throw outage('card/no-service', 'no card service answers');
    if (!this.#state(reader)) throw outage('card/reader-gone', `there is no reader ${reader}`);
    if (this.#taken.has(reader)) throw outage('card/in-use', 'the card is held here already');
    this.#taken.add(reader);
    try {
      const process = await this.#processOf(reader);
      const atr = await process.ask({ act: 'connect', reader }, CONNECT_MS, 'card/mute');
      return channelOf(process, atr ?? new Uint8Array(), deadlines, (why) => this.#released(reader, why));
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
