import { toBase64Url } from '../../core/base64.ts';
import type { OficioStore } from '../../oficio/store.ts';
import { attempts, folioSeries, oficios } from './nouns.ts';
import { findPlace } from './places.ts';
import { findRecord, listRecords, type ReadOptions } from './record-table.ts';
import type { Reader } from './statements.ts';

const USED_NUMBER = `SELECT number FROM oficio WHERE unit = ? AND year = ? AND number BETWEEN ? AND ?
  ORDER BY number LIMIT 1`;

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
    async findAttempt(key) {
      return (await findRecord(db, attempts, key))?.record;
    },
    findPlace: (list, index) => findPlace(db, list, index),
  };
}
