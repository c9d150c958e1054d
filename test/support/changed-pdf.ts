import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { concat, fromLatin1 } from '../../src/core/bytes.ts';
import { openPdf, type PdfDocument } from '../../src/pdf/document.ts';
import { pdfName, type PdfRef } from '../../src/pdf/object.ts';
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

export function stream(text: string): Writable {
  return { type: 'stream', dict: writableDict({}), data: fromLatin1(text) };
}

/** An appearance of 40 by 20 that shows words. */
export function look(words: string): Writable {
  const font = writableDict({
    ...{ Type: pdfName('Font'), Subtype: pdfName('Type1'), BaseFont: pdfName('Helvetica') },
    Encoding: pdfName('WinAnsiEncoding'),
  });
  const dict = writableDict({
    Type: pdfName('XObject'),
    Subtype: pdfName('Form'),
    BBox: writableArray(0, 0, 40, 20),
    Resources: writableDict({ Font: writableDict({ F1: font }) }),
  });
  return { type: 'stream', dict, data: fromLatin1(`BT /F1 9 Tf (${words}) Tj ET`) };
}
