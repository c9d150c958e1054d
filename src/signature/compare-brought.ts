import type { PdfDocument } from '../pdf/document.ts';
import { isName, isPdf, pdfRef, type PdfDict, type PdfObject } from '../pdf/object.ts';
import { entriesOf, type PdfRevision } from '../pdf/revision.ts';
import { generationOf, read, sameObject } from './graph.ts';
import type { Comparison } from './revisions.ts';

/** What a trailer, or a cross-reference stream, says of the save itself. */
const OF_A_SAVE = new Set([
  ...['Size', 'Prev', 'XRefStm', 'ID', 'Info', 'Type', 'W', 'Index'],
  ...['Length', 'Filter', 'DecodeParms'],
]);
/** No reference leads to the streams that hold objects, nor to what signing programs leave of their store. */
const UNREFERENCED = new Set(['ObjStm', 'VRI', 'DSS']);

/**
 * What the newer saves bring beside changes: nothing lies in them that no reader who follows the tables comes to. One that
 * takes a word for another, or gives the tables up and searches the file, would find a second document there.
 */
export function compareBrought(comparison: Comparison, newer: readonly PdfRevision[]): void {
  const strange = findStrangeEntry(comparison, newer);
  if (strange !== undefined) comparison.forbid('ambiguous', `/${strange} in the trailer of a later save`);
  const hidden = findHidden(comparison, newer);
  if (hidden !== undefined) comparison.forbid('ambiguous', `object ${hidden} of a later save, to which nothing leads`);
}

/** An entry of a newer trailer that was not signed and that no save needs. */
function findStrangeEntry({ signed, spend }: Comparison, newer: readonly PdfRevision[]): string | undefined {
  const known = signed.trailer.entries;
  for (const { sections } of newer) {
    for (const { trailer } of sections) {
      spend(trailer.entries.size);
      for (const [key, value] of trailer.entries) {
        const isPlain = OF_A_SAVE.has(key) && (key === 'Info' || !leads(value));
        if (!isPlain && !sameObject(value, known.get(key) ?? null, spend)) return key;
      }
    }
  }
  return undefined;
}

/** Whether it is, or holds in its own array, a reference. */
function leads(object: PdfObject): boolean {
  return isPdf(object, 'ref') || (isPdf(object, 'array') && object.items.some((item) => isPdf(item, 'ref')));
}

/** The number of a newer object that nothing led to when it came, or of a second catalog, whatever leads to it. */
function findHidden({ now, spend }: Comparison, newer: readonly PdfRevision[]): number | undefined {
  const root = now.trailer.entries.get('Root');
  const reached = reachedFrom(now);
  const tables = new Set(now.revisions.flatMap(({ sections }) => sections.map(({ offset }) => offset)));
  for (const [i, revision] of newer.entries()) {
    let then: Uint8Array | undefined;
    for (const { kind, number } of entriesOf(revision)) {
      spend(1);
      if (kind === 'free' || (isPdf(root, 'ref') && root.number === number)) continue;
      const entry = now.xrefEntry(number);
      if (entry?.kind === 'offset' && tables.has(entry.offset)) continue;
      const object = read(now, pdfRef(number, generationOf(now, number)));
      if (object !== undefined && mayBeDocument(now, object)) return number;
      const type = now.resolve(dictIn(object)?.entries.get('Type'));
      if (reached[number] === 1 || (isPdf(type, 'name') && UNREFERENCED.has(type.name))) continue;
      // What a still later save took out of use.
      then ??= i > 0 && revision.end !== undefined ? reachedFrom(now.at(revision.end)) : reached;
      if (then[number] !== 1) return number;
    }
  }
  return undefined;
}

/** Whether something in it could be taken for a catalog, or for a trailer. */
function mayBeDocument(doc: PdfDocument, object: PdfObject): boolean {
  doc.spend(1);
  if (isPdf(object, 'array')) return object.items.some((item) => mayBeDocument(doc, item));
  const dict = dictIn(object);
  if (!dict) return false;
  const { entries } = dict;
  if (entries.has('Root') || entries.has('Pages') || isName(doc.resolve(entries.get('Type')), 'Catalog')) return true;
  for (const value of entries.values()) if (mayBeDocument(doc, value)) return true;
  return false;
}

function dictIn(object: PdfObject | undefined): PdfDict | undefined {
  if (isPdf(object, 'stream')) return object.dict;
  return isPdf(object, 'dict') ? object : undefined;
}

/** Every signature of a document asks for it. */
const reaches = new WeakMap<PdfDocument, Uint8Array>();

/** By number: 1 of what the newest trailer leads to. */
function reachedFrom(doc: PdfDocument): Uint8Array {
  const known = reaches.get(doc);
  if (known) return known;
  const reached = new Uint8Array(doc.size);
  const waiting: PdfObject[] = [doc.trailer];
  for (let object = waiting.pop(); object !== undefined; object = waiting.pop()) {
    doc.spend(1);
    if (isPdf(object, 'ref')) {
      if (object.number >= doc.size || reached[object.number] === 1) continue;
      const found = read(doc, object);
      if (found === undefined || found === null) continue;
      reached[object.number] = 1;
      waiting.push(found);
    } else if (isPdf(object, 'array')) for (const item of object.items) waiting.push(item);
    else for (const value of dictIn(object)?.entries.values() ?? []) waiting.push(value);
  }
  reaches.set(doc, reached);
  return reached;
}
