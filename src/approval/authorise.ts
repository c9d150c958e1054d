import { assertedBy } from '../access/people.ts';
import { slotsOf, type Unauthorised } from '../access/judge.ts';
import type { AssertedBy, SignedAssertion } from '../access/evidence.ts';
import type { Caller } from '../access/rule.ts';
import type { Actor } from '../access/actor.ts';
import { Refusal } from '../core/refusal.ts';
import { untilFresh } from '../log/retry.ts';
import type { Approval, ApprovalId } from './approval.ts';
import type { ApprovalCode } from './code.ts';
import {
  actorNow,
  getApproval,
  judgeGiven,
  mayFillOne,
  notYours,
  type ApprovalOfficeDeps,
  type Perform,
} from './office.ts';
import { move, settleInTurn, type Settled } from './settle.ts';

/** What a passkey answered; `credentialId` says which one of theirs, where it is not the one they logged in with. */
export interface AnsweredAssertion extends Omit<SignedAssertion, 'by'> {
  readonly credentialId?: Uint8Array;
}

/**
 * Takes the assertion of somebody who is logged in, if it fills a slot that is empty; with the last one it is done.
 * @throws Refusal `approval/not-found`, `approval/not-open`, `approval/same-person`, `approval/assertion`, `approval/not-yours`
 */
export function authorise(
  deps: ApprovalOfficeDeps,
  perform: Perform,
  { id, caller, answered }: { readonly id: ApprovalId; readonly caller: Caller; readonly answered: AnsweredAssertion },
): Promise<Settled> {
  return deps.inTurn(id, () =>
    untilFresh(async () => {
      const { approval: seen } = await settleInTurn(deps, perform, id);
      refuseNotOpen(seen);
      const actor = await actorNow(deps, caller.by);
      const { credentialId, ...assertion } = answered;
      const by = credentialId ? await byCredential(deps, actor, credentialId) : actor.by;
      await checkFits(deps, seen, actor, { by, ...assertion });
      const { person, name } = actor;
      const given = { person, name, assertion: { by, ...assertion }, at: deps.clock() };
      await move(deps, await getApproval(deps, id), { event: 'asserted', given });
      return settleInTurn(deps, perform, id);
    }),
  );
}

/** Another passkey than the one of their session must be theirs as well: nobody hands in what somebody else signed. */
async function byCredential(
  { people }: ApprovalOfficeDeps,
  { person, by }: Actor,
  credentialId: Uint8Array,
): Promise<AssertedBy> {
  // Founders are known by their key alone.
  if ('founder' in by) return by;
  const holder = await people.findByCredential(credentialId);
  const own = holder?.id === person ? assertedBy(holder, credentialId) : undefined;
  return own ?? wrong('unknown-person');
}

async function checkFits(
  deps: ApprovalOfficeDeps,
  approval: Approval,
  { person }: Actor,
  assertion: SignedAssertion,
): Promise<void> {
  if (approval.assertions.some((one) => one.person === person)) {
    throw new Refusal<ApprovalCode>('approval/same-person', 'one person fills one place');
  }
  const finding = await judgeGiven(deps, approval, [assertion]);
  if (finding.outcome === 'good') return;
  if (finding.why === 'role') notYours('their roles fill nothing that is missing');
  wrong(finding.why);
}

function wrong(why: Unauthorised): never {
  throw new Refusal<ApprovalCode>('approval/assertion', `the assertion does not count: ${why}`, { reason: why });
}

function refuseNotOpen({ state }: Approval): void {
  if (state === 'open') return;
  throw new Refusal<ApprovalCode>('approval/not-open', `it is ${state}`, { state });
}

/**
 * Declines it for good; whoever asked may take it back so.
 * @throws Refusal `approval/not-found`, `approval/not-open`; `approval/not-yours` for others than who asked and who could authorise it
 */
export function decline(
  deps: ApprovalOfficeDeps,
  perform: Perform,
  { id, caller, why }: { readonly id: ApprovalId; readonly caller: Caller; readonly why: string },
): Promise<Approval> {
  return deps.inTurn(id, () =>
    untilFresh(async () => {
      const { approval } = await settleInTurn(deps, perform, id);
      const { person, name, ...actor } = await actorNow(deps, caller.by);
      const slots = slotsOf(approval.pending.asked[0]!.kind);
      const isTheirs = approval.requester.person === person;
      if (!isTheirs && !mayFillOne(approval, slots, { person, name, ...actor }, deps.clock())) {
        notYours('not theirs to decline');
      }
      refuseNotOpen(approval);
      const found = await getApproval(deps, id);
      return (await move(deps, found, { event: 'declined', by: { person, name }, why })).approval;
    }),
  );
}
