import { slotsOf } from '../../access/judge.ts';
import type { Slot } from '../../access/requirement.ts';
import { challengeOf } from '../../access/statement.ts';
import type { Approval } from '../../approval/approval.ts';
import { judgeGiven } from '../../approval/office.ts';
import { fromBase64, toBase64Url } from '../../core/base64.ts';
import { fromUtf8, toHex, utf8 } from '../../core/bytes.ts';
import type { Primitives } from '../../core/primitives.ts';
import { formatTime } from '../../core/time.ts';
import { readRecord } from '../../log/record.ts';
import { readCountersignedRecord, type CountersignedRecord } from '../../oficio/countersignature.ts';
import type { Oficio, OficioId } from '../../oficio/oficio.ts';
import type { StaffDeps } from './deps.ts';
import { oficioView, type OficioView } from './views.ts';

/*
 * What the staff API says of what waits. The seed is never among it, nor the draws that follow from it: a record that is shown is
 * exactly what people are asked to authorise.
 */

/** A letter that waits for its signature. */
export interface WaitingLetterView extends Pick<OficioView, 'addressee' | 'visit'> {
  readonly id: string;
  readonly folio: string;
  readonly subject: string;
  readonly type: string;
  /** Centavos. */
  readonly amount: number;
  readonly signer: string;
}

export interface ApprovalView {
  readonly id: string;
  readonly state: string;
  /** The name of the act, as its record begins. */
  readonly action: string;
  /** Acts that are authorised together. */
  readonly count: number;
  readonly requester: string;
  readonly given: readonly { readonly name: string; readonly at: string }[];
  readonly madeAt: string;
  readonly expiresAt: string;
  readonly end?: { readonly at: string; readonly by?: string; readonly why?: string };
}

/** As whoever has to authorise it looks at it. Bytes are base64url. */
export interface PendingView extends ApprovalView {
  /** SHA-256 over the statement: what the passkey signs. */
  readonly challenge: string;
  readonly statement: {
    readonly action: string;
    readonly count: number;
    readonly target: string;
    readonly key: string;
    readonly at: number;
    readonly size: number;
    readonly root: string;
  };
  /** Whom it waits for. */
  readonly slots: readonly Slot[];
}

export interface ShownApproval extends PendingView {
  /** The records that the leaves will commit to, in order: their Merkle root is the target. */
  readonly records: readonly string[];
  /** What was asked for, in the words of the request: files by length and digest. */
  readonly request: { readonly method: string; readonly path: string; readonly said?: unknown };
  readonly letters?: readonly WaitingLetterView[];
}

export function approvalView(approval: Approval): ApprovalView {
  const { id, state, pending, requester, assertions, madeAt, expiresAt, end } = approval;
  const { action, count } = pending.statement;
  return {
    ...{ id, state, action, count, requester: requester.name },
    given: assertions.map(({ name, at }) => ({ name, at: formatTime(at) })),
    madeAt: formatTime(madeAt),
    expiresAt: formatTime(expiresAt),
    ...(end && {
      end: {
        at: formatTime(end.at),
        ...(end.by && { by: end.by.name }),
        ...(end.why !== undefined && { why: end.why }),
      },
    }),
  };
}

/** @param slots that are empty still; of one that nobody filled, all of them */
export function pendingView(
  approval: Approval,
  { approvals: { primitives } }: Pick<StaffDeps, 'approvals'>,
  slots: readonly Slot[] = slotsOf(approval.pending.asked[0]!.kind),
): PendingView {
  const { statement } = approval.pending;
  const { action, count, target, key, at, size, root } = statement;
  return {
    ...approvalView(approval),
    challenge: toBase64Url(challengeOf(statement, primitives)),
    statement: {
      ...{ action, count, at, size },
      target: toBase64Url(target),
      key: toBase64Url(key),
      root: toBase64Url(root),
    },
    slots,
  };
}

/** The same, once it is known who signed: what came so far is judged. */
export async function pendingNow(deps: StaffDeps, approval: Approval): Promise<PendingView> {
  const finding = approval.state === 'open' ? await judgeGiven(deps.approvals, approval) : undefined;
  return pendingView(approval, deps, finding?.outcome === 'good' ? finding.open : []);
}

export async function shownApproval(deps: StaffDeps, approval: Approval): Promise<ShownApproval> {
  const { pending, request } = approval;
  const body = await deps.approvals.approvals.findBody(approval.id);
  const said = body && saidIn(body, request.contentType, deps.approvals.primitives);
  const letters = await lettersOf(deps, approval);
  return {
    ...(await pendingNow(deps, approval)),
    records: pending.asked.map(({ record }) => toBase64Url(record)),
    request: { method: request.method, path: request.path, ...(said !== undefined && { said }) },
    ...(letters.length > 0 && { letters }),
  };
}

async function lettersOf({ oficios }: StaffDeps, { pending }: Approval): Promise<readonly WaitingLetterView[]> {
  const views: WaitingLetterView[] = [];
  for (const { letter } of [...(pending.waiting ?? []), ...countersignedIn(pending)]) {
    const found = (await oficios.find(letter as OficioId))?.record;
    if (found) views.push(waitingLetterView(found));
  }
  return views;
}

/** The countersignatures among the acts that wait. */
export function countersignedIn({ asked }: Approval['pending']): readonly CountersignedRecord[] {
  return asked.flatMap(({ record }) => readCountersignedRecord(readRecord(record) ?? []) ?? []);
}

export function waitingLetterView(letter: Oficio): WaitingLetterView {
  const { id, folio, subject, type, amount, signer, addressee, visit } = oficioView(letter, undefined);
  const more = { ...(addressee && { addressee }), ...(visit && { visit }) };
  return { id, folio, subject, type, amount, signer: signer.name, ...more };
}

/** Longer than any text of a form: a file. */
const MOST_TEXT = 5000;

function saidIn(body: Uint8Array, contentType: string | undefined, primitives: Pick<Primitives, 'digest'>): unknown {
  if (!contentType?.startsWith('application/json')) return undefined;
  try {
    return JSON.parse(fromUtf8(body) ?? '', (_, value: unknown) =>
      typeof value === 'string' && value.length > MOST_TEXT ? digestOf(value, primitives) : value,
    );
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function digestOf(text: string, { digest }: Pick<Primitives, 'digest'>): object {
  const bytes = fromBase64(text) ?? utf8(text);
  return { length: bytes.length, sha256: toHex(digest('SHA-256', bytes)) };
}
