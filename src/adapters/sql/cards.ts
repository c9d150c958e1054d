import type { CardStore } from '../../card/store.ts';
import { attempts, cards } from './nouns.ts';
import { findRecord, listRecords, type ReadOptions } from './record-table.ts';
import type { Reader } from './statements.ts';

export function sqlCards(db: Reader, options: ReadOptions = {}): CardStore {
  return {
    find: (number) => findRecord(db, cards, number, options),
    async findByGuid(guid) {
      return (await listRecords(db, cards, { where: { guid }, limit: 1, ...options }))[0];
    },
    async findOfOfficial(officialId) {
      return (await listRecords(db, cards, { where: { holder: officialId }, limit: 1, ...options }))[0];
    },
    async findAttempt(key) {
      return (await findRecord(db, attempts, key))?.record;
    },
  };
}
