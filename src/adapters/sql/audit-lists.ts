import { certificateOf, isAuthorityId } from '../../authority/authority.ts';
import { equal, fromHex } from '../../core/bytes.ts';
import type { RegisterFinding } from '../../log/claim.ts';
import { readRecord } from '../../log/record.ts';
import type { Leaf } from '../../log/leaf.ts';
import { holdsOfRow } from '../../log/vouch.ts';
import { isListAsMade } from '../../revocation/replay.ts';
import type { JudgeDeps } from './judge-rows.ts';
import { authorities } from './nouns.ts';
import { findRecord } from './record-table.ts';

/**
 * What is wrong with the body of a revocation list that a leaf tells was to be signed; `ordinal`: how many there were by then,
 * this one included. A leaf that opens to nothing of the kind is a finding of its own.
 */
export async function compareList(
  { data, log }: JudgeDeps,
  index: number,
  leaf: Leaf,
  ordinal: number,
): Promise<RegisterFinding[]> {
  const record = readRecord((await log.opening(index))?.record ?? new Uint8Array());
  const [, act, id] = record ?? [];
  if (!record || act !== 'crl/intent') return [];
  const key = typeof id === 'string' ? id : '';
  const row = isAuthorityId(key)
    ? (await findRecord(data, authorities, key, { acceptEdited: true }))?.record
    : undefined;
  const isMade = (): boolean =>
    row !== undefined &&
    equal(leaf.issuer, fromHex(row.keyId) ?? new Uint8Array()) &&
    isListAsMade(record, certificateOf(row), ordinal);
  return holdsOfRow(isMade) ? [] : [{ problem: 'act-not-allowed', noun: 'crl', key, leaf: index, field: 'tbs' }];
}
