import type { Hono } from 'hono';
import { z } from 'zod';
import { Refusal } from '../../core/refusal.ts';
import type { DirectoryCode } from '../../directory/code.ts';
import { parseOfficialId, type Official, type OfficialId } from '../../directory/official.ts';
import { foldText } from '../../directory/text.ts';
import type { HttpCode } from '../../texts/code.ts';
import type { StaffDeps } from './deps.ts';
import { base64Bytes, queryNumber, readJson } from './input.ts';
import { officialView } from './views.ts';

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
    const [name, after] = [c.req.query('name'), c.req.query('after')];
    const last = after === undefined ? undefined : await officialOf(deps, after);
    const page = await deps.directory.searchOfficials({
      ...(name !== undefined && { name }),
      ...(last && { after: { order: foldText(last.name), id: last.id } }),
      publicOnly: false,
      limit: queryNumber(c, 'limit', 200, 200),
    });
    return c.json(page.items.map(officialView));
  });
  app.get('/officials/:id', async (c) => c.json(officialView(await officialOf(deps, c.req.param('id')))));
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
