import { isRefusal } from '../core/refusal.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { entriesOf, type PdfRevision } from '../pdf/revision.ts';
import { checkUnambiguous } from '../pdf/unambiguous.ts';

/**
 * What in the updates since the signed revision readers may understand in different ways, or `undefined`. A page written
 * again with two /Contents is the signed page to one reader and another page to the next, and no comparison of objects
 * sees it. What was ambiguous when it was signed is the signer's doing.
 * @throws Refusal where reading the document does
 */
export function findAmbiguity(signed: PdfDocument, now: PdfDocument): string | undefined {
  const newer = newerThan(signed, now);
  // What a new stream beside a table shows, some readers show and some do not.
  if (newer.some((revision) => bringsHybrid(revision, signed.bytes.length))) return 'hybrid-conflict';
  const found = ambiguityOf(now);
  if (found === undefined) return undefined;
  if (ambiguityOf(signed) === undefined) return found;
  for (const revision of newer) {
    const finding = findingIn(now, revision);
    if (finding !== undefined) return finding;
  }
  return undefined;
}

/** The answer costs a pass over the file, and every signature of a document asks for it. */
const answers = new WeakMap<PdfDocument, { readonly found: string | undefined }>();

function ambiguityOf(doc: PdfDocument): string | undefined {
  const known = answers.get(doc);
  if (known) return known.found;
  let found: string | undefined;
  try {
    checkUnambiguous(doc);
  } catch (error) {
    if (!isRefusal(error, 'pdf/ambiguous')) throw error;
    found = String(error.facts['finding']);
  }
  answers.set(doc, { found });
  return found;
}

/** The saves of the file since the signed revision, newest first. */
export function newerThan(signed: PdfDocument, now: PdfDocument): readonly PdfRevision[] {
  const last = signed.revisions[0]!.startxref;
  const index = now.revisions.findIndex(({ startxref }) => startxref === last);
  return index < 0 ? now.revisions : now.revisions.slice(0, index);
}

/** Whether a save has a stream beside its table that was not there when the first `length` bytes were all. */
function bringsHybrid({ kind, sections }: PdfRevision, length: number): boolean {
  return kind === 'hybrid' && sections.some((section) => section.kind === 'stream' && section.offset >= length);
}

/** What the parser itself forgave, in the sections and objects of one update. */
function findingIn(doc: PdfDocument, revision: PdfRevision): string | undefined {
  if (revision.kind === 'hybrid') return 'hybrid-conflict';
  for (const { finding } of revision.sections) if (finding) return finding;
  for (const entry of entriesOf(revision)) {
    const current = doc.xrefEntry(entry.number);
    if (entry.kind === 'free' || JSON.stringify(current) !== JSON.stringify(entry)) continue;
    const finding =
      entry.kind === 'offset'
        ? doc.readAt(entry.number).finding
        : doc.readInStream(doc.objectStream(entry.stream), entry.index).finding;
    if (finding) return finding;
  }
  return undefined;
}
