import { encodeCbor, type CborValue } from '../core/cbor.ts';
import type { Primitives } from '../core/primitives.ts';
import type { ClaimedAct, LeafSubject, RowClaims } from '../log/claim.ts';
import { LeafKind } from '../log/leaf.ts';
import type { CrlRow } from './store.ts';

/** What the row of a revocation list says that the log holds. */
export function crlClaims(row: CrlRow, primitives: Pick<Primitives, 'digest'>): RowClaims {
  const { authority, number, tbs, crl, intentLeaf, publishedLeaf } = row;
  const acts: ClaimedAct[] = [
    {
      field: 'intentLeaf',
      leaf: intentLeaf,
      kind: LeafKind.crlIntent,
      record: encodeCbor([1, 'crl/intent', authority, number, tbs]),
      items: ['authority', 'number', 'tbs'],
    },
  ];
  if (publishedLeaf !== undefined) {
    const digest = primitives.digest('SHA-256', crl ?? new Uint8Array());
    acts.push({
      field: 'publishedLeaf',
      leaf: publishedLeaf,
      kind: LeafKind.crlPublished,
      ref: intentLeaf,
      record: encodeCbor([1, 'crl/published', authority, number, digest]),
      items: ['authority', 'number', 'crl'],
    });
  }
  return { acts, fields: { state: (row.state === 'published') === (publishedLeaf !== undefined) } };
}

/** Whose row an opened leaf of this folder is about. */
export function revocationSubject(record: readonly CborValue[]): LeafSubject | undefined {
  const [, act, key] = record;
  if (typeof act !== 'string' || typeof key !== 'string') return undefined;
  return act.startsWith('crl/') ? { noun: 'crl', key } : undefined;
}
