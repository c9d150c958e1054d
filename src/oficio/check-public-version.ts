import { fromUtf8, toLatin1 } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import { foldText } from '../directory/text.ts';
import { openPdf, type PdfDocument } from '../pdf/document.ts';
import { isName, isPdf, type PdfDict, type PdfObject } from '../pdf/object.ts';
import { pageText, type PageText } from '../pdf/page-text.ts';
import { textOf } from '../pdf/text-string.ts';
import { checkUnambiguous } from '../pdf/unambiguous.ts';
import { readForm, readSignatures } from '../signature/fields.ts';
import { refuseLiving } from './inspect.ts';
import type { OficioCode } from './oficio.ts';

/*
 * A public version is published, so whatever is in the file is published, seen or not. What programs leave behind the black boxes
 * (the text below them, the version before, comments, data of the author, a thumbnail) is refused here, as far as it can be found:
 * somebody still has to look at every page.
 */

/** What the office knows and the file must not tell. */
export interface Secret {
  readonly field: 'addressee' | 'address' | 'receiver';
  readonly text: string;
}

export interface PublicVersionCheck {
  readonly secrets: readonly Secret[];
  readonly acceptCovered: boolean;
  readonly maxFileBytes: number;
  readonly primitives: Primitives;
}

/** What a file hides (fact `what` of `oficio/public-version-hides`). */
export type Hidden =
  'earlier-version' | 'signature' | 'form' | 'attachment' | 'metadata' | 'annotation' | 'thumbnail' | 'program-data';

/** Producers and dates tell of no person; some programs cannot leave them out. */
const PLAIN_INFO: ReadonlySet<string> = new Set(['Producer', 'Creator', 'CreationDate', 'ModDate', 'Trapped']);
/** Of XMP: names and words of people stand in `dc`, keywords in `pdf`. */
const TELLING_XMP = /<(?:dc:(?!format\b)|pdf:Keywords|photoshop:|xmpRights:|Iptc4xmp|pdfx:)|\bdc:(?!format\b)\w+\s*=/i;
const MOST_XMP_BYTES = 1 << 20;
/** Shorter ones stand in other words by chance. */
const SHORTEST_SECRET = 6;
const MOST_TOLD = 60;
const MOST_STREAM_SEARCHED = 8 << 20;
/** Of all streams together: searching them takes some seconds at most. */
const MOST_SEARCHED = 64 << 20;

/**
 * @throws Refusal of reading (`pdf/…`), `oficio/active-content`, `oficio/changing-content`; `oficio/public-version-hides` (fact
 *   `what`), `oficio/public-version-names` (facts `field`, `page`), `oficio/public-version-covered` (facts `page`, `text`)
 */
export function checkPublicVersion(bytes: Uint8Array, check: PublicVersionCheck): { readonly pages: number } {
  const document = openPdf(bytes, check.primitives, { maxFileBytes: check.maxFileBytes });
  // Before all else: the unblacked pages are still in the file.
  if (document.revisions.length > 1) hides('earlier-version');
  const form = readForm(document);
  if (readSignatures(document, form).length > 0) hides('signature');
  if (isPdf(document.resolve(document.catalog.entries.get('AcroForm')), 'dict')) hides('form');
  refuseHidden(document);
  checkUnambiguous(document);
  refuseLiving(document);
  const pages = document.pages().map((page) => pageText(document, page));
  refuseSecrets(document, bytes, pages, check.secrets);
  if (!check.acceptCovered) refuseCovered(pages);
  return { pages: pages.length };
}

function hides(what: Hidden, page?: number): never {
  const facts = { what, ...(page !== undefined && { page }) };
  throw new Refusal<OficioCode>('oficio/public-version-hides', `the file has more than it shows: ${what}`, facts);
}

/** Every object of the file and what stands directly in it. */
function* dictsIn(document: PdfDocument): Generator<PdfDict> {
  for (const number of document.numbers()) {
    const waiting: PdfObject[] = [document.objectOf(number)];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (isPdf(next, 'stream')) waiting.push(next.dict);
      // One by one: an array may have more items than a call has arguments.
      else if (isPdf(next, 'array')) for (const item of next.items) waiting.push(item);
      else if (isPdf(next, 'dict')) {
        // A dictionary with a thousand entries that lead to one object is read once for each.
        document.spend(next.entries.size);
        yield next;
        for (const value of next.entries.values()) waiting.push(value);
      }
    }
  }
}

function refuseHidden(document: PdfDocument): void {
  const info = document.resolve(document.trailer.entries.get('Info'));
  if (isPdf(info, 'dict')) {
    for (const [key, value] of info.entries) {
      const said = document.resolve(value);
      if (!PLAIN_INFO.has(key) && !(isPdf(said, 'string') && said.bytes.length === 0) && said !== null) {
        hides('metadata');
      }
    }
  }
  const looked = new Set<Uint8Array>();
  for (const { entries } of dictsIn(document)) {
    if (entries.has('EF') || isName(entries.get('Type'), 'EmbeddedFile') || entries.has('EmbeddedFiles')) {
      hides('attachment');
    }
    if (entries.has('PieceInfo')) hides('program-data');
    if (entries.has('Thumb')) hides('thumbnail');
    const metadata = document.resolve(entries.get('Metadata'));
    if (isPdf(metadata, 'stream') && !looked.has(metadata.data)) {
      // However many dictionaries name one stream, it is decoded once.
      looked.add(metadata.data);
      const xmp = document.decode(metadata, MOST_XMP_BYTES);
      if (!xmp || TELLING_XMP.test(toLatin1(xmp))) hides('metadata');
    }
  }
  for (const [index, { dict }] of document.pages().entries()) {
    const annotations = document.resolve(dict.entries.get('Annots'));
    for (const item of isPdf(annotations, 'array') ? annotations.items : []) {
      const annotation = document.resolve(item);
      const isLink = isPdf(annotation, 'dict') && isName(document.resolve(annotation.entries.get('Subtype')), 'Link');
      if (!isLink) hides('annotation', index + 1);
    }
  }
}

/** Letters and digits alone: a name set with other spaces is the same. */
function squash(text: string): string {
  return foldText(text).replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** Each text is folded once, however many secrets there are: a letter may have a hundred receivers. */
function refuseSecrets(
  document: PdfDocument,
  bytes: Uint8Array,
  pages: readonly PageText[],
  secrets: readonly Secret[],
): void {
  const sought = secrets
    .map(({ field, text }) => ({ field, secret: squash(text) }))
    .filter(({ secret }) => secret.length >= SHORTEST_SECRET);
  if (sought.length === 0) return;
  const refuseIn = (text: string, page?: number): void => {
    const told = squash(text);
    const found = sought.find(({ secret }) => told.includes(secret));
    if (!found) return;
    const facts = { field: found.field, ...(page !== undefined && { page }) };
    throw new Refusal<OficioCode>('oficio/public-version-names', `the file still has the ${found.field}`, facts);
  };
  for (const [index, { runs }] of pages.entries()) refuseIn(runs.map((run) => run.text).join(' '), index + 1);
  // Bookmarks, tags, descriptions of pictures: nowhere on a page, and read by every program. Strings of objects of their own are among them.
  const looked = new Set<PdfObject | undefined>();
  for (const { entries } of dictsIn(document)) {
    for (const value of entries.values()) {
      const said = document.resolve(value);
      const text = textOf(said);
      if (text === undefined || looked.has(said)) continue;
      looked.add(said);
      document.spend(text.length >> 6);
      refuseIn(text);
    }
  }
  for (const raw of rawTexts(document, bytes)) refuseIn(raw);
}

/**
 * What stands in the file without being drawn: comments, the text behind what is drawn (`ActualText`), streams that no page leads to, data of
 * programs in whatever coding; UTF-16 of Latin letters is them with zeros between, which do not count.
 */
function* rawTexts(document: PdfDocument, bytes: Uint8Array): Generator<string> {
  yield toLatin1(bytes);
  let left = MOST_SEARCHED;
  for (const number of document.numbers()) {
    const object = document.objectOf(number);
    if (!isPdf(object, 'stream') || isName(document.resolve(object.dict.entries.get('Subtype')), 'Image')) continue;
    const decoded = document.decode(object, Math.min(left, MOST_STREAM_SEARCHED));
    if (!decoded) continue;
    left -= decoded.length;
    yield toLatin1(decoded);
    const text = fromUtf8(decoded);
    if (text !== undefined) yield text;
  }
}

/** Text that something dark was painted over: it can be marked and copied. */
function refuseCovered(pages: readonly PageText[]): void {
  for (const [index, { covered }] of pages.entries()) {
    const text = covered.join(' ').trim();
    if (text === '') continue;
    const facts = { page: index + 1, text: text.slice(0, MOST_TOLD) };
    throw new Refusal<OficioCode>('oficio/public-version-covered', 'text lies under something dark', facts);
  }
}
