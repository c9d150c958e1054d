import { sql } from 'kysely';
import type { Official, OfficialId } from '../../directory/official.ts';
import type { DirectoryStore, OfficialQuery, Page } from '../../directory/store.ts';
import { foldText } from '../../directory/text.ts';
import type { UnitCode } from '../../directory/unit.ts';
import { officials, photos, units } from './nouns.ts';
import { findRecord, listRecords, recordOf, type ReadOptions } from './record-table.ts';
import type { Reader } from './statements.ts';

const MAX_WORDS = 8;
const MAX_PAGE = 200;
const MAX_UNITS = 2000;
const MAX_SAME = 16;

async function search(db: Reader, query: OfficialQuery, options: ReadOptions): Promise<Page<Official>> {
  const order = query.publicOnly ? 'public_name' : 'name';
  const limit = Math.min(Math.max(Math.trunc(query.limit), 1), MAX_PAGE);
  let rows = db.kysely.selectFrom('official').selectAll().select(`${order} as order`);
  const words = foldText((query.name ?? '').slice(0, 200)).split(' ').filter((word) => word !== ''); // prettier-ignore
  for (const word of words.slice(0, MAX_WORDS)) {
    // A folded word holds letters and digits only, so nothing in it is a wildcard.
    rows = rows.where(sql<boolean>`' ' || ${sql.ref(order)} like ${`% ${word}%`}`);
  }
  if (query.unit !== undefined) rows = rows.where('unit', '=', query.unit);
  if (query.inOfficeOn !== undefined) {
    const day = query.inOfficeOn;
    rows = rows.where((row) => row.or([row('ended_on', 'is', null), row('ended_on', '>', day)]));
  }
  if (query.after) {
    const { order: last, id } = query.after;
    rows = rows.where((row) => row.or([row(order, '>', last), row.and([row(order, '=', last), row('key', '>', id)])]));
  }
  const found = await rows.orderBy(order).orderBy('key').limit(limit + 1).execute(); // prettier-ignore
  const page = found.slice(0, limit);
  const items = page.map((row) => recordOf(db, officials, row, options).record);
  const end = page.at(-1);
  return {
    items,
    ...(end && found.length > limit && { next: { order: end.order, id: end.key as OfficialId } }),
  };
}

/** The version of the row of a unit, whatever the row says: what sets all of it anew need not believe it. */
export function versionOfUnit(db: Reader, code: UnitCode): number | undefined {
  const [row] = db.select('SELECT version FROM unit WHERE key = ?', [code]);
  return row && Number(row['version']);
}

/** The directory in the tables of nouns.ts. */
export function sqlDirectory(db: Reader, options: ReadOptions = {}): DirectoryStore {
  return {
    findOfficial: (id) => findRecord(db, officials, id, options),
    async findByIdentity(identity) {
      const same = await listRecords(db, officials, { where: { identity }, ...options });
      return same.toSorted((a, b) => b.record.registeredLeaf - a.record.registeredLeaf).slice(0, MAX_SAME);
    },
    searchOfficials: (query) => search(db, query, options),
    findPhoto: (id) => findRecord(db, photos, id),
    findUnit: (code) => findRecord(db, units, code, options),
    async listUnits() {
      return (await listRecords(db, units, { limit: MAX_UNITS, ...options })).map(({ record }) => record);
    },
  };
}
