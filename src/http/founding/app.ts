import { Hono, type Context } from 'hono';
import { getCookie } from 'hono/cookie';
import type { Founding } from '../../access/founding.ts';
import type { FoundingCode } from '../../access/founding-code.ts';
import type { Primitives } from '../../core/primitives.ts';
import { isRefusal, Refusal } from '../../core/refusal.ts';
import { MODULES_ROUTE, moduleAnswer, moduleTags, type PageModules } from '../page-modules.ts';
import { isOwnSender, passkeyPageHeaders, readRegistrationBody } from '../passkey-page.ts';
import { problemOf } from '../problem.ts';
import type { Telemetry } from '../telemetry.ts';
import { invitationPage, makingPage, troublePage } from './page.ts';
import { FOUNDING_STYLE } from './style.ts';

export interface FoundingAppDeps {
  readonly founding: Founding;
  readonly modules: PageModules;
  readonly primitives: Pick<Primitives, 'digest'>;
  readonly telemetry: Pick<Telemetry, 'failure'>;
}

/** Where the page of the founders stands, below the base address. */
export const FOUNDING_PATH = '/oficina/fundacion';
/** The prefix keeps a page of a host beside ours from setting it (RFC 6265bis §4.1.3.2). */
const COOKIE = '__Host-cotejo-fundacion';
const RETRY_SECONDS = 600;

/** The path below the prefix, in small letters: a QR code in capitals is read as well. */
function pathBelow(base: string, url: string): string {
  const path = (/^[a-z]+:\/\/[^/?#]*([^?#]*)/i.exec(url)?.[1] || '/').toLowerCase();
  return path.startsWith(`${base}/`) ? path.slice(base.length) : '/outside-the-prefix';
}

/**
 * What is served while an installation is founded: the page on which each founder makes a passkey, and to everybody else that there
 * is nothing yet. It listens behind the institution's TLS proxy, as the service will.
 */
export function foundingApp({ founding, modules, primitives, telemetry }: FoundingAppDeps): Hono {
  const { origin: own, pathname } = new URL(founding.origin);
  const base = pathname.replace(/\/+$/, '').toLowerCase();
  const path = `${base}${FOUNDING_PATH}`;
  const headers = passkeyPageHeaders(founding.origin, FOUNDING_STYLE, primitives);
  const site = { institution: founding.institution, path, script: moduleTags(modules, path, ['founding']) };
  const page = (c: Context, markup: string, status: 200 | 404 | 409 | 503 = 200): Response =>
    c.body(markup, status, headers.page);

  /** A form and a script of our page say where they come from; another page cannot say otherwise. */
  const checkSender = (c: Context): void => {
    if (isOwnSender(c, own)) return;
    throw new Refusal<FoundingCode>('founding/elsewhere', 'not from the founding page');
  };
  const session = (c: Context): string | undefined => getCookie(c, COOKIE);

  const app = new Hono({ getPath: (request) => pathBelow(base, request.url) });

  app.get(`${FOUNDING_PATH}${MODULES_ROUTE}`, (c) => moduleAnswer(modules, headers.script, c.req.param()));
  app.get(`${FOUNDING_PATH}/:ticket{[0-9a-hjkmnp-tv-z]{26}}`, (c) => {
    const { name } = founding.lookUp(c.req.param('ticket'));
    return page(c, invitationPage(site, name, c.req.param('ticket')));
  });
  // Only a press of the button uses the address up: what opens links by itself (mail, chat, antivirus) does not.
  app.post(`${FOUNDING_PATH}/:ticket{[0-9a-hjkmnp-tv-z]{26}}`, (c) => {
    checkSender(c);
    const secret = founding.open(c.req.param('ticket'));
    c.header('set-cookie', `${COOKIE}=${secret}; Path=/; Secure; HttpOnly; SameSite=Strict`);
    c.header('cache-control', 'no-store');
    return c.redirect(path, 303);
  });
  app.get(FOUNDING_PATH, (c) => page(c, makingPage(site, founding.seat(session(c)))));
  app.post(`${FOUNDING_PATH}/opciones`, async (c) => {
    checkSender(c);
    return c.json(await founding.options(session(c)), 200, headers.json);
  });
  app.post(`${FOUNDING_PATH}/llave`, async (c) => {
    checkSender(c);
    // Before the body is read: only whoever was invited may make us work.
    founding.seat(session(c));
    const { fingerprint } = await founding.register(session(c), await readRegistrationBody(c));
    return c.json({ fingerprint }, 200, headers.json);
  });
  app.notFound((c) => refuse(c, new Refusal<FoundingCode>('founding/in-progress', 'nothing is here yet')));
  app.onError((error, c) => refuse(c, error));

  function refuse(c: Context, error: unknown): Response {
    const { status, body } = problemOf(error);
    if (status >= 500 && !isRefusal(error)) telemetry.failure('founding', error);
    if (status === 503) c.header('retry-after', String(RETRY_SECONDS));
    const forPeople = c.req.method === 'GET' || (c.req.header('accept') ?? '').includes('text/html');
    if (forPeople) return c.body(troublePage(site, body.detail), status, headers.page);
    return c.body(JSON.stringify(body), status, { ...headers.json, 'content-type': 'application/problem+json' });
  }
  return app;
}
