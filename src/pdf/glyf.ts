import type { Sfnt } from './sfnt.ts';

/** Glyphs in glyphs: less than any program follows. */
const MAX_DEPTH = 6;
const MAX_PARTS = 64;
const MAX_CONTOURS = 4096;
const MAX_BYTES = 65_535;

const WORDS = 0x0001;
const PLACED = 0x0002;
const SCALE = 0x0008;
const MORE = 0x0020;
const TWO_SCALES = 0x0040;
const MATRIX = 0x0080;
/** Whether the place of a part grows with it, too: programs have different habits where it matters. */
const SCALED_PLACE = 0x0800;

const IN_WORK = -1;
const BROKEN = -2;

/** The outlines of a TrueType font (ISO/IEC 14496-22 §5.3). */
export class Glyf {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #loca: DataView;
  readonly #long: boolean;
  readonly #metrics: DataView;
  readonly #metricCount: number;
  readonly #count: number;
  /** By glyph: how deep it is, once it has been read. */
  readonly #depths = new Map<number, number>();
  /** What reading them has cost. */
  work = 0;

  private constructor(sfnt: Sfnt, long: boolean, metricCount: number) {
    this.#bytes = sfnt.table('glyf')!;
    this.#view = sfnt.tableView('glyf')!;
    this.#loca = sfnt.tableView('loca')!;
    this.#metrics = sfnt.tableView('hmtx')!;
    this.#metricCount = metricCount;
    this.#long = long;
    this.#count = sfnt.glyphCount;
  }

  /** `undefined` where glyphs do not follow each other in order. */
  static of(sfnt: Sfnt): Glyf | undefined {
    const format = sfnt.tableView('head')?.getInt16(50);
    const loca = sfnt.tableView('loca');
    if (!loca || (format !== 0 && format !== 1) || !sfnt.table('glyf')) return undefined;
    if (loca.byteLength < (sfnt.glyphCount + 1) * (format === 1 ? 4 : 2)) return undefined;
    return new Glyf(sfnt, format === 1, sfnt.tableView('hhea')!.getUint16(34));
  }

  #offset(glyph: number): number {
    return this.#long ? this.#loca.getUint32(4 * glyph) : 2 * this.#loca.getUint16(2 * glyph);
  }

  /** Whether that glyph is there, and whole to its last point. */
  isWhole(glyph: number): boolean {
    return this.#depthOf(glyph, 0) >= 0;
  }

  /** Whether two glyphs, which are there, have the same outline at the same place. */
  areAlike(one: number, other: number): boolean {
    if (one === other) return true;
    const [from, end] = [this.#offset(one), this.#offset(one + 1)];
    const start = this.#offset(other);
    if (end - from !== this.#offset(other + 1) - start) return false;
    this.work += (end - from) >> 3;
    for (let i = from; i < end; i++) if (this.#bytes[i] !== this.#bytes[start + i - from]) return false;
    return from === end || this.#bearing(one) === this.#bearing(other);
  }

  isBlank(glyph: number): boolean {
    return this.#offset(glyph) === this.#offset(glyph + 1);
  }

  /** How far to the right it begins. */
  #bearing(glyph: number): number {
    const count = this.#metricCount;
    return this.#metrics.getInt16(glyph < count ? 4 * glyph + 2 : 4 * count + 2 * (glyph - count));
  }

  #depthOf(glyph: number, above: number): number {
    const known = this.#depths.get(glyph);
    if (known !== undefined) return known === IN_WORK ? BROKEN : known;
    if (glyph >= this.#count || above > MAX_DEPTH) return BROKEN;
    const from = this.#offset(glyph);
    const end = this.#offset(glyph + 1);
    if (from > end || end > this.#bytes.length || end - from > MAX_BYTES) return BROKEN;
    this.#depths.set(glyph, IN_WORK);
    const depth = from === end ? 0 : this.#read(from, end, above);
    this.#depths.set(glyph, depth);
    return depth;
  }

  #read(from: number, end: number, above: number): number {
    if (end - from < 10) return BROKEN;
    this.work += (end - from) >> 3;
    const contours = this.#view.getInt16(from);
    if (contours === -1) return this.#composite(from + 10, end, above);
    if (contours < 0 || contours > MAX_CONTOURS) return BROKEN;
    return contours === 0 || this.#isSimple(from + 10, end, contours) ? 0 : BROKEN;
  }

  #isSimple(from: number, end: number, contours: number): boolean {
    const view = this.#view;
    const bytes = this.#bytes;
    let at = from + 2 * contours + 2;
    if (at > end) return false;
    let points = 0;
    for (let i = from; i < at - 2; i += 2) {
      const last = view.getUint16(i);
      if (last + 1 < points) return false;
      points = last + 1;
    }
    at += view.getUint16(at - 2);
    let coordinates = 0;
    while (points > 0) {
      if (at >= end) return false;
      const flag = bytes[at++]!;
      let times = 1;
      if ((flag & 8) !== 0) {
        if (at >= end) return false;
        times += bytes[at++]!;
      }
      // Short ones take a byte; of the others, those that are not the same as before two.
      const x = (flag & 2) !== 0 ? 1 : (flag & 16) !== 0 ? 0 : 2;
      const y = (flag & 4) !== 0 ? 1 : (flag & 32) !== 0 ? 0 : 2;
      coordinates += (x + y) * times;
      points -= times;
    }
    return points === 0 && at + coordinates <= end;
  }

  #composite(from: number, end: number, above: number): number {
    let at = from;
    let depth = 0;
    for (let parts = 0; parts < MAX_PARTS; parts++) {
      if (at + 4 > end) return BROKEN;
      const flags = this.#view.getUint16(at);
      const part = this.#view.getUint16(at + 2);
      const scale = (flags & MATRIX) !== 0 ? 8 : (flags & TWO_SCALES) !== 0 ? 4 : (flags & SCALE) !== 0 ? 2 : 0;
      if ((flags & PLACED) === 0 || (scale > 0 && (flags & SCALED_PLACE) !== 0)) return BROKEN;
      at += 4 + ((flags & WORDS) !== 0 ? 4 : 2) + scale;
      if (at > end) return BROKEN;
      const below = this.#depthOf(part, above + 1);
      if (below < 0) return BROKEN;
      depth = Math.max(depth, below + 1);
      if ((flags & MORE) === 0) return depth <= MAX_DEPTH ? depth : BROKEN;
    }
    return BROKEN;
  }
}
