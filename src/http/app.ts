import { Hono } from 'hono';
import { problemPage } from '../../verifier-web/problem-page.ts';
import type { PageProblem } from '../../verifier-web/texts/texts.ts';
import { isRefusal, Outage, Refusal } from '../core/refusal.ts';
import type { State } from '../core/verdict.ts';
import { publicSite, type PublicOptions } from './context.ts';
import type { PublicDeps } from './deps.ts';
import { languageOf } from './language.ts';
import { openApiDocument } from './openapi.ts';
import { problemOf } from './problem.ts';
import { answerWith, type PublicContext, type Route } from './route.ts';
import { badgeRoutes } from './routes/badges.ts';
import { healthRoutes } from './routes/health.ts';
import { pageRoutes } from './routes/pages.ts';
import { privacyRoutes } from './routes/privacy.ts';
import { publicVersionRoutes } from './routes/public-versions.ts';
import { publishedRoutes } from './routes/published.ts';
import { tapRoutes } from './routes/taps.ts';
import { verdictRoutes } from './routes/verdicts.ts';
import { otherAddress, TEXTS } from './show-answer.ts';

export interface PublicAppOptions extends PublicOptions {
  /** Turns false when the service was told to stop. */
  readonly isServing?: () => boolean;
}

export type PublicApp = Hono<{ Variables: { route?: string; state?: State } }>;

/** The longest address that is read: what the form of the page lets people type, with every character escaped. */
const MOST_ADDRESS = 4000;
/** What is asked for at the root of the host as well, by those who know nothing of a prefix. */
const AT_ROOT: ReadonlySet<string> = new Set(['/healthz', '/readyz']);
const OUTSIDE = '/outside-the-prefix';

/**
 * The path below the prefix. A QR carries it in capitals, with the prefix: that is one more spelling of it, but only
 * before a seal or the number of a card.
 */
function pathBelow(base: string, url: string): string {
  const path = /^[a-z]+:\/\/[^/?#]*([^?#]*)/i.exec(url)?.[1] || '/';
  if (base === '' || AT_ROOT.has(path)) return path;
  if (path === base) return '/';
  if (path.startsWith(`${base}/`)) return path.slice(base.length);
  const capitals = base.toUpperCase();
  return /^\/[VB]\//.test(path.slice(base.length)) && path.startsWith(capitals) ? path.slice(base.length) : OUTSIDE;
}

function allRoutes(
  deps: PublicDeps,
  options: PublicAppOptions,
): { context: ReturnType<typeof publicSite>; routes: readonly Route[] } {
  const context = publicSite(deps, options);
  const routes = [
    ...pageRoutes(context),
    ...privacyRoutes(context),
    ...tapRoutes(context),
    ...badgeRoutes(context),
    ...publicVersionRoutes(context),
    ...verdictRoutes(context),
    ...publishedRoutes(context),
    ...healthRoutes(context, options.isServing ?? (() => true)),
  ];
  const document = JSON.stringify(openApiDocument(routes, deps.origin, deps.institution.name));
  const openApi: Route = {
    method: 'GET',
    path: '/api/openapi.json',
    answer: () => answerWith(document, { ...context.headers.json, 'cache-control': 'public, max-age=300' }),
  };
  return { context, routes: [...routes, openApi] };
}

const PAGE_PROBLEMS: Readonly<Record<string, PageProblem>> = {
  'http/not-found': 'no-page',
  'http/method-not-allowed': 'no-page',
  'http/address-too-long': 'no-page',
  'http/too-large': 'too-large',
  'http/malformed': 'no-file',
  'http/media-type': 'no-file',
  'http/too-many-requests': 'too-often',
  'http/unavailable': 'busy',
};

function retryAfter(error: unknown): Record<string, string> {
  const seconds = error instanceof Outage || isRefusal(error) ? error.facts['retryAfter'] : undefined;
  return seconds === undefined ? {} : { 'retry-after': String(seconds) };
}

/** Everything that the public sees. Nothing here writes: what is served was signed or decided below it. */
export function publicApp(deps: PublicDeps, options: PublicAppOptions = {}): PublicApp {
  const { context, routes } = allRoutes(deps, options);
  const { site, headers } = context;
  const app: PublicApp = new Hono({ getPath: (request) => pathBelow(site.base, request.url) });

  const refuse = (c: PublicContext, error: unknown): Response => {
    const { status, body } = problemOf(error, { language: languageOf(c) });
    if (status >= 500) deps.telemetry.failure(c.get('route') ?? 'none', error);
    const route = routes.find(({ path }) => path === c.get('route'));
    const forPeople = route ? route.page : !c.req.path.includes('/api/') && acceptsPages(c);
    const more = retryAfter(error);
    if (!forPeople) {
      return answerWith(
        JSON.stringify(body),
        { ...headers.json, 'content-type': 'application/problem+json', ...more },
        status,
      );
    }
    const code = error instanceof Outage || isRefusal(error) ? error.code : '';
    const problem = PAGE_PROBLEMS[code] ?? (error instanceof Outage ? 'busy' : 'failure');
    const language = languageOf(c);
    const page = problemPage(site, TEXTS[language], problem, otherAddress(c, site.base, '/', language));
    return answerWith(page, { ...headers.page, ...more }, status);
  };

  app.use('*', async (c, next) => {
    const started = performance.now();
    if (c.req.url.length > MOST_ADDRESS) {
      c.res = refuse(c, new Refusal('http/address-too-long', `more than ${MOST_ADDRESS} characters`));
    } else {
      await next();
    }
    const state = c.get('state');
    deps.telemetry.request({
      method: c.req.method,
      route: c.get('route') ?? 'none',
      status: c.res.status,
      ms: performance.now() - started,
      ...(state && { state }),
    });
  });
  for (const route of routes) {
    app.on(route.method, route.match ?? route.path, (c) => {
      c.set('route', route.path);
      return route.answer(c);
    });
  }
  // Whatever method no route of this path took.
  for (const match of new Set(routes.map((route) => route.match ?? route.path))) {
    const taken = routes.filter((route) => (route.match ?? route.path) === match).map(({ method }) => method);
    const allow = taken.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
    app.all(match, (c) => {
      const response = refuse(c, new Refusal('http/method-not-allowed', `${c.req.method} is not answered here`));
      response.headers.set('allow', allow);
      return response;
    });
  }
  app.notFound((c) => refuse(c, new Refusal('http/not-found', 'nothing is here')));
  app.onError((error, c) => refuse(c, error));
  return app;
}

/** A browser asks for pages; programs seldom do. */
function acceptsPages(c: PublicContext): boolean {
  return (c.req.header('accept') ?? '').includes('text/html');
}
