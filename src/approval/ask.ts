import { drawsOf, type Acting, type ActingContext, type Repeated } from '../access/acting.ts';
import { batchOf } from '../access/batch.ts';
import type { SignedAssertion } from '../access/evidence.ts';
import { AuthorisationNeeded, type Asked, type Caller, type WaitingLetter } from '../access/rule.ts';
import { challengeOf, MAX_BATCH, STATEMENT_KEY_BYTES, targetOf, type Statement } from '../access/statement.ts';
import { toHex } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import type { Random } from '../core/random.ts';
import type { Clock } from '../core/time.ts';
import { readRecord } from '../log/record.ts';
import type { Evidence } from '../log/leaf.ts';
import type { StoredCheckpoint } from '../log/ledger.ts';

/** Acts of one kind that wait for people: what they are asked to authorise, and what it takes to do it then. */
export interface PendingAct {
  /** At least one, in the order in which they would be done; all of one kind. */
  readonly asked: readonly Asked[];
  readonly statement: Statement;
  /** Secret: what the first try drew follows from it. */
  readonly seed: Uint8Array;
  /** Who asked for it; nobody approves a request of their own as a second person. */
  readonly caller: Caller;
  /** Where first halves were done, one for each act: the second ones begin from them. */
  readonly waiting?: readonly WaitingLetter[];
}

export interface ApprovalDeps {
  readonly acting: ActingContext;
  readonly clock: Clock;
  readonly random: Random;
  readonly primitives: Primitives;
  publishCheckpoint(): Promise<Pick<StoredCheckpoint, 'size' | 'root'>>;
}

export type Outcome<T> = { readonly done: T } | { readonly pending: PendingAct };

/**
 * Does what somebody asks for, or says what people have to authorise first: then nothing was done that gives anybody a right. Where the
 * work goes on after one such act (the rows of a list), all acts of the first one's kind are asked for together.
 * @throws Refusal as the work does, `access/role-missing`
 */
export async function ask<T>(deps: ApprovalDeps, caller: Caller, work: () => Promise<T>): Promise<Outcome<T>> {
  const { acting, clock, random, primitives } = deps;
  const seed = random(32);
  const repeated: Repeated = { random: drawsOf(seed, primitives), at: clock() };
  const needed: AuthorisationNeeded[] = [];
  try {
    const done = await acting.during({ caller, repeated, onNeeded: (one) => needed.push(one) }, work);
    if (needed.length === 0) return { done };
  } catch (error) {
    if (!(error instanceof AuthorisationNeeded)) throw error;
  }
  const waiting = needed.flatMap((one) => (one.waiting ? [one.waiting] : []));
  const asked = together(needed.map((one) => one.asked));
  return { pending: await pendingOf(deps, { asked, seed, caller, at: repeated.at }, waiting) };
}

/** Letters that wait for their signature each, put under one statement: one assertion then signs them all. */
export function askTogether(
  deps: ApprovalDeps,
  caller: Caller,
  letters: readonly { readonly asked: Asked; readonly waiting: WaitingLetter }[],
): Promise<PendingAct> {
  const asked = letters.map((one) => one.asked);
  const begun = { asked, seed: deps.random(32), caller, at: deps.clock() };
  return pendingOf(
    deps,
    begun,
    letters.map((one) => one.waiting),
  );
}

/** Those of the kind of the first, each once. */
function together(asked: readonly Asked[]): readonly Asked[] {
  const byRecord = new Map(asked.map((one) => [toHex(one.record), one]));
  const [first] = asked;
  return [...byRecord.values()].filter(({ kind }) => kind === first?.kind).slice(0, MAX_BATCH);
}

interface Begun extends Pick<PendingAct, 'asked' | 'seed' | 'caller'>, Pick<Statement, 'at'> {}

async function pendingOf(
  deps: ApprovalDeps,
  { at, ...begun }: Begun,
  waiting: readonly WaitingLetter[],
): Promise<PendingAct> {
  const { random, primitives } = deps;
  const records = begun.asked.map(({ record }) => record);
  const [action, ...others] = new Set(records.map((record) => readRecord(record)?.[1]));
  if (typeof action !== 'string' || others.length > 0) throw new Error('records that do not begin with one act');
  const { count, target } = await batchOf(records, primitives);
  const { size, root } = await deps.publishCheckpoint();
  const statement = { action, count, target, key: random(STATEMENT_KEY_BYTES), at, size, root };
  return { ...begun, statement, ...(waiting.length > 0 && { waiting }) };
}

/** What a passkey is asked to sign. */
export function challengeFor({ statement }: PendingAct, primitives: Primitives): Uint8Array {
  return challengeOf(statement, primitives);
}

export interface EnactOptions {
  /** What of it the log has already: that is not committed again. */
  isDone?(record: Uint8Array): boolean;
  /** Told of each further act that people would have to authorise. */
  onNeeded?(needed: AuthorisationNeeded): void;
}

/**
 * Does what was authorised: the same acts, bit by bit, or nothing. `works`: the same request, or of each letter that `waiting` names the
 * second half. What one of them ends with keeps the others from nothing.
 */
export async function enactAll<T>(
  deps: ApprovalDeps,
  pending: PendingAct,
  assertions: readonly SignedAssertion[],
  works: readonly (() => Promise<T>)[],
  { isDone = () => false, onNeeded = () => {} }: EnactOptions = {},
): Promise<readonly PromiseSettledResult<T>[]> {
  const { acting, primitives } = deps;
  const { asked, statement, seed, caller, waiting } = pending;
  const evidence = await evidenceOf(pending, assertions, primitives);
  const target = (record: Uint8Array): string => toHex(targetOf(record, primitives));
  const places = new Map(asked.map(({ record }, place) => [target(record), place]));
  const granted: Acting['granted'] = (record) => {
    const place = places.get(target(record));
    return place === undefined || isDone(record) ? undefined : evidence[place];
  };
  // A second half goes on: what the first one drew is kept, and nothing may be drawn twice.
  const repeated: Repeated | undefined = waiting ? undefined : { random: drawsOf(seed, primitives), at: statement.at };
  const settled: PromiseSettledResult<T>[] = [];
  for (const work of works) {
    const [result] = await Promise.allSettled([
      acting.during({ caller, granted, onNeeded, ...(repeated && { repeated }) }, work),
    ]);
    settled.push(result);
  }
  return settled;
}

/**
 * Does one act that was authorised, with its one work.
 * @throws Refusal `access/not-authorised`, and as the work does; AuthorisationNeeded where what would be done by now is something else
 */
export async function enact<T>(
  deps: ApprovalDeps,
  pending: PendingAct,
  assertions: readonly SignedAssertion[],
  work: () => Promise<T>,
): Promise<T> {
  const [result] = await enactAll(deps, pending, assertions, [work]);
  if (result?.status === 'fulfilled') return result.value;
  throw result?.reason;
}

async function evidenceOf(
  { asked, statement }: PendingAct,
  assertions: readonly SignedAssertion[],
  primitives: Primitives,
): Promise<readonly Evidence[]> {
  const records = asked.map(({ record }) => record);
  const batch = await batchOf(records, primitives);
  const evidence: Evidence[] = [];
  for (const place of records.keys()) evidence.push(await batch.evidenceOf(place, statement, assertions));
  return evidence;
}

/**
 * Whether it could be done today: a trial that commits nothing. The time of the first try is another one by now: a mandate that ended
 * since stops what was authorised before.
 * @throws what keeps it from being done
 */
export async function tryToday(
  { acting }: Pick<ApprovalDeps, 'acting'>,
  caller: Caller,
  work: () => Promise<unknown>,
): Promise<void> {
  try {
    await acting.during({ caller, isTrial: true }, work);
  } catch (error) {
    if (!(error instanceof AuthorisationNeeded)) throw error;
  }
}
