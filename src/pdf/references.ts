import { ambiguous } from './ambiguity.ts';
import type { PdfDocument } from './document.ts';
import { pdfRef, type PdfDict, type PdfObject, type PdfRef } from './object.ts';
import { FREE } from './xref.ts';

/**
 * Refuses a document in which a reference names an object by another generation than its own, or one that some save took
 * away: nothing to those who follow ISO 32000-2 §7.3.10, but readers that look no further than its number, or that rebuild
 * the table, still show it. Of a document that is unambiguous otherwise; one to a number that nobody has used is nothing
 * to all.
 * @throws Refusal `pdf/ambiguous` with the fact `finding`, and those of reading
 */
export function checkReferences(document: PdfDocument): void {
  const check = new References(document);
  check.object(document.trailer);
  for (const number of document.numbers()) check.object(document.get(pdfRef(number, generationOf(document, number))));
}

class References {
  /** By object number: 1 + the generation of one in use, `TAKEN_AWAY`, or 0 where nobody has used it. */
  readonly #state: Int32Array;

  constructor(document: PdfDocument) {
    this.#state = new Int32Array(document.size);
    for (const { lookups } of document.revisions) {
      for (const entries of lookups) {
        for (let i = 0; i < entries.length; i += 4) {
          if (entries[i + 1] !== FREE) this.#state[entries[i]!] = TAKEN_AWAY;
        }
      }
    }
    for (const number of document.numbers()) this.#state[number] = 1 + generationOf(document, number);
  }

  object(object: PdfObject): void {
    if (typeof object !== 'object' || object === null) return;
    if (object.type === 'ref') this.#reference(object);
    else if (object.type === 'array') {
      // By index: this runs for everything in the file. The parser bounds how deep it is nested.
      for (let i = 0; i < object.items.length; i++) this.object(object.items[i]!);
    } else if (object.type === 'dict') this.#entries(object);
    else if (object.type === 'stream') this.#entries(object.dict);
  }

  #entries({ entries }: PdfDict): void {
    for (const value of entries.values()) this.object(value);
  }

  #reference({ number, generation }: PdfRef): void {
    const state = number < this.#state.length ? this.#state[number]! : 0;
    if (state !== 0 && state !== 1 + generation) ambiguous('reference');
  }
}

const TAKEN_AWAY = -1;

function generationOf(document: PdfDocument, number: number): number {
  const entry = document.xrefEntry(number);
  return entry?.kind === 'offset' ? entry.generation : 0;
}
