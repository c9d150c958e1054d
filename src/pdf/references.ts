import { ambiguous } from './ambiguity.ts';
import type { PdfDocument } from './document.ts';
import { isPdf, pdfRef, type PdfDict, type PdfObject, type PdfRef } from './object.ts';

/**
 * Refuses a document in which a reference names an object in use by another generation: nothing to those who follow
 * ISO 32000-2 §7.3.10, the object to readers that look no further than its number. To be asked before signing, of a
 * document that is unambiguous otherwise.
 * @throws Refusal `pdf/ambiguous` with the fact `finding`, and those of reading
 */
export function checkReferences(document: PdfDocument): void {
  checkObject(document, document.trailer);
  for (const number of document.numbers()) {
    checkObject(document, document.get(pdfRef(number, generationOf(document, number))));
  }
}

function checkObject(document: PdfDocument, object: PdfObject): void {
  const waiting: PdfObject[] = [object];
  const add = (value: PdfObject): void => {
    if (isPdf(value, 'ref')) checkReference(document, value);
    else if (isPdf(value, 'array') || isPdf(value, 'dict')) waiting.push(value);
  };
  const addEntries = ({ entries }: PdfDict): void => {
    for (const value of entries.values()) add(value);
  };
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (isPdf(next, 'ref')) checkReference(document, next);
    else if (isPdf(next, 'array')) next.items.forEach(add);
    else if (isPdf(next, 'dict')) addEntries(next);
    else if (isPdf(next, 'stream')) addEntries(next.dict);
  }
}

function checkReference(document: PdfDocument, { number, generation }: PdfRef): void {
  const entry = document.xrefEntry(number);
  if (!entry || entry.kind === 'free') return;
  if (generation !== generationOf(document, number)) ambiguous('reference');
}

function generationOf(document: PdfDocument, number: number): number {
  const entry = document.xrefEntry(number);
  return entry?.kind === 'offset' ? entry.generation : 0;
}
