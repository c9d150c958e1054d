import type { CborValue } from '../core/cbor.ts';
import type { Primitives } from '../core/primitives.ts';
import type { ClaimedAct, LeafSubject, RowClaims } from '../log/claim.ts';
import { LeafKind } from '../log/leaf.ts';
import { crlIntentRecord, crlPublishedRecord } from './recorded-crl.ts';
import type { CrlRow } from './store.ts';

/** What the row of a revocation list says that the log holds. */
export function crlClaims(row: CrlRow, primitives: Pick<Primitives, 'digest'>): RowClaims {
  const { intentLeaf, publishedLeaf } = row;
  const acts: ClaimedAct[] = [
    {
      field: 'intentLeaf',
      leaf: intentLeaf,
      kind: LeafKind.crlIntent,
      record: crlIntentRecord(row),
      items: ['authority', 'number', 'tbs'],
    },
  ];
  if (publishedLeaf !== undefined) {
    acts.push({
      field: 'publishedLeaf',
      leaf: publishedLeaf,
      kind: LeafKind.crlPublished,
      ref: intentLeaf,
      record: crlPublishedRecord(row, primitives),
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
