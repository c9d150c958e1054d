import { encodeCbor, type CborValue } from '../core/cbor.ts';
import type { Random } from '../core/random.ts';
import { Refusal } from '../core/refusal.ts';
import { parseUnitCode } from '../directory/unit.ts';
import type { DirectoryStore } from '../directory/store.ts';
import { LeafKind, NO_ISSUER, type Evidence } from '../log/leaf.ts';
import type { Ledger } from '../log/ledger.ts';
import { untilFresh } from '../log/retry.ts';
import { formatFolio, type Folio } from './folio.ts';
import {
  checkSeries,
  newSeries,
  refuseSeries,
  spell,
  type FolioSeries,
  type NumberGap,
  type NumberRange,
  type SeriesCode,
} from './series.ts';
import type { OficioStore, OficioWrite } from './store.ts';

export interface SetSeriesDeps {
  readonly store: OficioStore;
  readonly directory: DirectoryStore;
  readonly ledger: Ledger<OficioWrite>;
  readonly random: Random;
  readonly evidence: Evidence;
}

export interface SeriesChange {
  readonly unit: string;
  readonly year: number;
  /** May only be set before the first number is taken. */
  readonly first?: number;
  /** Added to those that are there. */
  readonly printed?: readonly NumberRange[];
  readonly gaps?: readonly NumberGap[];
}

/** What leaf `folioSeriesSet` commits to. */
export function seriesRecord({ unit, year, first, printed, gaps }: FolioSeries): Uint8Array {
  const ranges = printed.map(({ from, to }) => [from, to]);
  const holes = gaps.map(({ from, to, reason }) => [from, to, reason]);
  return encodeCbor([1, 'folio-series/set', unit, year, first, ranges, holes]);
}

/** What a declaration says; which number comes next is in no record. */
export type DeclaredSeries = Omit<FolioSeries, 'next'>;

/** The declaration that `record` tells, or undefined for another act. @throws TypeError for one that we never wrote */
export function readSeriesRecord(record: readonly CborValue[]): DeclaredSeries | undefined {
  if (record[1] !== 'folio-series/set') return undefined;
  const [, , unit, year, first, printed, gaps] = record as readonly [1, string, string, number, number, Range[], Gap[]];
  if (typeof unit !== 'string' || typeof year !== 'number') throw new TypeError('a series of no unit or year');
  const series = {
    ...{ unit, year, first },
    printed: printed.map(([from, to]) => ({ from, to })),
    gaps: gaps.map(([from, to, reason]) => ({ from, to, reason })),
  };
  checkSeries({ ...series, next: first });
  return series;
}

type Range = readonly [from: number, to: number];
type Gap = readonly [...Range, reason: string];
type Letters = Pick<OficioStore, 'findUsedNumber'>;

/** The folio of the first letter whose number lies in the range. */
async function usedFolio(
  letters: Letters,
  { unit, year }: FolioSeries,
  range: NumberRange,
): Promise<Folio | undefined> {
  const number = await letters.findUsedNumber(unit, year, range);
  return number === undefined ? undefined : formatFolio({ unit, year, number });
}

/**
 * A letter that brought its own number may stand before `first` although the series has handed out none.
 * @throws Refusal `oficio/series-started`
 */
async function refuseStarted(letters: Letters, series: FolioSeries, first: number): Promise<void> {
  const folio = await usedFolio(letters, series, { from: series.first, to: first - 1 });
  if (folio === undefined && series.next === series.first) return;
  const { unit, year, next } = series;
  const facts = { unit, year, next, ...(folio !== undefined && { folio }) };
  throw new Refusal<SeriesCode>('oficio/series-started', 'numbers have been taken already', facts);
}

/**
 * Nobody may declare afterwards that a number is on no letter, or only on a sheet that is still to come, when a letter has
 * it already: an auditor would be told two things about one folio.
 * @throws Refusal `oficio/series-number-used`
 */
async function refuseUsed(letters: Letters, series: FolioSeries, { from, to }: NumberRange): Promise<void> {
  const folio = await usedFolio(letters, series, { from, to });
  if (folio === undefined) return;
  const facts = { folio, range: spell({ from, to }) };
  throw new Refusal<SeriesCode>('oficio/series-number-used', 'a letter has a number of the range', facts);
}

/**
 * Sets up or extends the numbering of a unit's year. What was declared stays declared.
 * @throws Refusal `oficio/series-malformed`, `oficio/series-started`, `oficio/series-number-used`,
 *   `oficio/series-unit-unknown`
 */
export function setSeries(deps: SetSeriesDeps, change: SeriesChange): Promise<FolioSeries> {
  return untilFresh(async () => {
    const unit = parseUnitCode(change.unit);
    if (unit === undefined || !(await deps.directory.findUnit(unit))) {
      throw new Refusal<SeriesCode>('oficio/series-unit-unknown', 'no such unit', { unit: change.unit.slice(0, 60) });
    }
    const found = await deps.store.findSeries(unit, change.year);
    const series = found?.record ?? newSeries(unit, change.year);
    const first = change.first ?? series.first;
    if (first !== series.first) await refuseStarted(deps.store, series, first);
    for (const range of [...(change.printed ?? []), ...(change.gaps ?? [])]) {
      await refuseUsed(deps.store, series, range);
    }
    const next: FolioSeries = checkSeries({
      ...series,
      first,
      next: first === series.first ? series.next : first,
      printed: [...series.printed, ...(change.printed ?? [])],
      gaps: [...series.gaps, ...(change.gaps ?? [])],
    });
    const declared = first === series.first ? (change.printed ?? []) : next.printed;
    const early = declared.find(({ from }) => from < first);
    if (early) refuseSeries(series, 'before-first', spell(early));
    await deps.ledger.commit({
      leaf: {
        kind: LeafKind.folioSeriesSet,
        issuer: NO_ISSUER,
        record: seriesRecord(next),
        salt: deps.random(32),
        subjectTag: deps.random(32),
        evidence: deps.evidence,
      },
      writes: [{ put: 'folio-series', key: `${unit}/${change.year}`, record: next, ifVersion: found?.version ?? 0 }],
    });
    return next;
  });
}
