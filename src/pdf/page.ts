import { Refusal } from '../core/refusal.ts';
import type { PdfDocument } from './document.ts';
import { isPdf, type PdfDict, type PdfObject, type PdfRef } from './object.ts';
import { malformed, type PdfCode } from './refusal.ts';

/** [left, bottom, right, top] in user space units, left < right and bottom < top. */
export type PdfBox = readonly [left: number, bottom: number, right: number, top: number];

export interface PdfPage {
  readonly ref: PdfRef;
  /** As it stands, inherited entries not added. */
  readonly dict: PdfDict;
  readonly resources: PdfDict;
  readonly mediaBox: PdfBox;
  /** What viewers show: never beyond the media box. */
  readonly cropBox: PdfBox;
  /** How far the page is turned clockwise to be shown. */
  readonly rotate: 0 | 90 | 180 | 270;
  /** False when /Rotate is something else, which readers round or ignore as they like. */
  readonly turnsByQuarters: boolean;
  /** False when a box is no rectangle, shows nothing of the page, or the unit is no size: readers make up their own. */
  readonly hasPlainSize: boolean;
  /** Size of a user space unit, in 1/72 inch. */
  readonly userUnit: number;
}

/** Levels of the page tree. */
const MAX_LEVELS = 64;
const LETTER: PdfBox = [0, 0, 612, 792];
const EMPTY: PdfDict = { type: 'dict', entries: new Map() };

interface Inherited {
  readonly resources: PdfObject | undefined;
  readonly mediaBox: PdfObject | undefined;
  readonly cropBox: PdfObject | undefined;
  readonly rotate: PdfObject | undefined;
}

/** ISO 32000-2 §7.7.3; `PdfDocument.pages` keeps the result. */
export function readPages(document: PdfDocument): readonly PdfPage[] {
  const root = document.catalog.entries.get('Pages');
  const { maxPages } = document.limits;
  const declared = document.resolve(countOf(document.resolve(root)));
  if (typeof declared === 'number' && declared > maxPages) tooMany(maxPages);
  const pages: PdfPage[] = [];
  const seen = new Set<number>();
  let nodes = 0;
  const visit = (node: PdfObject | undefined, above: Inherited, level: number): void => {
    if (!isPdf(node, 'ref')) malformed('a page or page tree node is not referred to');
    if (seen.has(node.number)) malformed('the page tree comes to a node twice');
    seen.add(node.number);
    if (level > MAX_LEVELS) malformed('the page tree is too deep');
    if (++nodes > 2 * maxPages) tooMany(maxPages);
    const dict = document.get(node);
    if (!isPdf(dict, 'dict')) malformed('a page tree node is not a dictionary');
    const { entries } = dict;
    const here: Inherited = {
      resources: entries.get('Resources') ?? above.resources,
      mediaBox: entries.get('MediaBox') ?? above.mediaBox,
      cropBox: entries.get('CropBox') ?? above.cropBox,
      rotate: entries.get('Rotate') ?? above.rotate,
    };
    if (entries.has('Kids')) {
      const kids = document.resolve(entries.get('Kids'));
      if (!isPdf(kids, 'array')) malformed('the kids of a page tree node are not an array');
      for (const kid of kids.items) visit(kid, here, level + 1);
    } else {
      if (pages.length >= maxPages) tooMany(maxPages);
      pages.push(pageOf(document, node, dict, here));
    }
  };
  if (isPdf(document.resolve(root), 'dict')) {
    visit(root, { resources: undefined, mediaBox: undefined, cropBox: undefined, rotate: undefined }, 0);
  }
  if (pages.length === 0) throw new Refusal<PdfCode>('pdf/no-pages', 'the document has no pages');
  return pages;
}

function countOf(node: PdfObject): PdfObject | undefined {
  return isPdf(node, 'dict') ? node.entries.get('Count') : undefined;
}

function tooMany(limit: number): never {
  throw new Refusal<PdfCode>('pdf/too-many-pages', 'too many pages', { limit });
}

function pageOf(document: PdfDocument, ref: PdfRef, dict: PdfDict, inherited: Inherited): PdfPage {
  const resources = document.resolve(inherited.resources);
  const media = boxOf(document, inherited.mediaBox);
  const mediaBox = media ?? LETTER;
  const crop = boxOf(document, inherited.cropBox);
  const shown = crop && intersect(mediaBox, crop);
  const isCropped = document.resolve(inherited.cropBox) !== null;
  const rotate = document.resolve(inherited.rotate);
  const turn = typeof rotate === 'number' ? ((rotate % 360) + 360) % 360 : NaN;
  const unit = document.resolve(dict.entries.get('UserUnit'));
  return {
    ref,
    dict,
    resources: isPdf(resources, 'dict') ? resources : EMPTY,
    mediaBox,
    cropBox: shown ?? mediaBox,
    rotate: turn === 90 || turn === 180 || turn === 270 ? turn : 0,
    turnsByQuarters: rotate === null || turn % 90 === 0,
    hasPlainSize: media !== undefined && isCropped === (shown !== undefined) && (unit === null || isSize(unit)),
    userUnit: isSize(unit) ? unit : 1,
  };
}

function isSize(unit: PdfObject): unit is number {
  return typeof unit === 'number' && unit > 0;
}

/** A rectangle from any two opposite corners (ISO 32000-2 §7.9.5); `undefined` when it has no area. */
function boxOf(document: PdfDocument, object: PdfObject | undefined): PdfBox | undefined {
  const array = document.resolve(object);
  if (!isPdf(array, 'array') || array.items.length !== 4) return undefined;
  const [a, b, c, d] = array.items.map((item) => document.resolve(item));
  if (typeof a !== 'number' || typeof b !== 'number' || typeof c !== 'number' || typeof d !== 'number') {
    return undefined;
  }
  const box: PdfBox = [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
  return box[0] < box[2] && box[1] < box[3] ? box : undefined;
}

function intersect(a: PdfBox, b: PdfBox): PdfBox | undefined {
  const box: PdfBox = [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])];
  return box[0] < box[2] && box[1] < box[3] ? box : undefined;
}
