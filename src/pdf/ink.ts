import { isRefusal } from '../core/refusal.ts';
import { MAX_CONTENT_BYTES, type ContentRules } from './content-rules.ts';
import { isPlainWhite } from './content-tokens.ts';
import type { PdfDocument } from './document.ts';
import { isFormObject, isGroup } from './drawing-form.ts';
import { type ContentSource, numbers } from './font-metrics.ts';
import { orderedRect } from './geometry.ts';
import { InkBoxes } from './ink-boxes.ts';
import { type PageContent, InkScan } from './ink-scan.ts';
import { type PdfDict, type PdfObject, isName, isPdf } from './object.ts';
import type { PdfPage } from './page.ts';

export interface PageInk {
  /** x0, y0, x1, y1 of everything painted, in user space. */
  readonly boxes: Float64Array;
  /** Of text alone; of `contentInk` only. */
  readonly text: Float64Array;
  /** Some of the text is made of drawings, whose boxes are only what their font claims. */
  readonly drawn: boolean;
  /** The content could not be followed to its end: take the whole page as painted. */
  readonly full: boolean;
  /** The highest marked-content identifier in use, or -1. */
  readonly lastMcid: number;
  /** Bytes of content that were read: what it cost. */
  readonly scanned: number;
  /** Content inflates beyond what is read of a page: a bomb, or nothing that anybody can show in time. */
  readonly tooLarge: boolean;
}

const MAX_ANNOTATIONS = 5000;

/**
 * The boxes around everything that a page's content and annotations paint (ISO 32000-2 §8 and §9), for finding room
 * beside it: never smaller than what is seen, but for white on nothing. Glyphs count by their advance, ascent and
 * descent; curves by their control points; images and patterns whole; what a clip path's box cuts off does not count;
 * optional content counts whether on or off. Never throws without `rules`: content that cannot be followed makes the page
 * `full`. All that the page can show is held to those, whether it paints anything or not.
 * @throws Refusal with `rules` those of reading (`pdf/…`)
 */
export function pageInk(document: PdfDocument, page: PdfPage, rules?: ContentRules): PageInk {
  return inkOf(document, page, true, rules);
}

/** The same of the page's content alone: what its annotations lie on. */
export function contentInk(document: PdfDocument, page: PdfPage): PageInk {
  return inkOf(document, page, false, undefined);
}

function inkOf(document: PdfDocument, page: PdfPage, annotated: boolean, rules: ContentRules | undefined): PageInk {
  let large = false;
  const source = contentSource(document, (error) => {
    if (isRefusal(error, 'pdf/too-large')) large = true;
    else rules?.refuse(isRefusal(error, 'pdf/malformed') ? 'contents-filter' : 'contents');
  });
  const boxes = new InkBoxes(page.cropBox);
  const text = new InkBoxes(page.cropBox);
  const scan = new InkScan(source, boxes, rules, annotated ? undefined : text);
  if (rules && !isGroup(rules.source, page.dict.entries.get('Group'))) rules.refuse('form');
  const content = pageContent(source, page.dict.entries.get('Contents'), rules);
  let full = content === undefined || !scan.page(content, page.resources, page.cropBox);
  const annotations = page.dict.entries.get('Annots');
  full = (annotated && !annotationInk(source, annotations, boxes, rules)) || full || boxes.overflow || text.overflow;
  const rest = rules?.readRest() ?? 0;
  const { drawn, scanned, lastMcid } = scan;
  return { boxes: boxes.data, text: text.data, drawn, full, lastMcid, scanned: scanned + rest, tooLarge: large };
}

/** The document as seen by those who must not stop at what is broken in it. */
function contentSource(document: PdfDocument, onUnreadable: (error: unknown) => void): ContentSource {
  return {
    resolve(object) {
      if (!isPdf(object, 'ref')) return object;
      try {
        return document.resolve(object);
      } catch {
        return undefined;
      }
    },
    content(object) {
      try {
        const stream = document.resolve(object);
        const content = isPdf(stream, 'stream') ? document.decode(stream, MAX_CONTENT_BYTES) : undefined;
        if (content === undefined) onUnreadable(undefined);
        return content;
      } catch (error) {
        onUnreadable(error);
        return undefined;
      }
    },
  };
}

/**
 * The content streams of a page joined, each an unbroken run of tokens (ISO 32000-2 §7.8.2): where two meet without a
 * space, some readers read one token.
 */
function pageContent(
  source: ContentSource,
  object: PdfObject | undefined,
  rules: ContentRules | undefined,
): PageContent | undefined {
  const contents = source.resolve(object);
  if (contents === undefined || contents === null) return { bytes: new Uint8Array(0), joints: [] };
  const items = isPdf(contents, 'array') ? contents.items : [contents];
  const parts: Uint8Array[] = [];
  let length = -1;
  for (const item of items) {
    const part = source.content(item);
    if (part === undefined || (length += part.length + 1) > MAX_CONTENT_BYTES) return undefined;
    if (part.length > 0) parts.push(part);
  }
  if (parts.length === 1) return { bytes: parts[0]!, joints: [] };
  return joined(parts, Math.max(length, 0), rules);
}

function joined(parts: readonly Uint8Array[], length: number, rules: ContentRules | undefined): PageContent {
  const bytes = new Uint8Array(length).fill(SPACE);
  const joints: number[] = [];
  let at = 0;
  for (const part of parts) {
    if (at > 0) {
      const left = bytes.subarray(0, at);
      if (!isApart(left, left.length - 1, -1) && !isApart(part, 0, 1)) rules?.refuse('contents');
      joints.push(at++);
    }
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes: bytes.subarray(0, at), joints };
}

const SPACE = 0x20;

/** White space, or `q` or `Q` on its own, as programs wrap content in: with no other letters an operator to anybody. */
function isApart(bytes: Uint8Array, at: number, inwards: 1 | -1): boolean {
  const byte = bytes[at]!;
  const next = bytes[at + inwards];
  return isPlainWhite(byte) || ((byte | 0x20) === 0x71 && (next === undefined || isPlainWhite(next)));
}

const HIDDEN = 2;
const NO_ROTATE = 16;
const NO_VIEW = 32;

function annotationInk(
  source: ContentSource,
  object: PdfObject | undefined,
  boxes: InkBoxes,
  rules: ContentRules | undefined,
): boolean {
  const list = source.resolve(object);
  if (list === undefined || list === null) return true;
  if (!isPdf(list, 'array') || list.items.length > MAX_ANNOTATIONS) return false;
  for (const item of list.items) {
    const annotation = source.resolve(item);
    if (!isPdf(annotation, 'dict')) continue;
    if (rules) addAppearances(rules, annotation);
    const flags = source.resolve(annotation.entries.get('F'));
    if (typeof flags === 'number' && (flags & (HIDDEN | NO_VIEW)) !== 0) continue;
    if (isName(source.resolve(annotation.entries.get('Subtype')), 'Popup')) continue;
    const rect = numbers(source, annotation.entries.get('Rect'), 4);
    if (rect === undefined) continue;
    const [x0, y0, x1, y1] = orderedRect(rect as [number, number, number, number]);
    if (x0 === x1 || y0 === y1) continue;
    if (typeof flags === 'number' && (flags & NO_ROTATE) !== 0) {
      // It stays upright on a turned page, hanging from its upper left corner to any side.
      const reach = Math.max(x1 - x0, y1 - y0);
      boxes.add(x0 - reach, y1 - reach, x0 + reach, y1 + reach);
    } else boxes.add(x0, y0, x1, y1);
  }
  return true;
}

/** What the annotation shows, in each of its states, is content as well (ISO 32000-2 §12.5.5). */
function addAppearances(rules: ContentRules, annotation: PdfDict): void {
  const { source } = rules;
  const appearances = source.resolve(annotation.entries.get('AP'));
  const normal = isPdf(appearances, 'dict') ? source.resolve(appearances.entries.get('N')) : undefined;
  const states = isPdf(normal, 'dict') ? [...normal.entries.values()] : [normal];
  for (const state of states) {
    const form = source.resolve(state);
    if (!isPdf(form, 'stream')) continue;
    if (!isFormObject(source, form)) rules.refuse('form');
    rules.add(form, 'content');
  }
}
