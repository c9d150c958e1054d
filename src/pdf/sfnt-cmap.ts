import type { Sfnt } from './sfnt.ts';

/** Codes to glyphs; 0 for none. */
export type CharMap = (code: number) => number;

const MAX_MAPS = 32;
const VARIATIONS = 14;

/** Which programs ask, whichever kind of font it is: those of Unicode, Windows' symbols and Mac OS Roman. */
const ASKED: ReadonlyMap<number, readonly number[]> = new Map([
  [0, [0, 1, 2, 3, 4, 6]],
  [1, [0]],
  [3, [0, 1, 10]],
]);

/** The `cmap` table of a font (ISO/IEC 14496-22 §5.2.1), of formats that every program reads. */
export class CharMaps {
  readonly #maps: ReadonlyMap<string, CharMap>;
  /** Whether the first is one of those that are asked: it is what some programs fall back to. */
  readonly hasFirst: boolean;

  private constructor(maps: ReadonlyMap<string, CharMap>, first: string) {
    this.#maps = maps;
    this.hasFirst = maps.has(first);
  }

  /** `undefined` where programs may find different maps. Costs time in proportion to the table, for each of its maps. */
  static of(sfnt: Sfnt): CharMaps | undefined {
    const view = sfnt.tableView('cmap');
    if (!view || view.byteLength < 4) return undefined;
    const count = view.getUint16(2);
    if (view.getUint16(0) !== 0 || count === 0 || count > MAX_MAPS || 4 + 8 * count > view.byteLength) return undefined;
    const maps = new Map<string, CharMap>();
    const read = new Map<number, CharMap>();
    let before = -1;
    for (let i = 0; i < count; i++) {
      const [platform, encoding, from] = [
        view.getUint16(4 + 8 * i),
        view.getUint16(6 + 8 * i),
        view.getUint32(8 + 8 * i),
      ];
      // Those who read on until they are beyond what they look for take the order as given.
      const place = (platform << 16) | encoding;
      if (place <= before) return undefined;
      before = place;
      if (ASKED.get(platform)?.includes(encoding) !== true) continue;
      const map = read.get(from) ?? readMap(view, from);
      if (!map) return undefined;
      read.set(from, map);
      maps.set(`${platform}.${encoding}`, map);
    }
    return new CharMaps(maps, `${view.getUint16(4)}.${view.getUint16(6)}`);
  }

  get(platform: number, encoding: number): CharMap | undefined {
    return this.#maps.get(`${platform}.${encoding}`);
  }

  /** Those of Unicode by themselves, beside that of Windows. */
  get otherUnicode(): readonly CharMap[] {
    return [...this.#maps].filter(([key]) => key.startsWith('0.') || key === '3.10').map(([, map]) => map);
  }
}

function readMap(view: DataView, from: number): CharMap | undefined {
  if (from + 8 > view.byteLength) return undefined;
  const format = view.getUint16(from);
  const length = format === 12 ? long(view, from + 4) : view.getUint16(from + 2);
  if (format === VARIATIONS || from + length > view.byteLength) return undefined;
  const table = new DataView(view.buffer, view.byteOffset + from, length);
  switch (format) {
    case 0:
      return length < 262 ? undefined : (code) => (code < 256 ? table.getUint8(6 + code) : 0);
    case 4:
      return segments(table);
    case 6:
      return trimmed(table);
    case 12:
      return groups(table);
    default:
      return undefined;
  }
}

function long(view: DataView, at: number): number {
  return at + 4 > view.byteLength ? Infinity : view.getUint32(at);
}

function trimmed(table: DataView): CharMap | undefined {
  if (table.byteLength < 10) return undefined;
  const first = table.getUint16(6);
  const count = table.getUint16(8);
  if (first + count > 0x10000 || 10 + 2 * count > table.byteLength) return undefined;
  return (code) => (code >= first && code < first + count ? table.getUint16(10 + 2 * (code - first)) : 0);
}

/** Segments in order, none in another: some programs halve their way to one, some go through all. */
function segments(table: DataView): CharMap | undefined {
  const size = table.byteLength;
  if (size < 16) return undefined;
  const twice = table.getUint16(6);
  const count = twice >> 1;
  if (count === 0 || (twice & 1) !== 0 || 16 + 4 * twice > size) return undefined;
  const ends = 14;
  const starts = 16 + twice;
  const deltas = starts + twice;
  const ranges = deltas + twice;
  let before = -1;
  for (let i = 0; i < twice; i += 2) {
    const start = table.getUint16(starts + i);
    const end = table.getUint16(ends + i);
    if (start <= before || end < start) return undefined;
    before = end;
    const range = table.getUint16(ranges + i);
    // The last segment is one of nothing, which some fonts let point anywhere.
    if (start === 0xffff) continue;
    if ((range & 1) !== 0 || (range !== 0 && ranges + i + range + 2 * (end - start) + 2 > size)) return undefined;
  }
  if (before !== 0xffff) return undefined;
  return (code) => {
    if (code >= 0xffff) return 0;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (table.getUint16(ends + 2 * middle) < code) low = middle + 1;
      else high = middle;
    }
    const start = table.getUint16(starts + 2 * low);
    if (code < start) return 0;
    const range = table.getUint16(ranges + 2 * low);
    const delta = table.getUint16(deltas + 2 * low);
    if (range === 0) return (code + delta) & 0xffff;
    const at = ranges + 2 * low + range + 2 * (code - start);
    const glyph = at + 2 <= size ? table.getUint16(at) : 0;
    return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
  };
}

function groups(table: DataView): CharMap | undefined {
  if (table.byteLength < 16) return undefined;
  const count = table.getUint32(12);
  if (count > 0x110000 || 16 + 12 * count > table.byteLength) return undefined;
  let before = -1;
  for (let at = 16; at < 16 + 12 * count; at += 12) {
    const start = table.getUint32(at);
    const end = table.getUint32(at + 4);
    if (start <= before || end < start || end > 0x10ffff) return undefined;
    before = end;
  }
  return (code) => {
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (table.getUint32(16 + 12 * middle + 4) < code) low = middle + 1;
      else high = middle;
    }
    if (low === count || code < table.getUint32(16 + 12 * low)) return 0;
    const glyph = table.getUint32(16 + 12 * low + 8) + code - table.getUint32(16 + 12 * low);
    return glyph;
  };
}
