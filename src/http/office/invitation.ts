import { isRefusal } from '../../core/refusal.ts';
import { readRegistrationBody } from '../passkey-page.ts';
import { problemOf } from '../problem.ts';
import { codePage, enrolPage } from './invitation-page.ts';
import type { OfficeRoute } from './route.ts';
import type { OfficeSite } from './site.ts';

const TOKEN = '/invitacion/:token{[0-9a-z]{26}}';

/** Where somebody who was invited makes their passkey. Nobody is logged in here. */
export function invitationRoutes(site: OfficeSite): readonly OfficeRoute[] {
  const { door, telemetry } = site.deps;
  return [
    {
      method: 'GET',
      path: TOKEN,
      async answer(c) {
        const token = c.req.param('token') ?? '';
        return site.page(
          codePage(site, await site.trying(c, () => door.lookAtInvitation(token), { what: 'invitation' }), token),
        );
      },
    },
    {
      // Only sending the code uses the address up: what opens links by itself (mail, chat, antivirus) does not.
      method: 'POST',
      path: TOKEN,
      async answer(c) {
        const token = c.req.param('token') ?? '';
        const code = (await site.readForm(c)).get('code') ?? '';
        try {
          const secret = await site.trying(c, () => door.openInvitation(token, code), { what: 'invitation' });
          return site.setCookie(site.seeOther('/invitacion'), 'invited', secret);
        } catch (error) {
          if (!isRefusal(error) || error.code !== 'invitation/code-wrong') throw error;
          telemetry.notice('invitation/code-wrong');
          const { status, body } = problemOf(error);
          return site.page(codePage(site, await door.lookAtInvitation(token), token, body), status);
        }
      },
    },
    {
      method: 'GET',
      path: '/invitacion',
      answer: async (c) => site.page(enrolPage(site, await door.invitedAt(site.cookie(c, 'invited')))),
    },
    {
      method: 'POST',
      path: '/invitacion/opciones',
      answer: async (c) => site.json(await door.enrolmentOptions(site.cookie(c, 'invited'))),
    },
    {
      method: 'POST',
      path: '/invitacion/llave',
      async answer(c) {
        const secret = site.cookie(c, 'invited');
        // Before the body is read: only whoever was invited may make us work.
        await door.invitedAt(secret);
        const { fingerprint } = await door.makePending(secret, await readRegistrationBody(c));
        return site.json({ fingerprint });
      },
    },
  ];
}
