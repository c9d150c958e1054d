import type { Context, Hono } from 'hono';
import { getCookie } from 'hono/cookie';
import type { OfficeDoor } from '../../access/door.ts';
import type { LoginCode } from '../../access/login-code.ts';
import type { AccessEnding } from '../../access/enrol.ts';
import type { Person } from '../../access/people.ts';
import type { Founder, PersonId } from '../../access/person.ts';
import type { LoggedIn } from '../../access/session.ts';
import type { AccessStore } from '../../access/store.ts';
import type { ApprovalOfficeDeps } from '../../approval/office.ts';
import { fromUtf8 } from '../../core/bytes.ts';
import type { Primitives } from '../../core/primitives.ts';
import { isRefusal, Refusal } from '../../core/refusal.ts';
import type { Random } from '../../core/random.ts';
import type { Clock } from '../../core/time.ts';
import type { HttpCode } from '../../texts/code.ts';
import { callerAddress } from '../caller.ts';
import { isOwnSender, passkeyPageHeaders } from '../passkey-page.ts';
import type { KnownStaff } from '../staff/known.ts';
import { RateLimiter, type RateLimit } from '../rate-limit.ts';
import { readBody } from '../read-body.ts';
import type { Telemetry } from '../telemetry.ts';
import { html } from '../../../verifier-web/html.ts';
import { frame, trouble } from './frame.ts';
import { OFFICE_STYLE } from './style.ts';

/** What the pages of staff ask of an installation. */
export interface OfficeDeps {
  readonly institution: { readonly name: string };
  /** Base address, perhaps with a prefix. */
  readonly origin: string;
  readonly door: OfficeDoor;
  readonly access: Pick<AccessStore, 'listPeople'> & {
    endAccess(person: PersonId, end: AccessEnding): Promise<Person>;
  };
  /** The staff API, in the name of whoever is logged in. */
  readonly staff: Pick<KnownStaff, 'answer'>;
  /** What waits for people. */
  readonly approvals: ApprovalOfficeDeps;
  readonly founders: readonly Founder[];
  /** The script of the pages, as browsers run it. */
  readonly script: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly primitives: Pick<Primitives, 'digest'>;
  readonly telemetry: Pick<Telemetry, 'failure' | 'notice' | 'request'>;
}

export interface OfficeOptions {
  /** Wrong answers and codes of one network. */
  readonly wrong?: RateLimit;
  /** Questions, which anybody may ask. */
  readonly asked?: RateLimit;
}

export type OfficeApp = Hono<{ Variables: { route?: string } }>;
export type OfficeContext = Context<{ Variables: { route?: string } }>;

/** Where the pages of staff stand, below the base address. */
export const OFFICE_PATH = '/oficina';

/** The prefix keeps a page of a host beside ours from setting them (RFC 6265bis §4.1.3.2). */
const COOKIES = {
  session: '__Host-cotejo-sesion',
  asked: '__Host-cotejo-entrada',
  invited: '__Host-cotejo-invitacion',
} as const;
type CookieName = keyof typeof COOKIES;
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Strict';

const MOST_FORM_BYTES = 65_536;

/** What every page of the office does alike. */
export interface OfficeSite {
  readonly deps: OfficeDeps;
  readonly institution: string;
  /** `/prefix/oficina`. */
  readonly path: string;
  page(markup: string, status?: number): Response;
  json(value: unknown): Response;
  readonly headers: ReturnType<typeof passkeyPageHeaders>;
  cookie(c: OfficeContext, name: CookieName): string | undefined;
  /** On the answer; without a value it is taken away. */
  setCookie(answer: Response, name: CookieName, value?: string): Response;
  /** @throws Refusal `login/elsewhere` unless a page of ours sent it */
  checkSender(c: OfficeContext): void;
  /** Who asks. @throws Refusal as `whoAsks` */
  whoAsks(c: OfficeContext): Promise<LoggedIn>;
  /** The fields of a form that a browser sent. @throws Refusal `http/media-type`, `http/malformed`, `http/too-large` */
  readForm(c: OfficeContext): Promise<URLSearchParams>;
  /** A page that says what went wrong. */
  trouble(detail: string, code: string, status: number): Response;
  /** Leads to a page of the office, by GET. */
  seeOther(path: string): Response;
  /** Does what anybody may try; a network whose tries are wrong again and again has to wait. @throws Refusal `http/too-many-requests` */
  trying<Value>(c: OfficeContext, act: () => Promise<Value>): Promise<Value>;
  /** @throws Refusal `http/too-many-requests` */
  limitAsked(c: OfficeContext): void;
}

/** Whether logging in mends it. */
export function isLoginNeeded(error: unknown): error is Refusal {
  const codes: readonly string[] = ['access/login-needed', 'session/over', 'session/changed'];
  return isRefusal(error) && codes.includes(error.code);
}

function tooMany(seconds: number): Refusal<HttpCode> {
  return new Refusal<HttpCode>('http/too-many-requests', `wait ${seconds} seconds`, { retryAfter: seconds });
}

export function officeSite(deps: OfficeDeps, options: OfficeOptions = {}): OfficeSite {
  const { origin, pathname } = new URL(deps.origin);
  const path = `${pathname.replace(/\/+$/, '')}${OFFICE_PATH}`;
  const headers = passkeyPageHeaders(origin, OFFICE_STYLE, deps.primitives);
  const limiter = new RateLimiter(deps);
  const wrong = options.wrong ?? { burst: 20, secondsEach: 30 };
  const asked = options.asked ?? { burst: 120, secondsEach: 1 };
  const site: OfficeSite = {
    deps,
    institution: deps.institution.name,
    path,
    headers,
    page: (markup, status = 200) => new Response(markup, { status, headers: headers.page }),
    trouble(detail, code, status) {
      const main = html`<h1>No se pudo</h1>${trouble(detail, code)}<p><a href="${path}">Ir a la oficina</a></p>`;
      return site.page(frame(site, { title: 'No se pudo', main }), status);
    },
    json: (value) => new Response(JSON.stringify(value), { headers: headers.json }),
    cookie: (c, name) => getCookie(c, COOKIES[name]),
    setCookie(answer, name, value) {
      const age = value === undefined ? '; Max-Age=0' : '';
      answer.headers.append('set-cookie', `${COOKIES[name]}=${value ?? ''}; ${ATTRIBUTES}${age}`);
      return answer;
    },
    checkSender(c) {
      if (!isOwnSender(c, origin)) throw new Refusal<LoginCode>('login/elsewhere', 'not from a page of the office');
    },
    whoAsks: (c) => deps.door.whoAsks(site.cookie(c, 'session')),
    async readForm(c) {
      const type = c.req.header('content-type') ?? '';
      if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) {
        throw new Refusal<HttpCode>('http/media-type', 'not a form', { expected: 'application/x-www-form-urlencoded' });
      }
      const text = fromUtf8(await readBody(c.req.raw, MOST_FORM_BYTES));
      if (text === undefined) throw new Refusal<HttpCode>('http/malformed', 'not UTF-8', { field: 'body' });
      return new URLSearchParams(text);
    },
    seeOther: (to) => new Response(null, { status: 303, headers: { ...headers.page, location: `${path}${to}` } }),
    async trying(c, act) {
      const address = callerAddress(c);
      const seconds = limiter.wait('office/wrong', address, wrong);
      if (seconds > 0) throw tooMany(seconds);
      try {
        return await act();
      } catch (error) {
        if (isRefusal(error)) limiter.take('office/wrong', address, wrong);
        throw error;
      }
    },
    limitAsked(c) {
      const seconds = limiter.take('office/asked', callerAddress(c), asked);
      if (seconds > 0) throw tooMany(seconds);
    },
  };
  return site;
}
