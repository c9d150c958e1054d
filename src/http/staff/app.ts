import { Hono } from 'hono';
import { problemOf } from '../problem.ts';
import { readBody } from '../read-body.ts';
import { approvalRoutes } from './approvals.ts';
import { badgeRoutes } from './badges.ts';
import { cardLetterRoutes } from './card-letters.ts';
import { cardRoutes } from './cards.ts';
import { countersignatureRoutes } from './countersignatures.ts';
import { credentialRoutes } from './credentials.ts';
import type { StaffDeps } from './deps.ts';
import { directoryRoutes } from './directory.ts';
import { distinctiveRoutes } from './distinctives.ts';
import { letterRoutes } from './letters.ts';
import { logRoutes } from './log.ts';
import { logEntryRoutes } from './log-entries.ts';
import { noticeRoutes } from './notices.ts';
import { oficioRoutes } from './oficios.ts';
import { staffOpenApi } from './openapi.ts';
import { peopleRoutes } from './people.ts';
import type { StaffEnv } from './perform.ts';
import { personalDataRoutes } from './personal-data.ts';
import { publicVersionRoutes } from './public-versions.ts';
import { receptionRoutes } from './receptions.ts';
import { STAFF_PREFIX } from './prefix.ts';
import { toldCardRoutes } from './told-cards.ts';
import { verifyRoutes } from './verify.ts';
import { checkMayAsk } from './who-may-ask.ts';

export { STAFF_PREFIX } from './prefix.ts';

/** A letter, or a list in base64, with its form around it. */
export const MAX_STAFF_BODY_BYTES: number = 32 * 1024 * 1024;

/**
 * The API of the people who work here, as the command line uses it: in process, or over the owner-only local socket. It
 * asks nobody who they are: whoever reaches it owns the data, and outside development reads only. It is never mounted on the public
 * listener. `onBug` is told what was no refusal: the caller learns only that it was one.
 */
export function staffApp(deps: StaffDeps, onBug: (error: Error) => void = () => {}): Hono {
  const app = new Hono().basePath(STAFF_PREFIX);
  app.use(async (c, next) => {
    const { raw } = c.req;
    // A path that nobody answers is refused by the application itself.
    if (c.req.path.startsWith(STAFF_PREFIX)) checkMayAsk(deps, c.req.method, c.req.path.slice(STAFF_PREFIX.length));
    if (raw.body) {
      const body = await readBody(raw, MAX_STAFF_BODY_BYTES);
      c.req.raw = new Request(raw.url, { method: raw.method, headers: raw.headers, body });
    }
    await next();
  });
  app.get('/installation', (c) =>
    c.json({
      dev: deps.dev,
      origin: deps.charter.origin,
      institution: deps.institution.name,
      telephone: deps.institution.telephone,
    }),
  );
  app.get('/openapi.json', (c) => c.json(staffOpenApi(deps.charter.origin, deps.institution.name)));
  directoryRoutes(app, deps);
  credentialRoutes(app, deps);
  badgeRoutes(app, deps);
  cardRoutes(app, deps);
  toldCardRoutes(app, deps);
  distinctiveRoutes(app, deps);
  letterRoutes(app, deps);
  cardLetterRoutes(app, deps);
  oficioRoutes(app, deps);
  countersignatureRoutes(app, deps);
  receptionRoutes(app, deps);
  publicVersionRoutes(app, deps);
  personalDataRoutes(app, deps);
  verifyRoutes(app, deps);
  logRoutes(app, deps);
  logEntryRoutes(app, deps);
  peopleRoutes(app, deps);
  noticeRoutes(app, deps);
  approvalRoutes(app, deps);
  app.onError((error, c) => {
    const { onFailure } = (c.env ?? {}) as StaffEnv;
    onFailure?.(error);
    // Whoever is at the socket owns the machine: paths are no secret there.
    const { status, body } = problemOf(error, { tellServerFacts: deps.acting.current() === undefined });
    if (body.code === 'internal' && !onFailure) onBug(error);
    return c.json(body, status, { 'content-type': 'application/problem+json' });
  });
  return app;
}
