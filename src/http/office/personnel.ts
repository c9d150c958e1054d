import type { Role } from '../../access/role.ts';
import { drawSecret } from '../../access/secret.ts';
import type { LoggedIn } from '../../access/session.ts';
import { toBase64 } from '../../core/base64.ts';
import { EVIDENCE_KINDS } from '../../directory/distinctive/distinctive.ts';
import type { Catalogue } from '../../directory/catalogue.ts';
import type { Unit } from '../../directory/unit.ts';
import type { PersonView } from '../staff/people.ts';
import type { OfficialView } from '../staff/views.ts';
import { importRoutes } from './import-officials.ts';
import { officialPage, type OfficialPage } from './official-page.ts';
import { personnelPage, PERSONNEL_PATH, registerPage, type PersonForm } from './personnel-page.ts';
import { mayOpen } from './frame.ts';
import { roleRoute, type OfficeRoute, type PersonalAnswer } from './route.ts';
import type { OfficeContext, OfficeSite } from './site.ts';

/** For whom the pages about people are; what they may do there, the staff API says. */
export const PERSONNEL_ROLES: readonly Role[] = ['hr', 'approver', 'auditor'];

const PAGE = 50;
/** A photo as a camera makes it, and the fields beside it. */
const MOST_FORM_BYTES = 12 * 1024 * 1024;
const ID = ':id{[0-9A-HJKMNP-TV-Z]{8}}';
const SERIAL = ':serial{[0-9a-f]{1,40}}';
const NUMBER = ':number{[0-9A-Za-z-]{1,40}}';

/** HR's day: every page asks the staff API in the name of whoever is logged in. */
export function personnelRoutes(site: OfficeSite): readonly OfficeRoute[] {
  const { clock, random } = site.deps;

  /** What the API declines ends the request as the API says it. */
  const get = site.get;
  const route = (
    method: OfficeRoute['method'],
    path: string,
    roles: readonly Role[],
    answer: PersonalAnswer,
  ): OfficeRoute => roleRoute(site, method, `${PERSONNEL_PATH}${path}`, roles, answer);
  const reading = (path: string, answer: PersonalAnswer): OfficeRoute => route('GET', path, PERSONNEL_ROLES, answer);
  /** Asks for an act about somebody; done at once or waiting, it leads back to them. */
  const acting = (
    path: string,
    request: (c: OfficeContext, id: string) => Promise<{ readonly path: string; readonly body?: object }>,
  ): OfficeRoute =>
    route('POST', `/${ID}${path}`, ['hr'], async (c, who) => {
      const id = c.req.param('id')!;
      const { path: below, body = {} } = await request(c, id);
      return site.outcome(c, await site.ask(who, 'POST', below, body), `${PERSONNEL_PATH}/${id}`);
    });
  /** A file of the API as it is. */
  const passing = (path: string, below: (c: OfficeContext) => string): OfficeRoute =>
    reading(path, async (c, who) => site.ask(who, 'GET', below(c)));

  const formFor = async (who: LoggedIn, action: string, official?: OfficialView): Promise<PersonForm> => {
    const [units, catalogue] = [await get<readonly Unit[]>(who, '/units'), await get<Catalogue>(who, '/catalogue')];
    const submit = official ? 'Pedir el cambio' : 'Registrar';
    const shown = official && { official, shown: JSON.stringify(changesOf(fieldsShown(official))) };
    return { action, key: drawSecret(random), units, catalogue, submit, ...shown };
  };

  const fieldsOf = async (
    c: OfficeContext,
  ): Promise<{ readonly official: object; readonly photo?: string; readonly shown: string }> => {
    const { fields, files } = await site.readMultipart(c, MOST_FORM_BYTES);
    const field = (name: string): string => (fields.get(name) ?? '').trim();
    const lines = (name: string): readonly string[] => field(name).split(/\r?\n/).map((line) => line.trim()).filter(Boolean); // prettier-ignore
    const some = (name: string): object => (field(name) === '' ? {} : { [name]: field(name) });
    const photo = files.get('photo');
    return {
      official: {
        ...{ name: field('name'), post: field('post'), unit: field('unit'), validFrom: field('validFrom') },
        ...{ powers: lines('powers'), mayAsk: lines('mayAsk'), neverAsks: lines('neverAsks') },
        ...{ ...some('validUntil'), ...some('phone'), ...some('mail') },
        ...(field('legalGround') === '' ? {} : { publication: 'reserved', legalGround: field('legalGround') }),
      },
      ...(photo && { photo: toBase64(photo) }),
      shown: fields.get('shown') ?? '{}',
    };
  };

  return [
    reading('', async (c, who) => {
      const asked = (name: string): string | undefined => c.req.query(name)?.slice(0, 200) || undefined;
      const [nombre, unidad, todas, after] = ['nombre', 'unidad', 'todas', 'despues'].map(asked);
      const query = new URLSearchParams({ limit: String(PAGE), ...(todas === undefined && { office: 'in' }) });
      if (nombre !== undefined) query.set('name', nombre);
      if (unidad !== undefined) query.set('unit', unidad);
      if (after !== undefined) query.set('after', after);
      const officials = await get<readonly OfficialView[]>(who, `/officials?${query.toString()}`);
      const units = await get<readonly Unit[]>(who, '/units');
      const filters = { ...(nombre && { nombre }), ...(unidad && { unidad }), ...(todas && { todas }) };
      const next = officials.length === PAGE ? officials.at(-1)!.id : undefined;
      const list = { officials, units, filters, ...(next && { after: next }) };
      const page = personnelPage(site, { who, at: clock() }, list);
      return mayOpen(who, ['hr'], clock()) ? site.bridgePage(page) : site.page(page);
    }),
    route('GET', '/nueva', ['hr'], async (_, who) =>
      site.page(registerPage(site, { who, at: clock() }, await formFor(who, `${PERSONNEL_PATH}/nueva`))),
    ),
    route('POST', '/nueva', ['hr'], async (c, who) => {
      const { shown: _, ...request } = await fieldsOf(c);
      return site.outcome(c, await site.ask(who, 'POST', '/officials', request), PERSONNEL_PATH);
    }),
    ...importRoutes(site, { route, get }),
    passing(`/gafete/${NUMBER}`, (c) => `/cards/${c.req.param('number')}/badge`),
    passing(`/distintivo/${NUMBER}`, (c) => `/distinctives/${c.req.param('number')}/badge`),
    passing(`/${ID}/foto`, (c) => `/officials/${c.req.param('id')}/photo`),
    reading(`/${ID}`, async (c, who) => {
      const id = c.req.param('id')!;
      const [official, credentials, cards, distinctives, people] = await Promise.all([
        get<OfficialView>(who, `/officials/${id}`),
        get<OfficialPage['credentials']>(who, `/credentials?official=${id}`),
        get<OfficialPage['cards']>(who, `/card-list?official=${id}`),
        get<OfficialPage['distinctives']>(who, `/distinctives?official=${id}`),
        get<readonly PersonView[]>(who, '/people'),
      ]);
      const access = people.filter((one) => one.official === id);
      const form = await formFor(who, `${PERSONNEL_PATH}/${id}/datos`, official);
      const page = { official, credentials, cards, distinctives, access, form };
      return site.page(officialPage(site, { who, at: clock() }, page));
    }),
    acting('/datos', async (c, id) => {
      const { official, shown, ...photo } = await fieldsOf(c);
      return { path: `/officials/${id}/change`, body: { changes: changedOf(changesOf(official), shown), ...photo } };
    }),
    acting('/credencial', async (c, officialId) => {
      const form = await site.readForm(c);
      const days = Number(form.get('days'));
      const body = { officialId, kind: form.get('kind'), days, idempotencyKey: form.get('key') };
      return { path: '/credentials', body };
    }),
    acting(`/credencial/${SERIAL}/suspender`, async (c) => ({
      path: `/credentials/${c.req.param('serial')}/suspend`,
    })),
    acting(`/credencial/${SERIAL}/reanudar`, async (c) => ({ path: `/credentials/${c.req.param('serial')}/resume` })),
    acting(`/credencial/${SERIAL}/revocar`, async (c) => ({
      path: `/credentials/${c.req.param('serial')}/revoke`,
      body: { reason: (await site.readForm(c)).get('reason') },
    })),
    acting(`/tarjeta/${NUMBER}/terminar`, async (c) => ({
      path: `/cards/${c.req.param('number')}/end`,
      body: { reason: (await site.readForm(c)).get('reason') },
    })),
    acting('/distintivo', async (c, officialId) => {
      const form = await site.readForm(c);
      const evidence = EVIDENCE_KINDS.map((kind) => {
        const reference = (form.get(`${kind}-ref`) ?? '').trim();
        return { kind, until: form.get(kind) ?? '', ...(reference !== '' && { reference }) };
      });
      return { path: '/distinctives', body: { officialId, evidence, idempotencyKey: form.get('key') } };
    }),
    acting(`/distintivo/${NUMBER}/retirar`, async (c) => ({
      path: `/distinctives/${c.req.param('number')}/withdraw`,
      body: { reason: (await site.readForm(c)).get('reason') },
    })),
    acting('/baja', async (c, id) => {
      const form = await site.readForm(c);
      const on = form.get('on') ?? '';
      return { path: `/officials/${id}/end`, body: { reason: form.get('reason'), ...(on !== '' && { on }) } };
    }),
  ];
}

/** The fields of somebody as their form shows them. */
function fieldsShown(official: OfficialView): object {
  const { name, post, unit, validFrom, validUntil, powers, mayAsk, neverAsks, contact, publication } = official;
  return {
    ...{ name, post, unit, validFrom, powers, mayAsk, neverAsks },
    ...{ ...(validUntil !== undefined && { validUntil }), ...contact },
    ...(publication.state === 'reserved' && { publication: 'reserved', legalGround: publication.legalGround }),
  };
}

/**
 * What somebody changed of what they were shown: a form that was open while another changed somebody would undo it, and make a name public
 * that was reserved meanwhile.
 */
function changedOf(changes: object, shown: string): object {
  let before: Readonly<Record<string, unknown>>;
  try {
    before = (JSON.parse(shown) ?? {}) as typeof before;
  } catch {
    before = {};
  }
  const isChanged = ([name, value]: readonly [string, unknown]): boolean =>
    JSON.stringify(before[name]) !== JSON.stringify(value);
  return Object.fromEntries(Object.entries(changes).filter(isChanged));
}

/** A form says all of its fields: what was emptied is taken away, as the API reads it. */
function changesOf(official: object): object {
  return { validUntil: '', phone: '', mail: '', publication: 'public', legalGround: '', ...official };
}
