import { encodeCbor } from '../core/cbor.ts';
import type { Random } from '../core/random.ts';
import { Refusal } from '../core/refusal.ts';
import { parseUnitCode } from '../directory/unit.ts';
import type { DirectoryStore } from '../directory/store.ts';
import { LeafKind, NO_ISSUER, type Evidence } from '../log/leaf.ts';
import type { Ledger } from '../log/ledger.ts';
import { untilFresh } from '../log/retry.ts';
import {
  checkSeries,
  newSeries,
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

/**
 * Sets up or extends the numbering of a unit's year. What was declared stays declared.
 * @throws Refusal `oficio/series-malformed`, `oficio/series-started`, `oficio/series-unit-unknown`
 */
export function setSeries(deps: SetSeriesDeps, change: SeriesChange): Promise<FolioSeries> {
  return untilFresh(async () => {
    const unit = parseUnitCode(change.unit);
    if (unit === undefined || !(await deps.directory.findUnit(unit))) {
      throw new Refusal<SeriesCode>('oficio/series-unit-unknown', 'no such unit', { unit: change.unit.slice(0, 60) });
    }
    const found = await deps.store.findSeries(unit, change.year);
    const series = found?.record ?? newSeries(unit, change.year);
    if (change.first !== undefined && series.next > series.first && change.first !== series.first) {
      throw new Refusal<SeriesCode>('oficio/series-started', 'numbers have been taken already', {
        unit,
        year: change.year,
        next: series.next,
      });
    }
    const first = change.first ?? series.first;
    const next: FolioSeries = checkSeries({
      ...series,
      first,
      next: Math.max(series.next, first),
      printed: [...series.printed, ...(change.printed ?? [])],
      gaps: [...series.gaps, ...(change.gaps ?? [])],
    });
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
