import { toLatin1 } from '../core/bytes.ts';
import { dictEnd, hexEnd, isPlainComment, isPlainDict, isPlainName, literalEnd } from './content-tokens.ts';
import { type InlineImage, readInlineImage } from './inline-image.ts';
import { hexValue, isDigit, isRegular, isWhite, keywordAt, skipWhite } from './lex.ts';

/** Kinds of operand. Arrays are given flat: what stands between `[` and `]` are operands of their own. */
export const NUMBER = 1;
export const NAME = 2;
export const LITERAL = 3;
export const HEX = 4;
export const DICT = 5;
export const OTHER = 6;

/** `next` says so behind the last operator. */
export const END = 0;
/** `next` says so for what is no content stream: an open string or array, a stray delimiter, too many operands. */
export const BROKEN = -1;

const MAX_OPERANDS = 1 << 18;

/** What `next` answers for a longer name than any operator has. */
const UNKNOWN = 1 << 24;

/** An operator's name as the number that `next` answers: up to three characters. */
export function operator(name: string): number {
  return name.charCodeAt(0) | ((name.charCodeAt(1) || 0) << 8) | ((name.charCodeAt(2) || 0) << 16);
}

/** A ten-millionth of a point is beyond what anyone sees. */
const FRACTION_DIGITS = 7;
const TENTHS = Array.from({ length: FRACTION_DIGITS + 1 }, (_, i) => 10 ** -i);

/** Beyond it, numbers of fewer bits run over, or lose what stands behind the point: on the other side of any page. */
export const LARGEST_NUMBER = 100_000;
/** Digits before the point: more are beyond a number of 32 bits. */
const LONGEST_WHOLE = 9;
/** Digits behind it: some readers stop at so many. */
const LONGEST_FRACTION = 30;
/** No position in any content. */
const NOWHERE = 0x7fffffff;

const BI = operator('BI');
const ID = operator('ID');
const EI = operator('EI');

/**
 * Reads a content stream (ISO 32000-2 §7.8.2) operator by operator, without making an object for anything: operands
 * stand in `kind`, `value` (a number, or where a name or string starts) and `stop` (where it ends), `count` of them.
 */
export class Operators {
  readonly bytes: Uint8Array;
  readonly end: number;
  at = 0;
  count = 0;
  kind: Uint8Array = new Uint8Array(64);
  value: Float64Array = new Float64Array(64);
  stop: Int32Array = new Int32Array(64);
  /** The one whose `ID` was the last operator. */
  image: InlineImage | undefined;
  /** Whether every reader takes the tokens so far for the same; never true again. */
  plain = true;
  /** Operands at which the last array began and ended; -1 without any. Only of a plain one, which is not in another. */
  arrayFrom = -1;
  arrayTo = -1;
  /** Where the next part of the content begins, or `NOWHERE`; and which of them that is. */
  #joint = NOWHERE;
  #joints: readonly number[];
  #nextJoint = 0;
  /** Behind a `BI` whose `ID` has not come, or -1. */
  #begun = -1;

  /** `joints`: where parts of the content meet, which some readers read each for itself. */
  constructor(bytes: Uint8Array, joints: readonly number[] = []) {
    this.bytes = bytes;
    this.end = bytes.length;
    this.#joints = joints;
    this.#passJoints(-1);
  }

  /** The next operator, its operands in place; `END` or `BROKEN`. */
  next(): number {
    const { bytes, end } = this;
    let { kind, value } = this;
    let at = this.at;
    let count = 0;
    let arrays = 0;
    this.arrayFrom = -1;
    for (;;) {
      if (at >= end) {
        // An array left open swallows operators, up to the end for some readers.
        if (arrays > 0 || this.#begun >= 0) return this.#broken(end);
        this.at = end;
        this.count = count;
        // Operands of nothing.
        if (count > 0) this.plain = false;
        return END;
      }
      let byte = bytes[at]!;
      if (byte <= 32 && isWhite(byte)) {
        if (byte === 0 || byte === 12) this.plain = false;
        at++;
        continue;
      }
      if (count >= value.length) {
        if (!this.#grow()) return this.#broken(at);
        kind = this.kind;
        value = this.value;
      }
      if (byte <= 57 && (byte >= 48 || byte === 46 || byte === 45 || byte === 43)) {
        const negative = byte === 45;
        if (byte === 45 || byte === 43) byte = ++at < end ? bytes[at]! : 32;
        // Whole numbers of 31 bits as long as they do: twice as fast as floating point, and content is mostly digits.
        const first = at;
        let whole = 0;
        while (byte >= 48 && byte <= 57) {
          whole = (whole * 10 + byte - 48) | 0;
          byte = ++at < end ? bytes[at]! : 32;
        }
        let digits = at - first;
        if (digits > LONGEST_WHOLE || whole > LARGEST_NUMBER) this.plain = false;
        let number = digits <= LONGEST_WHOLE ? whole : longNumber(bytes, first, at);
        if (byte === 46) {
          let fraction = 0;
          const point = at + 1;
          const exact = Math.min(end, point + FRACTION_DIGITS);
          byte = ++at < end ? bytes[at]! : 32;
          while (at < exact && byte >= 48 && byte <= 57) {
            fraction = (fraction * 10 + byte - 48) | 0;
            byte = ++at < end ? bytes[at]! : 32;
          }
          number += fraction * TENTHS[at - point]!;
          while (byte >= 48 && byte <= 57) byte = ++at < end ? bytes[at]! : 32;
          digits += at - point;
          if (at - point > LONGEST_FRACTION) this.plain = false;
        }
        if (digits === 0) this.plain = false;
        // Some readers stop at what follows, such as the second sign of `12-3`, and take the rest for another token.
        if (byte !== 32 && at < end && isRegular(byte)) {
          this.plain = false;
          while (at < end && isRegular(bytes[at]!)) at++;
        }
        kind[count] = NUMBER;
        value[count++] = negative ? -number : number;
        continue;
      }
      switch (byte) {
        case 0x28: {
          const start = at + 1;
          at = this.#stringEnd(literalEnd(bytes, at, end), start);
          if (at === 0) return this.#broken(start);
          this.#operand(count++, LITERAL, start, at - 1);
          continue;
        }
        case 0x3c: {
          const start = at + 1;
          if (bytes[start] === 0x3c) {
            at = dictEnd(bytes, at, end);
            if (at < 0) return this.#broken(start);
            if (at > this.#joint) this.#cross(start, at);
            this.plain &&= isPlainDict(bytes, start - 1, at);
            this.#operand(count++, DICT, start - 1, at);
            continue;
          }
          at = this.#stringEnd(hexEnd(bytes, start, end), start);
          if (at === 0) return this.#broken(start);
          this.#operand(count++, HEX, start, at - 1);
          continue;
        }
        case 0x2f: {
          const start = ++at;
          while (at < end && isRegular(bytes[at]!)) at++;
          this.plain &&= isPlainName(bytes, start, at);
          this.#operand(count++, NAME, start, at);
          continue;
        }
        case 0x25: {
          const start = ++at;
          while (at < end && bytes[at] !== 10 && bytes[at] !== 13) at++;
          if (at > this.#joint) this.#cross(start, at);
          this.plain &&= isPlainComment(bytes, start, at);
          continue;
        }
        case 0x5b:
          if (++arrays > 1 || this.arrayFrom >= 0) this.plain = false;
          this.arrayFrom = count;
          at++;
          continue;
        case 0x5d:
          if (--arrays < 0) return this.#broken(at);
          this.arrayTo = count;
          at++;
          continue;
        case 0x29:
        case 0x3e:
        case 0x7b:
        case 0x7d:
          return this.#broken(at);
      }
      const start = at++;
      let second = 0;
      let third = 0;
      if (at < end && isRegular(bytes[at]!)) {
        second = bytes[at++]!;
        if (at < end && isRegular(bytes[at]!)) {
          third = bytes[at++]!;
          while (at < end && isRegular(bytes[at]!)) at++;
        }
      }
      const code = at - start > 3 ? UNKNOWN : byte | (second << 8) | (third << 16);
      if (code === UNKNOWN && isConstant(bytes, start, at)) {
        this.#operand(count++, OTHER, start, at);
        continue;
      }
      if (arrays > 0) return this.#broken(start);
      this.at = at;
      this.count = count;
      const isImage = this.#begun >= 0 || code === BI || code === ID || code === EI;
      return isImage ? this.#imageOperator(code) : code;
    }
  }

  /** A name's text, `#xx` undone. */
  name(operand: number): string {
    const stop = this.stop[operand]!;
    let text = '';
    for (let i = this.value[operand]!; i < stop; i++) {
      const high = this.bytes[i] === 0x23 && i + 2 < stop ? hexValue(this.bytes[i + 1]!) : -1;
      const low = high < 0 ? -1 : hexValue(this.bytes[i + 2]!);
      if (low < 0) text += String.fromCharCode(this.bytes[i]!);
      else {
        text += String.fromCharCode((high << 4) | low);
        i += 2;
      }
    }
    return text;
  }

  /** The integer behind `/key` in a dictionary operand. */
  integerIn(operand: number, key: string): number | undefined {
    const { bytes } = this;
    const stop = this.stop[operand]!;
    for (let at = this.value[operand]!; at + key.length < stop; at++) {
      if (bytes[at] !== 0x2f || !keywordAt(bytes, at + 1, key)) continue;
      at = skipWhite(bytes, at + 1 + key.length, stop);
      let value: number | undefined;
      for (; at < stop && isDigit(bytes[at]!); at++) value = Math.min((value ?? 0) * 10 + bytes[at]! - 48, 1e9);
      return value;
    }
    return undefined;
  }

  #operand(at: number, kind: number, start: number, stop: number): void {
    this.kind[at] = kind;
    this.value[at] = start;
    this.stop[at] = stop;
  }

  /** Where a string ends, of which one that is not plain has the negative. */
  #stringEnd(found: number, start: number): number {
    const end = Math.abs(found);
    if (found < 0) this.plain = false;
    if (end > this.#joint) this.#cross(start, end);
    return end;
  }

  /** What stands in [start, end) is not plain where parts of the content meet in it. */
  #cross(start: number, end: number): void {
    this.#passJoints(start);
    if (this.#joint < end) this.plain = false;
  }

  #passJoints(start: number): void {
    const joints = this.#joints;
    while (this.#nextJoint < joints.length && joints[this.#nextJoint]! < start) this.#nextJoint++;
    this.#joint = joints[this.#nextJoint] ?? NOWHERE;
  }

  #broken(at: number): number {
    this.at = at;
    return BROKEN;
  }

  #grow(): boolean {
    const size = this.value.length * 4;
    if (size > MAX_OPERANDS) return false;
    const { kind, value, stop } = this;
    (this.kind = new Uint8Array(size)).set(kind);
    (this.value = new Float64Array(size)).set(value);
    (this.stop = new Int32Array(size)).set(stop);
    return true;
  }

  /** `BI`, or `ID` with the data that follow it and `EI`: none of the three stands alone. */
  #imageOperator(code: number): number {
    const { at } = this;
    if (code === BI && this.#begun < 0) {
      this.#begun = at;
      return code;
    }
    this.image = code === ID && this.#begun >= 0 ? readInlineImage(this.bytes, this.#begun, at - 2) : undefined;
    if (!this.image) return this.#broken(at);
    const { after } = this.image;
    if (after > this.#joint) this.#cross(this.#begun, after);
    this.#begun = -1;
    this.at = after;
    return code;
  }
}

function longNumber(bytes: Uint8Array, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at++) number = number * 10 + bytes[at]! - 48;
  return number;
}

function isConstant(bytes: Uint8Array, start: number, end: number): boolean {
  const text = toLatin1(bytes.subarray(start, Math.min(end, start + 6)));
  return text === 'true' || text === 'false' || text === 'null';
}
