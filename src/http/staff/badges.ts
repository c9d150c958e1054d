import type { Hono } from 'hono';
import { parseCardNumber, type CardRegisterCode } from '../../card/card.ts';
import { Refusal } from '../../core/refusal.ts';
import type { StaffDeps } from './deps.ts';

export function badgeRoutes(app: Hono, deps: StaffDeps): void {
  app.get('/cards/:number/badge', async (c) => {
    const asked = c.req.param('number').slice(0, 60);
    const number = parseCardNumber(asked);
    if (!number) throw new Refusal<CardRegisterCode>('card/not-found', 'not the number of a card', { asked });
    const pdf = await deps.makeBadge(number);
    return c.body(new Uint8Array(pdf), 200, { 'content-type': 'application/pdf' });
  });
}
