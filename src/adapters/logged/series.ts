import type { Primitives } from '../../core/primitives.ts';
import { isActOf } from '../../log/act-shape.ts';
import { readRecord } from '../../log/record.ts';
import { LeafKind } from '../../log/leaf.ts';
import type { LogReader } from '../../log/ledger.ts';
import { openedLeaf, openingMissing } from '../../log/vouch.ts';
import { formatFolio } from '../../oficio/folio.ts';
import { completedBy, isAsDeclared, Numbering, type LoggedSeries } from '../../oficio/numbering.ts';
import { nextOf, type FolioSeries, type NumberRange } from '../../oficio/series.ts';
import type { OficioStore } from '../../oficio/store.ts';
import { findingAsLogged, refuseRow } from './as-logged.ts';
import { LogWalk } from './log-walk.ts';

type Log = Pick<LogReader, 'size' | 'leaf' | 'opening' | 'ofKinds'>;
type Commitments = Pick<Primitives, 'hmac'>;
type SeriesStore = Pick<OficioStore, 'findSeries' | 'findUsedNumber' | 'listSeries'>;

/**
 * The numbering as the log tells it, kept up as it grows: each leaf is read once, so that a letter costs what happened
 * since the one before, and the first one a walk over all letters. Memory: their numbers.
 */
class LoggedNumbering {
  readonly #numbering = new Numbering();
  readonly #walk: LogWalk;

  constructor(log: Log, primitives: Commitments) {
    this.#walk = new LogWalk(log, [LeafKind.folioSeriesSet, LeafKind.oficioIntent], async (index) => {
      // What cannot be read may have a number, or keep some back.
      const { kind, record: encoded } = (await openedLeaf(log, index, primitives)) ?? openingMissing(index);
      const record = readRecord(encoded) ?? [];
      if (isActOf(kind, record)) this.#numbering.add(record);
    });
  }

  /** @throws Refusal `log/opening-missing` where a letter or declaration that might be of this series is gone */
  async of(unit: string, year: number): Promise<LoggedSeries> {
    await this.#walk.keepUp();
    return this.#numbering.of(unit, year);
  }
}

/** The least number in the range that a letter of the log has. */
function usedIn({ from, to }: NumberRange, numbers: ReadonlySet<number>): number | undefined {
  if (to - from > numbers.size) {
    const within = [...numbers].filter((number) => number >= from && number <= to);
    return within.length === 0 ? undefined : within.reduce((least, number) => Math.min(least, number));
  }
  for (let number = from; number <= to; number++) if (numbers.has(number)) return number;
  return undefined;
}

/**
 * `rows`, of which a series is told as it was declared last, with the numbers that letters brought along, and goes on after the
 * letters of the log; which numbers are used is asked of no row.
 * @throws Refusal `log/corrupt`, which names the row
 */
export function loggedSeries(rows: SeriesStore, log: Log, primitives: Commitments): SeriesStore {
  const numbering = new LoggedNumbering(log, primitives);
  const find = findingAsLogged<FolioSeries>({
    noun: 'folio-series',
    read: (key) => rows.findSeries(...partsOf(key)),
    isRecorded: async (key) => (await numbering.of(...partsOf(key))).declared !== undefined,
    async told(row, key) {
      const logged = await numbering.of(...partsOf(key));
      if (`${row.unit}/${row.year}` !== key) return undefined;
      const series = completedBy(row, logged);
      if (!isAsDeclared(series, logged)) return undefined;
      const { unit, year, first, printed, gaps } = series;
      return { unit, year, first, next: nextOf(series, logged.numbers), printed, gaps };
    },
    // What was declared beyond the row, and the number that comes next, are told by the log alone.
    acceptEdited: true,
  });
  const findSeries: SeriesStore['findSeries'] = (unit, year) => find(`${unit}/${year}`);
  return {
    findSeries,
    async listSeries() {
      const all = await Promise.all((await rows.listSeries()).map(({ unit, year }) => findSeries(unit, year)));
      return all.flatMap((found) => (found ? [found.record] : []));
    },
    async findUsedNumber(unit, year, range) {
      // In this order: a row that is there has its leaf.
      const stray = await rows.findUsedNumber(unit, year, range);
      const { numbers } = await numbering.of(unit, year);
      // A row that stands under a number which no letter has would leave a hole.
      if (stray !== undefined && !numbers.has(stray)) refuseRow('oficio', formatFolio({ unit, year, number: stray }));
      return usedIn(range, numbers);
    },
  };
}

function partsOf(key: string): [unit: string, year: number] {
  const at = key.lastIndexOf('/');
  return [key.slice(0, at), Number(key.slice(at + 1))];
}
