import { ambiguous } from './ambiguity.ts';
import type { PdfDocument } from './document.ts';
import { isName, isPdf, type PdfDict, type PdfObject } from './object.ts';
import type { PdfPage } from './page.ts';
import type { PdfRevision } from './revision.ts';
import { checkTiles } from './tile.ts';
import { AT_OFFSET, FREE, offsetIn } from './xref.ts';

/**
 * Refuses a document that readers may understand in more than one way: to be asked before signing one. Time and memory
 * are linear in the file and what its object streams inflate to, within the document's limits.
 * @throws Refusal `pdf/ambiguous` with the fact `finding` (an `Ambiguity`), and those of `PdfDocument`
 */
export function checkUnambiguous(document: PdfDocument): void {
  if (!document.header.plain) ambiguous('header', 0);
  checkRevisions(document);
  checkTiles(document);
  checkObjectStreams(document);
  checkPages(document);
}

function checkRevisions(document: PdfDocument): void {
  const { revisions } = document;
  /** By object number: which section mentioned it last. */
  const inSection = new Uint32Array(document.size);
  const hybrids = revisions.some(({ kind }) => kind === 'hybrid') ? new Hybrids(document.size) : undefined;
  const places = new Places(document.size);
  let sections = 0;
  let earlierEnd = 0;
  for (const [age, revision] of revisions.toReversed().entries()) {
    const newer = revisions[revisions.length - 2 - age];
    const { end } = revision;
    if (end === undefined) return ambiguous('missing-eof', revision.startxref);
    // The stream of a hybrid save may be older than its table.
    const late = newer?.sections.find((section) => section.offset < end && section.kind === newer.sections[0]!.kind);
    if (late) ambiguous('revision-order', late.offset);
    // Some readers take what lies beyond /Size for missing (ISO 32000-2 §7.5.5): the newest says it of all saves.
    const size = revision.trailer.entries.get('Size');
    if (typeof size !== 'number' || (!newer && size < document.size)) return ambiguous('xref-size', revision.startxref);
    for (const section of revision.sections) {
      if (section.finding) ambiguous(section.finding, section.offset);
      // Readers that rebuild the table take the first trailer that they find, or the last.
      const root = section.trailer.entries.get('Root');
      if (root !== undefined && !isSameRef(root, document.trailer.entries.get('Root')))
        ambiguous('root', section.offset);
      const { entries } = section;
      sections++;
      for (let i = 0; i < entries.length; i += 4) {
        const number = entries[i]!;
        if (inSection[number] === sections) ambiguous('xref-duplicate', section.offset);
        inSection[number] = sections;
        if (number >= size) ambiguous('xref-size', section.offset);
      }
      if (section.kind === 'stream' && section.trailer.entries.has('XRefStm'))
        ambiguous('hybrid-conflict', section.offset);
    }
    places.add(revision, earlierEnd);
    earlierEnd = end;
    if (revision.kind === 'hybrid') hybrids?.check(revision, age + 1);
    hybrids?.add(revision, age + 1);
  }
}

/**
 * Where each object stood, save by save: a save brings an object itself or leaves it where it was. So the last one of a
 * number that a reader finds who searches the file from its beginning is the one that the newest table names.
 */
class Places {
  readonly #kinds: Uint8Array;
  readonly #first: Uint32Array;
  readonly #second: Uint32Array;

  constructor(size: number) {
    this.#kinds = new Uint8Array(size);
    this.#first = new Uint32Array(size);
    this.#second = new Uint32Array(size);
  }

  /** `start`: where the save begins. */
  add({ lookups, startxref }: PdfRevision, start: number): void {
    const brought: number[] = [];
    // Backwards: what is looked up first stays.
    for (const entries of lookups.toReversed()) {
      for (let i = 0; i < entries.length; i += 4) {
        const number = entries[i]!;
        const [kind, first, second] = [entries[i + 1]!, entries[i + 2]!, entries[i + 3]!];
        if (kind === FREE) continue;
        if (number === 0) ambiguous('xref-entry-form', startxref);
        const before = this.#kinds[number];
        if (before === kind && this.#first[number] === first && this.#second[number] === second) continue;
        // Some readers look no further than the number.
        if (before === AT_OFFSET && kind === AT_OFFSET && this.#second[number] !== second)
          ambiguous('reference', startxref);
        this.#kinds[number] = kind;
        this.#first[number] = first;
        this.#second[number] = second;
        brought.push(number);
      }
    }
    for (const number of brought) {
      // Of one in an object stream, the stream.
      const holder = this.#kinds[number] === AT_OFFSET ? number : this.#first[number]!;
      if (this.#kinds[holder] !== AT_OFFSET || this.#first[holder]! < start) ambiguous('superseded-later', startxref);
    }
  }
}

/** Of a number, in quadruples such as `XrefSection.entries`: its kind, and the two that follow it. */
type Place = readonly [kind: number, first: number, second: number];

/**
 * Hybrid saves, from the oldest to the newest. Of what a table says and a stream beside it, one reader takes the first and
 * another the second: in no number may they say different things, nor the stream what readers that ignore it find
 * elsewhere. What a stream adds under a number that nobody else has used is what hybrid files are for.
 */
class Hybrids {
  /** By object number: which save (the oldest is 1) mentioned it last, and where it stands. */
  readonly #definedBy: Uint32Array;
  readonly #places: Uint32Array;
  /** By offset: which save named that stream first. */
  readonly #streams = new Map<number, number>();

  constructor(size: number) {
    this.#definedBy = new Uint32Array(size);
    this.#places = new Uint32Array(3 * size);
  }

  add(revision: PdfRevision, age: number): void {
    for (const entries of revision.lookups) {
      for (let i = 0; i < entries.length; i += 4) {
        const number = entries[i]!;
        // Of a hybrid save, the first look-up counts.
        if (this.#definedBy[number] === age) continue;
        this.#definedBy[number] = age;
        this.#places.set(entries.subarray(i + 1, i + 4), 3 * number);
      }
    }
  }

  check(revision: PdfRevision, age: number): void {
    for (const [s, stream] of revision.sections.entries()) {
      const table = revision.sections[s - 1];
      if (stream.kind !== 'stream' || table?.kind !== 'table') continue;
      const previous = offsetIn(stream.trailer, 'Prev');
      if (previous !== undefined && previous !== offsetIn(table.trailer, 'Prev'))
        ambiguous('hybrid-conflict', stream.offset);
      const inTable = new Map<number, Place>();
      for (const [number, ...place] of quadruples(table.entries)) inTable.set(number, place);
      const before = this.#streams.get(stream.offset);
      this.#streams.set(stream.offset, age);
      for (const [number, ...place] of quadruples(stream.entries)) {
        const own = inTable.get(number);
        // A stream named again by a later trailer, as some writers do, must not bring back what was replaced in between.
        const isKnown = before !== undefined && (own !== undefined || this.#definedBy[number]! <= before);
        const other = own ?? this.#placeOf(number);
        if (!isKnown && !agrees(place, other, own !== undefined)) ambiguous('hybrid-conflict', stream.offset);
      }
    }
  }

  #placeOf(number: number): Place | undefined {
    if (this.#definedBy[number] === 0) return undefined;
    const [kind, first, second] = this.#places.subarray(3 * number, 3 * number + 3);
    return [kind!, first!, second!];
  }
}

/** Whether both say the same of a number; what older saves left free may be used, what the table beside says is free may not. */
function agrees([kind, first, second]: Place, other: Place | undefined, isBeside: boolean): boolean {
  const [otherKind, otherFirst, otherSecond] = other ?? [FREE, 0, 0];
  if (otherKind === FREE && kind !== FREE) return other === undefined || !isBeside;
  if (kind === FREE) return otherKind === FREE;
  return kind === otherKind && first === otherFirst && second === otherSecond;
}

function* quadruples(entries: Uint32Array): Generator<[number, number, number, number], void, undefined> {
  for (let i = 0; i < entries.length; i += 4) {
    yield [entries[i]!, entries[i + 1]!, entries[i + 2]!, entries[i + 3]!];
  }
}

function checkObjectStreams(document: PdfDocument): void {
  const containers = new Set<number>();
  for (const number of document.numbers()) {
    const entry = document.xrefEntry(number);
    if (entry?.kind !== 'compressed') continue;
    const { numbers } = document.objectStream(entry.stream);
    if (numbers[entry.index] !== number) ambiguous('object-stream');
    containers.add(entry.stream);
  }
  for (const container of containers) {
    const stream = document.objectStream(container);
    if (new Set(stream.numbers).size !== stream.numbers.length) ambiguous('object-stream');
    for (const index of stream.numbers.keys()) {
      const { end, finding } = document.readInStream(stream, index);
      if (finding) ambiguous(finding);
      const next = stream.offsets[index + 1];
      if (next !== undefined && end > next) ambiguous('object-stream');
    }
  }
}

function checkPages(document: PdfDocument): void {
  const { catalog } = document;
  if (!isName(document.resolve(catalog.entries.get('Type')), 'Catalog')) ambiguous('catalog');
  const pages = document.pages();
  checkNode(document, catalog.entries.get('Pages'), undefined);
  for (const page of pages) checkPage(document, page);
}

/**
 * Page tree nodes are reached from the root; `pages` has shown that they form a tree, of bounded depth. What a page
 * inherits some readers look for where the tree lists it, and others above what it says is its parent: both are one. And
 * some skip what a node counts, to find a page by its number: each counts its own. Answers the pages below.
 */
function checkNode(document: PdfDocument, node: PdfObject | undefined, above: PdfObject | undefined): number {
  const dict = document.resolve(node);
  if (!isPdf(dict, 'dict')) return 0;
  if (!isSameRef(dict.entries.get('Parent') ?? null, above)) ambiguous('page-parent');
  const kids = document.resolve(dict.entries.get('Kids'));
  const type = document.resolve(dict.entries.get('Type'));
  if (!isName(type, isPdf(kids, 'array') ? 'Pages' : 'Page')) ambiguous('page-type');
  if (!isPdf(kids, 'array')) return 1;
  let pages = 0;
  for (const kid of kids.items) pages += checkNode(document, kid, node);
  if (document.resolve(dict.entries.get('Count')) !== pages) ambiguous('page-count');
  return pages;
}

function isSameRef(object: PdfObject, other: PdfObject | undefined): boolean {
  if (!isPdf(object, 'ref')) return object === null && other === undefined;
  return isPdf(other, 'ref') && object.number === other.number && object.generation === other.generation;
}

function checkPage(document: PdfDocument, page: PdfPage): void {
  checkContentsKey(page.dict);
  if (!page.turnsByQuarters) ambiguous('page-rotation');
  const contents = document.resolve(page.dict.entries.get('Contents'));
  if (contents === null) {
    if (page.dict.entries.has('Contents')) ambiguous('contents');
    return;
  }
  for (const part of isPdf(contents, 'array') ? contents.items : [contents]) {
    const stream = document.resolve(part);
    if (!isPdf(stream, 'stream')) return ambiguous('contents');
    const filters = document.filters(stream);
    if (!filters) ambiguous('contents-filter');
    // White space to some readers, the end of a text to others.
    if (filters?.length === 0 && stream.data[0] === 0) ambiguous('contents-start');
  }
}

const CONTENTS = 'Contents';

/** A key one character away from /Contents: lenient readers have been seen to take it for it. */
function checkContentsKey(dict: PdfDict): void {
  for (const key of dict.entries.keys()) {
    if (key !== CONTENTS && Math.abs(key.length - CONTENTS.length) <= 1 && isNear(key)) ambiguous('contents-key');
  }
}

function isNear(key: string): boolean {
  let start = 0;
  while (start < key.length && key[start] === CONTENTS[start]) start++;
  let end = 0;
  const shorter = Math.min(key.length, CONTENTS.length);
  while (end < shorter - start && key.at(-1 - end) === CONTENTS.at(-1 - end)) end++;
  return Math.max(key.length, CONTENTS.length) - start - end <= 1;
}
