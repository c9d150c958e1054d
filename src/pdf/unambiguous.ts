import { ambiguous } from './ambiguity.ts';
import type { PdfDocument } from './document.ts';
import { isName, isPdf, type PdfDict, type PdfObject } from './object.ts';
import type { PdfPage } from './page.ts';
import type { PdfRevision } from './revision.ts';
import { checkTiles } from './tile.ts';
import { AT_OFFSET, FREE } from './xref.ts';

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
  /** By object number: which section, and which save (oldest is 1), mentioned it last. */
  const inSection = new Uint32Array(document.size);
  const definedBy = new Uint32Array(document.size);
  const streamsMet = new Map<number, number>();
  let sections = 0;
  for (const [age, revision] of revisions.toReversed().entries()) {
    const newer = revisions[revisions.length - 2 - age];
    const { end } = revision;
    if (end === undefined) return ambiguous('missing-eof', revision.startxref);
    // The stream of a hybrid save may be older than its table.
    const late = newer?.sections.find((section) => section.offset < end && section.kind === newer.sections[0]!.kind);
    if (late) ambiguous('revision-order', late.offset);
    const size = revision.trailer.entries.get('Size');
    for (const section of revision.sections) {
      if (section.finding) ambiguous(section.finding, section.offset);
      const { entries } = section;
      sections++;
      for (let i = 0; i < entries.length; i += 4) {
        const number = entries[i]!;
        if (inSection[number] === sections) ambiguous('xref-duplicate', section.offset);
        inSection[number] = sections;
        // Some readers take what lies beyond /Size for missing (ISO 32000-2 §7.5.5).
        if (typeof size !== 'number' || number >= size) ambiguous('xref-size', section.offset);
      }
    }
    if (revision.kind === 'hybrid') checkHybrid(revision, age + 1, definedBy, streamsMet);
    for (const entries of revision.lookups)
      for (let i = 0; i < entries.length; i += 4) definedBy[entries[i]!] = age + 1;
  }
}

/** A hybrid file shows older readers less, but nothing else: no object may be in two places. */
function checkHybrid(
  revision: PdfRevision,
  age: number,
  definedBy: Uint32Array,
  streamsMet: Map<number, number>,
): void {
  for (let s = 0; s + 1 < revision.sections.length; s++) {
    const table = revision.sections[s]!;
    const stream = revision.sections[s + 1]!;
    if (table.kind !== 'table' || stream.kind !== 'stream') continue;
    const offsets = new Map<number, number>();
    for (let i = 0; i < table.entries.length; i += 4) {
      if (table.entries[i + 1] === AT_OFFSET) offsets.set(table.entries[i]!, table.entries[i + 2]!);
    }
    const before = streamsMet.get(stream.offset);
    streamsMet.set(stream.offset, age);
    for (let i = 0; i < stream.entries.length; i += 4) {
      const number = stream.entries[i]!;
      if (stream.entries[i + 1] === FREE) continue;
      const offset = offsets.get(number);
      const same = stream.entries[i + 1] === AT_OFFSET && stream.entries[i + 2] === offset;
      if (before === undefined && offset !== undefined && !same) ambiguous('hybrid-conflict', stream.offset);
      // A stream named again by a later trailer, as some writers do, must not bring back what was replaced in between.
      if (before !== undefined && offset === undefined && definedBy[number]! > before)
        ambiguous('hybrid-conflict', stream.offset);
    }
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
