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
import type { NoticeOffice } from '../../notice/office.ts';
import { callerAddress } from '../caller.ts';
import { formParts, type FormParts } from '../multipart.ts';
import { moduleTags, type OfficeScript, type PageModules } from '../page-modules.ts';
import { BRIDGE_ADDRESS } from '../card-bridge.ts';
import { connectingTo, isOwnSender, passkeyPageHeaders } from '../passkey-page.ts';
import { STAFF_PREFIX } from '../staff/prefix.ts';
import type { ProblemBody } from '../problem.ts';
import type { KnownStaff } from '../staff/known.ts';
import { networkOf, RateLimiter, type RateLimit } from '../rate-limit.ts';
import { readBody } from '../read-body.ts';
import type { Telemetry } from '../telemetry.ts';
import { html, type Html } from '../../../verifier-web/html.ts';
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
  /** Where notices reach people. */
  readonly notices: Pick<NoticeOffice, 'isOn' | 'addressOf' | 'setAddress'>;
  /** What waits for people. */
  readonly approvals: ApprovalOfficeDeps;
  readonly founders: readonly Founder[];
  readonly modules: PageModules;
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
  /** Requests of the staff API in one person's name. */
  readonly calls?: RateLimit;
  /** The same of one network: an office has one address. */
  readonly networkCalls?: RateLimit;
}

interface OfficeEnv {
  Variables: {
    route?: string;
    /** Who asks, once that is known. */
    person?: string;
  };
}
export type OfficeApp = Hono<OfficeEnv>;
export type OfficeContext = Context<OfficeEnv>;

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

/** What somebody tries, and who, where that is known. */
export interface Trial {
  readonly person?: string;
  /** Counted by itself: what any page can have a browser send keeps nobody from logging in. */
  readonly what?: 'login' | 'card' | 'invitation';
}

/** What every page of the office does alike. */
export interface OfficeSite {
  readonly deps: OfficeDeps;
  readonly institution: string;
  /** `/prefix/oficina`. */
  readonly path: string;
  /** Of the staff API, with the prefix. */
  readonly api: string;
  /** What loads scripts of a page. */
  scripts(names: readonly OfficeScript[]): Html;
  page(markup: string, status?: number): Response;
  /** One that may speak to the bridge of the person's own machine, beside us: at its one address. */
  bridgePage(markup: string): Response;
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
  /** The same of a form with files, of at most `most` bytes. @throws Refusal as `readForm` */
  readMultipart(c: OfficeContext, most: number): Promise<FormParts>;
  /** The staff API, in the name of whoever is logged in. `body` is sent as JSON, or as a form with files. */
  ask(who: LoggedIn, method: 'GET' | 'POST', path: string, body?: object): Promise<Response>;
  /** What the staff API answers to whoever is logged in. @throws StaffDeclined */
  get<Value>(who: LoggedIn, path: string): Promise<Value>;
  /** A list of the staff API; an empty one where it is not for them. */
  list<Item>(who: LoggedIn, path: string): Promise<readonly Item[]>;
  /**
   * What comes of an act that the staff API was asked for: what waits for people leads to where they confirm it, what is done to `then`
   * (a path below the office, perhaps made of the answer), and what was declined is said.
   */
  outcome(c: OfficeContext, answer: Response, then: string | ((said: unknown) => string)): Promise<Response>;
  /** A page that says what went wrong. */
  trouble(detail: string, code: string, status: number): Response;
  /** What the staff API declined, as whoever asked reads it. */
  declined(c: OfficeContext, body: ProblemBody): Response;
  problem(body: Omit<ProblemBody, 'status'> & { readonly status: number }): Response;
  /** Leads to a page of the office, by GET. */
  seeOther(path: string): Response;
  /**
   * Does what anybody may try; a network whose tries are wrong again and again has to wait, and where it is known who tries, so has that
   * person.
   * @throws Refusal `http/too-many-requests`
   */
  trying<Value>(c: OfficeContext, act: () => Promise<Value>, trial?: Trial): Promise<Value>;
  /** @throws Refusal `http/too-many-requests` */
  limitAsked(c: OfficeContext): void;
  /** Of the staff API, by whose name and by network (GCRA). @throws Refusal `http/too-many-requests` */
  limitCalls(c: OfficeContext, person: string): void;
}

/** What the staff API declined on the way to a page, which says it. */
export class StaffDeclined extends Error {
  readonly body: ProblemBody;

  constructor(body: ProblemBody) {
    super(body.code);
    this.body = body;
  }
}

/** Whether a script of ours sent the form: it is told where to go, or a problem document. */
export function wantsJson(c: OfficeContext): boolean {
  return c.req.header('accept') === 'application/json';
}

/** Whether logging in mends it. */
export function isLoginNeeded(error: unknown): error is Refusal {
  const codes: readonly string[] = ['access/login-needed', 'session/over', 'session/changed', 'token/over'];
  return isRefusal(error) && codes.includes(error.code);
}

function tooMany(seconds: number): Refusal<HttpCode> {
  return new Refusal<HttpCode>('http/too-many-requests', `wait ${seconds} seconds`, { retryAfter: seconds });
}

export function officeSite(deps: OfficeDeps, options: OfficeOptions = {}): OfficeSite {
  const { origin, pathname } = new URL(deps.origin);
  const base = pathname.replace(/\/+$/, '');
  const path = `${base}${OFFICE_PATH}`;
  const headers = passkeyPageHeaders(deps.origin, OFFICE_STYLE, deps.primitives);
  const limiter = new RateLimiter(deps);
  const wrong = options.wrong ?? { burst: 20, secondsEach: 30 };
  const asked = options.asked ?? { burst: 120, secondsEach: 1 };
  const calls = options.calls ?? { burst: 600, secondsEach: 0.1 };
  const networkCalls = options.networkCalls ?? { burst: 3000, secondsEach: 0.02 };
  const site: OfficeSite = {
    deps,
    institution: deps.institution.name,
    path,
    api: `${base}${STAFF_PREFIX}`,
    headers,
    scripts: (names) => moduleTags(deps.modules, path, names),
    page: (markup, status = 200) => new Response(markup, { status, headers: headers.page }),
    bridgePage: (markup) => new Response(markup, { headers: connectingTo(headers.page, BRIDGE_ADDRESS) }),
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
    async whoAsks(c) {
      const who = await deps.door.whoAsks(site.cookie(c, 'session'));
      c.set('person', who.person);
      return who;
    },
    async readForm(c) {
      const type = c.req.header('content-type') ?? '';
      if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) {
        throw new Refusal<HttpCode>('http/media-type', 'not a form', { expected: 'application/x-www-form-urlencoded' });
      }
      const text = fromUtf8(await readBody(c.req.raw, MOST_FORM_BYTES));
      if (text === undefined) throw new Refusal<HttpCode>('http/malformed', 'not UTF-8', { field: 'body' });
      return new URLSearchParams(text);
    },
    async readMultipart(c, most) {
      const type = c.req.header('content-type') ?? '';
      const parts = formParts(await readBody(c.req.raw, most), type);
      if (parts) return parts;
      throw new Refusal<HttpCode>('http/media-type', 'not a form with files', { expected: 'multipart/form-data' });
    },
    async ask(who, method, below, body) {
      const isForm = body instanceof FormData;
      const init = body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) };
      const headers = body === undefined || isForm ? {} : { headers: { 'content-type': 'application/json' } };
      const request = new Request(`${origin}${STAFF_PREFIX}${below}`, { method, ...init, ...headers });
      return deps.staff.answer(request, who.caller);
    },
    async get<Value>(who: LoggedIn, below: string) {
      const answer = await site.ask(who, 'GET', below);
      if (!answer.ok) throw new StaffDeclined((await answer.json()) as ProblemBody);
      return (await answer.json()) as Value;
    },
    async list<Item>(who: LoggedIn, below: string) {
      const answer = await site.ask(who, 'GET', below);
      return answer.ok ? ((await answer.json()) as readonly Item[]) : [];
    },
    async outcome(c, answer, then) {
      const isJson = /\bjson\b/.test(answer.headers.get('content-type') ?? '');
      const said: unknown = isJson ? await answer.json() : undefined;
      if (answer.status === 202) {
        return site.seeOther(`/solicitudes/${(said as { readonly approval: { readonly id: string } }).approval.id}`);
      }
      if (answer.ok) return site.seeOther(typeof then === 'string' ? then : then(said));
      return site.declined(c, said as ProblemBody);
    },
    declined: (c, body) => (wantsJson(c) ? site.problem(body) : site.trouble(body.detail, body.code, body.status)),
    problem(body) {
      const problemHeaders = { ...headers.json, 'content-type': 'application/problem+json' };
      return new Response(JSON.stringify(body), { status: body.status, headers: problemHeaders });
    },
    seeOther: (to) => new Response(null, { status: 303, headers: { ...headers.page, location: `${path}${to}` } }),
    async trying(c, act, { person, what = 'login' } = {}) {
      const those = [networkOf(callerAddress(c)), ...(person === undefined ? [] : [person])];
      const seconds = Math.max(...those.map((who) => limiter.waitOf(`office/${what}`, who, wrong)));
      if (seconds > 0) throw tooMany(seconds);
      try {
        return await act();
      } catch (error) {
        if (isRefusal(error)) for (const who of those) limiter.takeOf(`office/${what}`, who, wrong);
        throw error;
      }
    },
    limitAsked(c) {
      const seconds = limiter.take('office/asked', callerAddress(c), asked);
      if (seconds > 0) throw tooMany(seconds);
    },
    limitCalls(c, person) {
      const seconds = Math.max(
        limiter.takeOf('office/calls', person, calls),
        limiter.take('office/network-calls', callerAddress(c), networkCalls),
      );
      if (seconds > 0) throw tooMany(seconds);
    },
  };
  return site;
}
