import { isRefusal } from '../core/refusal.ts';
import type { PdfDocument } from '../pdf/document.ts';
import type { PdfObject } from '../pdf/object.ts';

/** What `item` leads to; null where that cannot be read: then there is nothing to look for, and still a verdict. */
export function readable(document: PdfDocument, item: PdfObject | undefined): PdfObject {
  try {
    return document.resolve(item ?? null);
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}
