import type { Hono } from 'hono';
import { z } from 'zod';
import type { AccessCode } from '../../access/code.ts';
import type { PersonId } from '../../access/person.ts';
import { Refusal } from '../../core/refusal.ts';
import { formatTime } from '../../core/time.ts';
import { readMailAddress } from '../../directory/contact.ts';
import type { NoticeLine } from '../../notice/notice.ts';
import type { StaffDeps } from './deps.ts';
import { readJson, type RouteInputs } from './input.ts';

const testing = z.strictObject({ to: z.string().max(200) });
const addressed = z.strictObject({ address: z.string().max(200).nullable() });

/** What waits to be sent and what failed: neither what it says nor whom it is for. */
export interface NoticesView {
  readonly isOn: boolean;
  readonly notices: readonly (Omit<NoticeLine, 'madeAt' | 'expiresAt' | 'nextAt'> & {
    readonly madeAt: string;
    readonly nextAt?: string;
  })[];
}

/** Notices by mail, and where they reach people. */
export function noticeRoutes(app: Hono, { notices, access }: StaffDeps): void {
  app.get('/notices', async (c) => {
    const lines = await notices.list();
    return c.json({
      isOn: notices.isOn,
      notices: lines.map(({ id, kind, state, tries, madeAt, nextAt, reason }) => ({
        ...{ id, kind, state, tries, madeAt: formatTime(madeAt) },
        ...(nextAt !== undefined && { nextAt: formatTime(nextAt) }),
        ...(reason !== undefined && { reason }),
      })),
    } satisfies NoticesView);
  });
  app.post('/notices/test', async (c) => {
    const { to } = await readJson(c, testing);
    await notices.test(readMailAddress(to));
    return c.json({ sent: true });
  });
  app.post('/people/:id/address', async (c) => {
    const { address } = await readJson(c, addressed);
    const person = c.req.param('id') as PersonId;
    const isFounder = access.judge.founders.some((one) => one.person === person);
    if (!isFounder && !(await access.findPerson(person))) {
      throw new Refusal<AccessCode>('access/person-unknown', 'nobody of that id is enrolled');
    }
    await notices.setAddress(person, address === null ? undefined : readMailAddress(address), 'operator');
    return c.json({ person, isSet: address !== null });
  });
}

/** What these routes take, for whoever reads their description. */
export const NOTICE_INPUTS: RouteInputs = {
  'POST /notices/test': { body: testing },
  'POST /people/:id/address': { body: addressed },
};
