import { fromUtf8, toLatin1 } from '../core/bytes.ts';
import type { PdfDocument } from './document.ts';
import { isPdf } from './object.ts';

/** PDF/A as the document's own metadata claims it: nobody has checked the claim. */
export interface PdfaClaim {
  readonly part: number;
  /** `A`, `B`, `U`, `E` or `F`; absent in part 4. */
  readonly conformance: string | undefined;
}

const MAX_METADATA_BYTES = 1024 * 1024;

/** Whether the document says that its content is tagged (ISO 32000-2 §14.7.1): what we add must be, too. */
export function isTagged(document: PdfDocument): boolean {
  const marks = document.resolve(document.catalog.entries.get('MarkInfo'));
  const tree = document.resolve(document.catalog.entries.get('StructTreeRoot'));
  return isPdf(marks, 'dict') && document.resolve(marks.entries.get('Marked')) === true && isPdf(tree, 'dict');
}

/** The claim in the XMP metadata (ISO 19005-2 §6.6.4), read as text: attributes or elements. */
export function pdfaClaim(document: PdfDocument): PdfaClaim | undefined {
  const metadata = document.resolve(document.catalog.entries.get('Metadata'));
  if (!isPdf(metadata, 'stream')) return undefined;
  const bytes = document.decode(metadata, MAX_METADATA_BYTES);
  if (!bytes) return undefined;
  const text = fromUtf8(bytes) ?? toLatin1(bytes);
  const part = /pdfaid:part(?:=["']|>)\s*([1-4])\s*["'<]/.exec(text);
  if (!part) return undefined;
  const conformance = /pdfaid:conformance(?:=["']|>)\s*([ABUEFabuef])\s*["'<]/.exec(text);
  return { part: Number(part[1]), conformance: conformance?.[1]?.toUpperCase() };
}
