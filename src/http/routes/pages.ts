import { homePage } from '../../../verifier-web/home-page.ts';
import { ICON } from '../../../verifier-web/icon.ts';
import { problemPage } from '../../../verifier-web/problem-page.ts';
import type { PageFacts } from '../../../verifier-web/facts.ts';
import { tapPathIn } from '../../card/ntag424/tap-address.ts';
import { readCrockford } from '../../core/crockford.ts';
import { withoutCertificateLabel } from '../../credential/credential.ts';
import { folioIn, type Answer } from '../../verifier/index.ts';
import type { PublicSite } from '../context.ts';
import { languageOf } from '../language.ts';
import { bytes, problems } from '../openapi-parts.ts';
import { publicPhoto } from '../public-view.ts';
import { MAX_PDF_BYTES, readFormFile } from '../read-body.ts';
import { answerWith, type PublicContext, type Route } from '../route.ts';
import { otherAddress, showAnswer, showTapLink, TEXTS } from '../show-answer.ts';

/** The serial number of a certificate, hexadecimal or decimal: more digits than a typed code, fewer than a seal. */
const SERIAL = /^(?:[0-9a-f]{16,40}|[0-9]{16,49})$/i;
/** So many digits are no folio, whatever their groups look like. */
const SURELY_SERIAL = 28;

type Asked = NonNullable<PageFacts['asked']>;

/** What was typed, and whether it is of a credential: the form at the door says so, elsewhere a long number does. */
function askedBy(c: PublicContext): (Asked & { readonly serial: string }) | undefined {
  const text = c.req.query('q')?.trim();
  if (!text) return undefined;
  const atDoor = c.req.query('de') === 'puerta';
  const serial = withoutCertificateLabel(text.slice(0, 100)).replaceAll(atDoor ? /[\s:.-]/g : /[\s:]/g, '');
  const long = text.length <= 100 && SERIAL.test(serial);
  const isSerial = long && (serial.length >= SURELY_SERIAL || folioIn(text) === undefined);
  return { text, serial, field: atDoor || isSerial ? 'credential' : 'letter' };
}

/** Twelve symbols, or nearly so: a word may have as many letters, but a number is printed with hyphens and mostly has digits. */
function isCardNumber(text: string): boolean {
  const symbols = readCrockford(text.slice(0, 100))?.length ?? 0;
  return symbols >= 11 && symbols <= 13 && /[\d-]/.test(text);
}

export function pageRoutes(context: PublicSite): readonly Route[] {
  const { deps, site, headers } = context;

  /** The answer to the number of a card or a certificate; the code of a letter is told from it where a letter has it. */
  async function askAtDoor(c: PublicContext, { text, serial }: Asked & { serial: string }): Promise<Answer> {
    if (!isCardNumber(text)) return context.askCredential(c, serial);
    const answer = await context.askBadge(c, text);
    const isLetter = answer.state === 'not-found' && (await deps.verifyTyped(text)).subject.kind === 'oficio';
    return isLetter ? deps.verifyCredential(serial) : answer;
  }

  async function showSeal(c: PublicContext): Promise<Response> {
    const seal = c.req.param('seal') ?? '';
    const letter = c.req.path.startsWith('/V/') ? 'V' : 'v';
    return showAnswer(context, c, await context.askSeal(c, seal), `/${letter}/${encodeURIComponent(seal)}`);
  }

  return [
    {
      method: 'GET',
      path: '/',
      page: true,
      async answer(c) {
        const language = languageOf(c);
        const asked = askedBy(c);
        if (!asked) {
          return answerWith(homePage(site, TEXTS[language], otherAddress(c, site.base, '/', language)), headers.page);
        }
        // Whoever pastes it did not hold the card to this telephone.
        const tap = tapPathIn(asked.text, [deps.origin]);
        if (tap !== undefined) return showTapLink(context, c, tap, '/');
        const isCredential = asked.field === 'credential';
        const answer = await (isCredential ? askAtDoor(c, asked) : context.askTyped(c, asked.text));
        const { subject } = answer;
        const isBadge = subject.kind === 'distinctive' || (subject.kind === 'credential' && subject.card !== undefined);
        return showAnswer(context, c, answer, '/', { asked, ...(isBadge && { by: 'badge' }) });
      },
    },
    { method: 'GET', path: '/v/{seal}', match: '/v/:seal', page: true, answer: showSeal },
    { method: 'GET', path: '/V/{seal}', match: '/V/:seal', page: true, answer: showSeal },
    {
      method: 'POST',
      path: '/documentos',
      page: true,
      async answer(c) {
        const answer = await context.askFile(c, (request, pace) => readFormFile(request, 'pdf', MAX_PDF_BYTES, pace));
        return showAnswer(context, c, answer, '/documentos');
      },
    },
    {
      // What a reload of the answer to a file asks for, and its other language: the file was not kept.
      method: 'GET',
      path: '/documentos',
      page: true,
      answer(c) {
        const language = languageOf(c);
        const address = otherAddress(c, site.base, '/documentos', language);
        return answerWith(problemPage(site, TEXTS[language], 'file-not-kept', address), headers.page);
      },
    },
    {
      method: 'GET',
      path: '/foto/{official}/{sha256}.jpg',
      match: '/foto/:official{[0-9A-Za-z]{8}}/:file{[0-9a-f]{64}\\.jpg}',
      operation: {
        operationId: 'getPhoto',
        summary: 'The small picture of an official, while their public view shows it',
        description: '`officialId` and `photo` of a credential name it.',
        parameters: [
          { name: 'official', in: 'path', required: true, schema: { type: 'string', pattern: '^[0-9A-Z]{8}$' } },
          { name: 'sha256', in: 'path', required: true, schema: { type: 'string', pattern: '^[0-9a-f]{64}$' } },
        ],
        responses: { 200: bytes('image/jpeg', 'The picture'), ...problems(404, 500, 503) },
      },
      async answer(c) {
        const sha256 = (c.req.param('file') ?? '').slice(0, 64);
        const photo = await publicPhoto(deps, c.req.param('official') ?? '', sha256);
        if (!photo) return c.notFound();
        // Gone within a day of leaving: a copy lives for less.
        return answerWith(photo, { ...headers.photo, 'cache-control': 'private, max-age=3600' });
      },
    },
    {
      method: 'GET',
      path: '/icon.svg',
      answer: () =>
        answerWith(ICON, {
          ...headers.published,
          'content-type': 'image/svg+xml',
          'cache-control': 'public, max-age=86400',
        }),
    },
  ];
}
