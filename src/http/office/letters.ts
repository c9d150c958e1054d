import { holdsRole } from '../../access/role.ts';
import type { LoggedIn } from '../../access/session.ts';
import { Refusal } from '../../core/refusal.ts';
import { dayInMexicoCity } from '../../core/time.ts';
import type { Unit } from '../../directory/unit.ts';
import type { HttpCode } from '../../texts/code.ts';
import { guarded } from '../passkey-page.ts';
import { problemOf, type ProblemBody } from '../problem.ts';
import type { ListedApproval } from '../staff/approval-list.ts';
import type { LetterPage, LetterWaitingView, SignatoryView } from '../staff/letters.ts';
import type { OficioView } from '../staff/views.ts';
import { LETTER_ROLES } from './frame.ts';
import { letterPage } from './letter-page.ts';
import { LETTER_FILTERS, lettersPage, type LetterFilters } from './letters-page.ts';
import { roleRoute, type OfficeRoute, type PersonalAnswer } from './route.ts';
import type { OfficeContext, OfficeSite } from './site.ts';

const PAGE = 25;
const LETTER = '/oficios/:id{[0-9a-f]{16}}';

/** Letters, as a clerk and a signer go about them: each page asks the staff API in the name of whoever is logged in. */
export function letterRoutes(site: OfficeSite): readonly OfficeRoute[] {
  const { clock } = site.deps;

  return [
    reading('/oficios', async (c, who) => {
      const filters = filtersOf(c);
      const before = c.req.query('antes');
      const found = await site.ask(who, 'GET', `/oficios/search?${queryOf(filters, before)}`);
      if (!found.ok) return declined(c, found);
      const [units, waiting] = [
        await site.list<Unit>(who, '/units'),
        await site.list<ListedApproval>(who, '/approvals?state=open'),
      ];
      const shown = {
        ...{ filters, units, isFirst: before === undefined },
        page: (await found.json()) as LetterPage,
        waiting: waiting.filter(({ about = [] }) => about.length > 0),
        forCard: await site.list<OficioView>(who, '/oficios/for-card'),
      };
      const page = lettersPage(site, { who, at: clock() }, shown);
      return shown.forCard.length > 0 ? site.bridgePage(page) : site.page(page);
    }),
    reading(LETTER, async (c, who) => {
      const found = await site.ask(who, 'GET', `/oficios?name=${idOf(c)}`);
      if (!found.ok) return declined(c, found);
      const [letter] = (await found.json()) as readonly [OficioView];
      const day = dayInMexicoCity(clock());
      const mayTouch = (['clerk', 'signer'] as const).some((role) =>
        holdsRole(who.caller.grants, role, day, letter.unit),
      );
      const shown = {
        ...{ letter, mayTouch },
        waiting: await site.list<LetterWaitingView>(who, `/oficios/${idOf(c)}/waiting`),
        signatories: mayTouch ? await site.list<SignatoryView>(who, '/signatories?units=all') : [],
        card: letter.state === 'sealed' ? await cardOf(who, letter) : undefined,
      };
      const page = letterPage(site, { who, at: clock() }, shown);
      return shown.card === 'yours' ? site.bridgePage(page) : site.page(page);
    }),
    // As it was given, without its seal.
    reading(`${LETTER}/borrador`, async (c, who) => {
      const file = await site.ask(who, 'GET', `/oficios/${idOf(c)}/draft`);
      return file.ok ? guarded(file, site.headers) : declined(c, file);
    }),
    reading(`${LETTER}/pdf`, async (c, who) => {
      const [letter] = await site.list<OficioView>(who, `/oficios?name=${idOf(c)}`);
      const file = await site.ask(who, 'GET', `/oficios/${idOf(c)}/document`);
      if (!file.ok || !letter) return declined(c, file);
      const name = `${letter.folio.replaceAll('/', '-')}.pdf`;
      const headers = { 'content-type': 'application/pdf', 'content-disposition': `attachment; filename="${name}"` };
      return new Response(file.body, { headers: { ...site.headers.json, ...headers } });
    }),
    acting(`${LETTER}/cancelar`, 'oficio/cancelled', (_, form) => ({
      path: 'cancel',
      body: { reason: form.get('reason') ?? '' },
    })),
    acting(`${LETTER}/sustituir`, 'oficio/replaced', (_, form) => ({
      path: 'replace',
      body: { reason: form.get('reason') ?? '', by: (form.get('by') ?? '').trim() },
    })),
    acting(`${LETTER}/otra-firma`, 'oficio/countersigned', (_, form) => ({
      path: 'countersignatures',
      body: { signerId: form.get('signerId') ?? '' },
    })),
    acting(`${LETTER}/mandar`, 'oficio/signed', () => ({ path: 'sign', body: {} })),
    roleRoute(site, 'POST', '/oficios/firmar', ['signer'], async (c, who) => {
      const chosen = (await site.readForm(c)).getAll('approval');
      if (chosen.length === 0) {
        const detail = 'No marcó ningún oficio: marque los que va a firmar, y oprima otra vez.';
        return site.declined(c, {
          ...problemOf(new Refusal<HttpCode>('http/malformed', 'no letter chosen', { field: 'approval' })).body,
          detail,
        });
      }
      if (chosen.length === 1 && /^[0-9a-f]{32}$/.test(chosen[0]!)) return site.seeOther(`/solicitudes/${chosen[0]!}`);
      return site.outcome(c, await site.ask(who, 'POST', '/approvals/together', { approvals: chosen }), '/oficios');
    }),
  ];

  function reading(path: string, answer: PersonalAnswer): OfficeRoute {
    return roleRoute(site, 'GET', path, LETTER_ROLES, answer);
  }

  /** What is asked of one letter. Sent twice, or by two people, what waits already is gone on with. */
  function acting(
    path: string,
    action: string,
    read: (c: OfficeContext, form: URLSearchParams) => { readonly path: string; readonly body: object },
  ): OfficeRoute {
    return roleRoute(site, 'POST', path, ['clerk', 'signer'], async (c, who) => {
      const asked = read(c, await site.readForm(c));
      const waiting = await site.list<LetterWaitingView>(who, `/oficios/${idOf(c)}/waiting`);
      const own = (asked.body as { readonly signerId?: string }).signerId;
      // By what it is replaced is not told here: another one is another request.
      const same =
        action !== 'oficio/replaced' &&
        waiting.find((one) => one.action === action && (own === undefined || one.official?.id === own));
      if (same) return leadTo(c, same);
      const answer = await site.ask(who, 'POST', `/oficios/${idOf(c)}/${asked.path}`, asked.body);
      if (answer.status !== 202) return site.outcome(c, answer, `/oficios/${idOf(c)}`);
      const [made] = await site.list<LetterWaitingView>(who, `/oficios/${idOf(c)}/waiting`);
      return leadTo(c, made);
    });
  }

  /** To confirm it, where that is theirs; else to the letter, which says whom it waits for. */
  function leadTo(c: OfficeContext, waiting: LetterWaitingView | undefined): Response {
    return site.seeOther(waiting?.waitsForYou ? `/solicitudes/${waiting.id}` : `/oficios/${idOf(c)}`);
  }

  /** Whose card a draft waits for, where it waits for one and nothing else. */
  async function cardOf(who: LoggedIn, { id, signer }: OficioView): Promise<'yours' | 'theirs' | undefined> {
    const mine = await site.list<OficioView>(who, '/oficios/for-card');
    if (mine.some((one) => one.id === id)) return 'yours';
    const answer = await site.ask(who, 'GET', `/credentials/${signer.serial}`);
    if (!answer.ok) return undefined;
    return ((await answer.json()) as { readonly keyPlace?: string }).keyPlace === 'card' ? 'theirs' : undefined;
  }

  async function declined(c: OfficeContext, answer: Response): Promise<Response> {
    return site.declined(c, (await answer.json()) as ProblemBody);
  }
}

function idOf(c: OfficeContext): string {
  return c.req.param('id') ?? '';
}

function filtersOf(c: OfficeContext): LetterFilters {
  const found = LETTER_FILTERS.map((name) => [name, (c.req.query(name) ?? '').trim().slice(0, 200)] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== ''));
}

function queryOf({ texto, unidad, estado, anio }: LetterFilters, before: string | undefined): string {
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (texto !== undefined) query.set('text', texto);
  if (unidad !== undefined) query.set('unit', unidad);
  if (estado !== undefined) query.set('state', estado);
  if (anio !== undefined) query.set('year', anio);
  if (before !== undefined) query.set('before', before);
  return query.toString();
}
