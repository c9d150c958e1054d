import type { Hono } from 'hono';
import type { WaitingLetter } from '../../access/rule.ts';
import type { Perform } from '../../approval/office.ts';
import type { AskedRequest } from '../../approval/approval.ts';
import type { KeptAnswer } from '../../approval/store.ts';
import { fromUtf8, utf8 } from '../../core/bytes.ts';
import { Refusal } from '../../core/refusal.ts';
import type { ApprovalCode } from '../../approval/code.ts';
import type { OficioId } from '../../oficio/oficio.ts';
import { problemOf } from '../problem.ts';
import { pendingView } from './approval-views.ts';
import type { StaffDeps } from './deps.ts';
import { sealedView } from './oficios.ts';
import { STAFF_PREFIX } from './prefix.ts';
import { leadsTo } from './who-may-ask.ts';

/** What the application is told beside a request. */
export interface StaffEnv {
  /** Takes what a request ended with, in place of a problem document. */
  readonly onFailure?: (error: unknown) => void;
}

const ORIGIN = 'http://cotejo.local';

/** The answer of the application. @throws what the request ended with */
export async function fetchFrom(app: Hono, request: Request): Promise<Response> {
  const failed: unknown[] = [];
  const env: StaffEnv = { onFailure: (error) => void failed.push(error) };
  const response = await app.fetch(request, env);
  if (failed.length > 0) throw failed[0];
  return response;
}

function jsonAnswer(said: object, status = 200): KeptAnswer {
  return { status, contentType: 'application/json', body: utf8(JSON.stringify(said)) };
}

export async function keptAnswer(response: Response): Promise<KeptAnswer> {
  const contentType = response.headers.get('content-type') ?? 'application/octet-stream';
  return { status: response.status, contentType, body: new Uint8Array(await response.arrayBuffer()) };
}

/** As it is sent: what somebody asked for is theirs, and nobody's on the way. */
export function responseOf({ status, contentType, body }: KeptAnswer): Response {
  const headers = { 'content-type': contentType, 'cache-control': 'no-store' };
  return new Response(new Uint8Array(body), { status, headers });
}

/** How requests that waited are done: by the routes that would have answered them at once. */
export function performOver(app: Hono, deps: StaffDeps): Perform {
  return {
    async again(request, body) {
      refuseOtherThanAct(request);
      const { method, path, contentType } = request;
      const headers = contentType === undefined ? {} : { 'content-type': contentType };
      const again = new Request(`${ORIGIN}${path}`, { method, headers, body: new Uint8Array(body) });
      return keptAnswer(await fetchFrom(app, again));
    },
    async sign({ letter, sealText, signature }: WaitingLetter) {
      const sealed = await deps.signWaiting(letter as OficioId, sealText, signature);
      return jsonAnswer(await sealedView(deps, sealed, false));
    },
    together: (results) =>
      jsonAnswer(
        results.map((one) => {
          if (one.status === 'fulfilled') return JSON.parse(fromUtf8(one.value.body) ?? '{}') as object;
          return problemOf(one.reason).body;
        }),
      ),
    waits: (approval) => jsonAnswer({ approval: pendingView(approval, deps) }, 202),
  };
}

/** A row that somebody edited must not lead anywhere else than to an act: to another approval, for one. */
function refuseOtherThanAct({ method, path }: AskedRequest): void {
  const { pathname } = new URL(path, ORIGIN);
  const isBelow = pathname.startsWith(`${STAFF_PREFIX}/`);
  if (isBelow && typeof leadsTo(method, pathname.slice(STAFF_PREFIX.length)) === 'object') return;
  throw new Refusal<ApprovalCode>('approval/stale', 'not a request for an act', { reason: 'request' });
}
