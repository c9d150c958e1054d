import { drawSecret } from '../../access/secret.ts';
import type { LoggedIn } from '../../access/session.ts';
import type { ProblemBody } from '../problem.ts';
import type { FormParts } from '../multipart.ts';
import type { DeliveryView, ReceptionView } from '../staff/receptions.ts';
import type { OficioView } from '../staff/views.ts';
import { findLetterPage, receptionsPage } from './receptions-page.ts';
import type { OfficeRoute } from './route.ts';
import type { OfficeContext, OfficeSite } from './site.ts';

/** A photo at its limit, and the fields around it. */
const MOST_BYTES = 15_500_000;
const LETTER = '/oficios/:id{[0-9a-f]{16}}/acuses';

/** Receptions of letters: each page asks the staff API in the name of whoever is logged in. */
export function receptionPageRoutes(site: OfficeSite): readonly OfficeRoute[] {
  const { clock, random } = site.deps;
  const idOf = (c: OfficeContext): string => c.req.param('id') ?? '';

  return [
    {
      method: 'GET',
      path: '/acuses',
      async answer(c) {
        const who = await site.whoAsks(c);
        const typed = c.req.query('oficio')?.slice(0, 100) ?? '';
        const looking = { who, at: clock() };
        if (typed.trim() === '') return site.page(findLetterPage(site, looking, ''));
        const answer = await site.ask(who, 'GET', `/oficios?name=${encodeURIComponent(typed)}`);
        const said: unknown = await answer.json();
        const [found] = answer.ok ? (said as readonly OficioView[]) : [];
        if (found) return site.seeOther(`/oficios/${found.id}/acuses`);
        const { status, ...told } = said as ProblemBody;
        return site.page(findLetterPage(site, looking, typed, told), status);
      },
    },
    {
      method: 'GET',
      path: LETTER,
      async answer(c) {
        const who = await site.whoAsks(c);
        const id = idOf(c);
        const [letters, receptions, delivery] = await Promise.all([
          site.get<readonly OficioView[]>(who, `/oficios?name=${id}`),
          site.get<readonly ReceptionView[]>(who, `/oficios/${id}/receptions`),
          site.get<DeliveryView>(who, `/oficios/${id}/delivery`),
        ]);
        const corrects = c.req.query('corrige');
        const corrected = receptions.find((one) => one.id === corrects && one.state === 'registered');
        const page = { who, at: clock(), letter: letters[0]!, receptions, delivery, formKey: drawSecret(random) };
        return site.page(receptionsPage(site, { ...page, corrected }));
      },
    },
    {
      method: 'POST',
      path: LETTER,
      async answer(c) {
        const who = await site.whoAsks(c);
        const body = bodyOf(await site.readMultipart(c, MOST_BYTES));
        return site.outcome(c, await register(who, idOf(c), body), `/oficios/${idOf(c)}/acuses`);
      },
    },
    {
      method: 'GET',
      path: `${LETTER}/:own{[0-9a-f]{16}}/foto`,
      async answer(c) {
        const who = await site.whoAsks(c);
        const answer = await site.ask(who, 'GET', `/oficios/${idOf(c)}/receptions/${c.req.param('own')}/photo`);
        if (!answer.ok) return site.declined(c, (await answer.json()) as ProblemBody);
        const headers = { ...site.headers.page, 'content-type': 'image/jpeg' };
        return new Response(await answer.arrayBuffer(), { headers });
      },
    },
  ];

  function register(who: LoggedIn, id: string, body: object): Promise<Response> {
    return site.ask(who, 'POST', `/oficios/${id}/receptions`, body);
  }
}

/** What a form says, as the staff API takes it: what is wrong with it is for that to say. */
function bodyOf({ fields, files }: FormParts): FormData {
  const text = (name: string): string => fields.get(name) ?? '';
  const photo = files.get('photo');
  const given = ['post', 'office', 'folio'].flatMap((name) =>
    text(name).trim() === '' ? [] : [[name, text(name)] as const],
  );
  const received = {
    // Mexico City has one offset all year.
    receivedAt: `${text('day')}T${text('hour')}:00-06:00`,
    how: text('how'),
    name: text('name'),
    ...Object.fromEntries(given),
  };
  const corrects = fields.get('corrects');
  const request = {
    ...(!fields.has('never') && { received }),
    ...(corrects !== null && { correction: { corrects, reason: text('reason') } }),
    idempotencyKey: `acuse/${text('key')}`,
  };
  const body = new FormData();
  body.set('request', JSON.stringify(request));
  if (photo) body.set('photo', new File([new Uint8Array(photo)], 'acuse'));
  return body;
}
