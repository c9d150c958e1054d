import { AUTHORITY_IDS, isAuthorityId, type Authority, type CertifiedKeyId } from '../../authority/authority.ts';
import type { AuthorityStore } from '../../authority/store.ts';
import type { Versioned } from '../../log/ledger.ts';
import { authorities, charters } from './nouns.ts';
import { findRecord, listRecords, recordOf } from './record-table.ts';
import type { Reader } from './statements.ts';

function isAuthority(row: Versioned<Authority<CertifiedKeyId>>): row is Versioned<Authority> {
  return isAuthorityId(row.record.id);
}

export function sqlAuthorities(db: Reader): AuthorityStore {
  return {
    // Under an id stands the record of that id, or the row is refused.
    findAuthority: <Id extends CertifiedKeyId>(id: Id) =>
      findRecord(db, authorities, id) as Promise<Versioned<Authority<Id>> | undefined>,
    async listAuthorities() {
      const all = (await listRecords(db, authorities)).filter(isAuthority);
      return AUTHORITY_IDS.flatMap((id) => all.filter(({ record }) => record.id === id));
    },
    async latestCharter() {
      const row = await db.kysely.selectFrom('charter').selectAll().orderBy('key', 'desc').limit(1).executeTakeFirst();
      return row && recordOf(db, charters, row).record;
    },
  };
}
