import { Hono } from 'hono';
import { Outage } from '../../core/refusal.ts';
import type { KeysCode } from '../../texts/code.ts';
import { problemOf } from '../problem.ts';
import { readBody } from '../read-body.ts';
import { STAFF_PREFIX } from './prefix.ts';

/** Where a custodian gives the passphrase of the keys. */
export const UNLOCK_PATH: string = `${STAFF_PREFIX}/unlock`;

/** More than any passphrase has. */
const MAX_BODY_BYTES = 4096;

/** What the owner-only socket answers while the keys are locked. `unlock` takes a passphrase as it was typed, in UTF-8. */
export function lockedStaffApp(unlock: (passphrase: Uint8Array) => Promise<void>): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    // The next service listens in this one's place.
    c.res.headers.set('connection', 'close');
  });
  app.post(UNLOCK_PATH, async (c) => {
    const passphrase = await readBody(c.req.raw, MAX_BODY_BYTES);
    try {
      await unlock(passphrase);
      return c.json({ unlocked: true });
    } finally {
      passphrase.fill(0);
    }
  });
  app.notFound(() => {
    throw new Outage<KeysCode>('keys/locked', 'the keys are encrypted, and no passphrase was given');
  });
  app.onError((error, c) => {
    const { status, body } = problemOf(error, { tellServerFacts: true });
    return c.json(body, status, { 'content-type': 'application/problem+json' });
  });
  return app;
}
