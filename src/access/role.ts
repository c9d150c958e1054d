import { parseDay, type CalendarDay } from '../core/time.ts';
import { parseUnitCode, type UnitCode } from '../directory/unit.ts';

/** What somebody may do here; which acts that is stands in `requirement.ts` alone. */
export const ROLES = ['hr', 'clerk', 'signer', 'approver', 'auditor', 'operator'] as const;
export type Role = (typeof ROLES)[number];

/** A role for a time and, where a unit is named, for that unit and those below it. */
export interface RoleGrant {
  readonly role: Role;
  readonly unit?: UnitCode;
  readonly from: CalendarDay;
  /** The last day; absent where it ends with another grant, or with the person. */
  readonly until?: CalendarDay;
}

/** Nobody needs more: six roles in a handful of units. */
export const MAX_GRANTS = 32;

export function parseRole(text: string): Role | undefined {
  return ROLES.find((role) => role === text);
}

/** A grant of texts that come from outside; `undefined` for what is none. */
export function readGrant(grant: {
  readonly role: string;
  readonly unit?: string | undefined;
  readonly from: string;
  readonly until?: string | undefined;
}): RoleGrant | undefined {
  const role = parseRole(grant.role);
  const unit = grant.unit === undefined ? undefined : parseUnitCode(grant.unit);
  const from = parseDay(grant.from);
  const until = grant.until === undefined ? undefined : parseDay(grant.until);
  if (!role || !from || (grant.unit !== undefined && unit !== grant.unit)) return undefined;
  if (grant.until !== undefined && (until === undefined || until < from)) return undefined;
  return { role, from, ...(unit !== undefined && { unit }), ...(until !== undefined && { until }) };
}

/** Whether `unit` is `above` or stands below it. */
export function isWithin(unit: string, above: string): boolean {
  return unit === above || unit.startsWith(`${above}/`);
}

/**
 * Whether the grants give a role on a day; where a unit is asked for, there; with `null`, in all of them. A grant without unit is for all.
 */
export function holdsRole(grants: readonly RoleGrant[], role: Role, day: CalendarDay, unit?: string | null): boolean {
  return grants.some(
    (grant) =>
      grant.role === role &&
      grant.from <= day &&
      (grant.until === undefined || day <= grant.until) &&
      (grant.unit === undefined || unit === undefined || (unit !== null && isWithin(unit, grant.unit))),
  );
}
