import { isRefusal } from '../../core/refusal.ts';
import { readAssertionBody } from '../passkey-page.ts';
import { problemOf } from '../problem.ts';
import { deviceCodePage, devicePage } from './device-page.ts';
import { answerOf } from './login.ts';
import type { OfficeRoute } from './route.ts';
import type { OfficeContext, OfficeSite } from './site.ts';

const PAGE = '/dispositivo/:page{[0-9a-f]{32}}';

/** Where somebody lets a program on another machine act in their name. */
export function deviceRoutes(site: OfficeSite): readonly OfficeRoute[] {
  const { door, clock, telemetry, origin } = site.deps;
  const pageOf = (c: OfficeContext): string => c.req.param('page') ?? '';
  return [
    {
      method: 'GET',
      path: '/dispositivo',
      async answer(c) {
        return site.page(deviceCodePage(site, { who: await site.whoAsks(c), at: clock() }));
      },
    },
    {
      method: 'POST',
      path: '/dispositivo',
      async answer(c) {
        const who = await site.whoAsks(c);
        const code = (await site.readForm(c)).get('code') ?? '';
        try {
          const { page } = await site.trying(c, () => door.findDevice(who, code), { person: who.person });
          return site.seeOther(`/dispositivo/${page}`);
        } catch (error) {
          if (!isRefusal(error, 'device/unknown')) throw error;
          const { status, body } = problemOf(error);
          return site.page(deviceCodePage(site, { who, at: clock() }, body), status);
        }
      },
    },
    {
      method: 'GET',
      path: PAGE,
      async answer(c) {
        const who = await site.whoAsks(c);
        const device = await door.lookAtDevice(who, pageOf(c));
        return site.page(devicePage(site, { who, at: clock() }, device, new URL(origin).hostname));
      },
    },
    {
      method: 'POST',
      path: `${PAGE}/confirmar`,
      async answer(c) {
        const who = await site.whoAsks(c);
        await site.trying(c, async () => door.allowDevice(who, pageOf(c), answerOf(await readAssertionBody(c))));
        telemetry.notice('device/allowed', { person: who.person });
        return site.json({});
      },
    },
    {
      method: 'POST',
      path: `${PAGE}/rechazar`,
      async answer(c) {
        const who = await site.whoAsks(c);
        await door.refuseDevice(who, pageOf(c));
        telemetry.notice('device/refused', { person: who.person });
        return site.seeOther(`/dispositivo/${pageOf(c)}`);
      },
    },
  ];
}
