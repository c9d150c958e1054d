import type { CborValue } from '../../core/cbor.ts';
import { isTime, parseDay } from '../../core/time.ts';
import type { RowClaims } from '../../log/claim.ts';
import { LeafKind } from '../../log/leaf.ts';
import { parseOfficialId } from '../official.ts';
import {
  EVIDENCE_KINDS,
  evidenceEnd,
  isReference,
  isWithdrawalReason,
  parseDistinctiveNumber,
  type Distinctive,
  type DistinctiveEvidence,
} from './distinctive.ts';
import { grantedRecord, withdrawnRecord } from './record.ts';

type Recorded = readonly CborValue[];

/** The distinctive that leaf `grantedLeaf` granted; `undefined` for a record that we never wrote. */
export function distinctiveOfGrant(record: Recorded, grantedLeaf: number): Distinctive | undefined {
  const [, act, text, holder, day, grantedAt, told] = record;
  if (act !== 'distinctive/granted' || record.length !== 7) return undefined;
  const number = typeof text === 'string' ? parseDistinctiveNumber(text) : undefined;
  const officialId = typeof holder === 'string' ? parseOfficialId(holder) : undefined;
  const until = typeof day === 'string' ? parseDay(day) : undefined;
  // In the one spelling that we write.
  if (number === undefined || number !== text || officialId === undefined || officialId !== holder) return undefined;
  if (until === undefined || typeof grantedAt !== 'number' || !isTime(grantedAt)) return undefined;
  const evidence = evidenceOf(told);
  if (!evidence || until > evidenceEnd(evidence)) return undefined;
  return { number, officialId, evidence, until, grantedAt, grantedLeaf };
}

/** One of each kind, in their order. */
function evidenceOf(told: CborValue | undefined): readonly DistinctiveEvidence[] | undefined {
  if (!Array.isArray(told) || told.length !== EVIDENCE_KINDS.length) return undefined;
  const found = EVIDENCE_KINDS.map((kind, i) => {
    const one: unknown = told[i];
    if (!Array.isArray(one) || one.length !== 3 || one[0] !== kind) return undefined;
    const [, day, reference]: readonly unknown[] = one;
    const until = typeof day === 'string' ? parseDay(day) : undefined;
    if (until === undefined) return undefined;
    if (reference === null) return { kind, until };
    return typeof reference === 'string' && isReference(reference) ? { kind, until, reference } : undefined;
  });
  return found.every((one) => one !== undefined) ? found : undefined;
}

/** An act about a distinctive, in its turn; without its record where nobody can read that any more. */
export interface DistinctiveAct {
  readonly kind: LeafKind;
  readonly index: number;
  readonly record?: Recorded;
}

/** The distinctive after a leaf about it: withdrawn once and for good, also by a leaf of which nothing else is left. */
export function distinctiveAfter(distinctive: Distinctive, { kind, index, record }: DistinctiveAct): Distinctive {
  if (kind !== LeafKind.distinctiveWithdrawn || distinctive.withdrawnLeaf !== undefined) return distinctive;
  const [, , , at, reason] = record ?? [];
  const isRead = typeof at === 'number' && isTime(at) && typeof reason === 'string' && isWithdrawalReason(reason);
  if (record && !isRead) return distinctive;
  return { ...distinctive, withdrawnLeaf: index, ...(isRead && { withdrawn: { at, reason } }) };
}

/** What the row of a distinctive says that the log holds. */
export function distinctiveClaims(distinctive: Distinctive): RowClaims {
  const { grantedLeaf, withdrawnLeaf, withdrawn } = distinctive;
  return {
    acts: [
      {
        field: 'grantedLeaf',
        leaf: grantedLeaf,
        kind: LeafKind.distinctiveGranted,
        record: grantedRecord(distinctive),
        items: ['number', 'officialId', 'until', 'grantedAt', 'evidence'],
      },
      ...(withdrawnLeaf === undefined
        ? []
        : [
            {
              field: 'withdrawnLeaf',
              leaf: withdrawnLeaf,
              kind: LeafKind.distinctiveWithdrawn,
              ref: grantedLeaf,
              record: withdrawnRecord(distinctive),
              items: ['number', 'withdrawn.at', 'withdrawn.reason'],
            },
          ]),
    ],
    fields: { withdrawn: (withdrawn === undefined) === (withdrawnLeaf === undefined) },
  };
}
