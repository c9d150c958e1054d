import { concat, fromLatin1 } from '../../src/core/bytes.ts';

/** Codes to glyphs, of one platform and encoding. */
export interface Subtable {
  readonly platform: number;
  readonly encoding: number;
  readonly format?: 0 | 4 | 6 | 12;
  readonly glyphs: Readonly<Record<number, number>>;
}

/** A TrueType font in the making. Each of its glyphs is a bar of a height of its own: `100 * (glyph + 1)` of 1000 units. */
export interface TrueTypeParts {
  readonly glyphs?: number;
  readonly maps?: readonly Subtable[];
  /** Names of the glyphs in order, for `post`. */
  readonly names?: readonly string[];
  /** By glyph, what stands for its bar. */
  readonly outlines?: Readonly<Record<number, Uint8Array>>;
  /** Tables set, or taken away. */
  readonly tables?: Readonly<Record<string, Uint8Array | undefined>>;
}

export function u16(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [(value >> 8) & 255, value & 255]));
}

export function u32(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(
    values.flatMap((value) => [value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255]),
  );
}

/** A bar as high as that. */
export function bar(height: number): Uint8Array {
  // Four corners, each by two coordinates of 16 bits.
  const outline = concat(u16(1, 0, 0, 400, height, 3, 0), Uint8Array.of(1, 1, 1, 1), u16(0, 400, 0, -400));
  return concat(outline, u16(0, 0, height, 0), Uint8Array.of(0, 0).subarray(0, outline.length % 2));
}

/** A glyph made of others. */
export function composite(...parts: readonly number[]): Uint8Array {
  const head = u16(-1, 0, 0, 400, 500);
  return concat(head, ...parts.map((part, i) => u16(i < parts.length - 1 ? 0x23 : 3, part, 0, 0)));
}

export function trueType(parts: TrueTypeParts = {}): Uint8Array {
  return sfnt(Object.entries(tablesOf(parts)).flatMap(([tag, data]) => (data ? [[tag, data] as const] : [])));
}

function tablesOf(parts: TrueTypeParts): Record<string, Uint8Array | undefined> {
  const { glyphs: count = 8, maps = [], names, outlines = {} } = parts;
  const shapes = Array.from({ length: count }, (_, i) => outlines[i] ?? bar(100 * (i + 1)));
  const offsets = [0];
  for (const shape of shapes) offsets.push(offsets.at(-1)! + shape.length);
  const head = concat(
    ...[u32(0x00010000, 0x00010000, 0, 0x5f0f3cf5), u16(0, 1000), new Uint8Array(16)],
    u16(0, 0, 1000, 1000, 0, 8, 2, 1, 0),
  );
  return {
    ...(maps.length > 0 && { cmap: characterMaps(maps) }),
    glyf: concat(...shapes),
    head,
    hhea: concat(u32(0x00010000), u16(800, -200, 0, 500, 0, 0, 400, 1, 0, 0, 0, 0, 0, 0, 0, count)),
    hmtx: concat(...shapes.map(() => u16(500, 0))),
    loca: u32(...offsets),
    maxp: concat(u32(0x00010000), u16(count, 64, 8, 64, 8, 2, 0, 1, 1, 0, 64, 0, 4, 2)),
    post: names ? postNames(names) : concat(u32(0x00030000), new Uint8Array(28)),
    ...parts.tables,
  };
}

/** A compact font of so many glyphs within OpenType. */
export function openType(program: Uint8Array, glyphs: number): Uint8Array {
  const { head, hhea, hmtx, post, cmap } = tablesOf({
    glyphs,
    maps: [{ platform: 3, encoding: 1, glyphs: { 65: 2 } }],
  });
  const maxp = concat(u32(0x00005000), u16(glyphs));
  const os2 = concat(u16(3, 500, 400, 5, 0), new Uint8Array(86));
  return sfnt(
    Object.entries({
      'CFF ': program,
      'OS/2': os2,
      cmap: cmap!,
      head: head!,
      hhea: hhea!,
      hmtx: hmtx!,
      maxp,
      post: post!,
    }),
    0x4f54544f,
  );
}

/** Tables in the order given. */
export function sfnt(
  tables: readonly (readonly [tag: string, data: Uint8Array])[],
  version: number = 0x00010000,
): Uint8Array {
  const records: Uint8Array[] = [];
  const bodies: Uint8Array[] = [];
  let at = 12 + 16 * tables.length;
  for (const [tag, data] of tables) {
    records.push(concat(fromLatin1(tag), u32(checksum(data), at, data.length)));
    const padded = concat(data, new Uint8Array((4 - (data.length % 4)) % 4));
    bodies.push(padded);
    at += padded.length;
  }
  const power = Math.floor(Math.log2(tables.length));
  const search = u16(tables.length, 16 << power, power, 16 * tables.length - (16 << power));
  return concat(u32(version), search, ...records, ...bodies);
}

function checksum(data: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum = (sum + data[i]! * 2 ** (24 - 8 * (i % 4))) >>> 0;
  return sum;
}

export function characterMaps(maps: readonly Subtable[]): Uint8Array {
  const records: Uint8Array[] = [];
  const bodies: Uint8Array[] = [];
  let at = 4 + 8 * maps.length;
  for (const { platform, encoding, format = 4, glyphs } of maps) {
    const body = FORMATS[format](Object.entries(glyphs).map(([code, glyph]) => [Number(code), glyph]));
    records.push(u16(platform, encoding), u32(at));
    bodies.push(body);
    at += body.length;
  }
  return concat(u16(0, maps.length), ...records, ...bodies);
}

type Pairs = readonly (readonly [code: number, glyph: number])[];

const FORMATS: Readonly<Record<0 | 4 | 6 | 12, (pairs: Pairs) => Uint8Array>> = {
  0(pairs) {
    const glyphs = new Uint8Array(256);
    for (const [code, glyph] of pairs) glyphs[code] = glyph;
    return concat(u16(0, 262, 0), glyphs);
  },
  4(pairs) {
    const all: Pairs = [...pairs, [0xffff, 0]];
    const ends = all.map(([code]) => code);
    const deltas = all.map(([code, glyph]) => glyph - code);
    const search = u16(2 * all.length, 2, 0, 0);
    const length = 16 + 8 * all.length;
    return concat(u16(4, length, 0), search, u16(...ends, 0, ...ends), u16(...deltas), u16(...all.map(() => 0)));
  },
  6(pairs) {
    const [first] = pairs[0]!;
    return concat(u16(6, 10 + 2 * pairs.length, 0, first, pairs.length), u16(...pairs.map(([, glyph]) => glyph)));
  },
  12(pairs) {
    const groups = pairs.flatMap(([code, glyph]) => [code, code, glyph]);
    return concat(u16(12, 0), u32(16 + 12 * pairs.length, 0, pairs.length, ...groups));
  },
};

export function postNames(names: readonly string[]): Uint8Array {
  const texts = names.map((name) => concat(Uint8Array.of(name.length), fromLatin1(name)));
  const indexes = u16(names.length, ...names.map((_, i) => 258 + i));
  return concat(u32(0x00020000), new Uint8Array(28), indexes, ...texts);
}
