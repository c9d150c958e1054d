import type { Hono } from 'hono';
import { z } from 'zod';
import { holdsRole } from '../../access/role.ts';
import { Refusal } from '../../core/refusal.ts';
import { dayInMexicoCity } from '../../core/time.ts';
import type { DirectoryCode } from '../../directory/code.ts';
import { parseOfficialId, type Official, type OfficialId } from '../../directory/official.ts';
import { foldText } from '../../directory/text.ts';
import { catalogueOf } from '../../directory/catalogue.ts';
import type { OfficialCursor } from '../../directory/store.ts';
import type { UnitCode } from '../../directory/unit.ts';
import type { HttpCode } from '../../texts/code.ts';
import type { StaffDeps } from './deps.ts';
import { base64Bytes, checked, queryNumber, readJson, unitWanted, type RouteInputs } from './input.ts';
import { maskedView, officialView, type OfficialView } from './views.ts';
import { KNOWS_RESERVED } from './who-may-ask.ts';

const text = z.string().max(5000);
const texts = z.array(text).max(200);

const unit = z.strictObject({
  code: text,
  name: text.optional(),
  coveredSince: text.optional(),
  phone: text.optional(),
  address: text.optional(),
  parent: text.optional(),
});

const fields = z.strictObject({
  name: text,
  post: text,
  unit: text,
  powers: texts,
  mayAsk: texts,
  neverAsks: texts,
  validFrom: text,
  validUntil: text.optional(),
  publication: text.optional(),
  legalGround: text.optional(),
  phone: text.optional(),
  mail: text.optional(),
});

/** What is left out is nothing to somebody who is new, and stays as it is with a change. */
const lists = { powers: texts.default([]), mayAsk: texts.default([]), neverAsks: texts.default([]) };
const official = fields.extend(lists);
const registration = z.strictObject({ official, photo: base64Bytes.optional(), supersedes: text.optional() });
const change = z.strictObject({ changes: fields.partial(), photo: base64Bytes.nullable().optional() });
const ending = z.strictObject({ on: text.optional(), reason: text });
const importing = z.strictObject({
  csv: base64Bytes,
  /** On this machine: the folder of the list. */
  photoFolder: z.string().max(4096).optional(),
  checkOnly: z.boolean().default(false),
  update: z.boolean().default(false),
});

function idOf(typed: string): OfficialId {
  const id = parseOfficialId(typed);
  if (id !== undefined) return id;
  throw new Refusal<DirectoryCode>('directory/official-unknown', 'not the id of an official', {
    official: typed.slice(0, 40),
  });
}

const filters = z.strictObject({
  name: text.optional(),
  unit: unitWanted,
  /** Leaves out who has left. */
  office: z.literal('in').optional(),
  after: text.optional(),
  limit: text.optional(),
});

/** zod's optional fields may hold `undefined`; the domain's may not. */
function present<Value extends object>(value: Value): { [Key in keyof Value]: Exclude<Value[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as never;
}

/** @throws Refusal `directory/official-unknown` */
async function officialOf({ directory }: StaffDeps, id: string): Promise<Official> {
  const found = await directory.findOfficial(idOf(id));
  if (found) return found.record;
  throw new Refusal<DirectoryCode>('directory/official-unknown', 'no such official', { official: id.slice(0, 40) });
}

export function directoryRoutes(app: Hono, deps: StaffDeps): void {
  app.post('/units', async (c) => c.json(await deps.setUnit(present(await readJson(c, unit)))));
  app.get('/units', async (c) => c.json(await deps.directory.listUnits()));

  app.post('/officials', async (c) => {
    const body = await readJson(c, registration);
    const photo = body.photo && (await deps.readPhoto(body.photo));
    const registered = await deps.registerOfficial({
      input: present(body.official),
      ...(photo && { photo }),
      ...(body.supersedes !== undefined && { supersedes: idOf(body.supersedes) }),
    });
    return c.json(officialView(registered));
  });
  app.post('/officials/import', async (c) => {
    const { csv, photoFolder, checkOnly, update } = await readJson(c, importing);
    // Folders of this machine are its owner's alone.
    if (photoFolder !== undefined && deps.acting.current()) {
      throw new Refusal<HttpCode>('http/forbidden', 'a folder of the server', { field: 'photoFolder' });
    }
    return c.json(await deps.importOfficials(csv, photoFolder, { checkOnly, update }));
  });
  app.get('/officials', async (c) => {
    const { name, unit, office, after } = checked(filters, c.req.query());
    const last = after === undefined ? undefined : await officialOf(deps, after);
    // Who may not know reserved names gets no list that is sorted by them, and finds nobody by one.
    const publicOnly = !mayKnow(deps, unit ?? null);
    const isNameless = publicOnly && last?.publication.state === 'reserved';
    const page = await deps.directory.searchOfficials({
      ...(name !== undefined && { name }),
      ...(unit !== undefined && { unit }),
      ...(office !== undefined && { inOfficeOn: dayInMexicoCity(deps.clock()) }),
      ...(last && { after: { order: isNameless ? '' : foldText(last.name), id: last.id } }),
      publicOnly,
      limit: queryNumber(c, 'limit', 200, 200),
    });
    return c.json(page.items.map((one) => shownTo(deps, one)));
  });
  app.get('/officials/:id', async (c) => c.json(shownTo(deps, await officialOf(deps, c.req.param('id')))));
  app.get('/officials/:id/photo', async (c) => {
    const official = await officialOf(deps, c.req.param('id'));
    const pixels = (await deps.directory.findPhoto(official.id))?.record.jpeg;
    if (!pixels || (official.publication.state === 'reserved' && !mayKnow(deps, official.unit))) {
      throw new Refusal<HttpCode>('http/not-found', 'no photo');
    }
    return c.body(new Uint8Array(pixels), 200, { 'content-type': 'image/jpeg', 'cache-control': 'no-store' });
  });
  app.get('/catalogue', async (c) => c.json(await catalogue(deps)));
  app.post('/officials/:id/change', async (c) => {
    const body = await readJson(c, change);
    const photo = body.photo && (await deps.readPhoto(body.photo));
    const changed = await deps.changeOfficial({
      id: idOf(c.req.param('id')),
      changes: present(body.changes),
      ...(body.photo === null ? { photo: null } : photo && { photo }),
    });
    return c.json(officialView(changed));
  });
  app.post('/officials/:id/end', async (c) => {
    const body = await readJson(c, ending);
    const id = idOf(c.req.param('id'));
    return c.json(officialView(await deps.endOfficial({ id, ...present(body) })));
  });
}

/** Whether whoever asks may know reserved names in a unit; with `null`, in all of them. The owner of the machine may. */
function mayKnow({ acting, clock }: StaffDeps, unit: UnitCode | null): boolean {
  const caller = acting.current()?.caller;
  if (!caller) return true;
  const today = dayInMexicoCity(clock());
  return KNOWS_RESERVED.some((role) => holdsRole(caller.grants, role, today, unit));
}

function shownTo(deps: StaffDeps, official: Official): OfficialView {
  const view = officialView(official);
  return official.publication.state === 'reserved' && !mayKnow(deps, official.unit) ? maskedView(view) : view;
}

/** What those in office may do, may ask for and never ask for: what new ones are offered. */
async function catalogue({ directory, clock }: StaffDeps): Promise<ReturnType<typeof catalogueOf>> {
  const inOffice: Official[] = [];
  let after: OfficialCursor | undefined;
  do {
    const query = { inOfficeOn: dayInMexicoCity(clock()), publicOnly: false, limit: 200 };
    const page = await directory.searchOfficials({ ...query, ...(after && { after }) });
    inOffice.push(...page.items);
    after = page.next;
  } while (after);
  return catalogueOf(inOffice);
}

/** What these routes take, for whoever reads their description. */
export const DIRECTORY_INPUTS: RouteInputs = {
  'GET /officials': { query: filters },
  'POST /units': { body: unit },
  'POST /officials': { body: registration },
  'POST /officials/import': { body: importing },
  'POST /officials/:id/change': { body: change },
  'POST /officials/:id/end': { body: ending },
};
