import type { SignedAssertion } from '../access/evidence.ts';
import type { PersonId } from '../access/person.ts';
import type { Brand } from '../core/brand.ts';
import { toHex } from '../core/bytes.ts';
import { Refusal } from '../core/refusal.ts';
import { unixSeconds, type UnixSeconds } from '../core/time.ts';
import { LeafKind } from '../log/leaf.ts';
import type { PendingAct } from './ask.ts';
import type { ApprovalCode } from './code.ts';

/** The idempotency key of its statement: 32 hexadecimal digits. */
export type ApprovalId = Brand<string, 'ApprovalId'>;

export function parseApprovalId(text: string): ApprovalId | undefined {
  return /^[0-9a-f]{32}$/.test(text) ? (text as ApprovalId) : undefined;
}

export const APPROVAL_STATES = ['open', 'enacted', 'declined', 'expired', 'stale'] as const;
export type ApprovalState = (typeof APPROVAL_STATES)[number];

/** Who took part, as they were called then. */
export interface Participant {
  readonly person: PersonId;
  readonly name: string;
}

export interface GivenAssertion extends Participant {
  readonly assertion: SignedAssertion;
  readonly at: UnixSeconds;
}

/** The request that is done again; its body is kept apart. Of letters that wait for a signature only the second half is done. */
export interface AskedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly contentType?: string;
}

/** How it ended: by whom where somebody declined it, and why. */
export interface ApprovalEnd {
  readonly at: UnixSeconds;
  readonly by?: Participant;
  /** What they wrote, or the code of what keeps it from being done. */
  readonly why?: string;
}

/** What somebody asked for and others have to authorise: exactly these acts, and nothing else. */
export interface Approval {
  readonly id: ApprovalId;
  readonly state: ApprovalState;
  readonly pending: PendingAct;
  readonly request: AskedRequest;
  readonly requester: Participant;
  readonly assertions: readonly GivenAssertion[];
  readonly madeAt: UnixSeconds;
  /** From then on nobody authorises it. */
  readonly expiresAt: UnixSeconds;
  /** Approvals of single letters that this one signs together. */
  readonly joins?: readonly ApprovalId[];
  readonly end?: ApprovalEnd;
}

const HOUR_SECONDS = 3600;
/** Over a weekend. */
const WAIT_SECONDS = 72 * HOUR_SECONDS;
/** What bears the time of the request: a certificate that begins, or a countersignature that was made, more than a day ago is refused. */
const DATED_WAIT_SECONDS = 20 * HOUR_SECONDS;
const DATED: readonly LeafKind[] = [LeafKind.credentialIntent, LeafKind.oficioCountersigned];

export interface NewApproval extends Pick<Approval, 'pending' | 'request' | 'requester' | 'joins'> {}

export function openApproval({ pending, request, requester, joins }: NewApproval): Approval {
  const { key, at } = pending.statement;
  const isDated = pending.asked.some(({ kind }) => DATED.includes(kind));
  return {
    id: toHex(key) as ApprovalId,
    state: 'open',
    pending,
    request,
    requester,
    assertions: [],
    madeAt: at,
    expiresAt: unixSeconds(at + (isDated ? DATED_WAIT_SECONDS : WAIT_SECONDS)),
    ...(joins && { joins }),
  };
}

export type ApprovalEvent =
  | { readonly event: 'asserted'; readonly given: GivenAssertion }
  | { readonly event: 'declined'; readonly by: Participant; readonly why: string }
  /** Nothing of it can be done any more (`why`: a code). */
  | { readonly event: 'stale'; readonly why: string }
  | { readonly event: 'enacted' }
  /** Somebody looked at it. */
  | { readonly event: 'looked' };

/**
 * The approval after what happened at `at`. What was done was done: an act that the log has is enacted whenever that is found out.
 * @throws Refusal `approval/not-open`, `approval/same-person`
 */
export function afterEvent(approval: Approval, happened: ApprovalEvent, at: UnixSeconds): Approval {
  if (happened.event === 'enacted') {
    return approval.state === 'enacted' ? approval : { ...approval, state: 'enacted', end: { at } };
  }
  const isOver = approval.state === 'open' && at >= approval.expiresAt;
  const now: Approval = isOver ? { ...approval, state: 'expired', end: { at: approval.expiresAt } } : approval;
  if (happened.event === 'looked') return now;
  if (now.state !== 'open') {
    throw new Refusal<ApprovalCode>('approval/not-open', `it is ${now.state}`, { state: now.state });
  }
  switch (happened.event) {
    case 'asserted': {
      const { given } = happened;
      if (now.assertions.some(({ person }) => person === given.person)) {
        throw new Refusal<ApprovalCode>('approval/same-person', 'one person fills one place');
      }
      return { ...now, assertions: [...now.assertions, given] };
    }
    case 'declined':
      return { ...now, state: 'declined', end: { at, by: happened.by, why: happened.why } };
    case 'stale':
      return { ...now, state: 'stale', end: { at, why: happened.why } };
  }
}
