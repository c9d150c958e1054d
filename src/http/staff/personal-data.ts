import type { Hono } from 'hono';
import { z } from 'zod';
import { formatTime } from '../../core/time.ts';
import type { DoneErasure } from '../../oficio/erase-details.ts';
import type { ReceptionId } from '../../oficio/reception.ts';
import { RETENTION } from '../../personal/retention.ts';
import type { SweepReport } from '../../personal/sweep.ts';
import type { StaffDeps } from './deps.ts';
import { readJson, type RouteInputs } from './input.ts';
import { findOficio } from './oficios.ts';

const sweeping = z.strictObject({ trial: z.boolean().default(false) });
const erasing = z.strictObject({
  reception: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional(),
  // What the rule erases, the service erases.
  ground: z.enum(['cancellation', 'opposition']),
  reference: z.string().max(200),
});

/** What was erased on request, and the leaf that says so. */
export interface ErasureView {
  readonly letter: string;
  readonly reception?: string;
  readonly at: string;
  readonly ground: string;
  readonly reference?: string;
  readonly leaf: number;
}

function erasureView({ at, ...erasure }: DoneErasure): ErasureView {
  return { ...erasure, at: formatTime(at) };
}

/** What a sweep did, in numbers. */
export interface SweepView extends Omit<SweepReport, 'at'> {
  readonly at: string;
}

export function personalDataRoutes(app: Hono, deps: StaffDeps): void {
  app.get('/data/retention', (c) => c.json(RETENTION));
  app.post('/data/sweep', async (c) => {
    const { trial } = await readJson(c, sweeping);
    const report = await deps.personal.sweep({ isTrial: trial });
    return c.json({ ...report, at: formatTime(report.at) } satisfies SweepView);
  });
  app.post('/oficios/:id/erasures', async (c) => {
    const { reception, ...asked } = await readJson(c, erasing);
    const { id } = await findOficio(deps, c.req.param('id'));
    const target = { letter: id, ...(reception !== undefined && { reception: reception as ReceptionId }) };
    return c.json(erasureView(await deps.personal.erase({ ...target, ...asked })));
  });
}

/** What these routes take, for whoever reads their description. */
export const PERSONAL_DATA_INPUTS: RouteInputs = {
  'POST /data/sweep': { body: sweeping },
  'POST /oficios/:id/erasures': { body: erasing },
};
