import { isRefusal } from '../core/refusal.ts';
import { hexValue, isDigit } from './lex.ts';
import { ObjectParser } from './parse.ts';

const MAX_DICT_DEPTH = 16;
/** ISO 32000-1 Annex C; some readers cut longer ones. */
const LONGEST_STRING = 32_767;
const LONGEST_NAME = 127;

const HEX_DIGIT = 1;
const HEX_SPACE = 2;
const IN_HEX = Uint8Array.from({ length: 256 }, (_, byte) =>
  hexValue(byte) >= 0 ? HEX_DIGIT : isPlainWhite(byte) ? HEX_SPACE : 0,
);

/** What separates tokens for every reader: some take the bytes 0 and 12 for letters (and others 128 and 255 for spaces). */
export function isPlainWhite(byte: number): boolean {
  return byte === 32 || byte === 10 || byte === 13 || byte === 9;
}

/**
 * The position behind the `)` that ends the string opened at `at`; its negative where readers make different text of what
 * it holds, 0 where it does not end.
 */
export function literalEnd(bytes: Uint8Array, at: number, end: number): number {
  const start = at;
  let plain = true;
  let depth = 0;
  for (; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === 0x5c) {
      const next = bytes[++at]!;
      // `\8`, and `\400`, which is beyond a byte.
      if (next >= 0x34 && next <= 0x39) plain &&= next < 0x38 && !(isOctal(bytes[at + 1]!) && isOctal(bytes[at + 2]!));
    } else if (byte === 0x28) depth++;
    else if (byte === 0x29) {
      if (--depth > 0) continue;
      at++;
      return plain && at - start <= LONGEST_STRING ? at : -at;
    } else if (byte === 13) plain = false;
  }
  return 0;
}

function isOctal(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x37;
}

/** The same of the `>` behind hexadecimal digits, of which `at` is the first. */
export function hexEnd(bytes: Uint8Array, at: number, end: number): number {
  const start = at;
  let digits = 0;
  let plain = true;
  for (; at < end; at++) {
    const kind = IN_HEX[bytes[at]!]!;
    if (kind === HEX_DIGIT) digits++;
    else if (kind === 0) {
      if (bytes[at] === 0x3e) return plain && digits % 2 === 0 && at - start <= 2 * LONGEST_STRING ? at + 1 : -at - 1;
      plain = false;
    }
  }
  return 0;
}

/** Whether a name, its `/` left out, is the same to every reader. */
export function isPlainName(bytes: Uint8Array, start: number, stop: number): boolean {
  if (stop === start || stop - start > LONGEST_NAME) return false;
  for (let at = start; at < stop; at++) {
    const byte = bytes[at]!;
    if (byte < 0x21 || byte > 0x7e) return false;
    if (byte !== 0x23) continue;
    const high = at + 2 < stop ? hexValue(bytes[at + 1]!) : -1;
    if (high < 0 || hexValue(bytes[at + 2]!) < 0 || (high === 0 && bytes[at + 2] === 0x30)) return false;
  }
  return true;
}

/** Whether a comment, its `%` left out, ends for every reader where its line does. */
export function isPlainComment(bytes: Uint8Array, start: number, stop: number): boolean {
  for (let at = start; at < stop; at++) {
    const byte = bytes[at]!;
    if (byte > 0x7e || (byte < 0x20 && byte !== 9)) return false;
  }
  return true;
}

/** The position behind the `>>` that ends the dictionary opened at `at`, or -1. */
export function dictEnd(bytes: Uint8Array, at: number, end: number): number {
  let depth = 0;
  /** A bit for each that is open, the innermost last: 1 for an array. */
  let arrays = 0;
  while (at < end) {
    const byte = bytes[at]!;
    const twice = at + 1 < end && bytes[at + 1] === byte;
    if (byte === 0x28) {
      at = Math.abs(literalEnd(bytes, at, end));
      if (at === 0) return -1;
    } else if (byte === 0x5b || (byte === 0x3c && twice)) {
      if (++depth > MAX_DICT_DEPTH) return -1;
      arrays = (arrays << 1) | (byte === 0x5b ? 1 : 0);
      at += byte === 0x5b ? 1 : 2;
    } else if (byte === 0x3c) {
      // A string of digits may end just before the dictionary does: `<41>>>`.
      while (at < end && bytes[at] !== 0x3e) at++;
      at++;
    } else if (byte === 0x5d || byte === 0x3e) {
      const isArray = (arrays & 1) === 1;
      if (isArray !== (byte === 0x5d) || (!isArray && !twice)) return -1;
      arrays >>= 1;
      at += isArray ? 1 : 2;
      if (--depth === 0) return at;
    } else if (byte === 0x25) {
      while (at < end && bytes[at] !== 10 && bytes[at] !== 13) at++;
    } else if (byte === 0x29 || byte === 0x7b || byte === 0x7d) return -1;
    else at++;
  }
  return -1;
}

const MCID = Uint8Array.from('/MCID', (letter) => letter.charCodeAt(0));

/** Whether the dictionary in [start, stop) is the same to every reader. Nearly all hold an identifier and nothing else. */
export function isPlainDict(bytes: Uint8Array, start: number, stop: number): boolean {
  return isIdentifierAlone(bytes, start + 2, stop - 2) || isReadAlike(bytes, start, stop);
}

function isIdentifierAlone(bytes: Uint8Array, at: number, stop: number): boolean {
  while (at < stop && isPlainWhite(bytes[at]!)) at++;
  for (const letter of MCID) if (bytes[at++] !== letter) return false;
  if (!isPlainWhite(bytes[at]!)) return false;
  while (at < stop && isPlainWhite(bytes[at]!)) at++;
  const first = at;
  while (at < stop && isDigit(bytes[at]!)) at++;
  if (at === first || at - first > 9) return false;
  while (at < stop && isPlainWhite(bytes[at]!)) at++;
  return at === stop;
}

function isReadAlike(bytes: Uint8Array, start: number, stop: number): boolean {
  const parser = new ObjectParser(bytes, start, stop, false);
  try {
    parser.dict();
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
  return parser.finding === undefined && parser.at === stop && isPlainText(bytes, start, stop);
}

/** Without comments, and outside of strings without bytes that some readers take for spaces and others for letters. */
function isPlainText(bytes: Uint8Array, start: number, stop: number): boolean {
  for (let at = start; at < stop; at++) {
    const byte = bytes[at]!;
    if (byte === 0x28) {
      at = literalEnd(bytes, at, stop) - 1;
      if (at < start) return false;
    } else if (byte > 0x7e || byte === 0x25 || (byte < 0x20 && !isPlainWhite(byte))) return false;
  }
  return true;
}
