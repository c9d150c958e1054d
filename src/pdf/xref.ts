import { isDigit, isWhite, keywordAt, lastIndexOf, skipEol, skipSpace, skipWhite, standsAt } from './lex.ts';
import { readIndirect, type IndirectFinding } from './indirect.ts';
import { isName, isPdf, type PdfDict, type PdfObject } from './object.ts';
import { ObjectParser } from './parse.ts';
import { brokenXref, malformed, tooLarge } from './refusal.ts';
import { Refusal } from '../core/refusal.ts';
import type { PdfCode } from './refusal.ts';

export const ABSENT = 0;
export const FREE = 1;
export const AT_OFFSET = 2;
export const IN_STREAM = 3;

/** Where an object is, by the cross-reference table. */
export type XrefEntry =
  | { readonly kind: 'free'; readonly number: number; readonly generation: number }
  | { readonly kind: 'offset'; readonly number: number; readonly generation: number; readonly offset: number }
  | { readonly kind: 'compressed'; readonly number: number; readonly stream: number; readonly index: number };

/** What a table does that some readers see otherwise. */
export type XrefFinding = 'xref-entry-form' | 'xref-position' | 'xref-offset-zero' | IndirectFinding;

/**
 * One cross-reference section: its entries are quadruples (number, kind, offset or stream, generation or index); of a free
 * one the third is the next free number.
 */
export interface XrefSection {
  readonly kind: 'table' | 'stream';
  /** Where `xref` or `N G obj` stands. */
  readonly offset: number;
  /** The N of a stream; a table has none. */
  readonly number: number | undefined;
  /** Where the keyword `trailer` stands; a stream has none. */
  readonly trailerAt: number | undefined;
  /** After the trailer dictionary or `endobj`. */
  readonly end: number;
  readonly trailer: PdfDict;
  readonly entries: Uint32Array;
  /** Whether nothing follows the entries in the data of a stream. */
  readonly isExact: boolean;
  readonly finding: XrefFinding | undefined;
}

export interface XrefContext {
  readonly bytes: Uint8Array;
  readonly maxObjects: number;
  /** Inflates a cross-reference stream, `undefined` if it cannot. */
  readonly decode: (stream: Extract<PdfObject, { type: 'stream' }>, maxBytes: number) => Uint8Array | undefined;
}

/** No file of ours is as long. */
const BEYOND = 0xffffffff;

/** Collects quadruples; bounded by `maxObjects` entries and object numbers. */
class Entries {
  readonly #max: number;
  #data: Uint32Array;
  #length = 0;

  constructor(max: number, expected: number) {
    this.#max = max;
    this.#data = new Uint32Array(4 * Math.min(expected, 4096));
  }

  add(number: number, kind: number, a: number, b: number): void {
    if (number >= this.#max || this.#length >= 4 * this.#max) tooLarge('too many objects', this.#max);
    if (this.#length === this.#data.length) {
      const grown = new Uint32Array(Math.max(256, 2 * this.#length));
      grown.set(this.#data);
      this.#data = grown;
    }
    const data = this.#data;
    data[this.#length++] = number;
    data[this.#length++] = kind;
    // Beyond the file is beyond the file: it must not come back into it by losing its upper bits, as some readers do it.
    data[this.#length++] = Math.min(a, BEYOND);
    data[this.#length++] = Math.min(b, BEYOND);
  }

  done(): Uint32Array {
    return this.#data.subarray(0, this.#length);
  }
}

function digits(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = bytes[i]! - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function readTable(context: XrefContext, offset: number): XrefSection {
  const { bytes } = context;
  const parser = new ObjectParser(bytes, offset + 4, bytes.length);
  const entries = new Entries(context.maxObjects, 256);
  let finding: XrefFinding | undefined;
  let line = lineEnd(bytes, parser.at);
  if (line === undefined) finding = 'xref-entry-form';
  while (!parser.keyword('trailer')) {
    parser.skipSpace();
    if (parser.at !== line) finding ??= 'xref-entry-form';
    line = parser.at;
    const first = parser.unsigned();
    const { at: between } = parser;
    const count = first === undefined ? undefined : parser.unsigned();
    if (first === undefined || count === undefined) brokenXref('the cross-reference table is broken', parser.at);
    const isPlain = parser.at - between === 1 + String(count).length && between - line === String(first).length;
    const ended = lineEnd(bytes, parser.at);
    // Of none there is, some begin a table at any number.
    if (!isPlain || ended === undefined || (count === 0 && first > 0)) finding ??= 'xref-entry-form';
    if (count > context.maxObjects) tooLarge('too many objects', context.maxObjects);
    let at = skipWhite(bytes, parser.at, bytes.length);
    if (count > 0 && at !== ended) finding ??= 'xref-entry-form';
    for (let number = first; number < first + count; number++) {
      // Twenty bytes each (ISO 32000-2 §7.5.4); the slow way is for writers who miscount the end of line.
      let value = digits(bytes, at, 10);
      let generation = digits(bytes, at + 11, 5);
      let state = bytes[at + 17];
      const next = at + 20;
      const byTheBook =
        value >= 0 && generation >= 0 && bytes[at + 10] === 32 && bytes[at + 16] === 32 && endsEntry(bytes, at + 18);
      if (byTheBook) at = next;
      else {
        finding ??= 'xref-entry-form';
        const loose = new ObjectParser(bytes, at, Math.min(bytes.length, at + 40));
        value = loose.unsigned() ?? -1;
        generation = loose.unsigned() ?? -1;
        loose.skipSpace();
        state = bytes[loose.at];
        if (value < 0 || generation < 0 || !isWhite(bytes[loose.at + 1] ?? 0)) {
          brokenXref('an entry of the cross-reference table is broken', at);
        }
        at = skipWhite(bytes, loose.at + 1, bytes.length);
      }
      if (state === 0x66) {
        // Some take all numbers of such a table for one too high: what it begins with is the free one that is number 0.
        if (number === 1 && first === 1) finding ??= 'xref-entry-form';
        entries.add(number, FREE, value, generation);
      } else if (state !== 0x6e) brokenXref('an entry of the cross-reference table is neither used nor free', at);
      else if (value === 0) {
        finding ??= 'xref-offset-zero';
        entries.add(number, FREE, 0, generation);
      } else entries.add(number, AT_OFFSET, value, generation);
    }
    line = parser.at = count === 0 ? (ended ?? at) : at;
  }
  const trailerAt = parser.at - 'trailer'.length;
  if (line === undefined || skipEol(bytes, line) < trailerAt) finding ??= 'xref-entry-form';
  const begins = skipWhite(bytes, parser.at, parser.at + MAX_BETWEEN);
  const between = bytes.subarray(parser.at, begins);
  if (!standsAt(bytes, begins, '<<') || between.includes(0) || between.includes(12)) finding ??= 'xref-entry-form';
  parser.skipSpace();
  if (!standsAt(bytes, parser.at, '<<')) brokenXref('the trailer has no dictionary', parser.at);
  const trailer = parser.dict();
  finding ??= parser.finding;
  return {
    kind: 'table',
    offset,
    number: undefined,
    trailerAt,
    end: parser.at,
    trailer,
    entries: entries.done(),
    isExact: true,
    finding,
  };
}

/** Between `trailer` and its dictionary. */
const MAX_BETWEEN = 8;

/** Where the next line begins, if this one ends at `at` or after a space or two. */
function lineEnd(bytes: Uint8Array, at: number): number | undefined {
  let end = at;
  while (end < at + 2 && bytes[end] === 32) end++;
  const next = skipEol(bytes, end);
  return next === end ? undefined : next;
}

function endsEntry(bytes: Uint8Array, at: number): boolean {
  const first = bytes[at];
  const second = bytes[at + 1];
  return (first === 32 && (second === 10 || second === 13)) || (first === 13 && second === 10);
}

function wholeNumbers(object: PdfObject | undefined, what: string): readonly number[] {
  if (!isPdf(object, 'array')) brokenXref(`the cross-reference stream has no ${what}`);
  return object.items.map((item) =>
    typeof item === 'number' && Number.isSafeInteger(item) && item >= 0
      ? item
      : brokenXref(`the cross-reference stream has a wrong ${what}`),
  );
}

function readStream(context: XrefContext, offset: number): XrefSection {
  const { bytes } = context;
  // /Length must be direct: nothing can be looked up yet.
  const found = readIndirect(bytes, offset, (length) => (typeof length === 'number' ? length : undefined));
  if (!found || !isPdf(found.object, 'stream') || !isName(found.object.dict.entries.get('Type'), 'XRef')) {
    return brokenXref('no cross-reference section stands where the file says', offset);
  }
  const { dict } = found.object;
  const size = dict.entries.get('Size');
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) brokenXref('a wrong /Size', offset);
  if (size > context.maxObjects) tooLarge('too many objects', context.maxObjects);
  const widths = wholeNumbers(dict.entries.get('W'), 'W');
  if (widths.length !== 3 || widths.some((width) => width > 8)) brokenXref('a wrong /W', offset);
  const [w0, w1, w2] = widths as [number, number, number];
  const index = dict.entries.has('Index') ? wholeNumbers(dict.entries.get('Index'), 'Index') : [0, size];
  let count = 0;
  for (let i = 1; i < index.length; i += 2) count += index[i]!;
  if (index.length % 2 !== 0 || w0 + w1 + w2 === 0) brokenXref('a wrong /Index or /W', offset);
  if (count > context.maxObjects) tooLarge('too many objects', context.maxObjects);
  const width = w0 + w1 + w2;
  // A predictor adds a byte a row; a little more than needed is somebody's padding.
  const data = context.decode(found.object, count * (width + 1) + 4096);
  if (!data || data.length < count * width) brokenXref('the cross-reference stream cannot be decoded', offset);
  const entries = new Entries(context.maxObjects, count);
  let finding: XrefFinding | undefined;
  let at = 0;
  const field = (bytesOfField: number): number => {
    let value = 0;
    for (let i = 0; i < bytesOfField; i++) value = value * 256 + data[at++]!;
    return value;
  };
  for (let i = 0; i < index.length; i += 2) {
    for (let number = index[i]!; number < index[i]! + index[i + 1]!; number++) {
      const kind = w0 === 0 ? 1 : field(w0);
      const second = field(w1);
      const third = field(w2);
      if (kind === 1 && second > 0) entries.add(number, AT_OFFSET, second, third);
      else if (kind === 2) {
        if (second >= context.maxObjects || third > BEYOND) brokenXref('a wrong entry', offset);
        entries.add(number, IN_STREAM, second, third);
      } else {
        // Another kind is a reference to null (ISO 32000-2 §7.5.8.3).
        if (kind !== 0) finding ??= kind === 1 ? 'xref-offset-zero' : 'xref-entry-form';
        entries.add(number, FREE, second, third);
      }
    }
  }
  finding ??= found.finding;
  return {
    kind: 'stream',
    offset,
    number: found.number,
    trailerAt: undefined,
    end: found.end,
    trailer: dict,
    entries: entries.done(),
    isExact: data.length === count * width,
    finding,
  };
}

/** @throws Refusal `pdf/xref-broken`, `pdf/too-large`, `pdf/malformed` */
export function readSection(context: XrefContext, startxref: number): XrefSection {
  const { bytes } = context;
  if (!Number.isSafeInteger(startxref) || startxref <= 0 || startxref >= bytes.length) {
    brokenXref('a cross-reference offset lies outside the file', startxref);
  }
  const at = skipWhite(bytes, startxref, bytes.length);
  try {
    const section = keywordAt(bytes, at, 'xref')
      ? readTable(context, at)
      : isDigit(bytes[at] ?? 0)
        ? readStream(context, at)
        : brokenXref('no cross-reference section stands where the file says', startxref);
    return at === startxref ? section : { ...section, finding: section.finding ?? 'xref-position' };
  } catch (error) {
    if (error instanceof Refusal && error.code === 'pdf/malformed') brokenXref(error.message, at);
    throw error;
  }
}

/** Where a cross-reference section's `startxref N %%EOF` ends, and the N. */
export interface SectionTail {
  /** Where the keyword `startxref` stands. */
  readonly at: number;
  readonly startxref: number;
  /** After `%%EOF` and its end of line. */
  readonly end: number;
}

/** Reads `startxref N %%EOF` at `at`, white space and comments before it allowed. */
export function readTail(bytes: Uint8Array, from: number): SectionTail | undefined {
  const at = skipSpace(bytes, from, bytes.length);
  if (!keywordAt(bytes, at, 'startxref')) return undefined;
  const parser = new ObjectParser(bytes, at + 9, bytes.length);
  const startxref = parser.unsigned();
  if (startxref === undefined) return undefined;
  const mark = skipWhite(bytes, parser.at, bytes.length);
  if (!standsAt(bytes, mark, '%%EOF')) return undefined;
  return { at, startxref, end: skipEol(bytes, mark + 5) };
}

/** How far from the end the last `startxref` may stand. ISO 32000-1 Annex H: readers look in the last 1,024 bytes. */
const TAIL_BYTES = 2048;

/** @throws Refusal `pdf/truncated` */
export function findTail(bytes: Uint8Array): SectionTail {
  const at = lastIndexOf(bytes, 'startxref', Math.max(0, bytes.length - TAIL_BYTES), bytes.length);
  const tail = at < 0 ? undefined : readTail(bytes, at);
  if (!tail) throw new Refusal<PdfCode>('pdf/truncated', 'the file does not end with startxref and %%EOF');
  return tail;
}

/** @throws Refusal `pdf/malformed` when the entry is present and is no position */
export function offsetIn(trailer: PdfDict, key: 'Prev' | 'XRefStm'): number | undefined {
  const value = trailer.entries.get(key);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) malformed(`/${key} is not a position`);
  return value;
}
