import type { DeviceOutcome } from '../../access/device-login.ts';
import { fromBase64Url } from '../../core/base64.ts';
import { isRefusal, Refusal } from '../../core/refusal.ts';
import type { HttpCode } from '../../texts/code.ts';
import { callerAddress } from '../caller.ts';
import { networkOf } from '../rate-limit.ts';
import { OFFICE_PATH, type OfficeApp, type OfficeContext, type OfficeSite } from './site.ts';

/** Where programs log in: the device authorization grant (RFC 8628), and giving its token back (RFC 7009). */
export const LOGIN_PREFIX = '/api/v1/login';

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/** RFC 8628 §3.5, RFC 6749 §5.2. */
const ERRORS: Readonly<Record<Exclude<DeviceOutcome['outcome'], 'allowed'>, string>> = {
  pending: 'authorization_pending',
  'slow-down': 'slow_down',
  denied: 'access_denied',
  expired: 'expired_token',
  unknown: 'invalid_grant',
};

/**
 * No cookie counts here, and no page elsewhere can read an answer: there is nothing for another site to gain. The answers are those of the
 * RFC, as any program of it reads them.
 */
export function loginApi(app: OfficeApp, site: OfficeSite): void {
  const { door, telemetry, origin } = site.deps;
  const answered = (body: object, status = 200): Response =>
    new Response(JSON.stringify(body), { status, headers: { ...site.headers.json, pragma: 'no-cache' } });
  const declined = (error: string): Response => answered({ error }, 400);
  const network = (c: OfficeContext): string => networkOf(callerAddress(c));

  app.post(`${LOGIN_PREFIX}/device`, async (c) => {
    c.set('route', `${LOGIN_PREFIX}/device`);
    site.limitAsked(c);
    const host = (await site.readForm(c)).get('host') ?? '';
    const asked = await door.askDeviceLogin({ host, network: network(c) });
    return answered({
      device_code: asked.deviceCode,
      user_code: asked.userCode,
      // Without the code in it: whoever opens it types the code that they see (RFC 8628 §5.4).
      verification_uri: `${origin}${OFFICE_PATH}/dispositivo`,
      expires_in: asked.expiresInSeconds,
      interval: asked.intervalSeconds,
    });
  });
  // Ours alone: a card lets the program in instead of a browser.
  app.post(`${LOGIN_PREFIX}/card`, async (c) => {
    c.set('route', `${LOGIN_PREFIX}/card`);
    const form = await site.readForm(c);
    const [serial, signature] = [form.get('serial') ?? '', fromBase64Url(form.get('signature') ?? '')];
    if (!/^[0-9a-f]{32}$/.test(serial)) throw new Refusal<HttpCode>('http/malformed', 'no serial', { field: 'serial' });
    if (!signature) throw new Refusal<HttpCode>('http/malformed', 'no signature', { field: 'signature' });
    const answer = { serial, signature };
    const allow = (): Promise<void> => door.allowDeviceByCard(form.get('device_code') ?? '', answer);
    await site.trying(c, allow, { what: 'card' }).catch((error: unknown) => {
      if (isRefusal(error)) telemetry.notice('device/card-refused', { code: error.code });
      throw error;
    });
    telemetry.notice('device/card');
    return answered({});
  });
  app.post(`${LOGIN_PREFIX}/token`, async (c) => {
    c.set('route', `${LOGIN_PREFIX}/token`);
    site.limitAsked(c);
    const form = await site.readForm(c);
    if (form.get('grant_type') !== GRANT) return declined('unsupported_grant_type');
    const looked = await door.pollDevice(form.get('device_code') ?? undefined, { network: network(c) });
    if (looked.outcome !== 'allowed') return declined(ERRORS[looked.outcome]);
    telemetry.notice('device/given');
    return answered({ access_token: looked.secret, token_type: 'Bearer', name: looked.name });
  });
  app.post(`${LOGIN_PREFIX}/revoke`, async (c) => {
    c.set('route', `${LOGIN_PREFIX}/revoke`);
    site.limitAsked(c);
    await door.endProgram((await site.readForm(c)).get('token') ?? undefined);
    return answered({});
  });
}

/** The token of a program (RFC 6750 §2.1): the header alone, as addresses and forms are kept in logs. */
export function bearerOf(c: OfficeContext): string | undefined {
  const header = c.req.header('authorization');
  return header === undefined ? undefined : (/^Bearer ([\w-]{1,200})$/i.exec(header)?.[1] ?? '');
}
