import { drawSecret } from '../../access/secret.ts';
import type { LoggedIn } from '../../access/session.ts';
import { isRefusal, Refusal } from '../../core/refusal.ts';
import { dayInMexicoCity, formatTime, parseDay, startOfDay, unixSeconds } from '../../core/time.ts';
import { parseAmount } from '../../oficio/amount.ts';
import type { FolioSeries } from '../../oficio/series.ts';
import type { HttpCode } from '../../texts/code.ts';
import { problemOf, type ProblemBody } from '../problem.ts';
import { MAX_STAFF_BODY_BYTES } from '../staff/app.ts';
import type { SignatoryView } from '../staff/letters.ts';
import type { OficioView } from '../staff/views.ts';
import { deliveryOf } from './delivery-fields.ts';
import { LETTER_FIELDS, newLetterPage, type TypedLetter } from './new-letter-page.ts';
import { roleRoute, type OfficeRoute } from './route.ts';
import { wantsJson, type OfficeContext, type OfficeSite } from './site.ts';

const MAKERS = ['clerk', 'signer'] as const;
const DAY_SECONDS = 86_400;

/** The field to which a refusal belongs, by the beginning of its code. */
const FIELDS: readonly (readonly [code: string, field: string])[] = [
  ['pdf/', 'document'],
  ['signature/', 'document'],
  ['seal/no-room', 'document'],
  ['oficio/active-content', 'document'],
  ['oficio/changing-content', 'document'],
  ['oficio/signature-broken', 'document'],
  ['oficio/earlier-', 'document'],
  ['seal/outside-page', 'page'],
  ['seal/covers', 'page'],
  ['oficio/place-breaks-signature', 'page'],
  ['oficio/subject-malformed', 'subject'],
  ['oficio/text-garbled', 'subject'],
  ['oficio/expires-in-past', 'expires'],
  ['oficio/amount-malformed', 'amount'],
  ['oficio/signer-', 'signerId'],
  ['oficio/visit-type', 'type'],
  ['oficio/visit-window', 'visitFrom'],
  ['oficio/visit-', 'visitors'],
  ['oficio/folio-', 'folio'],
  ['oficio/series-', 'folio'],
];

/** What the staff API calls a field that has another name in the form. */
const NAMED: Readonly<Record<string, string>> = {
  'addressee-name': 'to',
  'addressee-post': 'toPost',
  address: 'toAddress',
  place: 'visitPlace',
};

function fieldOf({ code, facts }: Pick<ProblemBody, 'code' | 'facts'>): string | undefined {
  const named = typeof facts['field'] === 'string' ? facts['field'] : undefined;
  const known = FIELDS.find(([begin]) => code.startsWith(begin))?.[1];
  return (named && NAMED[named]) ?? known ?? named;
}

/** A letter is made of a PDF: it takes its folio, is sealed, and waits for whoever signs it. */
export function newLetterRoutes(site: OfficeSite): readonly OfficeRoute[] {
  const { clock, random } = site.deps;

  return [
    roleRoute(site, 'GET', '/oficios/nuevo', MAKERS, (_, who) =>
      show(who, drawSecret(random), Object.fromEntries(LETTER_FIELDS.map((name) => [name, '']))),
    ),
    roleRoute(site, 'POST', '/oficios/nuevo', MAKERS, async (c, who) => {
      const { fields, files } = await site.readMultipart(c, MAX_STAFF_BODY_BYTES);
      const key = fields.get('key') ?? '';
      if (!/^[\w-]{43}$/.test(key)) {
        throw new Refusal<HttpCode>('http/malformed', 'a form without its key', { field: 'key' });
      }
      const typed = Object.fromEntries(LETTER_FIELDS.map((name) => [name, (fields.get(name) ?? '').slice(0, 2000)]));
      try {
        // What signs with a card waits for it; what we hold the key of, for a passkey.
        const serial = await cardOf(who, typed['signerId']);
        const form = formOf(typed, key, files.get('document'), serial);
        const answer = await site.ask(who, 'POST', serial === undefined ? '/oficios' : '/oficios/prepared', form);
        if (answer.status === 202 || (serial !== undefined && answer.ok)) return await leadToLetter(who, key);
        if (answer.ok) return await site.outcome(c, answer, (said) => `/oficios/${(said as OficioView).id}`);
        return await wrong(c, who, key, typed, (await answer.json()) as ProblemBody);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        return wrong(c, who, key, typed, problemOf(error).body);
      }
    }),
  ];

  /** Nothing that was typed is lost; a file that was chosen stays with the script alone. */
  async function wrong(
    c: OfficeContext,
    who: LoggedIn,
    key: string,
    typed: TypedLetter,
    body: ProblemBody,
  ): Promise<Response> {
    const field = fieldOf(body);
    if (wantsJson(c)) return site.problem({ ...body, facts: { ...body.facts, ...(field !== undefined && { field }) } });
    const { detail, code, status } = body;
    return show(who, key, typed, { detail, code, ...(field !== undefined && { field }) }, status);
  }

  /** The certificate on the card of who is to sign, where they sign with one. */
  async function cardOf(who: LoggedIn, signerId: string | undefined): Promise<string | undefined> {
    const known = await site.list<SignatoryView>(who, '/signatories');
    return known.find(({ officialId, keyPlace }) => officialId === signerId && keyPlace === 'card')?.serial;
  }

  async function leadToLetter(who: LoggedIn, key: string): Promise<Response> {
    const [letter] = await site.list<OficioView>(who, `/oficios?idempotencyKey=${key}`);
    return site.seeOther(letter ? `/oficios/${letter.id}` : '/oficios');
  }

  async function show(
    who: LoggedIn,
    formKey: string,
    typed: TypedLetter,
    told?: { readonly detail: string; readonly code: string; readonly field?: string },
    status = 200,
  ): Promise<Response> {
    const signatories = await site.list<SignatoryView>(who, '/signatories');
    const units = new Set(signatories.map(({ unit }) => unit));
    const series = (await site.list<FolioSeries>(who, '/folio-series')).filter(({ unit }) => units.has(unit));
    const today = dayInMexicoCity(clock());
    const page = { formKey, typed, signatories, series, today, ...(told && { told }) };
    return site.page(newLetterPage(site, { who, at: clock() }, page), status);
  }
}

function missing(field: string): never {
  throw new Refusal<HttpCode>('http/malformed', `nothing chosen for ${field}`, { field });
}

/** As the staff API takes it. Type and money have no default: whoever says nothing is asked again. */
function formOf(
  typed: TypedLetter,
  idempotencyKey: string,
  document: Uint8Array | undefined,
  serial: string | undefined,
): FormData {
  const { signerId = '', type = '', money, amount = '', subject = '', folio = '', page = '' } = typed;
  if (!document) missing('document');
  if (type === '') missing('type');
  if (money !== 'yes' && money !== 'no') missing('money');
  if (money === 'no' && amount.trim() !== '' && parseAmount(amount) !== 0) missing('money');
  if (signerId === '') missing('signerId');
  const place = page.trim() === '' ? undefined : placeOf(typed);
  const request = {
    ...{ signerId, type, amount: money === 'no' ? 0 : parseAmount(amount), subject, idempotencyKey },
    ...(serial !== undefined && { serial }),
    ...(folio.trim() !== '' && { folio: folio.trim() }),
    ...(typed['expires'] && { expires: endOf(typed['expires']) }),
    ...deliveryOf(typed),
    ...(place && { place, ...(typed['cover'] !== 'yes' && { keepClear: true }) }),
  };
  const form = new FormData();
  form.set('request', JSON.stringify(request));
  form.set('document', new File([new Uint8Array(document)], 'oficio.pdf', { type: 'application/pdf' }));
  return form;
}

function placeOf(typed: TypedLetter): { readonly page: number; readonly left: number; readonly top: number } {
  const [page, left, top] = (['page', 'left', 'top'] as const).map((name) => {
    const value = Number(typed[name]?.replace(',', '.') || Number.NaN);
    return Number.isFinite(value) ? value : missing(name);
  });
  return { page: page!, left: left!, top: top! };
}

/** The last second of a day in Mexico City. */
function endOf(text: string): string {
  const day = parseDay(text) ?? missing('expires');
  return formatTime(unixSeconds(startOfDay(day) + DAY_SECONDS - 1));
}
