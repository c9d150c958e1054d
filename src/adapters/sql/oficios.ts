import { toBase64Url } from '../../core/base64.ts';
import type { OficioStore } from '../../oficio/store.ts';
import { attempts, folioSeries, oficios } from './nouns.ts';
import { findPlace } from './places.ts';
import { findRecord, listRecords, recordOf, type ReadOptions, type StoredRow } from './record-table.ts';
import type { Reader } from './statements.ts';

const USED_NUMBER = `SELECT number FROM oficio WHERE unit = ? AND year = ? AND number BETWEEN ? AND ?
  ORDER BY number LIMIT 1`;

/** What stands below a unit is spelled with a slash, after which `0` comes. */
const NEWEST = `SELECT * FROM oficio
  WHERE (?1 IS NULL OR unit = ?1 OR (unit > ?1 || '/' AND unit < ?1 || '0'))
  AND (?2 IS NULL OR year = ?2) AND (?3 IS NULL OR state = ?3) AND (?4 IS NULL OR intent_leaf < ?4)
  ORDER BY intent_leaf DESC LIMIT ?5`;

export function sqlOficios(db: Reader, options: ReadOptions = {}): OficioStore {
  return {
    find: (id) => findRecord(db, oficios, id, options),
    async findByFolio(unit, year, number) {
      return (await listRecords(db, oficios, { where: { unit, year, number }, limit: 1, ...options }))[0];
    },
    async findUsedNumber(unit, year, { from, to }) {
      return db.select(USED_NUMBER, [unit, year, from, to])[0]?.['number'] as number | undefined;
    },
    async findByCode(code) {
      return (await listRecords(db, oficios, { where: { typed_code: code }, limit: 1, ...options }))[0];
    },
    async findDocument(leaf) {
      return db.select('SELECT bytes FROM document WHERE idx = ?', [leaf])[0]?.['bytes'] as Uint8Array | undefined;
    },
    async listByDocument(inputDigest) {
      const where = { input_digest: toBase64Url(inputDigest) };
      return (await listRecords(db, oficios, { where, limit: 100, ...options })).map(({ record }) => record);
    },
    findSeries: (unit, year) => findRecord(db, folioSeries, `${unit}/${year}`),
    async listSeries() {
      return (await listRecords(db, folioSeries)).map(({ record }) => record);
    },
    async list({ unit, state, signer, after, limit }) {
      const where = {
        ...(unit !== undefined && { unit }),
        ...(state !== undefined && { state }),
        ...(signer !== undefined && { signer }),
      };
      const found = await listRecords(db, oficios, { where, limit, ...(after !== undefined && { after }), ...options });
      return found.map(({ record }) => record);
    },
    async listNewest({ unit, year, state, before, limit }) {
      const asked = [unit ?? null, year ?? null, state ?? null, before ?? null, limit];
      const rows = db.select(NEWEST, asked) as unknown as StoredRow[];
      return rows.map((row) => recordOf(db, oficios, row, options).record);
    },
    async findAttempt(key) {
      return (await findRecord(db, attempts, key))?.record;
    },
    findPlace: (list, index) => findPlace(db, list, index),
  };
}
