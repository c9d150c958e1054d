import { toLatin1 } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import { foldText } from '../directory/text.ts';
import { openPdf, type PdfDocument } from '../pdf/document.ts';
import { isName, isPdf, pdfRef, type PdfDict, type PdfObject } from '../pdf/object.ts';
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
  for (const secret of check.secrets) refuseSecret(document, pages, secret);
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
    const entry = document.xrefEntry(number);
    const object = document.get(pdfRef(number, entry?.kind === 'offset' ? entry.generation : 0));
    const waiting: PdfObject[] = [object];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (isPdf(next, 'stream')) waiting.push(next.dict);
      else if (isPdf(next, 'array')) waiting.push(...next.items);
      else if (isPdf(next, 'dict')) {
        yield next;
        waiting.push(...next.entries.values());
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
  for (const { entries } of dictsIn(document)) {
    if (entries.has('EF') || isName(entries.get('Type'), 'EmbeddedFile') || entries.has('EmbeddedFiles')) {
      hides('attachment');
    }
    if (entries.has('PieceInfo')) hides('program-data');
    if (entries.has('Thumb')) hides('thumbnail');
    const metadata = document.resolve(entries.get('Metadata'));
    if (isPdf(metadata, 'stream')) {
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

function refuseSecret(document: PdfDocument, pages: readonly PageText[], { field, text }: Secret): void {
  const secret = squash(text);
  if (secret.length < SHORTEST_SECRET) return;
  const refuse = (page?: number): never => {
    const facts = { field, ...(page !== undefined && { page }) };
    throw new Refusal<OficioCode>('oficio/public-version-names', `the file still has the ${field}`, facts);
  };
  for (const [index, { runs }] of pages.entries()) {
    if (squash(runs.map((run) => run.text).join(' ')).includes(secret)) refuse(index + 1);
  }
  // Bookmarks, tags, descriptions of pictures: nowhere on a page, and read by every program.
  for (const { entries } of dictsIn(document)) {
    for (const value of entries.values()) {
      const said = document.resolve(value);
      if (squash(textOf(said) ?? '').includes(secret)) refuse();
    }
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
