import { ambiguous } from './ambiguity.ts';
import type { PdfDocument } from './document.ts';
import { LARGEST_SIZE } from './limits.ts';
import { isSameRef } from './object.ts';
import { Hybrids, Places } from './object-places.ts';
import { skipWhite } from './lex.ts';
import { checkTiles, MAX_LEAD } from './tile.ts';
import { checkPages } from './unambiguous-pages.ts';
import { checkValues } from './values.ts';
import { AT_OFFSET, FREE } from './xref.ts';

/**
 * Refuses a document that readers may understand in more than one way: to be asked before signing one. Time and memory
 * are linear in the file and what its object streams inflate to, within the document's limits.
 * @throws Refusal `pdf/ambiguous` with the fact `finding` (an `Ambiguity`), and those of `PdfDocument`
 */
export function checkUnambiguous(document: PdfDocument): void {
  if (!document.header.plain) ambiguous('header', 0);
  checkRevisions(document);
  checkTableNumbers(document);
  checkTiles(document);
  checkObjectStreams(document);
  checkPages(document);
  checkValues(document);
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
    if (typeof size !== 'number' || size > LARGEST_SIZE || (!newer && size < document.size))
      return ambiguous('xref-size', revision.startxref);
    // Only what a program writes at once may have a section for its first page (ISO 32000-2 annex F).
    const isTwofold = revision.kind !== 'hybrid' && revision.sections.length > 1;
    if (age > 0 && isTwofold) ambiguous('revision-order', revision.startxref);
    for (const section of revision.sections) {
      if (section.finding) ambiguous(section.finding, section.offset);
      // Readers that rebuild the table take the first trailer that they find, or the last.
      const root = section.trailer.entries.get('Root');
      const mayLackRoot = (age === 0 && isTwofold) || (section.kind === 'stream' && revision.kind === 'hybrid');
      if (root === undefined && !mayLackRoot) ambiguous('root', section.offset);
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
 * A cross-reference stream replaces nothing: a reader that rebuilds the file shows it in the place of an object before it,
 * or in an object stream, that has its number. Its table lists it where it stands, calls it free or leaves it out; then
 * some programs give the number to an object of their next save.
 */
function checkTableNumbers({ bytes, revisions }: PdfDocument): void {
  const sections = revisions.flatMap((revision) => revision.sections);
  /** Of the last stream of a number, where it stands. */
  const places = new Map<number, number>();
  for (const { number, offset } of sections) {
    if (number !== undefined) places.set(number, Math.max(offset, places.get(number) ?? 0));
  }
  if (places.size === 0) return;
  const starts = new Set(sections.map((section) => section.offset));
  for (const { entries, offset } of sections) {
    for (let i = 0; i < entries.length; i += 4) {
      const own = places.get(entries[i]!);
      if (own === undefined || entries[i + 1] === FREE) continue;
      const place = skipWhite(bytes, entries[i + 2]!, Math.min(bytes.length, entries[i + 2]! + MAX_LEAD));
      const isAllowed = entries[i + 1] === AT_OFFSET && (place > own || starts.has(place));
      if (!isAllowed) ambiguous('xref-number', offset);
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
