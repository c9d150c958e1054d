import { Refusal } from '../core/refusal.ts';
import type { UnixSeconds } from '../core/time.ts';
import { dayInMexicoCity } from '../core/time.ts';
import type { Evidence, LeafDraft, LeafKind } from '../log/leaf.ts';
import type { Ledger } from '../log/ledger.ts';
import type { AccessCode } from './code.ts';
import { AUTOMATIC, EvidenceKind, sessionEvidence, type AssertedBy } from './evidence.ts';
import { judgeAct, type JudgeDeps } from './judge.ts';
import { REQUIREMENTS, type Requirement } from './requirement.ts';
import { holdsRole, type Role, type RoleGrant } from './role.ts';

/** Who asks for an act, by their session. */
export interface Caller {
  readonly by: AssertedBy;
  readonly grants: readonly RoleGrant[];
}

/** What is asked of whoever may: the act as it would be committed. */
export type Asked = Pick<LeafDraft, 'kind' | 'record'>;

/**
 * An act that may be committed once people have authorised exactly this record. It is no refusal for good: whoever
 * holds the request keeps it, and commits it with their assertions.
 */
export class AuthorisationNeeded extends Refusal<AccessCode> {
  readonly asked: Asked;

  /** Where a first half was done, the letter that waits and the text of its seal: the second half begins there. */
  readonly waiting: WaitingLetter | undefined;

  constructor(asked: Asked, waiting?: WaitingLetter) {
    super('access/assertion-needed', `an act of kind ${asked.kind} needs assertions`);
    this.asked = asked;
    this.waiting = waiting;
  }
}

/** A letter that was registered, sealed and laid out, and lacks its signature. */
export interface WaitingLetter {
  readonly letter: string;
  readonly sealText: string;
}

export interface AccessRuleDeps extends JudgeDeps {
  /** Where the next leaf will stand. */
  nextIndex(): Promise<number>;
  /** The evidence that people gave for exactly this record. */
  granted(record: Uint8Array): Evidence | undefined;
  /** Who asks; `undefined` where the service acts by a rule of its own. */
  caller(): Caller | undefined;
  clock(): UnixSeconds;
}

/** Asked before a key is used: whether people authorised this. @throws AuthorisationNeeded, Refusal as `ruledLedger` */
export type Gate = (asked: Asked, waiting?: WaitingLetter) => Promise<void>;

/** The gate of a development installation, where nobody is asked. */
export const openGate: Gate = async () => {};

/**
 * `ledger` outside development: nothing is committed but with the evidence that its kind needs, which is judged as every
 * verifier will.
 * @throws AuthorisationNeeded; Refusal `access/not-authorised`, `access/role-missing`, `access/login-needed`
 */
export function ruledLedger(ledger: Ledger, deps: AccessRuleDeps): Ledger {
  return {
    commit: async (act) =>
      ledger.commit({ ...act, leaf: { ...act.leaf, evidence: await evidenceFor(deps, act.leaf) } }),
  };
}

export function gateOf(deps: AccessRuleDeps): Gate {
  return async (asked, waiting) => {
    try {
      await evidenceFor(deps, asked);
    } catch (error) {
      throw error instanceof AuthorisationNeeded ? new AuthorisationNeeded(asked, waiting) : error;
    }
  };
}

async function evidenceFor(deps: AccessRuleDeps, asked: Asked): Promise<Evidence> {
  const requirement: Requirement = REQUIREMENTS[asked.kind];
  const caller = deps.caller();
  switch (requirement.by) {
    case 'automatic':
    case 'follows':
      return AUTOMATIC;
    case 'session':
      return sessionEvidence(callerWith(requirement.roles, caller, deps.clock()).by);
    case 'withdrawn':
      if (!caller) return AUTOMATIC;
      return willed(deps, asked);
    case 'asserted':
      return willed(deps, asked);
  }
}

/** @throws Refusal `access/login-needed`, `access/role-missing` */
export function callerWith(roles: readonly Role[], caller: Caller | undefined, at: UnixSeconds): Caller {
  if (!caller) throw new Refusal<AccessCode>('access/login-needed', 'nobody is logged in');
  const day = dayInMexicoCity(at);
  if (roles.some((role) => holdsRole(caller.grants, role, day))) return caller;
  throw new Refusal<AccessCode>('access/role-missing', `needs ${roles.join(' or ')}`, { roles: roles.join(', ') });
}

async function willed(deps: AccessRuleDeps, asked: Asked): Promise<Evidence> {
  const evidence = deps.granted(asked.record);
  if (evidence?.kind !== EvidenceKind.assertions) throw new AuthorisationNeeded(asked);
  const finding = await judgeAct({ ...asked, index: await deps.nextIndex(), evidence }, deps);
  if (finding.outcome === 'authorised') return evidence;
  throw notAuthorised(asked.kind, finding.why);
}

function notAuthorised(kind: LeafKind, why: string): Refusal<AccessCode> {
  return new Refusal<AccessCode>('access/not-authorised', `an act of kind ${kind}: ${why}`, { reason: why });
}
