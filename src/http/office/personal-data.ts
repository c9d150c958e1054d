import type { Role } from '../../access/role.ts';
import type { LoggedIn } from '../../access/session.ts';
import { foldText } from '../../directory/text.ts';
import type { RetentionLine } from '../../personal/retention.ts';
import type { ProblemBody } from '../problem.ts';
import type { ExportNoteView, SweepView } from '../staff/personal-data.ts';
import type { ExportView } from '../staff/personal-export.ts';
import type { PersonView } from '../staff/people.ts';
import type { DeliveryView, ReceptionView } from '../staff/receptions.ts';
import type { OficioView, OfficialView } from '../staff/views.ts';
import { readableExport } from './export-page.ts';
import { mayOpen } from './frame.ts';
import type { Told } from './letter-words.ts';
import {
  ANSWERING,
  besideLetterPage,
  DATA_PATH,
  DATA_ROLES,
  dataPage,
  exportedPage,
  foundPage,
  type AskedBy,
  type DataPage,
} from './personal-data-page.ts';
import { roleRoute, type OfficeRoute, type PersonalAnswer } from './route.ts';
import type { OfficeSite } from './site.ts';

const MOST_FOUND = 20;
const MOST_TYPED = 120;
const ASKED_BY: readonly AskedBy[] = ['official', 'person', 'name'];
const DOWNLOADS: Readonly<Record<string, string>> = { json: 'datos-personales.json', leer: 'datos-personales.html' };

/**
 * What a person may ask for of their data: each page asks the staff API in the name of whoever is logged in. Who is looked for is sent
 * in the body, so that no address holds a name.
 */
export function personalDataPageRoutes(site: OfficeSite): readonly OfficeRoute[] {
  const { clock } = site.deps;
  const route = (
    method: OfficeRoute['method'],
    path: string,
    roles: readonly Role[],
    answer: PersonalAnswer,
  ): OfficeRoute => roleRoute(site, method, `${DATA_PATH}${path}`, roles, answer);

  return [
    route('GET', '', DATA_ROLES, (_, who) => home(who)),
    // Whoever loads the address of what was sent begins again.
    ...['/buscar', '/persona', '/barrido'].map((path) =>
      route('GET', path, DATA_ROLES, async () => site.seeOther(DATA_PATH)),
    ),
    route('POST', '/buscar', ANSWERING, async (c, who) => {
      const typed = ((await site.readForm(c)).get('busca') ?? '').trim().slice(0, MOST_TYPED);
      if (typed === '') return site.seeOther(DATA_PATH);
      const words = foldText(typed).split(' ').filter(Boolean);
      const [named, own, people] = await Promise.all([
        some<readonly OfficialView[]>(who, `/officials?name=${encodeURIComponent(typed)}&limit=${MOST_FOUND}`, []),
        some<OfficialView | undefined>(who, `/officials/${encodeURIComponent(typed)}`, undefined),
        some<readonly PersonView[]>(who, '/people', []),
      ]);
      const officials = own && !named.some(({ id }) => id === own.id) ? [own, ...named] : named;
      const isMeant = ({ id, name }: PersonView): boolean => {
        const has = foldText(name).split(' ');
        return id === typed.toLowerCase() || words.every((word) => has.includes(word));
      };
      const found = { typed, officials, people: people.filter(isMeant).slice(0, MOST_FOUND), isName: words.length > 1 };
      return site.page(foundPage(site, { who, at: clock() }, found));
    }),
    route('POST', '/persona', ANSWERING, async (c, who) => {
      const form = await site.readForm(c);
      const [asked = '', value = '', as = ''] = ['de', 'valor', 'como'].map((name) => form.get(name) ?? '');
      const by = ASKED_BY.find((one) => one === asked) ?? 'name';
      const answer = await site.ask(who, 'GET', `/personal-data?${new URLSearchParams({ [by]: value }).toString()}`);
      if (!answer.ok) return site.declined(c, (await answer.json()) as ProblemBody);
      const view = (await answer.json()) as ExportView;
      const whom = nameIn(view) ?? value;
      if (as === 'json') return download(as, 'application/json', `${JSON.stringify(view, undefined, 2)}\n`);
      if (as === 'leer') return download(as, 'text/html; charset=utf-8', readableExport(site.institution, whom, view));
      return site.page(exportedPage(site, { who, at: clock() }, { whom, by, value, view }));
    }),
    route('GET', '/oficio', ['clerk'], async (c, who) => {
      const typed = (c.req.query('oficio') ?? '').trim().slice(0, 100);
      if (typed === '') return site.seeOther(DATA_PATH);
      const found = await site.ask(who, 'GET', `/oficios?name=${encodeURIComponent(typed)}`);
      if (!found.ok) return home(who, { told: (await found.json()) as Told }, found.status);
      const letter = ((await found.json()) as readonly OficioView[])[0]!;
      const answers = await Promise.all(
        ['delivery', 'receptions'].map((what) => site.ask(who, 'GET', `/oficios/${letter.id}/${what}`)),
      );
      const refused = answers.find(({ ok }) => !ok);
      if (refused) return site.declined(c, (await refused.json()) as ProblemBody);
      const [delivery, receptions] = (await Promise.all(answers.map((one) => one.json()))) as [
        DeliveryView,
        readonly ReceptionView[],
      ];
      return site.page(besideLetterPage(site, { who, at: clock() }, { letter, delivery, receptions }));
    }),
    route('POST', '/oficios/:id{[0-9a-f]{16}}/borrar', ['clerk', 'hr'], async (c, who) => {
      const form = await site.readForm(c);
      const reception = form.get('reception');
      const body = {
        ...(reception !== null && { reception }),
        ...{ ground: form.get('ground') ?? '', reference: form.get('reference') ?? '' },
      };
      return site.outcome(c, await site.ask(who, 'POST', `/oficios/${c.req.param('id')}/erasures`, body), DATA_PATH);
    }),
    route('POST', '/barrido', ['operator'], async (c, who) => {
      const trial = (await site.readForm(c)).get('solo') === 'contar';
      const answer = await site.ask(who, 'POST', '/data/sweep', { trial });
      if (!answer.ok) return site.declined(c, (await answer.json()) as ProblemBody);
      return trial ? home(who, { counted: (await answer.json()) as SweepView }) : site.seeOther(DATA_PATH);
    }),
  ];

  async function home(who: LoggedIn, more: Partial<DataPage> = {}, status = 200): Promise<Response> {
    const isAuditor = mayOpen(who, ['auditor'], clock());
    const [retention, { last }, notes] = await Promise.all([
      some<readonly RetentionLine[]>(who, '/data/retention', []),
      some<{ readonly last: SweepView | null }>(who, '/data/sweep', { last: null }),
      isAuditor ? some<readonly ExportNoteView[]>(who, '/personal-data/exports', []) : [],
    ]);
    const page = { retention, last: last ?? undefined, notes, ...more };
    return site.page(dataPage(site, { who, at: clock() }, page), status);
  }

  /** What whoever asks may read of it. What could not be read must not look like nothing. */
  async function some<Value>(who: LoggedIn, path: string, otherwise: Value): Promise<Value> {
    const answer = await site.ask(who, 'GET', path);
    if (answer.status >= 500) throw new Error(`the staff API did not answer: ${answer.status}`);
    return answer.ok ? ((await answer.json()) as Value) : otherwise;
  }

  function download(as: 'json' | 'leer', type: string, text: string): Response {
    const disposition = `attachment; filename="${DOWNLOADS[as]}"`;
    return new Response(text, {
      headers: { ...site.headers.json, 'content-type': type, 'content-disposition': disposition },
    });
  }
}

/** As the directory, or who manages access, calls them. */
function nameIn({ parts }: ExportView): string | undefined {
  const lines: readonly string[] = ['officials', 'access'];
  const items = parts.flatMap(({ line, items: held }) => (lines.includes(line) ? held : []));
  const [name] = (items as readonly { readonly name?: unknown }[]).flatMap(({ name: one }) => one ?? []);
  return typeof name === 'string' && name !== '' ? name : undefined;
}
