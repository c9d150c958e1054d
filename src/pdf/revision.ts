import type { PdfDict } from './object.ts';
import { brokenXref, tooLarge } from './refusal.ts';
import {
  ABSENT,
  AT_OFFSET,
  findTail,
  FREE,
  IN_STREAM,
  offsetIn,
  readSection,
  readTail,
  type SectionTail,
  type XrefContext,
  type XrefEntry,
  type XrefSection,
} from './xref.ts';

/** One save of the file: what an incremental update (ISO 32000-2 §7.5.6) or the first writing added. */
export interface PdfRevision {
  /** Where its newest cross-reference section stands. */
  readonly startxref: number;
  readonly kind: 'table' | 'stream' | 'hybrid';
  readonly trailer: PdfDict;
  /** After its `%%EOF`: the length of the file as it was. `undefined` when no `startxref … %%EOF` follows. */
  readonly end: number | undefined;
  readonly tail: SectionTail | undefined;
  /** As read: two in a linearized first revision and in a hybrid one. */
  readonly sections: readonly XrefSection[];
  /** Quadruples of `XrefSection.entries`, in the order in which an object is looked up. */
  readonly lookups: readonly Uint32Array[];
  /** Of its object numbers. */
  readonly highest: number;
}

export interface RevisionContext extends XrefContext {
  readonly maxRevisions: number;
}

/**
 * Follows /Prev from the last `startxref`, newest first.
 * @throws Refusal `pdf/truncated`, `pdf/xref-broken`, `pdf/too-large`, `pdf/malformed`
 */
export function readRevisions(context: RevisionContext): readonly PdfRevision[] {
  const last = findTail(context.bytes);
  const visited = new Set<number>();
  // Some writers copy /XRefStm from trailer to trailer: one stream, read once, counts in every revision that names it.
  const known = new Map<number, XrefSection>();
  const revisions: PdfRevision[] = [];
  let total = 0;
  let at: number | undefined = last.startxref;
  const read = (offset: number): XrefSection => {
    const section = known.get(offset) ?? readSection(context, offset);
    known.set(offset, section);
    total += section.entries.length / 4;
    if (total > 2 * context.maxObjects) tooLarge('too many cross-reference entries', 2 * context.maxObjects);
    return section;
  };
  const visit = (offset: number): XrefSection => {
    if (visited.has(offset)) brokenXref('the cross-reference chain runs in a circle', offset);
    visited.add(offset);
    return read(offset);
  };
  while (at !== undefined) {
    if (revisions.length === context.maxRevisions) tooLarge('too many revisions', context.maxRevisions);
    const sections: XrefSection[] = [];
    const lookups: Uint32Array[] = [];
    const newest: XrefSection = visit(at);
    let previous = readWhole(newest, read, sections, lookups);
    let tail = readTail(context.bytes, newest.end);
    // A linearized file's first section stands before the one that it continues: both are one save (Annex F).
    if (previous !== undefined && previous > newest.offset) {
      const main = visit(previous);
      previous = readWhole(main, read, sections, lookups);
      tail = readTail(context.bytes, main.end);
    }
    const hybrid = sections.some((section) => section.kind === 'table' && section.trailer.entries.has('XRefStm'));
    revisions.push({
      startxref: at,
      kind: hybrid ? 'hybrid' : newest.kind,
      trailer: newest.trailer,
      end: tail?.end,
      tail,
      sections,
      lookups,
      highest: highestOf(lookups),
    });
    at = previous;
  }
  return revisions;
}

/** Adds a section and, if it is hybrid, its stream; returns its /Prev. */
function readWhole(
  section: XrefSection,
  read: (offset: number) => XrefSection,
  sections: XrefSection[],
  lookups: Uint32Array[],
): number | undefined {
  sections.push(section);
  const hidden = section.kind === 'table' ? offsetIn(section.trailer, 'XRefStm') : undefined;
  if (hidden === undefined) lookups.push(section.entries);
  else {
    const stream = read(hidden);
    if (stream.kind !== 'stream') brokenXref('/XRefStm does not lead to a stream', hidden);
    sections.push(stream);
    // What the table hides as free is in the stream (ISO 32000-2 §7.5.8.4); what neither uses is free.
    lookups.push(
      section.entries.filter((_, i) => section.entries[i - (i % 4) + 1] !== FREE),
      stream.entries.filter((_, i) => stream.entries[i - (i % 4) + 1] !== FREE),
      section.entries,
      stream.entries,
    );
  }
  return offsetIn(section.trailer, 'Prev');
}

function highestOf(lookups: readonly Uint32Array[]): number {
  let highest = 0;
  for (const entries of lookups) for (let i = 0; i < entries.length; i += 4) highest = Math.max(highest, entries[i]!);
  return highest;
}

/** The entries that this revision itself brings, in lookup order; a number may come twice, the first counts. */
export function* entriesOf(revision: PdfRevision): Generator<XrefEntry, void, undefined> {
  for (const entries of revision.lookups) {
    for (let i = 0; i < entries.length; i += 4) {
      const number = entries[i]!;
      const first = entries[i + 2]!;
      const second = entries[i + 3]!;
      const kind = entries[i + 1];
      if (kind === AT_OFFSET) yield { kind: 'offset', number, generation: second, offset: first };
      else if (kind === IN_STREAM) yield { kind: 'compressed', number, stream: first, index: second };
      else if (kind !== ABSENT) yield { kind: 'free', number, generation: second };
    }
  }
}
