import { byteOfEscape, endOfEscape, NO_BYTE, readEscape } from './escape.ts';
import { type FontMetrics, UNKNOWN_FONT } from './font-metrics.ts';
import { type Matrix, IDENTITY } from './geometry.ts';
import { hexValue, isRegular } from './lex.ts';
import { HEX, LARGEST_NUMBER, LITERAL, NUMBER, type Operators, operator } from './operators.ts';

/** The text parameters of the graphics state (ISO 32000-2 §9.3); a change makes a new one. */
export interface TextState {
  readonly font: FontMetrics;
  readonly size: number;
  readonly charSpacing: number;
  readonly wordSpacing: number;
  /** 1 for 100 %. */
  readonly stretch: number;
  readonly leading: number;
  readonly rise: number;
  /** Mode 3 paints nothing, mode 7 only clips. */
  readonly mode: number;
}

export const INITIAL_TEXT_STATE: TextState = {
  font: UNKNOWN_FONT,
  size: 0,
  charSpacing: 0,
  wordSpacing: 0,
  stretch: 1,
  leading: 0,
  rise: 0,
  mode: 0,
};

const TD = operator('TD');
const TStar = operator('T*');
const quote = operator("'");
const doubleQuote = operator('"');

const PARAMETERS: ReadonlyMap<number, (state: TextState, value: number) => TextState> = new Map([
  [operator('Tc'), (state, charSpacing) => ({ ...state, charSpacing })],
  [operator('Tw'), (state, wordSpacing) => ({ ...state, wordSpacing })],
  [operator('Tz'), (state, percent) => ({ ...state, stretch: percent / 100 })],
  [operator('TL'), (state, leading) => ({ ...state, leading })],
  [operator('Ts'), (state, rise) => ({ ...state, rise })],
  [operator('Tr'), (state, mode) => ({ ...state, mode })],
] satisfies [number, (state: TextState, value: number) => TextState][]);

/** What `textOperator` follows. */
export const TEXT_OPERATORS: ReadonlySet<number> = new Set([...PARAMETERS.keys(), TD, TStar, quote, doubleQuote]);

/**
 * The text operators that are rarer than `Td`, `Tj` and `TJ`; answers the text state after it. What the pen has shown
 * before must have been taken.
 */
export function textOperator(op: number, ops: Operators, pen: TextPen, before: TextState): TextState {
  const { value, kind, count } = ops;
  const parameter = PARAMETERS.get(op);
  if (parameter !== undefined) return count > 0 ? parameter(before, value[0]!) : before;
  if (op === TD) {
    if (count < 2) return before;
    pen.shift(value[0]!, value[1]!);
    return { ...before, leading: -value[1]! };
  }
  pen.shift(0, -before.leading);
  if (op === TStar) return before;
  const state =
    op === doubleQuote && count >= 3 ? { ...before, wordSpacing: value[0]!, charSpacing: value[1]! } : before;
  const last = count - 1;
  if (kind[last] === LITERAL || kind[last] === HEX) {
    pen.show(ops.bytes, value[last]!, ops.stop[last]!, kind[last] === HEX, state);
  }
  return state;
}

/** The strings and numbers of `Tj` and `TJ`. */
export function showText(ops: Operators, pen: TextPen, state: TextState): void {
  const { kind, value, stop, bytes, count } = ops;
  for (let i = 0; i < count; i++) {
    const what = kind[i]!;
    if (what === HEX || what === LITERAL) pen.show(bytes, value[i]!, stop[i]!, what === HEX, state);
    else if (what === NUMBER) pen.adjust(value[i]!, state);
  }
}

/**
 * Where the pen of a text object stands, and the box of the line that it has shown so far, in the space of the text
 * matrix last set by `Tm`. `Td` only shifts the pen, so a line set glyph by glyph costs no matrix.
 */
export class TextPen {
  matrix: Matrix = IDENTITY;
  #lineX = 0;
  #lineY = 0;
  #advance = 0;
  empty = true;
  x0 = 0;
  y0 = 0;
  x1 = 0;
  y1 = 0;

  /** `BT`, `Tm`: a line begins at the origin of `matrix`. What was shown before must have been taken. */
  set(matrix: Matrix): void {
    this.matrix = matrix;
    this.#lineX = 0;
    this.#lineY = 0;
    this.#advance = 0;
  }

  /** `Td`. */
  shift(x: number, y: number): void {
    this.#lineX += x;
    this.#lineY += y;
    this.#advance = 0;
  }

  /** A number in the array of `TJ`, in thousandths. */
  adjust(thousandths: number, state: TextState): void {
    const move = (-thousandths / 1000) * state.size;
    this.#advance += state.font.vertical ? 0 : move * state.stretch;
  }

  /** The string that stands, still encoded, in [start, stop). */
  show(bytes: Uint8Array, start: number, stop: number, hex: boolean, state: TextState): void {
    const { font } = state;
    const from = this.#lineX + this.#advance;
    let wide: number;
    if (hex && font.bytes === 2 && stop - start === 4 && state.wordSpacing === 0) {
      const code = codeAt(bytes, start);
      const width = font.widths[code] ?? font.missing;
      wide = (width === width ? width : font.missing) * state.size + state.charSpacing;
    } else wide = hex ? hexAdvance(bytes, start, stop, state) : literalAdvance(bytes, start, stop, state);
    wide *= state.stretch;
    if (font.vertical) {
      this.#include(
        from - Math.abs(wide),
        this.#lineY - Math.abs(wide),
        from + Math.abs(wide),
        this.#lineY + Math.abs(wide),
      );
      return;
    }
    this.#advance += wide;
    const up = this.#lineY + state.rise + font.ascent * state.size;
    const down = this.#lineY + state.rise + font.descent * state.size;
    const to = from + wide;
    this.#include(Math.min(from, to), Math.min(up, down), Math.max(from, to), Math.max(up, down));
  }

  /**
   * Follows `x 0 Td <hhhh> Tj` as often as it stands from `at` on, and answers where it ends. Chromium sets every glyph
   * like this, nine tenths of a page, and reading it operator by operator takes four times as long. `shown` gets a bit for
   * each code.
   */
  follow(bytes: Uint8Array, at: number, state: TextState, shown: Uint32Array = NOT_ASKED): number {
    const { font, size, charSpacing, stretch } = state;
    if (font.bytes !== 2 || font.vertical || state.wordSpacing !== 0 || this.empty) return at;
    const { widths, missing } = font;
    const last = bytes.length - LONGEST_STEP;
    const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let x = this.#lineX;
    let low = this.x0;
    let high = this.x1;
    let advance = this.#advance;
    while (at < last) {
      let next = at;
      let byte = bytes[next]!;
      if (byte !== 10 && byte !== 32) break;
      byte = bytes[++next]!;
      const negative = byte === 45;
      if (negative) byte = bytes[++next]!;
      const first = next;
      let digit = byte - 48;
      let whole = 0;
      while (digit >= 0 && digit <= 9) {
        whole = (whole * 10 + digit) | 0;
        digit = bytes[++next]! - 48;
      }
      let move = whole;
      let digits = next - first;
      if (digit === POINT) {
        const point = ++next;
        let fraction = 0;
        digit = bytes[next]! - 48;
        while (digit >= 0 && digit <= 9) {
          fraction = (fraction * 10 + digit) | 0;
          digit = bytes[++next]! - 48;
        }
        if (next - point > digits) digits = next - point;
        move += fraction * TENTHS[next - point]!;
      }
      // More digits than fit 31 bits, and what is too large, are left to who reads operator by operator.
      if (digits > MAX_DIGITS || digits === 0 || whole > LARGEST_NUMBER) break;
      // ` 0 Td <` and `> Tj`, four bytes at a time.
      if (words.getUint32(next) !== 0x20302054 || words.getUint32(next + 3) !== 0x5464203c) break;
      if (words.getUint32(next + 11) !== 0x3e20546a || isRegular(bytes[next + 15]!)) break;
      const code = codeAt(bytes, next + 7);
      if (code < 0) break;
      shown[code >> 5]! |= 1 << (code & 31);
      const width = code < widths.length ? widths[code]! : missing;
      x += negative ? -move : move;
      advance = ((width === width ? width : missing) * size + charSpacing) * stretch;
      if (x < low) low = x;
      if (x + advance > high) high = x + advance;
      if (x + advance < low) low = x + advance;
      at = next + 15;
    }
    this.#lineX = x;
    this.#advance = advance;
    this.x0 = low;
    this.x1 = high;
    return at;
  }

  #include(x0: number, y0: number, x1: number, y1: number): void {
    if (this.empty) {
      this.empty = false;
      this.x0 = x0;
      this.y0 = y0;
      this.x1 = x1;
      this.y1 = y1;
      return;
    }
    if (x0 < this.x0) this.x0 = x0;
    if (y0 < this.y0) this.y0 = y0;
    if (x1 > this.x1) this.x1 = x1;
    if (y1 > this.y1) this.y1 = y1;
  }
}

/** For codes that nobody asks for. */
const NOT_ASKED = new Uint32Array(2048);

const MAX_DIGITS = 9;
const POINT = 0x2e - 48;
const TENTHS = Array.from({ length: MAX_DIGITS + 1 }, (_, i) => 10 ** -i);
/** Of what `TextPen.follow` follows at once. */
const LONGEST_STEP = 2 * MAX_DIGITS + 24;

const DIGIT = Int8Array.from({ length: 256 }, (_, byte) => hexValue(byte));

/** Four hexadecimal digits; one that is none makes the code negative, which has no width of its own. */
function codeAt(bytes: Uint8Array, at: number): number {
  return (
    (DIGIT[bytes[at]!]! << 12) | (DIGIT[bytes[at + 1]!]! << 8) | (DIGIT[bytes[at + 2]!]! << 4) | DIGIT[bytes[at + 3]!]!
  );
}

function advanceOf(codes: number, spaces: number, sum: number, state: TextState): number {
  return sum * state.size + codes * state.charSpacing + spaces * state.wordSpacing;
}

function literalAdvance(bytes: Uint8Array, start: number, stop: number, state: TextState): number {
  const { bytes: each, widths, missing } = state.font;
  let sum = 0;
  let codes = 0;
  let spaces = 0;
  let high = -1;
  for (let at = start; at < stop; at++) {
    let byte = bytes[at]!;
    if (byte === 0x5c) {
      const escape = readEscape(bytes, at, stop);
      at = endOfEscape(escape);
      byte = byteOfEscape(escape);
      if (byte === NO_BYTE) continue;
    }
    let code = byte;
    if (each === 2) {
      if (high < 0) {
        high = byte;
        continue;
      }
      code = (high << 8) | byte;
      high = -1;
    } else if (byte === 32) spaces++;
    codes++;
    const width = widths[code] ?? missing;
    sum += width === width ? width : missing;
  }
  return advanceOf(codes, spaces, sum, state);
}

function hexAdvance(bytes: Uint8Array, start: number, stop: number, state: TextState): number {
  const { bytes: each, widths, missing } = state.font;
  const digits = each === 2 ? 4 : 2;
  let sum = 0;
  let codes = 0;
  let spaces = 0;
  let code = 0;
  let held = 0;
  for (let at = start; at < stop; at++) {
    const digit = DIGIT[bytes[at]!]!;
    if (digit < 0) continue;
    code = (code << 4) | digit;
    if (++held < digits) continue;
    if (digits === 2 && code === 32) spaces++;
    codes++;
    const width = widths[code] ?? missing;
    sum += width === width ? width : missing;
    code = 0;
    held = 0;
  }
  if (held > 0) {
    codes++;
    sum += missing;
  }
  return advanceOf(codes, spaces, sum, state);
}
