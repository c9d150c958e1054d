import { ambiguous, type Ambiguity } from './ambiguity.ts';
import { hexValue, isDigit, isPrintable, isRegular, standsAt } from './lex.ts';
import { holdsWord } from './searched-words.ts';

/** As deep as every reader follows. */
const MAX_DEPTH = 32;
/** Signing programs leave room behind a /ByteRange. */
const LONGEST_SPACE = 1024;
const LONGEST_NAME = 127;
const LONGEST_NUMBER = 20;
const MAX_DIGITS = 10;
/** What a signed number of 32 bits holds. */
const MAX_NUMBER = 0x7fffffff;

/** Words that make a document, which a reader without a table looks for: each in one place only. */
const WEIGHTY: ReadonlySet<string> = new Set(['Root', 'Catalog', 'Encrypt', 'XRef', 'ObjStm', 'Linearized']);

/** Where the values of a dictionary's own keys stand. */
export type Spans = ReadonlyMap<string, readonly [from: number, to: number]>;

/** The text of a value, read. */
export interface PlainValue {
  /** Of a dictionary. */
  readonly spans: Spans | undefined;
  /** Weighty words met: `Root` for a key of its own, `=Catalog` for the value of one, and `…` for what stands deeper. */
  readonly weighty: readonly string[];
}

/**
 * Holds values (ISO 32000-2 §7.3) to the spelling that every reader reads alike: white space of spaces and ends of lines
 * and little of it, no comments, numbers of plain decimals, names of printable ASCII, strings with the escapes of the
 * standard, no key twice. What is not so is refused, not mended.
 */
export class PlainText {
  readonly bytes: Uint8Array;
  readonly end: number;
  at: number;
  #weighty: string[] = [];

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /** Behind spaces and ends of lines. */
  space(): void {
    const from = this.at;
    while (this.at < this.end && isPlainSpace(this.bytes[this.at]!)) this.at++;
    if (this.at - from > LONGEST_SPACE) this.refuse('stray-bytes');
  }

  /** Behind one end of line, or none. Answers whether there was one. */
  eol(): boolean {
    const from = this.at;
    if (this.bytes[this.at] === 13) this.at++;
    if (this.bytes[this.at] === 10) this.at++;
    return this.at > from;
  }

  /** Behind `word`, if it stands here. */
  word(word: string): boolean {
    if (this.at + word.length > this.end || !standsAt(this.bytes, this.at, word)) return false;
    this.at += word.length;
    return true;
  }

  /** A whole number without needless zeros; `undefined` and no move where none stands. */
  whole(): number | undefined {
    const from = this.at;
    let value = 0;
    while (this.at < this.end && isDigit(this.bytes[this.at]!)) value = value * 10 + this.bytes[this.at++]! - 48;
    const length = this.at - from;
    if (length > 0 && length <= MAX_DIGITS && (length === 1 || this.bytes[from] !== 0x30)) return value;
    this.at = from;
    return undefined;
  }

  /** @throws Refusal `pdf/ambiguous` */
  value(): PlainValue {
    this.#weighty = [];
    const spans = standsAt(this.bytes, this.at, '<<') ? new Map<string, readonly [number, number]>() : undefined;
    if (spans) this.#dict(MAX_DEPTH, spans);
    else this.#value(MAX_DEPTH);
    return { spans, weighty: this.#weighty };
  }

  refuse(finding: Ambiguity): never {
    return ambiguous(finding, this.at);
  }

  #value(depth: number): void {
    const byte = this.at < this.end ? this.bytes[this.at]! : 0;
    if (byte === 0x2f) this.#weigh('=', this.#name(), depth);
    else if (byte === 0x28) this.#literal();
    else if (byte === 0x5b) this.#array(depth);
    else if (byte === 0x3c) {
      if (this.bytes[this.at + 1] === 0x3c) this.#dict(depth);
      else this.#hex();
    } else if (isDigit(byte) || byte === 0x2d || byte === 0x2e) this.#number();
    else if (!this.#keyword('true') && !this.#keyword('false') && !this.#keyword('null')) this.refuse('object');
  }

  #keyword(word: string): boolean {
    const isIt = this.word(word);
    if (isIt && this.#isRegularHere()) this.refuse('object');
    return isIt;
  }

  #isRegularHere(): boolean {
    return this.at < this.end && isRegular(this.bytes[this.at]!);
  }

  /** A number, or the reference that begins with it. */
  #number(): void {
    const { bytes } = this;
    const from = this.at;
    if (bytes[this.at] === 0x2d) this.at++;
    let value = 0;
    let digits = 0;
    let points = 0;
    for (; this.at < this.end; this.at++) {
      const byte = bytes[this.at]!;
      if (isDigit(byte)) {
        digits++;
        if (points === 0) value = value * 10 + byte - 48;
      } else if (byte === 0x2e) points++;
      else break;
    }
    const length = this.at - from;
    const isPlain = digits > 0 && points <= 1 && length <= (points === 0 ? MAX_DIGITS + 1 : LONGEST_NUMBER);
    if (!isPlain || value > MAX_NUMBER || this.#isRegularHere()) this.refuse('number-form');
    if (points === 0 && bytes[from] !== 0x2d) this.#reference(from);
  }

  /** One space between its words. */
  #reference(from: number): void {
    const { bytes, end } = this;
    let at = this.at;
    if (bytes[at] !== 32 || !isDigit(bytes[at + 1] ?? 0)) return;
    const generation = ++at;
    while (at < end && isDigit(bytes[at]!)) at++;
    if (bytes[at] !== 32 || bytes[at + 1] !== 0x52 || at + 2 > end) return;
    if (at + 2 < end && isRegular(bytes[at + 2]!)) return;
    const isPlain =
      bytes[from] !== 0x30 && at - generation <= 5 && (bytes[generation] !== 0x30 || at === generation + 1);
    if (!isPlain) this.refuse('reference');
    this.at = at + 2;
  }

  #name(): string {
    const { bytes } = this;
    const from = ++this.at;
    let name = '';
    for (; this.#isRegularHere(); this.at++) {
      let byte = bytes[this.at]!;
      if (!isPrintable(byte)) this.refuse('name-bytes');
      if (byte === 0x23) {
        const [high, low] = [hexValue(bytes[this.at + 1] ?? 0), hexValue(bytes[this.at + 2] ?? 0)];
        byte = high * 16 + low;
        // What need not be escaped and is may be another name to some readers.
        if (high < 0 || low < 0 || byte === 0 || isLetter(byte) || isDigit(byte)) this.refuse('name-escape');
        this.at += 2;
      }
      name += String.fromCharCode(byte);
    }
    if (this.at === from) this.refuse('object');
    if (this.at - from > LONGEST_NAME) this.refuse('long-name');
    if (holdsWord(bytes, from, this.at)) this.refuse('word-in-data');
    return name;
  }

  #weigh(prefix: string, name: string, depth: number): void {
    if (WEIGHTY.has(name)) this.#weighty.push(`${depth >= MAX_DEPTH - 1 ? prefix : '…'}${name}`);
  }

  #literal(): void {
    const { bytes, end } = this;
    const from = ++this.at;
    for (let open = 1; open > 0; this.at++) {
      if (this.at >= end) this.refuse('string-form');
      const byte = bytes[this.at]!;
      if (byte === 0x28) open++;
      else if (byte === 0x29) open--;
      else if (byte === 13) this.refuse('string-form');
      else if (byte === 0x5c) this.#escape();
    }
    if (holdsWord(bytes, from, this.at - 1)) this.refuse('word-in-data');
  }

  /** ISO 32000-2 table 3, three digits where it is a number. */
  #escape(): void {
    const next = this.bytes[++this.at] ?? 0;
    if (ESCAPED.has(next)) return;
    const isOctal =
      next >= 0x30 && next <= 0x33 && isOctalDigit(this.bytes[++this.at]) && isOctalDigit(this.bytes[++this.at]);
    if (!isOctal) this.refuse('string-form');
  }

  #hex(): void {
    const from = ++this.at;
    while (this.at < this.end && hexValue(this.bytes[this.at]!) >= 0) this.at++;
    if ((this.at - from) % 2 !== 0 || !this.word('>')) this.refuse('string-form');
  }

  #array(depth: number): void {
    if (depth === 0) this.refuse('nesting');
    this.at++;
    for (;;) {
      this.space();
      if (this.word(']')) return;
      this.#value(depth - 1);
    }
  }

  #dict(depth: number, spans: Map<string, readonly [number, number]> = new Map()): void {
    if (depth === 0) this.refuse('nesting');
    this.at += 2;
    for (;;) {
      this.space();
      if (this.word('>>')) return;
      if (this.at >= this.end || this.bytes[this.at] !== 0x2f) this.refuse('object');
      const key = this.#name();
      this.#weigh('', key, depth - 1);
      if (spans.has(key)) this.refuse('duplicate-key');
      this.space();
      const from = this.at;
      this.#value(depth - 1);
      spans.set(key, [from, this.at]);
    }
  }
}

/** Behind a backslash: `n r t b f ( ) \`. */
const ESCAPED: ReadonlySet<number> = new Set([...'nrtbf()\\'].map((character) => character.charCodeAt(0)));

function isOctalDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x37;
}

function isLetter(byte: number): boolean {
  const lower = byte | 32;
  return lower >= 0x61 && lower <= 0x7a;
}

export function isPlainSpace(byte: number): boolean {
  return byte === 32 || byte === 10 || byte === 13;
}
