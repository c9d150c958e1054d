import { AUTHORITY_IDS } from '../../authority/authority.ts';
import type { AuthorityStore } from '../../authority/store.ts';
import { authorities, charters } from './nouns.ts';
import { findRecord, listRecords, recordOf } from './record-table.ts';
import type { Reader } from './statements.ts';

export function sqlAuthorities(db: Reader): AuthorityStore {
  return {
    findAuthority: (id) => findRecord(db, authorities, id),
    async listAuthorities() {
      const all = await listRecords(db, authorities);
      return AUTHORITY_IDS.flatMap((id) => all.filter(({ record }) => record.id === id));
    },
    async latestCharter() {
      const row = await db.kysely.selectFrom('charter').selectAll().orderBy('key', 'desc').limit(1).executeTakeFirst();
      return row && recordOf(db, charters, row).record;
    },
  };
}
