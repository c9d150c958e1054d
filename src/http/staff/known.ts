import { Hono } from 'hono';
import type { Caller } from '../../access/rule.ts';
import { requestActs } from '../../approval/request.ts';
import { settleAll } from '../../approval/settle.ts';
import { problemOf } from '../problem.ts';
import { readBody } from '../read-body.ts';
import { MAX_STAFF_BODY_BYTES, staffApp } from './app.ts';
import { pendingView } from './approval-views.ts';
import type { StaffDeps } from './deps.ts';
import { fetchFrom, performOver } from './perform.ts';
import { STAFF_PREFIX } from './prefix.ts';
import { checkMayAsk, leadsTo, refuseWillOf } from './who-may-ask.ts';

/** What asks in somebody's name. */
export interface AskedFrom {
  /** A token, and nobody who could will anything. */
  readonly isToken: boolean;
}

/** The staff API for people who are known. */
export interface KnownStaff {
  /**
   * Answers a request in the name of `caller`. What needs other people is answered with 202 and what they are asked to authorise, and
   * done with the last of their assertions.
   */
  answer(request: Request, caller: Caller, from?: AskedFrom): Promise<Response>;
  /** Finishes what was authorised before the service stopped, and ends what nobody authorised in time. @throws the first failure */
  settle(): Promise<void>;
}

/** The staff API in the name of whoever is logged in: who that is, is not asked here. `onBug` as `staffApp` has it. */
export function knownStaff(deps: StaffDeps, onBug: (error: Error) => void = () => {}): KnownStaff {
  const app = staffApp(deps, onBug);
  const perform = performOver(app, deps);
  const rim = new Hono<{ Bindings: { readonly caller: Caller } & AskedFrom }>();
  rim.all('*', async (c) => {
    const { caller, isToken } = c.env;
    const { method, path, raw } = c.req;
    return deps.acting.during({ caller }, async () => {
      const below = path.startsWith(`${STAFF_PREFIX}/`) ? path.slice(STAFF_PREFIX.length) : '/';
      // Before its body is read.
      if (isToken) refuseWillOf(method, below);
      checkMayAsk(deps, method, below);
      if (typeof leadsTo(method, below) === 'string') return fetchFrom(app, raw);
      const body = await readBody(raw, MAX_STAFF_BODY_BYTES);
      const contentType = raw.headers.get('content-type') ?? undefined;
      const url = new URL(raw.url);
      const request = { method, path: url.pathname + url.search, ...(contentType !== undefined && { contentType }) };
      const outcome = await requestActs(deps.approvals, caller, { request, body }, () =>
        fetchFrom(app, new Request(raw.url, { method, headers: raw.headers, body })),
      );
      if ('done' in outcome) return outcome.done;
      const { approval } = outcome;
      c.header('location', `${STAFF_PREFIX}/approvals/${approval.id}`);
      return c.json({ approval: pendingView(approval, deps) }, 202, { 'cache-control': 'no-store' });
    });
  });
  rim.onError((error, c) => {
    const { status, body } = problemOf(error);
    if (body.code === 'internal') onBug(error);
    return c.json(body, status, { 'content-type': 'application/problem+json' });
  });
  return {
    answer: async (request, caller, from) => rim.fetch(request, { caller, isToken: from?.isToken ?? false }),
    settle: () => settleAll(deps.approvals, perform),
  };
}
