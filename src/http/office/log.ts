import type { LoggedIn } from '../../access/session.ts';
import type { Role } from '../../access/role.ts';
import type { Unit } from '../../directory/unit.ts';
import type { EntryPage, OpenedEntryView } from '../staff/log-entries.ts';
import type { PersonView } from '../staff/people.ts';
import type { Fact } from '../staff/record-facts.ts';
import { STAFF_PREFIX } from '../staff/prefix.ts';
import type { OfficialView } from '../staff/views.ts';
import { csvStream, logLine } from './log-csv.ts';
import { entryPage } from './log-entry-page.ts';
import { FILTERS, logPage, type LogFilters } from './log-page.ts';
import { auditAnswer, auditFormPage } from './log-audit.ts';
import { revocationsPage, type Revocations } from './revocations-page.ts';
import { roleRoute, type OfficeRoute, type PersonalAnswer } from './route.ts';
import type { OfficeContext, OfficeSite } from './site.ts';
import { verifyLogPage } from './verify-log-page.ts';

/** For whom the pages of the log are. */
export const LOG_ROLES: readonly Role[] = ['auditor'];

const PAGE = 50;
const EXPORT_PAGE = 200;

/** The auditor's day: each page asks the staff API in the name of whoever is logged in, and none of them acts. */
export function logRoutes(site: OfficeSite): readonly OfficeRoute[] {
  const { clock } = site.deps;
  const reading = (path: string, answer: PersonalAnswer): OfficeRoute =>
    roleRoute(site, 'GET', path, LOG_ROLES, answer);
  const looking = (who: LoggedIn) => ({ who, at: clock() });

  return [
    reading('/bitacora', async (c, who) => {
      const filters = filtersOf(c);
      const [found, people, units] = await Promise.all([
        ask(who, `/log/entries?${queryOf(filters, c.req.query('antes'))}&limit=${PAGE}`),
        get<readonly PersonView[]>(who, '/people'),
        get<readonly Unit[]>(who, '/units'),
      ]);
      const told = found.ok ? undefined : ((await found.json()) as { readonly detail: string; readonly code: string });
      const page = found.ok ? ((await found.json()) as EntryPage) : { size: 0, acts: [] };
      const names = await namesOf(
        who,
        page.acts.flatMap(({ about }) => about.official ?? []),
      );
      const shown = { filters, page, people, units, names, isFirst: c.req.query('antes') === undefined };
      return site.page(logPage(site, looking(who), { ...shown, ...(told && { told }) }), found.ok ? 200 : found.status);
    }),
    reading('/bitacora/exportar.csv', async (c, who) => {
      const query = queryOf(filtersOf(c));
      // A filter that is none is refused before anything is sent.
      const first = await ask(who, `/log/entries?${query}&limit=${EXPORT_PAGE}`);
      if (!first.ok) return asPage(first);
      return new Response(csvStream(linesOf(who, query, (await first.json()) as EntryPage)), {
        headers: {
          ...site.headers.json,
          'content-type': 'text/csv; charset=utf-8',
          'content-disposition': 'attachment; filename="bitacora.csv"',
        },
      });
    }),
    reading('/bitacora/revocaciones', async (_, who) => {
      const state = async (of: string): Promise<Revocations['suspended']> => get(who, `/credentials?state=${of}`);
      const [suspended, revoked, cards, distinctives, lists] = await Promise.all([
        state('suspended'),
        state('revoked'),
        get<Revocations['cards']>(who, '/card-list?state=ended'),
        get<Revocations['distinctives']>(who, '/distinctives?state=withdrawn'),
        get<Revocations['lists']>(who, '/revocation'),
      ]);
      const names = await namesOf(
        who,
        [...suspended, ...revoked].map(({ officialId }) => officialId),
      );
      return site.page(revocationsPage(site, looking(who), { suspended, revoked, cards, distinctives, lists, names }));
    }),
    reading('/bitacora/verificar', async (c, who) => {
      const index = c.req.query('asiento');
      if (index === undefined || !/^\d{1,15}$/.test(index)) return site.page(verifyLogPage(site, looking(who)));
      const answer = await ask(who, `/log/entries/${index}`);
      if (!answer.ok) return asPage(answer);
      return site.page(verifyLogPage(site, looking(who), (await answer.json()) as OpenedEntryView));
    }),
    reading('/bitacora/revision', async (_, who) => site.page(auditFormPage(site, looking(who)))),
    roleRoute(site, 'POST', '/bitacora/revision', LOG_ROLES, async (c, who) => {
      const kept = ((await site.readForm(c)).get('kept') ?? '').replaceAll('\r\n', '\n').trim();
      const answer = await askAudit(who, kept === '' ? [] : [`${kept}\n`]);
      return answer.ok ? auditAnswer(site, looking(who), answer) : asPage(answer);
    }),
    reading('/bitacora/:index{[0-9]{1,15}}', async (c, who) => {
      const answer = await ask(who, `/log/entries/${c.req.param('index')}`);
      if (!answer.ok) return asPage(answer);
      const act = (await answer.json()) as OpenedEntryView;
      const names = await namesOf(who, act.about.official === undefined ? [] : [act.about.official]);
      return site.page(entryPage(site, looking(who), { act, names, row: await rowOf(who, act) }));
    }),
    reading('/bitacora/:index{[0-9]{1,15}\\.json}', async (c, who) => {
      const index = (c.req.param('index') ?? '').replace('.json', '');
      const answer = await ask(who, `/log/entries/${index}`);
      if (!answer.ok) return asPage(answer);
      const name = `asiento-${index}.json`;
      const headers = { ...site.headers.json, 'content-disposition': `attachment; filename="${name}"` };
      return new Response(JSON.stringify(await answer.json(), null, 2), { headers });
    }),
  ];

  function ask(who: LoggedIn, path: string): Promise<Response> {
    return site.ask(who, 'GET', path);
  }

  /** Told line by line while it goes on. */
  function askAudit({ caller }: LoggedIn, kept: readonly string[]): Promise<Response> {
    const headers = { 'content-type': 'application/json', accept: 'application/x-ndjson' };
    const init = { method: 'POST', headers, body: JSON.stringify({ kept }) };
    return site.deps.staff.answer(new Request(`${site.deps.origin}${STAFF_PREFIX}/log/audit`, init), caller);
  }

  /** What an auditor may read; nothing where it is not there. */
  async function get<Value>(who: LoggedIn, path: string): Promise<Value> {
    const answer = await ask(who, path);
    return (answer.ok ? await answer.json() : []) as Value;
  }

  /** Officials by their ids, as the directory calls them today. */
  async function namesOf(who: LoggedIn, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const names = new Map<string, string>();
    for (const id of new Set(ids)) {
      const answer = await ask(who, `/officials/${encodeURIComponent(id)}`);
      if (answer.ok) names.set(id, ((await answer.json()) as OfficialView).name);
    }
    return names;
  }

  /** The row that the act made or changed, as it stands today. */
  async function rowOf(who: LoggedIn, { about }: OpenedEntryView): Promise<Readonly<Record<string, Fact>> | undefined> {
    const { noun, key } = about;
    const path = key === undefined ? undefined : ROWS[noun ?? '']?.(encodeURIComponent(key));
    const answer = path === undefined ? undefined : await ask(who, path);
    if (!answer?.ok) return undefined;
    const said = (await answer.json()) as unknown;
    const found = Array.isArray(said)
      ? (said as { readonly code?: string; readonly id?: string }[]).find(
          ({ code, id }) => said.length === 1 || code === key || id === key,
        )
      : said;
    return found as Readonly<Record<string, Fact>> | undefined;
  }

  async function* linesOf(who: LoggedIn, query: string, first: EntryPage): AsyncGenerator<string> {
    let page = first;
    for (;;) {
      if (page.acts.length > 0) yield page.acts.map(logLine).join('');
      if (page.next === undefined) return;
      const answer = await ask(who, `/log/entries?${query}&limit=${EXPORT_PAGE}&before=${page.next}`);
      // Whoever opens it must not take a part for the whole.
      if (!answer.ok) throw new Error(`the log was not told to its beginning: ${answer.status}`);
      page = (await answer.json()) as EntryPage;
    }
  }

  async function asPage(answer: Response): Promise<Response> {
    const { detail, code } = (await answer.json()) as { readonly detail: string; readonly code: string };
    return site.trouble(detail, code, answer.status);
  }
}

/** Where the staff API tells of a row, by its noun. */
const ROWS: Readonly<Record<string, (key: string) => string>> = {
  oficio: (key) => `/oficios?name=${key}`,
  credential: (key) => `/credentials/${key}`,
  card: (key) => `/cards?number=${key}`,
  distinctive: (key) => `/distinctives/${key}`,
  official: (key) => `/officials/${key}`,
  unit: () => '/units',
  person: () => '/people',
};

function filtersOf(c: OfficeContext): LogFilters {
  return Object.fromEntries(
    FILTERS.flatMap((name) => {
      const value = c.req.query(name)?.trim().slice(0, 200);
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
}

/** What the filters of the page are called in the staff API. */
function queryOf({ acto, ...filters }: LogFilters, before?: string): string {
  const query = new URLSearchParams();
  // A group of acts: all of one noun.
  for (const kind of acto?.split(' ') ?? []) query.append('kind', kind);
  const named: Readonly<Record<string, string | undefined>> = {
    person: filters.persona,
    unit: filters.unidad,
    from: filters.desde,
    to: filters.hasta,
    official: filters.funcionario,
    letter: filters.oficio,
    result: filters.resultado,
    before,
  };
  for (const [name, value] of Object.entries(named)) if (value !== undefined) query.set(name, value);
  return query.toString();
}
