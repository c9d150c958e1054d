import { isRefusal } from '../core/refusal.ts';
import { filterNamed } from './filter.ts';
import type { ContentSource } from './font-metrics.ts';
import type { InkNames } from './ink-names.ts';
import { isWhite, keywordAt, skipWhite } from './lex.ts';
import { type PdfObject, isName, isPdf } from './object.ts';
import { ObjectParser } from './parse.ts';

/** An image in content (ISO 32000-2 §8.9.7), its keys in full; `bytes[start..end)` are its data, still filtered. */
export interface InlineImage {
  readonly entries: ReadonlyMap<string, PdfObject>;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Behind `EI`. */
  readonly after: number;
}

const FULL_KEYS: ReadonlyMap<string, string> = new Map([
  ['BPC', 'BitsPerComponent'],
  ['CS', 'ColorSpace'],
  ['D', 'Decode'],
  ['DP', 'DecodeParms'],
  ['F', 'Filter'],
  ['H', 'Height'],
  ['IM', 'ImageMask'],
  ['I', 'Interpolate'],
  ['W', 'Width'],
]);

const COMPONENTS: ReadonlyMap<string, number> = new Map([
  ['G', 1],
  ['DeviceGray', 1],
  ['CalGray', 1],
  ['I', 1],
  ['Indexed', 1],
  ['Separation', 1],
  ['RGB', 3],
  ['DeviceRGB', 3],
  ['CalRGB', 3],
  ['Lab', 3],
  ['CMYK', 4],
  ['DeviceCMYK', 4],
]);

/**
 * The image whose entries stand in [from, id), where `ID` stands; `undefined` where readers may find different ends to it.
 * Some compute the length of the data, some undo its filter, some look for `EI`: of whatever stands between their ends one
 * reader shows the text and another takes it for pixels.
 */
export function readInlineImage(bytes: Uint8Array, from: number, id: number): InlineImage | undefined {
  const entries = entriesIn(bytes, from, id);
  const start = id + 3;
  if (!entries || start > bytes.length || !isWhite(bytes[start - 1]!)) return undefined;
  const filter = firstFilter(entries);
  const made = { entries, bytes, start };
  if (filter === undefined) {
    const length = imageLength(entries, deviceComponents(entries));
    if (length === undefined) return endingAtMark(made);
    // A line feed behind a carriage return is data to some readers.
    const starts = bytes[start - 1] === 13 && bytes[start] === 10 ? [start, start + 1] : [start];
    for (const first of starts) {
      const found = endingAt({ ...made, start: first }, first + length);
      if (found) return found;
    }
    return undefined;
  }
  if (filter === 'AHx' || filter === 'ASCIIHexDecode') return endingAt(made, bytes.indexOf(0x3e, start) + 1);
  if (filter === 'A85' || filter === 'ASCII85Decode') return endingAt(made, endOf85(bytes, start));
  return endingAtMark(made);
}

/** Whether the data is what the entries say, so that a reader who undoes its filter, or computes its length, ends there. */
export function isWhole(image: InlineImage, names: InkNames, source: ContentSource): boolean {
  const { entries, bytes, start, end } = image;
  const filter = firstFilter(entries);
  if (filter === undefined) {
    if (imageLength(entries, deviceComponents(entries)) !== undefined) return true;
    const space = entries.get('ColorSpace');
    const named = isPdf(space, 'name') ? names.get('ColorSpace', space.name) : space;
    const length = imageLength(entries, componentsOf(source, named));
    // Behind data of that length only white space may stand.
    return length !== undefined && start + length <= end && skipWhite(bytes, start + length, end) === end;
  }
  if (filter === 'RL' || filter === 'RunLengthDecode') return hasRunLengthEnd(image);
  if (filterNamed(filter) === undefined) return true;
  const kept = new Map([...entries].filter(([key]) => key === 'Filter' || key === 'DecodeParms'));
  const filters = entries.get('Filter');
  const all = isPdf(filters, 'array') ? filters.items : [filters];
  if (!all.every((item) => isPdf(item, 'name') && filterNamed(item.name) !== undefined)) return true;
  const data = bytes.subarray(start, end);
  return source.content({ type: 'stream', dict: { type: 'dict', entries: kept }, data }) !== undefined;
}

function entriesIn(bytes: Uint8Array, from: number, to: number): ReadonlyMap<string, PdfObject> | undefined {
  const parser = new ObjectParser(bytes, from, to, false);
  const entries = new Map<string, PdfObject>();
  try {
    for (parser.skipSpace(); parser.at < to; parser.skipSpace()) {
      const key = parser.object();
      if (!isPdf(key, 'name')) return undefined;
      const name = FULL_KEYS.get(key.name) ?? key.name;
      if (entries.has(name)) return undefined;
      entries.set(name, parser.object());
    }
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
  return parser.finding ? undefined : entries;
}

/** `undefined` for data without filters; one that is no name is no filter of anybody's. */
function firstFilter(entries: ReadonlyMap<string, PdfObject>): string | undefined {
  const filter = entries.get('Filter') ?? null;
  const first = isPdf(filter, 'array') ? filter.items[0] : filter;
  if (first === null || first === undefined) return undefined;
  return isPdf(first, 'name') ? first.name : '';
}

function imageLength(entries: ReadonlyMap<string, PdfObject>, components: number | undefined): number | undefined {
  const [width, height] = [entries.get('Width'), entries.get('Height')];
  const bits = entries.get('ImageMask') === true ? 1 : entries.get('BitsPerComponent');
  if (!isCount(width) || !isCount(height) || !isCount(bits) || bits > 16 || components === undefined) return undefined;
  return Math.ceil((width * components * bits) / 8) * height;
}

function isCount(value: PdfObject | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 && value < 1 << 24;
}

/** Without looking into the resources. */
function deviceComponents(entries: ReadonlyMap<string, PdfObject>): number | undefined {
  if (entries.get('ImageMask') === true) return 1;
  const space = entries.get('ColorSpace');
  if (isPdf(space, 'name')) return COMPONENTS.get(space.name);
  return isPdf(space, 'array') && (isName(space.items[0], 'I') || isName(space.items[0], 'Indexed')) ? 1 : undefined;
}

function componentsOf(source: ContentSource, object: PdfObject | undefined): number | undefined {
  const space = source.resolve(object);
  if (isPdf(space, 'name')) return COMPONENTS.get(space.name);
  if (!isPdf(space, 'array')) return undefined;
  const family = source.resolve(space.items[0]);
  const detail = source.resolve(space.items[1]);
  if (isName(family, 'ICCBased') && isPdf(detail, 'stream')) {
    const components = source.resolve(detail.dict.entries.get('N'));
    return typeof components === 'number' ? components : undefined;
  }
  if (isName(family, 'DeviceN') && isPdf(detail, 'array')) return detail.items.length;
  return isPdf(family, 'name') ? COMPONENTS.get(family.name) : undefined;
}

type Begun = Pick<InlineImage, 'entries' | 'bytes' | 'start'>;

/** The image whose data ends at `end`, with only white space before `EI`, and none in the data that could be taken for it. */
function endingAt(image: Begun, end: number): InlineImage | undefined {
  const { bytes, start } = image;
  if (end < start || end > bytes.length) return undefined;
  const at = skipWhite(bytes, end, bytes.length);
  if (!keywordAt(bytes, at, 'EI')) return undefined;
  for (let i = start; i < end; i++) if (isMark(bytes, i)) return undefined;
  return { ...image, end, after: at + 2 };
}

/** The image whose data ends at the first `EI` on its own that operators seem to follow. */
function endingAtMark(image: Begun): InlineImage | undefined {
  const { bytes, start } = image;
  for (let at = start; at + 1 < bytes.length; at++) {
    if (!isMark(bytes, at)) continue;
    const after = at + 2;
    const isEnd =
      isWhite(bytes[at - 1]!) && (after >= bytes.length || isWhite(bytes[after]!)) && textFollows(bytes, after);
    return isEnd ? { ...image, end: at, after } : undefined;
  }
  return undefined;
}

/** An `EI` that one reader or another may take for the end: on its own, or with text behind it. */
function isMark(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] !== 0x45 || bytes[at + 1] !== 0x49) return false;
  const after = bytes[at + 2] ?? 0x20;
  if (after > 0x20 && after !== 0x2f && after !== 0x3c) return false;
  return isWhite(bytes[at - 1]!) || textFollows(bytes, at + 2);
}

const TEXT_BYTES = 16;

function textFollows(bytes: Uint8Array, from: number): boolean {
  const to = Math.min(bytes.length, from + TEXT_BYTES);
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    if (byte > 0x7e || (byte < 0x20 && !isWhite(byte))) return false;
  }
  return true;
}

/** Behind `~>`, or -1. */
function endOf85(bytes: Uint8Array, from: number): number {
  const at = bytes.indexOf(0x7e, from);
  return at >= 0 && bytes[at + 1] === 0x3e ? at + 2 : -1;
}

function hasRunLengthEnd({ bytes, start, end }: InlineImage): boolean {
  for (let at = start; at < end;) {
    const run = bytes[at]!;
    if (run === 128) return true;
    at += run < 128 ? run + 2 : 2;
  }
  return false;
}
