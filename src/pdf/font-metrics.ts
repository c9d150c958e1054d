import { type PdfDict, type PdfObject, isName, isPdf } from './object.ts';

/** Follows references; gives streams their content. Never throws: what cannot be had is `undefined`. */
export interface ContentSource {
  /** What `object` is after its references; `undefined` for what is missing or broken. */
  resolve(object: PdfObject | undefined): PdfObject | undefined;
  /** The content of a stream, all filters undone; `undefined` when that fails or is too long. */
  content(object: PdfObject | undefined): Uint8Array | undefined;
}

/** How far text in a font reaches, in units of the font size; where the font does not say, further than it really does. */
export interface FontMetrics {
  /** Bytes of a character code: 0 when that depends, and `missing` is then the width of a byte. */
  readonly bytes: 0 | 1 | 2;
  /** By code; NaN where the font says nothing. */
  readonly widths: Float64Array;
  readonly missing: number;
  readonly ascent: number;
  readonly descent: number;
  readonly vertical: boolean;
  /** Its glyphs are drawings, which may reach further than the font says (ISO 32000-2 §9.6.4). */
  readonly drawn: boolean;
}

const NONE = new Float64Array(0);
const MAX_CID = 65_535;
/** Widths that one font may set: ranges may overlap, and a forged font repeats them. */
const MAX_WIDTHS = 4 * (MAX_CID + 1);
/** Above accented capitals and below descenders of any text face. */
const ASCENT = 1;
const DESCENT = -0.3;

/** Of a font that cannot be read, or is not named at all. */
export const UNKNOWN_FONT: FontMetrics = {
  bytes: 1,
  widths: NONE,
  missing: 1,
  ascent: ASCENT,
  descent: DESCENT,
  vertical: false,
  drawn: false,
};

/** By font dictionary: pages share their fonts. */
const known = new WeakMap<PdfDict, FontMetrics>();

/** The metrics of a font dictionary, worked out once. */
export function fontMetrics(source: ContentSource, font: PdfDict): FontMetrics {
  let metrics = known.get(font);
  if (metrics === undefined) known.set(font, (metrics = metricsOf(source, font)));
  return metrics;
}

function metricsOf(source: ContentSource, font: PdfDict): FontMetrics {
  const subtype = source.resolve(font.entries.get('Subtype'));
  if (isName(subtype, 'Type0')) return compositeFont(source, font);
  if (isName(subtype, 'Type3')) return drawnFont(source, font);
  const base = source.resolve(font.entries.get('BaseFont'));
  const descriptor = source.resolve(font.entries.get('FontDescriptor'));
  const missing = isPdf(descriptor, 'dict') ? number(source, descriptor, 'MissingWidth') : undefined;
  // One of the fourteen fonts that every reader has: no widths in the file, and none here: 0.75 is above their averages.
  const standard = isPdf(base, 'name') && base.name.startsWith('Courier') ? 0.6 : 0.75;
  const widths = simpleWidths(source, font, 0.001);
  if (widths === NONE) return { ...UNKNOWN_FONT, widths, missing: hasProgram(source, descriptor) ? 1 : standard };
  // Where a font does not say how wide a glyph is, some go by its program: it is taken for its widest.
  return { ...UNKNOWN_FONT, widths, missing: Math.max(missing ?? 0, 0, 1000 * widest(widths)) / 1000 };
}

function hasProgram(source: ContentSource, descriptor: PdfObject | undefined): boolean {
  if (!isPdf(descriptor, 'dict')) return false;
  return ['FontFile', 'FontFile2', 'FontFile3'].some((key) =>
    isPdf(source.resolve(descriptor.entries.get(key)), 'stream'),
  );
}

function widest(widths: Float64Array): number {
  let most = 0;
  for (const width of widths) if (width > most) most = width;
  return most;
}

function simpleWidths(source: ContentSource, font: PdfDict, scale: number): Float64Array {
  const list = source.resolve(font.entries.get('Widths'));
  const first = number(source, font, 'FirstChar');
  if (!isPdf(list, 'array') || first === undefined || first < 0 || first > 255) return NONE;
  const widths = new Float64Array(256).fill(NaN);
  for (const [i, item] of list.items.slice(0, 256 - first).entries()) {
    const width = typeof item === 'number' ? item : source.resolve(item);
    if (typeof width === 'number') widths[Math.trunc(first) + i] = width * scale;
  }
  return widths;
}

/** Type 3: glyphs are drawings of their own; the box of the font holds them all, if it is to be believed. */
function drawnFont(source: ContentSource, font: PdfDict): FontMetrics {
  const matrix = numbers(source, font.entries.get('FontMatrix'), 6) ?? [0.001, 0, 0, 0.001, 0, 0];
  const box = numbers(source, font.entries.get('FontBBox'), 4) ?? [0, 0, 0, 0];
  const vertical = Math.abs(matrix[3]!) + Math.abs(matrix[1]!);
  const empty = box[1] === box[3];
  return {
    bytes: 1,
    widths: simpleWidths(source, font, Math.abs(matrix[0]!) + Math.abs(matrix[2]!)),
    missing: 1,
    ascent: empty ? 2 : Math.max(box[1]! * vertical, box[3]! * vertical, 0.1),
    descent: empty ? -1 : Math.min(box[1]! * vertical, box[3]! * vertical, 0),
    vertical: false,
    drawn: true,
  };
}

function compositeFont(source: ContentSource, font: PdfDict): FontMetrics {
  const descendants = source.resolve(font.entries.get('DescendantFonts'));
  const descendant = isPdf(descendants, 'array') ? source.resolve(descendants.items[0]) : undefined;
  const encoding = source.resolve(font.entries.get('Encoding'));
  const name = isPdf(encoding, 'name') ? encoding.name : '';
  // Only with Identity the code is the CID and always two bytes; elsewhere every byte may be a wide character.
  const identity = name === 'Identity-H' || name === 'Identity-V';
  const vertical = name.endsWith('-V');
  if (!isPdf(descendant, 'dict')) return { ...UNKNOWN_FONT, vertical };
  const missing = Math.max(number(source, descendant, 'DW') ?? 1000, 0) / 1000;
  const widths = cidWidths(source, descendant);
  if (identity) return { ...UNKNOWN_FONT, bytes: 2, widths, missing, vertical };
  return { ...UNKNOWN_FONT, bytes: 0, widths: NONE, missing: Math.max(missing, widest(widths)), vertical };
}

/** /W (ISO 32000-2 §9.7.4.3): `first [w …]` and `first last w`. Of a CID that it names twice, the greater width. */
function cidWidths(source: ContentSource, font: PdfDict): Float64Array {
  const list = source.resolve(font.entries.get('W'));
  if (!isPdf(list, 'array')) return NONE;
  let widths = new Float64Array(256).fill(NaN);
  let left = MAX_WIDTHS;
  const set = (cid: number, width: number): void => {
    if (left-- <= 0) return;
    if (cid >= widths.length) {
      const grown = new Float64Array(Math.min(MAX_CID + 1, Math.max(cid + 1, widths.length * 2))).fill(NaN);
      grown.set(widths);
      widths = grown;
    }
    const told = widths[cid]! * 1000;
    widths[cid] = (told > width ? told : width) / 1000;
  };
  const { items } = list;
  for (let i = 0; i + 1 < items.length;) {
    const first = plain(source, items[i]);
    const next = typeof items[i + 1] === 'number' ? items[i + 1] : source.resolve(items[i + 1]);
    if (!isCid(first) || left <= 0) break;
    if (isPdf(next, 'array')) {
      const count = Math.min(next.items.length, MAX_CID + 1 - first);
      for (let k = 0; k < count; k++) {
        const width = plain(source, next.items[k]);
        if (typeof width === 'number') set(first + k, width);
      }
      i += 2;
    } else {
      const width = plain(source, items[i + 2]);
      if (typeof next !== 'number' || typeof width !== 'number') break;
      for (let cid = first; cid <= Math.min(next, MAX_CID) && left > 0; cid++) set(cid, width);
      i += 3;
    }
  }
  return widths;
}

function isCid(value: PdfObject | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_CID;
}

function plain(source: ContentSource, object: PdfObject | undefined): PdfObject | undefined {
  return typeof object === 'number' ? object : source.resolve(object);
}

function number(source: ContentSource, dict: PdfDict, key: string): number | undefined {
  const value = source.resolve(dict.entries.get(key));
  return typeof value === 'number' ? value : undefined;
}

/** An array of exactly `count` numbers. */
export function numbers(source: ContentSource, object: PdfObject | undefined, count: number): number[] | undefined {
  const list = source.resolve(object);
  if (!isPdf(list, 'array') || list.items.length !== count) return undefined;
  const out: number[] = [];
  for (const item of list.items) {
    const value = plain(source, item);
    if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
    out.push(value);
  }
  return out;
}
