import { toHex } from '../core/bytes.ts';
import type { CborValue } from '../core/cbor.ts';
import type { LeafSubject } from '../log/claim.ts';
import { isDishonest } from '../log/vouch.ts';
import { decodeClaims } from '../seal/seal.ts';
import { parseFolio } from './folio.ts';
import { newSeries, nextOf, rangeOf, type FolioSeries, type NumberGap, type NumberRange } from './series.ts';
import { readSeriesRecord, type DeclaredSeries } from './set-series.ts';

/** What leaves said of the folios of one unit in one year. */
export interface LoggedSeries {
  /** What was declared last; absent where nobody declared anything. */
  readonly declared?: DeclaredSeries;
  /** The numbers of letters, whatever became of them. */
  readonly numbers: ReadonlySet<number>;
}

/** What a leaf says although those before it did not allow it, and of which row. */
export interface NumberingFault extends LeafSubject {
  readonly field: string;
}

type Mutable = { -readonly [Key in keyof LoggedSeries]: LoggedSeries[Key] } & { readonly numbers: Set<number> };

function keyOf(unit: string, year: number): string {
  return `${unit}/${year}`;
}

function isSameRange(one: NumberRange & Partial<NumberGap>, other: NumberRange & Partial<NumberGap>): boolean {
  return one.from === other.from && one.to === other.to && one.reason === other.reason;
}

/** Whether `ranges` goes on where `before` ends: what was declared stays declared. */
function goesOn(ranges: readonly NumberRange[], before: readonly NumberRange[]): boolean {
  return ranges.length >= before.length && before.every((range, i) => isSameRange(range, ranges[i]!));
}

/** Numbers that letters brought from ahead of the series are noted as printed, one by one. */
function areBrought(ranges: readonly NumberRange[], numbers: ReadonlySet<number>): boolean {
  return ranges.every(({ from, to }) => from === to && numbers.has(from));
}

function holdsAny({ from, to }: NumberRange, numbers: ReadonlySet<number>): boolean {
  for (const number of numbers) if (number >= from && number <= to) return true;
  return false;
}

/**
 * The numbers of all letters and what was declared of their series, as the leaves of a log tell it one after another:
 * whatever rows say.
 */
export class Numbering {
  readonly #series = new Map<string, Mutable>();

  of(unit: string, year: number): LoggedSeries {
    return this.#series.get(keyOf(unit, year)) ?? { numbers: new Set() };
  }

  /**
   * Adds what the next leaf commits to, an intent or a declaration; anything else, and what we never wrote, says nothing.
   * What of it was not allowed by then.
   */
  add(record: readonly CborValue[]): readonly NumberingFault[] {
    try {
      if (record[1] === 'oficio/intent') return this.#addLetter(record[2] as Uint8Array);
      const declared = readSeriesRecord(record);
      return declared ? this.#declare(declared) : [];
    } catch (error) {
      if (isDishonest(error)) return [];
      throw error;
    }
  }

  #find(unit: string, year: number): Mutable {
    const key = keyOf(unit, year);
    const known = this.#series.get(key) ?? { numbers: new Set() };
    this.#series.set(key, known);
    return known;
  }

  #addLetter(claims: Uint8Array): readonly NumberingFault[] {
    const { id, folio } = decodeClaims(claims);
    const { unit, year, number } = parseFolio(folio).parts;
    const series = this.#find(unit, year);
    const { first, gaps } = series.declared ?? newSeries(unit, year);
    const faults: string[] = [];
    if (series.numbers.has(number)) faults.push('folio.taken');
    if (number < first) faults.push('folio.before-first');
    if (rangeOf(gaps, number)) faults.push('folio.in-gap');
    series.numbers.add(number);
    return faults.map((field) => ({ noun: 'oficio', key: toHex(id), field }));
  }

  #declare(declared: DeclaredSeries): readonly NumberingFault[] {
    const { unit, year, first, printed, gaps } = declared;
    const series = this.#find(unit, year);
    const { numbers } = series;
    const before = series.declared ?? newSeries(unit, year);
    const faults: string[] = [];
    const hasStarted = (): boolean => [...numbers].some((number) => number < first || !rangeOf(printed, number));
    if (first !== before.first && hasStarted()) faults.push('first');
    const added = printed.slice(before.printed.length).filter((range) => !areBrought([range], numbers));
    if (!goesOn(printed, before.printed) || added.some((range) => holdsAny(range, numbers))) faults.push('printed');
    const isUsed = gaps.slice(before.gaps.length).some((gap) => holdsAny(gap, numbers));
    if (!goesOn(gaps, before.gaps) || isUsed) faults.push('gaps');
    // What was declared stays declared, whatever somebody appends.
    if (faults.length === 0) series.declared = declared;
    return faults.map((field) => ({ noun: 'folio-series', key: keyOf(unit, year), field }));
  }
}

/**
 * The row with what was declared beyond it: where somebody appended a declaration, no letter waits for one that no row tells
 * of, and numbers that it keeps back stay kept back.
 */
export function completedBy(row: FolioSeries, { declared, numbers }: LoggedSeries): FolioSeries {
  if (!declared || row.first !== declared.first || !goesOn(declared.gaps, row.gaps)) return row;
  const more = row.printed.filter((range) => !declared.printed.some((one) => isSameRange(one, range)));
  return areBrought(more, numbers) ? { ...row, gaps: declared.gaps, printed: [...declared.printed, ...more] } : row;
}

/** Whether a row has what was declared last, and besides only numbers that letters brought. What comes next is `nextOf`. */
export function isAsDeclared(row: FolioSeries, { declared, numbers }: LoggedSeries): boolean {
  const { first, printed, gaps } = declared ?? newSeries(row.unit, row.year);
  return row.first === first && areAsDeclared(row, printed, numbers) && isSame(row.gaps, gaps);
}

function isSame(ranges: readonly NumberGap[], declared: readonly NumberGap[]): boolean {
  return ranges.length === declared.length && goesOn(ranges, declared);
}

function areAsDeclared(
  { printed }: FolioSeries,
  declared: readonly NumberRange[],
  numbers: ReadonlySet<number>,
): boolean {
  return goesOn(printed, declared) && areBrought(printed.slice(declared.length), numbers);
}

/** What the row of a series says that follows from the letters that there are. */
export function fieldsOfLetters(
  row: FolioSeries,
  { declared, numbers }: LoggedSeries,
): Readonly<Record<'next' | 'printed', boolean>> {
  const ahead = [...numbers].filter((number) => number >= row.next);
  return {
    next: row.next === nextOf(row, numbers),
    printed:
      areAsDeclared(row, declared?.printed ?? [], numbers) && ahead.every((number) => rangeOf(row.printed, number)),
  };
}
