import { findActor, type Actor } from '../access/actor.ts';
import { mayFill, slotsOf } from '../access/judge.ts';
import type { Slot } from '../access/requirement.ts';
import type { Founder, PersonId } from '../access/person.ts';
import type { AccessStore } from '../access/store.ts';
import type { Approval, ApprovalId } from '../approval/approval.ts';
import { mayFillOne, scopesOf } from '../approval/office.ts';
import type { ApprovalStore } from '../approval/store.ts';
import type { Clock } from '../core/time.ts';
import { tellTogether, type TellDeps, type Thing } from './group.ts';
import type { AskedOfThem } from './notice.ts';

export interface TellRequestsDeps extends TellDeps {
  readonly approvals: Pick<ApprovalStore, 'list'>;
  readonly people: Pick<AccessStore, 'listPeople'>;
  readonly founders: readonly Founder[];
  nextIndex(): Promise<number>;
  readonly clock: Clock;
}

const PAGE = 100;

/** Tells those who may authorise what waits, once; whoever asked for it is before its page already. */
export async function tellRequests(deps: TellRequestsDeps): Promise<void> {
  const addressed = new Set(await deps.store.listAddressed());
  if (addressed.size === 0) return;
  const now = deps.clock();
  const things: Thing<AskedOfThem>[] = [];
  let actors: ReadonlyMap<PersonId, Actor> | undefined;
  for (let before: ApprovalId | undefined; ;) {
    const page = await deps.approvals.list({ state: 'open', limit: PAGE, ...(before && { before }) });
    for (const approval of page) {
      if (now >= approval.expiresAt) continue;
      actors ??= await actorsOf(deps);
      for (const person of addressed) {
        const actor = actors.get(person);
        if (!actor || !waitsFor(approval, actor, actors.get(approval.requester.person), now)) continue;
        const { id, pending, expiresAt } = approval;
        const item = { approval: id, action: pending.statement.action, until: expiresAt };
        things.push({ person, parts: ['request', id], expiresAt, item });
      }
    }
    before = page.at(-1)?.id;
    if (page.length < PAGE) break;
  }
  await tellTogether(deps, things, now, (requests) => ({ kind: 'requests', requests }));
}

/** Whether it waits for somebody: not for who asked, who gave theirs, or who could only take the place of who asked. */
function waitsFor(
  approval: Approval,
  actor: Actor,
  requester: Actor | undefined,
  at: Parameters<typeof mayFill>[2],
): boolean {
  const { pending, assertions } = approval;
  if (actor.person === approval.requester.person || assertions.some(({ person }) => person === actor.person))
    return false;
  const slots = slotsOf(pending.asked[0]!.kind);
  const mayAsk = (slot: Slot): boolean =>
    requester !== undefined && scopesOf(pending).every((scope) => mayFill(slot, requester, at, scope));
  const theirs = slots.findIndex(mayAsk);
  return mayFillOne(
    approval,
    slots.filter((_, place) => place !== theirs),
    actor,
    at,
  );
}

/** Everybody who may act today. */
async function actorsOf(deps: TellRequestsDeps): Promise<ReadonlyMap<PersonId, Actor>> {
  const found = new Map<PersonId, Actor>();
  const note = (actor: Actor | undefined): void => void (actor && found.set(actor.person, actor));
  for (const founder of deps.founders.keys()) note(await findActor(deps, { founder }));
  for (const { passkeys, rolesLeaf: roles } of await deps.people.listPeople()) {
    const passkey = passkeys.find(({ endedLeaf }) => endedLeaf === undefined);
    if (passkey && roles !== undefined) note(await findActor(deps, { enrolment: passkey.enrolledLeaf, roles }));
  }
  return found;
}
