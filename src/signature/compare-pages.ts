import { hasArea, rectOf } from '../pdf/appearance.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { isName, isPdf, type PdfObject } from '../pdf/object.ts';
import { contentInk, type PageInk } from '../pdf/ink.ts';
import type { PdfPage } from '../pdf/page.ts';
import { changedKeys, dictOf, isChanged, itemsOf, keyOf, read, refOf, sameObject } from './graph.ts';
import type { Comparison } from './revisions.ts';
import { intersect, type Rect } from '../pdf/geometry.ts';

/**
 * How much of a page one new signature may cover: more is not a signature but a page laid over a page (the "sneaky
 * signature attack" on certified documents, Mainka et al. 2021).
 */
const MOST_OF_ONE = 1 / 4;
/** All together: the seals of three who sign after the first. */
const MOST_TOGETHER = 3 / 5;
/** Of new signatures, on one page. */
const MAX_WIDGETS = 100;
const STEPS_AN_ITEM = 4;
const STEPS_AN_ANNOTATION = 50;
/** Before its first byte of content is read. */
const STEPS_A_PAGE = 1000;

/** The same pages in the same order; of each only /Annots may have grown, by widgets of new signatures. */
export function comparePages(comparison: Comparison): void {
  const { signed, now } = comparison;
  const [before, after] = [signed.pages(), now.pages()];
  if (before.length !== after.length) {
    comparison.forbid('pages', `${after.length} pages, ${before.length} were signed`);
    return;
  }
  const moved = before.findIndex(({ ref }, i) => !sameObject(ref, after[i]!.ref));
  if (moved >= 0) {
    comparison.forbid('pages', `page ${moved + 1} is another one`, moved);
    return;
  }
  const placed = new Set<number>();
  for (const [index, page] of before.entries()) comparePage(comparison, page, after[index]!, index, placed);
  forbidUnplaced(comparison, placed);
}

/** Which page shows a new signature that no page lists, or two pages claim, is left to each reader. */
function forbidUnplaced(comparison: Comparison, placed: ReadonlySet<number>): void {
  for (const key of comparison.addedWidgets) {
    const takesRoom = !placed.has(key) && areaOf(comparison.now, refOf(key)) !== undefined;
    if (takesRoom) comparison.forbid('annotation', 'a new signature stands on no page');
  }
}

function comparePage(
  comparison: Comparison,
  before: PdfPage,
  after: PdfPage,
  index: number,
  placed: Set<number>,
): void {
  const list = before.dict.entries.get('Annots');
  const changed = isChanged(comparison, before.ref);
  const sameList = !changed && !(isPdf(list, 'ref') && isChanged(comparison, list));
  if (sameList && !holdsNewlySigned(comparison, list)) return;
  const strange = changedKeys(before.dict, after.dict, comparison.spend).filter((key) => key !== 'Annots');
  if (strange.length > 0) comparison.forbid('page', `/${strange.join(', /')} of the page changed`, index);
  compareAnnotations(comparison, before, after, index, placed);
}

/** Whether a signature of today stands on the page: it may show anything, though its field was there before. */
function holdsNewlySigned({ signed, addedWidgets, spend }: Comparison, list: PdfObject | undefined): boolean {
  if (addedWidgets.size === 0) return false;
  const items = itemsOf(signed, list);
  spend(STEPS_AN_ITEM * items.length);
  return items.some((item) => isPdf(item, 'ref') && addedWidgets.has(keyOf(item)));
}

function compareAnnotations(
  comparison: Comparison,
  before: PdfPage,
  after: PdfPage,
  index: number,
  placed: Set<number>,
): void {
  const list = before.dict.entries.get('Annots');
  const { signed, now, addedWidgets, spend } = comparison;
  const old = itemsOf(signed, list);
  const current = now.resolve(after.dict.entries.get('Annots'));
  if (current !== null && !isPdf(current, 'array')) comparison.forbid('annotation', '/Annots is no list', index);
  const items = itemsOf(now, current);
  // Pages may share one list.
  spend(STEPS_AN_ITEM * (old.length + items.length));
  const isSignature = (item: PdfObject): boolean => isPdf(item, 'ref') && addedWidgets.has(keyOf(item));
  const isNew = (item: PdfObject): boolean => isSignature(item) && isPdf(item, 'ref') && read(signed, item) === null;
  const kept = items.filter((item) => !isNew(item));
  if (kept.length < old.length || !old.every((item, i) => sameObject(item, kept[i]!, comparison.spend))) {
    comparison.forbid('annotation', 'annotations were removed or put in another order', index);
  } else if (kept.length > old.length) {
    comparison.forbid('annotation', `${kept.length - old.length} annotations were added`, index);
  }
  const added = items.filter(isSignature);
  if (added.length > MAX_WIDGETS) {
    return comparison.forbid('annotation', `${added.length} widgets of signatures were added`, index);
  }
  const widgets = added.flatMap((item) => {
    if (isPdf(item, 'ref')) placed.add(keyOf(item));
    const page = dictOf(now, item)?.entries.get('P');
    if (page !== undefined && !sameObject(page, after.ref))
      comparison.forbid('annotation', 'a new signature says that it stands on another page', index);
    const rect = areaOf(now, item);
    return rect ? [{ item, rect }] : [];
  });
  if (widgets.length === 0) return;
  const ink = contentInk(signed, before);
  spend(STEPS_A_PAGE + ink.scanned);
  const shares = widgets.map(({ rect }) => shareOf(rect, after.cropBox));
  const together = shares.reduce((sum, share) => sum + share, 0);
  if (Math.max(...shares) > MOST_OF_ONE || together > MOST_TOGETHER) {
    comparison.forbid('annotation', `new signatures cover ${Math.round(together * 100)} % of the page`, index);
  }
  if (coverOthers(comparison, items, widgets)) {
    comparison.forbid('annotation', 'a new signature lies over another annotation', index);
  }
  spend((widgets.length * ink.boxes.length) / 4);
  if (liesOnInk(ink, widgets)) {
    comparison.forbid('annotation', 'a new signature lies over what the page shows', index);
  }
}

/** Whether a new widget lies over any other annotation of the page, another new one included. Each is read once. */
function coverOthers(
  { now, spend }: Comparison,
  items: readonly PdfObject[],
  widgets: readonly { readonly item: PdfObject; readonly rect: Rect }[],
): boolean {
  for (const other of items) {
    spend(STEPS_AN_ANNOTATION + widgets.length);
    const place = isPopup(now, other) ? undefined : areaOf(now, other);
    if (place && widgets.some(({ item, rect }) => item !== other && intersect(rect, place))) return true;
  }
  return false;
}

function shareOf(rect: Rect, page: Rect): number {
  const shown = intersect(rect, page);
  return shown ? ((shown[2] - shown[0]) * (shown[3] - shown[1])) / ((page[2] - page[0]) * (page[3] - page[1])) : 0;
}

/** A frame may touch what it stands beside. */
const TOUCH = 1;

/** Whether a widget lies on something that the page showed when it was signed, or may: where the content cannot be followed. */
function liesOnInk({ boxes, full }: PageInk, widgets: readonly { readonly rect: Rect }[]): boolean {
  if (full) return true;
  return widgets.some(({ rect: [x0, y0, x1, y1] }) => {
    for (let i = 0; i < boxes.length; i += 4) {
      const clear =
        boxes[i]! > x1 - TOUCH ||
        boxes[i + 1]! > y1 - TOUCH ||
        boxes[i + 2]! < x0 + TOUCH ||
        boxes[i + 3]! < y0 + TOUCH;
      if (!clear) return true;
    }
    return false;
  });
}

function isPopup(doc: PdfDocument, annotation: PdfObject): boolean {
  return isName(doc.resolve(dictOf(doc, annotation)?.entries.get('Subtype')), 'Popup');
}

/** Where an annotation stands; `undefined` where it has no area, or none that readers agree on. */
function areaOf(doc: PdfDocument, annotation: PdfObject): Rect | undefined {
  const dict = dictOf(doc, annotation);
  const rect = dict && rectOf(doc, dict);
  return rect && hasArea(rect) ? rect : undefined;
}
