import { judgeActions, judgeCatalog } from './actions.ts';
import { judgeAnnotations } from './annotation-look.ts';
import type { PdfDocument } from './document.ts';
import { judgeLayers, judgeOptional } from './layers.ts';
import { LivingFindings, type LivingFinding } from './living.ts';
import { isName, isPdf, type PdfArray, type PdfDict, type PdfObject, type PdfStream } from './object.ts';

/**
 * What in a document acts, or may come to look different without its pages' content being changed: to be asked before one
 * is signed, of a document that is unambiguous. Empty for a letter as offices write them: links, bookmarks, tags,
 * attachments, layers that always show and forms whose fields show what they hold are none. At most a hundred.
 *
 * Every object in use is looked at once, whether anything leads to it or not, so that neither a circle nor a way that we
 * do not know hides anything.
 * @throws Refusal of reading (`pdf/…`)
 */
export function livingContent(document: PdfDocument): readonly LivingFinding[] {
  const findings = new LivingFindings(document);
  const owners = pagesByObject(findings);
  const shown = new Set(document.pages().map(({ ref }) => ref.number));
  judgeCatalog(findings);
  judgeLayers(findings);
  judgeObject(findings, document.trailer, undefined);
  for (const number of document.numbers()) {
    if (findings.full) return findings.all;
    const object = document.objectOf(number);
    if (!shown.has(number)) judgeHidden(findings, number, object);
    judgeObject(findings, object, owners.get(number));
  }
  judgeAnnotations(findings);
  return findings.all;
}

/** On which page an object stands, as far as its page names it. */
function pagesByObject(findings: LivingFindings): ReadonlyMap<number, number> {
  const { document } = findings;
  const owners = new Map<number, number>();
  for (const [index, { ref, dict }] of document.pages().entries()) {
    owners.set(ref.number, index + 1);
    const annotations = document.resolve(dict.entries.get('Annots'));
    if (!isPdf(annotations, 'array') || !findings.once(annotations)) continue;
    for (const item of annotations.items) if (isPdf(item, 'ref')) owners.set(item.number, index + 1);
  }
  return owners;
}

/**
 * A page that is in the file and not shown, or another catalog: what a later cross-reference table could put in the place
 * of what was signed (Mladenov et al., Shadow Attacks, NDSS 2021, "hide and replace").
 */
function judgeHidden(findings: LivingFindings, number: number, object: PdfObject): void {
  if (!isPdf(object, 'dict') || object === findings.document.catalog) return;
  const type = findings.nameAt(object, 'Type');
  if (type === 'Page' || type === 'Catalog') findings.changing('hidden-page', `${type} ${number}`);
}

/** An object and all that stands directly in it: its nesting is bounded by the parser. */
function judgeObject(findings: LivingFindings, object: PdfObject, page: number | undefined): void {
  const waiting: PdfObject[] = [object];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (isPdf(next, 'stream')) {
      judgeStream(findings, next, page);
      waiting.push(next.dict);
    } else if (isPdf(next, 'array')) {
      judgeColour(findings, next, page);
      for (const item of next.items) if (isPdf(item, 'dict') || isPdf(item, 'array')) waiting.push(item);
    } else if (isPdf(next, 'dict')) {
      judgeActions(findings, next, page);
      judgeOptional(findings, next, page);
      judgeTransfer(findings, next, page);
      judgeOverprint(findings, next, page);
      for (const value of next.entries.values()) if (isPdf(value, 'dict') || isPdf(value, 'array')) waiting.push(value);
    }
    if (findings.full) return;
  }
}

/**
 * Functions that turn one colour into another on the way to paper (ISO 32000-2 §10.5): printers and some readers follow
 * them, others do not, and white words become black ones.
 */
function judgeTransfer(findings: LivingFindings, dict: PdfDict, page: number | undefined): void {
  // A soft mask has one of its own, which all follow.
  if (findings.nameAt(dict, 'S') !== undefined) return;
  for (const key of ['TR', 'TR2', 'TransferFunction']) {
    if (!dict.entries.has(key)) continue;
    const value = findings.entry(dict, key);
    const parts = isPdf(value, 'array') ? value.items.slice(0, MAX_COLOURS) : [value];
    if (parts.some((part) => isFunction(findings, part))) findings.changing('not-on-paper', key, page);
  }
}

/** Ink that leaves what lies below it (ISO 32000-2 §8.6.7): on paper, and in the readers that show it as paper would. */
function judgeOverprint(findings: LivingFindings, dict: PdfDict, page: number | undefined): void {
  for (const key of ['OP', 'op']) {
    if (dict.entries.has(key) && findings.entry(dict, key) === true) findings.changing('not-on-paper', key, page);
  }
}

/** Of a device, of which four have functions. */
const MAX_COLOURS = 32;

function isFunction(findings: LivingFindings, object: PdfObject): boolean {
  const found = findings.document.resolve(object);
  const dict = isPdf(found, 'stream') ? found.dict : found;
  return isPdf(dict, 'dict') && findings.has(dict, 'FunctionType');
}

/** Ink of the name /None marks nothing (ISO 32000-2 §8.6.6.4): some readers paint its stand-in colour all the same. */
function judgeColour(findings: LivingFindings, { items }: PdfArray, page: number | undefined): void {
  if (isName(items[0], 'Separation') && isName(items[1], 'None')) findings.changing('not-on-paper', 'None', page);
}

/** What a reader would fetch: data in another file (§7.3.8.2), another document's page (§8.10.4), a better picture. */
function judgeStream(findings: LivingFindings, { dict }: PdfStream, page: number | undefined): void {
  for (const key of ['F', 'Ref', 'OPI']) if (findings.has(dict, key)) findings.active('outside-content', key, page);
  // PostScript is for printers alone (ISO 32000-1 §8.8.2).
  const isPostScript = findings.nameAt(dict, 'Subtype') === 'PS' || findings.nameAt(dict, 'Subtype2') === 'PS';
  if (isPostScript) findings.changing('not-on-paper', 'PS', page);
  // Readers give a form without edges (§8.10.2) none, those of its page, or do not draw it.
  if (findings.nameAt(dict, 'Subtype') === 'Form' && !hasBox(findings, dict))
    findings.changing('drawn-by-reader', 'BBox', page);
  if (findings.has(dict, 'Alternates')) findings.changing('alternate-image', 'Alternates', page);
}

function hasBox(findings: LivingFindings, dict: PdfDict): boolean {
  const items = findings.arrayAt(dict, 'BBox');
  return items.length === 4 && items.every((item) => typeof findings.document.resolve(item) === 'number');
}
