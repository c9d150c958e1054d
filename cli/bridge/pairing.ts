import { toBase64Url } from '../../src/core/base64.ts';
import { equalSecret, utf8 } from '../../src/core/bytes.ts';
import { readCrockford, toCrockford } from '../../src/core/crockford.ts';
import type { Random } from '../../src/core/random.ts';
import { elapsedBy, type Clock } from '../../src/core/time.ts';

const CODE_SYMBOLS = 8;
/** Somebody copies it from one window into another. */
const CODE_SECONDS = 300;
/** 40 bits: five tries of each, and a new one every few seconds, find none. */
const MOST_WRONG = 5;
const TOKEN_BYTES = 32;
/** As long as a session of the office. */
const TOKEN_SECONDS = 8 * 3_600;
const MOST_TYPED = 40;

/** What came of a code that was typed into a page. */
export type Paired = { readonly token: string } | 'code-wrong' | 'code-over';

/**
 * That a page is the one in front of whoever sits at the terminal: it says the code that stands there, once, and has a token from then on,
 * which counts from its own origin alone. Kept in memory only, and only for one page: who pairs anew takes the place of the one before.
 */
export class Pairing {
  readonly #random: Random;
  /** Seconds that went by, whatever the machine's clock is set to. */
  readonly #elapsed: Clock;
  #code: { readonly symbols: string; readonly until: number; wrong: number } | undefined;
  #page: { readonly token: string; readonly origin: string; readonly until: number } | undefined;

  constructor(random: Random, clock: Clock) {
    this.#random = random;
    this.#elapsed = elapsedBy(clock);
  }

  /** A new code, in place of any other: two groups of four. */
  draw(): string {
    const symbols = toCrockford(this.#random(CODE_SYMBOLS), CODE_SYMBOLS);
    this.#code = { symbols, until: this.#elapsed() + CODE_SECONDS, wrong: 0 };
    return symbols.match(/.{4}/g)!.join('-');
  }

  /** Whether there is a code that may still be typed. */
  get hasCode(): boolean {
    return this.#code !== undefined && this.#elapsed() < this.#code.until;
  }

  pair(typed: string, origin: string): Paired {
    const code = this.#code;
    if (!code || !this.hasCode) return 'code-over';
    const given = readCrockford(typed.slice(0, MOST_TYPED)) ?? '';
    if (!equalSecret(utf8(given), utf8(code.symbols))) {
      if (++code.wrong >= MOST_WRONG) this.#code = undefined;
      return this.#code ? 'code-wrong' : 'code-over';
    }
    this.#code = undefined;
    const token = toBase64Url(this.#random(TOKEN_BYTES));
    this.#page = { token, origin, until: this.#elapsed() + TOKEN_SECONDS };
    return { token };
  }

  isPaired(given: string | undefined, origin: string): boolean {
    const page = this.#page;
    if (!page || given === undefined) return false;
    const isTheirs = equalSecret(utf8(given), utf8(page.token));
    return isTheirs && page.origin === origin && this.#elapsed() < page.until;
  }
}
