import { targetOf } from '../access/statement.ts';
import { toHex } from '../core/bytes.ts';
import { isRefusal, Refusal } from '../core/refusal.ts';
import { unixSeconds } from '../core/time.ts';
import type { LogCode } from '../log/code.ts';
import type { Versioned } from '../log/ledger.ts';
import { untilFresh } from '../log/retry.ts';
import { afterEvent, type Approval, type ApprovalEvent, type ApprovalId } from './approval.ts';
import { enactAll, tryToday } from './ask.ts';
import { findActorNow, findDone, getApproval, judgeGiven, type ApprovalOfficeDeps, type Perform } from './office.ts';
import { requestActs } from './request.ts';
import type { KeptAnswer } from './store.ts';

/** An approval as it stands, and the answer of the request where it was done. */
export interface Settled {
  readonly approval: Approval;
  readonly answer?: KeptAnswer;
}

/** Looks at an approval: what nobody authorised in time is over, and what was authorised is done, once. @throws Refusal `approval/not-found` */
export function settleApproval(deps: ApprovalOfficeDeps, perform: Perform, id: ApprovalId): Promise<Settled> {
  return deps.inTurn(id, () => settleInTurn(deps, perform, id));
}

/** The same for whoever has the turn. */
export function settleInTurn(deps: ApprovalOfficeDeps, perform: Perform, id: ApprovalId): Promise<Settled> {
  return untilFresh(async () => {
    const found = await getApproval(deps, id);
    if (found.record.state !== 'open') {
      const answer = await deps.approvals.findAnswer(id);
      return { approval: found.record, ...(answer && { answer }) };
    }
    return settleOpen(deps, perform, found);
  });
}

async function settleOpen(deps: ApprovalOfficeDeps, perform: Perform, found: Versioned<Approval>): Promise<Settled> {
  const approval = found.record;
  const before = await findDone(deps, approval.pending);
  // What the log has was authorised in time, whoever looks at it when.
  if (before.size === 0) {
    const seen = afterEvent(approval, { event: 'looked' }, deps.clock());
    if (seen.state !== 'open') return put(deps, found, seen);
    // A letter that was taken back is not signed with others.
    for (const id of approval.joins ?? []) {
      const joined = await deps.approvals.find(id);
      if (joined?.record.state === 'declined') return end(deps, found, 'approval/stale');
    }
    const finding = await judgeGiven(deps, approval);
    if (finding.outcome === 'unauthorised') return end(deps, found, 'access/not-authorised');
    if (finding.open.length > 0) return { approval };
  }
  return enactFound(deps, perform, found, before);
}

/** Does it, or says why it is not done. An outage leaves it as it is, for the next look. */
async function enactFound(
  deps: ApprovalOfficeDeps,
  perform: Perform,
  found: Versioned<Approval>,
  before: ReadonlySet<string>,
): Promise<Settled> {
  const { id, pending, request, requester, assertions } = found.record;
  const body = (await deps.approvals.findBody(id)) ?? new Uint8Array();
  const actor = await findActorNow(deps, pending.caller.by);
  if (before.size === 0 && actor?.person !== requester.person) return end(deps, found, 'access/person-ended');
  const caller = actor ?? pending.caller;
  const again = (): Promise<KeptAnswer> => perform.again(request, body);
  const { waiting } = pending;
  if (before.size === 0 && !waiting) {
    try {
      await tryToday(deps, caller, again);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return end(deps, found, error.code);
    }
  }
  const works = waiting ? waiting.map((letter) => () => perform.sign(letter)) : [again];
  let further = 0;
  const results = await enactAll(
    deps,
    { ...pending, caller },
    assertions.map(({ assertion }) => assertion),
    works,
    {
      isDone: (record) => before.has(toHex(targetOf(record, deps.primitives))),
      onNeeded: () => void further++,
    },
  );
  const done = await findDone(deps, pending);
  const isSigned = waiting !== undefined && results.some(({ status }) => status === 'fulfilled');
  if (done.size === 0 && !isSigned) return end(deps, found, reasonOf(results, further > 0));
  const rest = further > 0 && !waiting && done.size === pending.asked.length;
  const answer = rest ? await askOn(deps, perform, found, body) : answerOf(perform, found.record, results);
  const settled = await put(deps, found, afterEvent(found.record, { event: 'enacted' }, deps.clock()), answer);
  await settleJoined(deps, found.record, results);
  return settled;
}

/** Why nothing was done, for whoever asked. @throws what is no refusal; `log/stale`, after which it is looked at anew */
function reasonOf(results: readonly PromiseSettledResult<KeptAnswer>[], isOther: boolean): string {
  const failed = results.find((one) => one.status === 'rejected');
  if (!failed) return isOther ? 'access/assertion-needed' : 'approval/stale';
  const reason: unknown = failed.reason;
  if (!isRefusal(reason) || reason.code === 'log/stale') throw reason;
  return reason.code;
}

/** Another act of the same request, of another kind, waits for people as well: it is asked for on its own. */
async function askOn(
  deps: ApprovalOfficeDeps,
  perform: Perform,
  { record: { pending, request } }: Versioned<Approval>,
  body: Uint8Array,
): Promise<KeptAnswer> {
  const outcome = await requestActs(deps, pending.caller, { request, body }, () => perform.again(request, body));
  return 'done' in outcome ? outcome.done : perform.waits(outcome.approval);
}

const DONE: KeptAnswer = {
  status: 200,
  contentType: 'application/json',
  body: new Uint8Array([0x7b, 0x7d]),
};

/** What was done although the answer could not be made (the service stopped in between) is answered with an empty object. */
function answerOf(
  perform: Perform,
  { joins }: Approval,
  results: readonly PromiseSettledResult<KeptAnswer>[],
): KeptAnswer {
  if (joins) return perform.together(results);
  const [result] = results;
  return result?.status === 'fulfilled' ? result.value : DONE;
}

/** Letters that were signed together wait no more by themselves. */
async function settleJoined(
  deps: ApprovalOfficeDeps,
  { joins = [] }: Approval,
  results: readonly PromiseSettledResult<KeptAnswer>[],
): Promise<void> {
  for (const [i, id] of joins.entries()) {
    const result = results[i];
    if (result?.status !== 'fulfilled') continue;
    await deps.inTurn(id, () =>
      untilFresh(async () => {
        const found = await deps.approvals.find(id);
        if (found?.record.state !== 'open') return;
        await put(deps, found, afterEvent(found.record, { event: 'enacted' }, deps.clock()), result.value);
      }),
    );
  }
}

function end(deps: ApprovalOfficeDeps, found: Versioned<Approval>, why: string): Promise<Settled> {
  return move(deps, found, { event: 'stale', why });
}

/** @throws Refusal as `afterEvent`; `log/stale` where another change came first */
export function move(deps: ApprovalOfficeDeps, found: Versioned<Approval>, happened: ApprovalEvent): Promise<Settled> {
  return put(deps, found, afterEvent(found.record, happened, deps.clock()));
}

async function put(
  { approvals }: ApprovalOfficeDeps,
  { version }: Versioned<Approval>,
  approval: Approval,
  answer?: KeptAnswer,
): Promise<Settled> {
  if (await approvals.replace(approval, version, answer)) return { approval, ...(answer && { answer }) };
  const facts = { put: 'approval', key: approval.id, reason: 'version' };
  throw new Refusal<LogCode>('log/stale', 'the approval has another version', facts);
}

/** How long what ended is told, for whoever asked. */
export const APPROVAL_KEPT_SECONDS: number = 30 * 86_400;
const PAGE = 100;

/** Looks at all that is open, and forgets what ended long ago. One that fails keeps no other. @throws the first failure */
export async function settleAll(deps: ApprovalOfficeDeps, perform: Perform): Promise<void> {
  let failed: { readonly error: unknown } | undefined;
  for (let before: ApprovalId | undefined; ;) {
    const page = await deps.approvals.list({ state: 'open', limit: PAGE, ...(before && { before }) });
    for (const { id } of page) {
      await settleApproval(deps, perform, id).catch((error: unknown) => (failed ??= { error }));
    }
    before = page.at(-1)?.id;
    if (page.length < PAGE) break;
  }
  await deps.approvals.forget(unixSeconds(deps.clock() - APPROVAL_KEPT_SECONDS));
  if (failed) throw failed.error;
}
