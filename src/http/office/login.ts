import { fromBase64Url, toBase64Url } from '../../core/base64.ts';
import { isRefusal, Refusal } from '../../core/refusal.ts';
import { readMailAddress } from '../../directory/contact.ts';
import type { HttpCode } from '../../texts/code.ts';
import { callerAddress } from '../caller.ts';
import { readAssertionBody, type AssertionAnswer } from '../passkey-page.ts';
import { networkOf } from '../rate-limit.ts';
import type { ListedApproval } from '../staff/approval-list.ts';
import { CHALLENGE_SECONDS, type LoginAnswer } from '../../access/login.ts';
import { browserName } from './browser-name.ts';
import { homePage } from './login-page.ts';
import type { OfficeRoute } from './route.ts';
import type { OfficeContext, OfficeSite } from './site.ts';

/** Logging in, one's own sessions, logging out. */
export function loginRoutes(site: OfficeSite): readonly OfficeRoute[] {
  const { door, notices, clock, telemetry, origin } = site.deps;
  const cameFrom = (c: OfficeContext): { readonly browser: string; readonly network: string } => ({
    browser: browserName(c.req.header('user-agent')),
    network: networkOf(callerAddress(c)),
  });

  return [
    {
      method: 'GET',
      path: '',
      async answer(c) {
        const who = await site.whoAsks(c);
        const listed = await site.list<ListedApproval>(who, '/approvals?state=open');
        const sessions = await door.sessionsOf(who.person);
        const waiting = listed.filter(({ waitsForYou }) => waitsForYou).length;
        const mail = { isOn: notices.isOn, address: await notices.addressOf(who.person) };
        return site.page(homePage(site, { who, at: clock(), sessions, waiting, mail }));
      },
    },
    {
      method: 'POST',
      path: '/entrada/opciones',
      async answer(c) {
        site.limitAsked(c);
        const { secret, challenge } = await door.askLogin();
        const options = {
          challenge: toBase64Url(challenge),
          rpId: new URL(origin).hostname,
          userVerification: 'required',
          timeout: CHALLENGE_SECONDS * 1000,
        };
        return site.setCookie(site.json(options), 'asked', secret);
      },
    },
    {
      method: 'POST',
      path: '/entrada',
      async answer(c) {
        const login = await site.trying(c, async () => {
          const answer = answerOf(await readAssertionBody(c));
          return door.logIn(site.cookie(c, 'asked'), answer, cameFrom(c)).catch((error: unknown) => {
            if (isRefusal(error)) telemetry.notice('login/refused', { code: error.code, ...reasonOf(error) });
            throw error;
          });
        });
        telemetry.notice('login/done', { person: login.person });
        if (login.hasCountFallen) telemetry.notice('login/count-fell', { person: login.person });
        // Whoever was logged in here is no more.
        await logOut(c);
        const answer = site.setCookie(site.json({ name: login.name }), 'session', login.secret);
        return site.setCookie(answer, 'asked');
      },
    },
    {
      method: 'POST',
      path: '/salir',
      async answer(c) {
        await logOut(c);
        return site.setCookie(site.seeOther(''), 'session');
      },
    },
    {
      method: 'POST',
      path: '/correo',
      async answer(c) {
        const who = await site.whoAsks(c);
        const typed = ((await site.readForm(c)).get('address') ?? '').trim();
        await notices.setAddress(who.person, typed === '' ? undefined : readMailAddress(typed), 'person');
        return site.seeOther('');
      },
    },
    {
      method: 'POST',
      path: '/sesiones',
      async answer(c) {
        const who = await site.whoAsks(c);
        const session = (await site.readForm(c)).get('session') ?? '';
        if (session === 'others') await door.endSessions(who.person, who.session);
        else await door.endSession(who, session);
        return site.seeOther('');
      },
    },
  ];

  async function logOut(c: OfficeContext): Promise<void> {
    const who = await site.whoAsks(c).catch((error: unknown) => {
      if (isRefusal(error)) return undefined;
      throw error;
    });
    if (!who) return;
    await door.endSession(who, who.session);
    telemetry.notice('session/ended', { person: who.person });
  }
}

function reasonOf({ facts }: Refusal): { readonly reason?: string } {
  return typeof facts['reason'] === 'string' ? { reason: facts['reason'] } : {};
}

/** What a passkey answered, as bytes. @throws Refusal `http/malformed` for what is not base64url */
export function answerOf({ id, response }: AssertionAnswer): LoginAnswer {
  const bytes = (text: string): Uint8Array => {
    const read = fromBase64Url(text);
    if (!read) throw new Refusal<HttpCode>('http/malformed', 'not base64url', { field: 'body' });
    return read;
  };
  return {
    credentialId: bytes(id),
    authenticatorData: bytes(response.authenticatorData),
    clientDataJSON: bytes(response.clientDataJSON),
    signature: bytes(response.signature),
    ...(response.userHandle && { userHandle: bytes(response.userHandle) }),
  };
}
