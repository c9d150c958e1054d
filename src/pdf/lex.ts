import type { PdfName } from './object.ts';

const REGULAR = 0;
const WHITE = 1;
const DELIMITER = 2;

/** ISO 32000-2 §7.2.3, tables 1 and 2. */
const CLASS = new Uint8Array(256);
for (const code of [0, 9, 10, 12, 13, 32]) CLASS[code] = WHITE;
for (const character of '()<>[]{}/%') CLASS[character.charCodeAt(0)] = DELIMITER;

export function isWhite(byte: number): boolean {
  return CLASS[byte] === WHITE;
}

export function isRegular(byte: number): boolean {
  return CLASS[byte] === REGULAR;
}

export function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}

/** A character of ASCII that leaves a mark: whatever else it is, it is white space to no reader. */
export function isPrintable(byte: number): boolean {
  return byte > 0x20 && byte < 0x7f;
}

/** -1 for anything but a hexadecimal digit. */
export function hexValue(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** The first position at or after `at` that is neither white space nor in a comment; `end` if there is none. */
export function skipSpace(bytes: Uint8Array, at: number, end: number): number {
  for (; at < end; at++) {
    const byte = bytes[at]!;
    if (CLASS[byte] === WHITE) continue;
    if (byte !== 0x25) return at;
    while (at < end && bytes[at] !== 10 && bytes[at] !== 13) at++;
  }
  return end;
}

export function skipWhite(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && CLASS[bytes[at]!] === WHITE) at++;
  return at;
}

/** The position after CR LF, LF or CR at `at`; `at` itself when none stands there. */
export function skipEol(bytes: Uint8Array, at: number): number {
  if (bytes[at] === 13) return bytes[at + 1] === 10 ? at + 2 : at + 1;
  return bytes[at] === 10 ? at + 1 : at;
}

/** Whether `text` (ASCII) stands at `at`. */
export function standsAt(bytes: Uint8Array, at: number, text: string): boolean {
  if (at < 0 || at + text.length > bytes.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** Whether the keyword `text` stands at `at` and ends there. */
export function keywordAt(bytes: Uint8Array, at: number, text: string): boolean {
  if (!standsAt(bytes, at, text)) return false;
  const after = at + text.length;
  return after >= bytes.length || CLASS[bytes[after]!] !== REGULAR;
}

/** The last position of `text` (ASCII) in [from, to), or -1. */
export function lastIndexOf(bytes: Uint8Array, text: string, from: number, to: number): number {
  for (let at = to - text.length; at >= from; at--) if (standsAt(bytes, at, text)) return at;
  return -1;
}

/** Finds an ASCII text in time linear in what is searched and mostly sublinear (Horspool). */
export class TextSearch {
  readonly #text: string;
  readonly #skip: Uint8Array;

  constructor(text: string) {
    this.#text = text;
    this.#skip = new Uint8Array(256).fill(text.length);
    for (let i = 0; i < text.length - 1; i++) this.#skip[text.charCodeAt(i)] = text.length - 1 - i;
  }

  /** The first position in [from, to) where the whole text stands, or -1. */
  find(bytes: Uint8Array, from: number, to: number): number {
    const last = this.#text.length - 1;
    const ending = this.#text.charCodeAt(last);
    const skip = this.#skip;
    for (let at = from + last; at < to;) {
      const byte = bytes[at]!;
      if (byte === ending && standsAt(bytes, at - last, this.#text)) return at - last;
      at += skip[byte]!;
    }
    return -1;
  }
}

/** One character a byte, for the short texts of names and keywords. */
function textOf(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode.apply(null, bytes.subarray(start, end) as unknown as number[]);
}

/**
 * A file repeats few names and operators thousands of times: the last ones are kept, found by their bytes. A fixed
 * number of slots, each the newest comer's, so hostile names cost what unknown ones cost.
 */
const SLOTS = 4096;
const names = new Array<PdfName | undefined>(SLOTS);

/** The name whose bytes, without `#xx`, stand in [start, end). At most some hundreds of bytes. */
export function internName(bytes: Uint8Array, start: number, end: number): PdfName {
  const length = end - start;
  let hash = length;
  for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0;
  const slot = (hash ^ (hash >>> 10)) & (SLOTS - 1);
  const known = names[slot];
  if (known !== undefined && known.name.length === length) {
    const text = known.name;
    let i = 0;
    while (i < length && text.charCodeAt(i) === bytes[start + i]) i++;
    if (i === length) return known;
  }
  const made: PdfName = { type: 'name', name: textOf(bytes, start, end) };
  names[slot] = made;
  return made;
}
