import { Hono } from 'hono';
import { problemOf } from '../problem.ts';
import { readBody } from '../read-body.ts';
import { badgeRoutes } from './badges.ts';
import { cardRoutes } from './cards.ts';
import { countersignatureRoutes } from './countersignatures.ts';
import { credentialRoutes } from './credentials.ts';
import type { StaffDeps } from './deps.ts';
import { directoryRoutes } from './directory.ts';
import { distinctiveRoutes } from './distinctives.ts';
import { logRoutes } from './log.ts';
import { oficioRoutes } from './oficios.ts';
import { peopleRoutes } from './people.ts';
import { toldCardRoutes } from './told-cards.ts';
import { verifyRoutes } from './verify.ts';

/** Where the staff API stands. */
export const STAFF_PREFIX = '/api/v1/staff';

/** A letter, or a list in base64, with its form around it. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/**
 * The API of the people who work here, as the command line uses it: in process, or over the owner-only local socket. It
 * knows no caller: whoever reaches it owns the data. It is never mounted on the public listener. `onBug` is told what was
 * no refusal: the caller learns only that it was one.
 */
export function staffApp(deps: StaffDeps, onBug: (error: Error) => void = () => {}): Hono {
  const app = new Hono().basePath(STAFF_PREFIX);
  app.use(async (c, next) => {
    const { raw } = c.req;
    if (raw.body) {
      const body = await readBody(raw, MAX_BODY_BYTES);
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
  directoryRoutes(app, deps);
  credentialRoutes(app, deps);
  badgeRoutes(app, deps);
  cardRoutes(app, deps);
  toldCardRoutes(app, deps);
  distinctiveRoutes(app, deps);
  oficioRoutes(app, deps);
  countersignatureRoutes(app, deps);
  verifyRoutes(app, deps);
  logRoutes(app, deps);
  peopleRoutes(app, deps);
  app.onError((error, c) => {
    // Whoever is at this end owns the machine: paths are no secret here.
    const { status, body } = problemOf(error, { tellServerFacts: true });
    if (body.code === 'internal') onBug(error);
    return c.json(body, status, { 'content-type': 'application/problem+json' });
  });
  return app;
}
