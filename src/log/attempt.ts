import { equal } from '../core/bytes.ts';
import { Refusal } from '../core/refusal.ts';
import type { LogCode } from './code.ts';
import type { Put } from './ledger.ts';

/** What a caller's idempotency key stands for: the digest of the request, and what it made. */
export interface Attempt {
  /** SHA-256 of the request: the same key with another request is refused. */
  readonly requestDigest: Uint8Array;
  /** Key of what was made: a serial number, a letter's id. */
  readonly made: string;
}

export type AttemptWrite = Put<'attempt', Attempt>;

/** Finds what an idempotency key stands for; sees every act that was committed before the call. */
export interface AttemptStore {
  findAttempt(key: string): Promise<Attempt | undefined>;
}

/**
 * What an earlier try with this key made, so that this one finishes it instead of acting twice; `undefined` for the first.
 * @throws Refusal `log/retry-differs` when the key was used for another request
 */
export async function findEarlier(
  store: AttemptStore,
  key: string,
  requestDigest: Uint8Array,
): Promise<string | undefined> {
  const attempt = await store.findAttempt(key);
  if (attempt && !equal(attempt.requestDigest, requestDigest)) {
    throw new Refusal<LogCode>('log/retry-differs', 'the idempotency key was used for another request', {
      made: attempt.made,
    });
  }
  return attempt?.made;
}
