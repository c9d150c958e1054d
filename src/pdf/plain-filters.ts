import { isName, isPdf, type PdfDict, type PdfObject } from './object.ts';

/**
 * Whether a cross-reference or object stream of a later save is coded as programs do it (ISO 32000-2 §7.4.4): not at all, or
 * by FlateDecode alone; of a cross-reference stream, whose entries have `row` bytes, what is above each may be subtracted. In
 * its own dictionary: of what is elsewhere, written in another way or told twice, readers make different things.
 */
export function isPlainStructure({ entries }: PdfDict, row?: number): boolean {
  const filter = entries.get('Filter');
  const parameters = entries.get('DecodeParms');
  if (filter === undefined) return parameters === undefined;
  const names = isPdf(filter, 'array') ? filter.items : [filter];
  if (names.length !== 1 || !isName(names[0], 'FlateDecode')) return false;
  if (parameters === undefined) return true;
  if (row === undefined || isPdf(filter, 'array') !== isPdf(parameters, 'array')) return false;
  const sets = isPdf(parameters, 'array') ? parameters.items : [parameters];
  return sets.length === 1 && isUpOfRows(sets[0]!, row);
}

/**
 * Whether any other stream of a later save names at most one filter, or two of a picture, and each set of parameters stands
 * beside the filter that it is for (§7.3.8.2): readers find it by its place, or take the one for all.
 */
export function isPlainlyFiltered({ entries }: PdfDict): boolean {
  const filter = entries.get('Filter');
  const parameters = entries.get('DecodeParms') ?? null;
  const names = isPdf(filter, 'array') ? filter.items : filter === undefined ? [] : [filter];
  if (isPdf(filter, 'array') && names.length === 0) return false;
  if (names.length > 1 && !isName(names[1], 'DCTDecode')) return false;
  if (names.length > 2) return false;
  if (parameters === null) return true;
  if (isPdf(parameters, 'array')) return isPdf(filter, 'array') && parameters.items.length === names.length;
  return isPdf(filter, 'name');
}

function isUpOfRows(set: PdfObject, row: number): boolean {
  if (!isPdf(set, 'dict')) return false;
  const known: Readonly<Record<string, number>> = { Predictor: 12, Columns: row, Colors: 1, BitsPerComponent: 8 };
  const isKnown = [...set.entries].every(([key, value]) => Object.hasOwn(known, key) && known[key] === value);
  return isKnown && set.entries.has('Predictor') && (set.entries.has('Columns') || row === 1);
}
