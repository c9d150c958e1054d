import type { Approval } from '../../approval/approval.ts';
import { requestActs } from '../../approval/request.ts';
import { equal, utf8 } from '../../core/bytes.ts';
import type { LoggedIn } from '../../access/session.ts';
import { STAFF_PREFIX } from '../staff/app.ts';
import type { OfficeDeps } from './site.ts';

/** What a button of the office asks for: a request of the staff API, which does it once people have authorised it. */
export interface StaffRequest {
  /** Below the staff API. */
  readonly path: string;
  readonly body: object;
  /** The same, as that request does it. */
  work(): Promise<unknown>;
}

const MOST_LOOKED_AT = 200;

async function open({ approvals, clock }: OfficeDeps): Promise<readonly Approval[]> {
  const now = clock();
  const listed = await approvals.approvals.list({ state: 'open', limit: MOST_LOOKED_AT });
  return listed.filter(({ expiresAt }) => now < expiresAt);
}

/** Requests that wait for people, by their path in the staff API. */
export async function waitingByPath(deps: OfficeDeps): Promise<ReadonlyMap<string, Approval>> {
  return new Map((await open(deps)).map((one) => [one.request.path, one]));
}

/**
 * Asks for it in the name of whoever is logged in, once: what waits already is not asked for again.
 * @returns what waits then; nothing where it was done at once
 * @throws Refusal as `requestActs`
 */
export async function askStaff(
  deps: OfficeDeps,
  who: LoggedIn,
  { path, body, work }: StaffRequest,
): Promise<Pick<Approval, 'id'> | undefined> {
  const whole = `${STAFF_PREFIX}${path}`;
  const bytes = utf8(JSON.stringify(body));
  for (const waiting of await open(deps)) {
    // Of the same person somebody may have asked for less: the end of one passkey is not the end of all.
    const kept = waiting.request.path === whole && (await deps.approvals.approvals.findBody(waiting.id));
    if (kept && equal(kept, bytes)) return waiting;
  }
  const request = { method: 'POST', path: whole, contentType: 'application/json' };
  const outcome = await requestActs(deps.approvals, who.caller, { request, body: bytes }, work);
  return 'approval' in outcome ? outcome.approval : undefined;
}
