import { readRecord } from '../log/record.ts';
import { toHex } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { dayInMexicoCity, type UnixSeconds } from '../core/time.ts';
import { LeafKind, type Evidence } from '../log/leaf.ts';
import { provesInclusion } from '../log/merkle.ts';
import { verifyAssertion } from './assertion.ts';
import { readAuthorisation, type AssertedBy, type SignedAssertion } from './evidence.ts';
import type { Enrolment, Founder, PersonId } from './person.ts';
import { readEnrolled, readRoles } from './record.ts';
import type { RelyingParty } from './relying-party.ts';
import { REQUIREMENTS, type ActScope, type Slot } from './requirement.ts';
import { holdsRole, type Role, type RoleGrant } from './role.ts';
import { challengeOf, targetOf, type Statement } from './statement.ts';
import { withSubject } from './subject.ts';

/** An act with what it is said to have been authorised by. */
export interface AuthorisedAct {
  /** Its leaf, or where it would stand. */
  readonly index: number;
  readonly kind: LeafKind;
  readonly record: Uint8Array;
  readonly evidence: Evidence;
  /** Where it belongs, as far as whoever asks knows it. */
  readonly scope?: ActScope;
  /** Roles must hold at this time as well: that of the statement may be days ago. */
  readonly now?: UnixSeconds;
}

/** A leaf of access, shown by the log, that commits to this record and this evidence. */
export type AccessLeaf = Pick<AuthorisedAct, 'kind' | 'record' | 'evidence'> & { readonly ref: number | undefined };

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
  /**
   * Whether by the whole log an earlier leaf of this kind, not before leaf `size`, has the same record by the same statement: one statement
   * is used once for each of its records. Absent where only single leaves are shown.
   */
  wasUsed?(act: UsedAct): Promise<boolean>;
  readonly primitives: Primitives;
}

export interface UsedAct {
  readonly index: number;
  readonly kind: LeafKind;
  readonly ref?: number | undefined;
  readonly record: Uint8Array;
  readonly key: Uint8Array;
  readonly size: number;
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
  | 'ended'
  /** A copy of an act that stands in the log. */
  | 'used';

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
  mayBe(role: Role, at: UnixSeconds, unit: string | null | undefined): boolean;
}

/** Acts that wait, with the assertions that came so far. */
export interface WaitingActs extends Pick<AuthorisedAct, 'index' | 'kind' | 'scope' | 'now'> {
  readonly statement: Statement;
  readonly assertions: readonly SignedAssertion[];
}

export type WaitingFinding =
  /** Whose they are, in their order, and which slots nobody filled yet. */
  | { readonly outcome: 'good'; readonly by: readonly Authoriser[]; readonly open: readonly Slot[] }
  | { readonly outcome: 'unauthorised'; readonly why: Unauthorised };

/** What `judgeAct` will say of these assertions, while others are still to come. Never throws on hostile input. */
export function judgeWaiting(acts: WaitingActs, deps: JudgeDeps): Promise<WaitingFinding> {
  return new Judge(deps).judgeWaiting(acts, 0);
}

/** Whether somebody could fill this slot of an act today, by the roles they have. */
export function mayFill(
  slot: Slot,
  { grants, ...who }: Pick<Authoriser, 'person' | 'official' | 'by'> & { readonly grants: readonly RoleGrant[] },
  at: UnixSeconds,
  scope: ActScope = {},
): boolean {
  const mayBe = (role: Role, when: UnixSeconds, unit: string | null | undefined): boolean =>
    mayBeOf(grants, role, when, unit);
  return fits(slot, { mayBe, ...who }, [at], scope);
}

/** Whom an act of this kind waits for; nobody where it needs no assertion. */
export function slotsOf(kind: LeafKind): readonly Slot[] {
  const requirement = REQUIREMENTS[kind];
  return requirement.by === 'asserted' || requirement.by === 'withdrawn' ? requirement.slots : [];
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

  async judge({ record, evidence, ...act }: AuthorisedAct, depth: number): Promise<ActFinding> {
    if (slotsOf(act.kind).length === 0) return unauthorised('no-evidence');
    const authorisation = readAuthorisation(evidence);
    if (!authorisation) return unauthorised(evidence.kind === 1 ? 'malformed' : 'no-evidence');
    const { statement, place, path, assertions } = authorisation;
    const { primitives } = this.#deps;
    const action = readRecord(record)?.[1];
    const { count: size, target: root } = statement;
    const leafHash = targetOf(record, primitives);
    const isOfAct = provesInclusion({ index: place, size, leafHash, root, proof: path }, primitives);
    if (typeof action !== 'string' || !isOfAct) return unauthorised('other-act');
    const used = { index: act.index, kind: act.kind, record, key: statement.key, size: statement.size };
    if (await this.#deps.wasUsed?.(used)) return unauthorised('used');
    const scope = withSubject(act.scope ?? {}, { kind: act.kind, record });
    const found = await this.judgeWaiting({ ...act, scope, statement: { action, ...statement }, assertions }, depth);
    if (found.outcome === 'unauthorised') return found;
    if (found.open.length > 0) return unauthorised('role');
    return { outcome: 'authorised', by: found.by, at: statement.at };
  }

  async judgeWaiting(acts: WaitingActs, depth: number): Promise<WaitingFinding> {
    const { index, kind, statement, assertions, scope = {}, now } = acts;
    if (statement.size > index) return { outcome: 'unauthorised', why: 'checkpoint' };
    const challenge = challengeOf(statement, this.#deps.primitives);
    const found: Asked[] = [];
    for (const assertion of assertions) {
      const asked = await this.#whoIs(assertion.by, index, depth);
      if (typeof asked === 'string') return { outcome: 'unauthorised', why: asked };
      const isGood = await this.#isGood(assertion, asked.key, challenge);
      if (!isGood) return { outcome: 'unauthorised', why: 'assertion' };
      found.push(asked);
    }
    const times = now === undefined ? [statement.at] : [statement.at, now];
    const open = openSlots(slotsOf(kind), found, (slot, who) => fits(slot, who, times, scope));
    if (!open) return { outcome: 'unauthorised', why: 'role' };
    return { outcome: 'good', by: found.map(authoriserOf), open };
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
    return { ...enrolment, by, mayBe: (role, when, unit) => mayBeOf(grants, role, when, unit) };
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

function mayBeOf(grants: readonly RoleGrant[], role: Role, at: UnixSeconds, unit: string | null | undefined): boolean {
  return holdsRole(grants, role, dayInMexicoCity(at), unit);
}

function authoriserOf({ person, name, official, by }: Asked): Authoriser {
  return { person, name, ...(official !== undefined && { official }), by };
}

/**
 * In whose own name it is, they alone; there the unit says nothing: whoever countersigns may be of another one. Nobody who is enrolled
 * agrees to a passkey or to roles of their own, or a stolen device that approves would be one of the two who make it another; founders
 * of the charter may, as they have nobody above them.
 */
function fits(
  { roles, self, whole }: Slot,
  who: Pick<Asked, 'mayBe' | 'person' | 'official' | 'by'>,
  times: readonly UnixSeconds[],
  { unit, official, subject }: ActScope,
): boolean {
  const isOwn =
    who.person === subject?.person || (subject?.official !== undefined && who.official === subject.official);
  if (isOwn && !('founder' in who.by)) return false;
  if (self && official !== undefined && who.official !== official) return false;
  const within = whole ? null : self ? undefined : unit;
  return roles.some((role) => times.every((at) => who.mayBe(role, at, within)));
}

/**
 * Two people, as far as the log can tell: neither one person, nor one key or one official under two ids. That nobody is enrolled under two
 * names is for those who approve.
 */
function areDifferent(people: readonly Asked[]): boolean {
  const isOnce = (values: readonly (string | undefined)[]): boolean => {
    const told = values.filter((value) => value !== undefined);
    return new Set(told).size === told.length;
  };
  return [
    people.map(({ person }) => person),
    people.map(({ key }) => toHex(key)),
    people.map(({ official }) => official),
  ].every(isOnce);
}

/**
 * The slots that are left when each of these people takes one that fits; `undefined` where they do not all find one: somebody is there
 * twice, or is one too many.
 */
function openSlots(
  slots: readonly Slot[],
  people: readonly Asked[],
  fit: (slot: Slot, who: Asked) => boolean,
): readonly Slot[] | undefined {
  if (!areDifferent(people)) return undefined;
  const [first, ...rest] = people;
  if (!first) return slots;
  for (const [i, slot] of slots.entries()) {
    const left = fit(slot, first) ? openSlots(slots.toSpliced(i, 1), rest, fit) : undefined;
    if (left) return left;
  }
  return undefined;
}
