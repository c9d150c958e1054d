import type { CalendarDay, UnixSeconds } from '../core/time.ts';
import type { OfficialId } from '../directory/official.ts';
import type { LeafSubject } from '../log/claim.ts';
import type { Leaf, LeafKind, Opening } from '../log/leaf.ts';
import type { Reference } from '../log/remembered.ts';
import type { AssertedBy } from './evidence.ts';
import type { Unauthorised } from './judge.ts';
import type { PersonId } from './person.ts';
import type { RoleGrant } from './role.ts';

/**
 * What an act counts by, as every verifier would judge its evidence: people authorised it, whoever was logged in did it, or the service by
 * a rule; `development` asks nobody; `unread`: what the leaf commits to is gone, or another.
 */
export const ACT_RESULTS = ['asserted', 'session', 'automatic', 'development', 'not-authorised', 'unread'] as const;
export type ActResult = (typeof ACT_RESULTS)[number];

/** Whom the evidence of an act names, and what they were then. */
export interface NamedPerson {
  readonly by: AssertedBy;
  /** Absent where no such enrolment can be read. */
  readonly person?: PersonId;
  readonly name?: string;
  readonly official?: OfficialId;
  readonly grants: readonly RoleGrant[];
}

/** What an act is about. */
export interface ActAbout extends Partial<LeafSubject> {
  readonly official?: string;
  readonly unit?: string;
  /** Id and folio of the letter. */
  readonly letter?: string;
  readonly folio?: string;
  /** Of somebody who works here, as the enrolment of their first passkey says it. */
  readonly name?: string;
}

/** A leaf of the log as an auditor is told of it. */
export interface ToldAct {
  readonly index: number;
  readonly kind: LeafKind;
  readonly ref?: number;
  /** The name with which the record begins; absent where nobody can read it. */
  readonly action?: string;
  /** As evidence or record say it; leaves have no time. */
  readonly at?: UnixSeconds;
  /** `at` is that of an earlier leaf: it took place no sooner. */
  readonly isLater?: true;
  readonly result: ActResult;
  readonly why?: Unauthorised | 'follows';
  /** Whom the evidence names, in its order; where it was not authorised, who is said to have been. */
  readonly by: readonly NamedPerson[];
  readonly about: ActAbout;
}

/** The same with all that the log holds of it. */
export interface OpenedAct extends ToldAct {
  readonly leaf: Leaf;
  readonly opening?: Opening;
  /** The leaves of access by which those people act, up to founders of the charter. */
  readonly chain: readonly ToldAct[];
  readonly referring: readonly Reference[];
}

/** All of it holds together; what is absent asks for nothing. */
export interface ActQuery {
  readonly kinds?: readonly LeafKind[];
  readonly person?: PersonId;
  readonly units?: ReadonlySet<string>;
  readonly official?: string;
  /** Id of a letter. */
  readonly letter?: string;
  readonly from?: CalendarDay;
  readonly to?: CalendarDay;
  readonly result?: ActResult;
  /** Earlier ones than this leaf. */
  readonly before?: number;
  /** At most so many. */
  readonly limit: number;
}

export interface ActPage {
  /** The newest first. */
  readonly acts: readonly ToldAct[];
  /** Leaves of the log. */
  readonly size: number;
  /** From where to go on; absent at the beginning of the log. A page may be short, or empty, and yet not the last: looking takes time. */
  readonly next?: number;
}

/**
 * Every leaf of the log, also what nobody who may authorised, which no other reader is told of. Calls may run at once. All throw the
 * outages of the log.
 */
export interface ToldActs {
  list(query: ActQuery): Promise<ActPage>;
  /** @throws Refusal `log/no-such-entry` */
  open(index: number): Promise<OpenedAct>;
}
