import { isAuthorityId } from '../authority/authority.ts';
import type { Certificate } from '../authority/certificate.ts';
import type { CborValue } from '../core/cbor.ts';
import type { Primitives } from '../core/primitives.ts';
import type { ClaimedAct, LeafSubject, RowClaims } from '../log/claim.ts';
import { LeafKind } from '../log/leaf.ts';
import { lintCrl } from './crl-lint.ts';
import { readCrlBody } from './crl.ts';
import { crlLifeSeconds } from './lists.ts';
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

/**
 * Whether an office of ours would have signed the body in the record of an intent: linted as it was then, and with no greater
 * number than there were intents by then. What it must list is not asked.
 */
export function isListAsMade(
  [, , authority, number, tbs]: readonly CborValue[],
  issuer: Certificate,
  ordinal: number,
): boolean {
  if (typeof authority !== 'string' || !isAuthorityId(authority)) return false;
  if (typeof number !== 'number' || number > ordinal || !(tbs instanceof Uint8Array)) return false;
  const body = readCrlBody(tbs);
  const context = { issuer, at: body.thisUpdate, previousNumber: number - 1 };
  const findings = lintCrl(tbs, { ...context, maxLifeSeconds: crlLifeSeconds(authority, issuer) });
  return findings.length === 0 && body.number === BigInt(number);
}

/** Whose row an opened leaf of this folder is about. */
export function revocationSubject(record: readonly CborValue[]): LeafSubject | undefined {
  const [, act, key] = record;
  if (typeof act !== 'string' || typeof key !== 'string') return undefined;
  return act.startsWith('crl/') ? { noun: 'crl', key } : undefined;
}
