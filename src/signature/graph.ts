import { equal } from '../core/bytes.ts';
import { isRefusal } from '../core/refusal.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { textPlaceOf } from '../pdf/parse.ts';
import { sameNodes, sameSpelling, spelledEntries } from '../pdf/spelling.ts';
import { isPdf, isSameRef, pdfRef, type PdfDict, type PdfObject, type PdfRef } from '../pdf/object.ts';

/** Two revisions of one document: the part that was signed, and the file as it is. */
export interface Revisions {
  readonly signed: PdfDocument;
  readonly now: PdfDocument;
  /** What `isChanged` has found out, by number: thousands of fields may share one value. */
  readonly changed: Map<number, boolean>;
}

/** Counts work: see `PdfDocument.spend`. */
type Spend = (steps: number) => void;

/** A reference as a number, for sets. */
export function keyOf(ref: PdfRef): number {
  return ref.number * 65536 + ref.generation;
}

/** What `keyOf` made a number of. */
export function refOf(key: number): PdfRef {
  return pdfRef(Math.floor(key / 65536), key % 65536);
}

/**
 * Whether two objects are the same, references compared as references. `spend` counts the work: to be given where the same
 * object may be compared many times.
 */
export function sameObject(a: PdfObject, b: PdfObject, spend?: Spend): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  spend?.(sizeOf(a));
  switch (a.type) {
    case 'name':
      return b.type === 'name' && a.name === b.name;
    case 'string':
      return b.type === 'string' && equal(a.bytes, b.bytes);
    case 'ref':
      return isSameRef(a, b);
    case 'array':
      return (
        b.type === 'array' &&
        a.items.length === b.items.length &&
        a.items.every((item, i) => sameObject(item, b.items[i]!, spend))
      );
    case 'dict':
      return b.type === 'dict' && sameDict(a, b, spend);
    case 'stream':
      return b.type === 'stream' && sameDict(a.dict, b.dict, spend) && equal(a.data, b.data);
  }
}

/** Bytes that are compared in the time of one step. */
const BYTES_A_STEP = 16;

/** Steps that comparing it takes, without what stands in it. */
function sizeOf(object: PdfObject & object): number {
  switch (object.type) {
    case 'array':
      return 1 + object.items.length;
    case 'string':
      return 1 + object.bytes.length / BYTES_A_STEP;
    case 'stream':
      return 1 + object.data.length / BYTES_A_STEP;
    default:
      return 1;
  }
}

function sameDict(a: PdfDict, b: PdfDict, spend?: Spend): boolean {
  if (a.entries.size !== b.entries.size) return false;
  for (const [key, value] of a.entries) {
    const other = b.entries.get(key);
    if (other === undefined || !sameObject(value, other, spend)) return false;
  }
  return true;
}

/** The keys whose values differ or are written otherwise, or that only one of the two has. */
export function changedKeys(a: PdfDict, b: PdfDict, spend?: Spend): string[] {
  spend?.(4 * (a.entries.size + b.entries.size));
  const keys = [...a.entries.keys()].filter((key) => {
    const other = b.entries.get(key);
    return other === undefined || !sameObject(a.entries.get(key)!, other, spend) || !areWrittenAlike(a, b, key);
  });
  for (const key of b.entries.keys()) if (!a.entries.has(key)) keys.push(key);
  return keys;
}

/** Of a key that both have with the same value; of what was not read from a file, the value is all. */
function areWrittenAlike(a: PdfDict, b: PdfDict, key: string): boolean {
  if (!textPlaceOf(a) || !textPlaceOf(b)) return true;
  const [before, after] = [spellingOf(a)?.get(key), spellingOf(b)?.get(key)];
  return before !== undefined && after !== undefined && sameNodes(before, after);
}

type Spelling = ReturnType<typeof spelledEntries>;
const spellings = new WeakMap<PdfDict, { readonly entries: Spelling }>();

function spellingOf(dict: PdfDict): Spelling {
  const known = spellings.get(dict);
  if (known) return known.entries;
  const place = textPlaceOf(dict);
  const entries = place && spelledEntries(place);
  spellings.set(dict, { entries });
  return entries;
}

/**
 * The object as it was signed, whatever generation `ref` names: some readers look no further than the number. What stands
 * where it stood is taken from the file as it is, which every signature of a document shares; so the same object is the
 * same dictionary however often it is asked for.
 */
export function readSigned(revisions: Revisions, ref: PdfRef): PdfObject | undefined {
  return readNumber(standsInPlace(revisions, ref.number) ? revisions.now : revisions.signed, ref.number);
}

/** What `object` is in the signed part, or leads to, if it is a dictionary: the very one that a walk comes to. */
export function signedDict(revisions: Revisions, object: PdfObject | undefined): PdfDict | undefined {
  let found = object;
  for (let steps = 0; steps < MAX_CHAIN && isPdf(found, 'ref'); steps++) found = readSigned(revisions, found);
  return isPdf(found, 'dict') ? found : undefined;
}

const MAX_CHAIN = 16;

function readNumber(doc: PdfDocument, number: number): PdfObject | undefined {
  return read(doc, pdfRef(number, generationOf(doc, number)));
}

export function generationOf(doc: PdfDocument, number: number): number {
  const entry = doc.xrefEntry(number);
  return entry?.kind === 'offset' ? entry.generation : 0;
}

/**
 * The object, or `undefined` where the file does not let us read it.
 * @throws Refusal `pdf/too-large`: what we did not read for its cost is not what the file lacks
 */
export function read(doc: PdfDocument, ref: PdfRef): PdfObject | undefined {
  try {
    return doc.get(ref);
  } catch (error) {
    if (isRefusal(error) && error.code !== 'pdf/too-large') return undefined;
    throw error;
  }
}

/** Whether the object of that number, of whatever generation, is another one now, or has another generation. */
export function isChanged(revisions: Revisions, { number }: PdfRef): boolean {
  const known = revisions.changed.get(number);
  if (known !== undefined) return known;
  const changed = findChange(revisions, number);
  revisions.changed.set(number, changed);
  return changed;
}

function findChange(revisions: Revisions, number: number): boolean {
  const { signed, now } = revisions;
  if (standsInPlace(revisions, number)) return false;
  const before = readNumber(signed, number);
  const after = readNumber(now, number);
  if (before === undefined || after === undefined || generationOf(signed, number) !== generationOf(now, number)) {
    return true;
  }
  const spend: Spend = (steps) => signed.spend(steps);
  if (!sameObject(before, after, spend)) return true;
  const [one, other] = [signed.textOf(number), now.textOf(number)];
  return one === undefined || other === undefined || !sameSpelling(one, other);
}

/** The same bytes of the file, without reading them. A stream's /Length elsewhere is an object of its own in the walk. */
function standsInPlace(revisions: Revisions, number: number): boolean {
  const { signed, now } = revisions;
  const before = signed.xrefEntry(number);
  const after = now.xrefEntry(number);
  if (before?.kind === 'compressed' && after?.kind === 'compressed') {
    if (before.stream !== after.stream || before.index !== after.index) return false;
    return isSameOffset(revisions, after.stream) && saysAllItself(now, after.stream);
  }
  return isSameOffset(revisions, number);
}

function isSameOffset({ signed, now }: Revisions, number: number): boolean {
  const before = signed.xrefEntry(number);
  const after = now.xrefEntry(number);
  return (
    before?.kind === 'offset' &&
    after?.kind === 'offset' &&
    before.offset === after.offset &&
    before.generation === after.generation
  );
}

/** Whether how an object stream is read depends on no other object: nothing else answers for those. */
function saysAllItself(doc: PdfDocument, number: number): boolean {
  const entry = doc.xrefEntry(number);
  const stream = entry?.kind === 'offset' ? read(doc, pdfRef(number, entry.generation)) : undefined;
  if (!isPdf(stream, 'stream')) return false;
  const isPlain = (object: PdfObject, depth: number): boolean => {
    if (typeof object !== 'object' || object === null) return true;
    if (object.type === 'dict') return depth < 3 && [...object.entries.values()].every((o) => isPlain(o, depth + 1));
    if (object.type === 'array') return depth < 3 && object.items.every((item) => isPlain(item, depth + 1));
    return object.type === 'name' || object.type === 'string';
  };
  const known = plainStreams.get(stream);
  if (known !== undefined) return known;
  const plain = [...stream.dict.entries.values()].every((value) => isPlain(value, 0));
  plainStreams.set(stream, plain);
  return plain;
}

const plainStreams = new WeakMap<PdfObject & object, boolean>();

export function dictOf(doc: PdfDocument, object: PdfObject | undefined): PdfDict | undefined {
  const found = doc.resolve(object);
  return isPdf(found, 'dict') ? found : undefined;
}

/** The keys of the references among the items. */
export function keysOf(items: readonly PdfObject[]): Set<number> {
  return new Set(items.flatMap((item) => (isPdf(item, 'ref') ? keyOf(item) : [])));
}

/** The items of an array, which may be elsewhere; none where it is not one. */
export function itemsOf(doc: PdfDocument, object: PdfObject | undefined): readonly PdfObject[] {
  const found = doc.resolve(object);
  return isPdf(found, 'array') ? found.items : [];
}
