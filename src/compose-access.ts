import { endAccess, enrolPasskey, setRoles, type AccessDeps, type AccessEnding } from './access/enrol.ts';
import { judgeAct, type JudgeDeps } from './access/judge.ts';
import type { Person } from './access/people.ts';
import { foundersOf, type Enrolment, type PersonId } from './access/person.ts';
import { relyingPartyOf } from './access/relying-party.ts';
import type { RoleGrant } from './access/role.ts';
import { gateOf, openGate, ruledLedger, type AccessRuleDeps, type Gate } from './access/rule.ts';
import type { AccessStore } from './access/store.ts';
import type { ActingContext } from './access/acting.ts';
import { accessLeaf, hasAccessChanged, wasUsed } from './adapters/logged/access.ts';
import { willedLog } from './adapters/logged/willed-log.ts';
import { loggedPeople } from './adapters/logged/people.ts';
import { sqlApprovals } from './adapters/sql/approvals.ts';
import type { SqliteData } from './adapters/sqlite.ts';
import type { ApprovalOfficeDeps } from './approval/office.ts';
import type { Charter } from './authority/charter.ts';
import type { Primitives } from './core/primitives.ts';
import type { Clock } from './core/time.ts';
import { takingTurnsBy } from './core/turns.ts';
import type { Ledger, LogReader } from './log/ledger.ts';

export interface ComposeAccessDeps {
  readonly charter: Charter;
  readonly dev: boolean;
  readonly log: LogReader;
  readonly acting: ActingContext;
  /** Today's: no act is judged by the time of its first try. */
  readonly clock: Clock;
  readonly primitives: Primitives;
}

export interface ComposedAccess {
  /** The log without what nobody who may authorised. */
  readonly log: LogReader;
  /** Through which every act goes: outside development none is committed without the evidence that it needs. */
  ruled(ledger: Ledger): Ledger;
  readonly gate: Gate;
  readonly people: AccessStore;
  /** What evidence is judged by. */
  readonly judge: JudgeDeps;
}

export function composeAccess(deps: ComposeAccessDeps): ComposedAccess {
  const { charter, dev, log, acting, clock, primitives } = deps;
  const judge: JudgeDeps = {
    founders: foundersOf(charter.founders),
    relyingParty: relyingPartyOf([charter.origin, ...charter.formerOrigins]),
    accessLeaf: (index) => accessLeaf(log, index, primitives),
    hasChanged: (by, before) =>
      hasAccessChanged(
        log,
        { ...by, before },
        primitives,
        async (act) => (await judgeAct(act, judge)).outcome === 'authorised',
      ),
    wasUsed: (act) => wasUsed(log, act, primitives),
    primitives,
  };
  const people = loggedPeople({ log, judge, dev });
  if (dev) return { log, ruled: (ledger) => ledger, gate: openGate, people, judge };
  const rule: AccessRuleDeps = {
    ...judge,
    nextIndex: () => log.size(),
    granted: (record) => acting.current()?.granted?.(record),
    caller: () => acting.current()?.caller,
    isTrial: () => acting.current()?.isTrial ?? false,
    onNeeded: (needed) => acting.current()?.onNeeded?.(needed),
    clock,
  };
  const ruled = (ledger: Ledger): Ledger => ruledLedger(ledger, rule);
  return { log: willedLog(log, judge), ruled, gate: gateOf(rule), people, judge };
}

/** What requests that wait for people are kept and judged by. */
export function approvalDeps(
  deps: Omit<ApprovalOfficeDeps, 'inTurn' | 'approvals'> & { readonly data: SqliteData },
): ApprovalOfficeDeps {
  const { data, ...rest } = deps;
  return { ...rest, approvals: sqlApprovals(data), inTurn: takingTurnsBy() };
}

/** What people may do about people; and what their assertions are judged by. */
export interface AccessOffice extends AccessStore {
  readonly judge: JudgeDeps;
  enrolPasskey(enrolment: Enrolment): Promise<Person>;
  setRoles(person: PersonId, grants: readonly RoleGrant[]): Promise<Person>;
  endAccess(person: PersonId, end: AccessEnding): Promise<Person>;
}

export function accessOffice({ judge, ...deps }: AccessDeps & { readonly judge: JudgeDeps }): AccessOffice {
  return {
    ...deps.store,
    judge,
    enrolPasskey: (enrolment) => enrolPasskey(deps, enrolment),
    setRoles: (person, grants) => setRoles(deps, person, grants),
    endAccess: (person, end) => endAccess(deps, person, end),
  };
}
