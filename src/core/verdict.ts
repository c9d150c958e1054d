import type { UnixSeconds } from './time.ts';

export type CheckOutcome = 'pass' | 'fail' | 'unknown';

/** One question that a verification asked, and its answer. `check` is `folder/what-was-checked`. */
export interface Check {
  readonly check: string;
  readonly outcome: CheckOutcome;
  /** What was found, in English, for developers and auditors: never personal data. */
  readonly detail: string;
  /** Of a file with several signatures: which of them was judged, by its place among `signatures`, from 1. */
  readonly signature?: number;
}

/** ETSI EN 319 102-1 §5.1.3: TOTAL-PASSED, TOTAL-FAILED, INDETERMINATE. */
export type VerdictValue = 'valid' | 'invalid' | 'undetermined';

/** What can be said of a subject, in one word. */
export type State =
  | 'current'
  | 'unconfirmed'
  | 'stale-status'
  | 'folio-only'
  | 'unsigned'
  | 'copy'
  | 'unknown-issuer'
  | 'replayed'
  | 'plain-tag'
  | 'not-found'
  | 'unreadable'
  | 'not-yet-valid'
  | 'expired'
  | 'suspended'
  | 'revoked'
  | 'cancelled'
  | 'replaced'
  | 'not-yet-signed'
  | 'ended'
  | 'altered'
  | 'changed-after-signing'
  | 'not-registered'
  | 'not-authorised'
  | 'not-ours'
  | 'unknown-tag';

/** The one verdict that each state stands under. */
export const VERDICT_OF_STATE: Readonly<Record<State, VerdictValue>> = {
  current: 'valid',
  unconfirmed: 'undetermined',
  'stale-status': 'undetermined',
  'folio-only': 'undetermined',
  unsigned: 'undetermined',
  copy: 'undetermined',
  'unknown-issuer': 'undetermined',
  replayed: 'undetermined',
  'plain-tag': 'undetermined',
  'not-found': 'undetermined',
  unreadable: 'undetermined',
  'not-yet-valid': 'invalid',
  expired: 'invalid',
  suspended: 'invalid',
  revoked: 'invalid',
  cancelled: 'invalid',
  replaced: 'invalid',
  'not-yet-signed': 'invalid',
  ended: 'invalid',
  altered: 'invalid',
  'changed-after-signing': 'invalid',
  'not-registered': 'invalid',
  'not-authorised': 'invalid',
  'not-ours': 'invalid',
  'unknown-tag': 'invalid',
};

/** What a signature's bytes say about the file, whoever made it. */
export type Integrity = 'intact' | 'altered' | 'allowed-changes' | 'forbidden-changes';

/** The answer to every verification; `Subject` is what the answer is about, `Signature` what was found per signature. */
export interface Verdict<Subject, Signature = never> {
  readonly verdict: VerdictValue;
  readonly state: State;
  /** Stands under a development root: proves nothing outside a test. */
  readonly dev: boolean;
  readonly subject: Subject;
  readonly signatures?: readonly Signature[];
  readonly checks: readonly Check[];
  readonly checkedAt: UnixSeconds;
  /** When the status that decided was published; absent when none was consulted. */
  readonly statusAsOf?: UnixSeconds;
}

export function passed(check: string, detail: string): Check {
  return { check, outcome: 'pass', detail };
}

export function failed(check: string, detail: string): Check {
  return { check, outcome: 'fail', detail };
}

export function unknown(check: string, detail: string): Check {
  return { check, outcome: 'unknown', detail };
}

/** At most `most` of them in their order; where there are more, those that are worse come before the others. */
export function worstFirst<Item>(
  items: readonly Item[],
  most: number,
  isWorse: (item: Item) => boolean,
): readonly Item[] {
  if (items.length <= most) return items;
  return [...items.filter(isWorse), ...items.filter((item) => !isWorse(item))].slice(0, most);
}
