import { Refusal } from '../core/refusal.ts';

export type SeriesCode =
  | 'oficio/series-malformed'
  | 'oficio/series-started'
  | 'oficio/series-number-used'
  | 'oficio/series-unit-unknown'
  | 'oficio/folio-in-gap'
  | 'oficio/folio-before-first'
  | 'oficio/series-exhausted';

/**
 * Why a series is not possible: more ranges than are kept; a first number or a range beyond the bounds or backwards; a
 * range over another; printed numbers before the first, which no letter may have; a gap without a reason. The fact `fault` of `oficio/series-malformed`.
 */
export type SeriesFault = 'too-many' | 'first' | 'range' | 'overlap' | 'before-first' | 'reason';

/** Numbers `from` to `to`, both included. */
export interface NumberRange {
  readonly from: number;
  readonly to: number;
}

/** Numbers that no letter carries, and why: an auditor asks about every hole. */
export interface NumberGap extends NumberRange {
  readonly reason: string;
}

/** How the letters of one unit are numbered in one year. */
export interface FolioSeries {
  readonly unit: string;
  readonly year: number;
  /** The first number of the year. */
  readonly first: number;
  /** The least number that may be handed out next; it grows with each number that is taken. */
  readonly next: number;
  /** Numbers that already stand on printed letters: used only when a letter brings its own. */
  readonly printed: readonly NumberRange[];
  readonly gaps: readonly NumberGap[];
}

export const LAST_NUMBER = 999_999;
const MAX_RANGES = 1000;

/** A series as it starts: first number 1, nothing printed, no gaps. */
export function newSeries(unit: string, year: number): FolioSeries {
  return { unit, year, first: 1, next: 1, printed: [], gaps: [] };
}

/** A range as people write it. */
export function spell({ from, to }: NumberRange): string {
  return from === to ? `${from}` : `${from}-${to}`;
}

export function refuseSeries({ unit, year }: FolioSeries, fault: SeriesFault, found: string): never {
  const facts = { unit, year, fault, found };
  throw new Refusal<SeriesCode>('oficio/series-malformed', `${fault}: ${found}`, facts);
}

/** @throws Refusal `oficio/series-malformed` when ranges are out of order, out of bounds, or overlap */
export function checkSeries(series: FolioSeries): FolioSeries {
  const ranges = [...series.printed, ...series.gaps].toSorted((a, b) => a.from - b.from);
  const refuse = (fault: SeriesFault, found: string): never => refuseSeries(series, fault, found);
  if (ranges.length > MAX_RANGES) refuse('too-many', `${ranges.length}`);
  if (!(Number.isSafeInteger(series.first) && series.first >= 1 && series.first <= LAST_NUMBER)) {
    refuse('first', `${series.first}`);
  }
  let last = 0;
  for (const range of ranges) {
    const whole = Number.isSafeInteger(range.from) && Number.isSafeInteger(range.to);
    if (!whole || range.from < 1 || range.to < range.from || range.to > LAST_NUMBER) {
      refuse('range', spell(range));
    }
    if (range.from <= last) refuse('overlap', spell(range));
    last = range.to;
  }
  for (const gap of series.gaps) if (!gap.reason.trim()) refuse('reason', spell(gap));
  return series;
}

/** The first of the ranges that holds the number. */
export function rangeOf<Range extends NumberRange>(ranges: readonly Range[], number: number): Range | undefined {
  return ranges.find((range) => number >= range.from && number <= range.to);
}

/** Whether the series has given this number to a letter, or knows it for one that stands on paper. */
export function hasTaken(series: FolioSeries, number: number): boolean {
  if (number < series.first || rangeOf(series.gaps, number)) return false;
  return number < series.next || rangeOf(series.printed, number) !== undefined;
}

/**
 * The least number that may be handed out next, by the numbers of the letters that there are: `next` itself, unless it
 * leaves numbers behind that nobody has, or letters have those that follow.
 */
export function nextOf(series: FolioSeries, used: ReadonlySet<number>): number {
  const { first, printed, gaps } = series;
  let next = series.next > first && used.has(series.next - 1) ? series.next : first;
  for (let number = next; number <= LAST_NUMBER;) {
    // A number of a printed sheet does not move the series on, whether a letter has it or not.
    const held = rangeOf(printed, number) ?? rangeOf(gaps, number);
    if (held) number = held.to + 1;
    else if (used.has(number)) next = ++number;
    else break;
  }
  return next;
}

/** The next number for a letter without one of its own, and the series after it. @throws Refusal `oficio/series-exhausted` */
export function takeNumber(series: FolioSeries): { readonly number: number; readonly series: FolioSeries } {
  let number = Math.max(series.first, series.next);
  for (;;) {
    const held = rangeOf(series.printed, number) ?? rangeOf(series.gaps, number);
    if (!held) break;
    number = held.to + 1;
  }
  if (number > LAST_NUMBER) {
    throw new Refusal<SeriesCode>('oficio/series-exhausted', 'no number left', {
      unit: series.unit,
      year: series.year,
    });
  }
  return { number, series: { ...series, next: number + 1 } };
}

/**
 * The series after a letter that already carries `number`. That it is unused is for the register to hold; a number ahead
 * of the series and outside the printed ones is noted as printed, so that the series never hands it out.
 * @throws Refusal `oficio/folio-in-gap`, `oficio/folio-before-first`
 */
export function takePrinted(series: FolioSeries, number: number): FolioSeries {
  const gap = rangeOf(series.gaps, number);
  if (gap) {
    throw new Refusal<SeriesCode>('oficio/folio-in-gap', 'the number lies in a declared gap', {
      number,
      reason: gap.reason,
    });
  }
  if (number < series.first) {
    throw new Refusal<SeriesCode>('oficio/folio-before-first', 'the number precedes the series', {
      number,
      first: series.first,
    });
  }
  if (rangeOf(series.printed, number) || number < series.next) return series;
  if (number === series.next) return { ...series, next: number + 1 };
  return checkSeries({ ...series, printed: [...series.printed, { from: number, to: number }] });
}
