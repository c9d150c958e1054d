import { slotsOf } from '../../access/judge.ts';
import type { Slot } from '../../access/requirement.ts';
import type { Actor } from '../../access/actor.ts';
import type { Approval } from '../../approval/approval.ts';
import { judgeGiven, mayFillOne } from '../../approval/office.ts';
import type { OficioId } from '../../oficio/oficio.ts';
import {
  approvalView,
  waitingLetterView,
  type ApprovalView,
  type ShownApproval,
  type WaitingLetterView,
} from './approval-views.ts';
import { subjectOf, type ApprovalSubject } from './approval-subject.ts';
import type { StaffDeps } from './deps.ts';
import { lettersIn } from './letter-access.ts';

/** What waits, as whoever looks through it sees it. */
export interface ListedApproval extends ApprovalView {
  /** They asked for it. */
  readonly yours: boolean;
  /** It is open, and they may authorise a part of it that they have not yet. */
  readonly waitsForYou: boolean;
  /** Whom or what it is about, where that is no letter. */
  readonly subject?: ApprovalSubject;
  /** The letters that it is about. */
  readonly about?: readonly WaitingLetterView[];
}

/** @param actor who looks; absent for the owner of the machine, for whom nothing waits */
export async function listedApproval(
  deps: StaffDeps,
  actor: Actor | undefined,
  approval: Approval,
): Promise<ListedApproval> {
  const about: WaitingLetterView[] = [];
  for (const id of lettersIn(approval)) {
    const found = (await deps.oficios.find(id as OficioId))?.record;
    if (found) about.push(waitingLetterView(found));
  }
  const { state, assertions, requester } = approval;
  const subject = about.length > 0 ? undefined : await subjectOf(deps, approval);
  const isOpen = state === 'open' && !assertions.some(({ person }) => person === actor?.person);
  return {
    ...approvalView(approval),
    yours: requester.person === actor?.person,
    waitsForYou:
      isOpen && actor !== undefined && mayFillOne(approval, await emptySlots(deps, approval), actor, deps.clock()),
    ...(subject !== undefined && { subject }),
    ...(about.length > 0 && { about }),
  };
}

/** What nobody filled yet. */
async function emptySlots(deps: StaffDeps, approval: Approval): Promise<readonly Slot[]> {
  if (approval.assertions.length === 0) return slotsOf(approval.pending.asked[0]!.kind);
  const finding = await judgeGiven(deps.approvals, approval);
  return finding.outcome === 'good' ? finding.open : [];
}

/** One that is looked at by itself. */
export type LookedAtApproval = ShownApproval & ListedApproval;
