import { findActor, type Actor } from '../access/actor.ts';
import { readAuthorisation, type AssertedBy } from '../access/evidence.ts';
import { judgeWaiting, mayFill, slotsOf, type JudgeDeps, type WaitingFinding } from '../access/judge.ts';
import type { ActScope, Slot } from '../access/requirement.ts';
import type { WaitingLetter } from '../access/rule.ts';
import type { AccessStore } from '../access/store.ts';
import { targetOf } from '../access/statement.ts';
import { withSubject } from '../access/subject.ts';
import { equal, toHex } from '../core/bytes.ts';
import { Refusal } from '../core/refusal.ts';
import { openLeaf } from '../log/leaf.ts';
import type { LogReader, Versioned } from '../log/ledger.ts';
import type { Approval, ApprovalId, AskedRequest, GivenAssertion } from './approval.ts';
import type { ApprovalDeps, PendingAct } from './ask.ts';
import type { ApprovalCode } from './code.ts';
import type { ApprovalStore, KeptAnswer } from './store.ts';

export interface ApprovalOfficeDeps extends ApprovalDeps {
  readonly approvals: ApprovalStore;
  readonly judge: JudgeDeps;
  readonly people: Pick<AccessStore, 'listPeople' | 'findByCredential'>;
  readonly log: Pick<LogReader, 'size' | 'ofKinds' | 'leaf' | 'opening'>;
  /** One at a time of each approval, as `takingTurnsBy`. */
  inTurn<Value>(id: string, act: () => Promise<Value>): Promise<Value>;
}

/** How what was authorised is done; each answers as the first request would have been answered, or throws what keeps it from being done. */
export interface Perform {
  again(request: AskedRequest, body: Uint8Array): Promise<KeptAnswer>;
  /** The second half of a letter. */
  sign(waiting: WaitingLetter): Promise<KeptAnswer>;
  /** The answer about letters that were signed together, each with its own or with what kept it. */
  together(results: readonly PromiseSettledResult<KeptAnswer>[]): KeptAnswer;
  /** The answer to a request of which another part waits now. */
  waits(approval: Approval): KeptAnswer;
}

/** Who somebody is today. @throws Refusal `approval/not-yours` for whom nothing is left */
export async function actorNow(
  deps: Pick<ApprovalOfficeDeps, 'judge' | 'people' | 'log'>,
  by: AssertedBy,
): Promise<Actor> {
  const actor = await findActorNow(deps, by);
  return actor ?? notYours('their access ended');
}

export function findActorNow(
  { judge, people, log }: Pick<ApprovalOfficeDeps, 'judge' | 'people' | 'log'>,
  by: AssertedBy,
): Promise<Actor | undefined> {
  return findActor({ founders: judge.founders, people, nextIndex: () => log.size() }, by);
}

/** @throws Refusal `approval/not-found` */
export async function getApproval(
  { approvals }: Pick<ApprovalOfficeDeps, 'approvals'>,
  id: ApprovalId,
): Promise<Versioned<Approval>> {
  const found = await approvals.find(id);
  if (found) return found;
  throw new Refusal<ApprovalCode>('approval/not-found', 'nothing of this id waits', { approval: id });
}

export function notYours(why: string): never {
  throw new Refusal<ApprovalCode>('approval/not-yours', why);
}

/** Where its acts belong, each scope once. */
export function scopesOf({ asked }: PendingAct): readonly ActScope[] {
  const scopes = asked.map(({ scope = {}, ...act }) => withSubject(scope, act));
  return [
    ...new Map(scopes.map((scope) => [`${scope.unit}\n${scope.official}\n${scope.subject?.person}`, scope])).values(),
  ];
}

/** Whether somebody could fill one of these slots, of every act of it. */
export function mayFillOne(
  { pending }: Approval,
  slots: readonly Slot[],
  actor: Actor,
  at: Parameters<typeof mayFill>[2],
): boolean {
  return slots.some((slot) => scopesOf(pending).every((scope) => mayFill(slot, actor, at, scope)));
}

/** What its assertions, and `more`, come to today: judged as the ledger will judge them. */
export async function judgeGiven(
  deps: Pick<ApprovalOfficeDeps, 'judge' | 'log' | 'clock'>,
  { pending, assertions }: Approval,
  more: readonly GivenAssertion['assertion'][] = [],
): Promise<WaitingFinding> {
  const { asked, statement } = pending;
  const { kind } = asked[0]!;
  const given = [...assertions.map(({ assertion }) => assertion), ...more];
  const [index, now] = [await deps.log.size(), deps.clock()];
  let found: WaitingFinding = { outcome: 'good', by: [], open: slotsOf(kind) };
  for (const scope of scopesOf(pending)) {
    found = await judgeWaiting({ index, kind, scope, now, statement, assertions: given }, deps.judge);
    if (found.outcome === 'unauthorised') break;
  }
  return found;
}

/** Which of its records the log has, committed by this very statement: so it is known also after a stop, and nothing is done twice. */
export async function findDone(
  { log, primitives }: Pick<ApprovalOfficeDeps, 'log' | 'primitives'>,
  { asked, statement }: PendingAct,
): Promise<ReadonlySet<string>> {
  const done = new Set<string>();
  for (const index of await log.ofKinds([asked[0]!.kind], statement.size)) {
    const [leaf, opening] = [await log.leaf(index), await log.opening(index)];
    if (!leaf || !opening?.evidence || !openLeaf(leaf, opening, primitives)) continue;
    const authorisation = readAuthorisation(opening.evidence);
    if (!authorisation || !equal(authorisation.statement.key, statement.key)) continue;
    done.add(toHex(targetOf(opening.record, primitives)));
  }
  return done;
}
