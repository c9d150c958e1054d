import { holdsRole, type Role } from '../../access/role.ts';
import { actorNow } from '../../approval/office.ts';
import type { StationCode } from '../../card/station/station-code.ts';
import { Refusal } from '../../core/refusal.ts';
import { dayInMexicoCity } from '../../core/time.ts';
import type { StaffDeps } from './deps.ts';

/** Who reads of everybody's card what its holder reads of theirs. */
export const READS_CARDS: readonly [Role, ...Role[]] = ['hr', 'approver', 'auditor'];

/**
 * Whoever signs with a card finds out with it whose it is and what was issued for it: of their own, and of no other.
 * @param roles that read of all
 * @throws Refusal `card/not-the-signers`
 */
export async function checkMayReadCardOf(
  deps: StaffDeps,
  roles: readonly Role[],
  officialId: string,
  number?: string,
): Promise<void> {
  const caller = deps.acting.current()?.caller;
  if (!caller) return;
  const day = dayInMexicoCity(deps.clock());
  if (roles.some((role) => holdsRole(caller.grants, role, day))) return;
  if ((await actorNow(deps.approvals, caller.by)).official === officialId) return;
  const facts = number === undefined ? {} : { number };
  throw new Refusal<StationCode>('card/not-the-signers', 'the card of somebody else', facts);
}
