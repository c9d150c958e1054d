import type { ContentSource } from './font-metrics.ts';
import { type PdfArray, type PdfDict, type PdfObject, isPdf } from './object.ts';

/** The standard fourteen (ISO 32000-2 §9.6.2.2), and what others call them: every program has their widths. */
const STANDARD = new RegExp(
  '^(?:(?:Helvetica|Courier)(?:-(?:Bold|Oblique|BoldOblique))?|Times-(?:Roman|Bold|Italic|BoldItalic)|Symbol|ZapfDingbats' +
    '|(?:Arial|TimesNewRoman|CourierNew)(?:PS)?(?:MT)?(?:[-,](?:Bold|Italic|BoldItalic)(?:MT)?)?)$',
);
/** Of which all glyphs are as wide as that, also where the file says so of those that it does not name. */
const FIXED = /^Courier(?:-(?:Bold|Oblique|BoldOblique))?$/;
const FIXED_WIDTH = 600;
const LAST_CODE = 255;
const LAST_CID = 65_535;

/** The width of each code of a simple font, in glyph space; `undefined` where it has none. */
export type CodeWidths = (code: number) => number | undefined;

/**
 * Whether each of the codes has one width, and no program another (ISO 32000-2 §9.2.4, §9.7.4.3). Where a font does not say
 * how wide a glyph is, or says it twice, some programs take nothing, some what the font program has, some the first or the
 * last: text after it stands elsewhere, or on what was there.
 */
export function haveWidths(
  source: ContentSource,
  font: PdfDict,
  codes: readonly number[],
  hasProgram: boolean,
): boolean {
  const widths = simpleWidths(source, font);
  const base = source.resolve(font.entries.get('BaseFont'));
  const name = isPdf(base, 'name') && !hasProgram ? base.name : '';
  if (widths === undefined) return STANDARD.test(name);
  if (widths === 'none') return false;
  const isFixed = FIXED.test(name) && missingWidth(source, font) === FIXED_WIDTH;
  return codes.every((code) => widths(code) !== undefined || isFixed);
}

function missingWidth(source: ContentSource, font: PdfDict): PdfObject | undefined {
  const descriptor = source.resolve(font.entries.get('FontDescriptor'));
  return isPdf(descriptor, 'dict') ? source.resolve(descriptor.entries.get('MissingWidth')) : undefined;
}

/** /Widths of a simple font (ISO 32000-2 table 109): `undefined` where there are none, `none` where they are not whole. */
export function simpleWidths(source: ContentSource, font: PdfDict): CodeWidths | 'none' | undefined {
  const { entries } = font;
  const list = source.resolve(entries.get('Widths')) ?? null;
  if (list === null) return undefined;
  const [first, last] = [source.resolve(entries.get('FirstChar')), source.resolve(entries.get('LastChar'))];
  if (!isPdf(list, 'array') || !isUpTo(first, LAST_CODE) || !isUpTo(last, LAST_CODE)) return 'none';
  if (list.items.length !== last - first + 1) return 'none';
  return (code) => {
    const width = list.items[code - first];
    return width === undefined ? undefined : widthOf(source, width);
  };
}

/** Whether a composite font gives each CID one width: /DW, or what /W says of it, once. */
export function haveCidWidths(source: ContentSource, below: PdfDict): boolean {
  const usual = source.resolve(below.entries.get('DW')) ?? null;
  if (usual !== null && !isWidth(usual)) return false;
  const list = source.resolve(below.entries.get('W')) ?? null;
  return list === null || (isPdf(list, 'array') && areApart(source, list));
}

/** `first [w …]` and `first last w` (ISO 32000-2 §9.7.4.3), none of which says anything of what another says. */
function areApart(source: ContentSource, { items }: PdfArray): boolean {
  const named = new Uint32Array((LAST_CID + 1) / 32);
  const names = (cid: number): boolean => {
    const bit = 1 << (cid & 31);
    const isNew = (named[cid >> 5]! & bit) === 0;
    named[cid >> 5]! |= bit;
    return isNew;
  };
  for (let i = 0; i < items.length;) {
    const first = plain(source, items[i]);
    const next = plain(source, items[i + 1]);
    if (!isUpTo(first, LAST_CID)) return false;
    if (isPdf(next, 'array')) {
      if (first + next.items.length > LAST_CID + 1) return false;
      for (const [k, item] of next.items.entries()) {
        if (widthOf(source, item) === undefined || !names(first + k)) return false;
      }
      i += 2;
    } else {
      if (!isUpTo(next, LAST_CID) || next < first || !isWidth(plain(source, items[i + 2]))) return false;
      for (let cid = first; cid <= next; cid++) if (!names(cid)) return false;
      i += 3;
    }
  }
  return true;
}

function plain(source: ContentSource, object: PdfObject | undefined): PdfObject | undefined {
  return typeof object === 'number' ? object : source.resolve(object);
}

function widthOf(source: ContentSource, object: PdfObject): number | undefined {
  const width = plain(source, object);
  return isWidth(width) ? width : undefined;
}

function isWidth(value: PdfObject | undefined): value is number {
  return typeof value === 'number' && value >= 0;
}

function isUpTo(value: PdfObject | undefined, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;
}
