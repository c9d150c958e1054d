import type { Kysely } from 'kysely';
import { AUTHORITY_IDS } from '../../authority/authority.ts';
import type { AuthorityStore } from '../../authority/store.ts';
import { authorities, charters } from './nouns.ts';
import { findRecord, listRecords, recordOf } from './record-table.ts';
import type { Tables } from './tables.ts';

export function sqlAuthorities(db: Kysely<Tables>): AuthorityStore {
  return {
    findAuthority: (id) => findRecord(db, authorities, id),
    async listAuthorities() {
      const all = await listRecords(db, authorities);
      return AUTHORITY_IDS.flatMap((id) => all.filter(({ record }) => record.id === id));
    },
    async latestCharter() {
      const row = await db.selectFrom('charter').selectAll().orderBy('key', 'desc').limit(1).executeTakeFirst();
      return row && (await recordOf(db, charters, row)).record;
    },
  };
}
