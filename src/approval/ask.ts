import type { ActingContext, Repeated } from '../access/acting.ts';
import { drawsOf } from '../access/acting.ts';
import { batchOf } from '../access/batch.ts';
import type { SignedAssertion } from '../access/evidence.ts';
import { AuthorisationNeeded, type Asked, type Caller, type WaitingLetter } from '../access/rule.ts';
import { challengeOf, STATEMENT_KEY_BYTES, type Statement } from '../access/statement.ts';
import { equal } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import type { Random } from '../core/random.ts';
import type { Clock } from '../core/time.ts';
import { readRecord } from '../log/record.ts';
import type { Evidence } from '../log/leaf.ts';
import type { StoredCheckpoint } from '../log/ledger.ts';

/** An act that waits for people: what they are asked to authorise, and what it takes to do it then. */
export interface PendingAct {
  readonly asked: Asked;
  readonly statement: Statement;
  /** Secret: what the first try drew follows from it. */
  readonly seed: Uint8Array;
  /** Who asked for it; nobody approves a request of their own as a second person. */
  readonly caller: Caller;
  /** Where a first half was done, and the second begins from it. */
  readonly waiting?: WaitingLetter;
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
 * Does what somebody asks for, or says what people have to authorise first: then nothing was done that gives anybody a right.
 * @throws Refusal as the work does, `access/role-missing`
 */
export async function ask<T>(deps: ApprovalDeps, caller: Caller, work: () => Promise<T>): Promise<Outcome<T>> {
  const { acting, clock, random, primitives } = deps;
  const seed = random(32);
  const at = clock();
  const repeated: Repeated = { random: drawsOf(seed, primitives), at };
  try {
    return { done: await acting.during({ caller, repeated }, work) };
  } catch (error) {
    if (!(error instanceof AuthorisationNeeded)) throw error;
    const { asked, waiting } = error;
    const action = readRecord(asked.record)?.[1];
    if (typeof action !== 'string') throw new Error('a record without the name of its act', { cause: error });
    const { count, target } = await batchOf([asked.record], primitives);
    const { size, root } = await deps.publishCheckpoint();
    const statement = { action, count, target, key: random(STATEMENT_KEY_BYTES), at, size, root };
    return { pending: { asked, statement, seed, caller, ...(waiting && { waiting }) } };
  }
}

/** What a passkey is asked to sign. */
export function challengeFor({ statement }: PendingAct, primitives: Primitives): Uint8Array {
  return challengeOf(statement, primitives);
}

/**
 * Does what was authorised: the same act, bit by bit, or nothing. `work` is the same request, or the second half that `waiting` names.
 * @throws Refusal `access/not-authorised`, and as the work does; AuthorisationNeeded where what would be done by now is something else
 */
export async function enact<T>(
  deps: ApprovalDeps,
  { asked, statement, seed, caller, waiting }: PendingAct,
  assertions: readonly SignedAssertion[],
  work: () => Promise<T>,
): Promise<T> {
  const { acting, primitives } = deps;
  const evidence: Evidence = await (await batchOf([asked.record], primitives)).evidenceOf(0, statement, assertions);
  const granted = (record: Uint8Array): Evidence | undefined => (equal(record, asked.record) ? evidence : undefined);
  // A second half goes on: what the first one drew is kept, and nothing may be drawn twice.
  const repeated: Repeated | undefined = waiting ? undefined : { random: drawsOf(seed, primitives), at: statement.at };
  return acting.during({ caller, granted, ...(repeated && { repeated }) }, work);
}
