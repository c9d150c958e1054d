import { toLatin1 } from '../core/bytes.ts';
import { CffGlyphs } from './cff-glyphs.ts';
import { CFF_STRINGS } from './cff-strings.ts';
import { STANDARD_ENCODING } from './glyph-names.ts';
import type { NamedGlyphs } from './named-glyphs.ts';
import type { Routines } from './type2-program.ts';

/** Where the parts of an INDEX stand: those of part `i` from `starts[i]` to `starts[i + 1]`. */
interface Index {
  readonly starts: Uint32Array;
  readonly count: number;
  readonly end: number;
}

const ROS = 0x0c1e;
const CID_COUNT = 0x0c22;
/** Of numbers, where the font does not say how many (Technical Note 5176 table 10). */
const USUAL_COUNT = 8720;
const CHARSTRING_TYPE = 0x0c06;
const FD_ARRAY = 0x0c24;
const FD_SELECT = 0x0c25;
const FONT_MATRIX = 0x0c07;
const PAINT_TYPE = 0x0c05;
const PRIVATE = 18;
const ROUTINES = 19;
const MAX_FONTS = 256;
const CHARSET = 15;
const ENCODING = 16;
const CHAR_STRINGS = 17;
/** Of charsets and encodings that are not in the file: the first is Adobe's standard, others are for experts. */
const STANDARD = 0;
const STANDARD_GLYPHS = 229;
const MAX_OPERANDS = 48;
const MAX_DICT = 4096;

/** A compact font (Adobe Technical Note 5176): which glyph has which name, or which number. */
export interface Cff {
  readonly glyphCount: number;
  /** `undefined` in a font whose glyphs have numbers. */
  readonly named: NamedGlyphs | undefined;
  /** By CID; `undefined` in a font whose glyphs have names. */
  readonly numbers: ReadonlyMap<number, number> | undefined;
  readonly glyphs: CffGlyphs;
}

/** `undefined` where programs may read different fonts, or none: what it leads to twice, or beyond its end. */
export function readCff(bytes: Uint8Array): Cff | undefined {
  const [major, minor, header = 0, offsetSize = 0] = bytes;
  if (major !== 1 || minor !== 0 || header < 4 || offsetSize < 1 || offsetSize > 4) return undefined;
  const fonts = readIndex(bytes, header);
  const tops = fonts && readIndex(bytes, fonts.end);
  const strings = tops && readIndex(bytes, tops.end);
  const routines = strings && readIndex(bytes, strings.end);
  if (!routines || fonts.count !== 1 || tops.count !== 1) return undefined;
  const top = readDict(bytes, tops.starts[0]!, tops.starts[1]!);
  const at = top?.get(CHAR_STRINGS);
  const programs = at?.length === 1 ? readIndex(bytes, at[0]!) : undefined;
  if (!top || !programs || programs.count === 0 || (top.get(CHARSTRING_TYPE)?.[0] ?? 2) !== 2) return undefined;
  const glyphCount = programs.count;
  const isNumbered = top.has(ROS);
  const ids = readCharset(bytes, top.get(CHARSET)?.[0] ?? STANDARD, glyphCount, isNumbered);
  if (!ids) return undefined;
  const global = partsOf(bytes, routines);
  const programOf = (glyph: number): Uint8Array => bytes.subarray(programs.starts[glyph], programs.starts[glyph + 1]);
  if (!hasPlainScale(top) || !isFilled(top)) return undefined;
  const nameOf = (id: number): string | undefined => CFF_STRINGS[id] ?? textOf(bytes, strings, id - CFF_STRINGS.length);
  if (isNumbered) {
    const numbers = new Map<number, number>();
    for (const [glyph, id] of ids.entries()) numbers.set(id, glyph);
    const selected = readSelection(bytes, top, glyphCount);
    const locals = selected && readFonts(bytes, top);
    if (numbers.size !== glyphCount || !locals) return undefined;
    // Whose numbers they are, and how many: who does not find it takes another font.
    const [registry = -1, ordering = -1] = top.get(ROS)!;
    if (nameOf(registry) === undefined || nameOf(ordering) === undefined) return undefined;
    const most = top.get(CID_COUNT)?.[0] ?? USUAL_COUNT;
    if (ids.some((id) => id >= most)) return undefined;
    const routinesOf = (glyph: number): Routines | undefined => {
      const local = locals[selected(glyph)];
      return local && { local, global };
    };
    return { glyphCount, named: undefined, numbers, glyphs: new CffGlyphs(programOf, routinesOf, undefined) };
  }
  const names = new Map<string, number>();
  for (const [glyph, id] of ids.entries()) {
    const name = nameOf(id);
    // Of two glyphs of one name, some take the first, some the last.
    if (name === undefined || names.has(name)) return undefined;
    names.set(name, glyph);
  }
  const encoding = readEncoding(bytes, top.get(ENCODING)?.[0] ?? STANDARD, [...names.keys()], nameOf);
  const local = readRoutines(bytes, top);
  if (!encoding || !local) return undefined;
  const glyphs = new CffGlyphs(programOf, () => ({ local, global }), names);
  return { glyphCount, named: { names, encoding, glyphs }, numbers: undefined, glyphs };
}

function readIndex(bytes: Uint8Array, at: number): Index | undefined {
  if (!Number.isInteger(at) || at < 0 || at + 2 > bytes.length) return undefined;
  const count = (bytes[at]! << 8) | bytes[at + 1]!;
  if (count === 0) return { starts: new Uint32Array(1), count, end: at + 2 };
  const size = bytes[at + 2] ?? 0;
  const data = at + 3 + size * (count + 1) - 1;
  if (size < 1 || size > 4 || data + 1 > bytes.length) return undefined;
  const starts = new Uint32Array(count + 1);
  let before = 1;
  for (let i = 0, from = at + 3; i <= count; i++, from += size) {
    let offset = 0;
    for (let k = 0; k < size; k++) offset = offset * 256 + bytes[from + k]!;
    if (offset < before || data + offset > bytes.length) return undefined;
    starts[i] = data + offset;
    before = offset;
  }
  return starts[0] === data + 1 ? { starts, count, end: starts[count]! } : undefined;
}

/** Operands by operator (Technical Note 5176 §4); `undefined` where one is given twice, or is none. */
function readDict(bytes: Uint8Array, start: number, end: number): ReadonlyMap<number, readonly number[]> | undefined {
  const dict = new Map<number, readonly number[]>();
  let operands: number[] = [];
  if (end - start > MAX_DICT) return undefined;
  for (let at = start; at < end;) {
    const byte = bytes[at++]!;
    if (byte <= 21) {
      const operator = byte === 12 ? (byte << 8) | (bytes[at++] ?? 0) : byte;
      if (at > end || dict.has(operator)) return undefined;
      dict.set(operator, operands);
      operands = [];
      continue;
    }
    if (operands.length === MAX_OPERANDS) return undefined;
    const next = bytes[at] ?? 0;
    if (byte >= 32 && byte <= 246) operands.push(byte - 139);
    else if (byte >= 247 && byte <= 250) operands.push((byte - 247) * 256 + next + 108);
    else if (byte >= 251 && byte <= 254) operands.push(-(byte - 251) * 256 - next - 108);
    else if (byte === 28) operands.push(((next << 24) >> 16) | (bytes[at + 1] ?? 0));
    else if (byte === 29)
      operands.push((next << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
    else if (byte === 30) {
      let digits = '';
      for (; at < end && (bytes[at]! & 0x0f) !== 0x0f && bytes[at]! >> 4 !== 0x0f; at++)
        digits += realDigits(bytes[at]!);
      if (at < end && bytes[at]! >> 4 !== 0x0f) digits += realDigits(bytes[at]! >> 4, 1);
      operands.push(Number(digits));
    } else return undefined;
    at += byte === 28 ? 2 : byte === 29 ? 4 : byte >= 247 || byte === 30 ? 1 : 0;
    if (at > end) return undefined;
  }
  return operands.length === 0 ? dict : undefined;
}

const NIBBLES = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.', 'E', 'E-', 'x', '-', ''];

/** The halves of a byte of a real number (Technical Note 5176 table 5), or the last alone. */
function realDigits(byte: number, halves: 1 | 2 = 2): string {
  return (halves === 2 ? NIBBLES[byte >> 4]! : '') + NIBBLES[byte & 0x0f]!;
}

/** Numbers of names, or of glyphs, in order of glyphs (Technical Note 5176 §13). */
function readCharset(bytes: Uint8Array, at: number, glyphs: number, isNumbered: boolean): Uint16Array | undefined {
  const ids = new Uint16Array(glyphs);
  if (at === STANDARD && !isNumbered) {
    return glyphs <= STANDARD_GLYPHS ? ids.map((_, glyph) => glyph) : undefined;
  }
  if (!(at > 2) || at >= bytes.length) return undefined;
  const format = bytes[at]!;
  const size = format === 0 ? 2 : format === 1 ? 3 : 4;
  if (format > 2) return undefined;
  let from = at + 1;
  for (let glyph = 1; glyph < glyphs; from += size) {
    if (from + size > bytes.length) return undefined;
    const first = (bytes[from]! << 8) | bytes[from + 1]!;
    const more = format === 0 ? 0 : format === 1 ? bytes[from + 2]! : (bytes[from + 2]! << 8) | bytes[from + 3]!;
    // A last range that leads further is one that some programs take for broken.
    if (glyph + more >= glyphs || first + more > 0xffff) return undefined;
    for (let i = 0; i <= more; i++) ids[glyph++] = first + i;
  }
  return ids;
}

/** What the font calls each code (Technical Note 5176 §12). `names`: by glyph. */
function readEncoding(
  bytes: Uint8Array,
  at: number,
  names: readonly string[],
  nameOf: (id: number) => string | undefined,
): readonly (string | undefined)[] | undefined {
  if (at === STANDARD) return STANDARD_ENCODING;
  if (!(at > 1) || at + 2 > bytes.length) return undefined;
  const format = bytes[at]!;
  const count = bytes[at + 1]!;
  const encoding = new Array<string | undefined>(256).fill(undefined);
  const size = (format & 0x7f) === 0 ? 1 : 2;
  let from = at + 2 + size * count;
  if ((format & 0x7f) > 1 || from > bytes.length) return undefined;
  let glyph = 1;
  for (let i = at + 2; i < from; i += size) {
    const last = bytes[i]! + (size === 2 ? bytes[i + 1]! : 0);
    for (let code = bytes[i]!; code <= last; code++, glyph++) {
      if (code > 255 || glyph >= names.length || encoding[code] !== undefined) return undefined;
      encoding[code] = names[glyph];
    }
  }
  if ((format & 0x80) === 0) return encoding;
  const more = bytes[from++] ?? 0;
  if (from + 3 * more > bytes.length) return undefined;
  for (let i = 0; i < more; i++, from += 3) {
    const name = nameOf((bytes[from + 1]! << 8) | bytes[from + 2]!);
    if (name === undefined || encoding[bytes[from]!] !== undefined) return undefined;
    encoding[bytes[from]!] = name;
  }
  return encoding;
}

/** A thousandth, or as of the few sizes that fonts are drawn in: each program goes by it at another place. */
function hasPlainScale(dict: ReadonlyMap<number, readonly number[]>): boolean {
  const matrix = dict.get(FONT_MATRIX);
  if (!matrix) return true;
  const [scale = 0, ...rest] = matrix;
  const isUpright = rest.length === 5 && rest[2] === scale && rest[0] === 0 && rest[1] === 0;
  return isUpright && rest[3] === 0 && rest[4] === 0 && scale >= 1 / 4096 && scale <= 1 / 1000;
}

/** Outlines are filled: of a font that strokes them most fill them all the same. */
function isFilled(dict: ReadonlyMap<number, readonly number[]>): boolean {
  return (dict.get(PAINT_TYPE)?.[0] ?? 0) === 0;
}

/** The routines of each of the fonts in a font whose glyphs have numbers (Technical Note 5176 §18). */
function readFonts(
  bytes: Uint8Array,
  top: ReadonlyMap<number, readonly number[]>,
): readonly (readonly Uint8Array[])[] | undefined {
  const fonts = readIndex(bytes, top.get(FD_ARRAY)?.[0] ?? -1);
  if (!fonts || fonts.count === 0 || fonts.count > MAX_FONTS) return undefined;
  const all: (readonly Uint8Array[])[] = [];
  for (let i = 0; i < fonts.count; i++) {
    const dict = readDict(bytes, fonts.starts[i]!, fonts.starts[i + 1]!);
    const routines = dict && readRoutines(bytes, dict);
    // Of scales at both places, some take one, some the product.
    if (!routines || !hasPlainScale(dict) || !isFilled(dict) || (dict.has(FONT_MATRIX) && top.has(FONT_MATRIX)))
      return undefined;
    all.push(routines);
  }
  return all;
}

/** The routines that a private dictionary leads to (Technical Note 5176 §15, §16). A font without one, some do not take. */
function readRoutines(
  bytes: Uint8Array,
  dict: ReadonlyMap<number, readonly number[]>,
): readonly Uint8Array[] | undefined {
  const [size = 0, from = -1] = dict.get(PRIVATE) ?? [];
  if (size <= 0 || from < 0 || from + size > bytes.length) return undefined;
  const own = readDict(bytes, from, from + size);
  const at = own?.get(ROUTINES);
  if (!own || !at) return own && [];
  const index = readIndex(bytes, from + at[0]!);
  return index && partsOf(bytes, index);
}

function partsOf(bytes: Uint8Array, { starts, count }: Index): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, i) => bytes.subarray(starts[i], starts[i + 1]));
}

/** Which of the fonts each glyph is of (Technical Note 5176 §19). */
function readSelection(
  bytes: Uint8Array,
  top: ReadonlyMap<number, readonly number[]>,
  glyphs: number,
): ((glyph: number) => number) | undefined {
  const at = top.get(FD_SELECT)?.[0] ?? -1;
  if (at < 0 || at + 5 > bytes.length) return undefined;
  if (bytes[at] === 0) {
    return at + 1 + glyphs > bytes.length ? undefined : (glyph) => bytes[at + 1 + glyph]!;
  }
  const ranges = (bytes[at + 1]! << 8) | bytes[at + 2]!;
  const end = at + 3 + 3 * ranges;
  if (bytes[at] !== 3 || ranges === 0 || end + 2 > bytes.length) return undefined;
  const fonts = new Uint8Array(glyphs);
  let before = -1;
  for (let from = at + 3; from < end; from += 3) {
    const first = (bytes[from]! << 8) | bytes[from + 1]!;
    if ((before < 0 && first !== 0) || first <= before || first >= glyphs) return undefined;
    fonts.fill(bytes[from + 2]!, first);
    before = first;
  }
  return ((bytes[end]! << 8) | bytes[end + 1]!) === glyphs ? (glyph) => fonts[glyph]! : undefined;
}

function textOf(bytes: Uint8Array, { starts, count }: Index, i: number): string | undefined {
  if (i < 0 || i >= count || starts[i + 1]! - starts[i]! > 127) return undefined;
  return toLatin1(bytes.subarray(starts[i]!, starts[i + 1]!));
}
