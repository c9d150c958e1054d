import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { slotsOf } from '../../access/judge.ts';
import { holdsRole } from '../../access/role.ts';
import type { Caller } from '../../access/rule.ts';
import type { Actor } from '../../access/actor.ts';
import { parseApprovalId, APPROVAL_STATES, type Approval, type ApprovalId } from '../../approval/approval.ts';
import { authorise, decline } from '../../approval/authorise.ts';
import type { ApprovalCode } from '../../approval/code.ts';
import { actorNow, getApproval, mayFillOne, notYours } from '../../approval/office.ts';
import { requestTogether } from '../../approval/request.ts';
import type { Settled } from '../../approval/settle.ts';
import { fromBase64Url } from '../../core/base64.ts';
import { Refusal } from '../../core/refusal.ts';
import { dayInMexicoCity } from '../../core/time.ts';
import { callerWith } from '../../access/rule.ts';
import { MAX_BATCH } from '../../access/statement.ts';
import type { OficioId } from '../../oficio/oficio.ts';
import { approvalView, countersignedIn, pendingNow, pendingView, shownApproval } from './approval-views.ts';
import { listedApproval, type ListedApproval, type LookedAtApproval } from './approval-list.ts';
import type { StaffDeps } from './deps.ts';
import { checked, queryNumber, readJson, type RouteInputs } from './input.ts';
import { performOver, responseOf } from './perform.ts';

const bytes = (most: number): z.ZodType<Uint8Array, string> =>
  z
    .string()
    .max(2 * most)
    .transform((text, context) => {
      const read = fromBase64Url(text);
      if (read && read.length <= most) return read;
      context.addIssue('not base64url, or too long');
      return z.NEVER;
    });

const answered = z.strictObject({
  credentialId: bytes(1023).optional(),
  authenticatorData: bytes(1024),
  clientDataJSON: bytes(4096),
  signature: bytes(1024),
});
const declining = z.strictObject({ why: z.string().trim().min(1).max(300) });
const id = z.string().transform((text, context) => parseApprovalId(text) ?? (context.addIssue('not an id'), z.NEVER));
const joining = z.strictObject({ approvals: z.array(id).min(1).max(MAX_BATCH) });
const filters = z.strictObject({
  state: z.enum(APPROVAL_STATES).optional(),
  before: id.optional(),
  limit: z.string().optional(),
});

/** The file of a letter that is signed, or countersigned, by what waits. */
async function fileSignedBy(
  deps: StaffDeps,
  pending: Approval['pending'],
  letter: string,
): Promise<Uint8Array | undefined> {
  const waiting = pending.waiting?.find((one) => one.letter === letter);
  if (waiting) return deps.waitingDocument(waiting.letter as OficioId, waiting.sealText);
  const begun = countersignedIn(pending).find((one) => one.letter === letter);
  return begun && deps.waitingVersion(begun.letter, begun.id);
}

export function approvalRoutes(app: Hono, deps: StaffDeps): void {
  const office = deps.approvals;
  const perform = performOver(app, deps);
  app.get('/approvals', async (c) => {
    const { state, before } = checked(filters, c.req.query());
    const limit = queryNumber(c, 'limit', 100, 100);
    return c.json(await visible(deps, { limit, ...(state && { state }), ...(before && { before }) }));
  });
  app.get('/approvals/:id', async (c) => {
    const approval = await theirs(deps, c);
    const caller = callerOf(deps);
    const actor = caller && (await actorNow(office, caller.by));
    const shown = { ...(await shownApproval(deps, approval)), ...(await listedApproval(deps, actor, approval)) };
    return c.json(shown satisfies LookedAtApproval);
  });
  app.get('/approvals/:id/answer', async (c) => {
    const { id, requester } = await theirs(deps, c);
    const caller = callerOf(deps);
    if (caller && (await actorNow(office, caller.by)).person !== requester.person) notYours('not what they asked for');
    return responseOf((await office.approvals.findAnswer(id)) ?? notFound(id));
  });
  // The file that is signed, its signature still zeros: whoever signs makes the digest of its record from it.
  app.get('/approvals/:id/letters/:letter', async (c) => {
    const { id, pending } = await theirs(deps, c);
    const pdf = (await fileSignedBy(deps, pending, c.req.param('letter'))) ?? notFound(id);
    return c.body(new Uint8Array(pdf), 200, { 'content-type': 'application/pdf', 'cache-control': 'no-store' });
  });
  app.post('/approvals/together', async (c) => {
    const { approvals } = await readJson(c, joining);
    const request = { method: c.req.method, path: c.req.path };
    const approval = await requestTogether(office, needCaller(deps), approvals, request);
    return c.json({ approval: pendingView(approval, deps) }, 202);
  });
  app.post('/approvals/:id/assertions', async (c) => {
    const { credentialId, ...assertion } = await readJson(c, answered);
    const id = idOf(c.req.param('id'));
    const caller = needCaller(deps);
    const given = { ...assertion, ...(credentialId && { credentialId }) };
    return answerOf(c, await authorise(office, perform, { id, caller, answered: given }));
  });
  app.post('/approvals/:id/decline', async (c) => {
    const { why } = await readJson(c, declining);
    const declined = await decline(office, perform, { id: idOf(c.req.param('id')), caller: needCaller(deps), why });
    return c.json({ approval: approvalView(declined) });
  });

  /** Of what was done, the answer that the request would have had. */
  async function answerOf(c: Context, { approval, answer }: Settled): Promise<Response> {
    if (answer) return responseOf(answer);
    if (approval.state === 'open') return c.json({ approval: await pendingNow(deps, approval) }, 202);
    const { why = 'unknown' } = approval.end ?? {};
    throw new Refusal<ApprovalCode>('approval/stale', `it is ${approval.state}: ${why}`, { reason: why });
  }
}

function callerOf({ acting }: StaffDeps): Caller | undefined {
  return acting.current()?.caller;
}

function needCaller(deps: StaffDeps): Caller {
  return callerOf(deps) ?? callerWith([], undefined, deps.clock());
}

function notFound(asked: string): never {
  throw new Refusal<ApprovalCode>('approval/not-found', 'nothing of this id waits', { approval: asked.slice(0, 40) });
}

function idOf(text: string): ApprovalId {
  return parseApprovalId(text) ?? notFound(text);
}

/** One that they may look at: the owner of the machine, who asked, who could authorise it, an auditor. */
async function theirs(deps: StaffDeps, c: Context): Promise<Approval> {
  const { record } = await getApproval(deps.approvals, idOf(c.req.param('id') ?? ''));
  const caller = callerOf(deps);
  if (caller && !maySee(deps, await actorNow(deps.approvals, caller.by), record)) notYours('not theirs to look at');
  return record;
}

function maySee({ clock }: StaffDeps, actor: Actor, approval: Approval): boolean {
  if (approval.requester.person === actor.person) return true;
  if (holdsRole(actor.grants, 'auditor', dayInMexicoCity(clock()))) return true;
  return mayFillOne(approval, slotsOf(approval.pending.asked[0]!.kind), actor, clock());
}

/** Pages that are looked through for one answer. */
const MOST_PAGES = 10;

async function visible(
  deps: StaffDeps,
  query: Parameters<StaffDeps['approvals']['approvals']['list']>[0],
): Promise<readonly ListedApproval[]> {
  const { approvals } = deps.approvals;
  const caller = callerOf(deps);
  const actor = caller && (await actorNow(deps.approvals, caller.by));
  const seen: Approval[] = [];
  let { before } = query;
  for (let page = 0; page < MOST_PAGES && seen.length < query.limit; page++) {
    const found = await approvals.list({ ...query, ...(before && { before }) });
    seen.push(...found.filter((one) => !actor || maySee(deps, actor, one)));
    before = found.at(-1)?.id;
    if (found.length < query.limit) break;
  }
  return Promise.all(seen.slice(0, query.limit).map((one) => listedApproval(deps, actor, one)));
}

/** What these routes take, for whoever reads their description. */
export const APPROVAL_INPUTS: RouteInputs = {
  'GET /approvals': { query: filters },
  'POST /approvals/together': { body: joining },
  'POST /approvals/:id/assertions': { body: answered },
  'POST /approvals/:id/decline': { body: declining },
};
