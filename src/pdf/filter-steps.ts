import { filterNamed, type FilterStep } from './filter.ts';
import { isPdf, type PdfDict, type PdfObject } from './object.ts';

/** No honest stream has more than two or three. */
const MAX_FILTERS = 8;

/**
 * The filters of a stream, in the order in which they are undone; `undefined` when one is not known to us or the data
 * is in another file (ISO 32000-2 §7.3.8.2). Abbreviations, as in inline images, are understood.
 */
export function filterSteps(
  { entries }: PdfDict,
  resolve: (object: PdfObject | undefined) => PdfObject,
): readonly FilterStep[] | undefined {
  if ((entries.get('F') ?? null) !== null) return undefined;
  const filter = resolve(entries.get('Filter'));
  if (filter === null) return [];
  const parameters = resolve(entries.get('DecodeParms'));
  const names = isPdf(filter, 'array') ? filter.items : [filter];
  const sets = isPdf(parameters, 'array') ? parameters.items : [parameters];
  if (names.length > MAX_FILTERS) return undefined;
  const steps: FilterStep[] = [];
  for (const [i, item] of names.entries()) {
    const name = resolve(item);
    const known = isPdf(name, 'name') ? filterNamed(name.name) : undefined;
    if (!known) return undefined;
    const set = resolve(sets[i]);
    const numbers = new Map<string, number>();
    for (const [key, value] of isPdf(set, 'dict') ? set.entries : []) {
      const number = resolve(value);
      if (typeof number === 'number') numbers.set(key, number);
    }
    const early = numbers.get('EarlyChange') ?? 1;
    if (isPredictedInBits(numbers) || (early !== 0 && early !== 1)) return undefined;
    steps.push({ name: known, parameters: numbers });
  }
  return steps;
}

/**
 * Pictures may have it, and no stream that we read. Differences (2) undone sample by sample, few bytes cost seconds; and of
 * a pixel of no whole number of bytes, some readers look for the one before it a byte too near (W3C PNG §9.2).
 */
function isPredictedInBits(parameters: ReadonlyMap<string, number>): boolean {
  const predictor = parameters.get('Predictor') ?? 1;
  const bits = parameters.get('BitsPerComponent') ?? 8;
  return (predictor === 2 && bits !== 8) || (predictor > 2 && ((parameters.get('Colors') ?? 1) * bits) % 8 !== 0);
}

/**
 * Whether all filters have their full names, as only some readers know the short ones of inline images elsewhere; and
 * whether their parameters stand beside them.
 */
export function hasPlainFilters(dict: PdfDict, resolve: (object: PdfObject | undefined) => PdfObject): boolean {
  const filter = resolve(dict.entries.get('Filter'));
  const names = isPdf(filter, 'array') ? filter.items : [filter];
  if (resolve(dict.entries.get('DP')) !== null) return false;
  const areFull = names.every((item) => {
    const name = resolve(item);
    return name === null || (isPdf(name, 'name') && filterNamed(name.name) === name.name);
  });
  return areFull && hasParametersBeside(dict, resolve);
}

/**
 * Whether there is one set of parameters for one filter, or as many as filters, in two arrays (ISO 32000-2 §7.3.8.2), and
 * each is a whole number: elsewhere some readers find them and others none. What says nothing may be anywhere.
 */
export function hasParametersBeside(dict: PdfDict, resolve: (object: PdfObject | undefined) => PdfObject): boolean {
  const filter = resolve(dict.entries.get('Filter'));
  const parameters = resolve(dict.entries.get('DecodeParms'));
  const sets = (isPdf(parameters, 'array') ? parameters.items : [parameters]).map((set) => resolve(set));
  if (sets.every((set) => set === null || (isPdf(set, 'dict') && set.entries.size === 0))) return true;
  const isList = isPdf(filter, 'array');
  if (isList !== isPdf(parameters, 'array') || (isList ? filter.items.length !== sets.length : filter === null))
    return false;
  return sets.every((set) => {
    if (!isPdf(set, 'dict')) return set === null;
    return COUNTS.every((key) => set.entries.get(key) === undefined || Number.isInteger(resolve(set.entries.get(key))));
  });
}

const COUNTS = ['Predictor', 'Colors', 'BitsPerComponent', 'Columns', 'EarlyChange'];
