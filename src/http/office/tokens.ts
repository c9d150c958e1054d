import { z } from 'zod';
import type { TokenCode } from '../../access/login-code.ts';
import { isProgramToken, type ProgramToken, type TokenRequest } from '../../access/program-token.ts';
import { drawSecret } from '../../access/secret.ts';
import { fromUtf8 } from '../../core/bytes.ts';
import { isRefusal, Refusal } from '../../core/refusal.ts';
import { formatTime } from '../../core/time.ts';
import type { HttpCode } from '../../texts/code.ts';
import { problemOf } from '../problem.ts';
import { readBody } from '../read-body.ts';
import { STAFF_PREFIX } from '../staff/prefix.ts';
import { bearerOf } from './login-api.ts';
import type { OfficeRoute } from './route.ts';
import type { OfficeApp, OfficeContext, OfficeSite } from './site.ts';
import { madeTokenPage, tokensPage, type TypedToken } from './tokens-page.ts';

const TOKENS_PATH: string = `${STAFF_PREFIX}/tokens`;
const MOST_BODY_BYTES = 16_384;

const asked = z.strictObject({
  key: z
    .string()
    .regex(/^[\w-]{43}$/)
    .optional(),
  label: z.string().max(400),
  roles: z.array(z.string().max(20)).max(12),
  unit: z.string().max(60).optional(),
  until: z.string().max(10),
});

interface TokenView {
  readonly id: string;
  readonly label: string;
  readonly roles: readonly string[];
  readonly unit?: string;
  readonly madeAt: string;
  readonly expiresAt: string;
  readonly usedAt?: string;
}

function viewOf({ id, label, grants, madeAt, expiresAt, usedAt }: ProgramToken): TokenView {
  const unit = grants[0]?.unit;
  return {
    ...{ id, label, roles: grants.map(({ role }) => role), ...(unit !== undefined && { unit }) },
    ...{ madeAt: formatTime(madeAt), expiresAt: formatTime(expiresAt) },
    ...(usedAt !== undefined && { usedAt: formatTime(usedAt) }),
  };
}

/** The tokens of whoever is logged in: for their command line. A token makes and sees none. */
export function tokensApi(app: OfficeApp, site: OfficeSite): void {
  const { door, random } = site.deps;
  const who = (c: OfficeContext): ReturnType<OfficeSite['whoAsks']> => {
    c.set('route', TOKENS_PATH);
    const bearer = bearerOf(c);
    if (bearer === undefined && c.req.method !== 'GET') site.checkSender(c);
    if (bearer !== undefined && isProgramToken(bearer)) {
      throw new Refusal<TokenCode>('token/needs-person', 'a token makes no other one');
    }
    return bearer === undefined ? site.whoAsks(c) : door.whoAsks(bearer, 'program');
  };
  app.get(TOKENS_PATH, async (c) => site.json((await door.tokensOf((await who(c)).person)).map(viewOf)));
  app.post(TOKENS_PATH, async (c) => {
    const by = await who(c);
    const { key = drawSecret(random), unit, ...request } = await readRequest(c);
    const made = await door.makeToken(by, { formKey: key, ...request, ...(unit !== undefined && { unit }) });
    return site.json({ ...viewOf(made.token), token: made.secret });
  });
  app.post(`${TOKENS_PATH}/:id{[0-9a-f]{64}}/revoke`, async (c) => {
    await door.endToken(await who(c), c.req.param('id'));
    return site.json({});
  });
}

async function readRequest(c: OfficeContext): Promise<z.output<typeof asked>> {
  const bytes = await readBody(c.req.raw, MOST_BODY_BYTES);
  let value: unknown;
  try {
    value = JSON.parse(fromUtf8(bytes) ?? '');
  } catch {
    value = undefined;
  }
  const parsed = asked.safeParse(value);
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path.join('.') || 'body';
  throw new Refusal<HttpCode>('http/body-malformed', `${field} is not as it is written`, { field, found: 'other' });
}

/** The same as a page. */
export function tokenRoutes(site: OfficeSite): readonly OfficeRoute[] {
  const { door, clock, random } = site.deps;
  const blank = (): TypedToken => ({ formKey: drawSecret(random), label: '', roles: [], unit: '', until: '' });
  return [
    {
      method: 'GET',
      path: '/programas',
      async answer(c) {
        const who = await site.whoAsks(c);
        const tokens = await door.tokensOf(who.person);
        return site.page(tokensPage(site, { who, at: clock(), tokens, typed: blank() }));
      },
    },
    {
      method: 'POST',
      path: '/programas',
      async answer(c) {
        const who = await site.whoAsks(c);
        const typed = typedIn(await site.readForm(c));
        try {
          const { secret, token } = await door.makeToken(who, requestOf(typed));
          return site.page(madeTokenPage(site, { who, at: clock() }, token, secret));
        } catch (error) {
          if (!isRefusal(error)) throw error;
          const { status, body } = problemOf(error);
          const tokens = await door.tokensOf(who.person);
          return site.page(tokensPage(site, { who, at: clock(), tokens, typed, told: body }), status);
        }
      },
    },
    {
      method: 'POST',
      path: '/programas/terminar',
      async answer(c) {
        const who = await site.whoAsks(c);
        await door.endToken(who, (await site.readForm(c)).get('token') ?? '');
        return site.seeOther('/programas');
      },
    },
  ];
}

function typedIn(form: URLSearchParams): TypedToken {
  const field = (name: string): string => (form.get(name) ?? '').slice(0, 400).trim();
  const formKey = field('key');
  if (!/^[\w-]{43}$/.test(formKey)) {
    throw new Refusal<HttpCode>('http/malformed', 'a form without its key', { field: 'key' });
  }
  const roles = form.getAll('role').slice(0, 12);
  return { formKey, label: field('label'), roles, unit: field('unit').toUpperCase(), until: field('until') };
}

function requestOf({ unit, ...typed }: TypedToken): TokenRequest {
  return { ...typed, ...(unit !== '' && { unit }) };
}
