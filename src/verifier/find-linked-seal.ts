import { toLatin1 } from '../core/bytes.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { isPdf, type PdfObject } from '../pdf/object.ts';
import { findSeal, type OpenedSeal, type SealPlaces } from '../seal/open.ts';
import { readable } from './readable.ts';

const MAX_PAGES = 500;
const MAX_LINKS = 2000;
const MAX_URI = 600;

/** The first link of the file that leads to a seal of ours: what remains of one when a letter is printed to PDF again. */
export function findLinkedSeal(document: PdfDocument, places: SealPlaces): OpenedSeal | undefined {
  let links = 0;
  for (const page of document.pages().slice(0, MAX_PAGES)) {
    const annotations = readable(document, page.dict.entries.get('Annots'));
    if (!isPdf(annotations, 'array')) continue;
    for (const item of annotations.items) {
      if (++links > MAX_LINKS) return undefined;
      const seal = sealOfLink(document, item, places);
      if (seal) return seal;
    }
  }
  return undefined;
}

function sealOfLink(document: PdfDocument, item: PdfObject, places: SealPlaces): OpenedSeal | undefined {
  const annotation = readable(document, item);
  const action = isPdf(annotation, 'dict') ? readable(document, annotation.entries.get('A')) : null;
  const uri = isPdf(action, 'dict') ? readable(document, action.entries.get('URI')) : null;
  if (!isPdf(uri, 'string') || uri.bytes.length > MAX_URI) return undefined;
  return findSeal(toLatin1(uri.bytes), places);
}
