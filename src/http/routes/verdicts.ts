import { Refusal } from '../../core/refusal.ts';
import type { Answer } from '../../verifier/index.ts';
import type { PublicSite } from '../context.ts';
import { problems, verdict } from '../openapi-parts.ts';
import { publicAnswer } from '../public-view.ts';
import { MAX_PDF_BYTES, readBody } from '../read-body.ts';
import { answerWith, type PublicContext, type Route } from '../route.ts';
import { isAlarming } from '../telemetry.ts';
import { verdictJson } from '../verdict-json.ts';

const TAPS = '/api/v1/taps/';
const PDF_TYPES = /^application\/(?:pdf|octet-stream)\s*(?:;|$)/i;

/** The public API: the same verdicts as the pages, as JSON. */
export function verdictRoutes(context: PublicSite): readonly Route[] {
  const { deps, headers } = context;

  async function tell(c: PublicContext, found: Answer): Promise<Response> {
    const answer = await publicAnswer(deps, found);
    if (isAlarming(answer)) deps.telemetry.alert(c.get('route') ?? '', answer);
    return answerWith(JSON.stringify(verdictJson(answer)), headers.json);
  }

  return [
    {
      method: 'GET',
      path: '/api/v1/seals/{seal}',
      match: '/api/v1/seals/:seal',
      operation: {
        operationId: 'verifySeal',
        summary: 'The verdict on a seal: the base32 in the address of its QR',
        parameters: [
          {
            name: 'seal',
            in: 'path',
            required: true,
            description: 'RFC 4648 base32 without padding, all in capitals or all in small letters',
            schema: { type: 'string', maxLength: 304 },
          },
        ],
        responses: { 200: verdict, ...problems(414, 500, 503) },
      },
      answer: async (c) => tell(c, await context.askSeal(c, c.req.param('seal') ?? '')),
    },
    {
      method: 'GET',
      path: '/api/v1/seals',
      operation: {
        operationId: 'verifyTyped',
        summary: 'The verdict on what somebody typed or pasted: the text of a QR, a typed code, or a folio',
        description: 'A folio alone tells only that it exists, its unit, its date and its status.',
        parameters: [{ name: 'q', in: 'query', required: true, schema: { type: 'string', maxLength: 600 } }],
        responses: { 200: verdict, ...problems(400, 414, 429, 500, 503) },
      },
      async answer(c) {
        const typed = c.req.query('q')?.trim();
        if (!typed) throw new Refusal('http/malformed', 'the parameter q is missing', { field: 'q' });
        return tell(c, await context.askTyped(c, typed));
      },
    },
    {
      method: 'POST',
      path: '/api/v1/documents/verify',
      operation: {
        operationId: 'verifyDocument',
        summary: 'The verdict on a PDF, ours or not; the file is not kept',
        requestBody: {
          required: true,
          description: `At most ${MAX_PDF_BYTES} bytes`,
          content: { 'application/pdf': { schema: { type: 'string', contentMediaType: 'application/pdf' } } },
        },
        responses: { 200: verdict, ...problems(413, 415, 429, 500, 503) },
      },
      async answer(c) {
        if (!PDF_TYPES.test(c.req.header('content-type') ?? '')) {
          throw new Refusal('http/media-type', 'expected application/pdf', { expected: 'application/pdf' });
        }
        return tell(c, await context.askFile(c, (request, pace) => readBody(request, MAX_PDF_BYTES, pace)));
      },
    },
    {
      method: 'GET',
      path: '/api/v1/credentials/{serial}',
      match: '/api/v1/credentials/:serial',
      operation: {
        operationId: 'verifyCredential',
        summary: 'The verdict on a credential by the serial number of its certificate',
        parameters: [
          {
            name: 'serial',
            in: 'path',
            required: true,
            description: 'Hexadecimal',
            schema: { type: 'string', maxLength: 60 },
          },
        ],
        responses: { 200: verdict, ...problems(414, 429, 500, 503) },
      },
      answer: async (c) => tell(c, await context.askCredential(c, (c.req.param('serial') ?? '').slice(0, 60))),
    },
    {
      method: 'POST',
      path: '/api/v1/taps/{batch}/{picc}/{mac}',
      match: '/api/v1/taps/:batch/:picc/:mac',
      operation: {
        operationId: 'verifyTap',
        summary: 'The verdict on a tap: what stands behind `/c/` in the address that a card opened',
        description:
          'Uses the tap up: the same address is `replayed` from then on. Whatever is wrong with it, it is `unknown-tag`.',
        parameters: [
          { name: 'batch', in: 'path', required: true, schema: { type: 'string', pattern: '^[0-9A-HJKMNP-TV-Z]{4}$' } },
          { name: 'picc', in: 'path', required: true, schema: { type: 'string', pattern: '^[0-9A-F]{32}$' } },
          { name: 'mac', in: 'path', required: true, schema: { type: 'string', pattern: '^[0-9A-F]{16}$' } },
        ],
        responses: { 200: verdict, ...problems(414, 429, 500, 503) },
      },
      // As it came: an address has one spelling.
      answer: async (c) => tell(c, (await context.askTap(c, c.req.path.slice(TAPS.length))).answer),
    },
  ];
}
