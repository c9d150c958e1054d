import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { concat, fromLatin1 } from '../../src/core/bytes.ts';
import { openPdf, type PdfDocument } from '../../src/pdf/document.ts';
import type { PdfRef } from '../../src/pdf/object.ts';
import { withWritable, writableArray, writableDict, type Writable } from '../../src/pdf/serialise.ts';
import { beginUpdate, type PdfUpdate } from '../../src/pdf/update.ts';
import { verifySignatures, type SignatureFinding } from '../../src/signature/verify.ts';

export async function first(pdf: Uint8Array): Promise<SignatureFinding> {
  return (await verifySignatures(openPdf(pdf, primitives), { primitives }))[0]!;
}

export function kindsOf({ integrity, changes }: SignatureFinding): string {
  return [integrity, ...new Set(changes.map(({ kind }) => kind))].join(' ');
}

export function updated(pdf: Uint8Array, change: (update: PdfUpdate, doc: PdfDocument) => void): Uint8Array {
  const doc = openPdf(pdf, primitives);
  const update = beginUpdate(doc);
  change(update, doc);
  return concat(pdf, update.finish().appended);
}

export function rootOf(doc: PdfDocument): PdfRef {
  return doc.trailer.entries.get('Root') as PdfRef;
}

export function inCatalog(entries: Readonly<Record<string, Writable>>): (update: PdfUpdate, doc: PdfDocument) => void {
  return (update, doc) => update.put(rootOf(doc), withWritable(doc.catalog, entries));
}

/** With what an appearance needs. */
export function stream(text: string): Writable {
  return { type: 'stream', dict: writableDict({ BBox: writableArray(0, 0, 40, 20) }), data: fromLatin1(text) };
}
