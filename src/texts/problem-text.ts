import { formatCardNumber, parseCardNumber } from '../card/card.ts';
import type { Facts } from '../core/refusal.ts';
import { formatLocalTime, parseTime } from '../core/time.ts';

/** What a person is told of a refusal: what is wrong, and what to do next. */
export interface ProblemText {
  readonly what: string;
  readonly next: string;
}

/**
 * The facts of a refusal, as words in a sentence. Each call answers the fact between `before` and `after`, or nothing
 * when it is not known: a sentence has to be whole without any of its facts.
 */
export interface Found {
  (name: string, before?: string, after?: string): string;
  /** A number of bytes, in MB. */
  megabytes(name: string, before?: string, after?: string): string;
  /** A time of RFC 3339, as day and hour in Mexico City. */
  time(name: string, before?: string, after?: string): string;
  /** A word of the domain, as `words` says it; nothing when they do not know it. */
  word(name: string, words: Readonly<Record<string, string>>, before?: string, after?: string): string;
  /** Several, between commas; one that `words` do not know stands as it is. */
  words(name: string, words: Readonly<Record<string, string>>, before?: string, after?: string): string;
}

export type ProblemTexts<Code extends string> = Readonly<Record<Code, ProblemText | ((found: Found) => ProblemText)>>;

const MOST_CHARACTERS = 120;
const ELLIPSIS = '…';

/** Part of what is told came from a file or a stranger's QR: no escape sequence or change of direction reaches a terminal. */
export function printable(text: string): string {
  const clean = text.replaceAll(/\p{C}+/gu, ' ').trim();
  return clean.length > MOST_CHARACTERS ? clean.slice(0, MOST_CHARACTERS).toWellFormed() + ELLIPSIS : clean;
}

export function foundIn(facts: Facts): Found {
  const valueOf = (name: string): string => {
    const value: unknown = Object.hasOwn(facts, name) ? facts[name] : undefined;
    if (typeof value !== 'string' && typeof value !== 'number') return '';
    // As it is printed, whoever noted it.
    const card = name === 'number' && typeof value === 'string' ? parseCardNumber(value) : undefined;
    return card === undefined ? printable(String(value)) : formatCardNumber(card);
  };
  const between = (before: string, text: string, after: string): string => (text === '' ? '' : before + text + after);
  const found = (name: string, before = '', after = ''): string => between(before, valueOf(name), after);
  return Object.assign(found, {
    megabytes(name: string, before = '', after = ''): string {
      const bytes = Number(valueOf(name) || Number.NaN);
      return Number.isFinite(bytes) ? between(before, `${Math.round(bytes / 104_857.6) / 10} MB`, after) : '';
    },
    time(name: string, before = '', after = ''): string {
      const at = parseTime(valueOf(name));
      return at === undefined ? '' : between(before, formatLocalTime(at), after);
    },
    word(name: string, words: Readonly<Record<string, string>>, before = '', after = ''): string {
      const value = valueOf(name);
      return Object.hasOwn(words, value) ? between(before, words[value]!, after) : '';
    },
    words(name: string, words: Readonly<Record<string, string>>, before = '', after = ''): string {
      const told = valueOf(name)
        .split(', ')
        .map((one) => (Object.hasOwn(words, one) ? words[one]! : one));
      return between(before, told.join(', '), after);
    },
  });
}
