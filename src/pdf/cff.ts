import { CFF_STRINGS } from './cff-strings.ts';
import { STANDARD_ENCODING } from './glyph-names.ts';

/** Where the parts of an INDEX stand: those of part `i` from `starts[i]` to `starts[i + 1]`. */
interface Index {
  readonly starts: Uint32Array;
  readonly count: number;
  readonly end: number;
}

const ROS = 0x0c1e;
const CHARSTRING_TYPE = 0x0c06;
const FD_ARRAY = 0x0c24;
const FD_SELECT = 0x0c25;
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
  /** By name; `undefined` in a font whose glyphs have numbers. */
  readonly names: ReadonlyMap<string, number> | undefined;
  /** By CID; `undefined` in a font whose glyphs have names. */
  readonly numbers: ReadonlyMap<number, number> | undefined;
  /** What the font itself calls each code; of none for numbers. */
  readonly encoding: readonly (string | undefined)[];
  /** Where the program of each glyph stands. */
  readonly programs: Index;
  readonly bytes: Uint8Array;
}

/** `undefined` where programs may read different fonts, or none: what it leads to twice, or beyond its end. */
export function readCff(bytes: Uint8Array): Cff | undefined {
  const [major, , header = 0] = bytes;
  if (major !== 1 || header < 4) return undefined;
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
  const font = { glyphCount, programs, bytes };
  if (isNumbered) {
    const numbers = new Map<number, number>();
    for (const [glyph, id] of ids.entries()) numbers.set(id, glyph);
    if (numbers.size !== glyphCount || !areSelected(bytes, top, glyphCount)) return undefined;
    return { ...font, names: undefined, numbers, encoding: [] };
  }
  const nameOf = (id: number): string | undefined => CFF_STRINGS[id] ?? textOf(bytes, strings, id - CFF_STRINGS.length);
  const names = new Map<string, number>();
  for (const [glyph, id] of ids.entries()) {
    const name = nameOf(id);
    // Of two glyphs of one name, some take the first, some the last.
    if (name === undefined || names.has(name)) return undefined;
    names.set(name, glyph);
  }
  const encoding = readEncoding(bytes, top.get(ENCODING)?.[0] ?? STANDARD, [...names.keys()], nameOf);
  return encoding && { ...font, names, numbers: undefined, encoding };
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
      // A real number, which leads nowhere.
      operands.push(NaN);
      while (at < end && (bytes[at]! & 0x0f) !== 0x0f && bytes[at]! >> 4 !== 0x0f) at++;
    } else return undefined;
    at += byte === 28 ? 2 : byte === 29 ? 4 : byte >= 247 || byte === 30 ? 1 : 0;
    if (at > end) return undefined;
  }
  return operands.length === 0 ? dict : undefined;
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

/** Whether each glyph has one of the private dictionaries (Technical Note 5176 §19). */
function areSelected(bytes: Uint8Array, top: ReadonlyMap<number, readonly number[]>, glyphs: number): boolean {
  const fonts = readIndex(bytes, top.get(FD_ARRAY)?.[0] ?? -1);
  const at = top.get(FD_SELECT)?.[0] ?? -1;
  if (!fonts || fonts.count === 0 || at < 0 || at + 5 > bytes.length) return false;
  if (bytes[at] === 0) {
    if (at + 1 + glyphs > bytes.length) return false;
    for (let i = 0; i < glyphs; i++) if (bytes[at + 1 + i]! >= fonts.count) return false;
    return true;
  }
  const ranges = (bytes[at + 1]! << 8) | bytes[at + 2]!;
  const end = at + 3 + 3 * ranges;
  if (bytes[at] !== 3 || ranges === 0 || end + 2 > bytes.length) return false;
  let before = -1;
  for (let from = at + 3; from < end; from += 3) {
    const first = (bytes[from]! << 8) | bytes[from + 1]!;
    if ((before < 0 && first !== 0) || first <= before || bytes[from + 2]! >= fonts.count) return false;
    before = first;
  }
  const last = (bytes[end]! << 8) | bytes[end + 1]!;
  return last === glyphs && before < last;
}

function textOf(bytes: Uint8Array, { starts, count }: Index, i: number): string | undefined {
  if (i < 0 || i >= count || starts[i + 1]! - starts[i]! > 127) return undefined;
  return String.fromCharCode(...bytes.subarray(starts[i]!, starts[i + 1]!));
}
