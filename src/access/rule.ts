import { Refusal } from '../core/refusal.ts';
import type { UnixSeconds } from '../core/time.ts';
import { dayInMexicoCity } from '../core/time.ts';
import type { Evidence, LeafDraft, LeafKind } from '../log/leaf.ts';
import type { Ledger } from '../log/ledger.ts';
import type { AccessCode } from './code.ts';
import { AUTOMATIC, EvidenceKind, sessionEvidence, type AssertedBy } from './evidence.ts';
import { judgeAct, type JudgeDeps } from './judge.ts';
import { REQUIREMENTS, type ActScope, type Requirement } from './requirement.ts';
import { scopeOf } from './scope.ts';
import { holdsRole, type Role, type RoleGrant } from './role.ts';

/** Who asks for an act, by their session. */
export interface Caller {
  readonly by: AssertedBy;
  readonly grants: readonly RoleGrant[];
}

/** What is asked of whoever may: the act as it would be committed, and where it belongs. */
export interface Asked extends Pick<LeafDraft, 'kind' | 'record'> {
  readonly scope?: ActScope;
  /** Marked by its use case as authorised later, by another act that names it. */
  readonly isLater?: boolean;
}

/** As which a use case marks an act that is authorised later, by another one that names it. */
export const AUTHORISED_LATER: Evidence = { kind: EvidenceKind.session, bytes: new Uint8Array(0) };

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
  /** Where a card signs: what it made. */
  readonly signature?: Uint8Array;
}

export interface AccessRuleDeps extends JudgeDeps {
  /** Where the next leaf will stand. */
  nextIndex(): Promise<number>;
  /** The evidence that people gave for exactly this record. */
  granted(record: Uint8Array): Evidence | undefined;
  /** Who asks; `undefined` where the service acts by a rule of its own. */
  caller(): Caller | undefined;
  /** Whether this is a trial, in which nothing is committed. */
  isTrial(): boolean;
  /** Told of each act that people have to authorise first. */
  onNeeded(needed: AuthorisationNeeded): void;
  /** Today's, also where an act is made again with the time of its first try. */
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
    async commit(act) {
      const { kind, record, evidence: marked } = act.leaf;
      const asked = { kind, record, scope: scopeOf(act.writes), isLater: marked === AUTHORISED_LATER };
      const evidence = await telling(deps, () => evidenceFor(deps, asked));
      return ledger.commit({ ...act, leaf: { ...act.leaf, evidence } });
    },
  };
}

export function gateOf(deps: AccessRuleDeps): Gate {
  return (asked, waiting) =>
    telling(deps, async () => {
      try {
        await evidenceFor(deps, asked);
      } catch (error) {
        throw error instanceof AuthorisationNeeded ? new AuthorisationNeeded(asked, waiting) : error;
      }
    });
}

async function telling<T>({ onNeeded }: AccessRuleDeps, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AuthorisationNeeded) onNeeded(error);
    throw error;
  }
}

async function evidenceFor(deps: AccessRuleDeps, asked: Asked): Promise<Evidence> {
  const requirement: Requirement = REQUIREMENTS[asked.kind];
  const caller = deps.caller();
  // Before anything counts as authorised: a trial ends at the first act that it would commit.
  if (deps.isTrial()) throw new AuthorisationNeeded(asked);
  switch (requirement.by) {
    case 'automatic':
    case 'follows':
      return AUTOMATIC;
    case 'session':
      return sessionEvidence(callerWith(requirement.roles, caller, deps.clock(), asked.scope?.unit).by);
    case 'withdrawn':
      if (!caller) return AUTOMATIC;
      return willed(deps, asked);
    case 'asserted': {
      if (requirement.orBy === undefined || !asked.isLater) return willed(deps, asked);
      const { roles } = requirement.slots[0]!;
      return sessionEvidence(callerWith(roles, caller, deps.clock()).by);
    }
  }
}

/** @throws Refusal `access/login-needed`, `access/role-missing` */
export function callerWith(roles: readonly Role[], caller: Caller | undefined, at: UnixSeconds, unit?: string): Caller {
  if (!caller) throw new Refusal<AccessCode>('access/login-needed', 'nobody is logged in');
  const day = dayInMexicoCity(at);
  if (roles.some((role) => holdsRole(caller.grants, role, day, unit))) return caller;
  throw new Refusal<AccessCode>('access/role-missing', `needs ${roles.join(' or ')}`, { roles: roles.join(', ') });
}

async function willed(deps: AccessRuleDeps, asked: Asked): Promise<Evidence> {
  const evidence = deps.granted(asked.record);
  if (evidence?.kind !== EvidenceKind.assertions) throw new AuthorisationNeeded(asked);
  const act = { ...asked, index: await deps.nextIndex(), evidence, now: deps.clock() };
  const finding = await judgeAct(act, deps);
  if (finding.outcome === 'authorised') return evidence;
  throw notAuthorised(asked.kind, finding.why);
}

function notAuthorised(kind: LeafKind, why: string): Refusal<AccessCode> {
  return new Refusal<AccessCode>('access/not-authorised', `an act of kind ${kind}: ${why}`, { reason: why });
}
