import { toLatin1, utf8 } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import type { Random } from '../core/random.ts';
import { elapsedBy, type Clock } from '../core/time.ts';

export interface RateLimit {
  /** Requests that may come at once. */
  readonly burst: number;
  /** Seconds after which one more may come. */
  readonly secondsEach: number;
}

export interface RateLimiterDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly primitives: Pick<Primitives, 'digest'>;
}

/** Networks that are remembered at once; the oldest are forgotten beyond it. */
const MOST_NETWORKS = 50_000;

/** `203.0.113.0/24`, `2001:db8:0:1200::/56`: neighbours share a network, and one subscriber of IPv6 owns a whole one. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.\d{1,3}$/.exec(mapped);
  if (v4) return `${v4[1]}.${v4[2]}.${v4[3]}`;
  const [head = '', tail] = address.toLowerCase().replace(/%.*$/, '').split('::', 2);
  const before = head.split(':').filter(Boolean);
  const after = tail?.split(':').filter(Boolean) ?? [];
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  const groups = [...before, ...zeros, ...after].slice(0, 4).map((group) => Number.parseInt(group, 16) || 0);
  return [...groups.slice(0, 3), (groups[3] ?? 0) >> 8].map((group) => group.toString(16)).join(':');
}

/**
 * Slows down whoever tries one folio or code after another (GCRA: one number a network). No address is kept: networks
 * are told apart by a hash under a salt of this process, and forgotten once they have waited long enough.
 */
export class RateLimiter {
  readonly #deps: RateLimiterDeps;
  readonly #elapsed: Clock;
  readonly #salt: Uint8Array;
  /** Second, of those that went by, from which the network's allowance is whole again, in the order of last use. */
  readonly #fullAt = new Map<string, number>();

  constructor(deps: RateLimiterDeps) {
    this.#deps = deps;
    this.#elapsed = elapsedBy(deps.clock);
    this.#salt = deps.random(32);
  }

  /** Takes one request of `name` from the network of `address`: 0 when it may go on, else the seconds to wait. */
  take(name: string, address: string, limit: RateLimit): number {
    return this.takeOf(name, networkOf(address), limit);
  }

  /** The same of whoever is known by another name than a network: a person. */
  takeOf(name: string, who: string, limit: RateLimit): number {
    const { key, now, fullAt, seconds } = this.#next(name, who, limit);
    if (seconds > 0) return seconds;
    this.#fullAt.delete(key);
    this.#fullAt.set(key, fullAt);
    this.#forget(now);
    return 0;
  }

  /** The same without taking it: where only what was wrong counts, which is known afterwards. */
  wait(name: string, address: string, limit: RateLimit): number {
    return this.waitOf(name, networkOf(address), limit);
  }

  waitOf(name: string, who: string, limit: RateLimit): number {
    return this.#next(name, who, limit).seconds;
  }

  /** How many networks are remembered. */
  get size(): number {
    return this.#fullAt.size;
  }

  #next(
    name: string,
    who: string,
    { burst, secondsEach }: RateLimit,
  ): { readonly key: string; readonly now: number; readonly fullAt: number; readonly seconds: number } {
    const now = this.#elapsed();
    const hash = this.#deps.primitives.digest('SHA-256', this.#salt, utf8(`${name} ${who}`));
    const key = toLatin1(hash.subarray(0, 12));
    const fullAt = Math.max(this.#fullAt.get(key) ?? 0, now) + secondsEach;
    return { key, now, fullAt, seconds: Math.max(0, Math.ceil(fullAt - now - burst * secondsEach)) };
  }

  #forget(now: number): void {
    for (const [key, fullAt] of this.#fullAt) {
      if (fullAt > now && this.#fullAt.size <= MOST_NETWORKS) return;
      this.#fullAt.delete(key);
    }
  }
}
