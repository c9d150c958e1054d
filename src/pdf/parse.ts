import { toLatin1 } from '../core/bytes.ts';
import { byteOfEscape, endOfEscape, NO_BYTE, readEscape } from './escape.ts';
import { hexValue, internName, isDigit, isPrintable, isRegular, isWhite, keywordAt, skipSpace } from './lex.ts';
import type { PdfArray, PdfDict, PdfName, PdfObject, PdfRef, PdfString } from './object.ts';
import { malformed, tooLarge } from './refusal.ts';

/** Nesting of arrays and dictionaries. Real files stay under 20. */
const MAX_DEPTH = 64;
/** ISO 32000-1 Annex C says 127 bytes; longer ones exist. */
const MAX_NAME_BYTES = 1024;
/** Readers that cut names cut longer ones. */
const LONGEST_NAME = 127;
/** Of an object: what a signed number of 32 bits holds. */
const MAX_NUMBER = 0x7fffffff;
/** Values in one object: a forged one of two bytes a value must not fill the memory. */
const MAX_VALUES = 500_000;

/**
 * What values take beside the one of each (some forty bytes of heap): a dictionary of nothing has a table of its own, an
 * array of one number has room for more, a string is a view of bytes.
 */
const WEIGHT = { name: 1, ref: 1, string: 3, array: 4, dict: 7, entry: 1 } as const;

/** Deeper than this some readers skip what they meet, and take its end for that of what it stands in. */
const MAX_PLAIN_DEPTH = 32;
/** Of a number. */
const MAX_DIGITS = 400;
/** Some readers cut longer ones. */
const LONGEST_NUMBER = 40;
/** Of a whole number. */
const MAX_NUMBER_DIGITS = 10;

const POWERS_OF_TEN = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

/** Where the text of an object begins. */
export interface TextPlace {
  readonly bytes: Uint8Array;
  readonly at: number;
}

/** A dictionary that was read, which knows where its text stands. */
class ReadDict implements PdfDict {
  readonly type = 'dict';
  readonly entries: ReadonlyMap<string, PdfObject>;
  readonly #bytes: Uint8Array;
  readonly #at: number;
  readonly #fractional: readonly string[];

  constructor(entries: ReadonlyMap<string, PdfObject>, bytes: Uint8Array, at: number, fractional: readonly string[]) {
    this.entries = entries;
    this.#bytes = bytes;
    this.#at = at;
    this.#fractional = fractional;
  }

  static placeOf(dict: PdfDict): TextPlace | undefined {
    return #bytes in dict ? { bytes: dict.#bytes, at: dict.#at } : undefined;
  }

  static fractionalOf(dict: PdfDict): readonly string[] {
    return #fractional in dict ? dict.#fractional : NONE;
  }
}

/** Where its `<<` stands; `undefined` of a dictionary that was made, not read. */
export function textPlaceOf(dict: PdfDict): TextPlace | undefined {
  return ReadDict.placeOf(dict);
}

/**
 * The keys under which some number is not written as a whole one is: digits, at most ten, and a minus before them. Empty of
 * a dictionary that was made, not read.
 */
export function fractionalKeys(dict: PdfDict): readonly string[] {
  return ReadDict.fractionalOf(dict);
}

const NONE: readonly string[] = [];

/** What the reader tolerates in a syntax, but readers understand in more than one way. */
export type SyntaxFinding = 'duplicate-key' | 'name-escape' | 'name-bytes' | 'long-name' | 'number-form' | 'nesting';

/**
 * Reads objects (ISO 32000-2 §7.3) one after another from `bytes[at..end)`. Without `refs`, `1 0 R` is two numbers and
 * a keyword, as in content streams.
 */
export class ObjectParser {
  readonly bytes: Uint8Array;
  readonly end: number;
  readonly #refs: boolean;
  /** How far has been read, also when what stood there was refused. */
  at: number;
  /** How many values have been read. */
  #values = 0;
  /** What those take in memory, as `PdfLimits.maxValues` counts it. */
  weight = 0;
  /** How many numbers were not written as whole ones. */
  #others = 0;
  /** The first ambiguity met. */
  finding: SyntaxFinding | undefined;

  constructor(bytes: Uint8Array, at: number, end: number, refs: boolean = true) {
    this.bytes = bytes;
    this.at = at;
    this.end = Math.min(end, bytes.length);
    this.#refs = refs;
  }

  skipSpace(): void {
    this.at = skipSpace(this.bytes, this.at, this.end);
  }

  /** Moves behind the keyword `text`, or stays and says false. */
  keyword(text: string): boolean {
    this.skipSpace();
    if (this.at + text.length > this.end || !keywordAt(this.bytes, this.at, text)) return false;
    this.at += text.length;
    return true;
  }

  /** An unsigned integer without sign or point, or `undefined` and no move. */
  unsigned(): number | undefined {
    this.skipSpace();
    const end = this.#digitsEnd(this.at);
    if (end === this.at || end - this.at > 15 || (end < this.end && isRegular(this.bytes[end]!))) return undefined;
    let value = 0;
    for (let i = this.at; i < end; i++) value = value * 10 + this.bytes[i]! - 48;
    this.at = end;
    return value;
  }

  #digitsEnd(at: number): number {
    while (at < this.end && isDigit(this.bytes[at]!)) at++;
    return at;
  }

  /** @throws Refusal `pdf/malformed`, `pdf/too-large` */
  object(depth: number = MAX_DEPTH): PdfObject {
    this.skipSpace();
    if (this.at >= this.end) malformed('an object is cut short', this.at);
    if (++this.#values > MAX_VALUES) tooLarge('too many values in one object', MAX_VALUES);
    this.weight++;
    const byte = this.bytes[this.at]!;
    switch (byte) {
      case 0x2f:
        return this.#name();
      case 0x28:
        return this.#literal();
      case 0x5b:
        return this.#array(depth);
      case 0x3c:
        return this.bytes[this.at + 1] === 0x3c && this.at + 1 < this.end ? this.dict(depth) : this.#hex();
      case 0x74:
        if (this.keyword('true')) return true;
        break;
      case 0x66:
        if (this.keyword('false')) return false;
        break;
      case 0x6e:
        if (this.keyword('null')) return null;
        break;
      default:
        if (isDigit(byte) || byte === 0x2d || byte === 0x2b || byte === 0x2e) return this.#numberOrRef();
    }
    return malformed('no object stands where one should', this.at);
  }

  #numberOrRef(): number | PdfRef {
    const start = this.at;
    const value = this.#number();
    if (!this.#refs || value < 0 || this.at >= this.end || !isDigit(this.bytes[start]!)) return value;
    const next = this.bytes[this.at]!;
    if (!isWhite(next) && next !== 0x25) return value;
    const after = this.at;
    this.skipSpace();
    if (this.at < this.end && isDigit(this.bytes[this.at]!) && Number.isInteger(value)) {
      const generation = this.unsigned();
      if (generation !== undefined && generation <= 0xffff && this.keyword('R')) {
        // Some readers keep 32 bits of it, or some of its digits, and come to another object; `9.0` is none to many.
        const isPlain = after - start <= MAX_NUMBER_DIGITS && !this.bytes.subarray(start, after).includes(0x2e);
        if (value > MAX_NUMBER || !isPlain)
          malformed('a reference to an object of a number that readers differ on', start);
        this.weight += WEIGHT.ref;
        return { type: 'ref', number: value, generation };
      }
    }
    this.at = after;
    return value;
  }

  #number(): number {
    const bytes = this.bytes;
    const start = this.at;
    let at = start;
    const sign = bytes[at]!;
    if (sign === 0x2d || sign === 0x2b) at++;
    let mantissa = 0;
    let digits = 0;
    let decimals = 0;
    let point = false;
    for (; at < this.end; at++) {
      const byte = bytes[at]!;
      if (byte >= 48 && byte <= 57) {
        mantissa = mantissa * 10 + byte - 48;
        digits++;
        if (point) decimals++;
      } else if (byte === 0x2e && !point) point = true;
      else break;
    }
    if (digits === 0 || digits > MAX_DIGITS || (at < this.end && isRegular(bytes[at]!)))
      malformed('not a number', start);
    this.at = at;
    if (point || sign === 0x2b || digits > MAX_NUMBER_DIGITS) this.#others++;
    if (at - start > LONGEST_NUMBER || mantissa > MAX_NUMBER * (POWERS_OF_TEN[decimals] ?? Infinity))
      this.finding ??= 'number-form';
    // A quotient of two exact doubles is correctly rounded; longer ones take the slow way.
    if (digits > 15 || decimals > 22) {
      mantissa = Number(toLatin1(bytes.subarray(start, at)));
      return Object.is(mantissa, -0) ? 0 : mantissa;
    }
    if (decimals > 0) mantissa /= POWERS_OF_TEN[decimals]!;
    return sign === 0x2d && mantissa !== 0 ? -mantissa : mantissa;
  }

  #name(): PdfName {
    const bytes = this.bytes;
    const start = this.at + 1;
    let at = start;
    let escaped = false;
    for (; at < this.end && isRegular(bytes[at]!); at++) {
      const byte = bytes[at]!;
      if (byte === 0x23) escaped = true;
      // White space to some readers (0x80 and 0xff, for one), so that others begin the next word there.
      else if (!isPrintable(byte)) this.finding ??= 'name-bytes';
    }
    if (at - start > MAX_NAME_BYTES) malformed('a name is too long', start);
    if (at - start > LONGEST_NAME) this.finding ??= 'long-name';
    this.at = at;
    this.weight += WEIGHT.name;
    return escaped ? this.#escapedName(start, at) : internName(bytes, start, at);
  }

  #escapedName(start: number, end: number): PdfName {
    const bytes = this.bytes;
    let name = '';
    for (let i = start; i < end; i++) {
      let code = bytes[i]!;
      if (code === 0x23) {
        const high = i + 2 < end ? hexValue(bytes[i + 1]!) : -1;
        const low = i + 2 < end ? hexValue(bytes[i + 2]!) : -1;
        if (high >= 0 && low >= 0) {
          code = high * 16 + low;
          i += 2;
          if (code === 0) malformed('a name holds the byte 0', start);
          // `/Con#74ents` is /Contents to most readers and another name to some.
          if (isDigit(code) || ((code | 32) >= 0x61 && (code | 32) <= 0x7a)) this.finding ??= 'name-escape';
        } else this.finding ??= 'name-escape';
      }
      name += String.fromCharCode(code);
    }
    return { type: 'name', name };
  }

  #literal(): PdfString {
    const bytes = this.bytes;
    const start = this.at + 1;
    let open = 1;
    let plain = true;
    let at = start;
    for (; at < this.end; at++) {
      const byte = bytes[at]!;
      if (byte === 0x5c) {
        plain = false;
        at++;
      } else if (byte === 0x28) open++;
      else if (byte === 0x29 && --open === 0) break;
      else if (byte === 13) plain = false;
    }
    this.at = at + 1;
    this.weight += WEIGHT.string;
    if (at >= this.end) malformed('a string does not end', start);
    return { type: 'string', bytes: plain ? bytes.subarray(start, at) : unescape(bytes, start, at), hex: false };
  }

  #hex(): PdfString {
    const bytes = this.bytes;
    const start = this.at + 1;
    let count = 0;
    // Nothing is allocated for what turns out not to be a string.
    let at = start;
    for (; at < this.end; at++) {
      const byte = bytes[at]!;
      if (HEX_VALUE[byte]! >= 0) count++;
      else if (byte === 0x3e || !isWhite(byte)) break;
    }
    this.at = at + 1;
    this.weight += WEIGHT.string;
    if (at >= this.end) malformed('a string does not end', start);
    if (bytes[at] !== 0x3e) malformed('a hexadecimal string holds another character', at);
    const out = new Uint8Array((count + 1) >> 1);
    let digits = 0;
    let high = 0;
    for (let i = start; i < at; i++) {
      const value = HEX_VALUE[bytes[i]!]!;
      if (value < 0) continue;
      if (digits % 2 === 0) out[digits >> 1] = high = value << 4;
      else out[digits >> 1] = high | value;
      digits++;
    }
    return { type: 'string', bytes: out, hex: true };
  }

  #deepen(depth: number): void {
    if (depth <= 0) malformed('nested too deeply', this.at);
    if (MAX_DEPTH - depth >= MAX_PLAIN_DEPTH) this.finding ??= 'nesting';
  }

  #array(depth: number): PdfArray {
    this.#deepen(depth);
    this.weight += WEIGHT.array;
    this.at++;
    const items: PdfObject[] = [];
    for (;;) {
      this.skipSpace();
      if (this.at < this.end && this.bytes[this.at] === 0x5d) break;
      items.push(this.object(depth - 1));
    }
    this.at++;
    return { type: 'array', items };
  }

  /** The dictionary whose `<<` stands here. */
  dict(depth: number = MAX_DEPTH): PdfDict {
    this.#deepen(depth);
    this.weight += WEIGHT.dict;
    const start = this.at;
    let fractional: string[] | undefined;
    this.at += 2;
    const entries = new Map<string, PdfObject>();
    for (;;) {
      this.skipSpace();
      const byte = this.at < this.end ? this.bytes[this.at] : undefined;
      if (byte === 0x2f) {
        const key = this.#name().name;
        const before = entries.size;
        this.weight += WEIGHT.entry;
        const others = this.#others;
        entries.set(key, this.object(depth - 1));
        if (others !== this.#others) (fractional ??= []).push(key);
        if (entries.size === before) this.finding ??= 'duplicate-key';
      } else if (byte === 0x3e && this.bytes[this.at + 1] === 0x3e && this.at + 1 < this.end) break;
      else malformed('a dictionary holds something that is not a key', this.at);
    }
    this.at += 2;
    return new ReadDict(entries, this.bytes, start, fractional ?? NONE);
  }
}

/** A table: signatures are strings of 16,000 digits. */
const HEX_VALUE = Int8Array.from({ length: 256 }, (_, byte) => hexValue(byte));

/** ISO 32000-2 §7.3.4.2. */
function unescape(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const out = new Uint8Array(end - start);
  let length = 0;
  for (let at = start; at < end; at++) {
    let byte = bytes[at]!;
    if (byte === 13) {
      if (bytes[at + 1] === 10) at++;
      byte = 10;
    } else if (byte === 0x5c) {
      const escape = readEscape(bytes, at, end);
      at = endOfEscape(escape);
      byte = byteOfEscape(escape);
      if (byte === NO_BYTE) continue;
    }
    out[length++] = byte;
  }
  return out.subarray(0, length);
}

/**
 * The one object that `bytes` holds, white space and comments around it allowed.
 * @throws Refusal `pdf/malformed`, `pdf/too-large`
 */
export function parseObject(bytes: Uint8Array): PdfObject {
  const parser = new ObjectParser(bytes, 0, bytes.length);
  const object = parser.object();
  parser.skipSpace();
  if (parser.at !== bytes.length) malformed('something follows the object', parser.at);
  return object;
}
