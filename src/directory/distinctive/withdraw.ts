import type { Primitives } from '../../core/primitives.ts';
import type { Random } from '../../core/random.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Clock } from '../../core/time.ts';
import { LeafKind, NO_ISSUER, type Evidence } from '../../log/leaf.ts';
import type { Ledger, Versioned } from '../../log/ledger.ts';
import { untilFresh } from '../../log/retry.ts';
import { mentionOfficial } from '../mention.ts';
import type { DirectoryStore } from '../store.ts';
import type { DistinctiveCode } from './code.ts';
import {
  isWithdrawalReason,
  PERSONAL_REASONS,
  type Distinctive,
  type DistinctiveNumber,
  type PersonalReason,
  type WithdrawalReason,
} from './distinctive.ts';
import { withdrawnRecord } from './record.ts';
import type { DistinctiveStore, DistinctiveWrite } from './store.ts';

export interface DistinctiveDeps {
  readonly store: DistinctiveStore;
  readonly directory: Pick<DirectoryStore, 'findOfficial'>;
  readonly ledger: Ledger<DistinctiveWrite>;
  readonly clock: Clock;
  readonly random: Random;
  readonly primitives: Pick<Primitives, 'digest' | 'hmac'>;
  readonly evidence: Evidence;
}

/** @throws Refusal `distinctive/not-found` */
export async function getDistinctive(
  store: Pick<DistinctiveStore, 'find'>,
  number: string,
): Promise<Versioned<Distinctive>> {
  const found = await store.find(number);
  if (found) return found;
  throw new Refusal<DistinctiveCode>('distinctive/not-found', 'no such distinctive', {
    asked: number.slice(0, 40),
  });
}

/**
 * Takes a distinctive away, at once and for good; one that was withdrawn keeps its first reason. Whatever is wrong with the row of
 * its person, or with its own, stops nothing.
 * @throws Refusal `distinctive/not-found`, `distinctive/reason-unknown`
 */
export function withdrawDistinctive(
  deps: DistinctiveDeps,
  { number, reason }: { readonly number: DistinctiveNumber; readonly reason: string },
): Promise<Distinctive> {
  return withdraw(deps, number, personalReason(reason));
}

function personalReason(text: string): PersonalReason {
  if (isWithdrawalReason(text) && text !== 'renewed') return text;
  throw new Refusal<DistinctiveCode>(
    'distinctive/reason-unknown',
    `expected one of ${PERSONAL_REASONS.join(', ')}`,
    {},
  );
}

/** The same for any reason. */
export function withdraw(
  deps: DistinctiveDeps,
  number: DistinctiveNumber,
  reason: WithdrawalReason,
): Promise<Distinctive> {
  return untilFresh(async () => {
    const { record: before, version } = await getDistinctive(deps.store, number);
    if (before.withdrawnLeaf !== undefined) return before;
    const after: Distinctive = { ...before, withdrawn: { at: deps.clock(), reason } };
    const official = await deps.directory.findOfficial(before.officialId);
    const mention = official && mentionOfficial(official, deps.primitives);
    const { index } = await deps.ledger.commit({
      leaf: {
        kind: LeafKind.distinctiveWithdrawn,
        issuer: NO_ISSUER,
        record: withdrawnRecord(after),
        salt: deps.random(32),
        subjectTag: mention?.subjectTag ?? deps.random(32),
        evidence: deps.evidence,
        ref: before.grantedLeaf,
      },
      writes: [
        { put: 'distinctive', key: number, record: after, ifVersion: version, leafAs: 'withdrawnLeaf' },
        ...(mention ? [mention.write] : []),
      ],
    });
    return { ...after, withdrawnLeaf: index };
  });
}
