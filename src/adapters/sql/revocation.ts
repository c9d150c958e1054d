import type { AuthorityId } from '../../authority/authority.ts';
import { REVOCATION_REASONS, type Credential, type CredentialState } from '../../credential/credential.ts';
import { CERTIFICATE_HOLD, type RevokedEntry } from '../../revocation/crl.ts';
import type { StatusListName } from '../../revocation/lists.ts';
import type { RevocationStore, StatusEntry } from '../../revocation/store.ts';
import type { OficioState } from '../../oficio/oficio.ts';
import { credentials, crls, oficios } from './nouns.ts';
import { findPlace } from './places.ts';
import { findRecord, listRecords, type RecordTable } from './record-table.ts';
import type { Reader } from './statements.ts';

const PAGE = 1000;

/** Every record with these columns, a page at a time. */
async function all<
  Record extends object,
  Columns extends { readonly [Column in keyof Columns]: string | number | null },
>(
  db: Reader,
  table: RecordTable<Record, Columns>,
  where: Partial<Columns>,
  keyOf: (record: Record) => string,
): Promise<Record[]> {
  const found: Record[] = [];
  for (let after: string | undefined; ;) {
    const page = await listRecords(db, table, { where, limit: PAGE, ...(after !== undefined && { after }) });
    found.push(...page.map(({ record }) => record));
    if (page.length < PAGE) return found;
    after = keyOf(page.at(-1)!.record);
  }
}

function entryOf(credential: Credential): RevokedEntry {
  const { serial, revoked, suspendedAt, preparedAt } = credential;
  if (!revoked) return { serial, since: suspendedAt ?? preparedAt, reason: CERTIFICATE_HOLD };
  const reason = REVOCATION_REASONS[revoked.reason];
  return { serial, since: revoked.at, ...(reason !== 0 && { reason }) };
}

/** The published status of credentials and letters, from the same rows that pages and verdicts read. */
export function sqlRevocation(db: Reader): RevocationStore {
  const withState = (authority: AuthorityId, state: CredentialState): Promise<Credential[]> =>
    all(db, credentials, { authority, state }, ({ serial }) => serial);
  const notValid = async (authority: AuthorityId): Promise<Credential[]> => [
    ...(await withState(authority, 'suspended')),
    ...(await withState(authority, 'revoked')),
  ];
  const ended = async (state: OficioState): Promise<StatusEntry[]> =>
    (await all(db, oficios, { state }, ({ id }) => id)).map(({ statusIndex }) => [statusIndex, 'invalid'] as const);
  /** Letters in force whose leaf is at or after the one from which their signer's acts are void. */
  const spoilt = async (): Promise<StatusEntry[]> => {
    const entries: StatusEntry[] = [];
    for (const { serial, revoked } of await withState('oficios', 'revoked')) {
      // Only a compromise reaches back: no letter is committed under a credential that is revoked already.
      const from = revoked?.compromisedFrom;
      if (from === undefined) continue;
      const signed = await all(db, oficios, { serial, state: 'signed' }, ({ id }) => id);
      const affected = signed.filter(({ signedLeaf }) => signedLeaf !== undefined && signedLeaf >= from);
      entries.push(...affected.map(({ statusIndex }) => [statusIndex, 'invalid'] as const));
    }
    return entries;
  };
  return {
    async revokedCertificates(authority) {
      return (await notValid(authority)).map(entryOf);
    },
    async statusEntries(list: StatusListName) {
      if (list === 'seals') return [...(await ended('cancelled')), ...(await ended('replaced')), ...(await spoilt())];
      const found = await notValid(list);
      return found.map(
        ({ statusIndex, state }) => [statusIndex, state === 'suspended' ? 'suspended' : 'invalid'] as const,
      );
    },
    findCrl: (authority) => findRecord(db, crls, authority),
    findPlace: (list, index) => findPlace(db, list, index),
  };
}
