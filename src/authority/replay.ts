import { toHex } from '../core/bytes.ts';
import type { CborValue } from '../core/cbor.ts';
import type { Primitives } from '../core/primitives.ts';
import type { LeafSubject, RowClaims } from '../log/claim.ts';
import { issuerKeyId, LeafKind } from '../log/leaf.ts';
import { authorityRecord, certificateOf, type Authority } from './authority.ts';
import { charterRecord } from './charter.ts';
import { charterKey, type CharterRow } from './store.ts';

/** What the row of an authority says that the log holds. */
export function authorityClaims(authority: Authority, primitives: Pick<Primitives, 'digest'>): RowClaims {
  const certificate = certificateOf(authority);
  return {
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
