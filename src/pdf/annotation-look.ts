import { findFaultOfAppearance, hasArea, rectOf } from './appearance.ts';
import {
  fieldOf,
  fieldTypes,
  isOff,
  leavesMarks,
  normalAppearance,
  showsValue,
  type WidgetField,
} from './field-look.ts';
import type { Rect } from './geometry.ts';
import { contentInk, type PageInk } from './ink.ts';
import type { LivingFindings } from './living.ts';
import { isPdf, type PdfDict, type PdfObject, type PdfStream } from './object.ts';
import type { PdfPage } from './page.ts';
import { tooLarge } from './refusal.ts';

/** Links of a long document included. */
const MAX_ANNOTATIONS = 250_000;
/** That show something of their own. */
const MAX_SHOWN = 1000;
const MAX_SCANNED_BYTES = 64 << 20;
/** In points: fields stand on lines, and beside what their labels' boxes reach. */
const TOUCH = 2;

const MULTIMEDIA = ['Screen', 'Movie', 'Sound', 'RichMedia', '3D'];
/** Flags of ISO 32000-2 §12.5.3. */
const HIDDEN = 2;
const PRINT = 4;
const NO_VIEW = 32;
const TOGGLE_NO_VIEW = 256;
/** Invisible, Hidden, NoZoom, NoRotate, NoView, ToggleNoView. */
const ELSEWHERE = 1 | HIDDEN | 8 | 16 | NO_VIEW | TOGGLE_NO_VIEW;

/**
 * Annotations stand above the page and are not of it: readers move them, hide them, draw them as they like. They are
 * accepted where they show the same to everyone, on screen and on paper, and lie on nothing: beneath one, words could
 * wait to be uncovered (Shadow Attacks, "hide").
 */
export function judgeAnnotations(findings: LivingFindings): void {
  const { document } = findings;
  const form = findings.dictAt(document.catalog, 'AcroForm');
  const roots = new Set((form ? findings.arrayAt(form, 'Fields') : []).map((item) => document.resolve(item)));
  const tree = fieldTypes(findings);
  const budget = { annotations: MAX_ANNOTATIONS, shown: MAX_SHOWN, bytes: MAX_SCANNED_BYTES };
  for (const [index, page] of document.pages().entries()) {
    const shown: Rect[] = [];
    const items = findings.arrayAt(page.dict, 'Annots');
    budget.annotations -= items.length;
    if (budget.annotations < 0) return findings.changing('too-many-annotations', 'Annots', index + 1);
    for (const item of items) {
      const annotation = document.resolve(item);
      if (!isPdf(annotation, 'dict')) continue;
      judgeRole(findings, annotation, tree, roots, index + 1);
      if (findFaultOfAppearance(document, annotation) !== undefined) {
        findings.changing('drawn-by-reader', findings.nameAt(annotation, 'Subtype') ?? '', index + 1);
      }
      const known = lookOf(findings, annotation, roots);
      if (!known) continue;
      if (--budget.shown < 0) return findings.changing('too-many-annotations', known.type, index + 1);
      const rect = judgeLook(findings, annotation, known, index + 1);
      if (rect) shown.push(rect);
      if (findings.full) return;
    }
    if (shown.length > 0) judgePlaces(findings, page, shown, index + 1, budget);
  }
}

/**
 * What a form says of an annotation from above, and the annotation of itself from below, is the same: otherwise one reader
 * sees a field to be filled in where another sees a link, or a signature.
 */
function judgeRole(
  findings: LivingFindings,
  annotation: PdfDict,
  tree: ReadonlyMap<PdfObject, string | undefined>,
  roots: ReadonlySet<PdfObject>,
  page: number,
): void {
  if (!tree.has(annotation)) return;
  const type = findings.nameAt(annotation, 'Subtype') ?? '';
  if (type === 'Widget' && fieldOf(findings, annotation, roots).type === tree.get(annotation)) return;
  findings.changing('stray-field', type, page);
}

interface Look {
  readonly type: string;
  readonly appearance: PdfStream | undefined;
  readonly field: WidgetField | undefined;
  /** Whether readers show something there even where the appearance is empty. */
  readonly shows: boolean;
  /** Of a signed field: it may lie on what it signs, as stamps do, and later signatures have to leave it as it is. */
  readonly signed: boolean;
  /** Of a field that waits for a signature: whoever signs later fills its rectangle. */
  readonly waiting: boolean;
}

/** What has to be judged of an annotation; nothing of one that shows nothing. */
function lookOf(findings: LivingFindings, annotation: PdfDict, roots: ReadonlySet<PdfObject>): Look | undefined {
  const type = findings.nameAt(annotation, 'Subtype') ?? '';
  const appearance = normalAppearance(findings, annotation);
  // A link is an area to press, a closed pop-up a window that opens for whoever asks.
  const isBare = type === 'Link' || (type === 'Popup' && findings.entry(annotation, 'Open') !== true);
  const field = type === 'Widget' ? fieldOf(findings, annotation, roots) : undefined;
  const isSignature = field?.type === 'Sig';
  const shows = (!isBare && !isSignature) || (!appearance && hasStates(findings, annotation));
  const signed = isSignature && field.listed && isSigned(findings, field.value);
  const waiting = isSignature && !signed;
  return shows || appearance || waiting ? { type, appearance, field, shows, signed, waiting } : undefined;
}

/** Appearances by state, none of which is chosen: some readers show the one that is named `Off`, others none. */
function hasStates(findings: LivingFindings, annotation: PdfDict): boolean {
  const appearances = findings.dictAt(annotation, 'AP');
  const normal = appearances && findings.dictAt(appearances, 'N');
  return normal !== undefined && normal.entries.size > 0;
}

/** What such a signature is worth is for those who verify it. */
function isSigned(findings: LivingFindings, value: PdfObject): boolean {
  return isPdf(value, 'dict') && findings.has(value, 'ByteRange') && findings.has(value, 'Contents');
}

/** Answers where the annotation leaves marks of its own. */
function judgeLook(
  findings: LivingFindings,
  annotation: PdfDict,
  { type, appearance, field, shows, signed, waiting }: Look,
  page: number,
): Rect | undefined {
  if (MULTIMEDIA.includes(type)) findings.active('multimedia', type, page);
  if (type === 'Redact') findings.changing('pending-redaction', type, page);
  const place = rectOf(findings.document, annotation);
  if (!place || !hasArea(place)) {
    // An icon, a border: readers draw them of any size, wherever they think it stands.
    const isDrawn = shows && !appearance && (!field || (!place && findings.has(annotation, 'Rect')));
    if (isDrawn || (waiting && !place)) findings.changing('drawn-by-reader', type, page);
    return undefined;
  }
  const marks = appearance !== undefined && leavesMarks(findings, appearance);
  if (!marks && !shows) return waiting ? place : undefined;
  const flags = findings.entry(annotation, 'F');
  const wears = typeof flags === 'number' ? flags : 0;
  // Who signed it, or says so, does not matter: what stands on paper stands on the screen.
  if (signed && isNowhere(wears)) return undefined;
  if ((wears & ELSEWHERE) !== 0 || (wears & PRINT) === 0) findings.changing('not-on-paper', type, page);
  if (hasOtherFaces(findings, annotation, field)) findings.changing('rollover', type, page);
  const off = field?.type === 'Btn' && isOff(findings, annotation);
  if (!appearance && !off) findings.changing('drawn-by-reader', type, page);
  if (field && field.type !== 'Sig') {
    if (!field.listed) findings.changing('stray-field', type, page);
    if (!showsValue(findings, annotation, field, appearance)) findings.changing('field-value', type, page);
  }
  return signed ? undefined : place;
}

function isNowhere(flags: number): boolean {
  return (flags & HIDDEN) !== 0 || (flags & (NO_VIEW | TOGGLE_NO_VIEW | PRINT)) === NO_VIEW;
}

/** Another appearance under the pointer, or pressed; a button may look pressed. */
function hasOtherFaces(findings: LivingFindings, annotation: PdfDict, field: WidgetField | undefined): boolean {
  const appearances = findings.dictAt(annotation, 'AP');
  if (!appearances) return false;
  const normal = findings.entry(appearances, 'N');
  const differs = (key: string): boolean =>
    findings.has(appearances, key) && findings.entry(appearances, key) !== normal;
  return differs('R') || (field?.type !== 'Btn' && differs('D'));
}

function judgePlaces(
  findings: LivingFindings,
  page: PdfPage,
  shown: readonly Rect[],
  number: number,
  budget: { bytes: number },
): void {
  if (budget.bytes < 0) tooLarge('the content of the pages is too long', MAX_SCANNED_BYTES);
  const ink = contentInk(findings.document, page);
  budget.bytes -= ink.scanned;
  for (const [index, rect] of shown.entries()) {
    if (liesOnInk(ink, rect)) findings.changing('covers-content', rect.map(Math.round).join(' '), number);
    if (shown.some((other, i) => i < index && touches(other, ...rect))) {
      findings.changing('overlaps', rect.map(Math.round).join(' '), number);
    }
    if (findings.full) return;
  }
}

function liesOnInk({ full, drawn, boxes }: PageInk, rect: Rect): boolean {
  if (full || drawn) return true;
  for (let i = 0; i < boxes.length; i += 4) {
    if (touches(rect, boxes[i]!, boxes[i + 1]!, boxes[i + 2]!, boxes[i + 3]!)) return true;
  }
  return false;
}

function touches(rect: Rect, x0: number, y0: number, x1: number, y1: number): boolean {
  return Math.min(rect[2], x1) - Math.max(rect[0], x0) > TOUCH && Math.min(rect[3], y1) - Math.max(rect[1], y0) > TOUCH;
}
