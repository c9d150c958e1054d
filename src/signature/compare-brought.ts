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
/** No reference leads to the streams that hold objects and tables, nor to what signing programs leave of their store. */
const UNREFERENCED = new Set(['ObjStm', 'XRef', 'VRI', 'DSS']);

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
  for (const [i, revision] of newer.entries()) {
    let then: Uint8Array | undefined;
    for (const { kind, number } of entriesOf(revision)) {
      spend(1);
      if (kind === 'free' || (isPdf(root, 'ref') && root.number === number)) continue;
      const dict = dictIn(read(now, pdfRef(number, generationOf(now, number))));
      const type = now.resolve(dict?.entries.get('Type'));
      if (isName(type, 'Catalog') || dict?.entries.has('Pages')) return number;
      if (reached[number] === 1 || (isPdf(type, 'name') && UNREFERENCED.has(type.name))) continue;
      // What a still later save took out of use.
      then ??= i > 0 && revision.end !== undefined ? reachedFrom(now.at(revision.end)) : reached;
      if (then[number] !== 1) return number;
    }
  }
  return undefined;
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
