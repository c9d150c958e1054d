import { Outage } from '../core/refusal.ts';

const BUSY_SECONDS = 5;
/** A file that has been coming for less is not asked to give way. */
const LEAST_MILLISECONDS = 2000;
/** One that comes slower holds a place; what a telephone sends over a bad line is several times as much. */
const SLOW_BYTES_PER_SECOND = 16 * 1024;

/** @throws Outage `http/unavailable` with the seconds to wait */
export function busy(): never {
  throw new Outage('http/unavailable', 'other files are being checked', { retryAfter: BUSY_SECONDS });
}

/** Something that holds a place for as long as it lasts. */
export class Stay {
  readonly network: string;
  readonly #since = performance.now();
  readonly #givesWay = new AbortController();
  #bytes = 0;

  constructor(network: string) {
    this.network = network;
  }

  /** Aborted when somebody else needs the place more. */
  get signal(): AbortSignal {
    return this.#givesWay.signal;
  }

  /** Notes that so much of it has come. */
  came(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Bytes a second since the beginning; as fast as can be while that says little. */
  get pace(): number {
    const passed = performance.now() - this.#since;
    return passed < LEAST_MILLISECONDS ? Infinity : (this.#bytes * 1000) / passed;
  }

  giveWay(): void {
    this.#givesWay.abort();
  }
}

/**
 * So many places, and so many for each network. Where all are taken the slowest may have to give way: connections that
 * send a byte now and then, from many networks, would keep everybody else out.
 */
export class Places {
  readonly #most: number;
  readonly #mostEach: number;
  readonly #slowGiveWay: boolean;
  readonly #stays = new Set<Stay>();

  /** `slowGiveWay`: whoever stays tells how much has come, and leaves when its signal says so. */
  constructor(most: number, mostEach: number, { slowGiveWay = false }: { readonly slowGiveWay?: boolean } = {}) {
    this.#most = most;
    this.#mostEach = mostEach;
    this.#slowGiveWay = slowGiveWay;
  }

  /** @throws Outage `http/unavailable` when there is no place */
  async during<Value>(network: string, act: (stay: Stay) => Promise<Value>): Promise<Value> {
    let own = 0;
    for (const stay of this.#stays) if (stay.network === network) own++;
    if (own >= this.#mostEach || (this.#stays.size >= this.#most && !this.#makeRoom())) busy();
    const stay = new Stay(network);
    this.#stays.add(stay);
    try {
      return await act(stay);
    } finally {
      this.#stays.delete(stay);
    }
  }

  #makeRoom(): boolean {
    if (!this.#slowGiveWay) return false;
    let slowest: Stay | undefined;
    for (const stay of this.#stays) if (!slowest || stay.pace < slowest.pace) slowest = stay;
    if (!slowest || slowest.pace >= SLOW_BYTES_PER_SECOND) return false;
    this.#stays.delete(slowest);
    slowest.giveWay();
    return true;
  }
}
