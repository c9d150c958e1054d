import { isBlank } from './blank.ts';
import type { PdfDocument } from './document.ts';
import { orderedRect, type Rect } from './geometry.ts';
import { isPdf, type PdfDict, type PdfObject, type PdfStream } from './object.ts';

/** Beyond any page; numbers that are larger still are cut in different ways. */
const FARTHEST = 1e6;
/** Below it readers take a matrix for one that cannot be turned round. */
const LEAST_DETERMINANT = 1e-9;

/** Where an annotation stands, in any order of its corners; `undefined` where readers may not agree. It may have no area. */
export function rectOf(doc: PdfDocument, annotation: PdfDict): Rect | undefined {
  const rect = doc.resolve(annotation.entries.get('Rect'));
  if (!isPdf(rect, 'array') || rect.items.length !== 4) return undefined;
  return rectangle(rect.items.map((item) => doc.resolve(item)));
}

export function hasArea([x0, y0, x1, y1]: Rect): boolean {
  return x0 < x1 && y0 < y1;
}

/**
 * Why readers may draw the appearances of an annotation elsewhere than in its rectangle; `undefined` where all keep to it.
 * What has no /BBox of its own, or one that does not go with the rectangle, is drawn without a border by some: over the
 * whole page (ISO 32000-2 §12.5.5, algorithm 8.1). All are looked at, those under the pointer and of other states too.
 * @throws Refusal where `PdfDocument.resolve` and `spend` do
 */
export function findFaultOfAppearance(doc: PdfDocument, annotation: PdfDict): string | undefined {
  const appearances = doc.resolve(annotation.entries.get('AP'));
  if (appearances === null) return undefined;
  const place = rectOf(doc, annotation);
  if (!place) return 'an appearance without a place';
  if (!isPdf(appearances, 'dict')) return '/AP is not a dictionary';
  doc.spend(appearances.entries.size);
  for (const entry of appearances.entries.values()) {
    const looks = doc.resolve(entry);
    const states = isPdf(looks, 'dict') ? [...looks.entries.values()] : [looks];
    // Thousands of annotations may share them.
    doc.spend(states.length);
    for (const state of states) {
      const fault = findFaultOfLook(doc, doc.resolve(state), hasArea(place));
      if (fault !== undefined) return fault;
    }
  }
  return undefined;
}

/** A border's colour, a background's, captions (ISO 32000-2 table 192). */
const SHOWN_TRAITS = ['BC', 'BG', 'CA', 'RC', 'AC'];

/** Whether a widget has colours or captions that readers draw by themselves, each in its way, as it has no appearance. */
export function isDrawnByReaders({ entries }: PdfDict, resolve: (object: PdfObject) => PdfObject): boolean {
  const valueOf = (dict: PdfDict, key: string): PdfObject => resolve(dict.entries.get(key) ?? null);
  const traits = resolve(entries.get('MK') ?? null);
  const isTold = isPdf(traits, 'dict') && SHOWN_TRAITS.some((key) => valueOf(traits, key) !== null);
  const appearances = resolve(entries.get('AP') ?? null);
  return isTold && !(isPdf(appearances, 'dict') && valueOf(appearances, 'N') !== null);
}

function findFaultOfLook(doc: PdfDocument, look: PdfObject, takesRoom: boolean): string | undefined {
  if (look === null) return undefined;
  if (!isPdf(look, 'stream')) return 'an appearance that is not a stream';
  const box = numbersAt(look, 'BBox', 4);
  const bounds = box && rectangle(box);
  if (!bounds) return 'an appearance whose /BBox is not four numbers';
  const fits = takesRoom ? hasArea(bounds) : isPoint(bounds) && isBare(look);
  if (!fits && (takesRoom || !isBlank(doc, look))) return 'an appearance whose /BBox does not go with /Rect';
  if (!look.dict.entries.has('Matrix')) return undefined;
  const matrix = numbersAt(look, 'Matrix', 6);
  const [a = 0, b = 0, c = 0, d = 0] = matrix ?? [];
  const isSound = matrix?.every(isNear) === true && Math.abs(a * d - b * c) >= LEAST_DETERMINANT;
  return isSound ? undefined : 'an appearance whose /Matrix cannot be turned round';
}

function isPoint([x0, y0, x1, y1]: Rect): boolean {
  return x0 === x1 && y0 === y1;
}

/** Nothing of it can be turned into a line, and no font of it be taken for one of the page's. */
function isBare({ dict }: PdfStream): boolean {
  const resources = dict.entries.get('Resources') ?? null;
  const hasNone = resources === null || (isPdf(resources, 'dict') && resources.entries.size === 0);
  return hasNone && !dict.entries.has('Matrix');
}

/** Standing in the stream's own dictionary: what is elsewhere, some readers do not follow. */
function numbersAt({ dict }: PdfStream, key: string, count: number): readonly number[] | undefined {
  const value = dict.entries.get(key);
  if (!isPdf(value, 'array') || value.items.length !== count) return undefined;
  const numbers = value.items.filter((item) => typeof item === 'number');
  return numbers.length === count ? numbers : undefined;
}

function rectangle(numbers: readonly PdfObject[]): Rect | undefined {
  const [a, b, c, d] = numbers.filter((item) => typeof item === 'number' && isNear(item)) as number[];
  return d === undefined ? undefined : orderedRect([a!, b!, c!, d]);
}

function isNear(value: number): boolean {
  return Math.abs(value) <= FARTHEST;
}
