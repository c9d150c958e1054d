import { slotsOf } from '../../access/judge.ts';
import type { Actor } from '../../access/actor.ts';
import type { Approval } from '../../approval/approval.ts';
import { mayFillOne } from '../../approval/office.ts';
import type { OficioId } from '../../oficio/oficio.ts';
import { approvalView, waitingLetterView, type ApprovalView, type WaitingLetterView } from './approval-views.ts';
import type { StaffDeps } from './deps.ts';
import { lettersIn } from './letter-access.ts';

/** What waits, as whoever looks through it sees it. */
export interface ListedApproval extends ApprovalView {
  /** They asked for it. */
  readonly yours: boolean;
  /** It is open, and they may authorise a part of it that they have not yet. */
  readonly waitsForYou: boolean;
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
  const { state, assertions, requester, pending } = approval;
  const isOpen = state === 'open' && !assertions.some(({ person }) => person === actor?.person);
  return {
    ...approvalView(approval),
    yours: requester.person === actor?.person,
    waitsForYou:
      isOpen && actor !== undefined && mayFillOne(approval, slotsOf(pending.asked[0]!.kind), actor, deps.clock()),
    ...(about.length > 0 && { about }),
  };
}
