import type { Hono } from 'hono';
import { z } from 'zod';
import { Refusal } from '../../core/refusal.ts';
import { dayInMexicoCity, formatTime, unixSeconds, type UnixSeconds } from '../../core/time.ts';
import type { DistinctiveCode } from '../../directory/distinctive/code.ts';
import {
  distinctiveAt,
  parseDistinctiveNumber,
  type Distinctive,
  type DistinctiveEvidence,
  type DistinctiveNumber,
  type DistinctiveState,
} from '../../directory/distinctive/distinctive.ts';
import { parseOfficialId } from '../../directory/official.ts';
import type { StaffDeps } from './deps.ts';
import { checked, daysWanted, readJson, unitWanted, type RouteInputs } from './input.ts';
import { toldAfter, type ToldAfter } from './told-after.ts';
import { holderLine, unitsBelow, type CardHolderLine } from './told-cards.ts';

const granting = z.strictObject({
  officialId: z.string().max(40),
  evidence: z
    .array(
      z.strictObject({
        kind: z.string().max(60),
        until: z.string().max(40),
        reference: z.string().max(200).optional(),
      }),
    )
    .max(10),
  until: z.string().max(40).optional(),
  idempotencyKey: z.string().min(8).max(200).optional(),
});
const withdrawing = z.strictObject({ reason: z.string().max(60) });
const filters = z.strictObject({
  state: z.enum(['current', 'expired', 'withdrawn', 'replaced']).optional(),
  official: z.string().max(40).optional(),
  unit: unitWanted,
  expiring: daysWanted,
});

/** A distinctive as the staff see it: its state is that of itself, whether its person is in office stands beside it. */
export interface DistinctiveView {
  readonly number: DistinctiveNumber;
  readonly state: DistinctiveState;
  readonly until: string;
  readonly evidence: readonly DistinctiveEvidence[];
  readonly grantedAt: string;
  readonly grantedLeaf: number;
  readonly withdrawnAt?: string;
  readonly withdrawnLeaf?: number;
  readonly reason?: string;
  /** Of a reserved official the name is not told. */
  readonly holder: CardHolderLine;
}

/** After a withdrawal: another one that the same person has in force, which stays so. */
export interface WithdrawnView extends DistinctiveView, ToldAfter {
  readonly stillInForce?: DistinctiveNumber;
}

export function distinctiveRoutes(app: Hono, deps: StaffDeps): void {
  const { distinctives } = deps;
  app.post('/distinctives', async (c) => {
    const { idempotencyKey, until, evidence, officialId } = await readJson(c, granting);
    const granted = await distinctives.grant({
      officialId,
      evidence: evidence.map(({ reference, ...one }) => ({ ...one, ...(reference !== undefined && { reference }) })),
      ...(until !== undefined && { until }),
      ...(idempotencyKey !== undefined && { idempotencyKey }),
    });
    return c.json(await viewOf(deps, granted));
  });
  app.get('/distinctives', async (c) => {
    const { state, official, unit, expiring } = checked(filters, c.req.query());
    const id = official === undefined ? undefined : (parseOfficialId(official) ?? official);
    const all = id === undefined ? await distinctives.list() : await distinctives.listOf(id);
    const latest = expiring === undefined ? undefined : dayInMexicoCity(unixSeconds(deps.clock() + expiring * 86_400));
    const within = unit === undefined ? undefined : await unitsBelow(deps, unit);
    const views: DistinctiveView[] = [];
    for (const one of all) {
      const own = distinctiveAt(one, deps.clock());
      if (state !== undefined && own !== state) continue;
      if (latest !== undefined && !(own === 'current' && one.until <= latest)) continue;
      const view = await viewOf(deps, one);
      if (!within || (view.holder.unit !== undefined && within.has(view.holder.unit))) views.push(view);
    }
    return c.json(views);
  });
  app.get('/distinctives/:number', async (c) => {
    const number = typedNumber(c.req.param('number'));
    const found = (await distinctives.find(number)) ?? notFound(number);
    return c.json(await viewOf(deps, found));
  });
  app.post('/distinctives/:number/withdraw', async (c) => {
    const { reason } = await readJson(c, withdrawing);
    return c.json(await withdraw(deps, typedNumber(c.req.param('number')), reason));
  });
  app.post('/officials/:id/distinctive/withdraw', async (c) => {
    const { reason } = await readJson(c, withdrawing);
    const asked = c.req.param('id').slice(0, 40);
    const all = await distinctives.listOf(parseOfficialId(asked) ?? asked);
    const present = all.findLast(({ withdrawnLeaf }) => withdrawnLeaf === undefined);
    if (!present) {
      throw new Refusal<DistinctiveCode>('distinctive/none', 'no distinctive to withdraw', { official: asked });
    }
    return c.json(await withdraw(deps, present.number, reason));
  });
  app.get('/distinctives/:number/badge', async (c) => {
    const pdf = await distinctives.print(typedNumber(c.req.param('number')));
    return c.body(new Uint8Array(pdf), 200, { 'content-type': 'application/pdf' });
  });
}

async function withdraw(deps: StaffDeps, number: DistinctiveNumber, reason: string): Promise<WithdrawnView> {
  const { distinctives, clock } = deps;
  const withdrawn = await distinctives.withdraw({ number, reason });
  const all = await distinctives.listOf(withdrawn.officialId);
  const other = all.findLast((one) => one.number !== number && distinctiveAt(one, clock()) === 'current');
  const more = other && { stillInForce: other.number };
  const tell = async (): Promise<WithdrawnView> => ({ ...(await viewOf(deps, withdrawn)), ...more });
  return toldAfter(tell, { ...factsOf(withdrawn, clock()), holder: { id: withdrawn.officialId }, ...more });
}

function typedNumber(text: string): DistinctiveNumber {
  return parseDistinctiveNumber(text) ?? notFound(text);
}

function notFound(asked: string): never {
  throw new Refusal<DistinctiveCode>('distinctive/not-found', 'no such distinctive', { asked: asked.slice(0, 60) });
}

async function viewOf(deps: StaffDeps, distinctive: Distinctive): Promise<DistinctiveView> {
  return { ...factsOf(distinctive, deps.clock()), holder: await holderLine(deps, distinctive.officialId) };
}

function factsOf(distinctive: Distinctive, at: UnixSeconds): Omit<DistinctiveView, 'holder'> {
  const { number, until, evidence, grantedAt, grantedLeaf, withdrawn, withdrawnLeaf } = distinctive;
  return {
    number,
    state: distinctiveAt(distinctive, at),
    until,
    evidence,
    grantedAt: formatTime(grantedAt),
    grantedLeaf,
    ...(withdrawn && { withdrawnAt: formatTime(withdrawn.at), reason: withdrawn.reason }),
    ...(withdrawnLeaf !== undefined && { withdrawnLeaf }),
  };
}

/** What these routes take, for whoever reads their description. */
export const DISTINCTIVE_INPUTS: RouteInputs = {
  'GET /distinctives': { query: filters },
  'POST /distinctives': { body: granting },
  'POST /distinctives/:number/withdraw': { body: withdrawing },
  'POST /officials/:id/distinctive/withdraw': { body: withdrawing },
};
