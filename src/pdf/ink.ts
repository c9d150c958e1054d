import { concat } from '../core/bytes.ts';
import { isRefusal } from '../core/refusal.ts';
import type { Ambiguity } from './ambiguity.ts';
import type { PdfDocument } from './document.ts';
import { type ContentSource, numbers } from './font-metrics.ts';
import { orderedRect } from './geometry.ts';
import { InkBoxes } from './ink-boxes.ts';
import { type Nesting, InkScan } from './ink-scan.ts';
import { type PdfObject, isName, isPdf } from './object.ts';
import type { PdfPage } from './page.ts';

export interface PageInk {
  /** x0, y0, x1, y1 of everything painted, in user space. */
  readonly boxes: Float64Array;
  /** Some of the text is made of drawings, whose boxes are only what their font claims. */
  readonly drawn: boolean;
  /** The content could not be followed to its end: take the whole page as painted. */
  readonly full: boolean;
  /** Where the content leaves the graphics state, for those who append to it. */
  readonly nesting: Nesting;
  /** A layer is described in the content itself: some readers hide what is of it, some do not. */
  readonly inlineLayers: boolean;
  /** Content, the page's or that of a form on it, that cannot be read to its end: readers show different parts of it. */
  readonly damaged: Ambiguity | undefined;
  /** Bytes of content that were read: what it cost. */
  readonly scanned: number;
  /** Content inflates beyond what is read of a page: a bomb, or nothing that anybody can show in time. */
  readonly tooLarge: boolean;
}

const MAX_ANNOTATIONS = 5000;
/** Of one page's content, and of one form. */
const MAX_CONTENT_BYTES = 16 << 20;

/**
 * The boxes around everything that a page's content and annotations paint (ISO 32000-2 §8 and §9), for finding room
 * beside it: never smaller than what is seen, but for white on nothing. Glyphs count by their advance, ascent and
 * descent; curves by their control points; images and patterns whole; what a clip path's box cuts off does not count;
 * optional content counts whether on or off. Never throws: content that cannot be followed makes the page `full`.
 */
export function pageInk(document: PdfDocument, page: PdfPage): PageInk {
  return inkOf(document, page, true);
}

/** The same of the page's content alone: what its annotations lie on. */
export function contentInk(document: PdfDocument, page: PdfPage): PageInk {
  return inkOf(document, page, false);
}

function inkOf(document: PdfDocument, page: PdfPage, annotated: boolean): PageInk {
  let tooLarge = false;
  let unreadable: Ambiguity | undefined;
  const source = contentSource(document, (error) => {
    if (isRefusal(error, 'pdf/too-large')) tooLarge = true;
    else unreadable ??= isRefusal(error, 'pdf/malformed') ? 'contents-filter' : 'contents';
  });
  const boxes = new InkBoxes(page.cropBox);
  const scan = new InkScan(source, boxes);
  const content = pageContent(source, page.dict.entries.get('Contents'));
  let full = content === undefined || !scan.page(content, page.resources, page.cropBox);
  full = (annotated && !annotationInk(source, page.dict.entries.get('Annots'), boxes)) || full || boxes.overflow;
  const { drawn, scanned, inlineLayers } = scan;
  const damaged = unreadable ?? (scan.damaged ? 'contents' : undefined);
  const nesting = scan.nesting(content !== undefined);
  return { boxes: boxes.data, drawn, full, nesting, inlineLayers, damaged, scanned, tooLarge };
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

/** The content streams of a page joined, each an unbroken run of tokens (ISO 32000-2 §7.8.2). */
function pageContent(source: ContentSource, object: PdfObject | undefined): Uint8Array | undefined {
  const contents = source.resolve(object);
  if (contents === undefined || contents === null) return new Uint8Array(0);
  if (!isPdf(contents, 'array')) return source.content(contents);
  if (contents.items.length === 1) return source.content(contents.items[0]);
  const parts: Uint8Array[] = [];
  let length = 0;
  for (const item of contents.items) {
    const part = source.content(item);
    if (part === undefined || (length += part.length + 1) > MAX_CONTENT_BYTES) return undefined;
    parts.push(part, SPACE);
  }
  return concat(...parts);
}

const SPACE = Uint8Array.of(0x20);

const HIDDEN = 2;
const NO_ROTATE = 16;
const NO_VIEW = 32;

function annotationInk(source: ContentSource, object: PdfObject | undefined, boxes: InkBoxes): boolean {
  const list = source.resolve(object);
  if (list === undefined || list === null) return true;
  if (!isPdf(list, 'array') || list.items.length > MAX_ANNOTATIONS) return false;
  for (const item of list.items) {
    const annotation = source.resolve(item);
    if (!isPdf(annotation, 'dict')) continue;
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
