import type { Hono } from 'hono';
import { z } from 'zod';
import type { AccessCode } from '../../access/code.ts';
import type { PersonId } from '../../access/person.ts';
import { findActorNow } from '../../approval/office.ts';
import { Refusal } from '../../core/refusal.ts';
import { formatTime } from '../../core/time.ts';
import type { DirectoryCode } from '../../directory/code.ts';
import { parseOfficialId, type Official } from '../../directory/official.ts';
import { foldText } from '../../directory/text.ts';
import { LeafKind } from '../../log/leaf.ts';
import type { DoneErasure } from '../../oficio/erase-details.ts';
import type { ReceptionId } from '../../oficio/reception.ts';
import type { ExportNote } from '../../personal/export-note.ts';
import { RETENTION } from '../../personal/retention.ts';
import type { SweepReport } from '../../personal/sweep.ts';
import type { StaffDeps } from './deps.ts';
import { checked, readJson, type RouteInputs } from './input.ts';
import { findOficio } from './oficios.ts';
import { exportName, exportOfficial, exportPerson, type ExportView } from './personal-export.ts';
import { checkMayDo, checkMayExport } from './who-may-ask.ts';

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

const wanted = z
  .strictObject({
    official: z.string().max(40).optional(),
    person: z
      .string()
      .regex(/^[0-9a-f]{32}$/)
      .optional(),
    // A name, and a surname: one word alone would tell of too many.
    name: z
      .string()
      .max(120)
      .refine((name) => foldText(name).split(' ').length >= 2, 'a name and a surname')
      .optional(),
  })
  .refine((asked) => Object.keys(asked).length === 1, 'one of official, person, name');

/** Everything about one person; that it was asked for is noted before anything is told. */
async function exported(deps: StaffDeps, asked: z.output<typeof wanted>): Promise<ExportView> {
  const official = asked.official === undefined ? undefined : await findOfficial(deps, asked.official);
  // Also where there is nobody: who may not ask learns nothing.
  checkMayExport(deps, official?.unit ?? null);
  const person = asked.person === undefined ? undefined : await deps.access.findPerson(asked.person as PersonId);
  if (asked.official !== undefined && !official) {
    throw new Refusal<DirectoryCode>('directory/official-unknown', 'no such official', { official: asked.official });
  }
  if (asked.person !== undefined && !person) {
    throw new Refusal<AccessCode>('access/person-unknown', 'no such person', { person: asked.person });
  }
  const about = official ? { official: official.id } : person ? { person: person.id } : { name: asked.name! };
  const caller = deps.acting.current()?.caller;
  const actor = caller && (await findActorNow(deps.approvals, caller.by));
  const by = actor && { person: actor.person, name: actor.name };
  const { at } = await deps.personal.noteExport({ about, ...(by && { by }) });
  const parts = official
    ? await exportOfficial(deps, official)
    : person
      ? await exportPerson(deps, person)
      : await exportName(deps, asked.name!);
  return { about, at: formatTime(at), parts };
}

async function findOfficial({ directory }: StaffDeps, text: string): Promise<Official | undefined> {
  const id = parseOfficialId(text);
  return id && (await directory.findOfficial(id))?.record;
}

/** That somebody asked what is held about a person. */
export interface ExportNoteView extends Omit<ExportNote, 'id' | 'at' | 'expiresAt'> {
  readonly at: string;
}

export function personalDataRoutes(app: Hono, deps: StaffDeps): void {
  app.get('/data/retention', (c) => c.json(RETENTION));
  app.get('/personal-data', async (c) => {
    const view = await exported(deps, checked(wanted, c.req.query()));
    return c.json(view, 200, { 'cache-control': 'no-store' });
  });
  app.get('/personal-data/exports', async (c) => {
    const notes = await deps.personal.listExports();
    return c.json(notes.map(({ at, by, about }): ExportNoteView => ({ at: formatTime(at), ...(by && { by }), about })));
  });
  app.get('/data/sweep', (c) => {
    const report = deps.personal.lastSweep();
    return c.json({ last: report ? ({ ...report, at: formatTime(report.at) } satisfies SweepView) : null });
  });
  app.post('/data/sweep', async (c) => {
    const { trial } = await readJson(c, sweeping);
    const report = await deps.personal.sweep({ isTrial: trial });
    return c.json({ ...report, at: formatTime(report.at) } satisfies SweepView);
  });
  app.post('/oficios/:id/erasures', async (c) => {
    const { reception, ...asked } = await readJson(c, erasing);
    const { id, unit } = await findOficio(deps, c.req.param('id'));
    // What was erased before is answered again without asking anybody: not to other units.
    checkMayDo(deps, LeafKind.oficioDetailsErased, unit);
    const target = { letter: id, ...(reception !== undefined && { reception: reception as ReceptionId }) };
    return c.json(erasureView(await deps.personal.erase({ ...target, ...asked })));
  });
}

/** What these routes take, for whoever reads their description. */
export const PERSONAL_DATA_INPUTS: RouteInputs = {
  'GET /personal-data': { query: wanted },
  'POST /data/sweep': { body: sweeping },
  'POST /oficios/:id/erasures': { body: erasing },
};
