import { toLatin1 } from '../core/bytes.ts';
import { ambiguous } from './ambiguity.ts';
import type { PdfDocument } from './document.ts';
import { hasPlainNumbers, textPlaceOf } from './parse.ts';
import { spelledEntries } from './spelling.ts';
import { isName, pdfRef, type PdfDict, type PdfObject, type PdfRef } from './object.ts';
import { FREE } from './xref.ts';

/**
 * Refuses a document in which a reference names an object by another generation than its own, or one that some save took
 * away: nothing to those who follow ISO 32000-2 §7.3.10, but readers that look no further than its number, or that rebuild
 * the table, still show it; or one beyond the last number; or where a whole number should stand, another one, or one that
 * is not written as such. Of a document that is unambiguous otherwise. A reference to a number in between that nobody has used is nothing to all.
 * @throws Refusal `pdf/ambiguous` with the fact `finding`, and those of reading
 */
export function checkValues(document: PdfDocument): void {
  const values = new Values(document);
  values.check(document.trailer);
  // A save that cannot be followed is one after which readers rebuild the table.
  for (const { sections } of document.revisions)
    for (const { trailer } of sections) if (!hasPlainNumbers(trailer)) checkWholes(trailer, WHOLE_OF_FILE);
  for (const number of document.numbers()) values.check(document.get(pdfRef(number, generationOf(document, number))));
}

class Values {
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

  check(object: PdfObject): void {
    if (typeof object !== 'object' || object === null) return;
    if (object.type === 'ref') this.#reference(object);
    else if (object.type === 'array') {
      // By index: this runs for everything in the file. The parser bounds how deep it is nested.
      for (let i = 0; i < object.items.length; i++) this.check(object.items[i]!);
    } else if (object.type === 'dict') this.#entries(object);
    else if (object.type === 'stream') this.#entries(object.dict);
  }

  #entries(dict: PdfDict): void {
    if (!hasPlainNumbers(dict)) checkWholes(dict, makesUpFile(dict) ? WHOLE_OF_FILE : WHOLE);
    for (const value of dict.entries.values()) this.check(value);
  }

  #reference({ number, generation }: PdfRef): void {
    // Beyond all, it would come to what a later save puts there: the seal itself takes the next numbers.
    if (number >= this.#state.length) ambiguous('reference');
    const state = this.#state[number]!;
    if (state !== 0 && state !== 1 + generation) ambiguous('reference');
  }
}

const TAKEN_AWAY = -1;

/** Whole numbers to the standard, alone or in an array; some readers take `54.0` for none, some for 54. */
const WHOLE: ReadonlySet<string> = new Set([
  ...['Differences', 'FirstChar', 'LastChar', 'Rotate', 'Width', 'Height', 'BitsPerComponent'],
  ...['Predictor', 'Colors', 'Columns', 'Length', 'Count'],
]);
/** The same of trailers and of the streams that make up a file. */
const WHOLE_OF_FILE: ReadonlySet<string> = new Set([...WHOLE, 'Size', 'Prev', 'XRefStm', 'W', 'Index', 'N', 'First']);
const NUMERIC = /^[-+.0-9]/;
const PLAIN = /^-?[0-9]{1,10}$/;

function makesUpFile({ entries }: PdfDict): boolean {
  const type = entries.get('Type');
  return isName(type, 'ObjStm') || isName(type, 'XRef');
}

function checkWholes(dict: PdfDict, keys: ReadonlySet<string>): void {
  const asked = [...dict.entries.keys()].filter((key) => keys.has(key));
  const place = asked.length > 0 ? textPlaceOf(dict) : undefined;
  const spelled = place && spelledEntries(place);
  for (const key of asked) {
    for (const node of spelled?.get(key) ?? []) {
      for (const word of node.kind === 'array' ? node.items : [node]) {
        const text = word.kind === 'word' ? toLatin1(word.text) : '';
        if (NUMERIC.test(text) && !PLAIN.test(text)) ambiguous('number-form');
      }
    }
  }
}

function generationOf(document: PdfDocument, number: number): number {
  const entry = document.xrefEntry(number);
  return entry?.kind === 'offset' ? entry.generation : 0;
}
