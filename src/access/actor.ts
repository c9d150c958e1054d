import type { OfficialId } from '../directory/official.ts';
import type { CalendarDay } from '../core/time.ts';
import type { AssertedBy } from './evidence.ts';
import type { Founder, PersonId } from './person.ts';
import type { RoleGrant } from './role.ts';
import type { Caller } from './rule.ts';
import type { AccessStore } from './store.ts';

/** Somebody who acts now, and with what right. */
export interface Actor extends Caller {
  readonly person: PersonId;
  readonly name: string;
  readonly official?: OfficialId;
}

export interface ActorDeps {
  readonly founders: readonly Founder[];
  readonly people: Pick<AccessStore, 'listPeople'>;
  /** Where the next leaf will stand. */
  nextIndex(): Promise<number>;
}

/** A founder approves, from the first day on, and does nothing else. */
const OF_FOUNDERS: readonly RoleGrant[] = [{ role: 'approver', from: '2000-01-01' as CalendarDay }];

/** Who a caller is today, with today's roles, by the log; `undefined` for whom nothing is left: ended, retired, or never there. */
export async function findActor(deps: ActorDeps, by: AssertedBy): Promise<Actor | undefined> {
  if ('founder' in by) {
    const founder = deps.founders[by.founder];
    if (!founder || (founder.retiredFrom !== undefined && founder.retiredFrom <= (await deps.nextIndex()))) {
      return undefined;
    }
    const { person, name } = founder;
    return { person, name, by, grants: OF_FOUNDERS };
  }
  const { enrolment } = by;
  const all = await deps.people.listPeople();
  const found = all.find(({ passkeys }) => passkeys.some((one) => one.enrolledLeaf === enrolment));
  const passkey = found?.passkeys.find((one) => one.enrolledLeaf === enrolment);
  if (!found || passkey?.endedLeaf !== undefined || found.endedLeaf !== undefined) return undefined;
  const { id: person, name, official, grants, rolesLeaf: roles } = found;
  if (roles === undefined) return undefined;
  return { person, name, ...(official !== undefined && { official }), by: { enrolment, roles }, grants };
}
