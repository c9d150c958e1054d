import { Hono } from 'hono';
import { isRefusal, Outage, Refusal } from '../../core/refusal.ts';
import type { HttpCode } from '../../texts/code.ts';
import { MODULES_ROUTE, moduleAnswer } from '../page-modules.ts';
import { guarded } from '../passkey-page.ts';
import { problemOf } from '../problem.ts';
import { deviceRoutes } from './device.ts';
import { invitationRoutes } from './invitation.ts';
import { letterRoutes } from './letters.ts';
import { newLetterRoutes } from './new-letter.ts';
import { seriesRoutes } from './series.ts';
import { logRoutes } from './log.ts';
import { bearerOf, loginApi, LOGIN_PREFIX } from './login-api.ts';
import { loginPage } from './login-page.ts';
import { loginRoutes } from './login.ts';
import { personalDataPageRoutes } from './personal-data.ts';
import { publicVersionPageRoutes } from './public-version.ts';
import { peopleRoutes } from './people.ts';
import { receptionPageRoutes } from './receptions.ts';
import { personnelRoutes } from './personnel.ts';
import { requestRoutes } from './requests.ts';
import { STAFF_PREFIX } from '../staff/prefix.ts';
import { tokenRoutes, tokensApi } from './tokens.ts';
import { isLoginNeeded, OFFICE_PATH, officeSite, StaffDeclined, wantsJson } from './site.ts';
import type { OfficeApp, OfficeContext, OfficeDeps, OfficeOptions } from './site.ts';

/** The pages of staff, for browsers: everything below `/oficina`. */
export function officeApp(deps: OfficeDeps, options: OfficeOptions = {}): OfficeApp {
  const site = officeSite(deps, options);
  const routes = [
    ...loginRoutes(site),
    ...deviceRoutes(site),
    ...peopleRoutes(site),
    ...personnelRoutes(site),
    ...requestRoutes(site),
    ...receptionPageRoutes(site),
    ...letterRoutes(site),
    ...newLetterRoutes(site),
    ...seriesRoutes(site),
    ...logRoutes(site),
    ...personalDataPageRoutes(site),
    ...publicVersionPageRoutes(site),
    ...tokenRoutes(site),
    ...invitationRoutes(site),
  ];
  const base = site.path.slice(0, -OFFICE_PATH.length);
  const app: OfficeApp = new Hono({ getPath: (request) => pathBelow(base, request.url) });

  app.use('*', async (c, next) => {
    const started = performance.now();
    await next();
    const note = { method: c.req.method, route: c.get('route') ?? 'none', status: c.res.status };
    deps.telemetry.request({ ...note, ms: performance.now() - started });
    // Who tries what is not theirs (ASVS 16.3.2); whoever is not logged in stands in the line above.
    const person = c.get('person');
    if (c.res.status === 403 && person) deps.telemetry.notice('access/refused', { route: note.route, person });
  });
  app.get(`${OFFICE_PATH}${MODULES_ROUTE}`, (c) => {
    c.set('route', `${OFFICE_PATH}/codigo`);
    return moduleAnswer(deps.modules, site.headers.script, c.req.param());
  });
  for (const { method, path, answer } of routes) {
    app.on(method, `${OFFICE_PATH}${path}`, async (c) => {
      c.set('route', `${OFFICE_PATH}${path.replace(/:(\w+)\{.*\}$/, '{$1}')}`);
      // Before anything is looked up or read (CSRF).
      if (method === 'POST') site.checkSender(c);
      return leading(c, await answer(c));
    });
  }
  tokensApi(app, site);
  // The API for whoever is logged in, as the pages and other programs of theirs ask it.
  app.all(`${STAFF_PREFIX}/*`, async (c) => {
    c.set('route', `${STAFF_PREFIX}/*`);
    const bearer = bearerOf(c);
    // No page elsewhere makes a browser send the header of a program; a cookie it may (CSRF).
    if (bearer === undefined && c.req.method !== 'GET' && c.req.method !== 'HEAD') site.checkSender(c);
    const { who, isToken } =
      bearer === undefined ? { who: await site.whoAsks(c), isToken: false } : await deps.door.whoCalls(bearer);
    site.limitCalls(c, who.person);
    const url = new URL(c.req.raw.url);
    const below = `${url.origin}${url.pathname.slice(base.length)}${url.search}`;
    c.set('person', who.person);
    return guarded(await deps.staff.answer(new Request(below, c.req.raw), who.caller, { isToken }), site.headers);
  });
  loginApi(app, site);
  app.notFound((c) => refuse(c, new Refusal<HttpCode>('http/not-found', 'nothing is here')));
  app.onError((error, c) => refuse(c, error));
  return app;

  function refuse(c: OfficeContext, error: unknown): Response {
    if (error instanceof StaffDeclined) return site.declined(c, error.body);
    const { status, body } = problemOf(error);
    // RFC 6750 §3: whoever came with a token is told so in the words of its scheme.
    if (bearerOf(c) !== undefined && isLoginNeeded(error)) {
      const answer = site.problem({ ...body, status: 401 });
      answer.headers.set('www-authenticate', 'Bearer error="invalid_token"');
      return answer;
    }
    if (status >= 500) deps.telemetry.failure(c.get('route') ?? 'office', error);
    if (isRefusal(error, 'login/elsewhere'))
      deps.telemetry.notice('request/elsewhere', { route: c.get('route') ?? 'none' });
    const isForm = /^application\/x-www-form-urlencoded\b/i.test(c.req.header('content-type') ?? '');
    const isPage = c.req.method === 'GET' || isForm || (c.req.header('accept') ?? '').includes('text/html');
    const forPeople = isPage && !wantsJson(c) && !c.req.path.startsWith(LOGIN_PREFIX);
    const answer = forPeople ? page(c, error, body, status) : site.problem(body);
    const seconds = error instanceof Outage || isRefusal(error) ? error.facts['retryAfter'] : undefined;
    if (seconds !== undefined) answer.headers.set('retry-after', String(seconds));
    return answer;
  }

  /** A script is told where to go: it has to forget first what was kept of the form. */
  function leading(c: OfficeContext, answer: Response): Response {
    const location = answer.headers.get('location');
    return location !== null && wantsJson(c) ? site.json({ location }) : answer;
  }

  function page(
    c: OfficeContext,
    error: unknown,
    { detail, code }: ReturnType<typeof problemOf>['body'],
    status: number,
  ): Response {
    if (isLoginNeeded(error)) {
      // Whoever comes for the first time is told nothing of a session.
      const told = code === 'access/login-needed' && c.req.method === 'GET' ? {} : { told: { detail, code } };
      return site.page(loginPage(site, { ...told, stays: c.req.method === 'GET' }), status);
    }
    return site.trouble(detail, code, status);
  }
}

/** The path below the prefix; the token of an invitation also in capitals. */
function pathBelow(base: string, url: string): string {
  const path = /^[a-z]+:\/\/[^/?#]*([^?#]*)/i.exec(url)?.[1] || '/';
  const below = path.startsWith(`${base}/`) ? path.slice(base.length) : '/outside-the-prefix';
  return /^\/oficina\/invitacion\/[0-9A-Z]{26}$/.test(below) ? below.toLowerCase() : below;
}

type Fetch = (request: Request, env: object) => Response | Promise<Response>;

/** `open`, with the office below its own path, and the staff API. */
export function withOffice(open: Fetch, office: Fetch, origin: string): Fetch {
  const base = new URL(origin).pathname.replace(/\/+$/, '');
  const path = `${base}${OFFICE_PATH}`;
  return (request, env) => {
    const asked = /^[a-z]+:\/\/[^/?#]*([^?#]*)/i.exec(request.url)?.[1] ?? '';
    const below = [path, `${base}${STAFF_PREFIX}`, `${base}${LOGIN_PREFIX}`];
    const isOffice = asked === path || below.some((one) => asked.startsWith(`${one}/`));
    return isOffice ? office(request, env) : open(request, env);
  };
}
