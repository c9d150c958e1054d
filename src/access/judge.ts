import { readRecord } from '../log/record.ts';
import type { Primitives } from '../core/primitives.ts';
import { dayInMexicoCity, type UnixSeconds } from '../core/time.ts';
import { LeafKind, type Evidence } from '../log/leaf.ts';
import { provesInclusion } from '../log/merkle.ts';
import { verifyAssertion } from './assertion.ts';
import { readAuthorisation, type AssertedBy, type SignedAssertion } from './evidence.ts';
import type { Enrolment, Founder, PersonId } from './person.ts';
import { readEnrolled, readRoles } from './record.ts';
import type { RelyingParty } from './relying-party.ts';
import { REQUIREMENTS, type Slot } from './requirement.ts';
import { holdsRole, type Role, type RoleGrant } from './role.ts';
import { challengeOf, targetOf } from './statement.ts';

/** An act with what it is said to have been authorised by. */
export interface AuthorisedAct {
  /** Its leaf, or where it would stand. */
  readonly index: number;
  readonly kind: LeafKind;
  readonly record: Uint8Array;
  readonly evidence: Evidence;
}

/** A leaf of access, shown by the log, that commits to this record and this evidence. */
export type AccessLeaf = Omit<AuthorisedAct, 'index'> & { readonly ref: number | undefined };

export interface JudgeDeps {
  /** Of the charter that the reader trusts: nobody else begins a chain. */
  readonly founders: readonly Founder[];
  readonly relyingParty: RelyingParty;
  /** A leaf, where the log shows it and its opening is at hand. Nothing else of what it answers is believed. */
  accessLeaf(index: number): Promise<AccessLeaf | undefined>;
  /**
   * Whether by the whole log, before leaf `before`, the passkey had ended, or other roles had been set. Absent where only
   * single leaves are shown: then the order of the log alone cannot tell.
   */
  hasChanged?(by: { readonly enrolment: number; readonly roles: number }, before: number): Promise<boolean>;
  readonly primitives: Primitives;
}

/** Somebody who authorised an act. */
export interface Authoriser {
  readonly person: PersonId;
  readonly name: string;
  readonly official?: Enrolment['official'];
  readonly by: AssertedBy;
}

/** Why an act is not authorised: a closed list, for checks and telemetry. */
export type Unauthorised =
  /** None, or of a kind that does not count for this act. */
  | 'no-evidence'
  | 'malformed'
  /** The statement is of other acts. */
  | 'other-act'
  /** The state of the log that it names is later than the act. */
  | 'checkpoint'
  /** No such founder, or the log shows no such enrolment or roles before the act. */
  | 'unknown-person'
  /** The assertion is not of this passkey over this statement. */
  | 'assertion'
  /** The enrolment or the roles were not approved up to a founder. */
  | 'enrolment'
  /** One that may is missing: the role then, or a second person. */
  | 'role'
  /** Ended, or given other roles, before the act. */
  | 'ended';

export type ActFinding =
  | { readonly outcome: 'authorised'; readonly by: readonly Authoriser[]; readonly at: UnixSeconds }
  | { readonly outcome: 'unauthorised'; readonly why: Unauthorised };

/** From an act to a founder: officials are enrolled by approvers, these by founders. Longer chains are somebody's trap. */
const MAX_DEPTH = 8;
/** Different leaves of access that one question may look at. */
const MAX_LEAVES = 64;

function unauthorised(why: Unauthorised): ActFinding {
  return { outcome: 'unauthorised', why };
}

interface Asked extends Authoriser {
  readonly key: Uint8Array;
  mayBe(role: Role, at: UnixSeconds): boolean;
}

/**
 * Whether the people whose assertions an act carries were allowed it, by a chain of enrolments that two different people
 * approved each, up to founders of the charter. Whoever holds every key of the servers makes no such chain. Never throws on
 * hostile input; `reader` may lie.
 */
export function judgeAct(act: AuthorisedAct, deps: JudgeDeps): Promise<ActFinding> {
  return new Judge(deps).judge(act, 0);
}

class Judge {
  readonly #deps: JudgeDeps;
  /** What was found of leaves of access, each looked at once. */
  readonly #known = new Map<number, Promise<ActFinding>>();

  constructor(deps: JudgeDeps) {
    this.#deps = deps;
  }

  async judge({ index, kind, record, evidence }: AuthorisedAct, depth: number): Promise<ActFinding> {
    const requirement = REQUIREMENTS[kind];
    if (requirement.by !== 'asserted' && requirement.by !== 'withdrawn') return unauthorised('no-evidence');
    const authorisation = readAuthorisation(evidence);
    if (!authorisation) return unauthorised(evidence.kind === 1 ? 'malformed' : 'no-evidence');
    const { statement, place, path, assertions } = authorisation;
    const { primitives } = this.#deps;
    const action = readRecord(record)?.[1];
    const { count: size, target: root } = statement;
    const leafHash = targetOf(record, primitives);
    const isOfAct = provesInclusion({ index: place, size, leafHash, root, proof: path }, primitives);
    if (typeof action !== 'string' || !isOfAct) return unauthorised('other-act');
    if (statement.size > index) return unauthorised('checkpoint');
    const challenge = challengeOf({ action, ...statement }, primitives);
    const found: Asked[] = [];
    for (const assertion of assertions) {
      const asked = await this.#whoIs(assertion.by, index, depth);
      if (typeof asked === 'string') return unauthorised(asked);
      if (!(await this.#isGood(assertion, asked.key, challenge))) return unauthorised('assertion');
      found.push(asked);
    }
    if (!fill(requirement.slots, found, statement.at)) return unauthorised('role');
    return { outcome: 'authorised', by: found.map(authoriserOf), at: statement.at };
  }

  async #isGood(assertion: SignedAssertion, spki: Uint8Array, challenge: Uint8Array): Promise<boolean> {
    const { primitives, relyingParty } = this.#deps;
    return (await verifyAssertion(assertion, { challenge, spki, ...relyingParty }, primitives)).outcome === 'good';
  }

  /** Whose assertion it claims to be: the key to check it with, and what they may. */
  async #whoIs(by: AssertedBy, before: number, depth: number): Promise<Asked | Unauthorised> {
    if ('founder' in by) {
      const founder = this.#deps.founders[by.founder];
      if (!founder || (founder.retiredFrom !== undefined && before >= founder.retiredFrom)) return 'unknown-person';
      // A founder approves, and does nothing else: everyday roles are given by approval, also to founders.
      return { ...founder, by, mayBe: (role) => role === 'approver' };
    }
    const { enrolment: at, roles: rolesAt } = by;
    if (at >= before || rolesAt >= before) return 'unknown-person';
    const enrolled = await this.#accessLeaf(at, LeafKind.accessEnrolled);
    const given = await this.#accessLeaf(rolesAt, LeafKind.accessRolesSet);
    const enrolment = enrolled && readEnrolled(enrolled.record);
    const roles = given && readRoles(given.record);
    if (!enrolment || !roles || roles.person !== enrolment.person) return 'unknown-person';
    for (const leaf of [enrolled, given]) {
      if ((await this.#judgeLeaf(leaf, depth + 1)).outcome !== 'authorised') return 'enrolment';
    }
    if (await this.#deps.hasChanged?.(by, before)) return 'ended';
    const { grants } = roles;
    return { ...enrolment, by, mayBe: (role, when) => mayBeOf(grants, role, when) };
  }

  async #accessLeaf(index: number, kind: LeafKind): Promise<AuthorisedAct | undefined> {
    const leaf = await this.#deps.accessLeaf(index);
    return leaf?.kind === kind ? { ...leaf, index } : undefined;
  }

  #judgeLeaf(leaf: AuthorisedAct, depth: number): Promise<ActFinding> {
    const known = this.#known.get(leaf.index);
    if (known) return known;
    if (depth > MAX_DEPTH || this.#known.size >= MAX_LEAVES) return Promise.resolve(unauthorised('enrolment'));
    const finding = this.judge(leaf, depth);
    this.#known.set(leaf.index, finding);
    return finding;
  }
}

function mayBeOf(grants: readonly RoleGrant[], role: Role, at: UnixSeconds): boolean {
  return holdsRole(grants, role, dayInMexicoCity(at));
}

function authoriserOf({ person, name, official, by }: Asked): Authoriser {
  return { person, name, ...(official !== undefined && { official }), by };
}

/** Whether as many different people as there are slots agreed, each with a role of one of them. */
function fill(slots: readonly Slot[], asked: readonly Asked[], at: UnixSeconds): boolean {
  if (asked.length !== slots.length || new Set(asked.map(({ person }) => person)).size !== asked.length) return false;
  const fits = (slot: Slot, who: Asked): boolean => slot.roles.some((role) => who.mayBe(role, at));
  const [first, second] = slots;
  const [a, b] = asked;
  if (!second || !b) return fits(first!, a!);
  return (fits(first!, a!) && fits(second, b)) || (fits(first!, b) && fits(second, a!));
}
