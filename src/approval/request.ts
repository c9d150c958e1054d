import type { PersonId } from '../access/person.ts';
import type { Caller } from '../access/rule.ts';
import { Refusal } from '../core/refusal.ts';
import { openApproval, type Approval, type ApprovalId, type AskedRequest } from './approval.ts';
import { ask, askTogether } from './ask.ts';
import type { ApprovalCode } from './code.ts';
import { actorNow, getApproval, mayFillOne, notYours, type ApprovalOfficeDeps } from './office.ts';
import { slotsOf } from '../access/judge.ts';

/** What somebody may have waiting at once; a list of officials is one. */
const MOST_OPEN = 200;

export interface ActRequest {
  readonly request: AskedRequest;
  readonly body: Uint8Array;
}

const NO_BODY = new Uint8Array();

/**
 * Does what `caller` asks for, or keeps it until others have authorised it.
 * @throws Refusal as `ask`; `approval/too-many`
 */
export async function requestActs<T>(
  deps: ApprovalOfficeDeps,
  caller: Caller,
  { request, body }: ActRequest,
  work: () => Promise<T>,
): Promise<{ readonly done: T } | { readonly approval: Approval }> {
  const outcome = await ask(deps, caller, work);
  if ('done' in outcome) return outcome;
  const { pending } = outcome;
  const { person, name } = await actorNow(deps, caller.by);
  await refuseMany(deps, person);
  const approval = openApproval({ pending, request, requester: { person, name } });
  // The document of a letter is kept with its first half.
  await deps.approvals.add(approval, pending.waiting ? NO_BODY : body);
  return { approval };
}

async function refuseMany({ approvals }: ApprovalOfficeDeps, person: PersonId): Promise<void> {
  if ((await approvals.countOpen(person)) < MOST_OPEN) return;
  throw new Refusal<ApprovalCode>('approval/too-many', `${MOST_OPEN} wait`, { most: MOST_OPEN });
}

/**
 * Puts letters that wait for the same person under one statement, which one assertion of theirs signs.
 * @throws Refusal `approval/not-found`, `approval/not-open`, `approval/not-together`, `approval/not-yours`, `approval/too-many`
 */
export async function requestTogether(
  deps: ApprovalOfficeDeps,
  caller: Caller,
  ids: readonly ApprovalId[],
  request: AskedRequest,
): Promise<Approval> {
  const actor = await actorNow(deps, caller.by);
  const joins = [...new Set(ids)];
  const letters: Parameters<typeof askTogether>[2][number][] = [];
  for (const id of joins) {
    const { record: one } = await getApproval(deps, id);
    const { pending, state } = one;
    if (state !== 'open' || deps.clock() >= one.expiresAt) {
      throw new Refusal<ApprovalCode>('approval/not-open', `it is ${state}`, { state });
    }
    const [asked, waiting] = [pending.asked[0]!, pending.waiting?.[0]];
    if (!waiting || pending.asked.length > 1) {
      throw new Refusal<ApprovalCode>('approval/not-together', 'not a letter that waits for its signature');
    }
    if (!mayFillOne(one, slotsOf(asked.kind), actor, deps.clock())) notYours('another signs one of them');
    letters.push({ asked, waiting });
  }
  if (letters.length === 0) throw new Refusal<ApprovalCode>('approval/not-together', 'no letter');
  await refuseMany(deps, actor.person);
  const pending = await askTogether(deps, caller, letters);
  const { person, name } = actor;
  const approval = openApproval({ pending, request, requester: { person, name }, joins });
  await deps.approvals.add(approval, NO_BODY);
  return approval;
}
