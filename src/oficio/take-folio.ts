import { Refusal } from '../core/refusal.ts';
import type { DirectoryStore } from '../directory/store.ts';
import { parseUnitCode } from '../directory/unit.ts';
import { formatFolio, parseFolio, type Folio, type FolioParts } from './folio.ts';
import type { OficioCode } from './oficio.ts';
import { newSeries, takeNumber, takePrinted, type FolioSeries, type SeriesCode } from './series.ts';
import type { OficioStore, OficioWrite } from './store.ts';

export interface TakenFolio {
  readonly folio: Folio;
  readonly parts: FolioParts;
  /** The series after it, for the same commit. */
  readonly write: OficioWrite;
}

function seriesWrite(series: FolioSeries, version: number): OficioWrite {
  return { put: 'folio-series', key: `${series.unit}/${series.year}`, record: series, ifVersion: version };
}

/** A unit numbers its own letters and those of the units below it. */
export function mayNumber(signerUnit: string, unit: string): boolean {
  return unit === signerUnit || unit.startsWith(`${signerUnit}/`);
}

/**
 * The folio of a new letter: the next of the signer's unit in `year`, or the one that the letter already carries.
 * @throws Refusal `oficio/folio-taken`, `oficio/folio-other-unit`, `oficio/folio-other-year` for a year whose series nobody
 *   declared, and those of the series
 */
export async function takeFolio(
  { store, directory }: { readonly store: OficioStore; readonly directory: Pick<DirectoryStore, 'findUnit'> },
  request: { readonly signerUnit: string; readonly year: number; readonly printed?: string },
): Promise<TakenFolio> {
  const given = request.printed === undefined ? undefined : parseFolio(request.printed).parts;
  const { unit, year } = given ?? { unit: request.signerUnit, year: request.year };
  if (!mayNumber(request.signerUnit, unit)) {
    throw new Refusal<OficioCode>('oficio/folio-other-unit', 'a folio of a unit that is not the signer’s', {
      unit,
      signerUnit: request.signerUnit,
    });
  }
  const found = await store.findSeries(unit, year);
  if (year !== request.year && !found) {
    throw new Refusal<OficioCode>('oficio/folio-other-year', 'a year without a series', { unit, year });
  }
  const code = parseUnitCode(unit);
  if (code === undefined || !(await directory.findUnit(code))) {
    throw new Refusal<SeriesCode>('oficio/series-unit-unknown', 'no such unit', { unit });
  }
  const series = found?.record ?? newSeries(unit, year);
  const version = found?.version ?? 0;
  const isUsed = async (number: number): Promise<boolean> =>
    (await store.findUsedNumber(unit, year, { from: number, to: number })) !== undefined;
  if (given) {
    const folio = formatFolio(given);
    if (await isUsed(given.number)) {
      throw new Refusal<OficioCode>('oficio/folio-taken', 'another letter has this folio', { folio });
    }
    return { folio, parts: given, write: seriesWrite(takePrinted(series, given.number), version) };
  }
  let taken = takeNumber(series);
  // No record says what comes next: a row that was edited for it is passed over.
  while (await isUsed(taken.number)) taken = takeNumber(taken.series);
  const parts = { unit, year, number: taken.number };
  return { folio: formatFolio(parts), parts, write: seriesWrite(taken.series, version) };
}
