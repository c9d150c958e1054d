import { toHex } from '../core/bytes.ts';
import type { CborValue } from '../core/cbor.ts';
import type { Primitives } from '../core/primitives.ts';
import type { LeafSubject, RowClaims } from '../log/claim.ts';
import { issuerKeyId, LeafKind } from '../log/leaf.ts';
import { AUTHORITY_IDS, authorityRecord, certificateOf, type Authority, type CertifiedKeyId } from './authority.ts';
import type { Certificate } from './certificate.ts';
import { charterRecord } from './charter.ts';
import { certificateAddress, crlAddress } from './profile.ts';
import { charterKey, type CharterRow } from './store.ts';

/**
 * What a certificate issued at `leaf` says wrongly of where its list and its issuer's certificate are: whoever put another
 * charter in the place of ours for a moment would answer there whether it is revoked.
 */
export function wrongAddresses(
  { extensions }: Certificate,
  leaf: number,
  origins: readonly string[],
): NonNullable<RowClaims['wrong']> {
  const { crlDistributionPoints = [], authorityInfoAccess } = extensions;
  const { ocsp = [], caIssuers = [] } = authorityInfoAccess ?? {};
  const ours = origins.flatMap((origin) =>
    AUTHORITY_IDS.flatMap((id) => [crlAddress(origin, id), certificateAddress(origin, id)]),
  );
  const areOurs = [...crlDistributionPoints, ...ocsp, ...caIssuers].every((address) => ours.includes(address));
  return areOurs ? [] : [{ leaf, field: 'addresses' }];
}

/** What the row of an authority says that the log holds; `origins`: the charter's, where its addresses may lead. */
export function authorityClaims(
  authority: Authority<CertifiedKeyId>,
  origins: readonly string[],
  primitives: Pick<Primitives, 'digest'>,
): RowClaims {
  const certificate = certificateOf(authority);
  return {
    wrong: wrongAddresses(certificate, authority.createdLeaf ?? -1, origins),
    acts: [
      {
        field: 'createdLeaf',
        leaf: authority.createdLeaf ?? -1,
        kind: LeafKind.authorityCreated,
        record: authorityRecord(authority, primitives),
        items: ['id', 'certificate'],
      },
    ],
    fields: { keyId: authority.keyId === toHex(issuerKeyId(certificate.key.spki, primitives)) },
  };
}

/** What the row of a charter says, with its leaf; `institution`: the record of who answers for the installation. */
export function charterClaims(
  row: CharterRow,
  leaf: number,
  institution: Uint8Array,
  primitives: Pick<Primitives, 'digest'>,
): RowClaims {
  const record = charterRecord(row.number, row.charter, institution, primitives);
  const items = ['number', 'charter', 'institution'];
  return { acts: [{ field: 'leaf', leaf, kind: LeafKind.charterPublished, record, items }], fields: {} };
}

/** Whose row an opened leaf of this folder is about; an authority's intent has none. */
export function authoritySubject(record: readonly CborValue[]): LeafSubject | undefined {
  const [, act, key] = record;
  if (act === 'authority/created' && typeof key === 'string') return { noun: 'authority', key };
  return act === 'charter/published' ? { noun: 'charter', key: charterKey(Number(key)) } : undefined;
}
