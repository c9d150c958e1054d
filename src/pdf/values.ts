import { ambiguous } from './ambiguity.ts';
import type { PdfDocument } from './document.ts';
import { hasParametersBeside } from './filter-steps.ts';
import { fractionalKeys } from './parse.ts';
import { isName, isPdf, type PdfDict, type PdfObject, type PdfRef } from './object.ts';
import { FREE } from './xref.ts';

/**
 * Refuses a document in which a reference names an object by another generation than its own, or one that some save took
 * away: nothing to those who follow ISO 32000-2 §7.3.10, but readers that look no further than its number, or that rebuild
 * the table, still show it; or one beyond the last number; or where a whole number should stand, another one, or one that
 * is not written as such; or parameters of filters where only some readers look for them. Of a document that is unambiguous otherwise. A reference to a number in between that nobody has used is nothing to all.
 * @throws Refusal `pdf/ambiguous` with the fact `finding`, and those of reading
 */
export function checkValues(document: PdfDocument): void {
  const values = new Values(document);
  values.check(document.trailer);
  // A save that cannot be followed is one after which readers rebuild the table.
  for (const { sections } of document.revisions)
    for (const { kind, trailer } of sections) {
      checkWholes(trailer, WHOLE_OF_FILE);
      if (kind === 'stream') values.checkFilters(trailer);
    }
  for (const number of document.numbers()) values.check(document.objectOf(number));
}

class Values {
  readonly #document: PdfDocument;
  /** By object number: 1 + the generation of one in use, `TAKEN_AWAY`, or 0 where nobody has used it. */
  readonly #state: Int32Array;

  constructor(document: PdfDocument) {
    this.#document = document;
    this.#state = new Int32Array(document.size);
    for (const { lookups, sections } of document.revisions) {
      for (const entries of lookups) {
        for (let i = 0; i < entries.length; i += 4) {
          if (entries[i + 1] !== FREE) this.#state[entries[i]!] = TAKEN_AWAY;
        }
      }
      // In its table or not, a reader that rebuilds the file finds it.
      for (const { number } of sections) if (number !== undefined) this.#state[number] = TAKEN_AWAY;
    }
    for (const number of document.numbers()) this.#state[number] = 1 + document.generationOf(number);
  }

  check(object: PdfObject): void {
    if (typeof object !== 'object' || object === null) return;
    if (object.type === 'ref') this.#reference(object);
    else if (object.type === 'array') {
      // By index: this runs for everything in the file. The parser bounds how deep it is nested.
      for (let i = 0; i < object.items.length; i++) this.check(object.items[i]!);
    } else if (object.type === 'dict') this.#entries(object, WHOLE);
    else if (object.type === 'stream') {
      this.checkFilters(object.dict);
      this.#entries(object.dict, wholeOfStream(object.dict));
    }
  }

  checkFilters(dict: PdfDict): void {
    if (!hasParametersBeside(dict, (object) => this.#document.resolve(object))) ambiguous('filters');
  }

  #entries(dict: PdfDict, whole: ReadonlySet<string>): void {
    checkWholes(dict, whole);
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
  ...['Differences', 'FirstChar', 'LastChar', 'Rotate', 'BitsPerComponent'],
  ...['Predictor', 'Colors', 'Columns', 'EarlyChange', 'Count'],
]);
/** The same of pictures: of a table in a tagged document, width and height are of any kind. */
const WHOLE_OF_STREAM: ReadonlySet<string> = new Set([...WHOLE, 'Width', 'Height', 'Length']);
/** The same of trailers and of the streams that make up a file. */
const WHOLE_OF_FILE: ReadonlySet<string> = new Set([
  ...WHOLE_OF_STREAM,
  ...['Size', 'Prev', 'XRefStm', 'W', 'Index', 'N', 'First'],
]);

function wholeOfStream({ entries }: PdfDict): ReadonlySet<string> {
  const type = entries.get('Type');
  return isName(type, 'ObjStm') || isName(type, 'XRef') ? WHOLE_OF_FILE : WHOLE_OF_STREAM;
}

/** `keys`: those whose values are whole. */
function checkWholes(dict: PdfDict, keys: ReadonlySet<string>): void {
  for (const key of fractionalKeys(dict))
    if (keys.has(key) && isDirect(dict.entries.get(key))) ambiguous('number-form');
}

/** A number, or an array of numbers: what stands deeper has keys of its own. */
function isDirect(value: PdfObject | undefined): boolean {
  return typeof value === 'number' || (isPdf(value, 'array') && value.items.some((item) => typeof item === 'number'));
}
