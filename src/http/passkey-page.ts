import type { Context } from 'hono';
import { z } from 'zod';
import type { RegistrationResponse } from '../access/registration.ts';
import { toBase64 } from '../core/base64.ts';
import { fromUtf8, utf8 } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import type { HttpCode } from '../texts/code.ts';
import { readBody } from './read-body.ts';
import { INERT_POLICY, transportSecurity, type Headers } from './security-headers.ts';

/** What a browser says of a passkey has bounds of its own. */
const MOST_BODY_BYTES = 16_384;

/**
 * Of every answer of pages that use passkeys: nothing from elsewhere runs or is shown, nobody else shows or keeps the page.
 * @param origin the base address
 */
export function passkeyPageHeaders(
  origin: string,
  sheet: string,
  primitives: Pick<Primitives, 'digest'>,
): {
  readonly page: Record<string, string>;
  readonly script: Record<string, string>;
  readonly json: Record<string, string>;
} {
  const style = toBase64(primitives.digest('SHA-256', utf8(sheet)));
  const all: Headers = {
    'x-content-type-options': 'nosniff',
    // Addresses of invitations are secrets, told to nobody else; without any a form of ours would not say where it comes from.
    'referrer-policy': 'same-origin',
    ...transportSecurity(origin),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'x-robots-tag': 'noindex, noimageindex',
    'cache-control': 'no-store',
  };
  const inert = { ...all, 'content-security-policy': INERT_POLICY };
  return {
    page: {
      ...all,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        `default-src 'none'; script-src 'self'; style-src 'sha256-${style}'; connect-src 'self'; img-src 'self'; form-action 'self'; ` +
        "frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
      'permissions-policy':
        'publickey-credentials-create=(self), publickey-credentials-get=(self), camera=(), geolocation=(), microphone=()',
    },
    script: { ...inert, 'content-type': 'text/javascript; charset=utf-8' },
    json: { ...inert, 'content-type': 'application/json; charset=utf-8' },
  };
}

/** The headers of a page whose scripts may ask one more address, and nothing else of it. */
export function connectingTo(page: Readonly<Record<string, string>>, address: string): Record<string, string> {
  const policy = page['content-security-policy'] ?? '';
  return { ...page, 'content-security-policy': policy.replace("connect-src 'self'", `connect-src 'self' ${address}`) };
}

/**
 * An answer of the staff API as a browser gets it: with what every answer of the office has, where it does not say otherwise itself. The
 * reader of PDFs that a browser brings is stopped by a policy about what a page loads.
 */
export function guarded(answer: Response, { json }: ReturnType<typeof passkeyPageHeaders>): Response {
  const isPdf = answer.headers.get('content-type') === 'application/pdf';
  const policy = isPdf ? "base-uri 'none'; frame-ancestors 'none'" : `${INERT_POLICY}; sandbox`;
  for (const [name, value] of Object.entries({ ...json, 'content-security-policy': policy })) {
    if (name !== 'content-type' && !answer.headers.has(name)) answer.headers.set(name, value);
  }
  return answer;
}

/** Whether a page of `origin` sent it: its forms and scripts say where they come from, and another page cannot say otherwise. */
export function isOwnSender(c: Context, origin: string): boolean {
  const fetched = c.req.header('sec-fetch-site');
  return c.req.header('origin') === origin && (fetched === undefined || fetched === 'same-origin');
}

/** What a browser answers, in base64url, as `PublicKeyCredential.toJSON()` writes it. */
export interface AssertionAnswer {
  readonly id: string;
  readonly response: {
    readonly authenticatorData: string;
    readonly clientDataJSON: string;
    readonly signature: string;
    readonly userHandle?: string | undefined;
  };
}

const text = z.string().max(8_192);

const registration = z.object({
  id: text,
  rawId: text,
  type: text,
  response: z.object({
    clientDataJSON: text,
    attestationObject: text,
    transports: z.array(z.string().max(32)).max(16).optional(),
  }),
});

const assertion = z.object({
  id: text,
  response: z.object({
    authenticatorData: text,
    clientDataJSON: text,
    signature: text,
    userHandle: text.optional(),
  }),
});

/** @throws Refusal `http/malformed`, `http/too-large`; Outage where it comes too slowly */
export function readRegistrationBody(c: Context): Promise<RegistrationResponse> {
  return readAnswer(c, registration);
}

/** @throws Refusal as `readRegistrationBody` */
export function readAssertionBody(c: Context): Promise<AssertionAnswer> {
  return readAnswer(c, assertion);
}

async function readAnswer<Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.output<Schema>> {
  const bytes = await readBody(c.req.raw, MOST_BODY_BYTES);
  let value: unknown;
  try {
    value = JSON.parse(fromUtf8(bytes) ?? '');
  } catch {
    value = undefined;
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Refusal<HttpCode>('http/malformed', 'not the answer of a browser', { field: 'body' });
}
