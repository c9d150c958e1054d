import { ROLES } from '../../access/role.ts';
import type { ListedApproval, LookedAtApproval } from '../staff/approval-list.ts';
import { readAssertionBody } from '../passkey-page.ts';
import { requestPage, requestsPage } from './requests-page.ts';
import { roleRoute, type OfficeRoute } from './route.ts';
import type { OfficeContext, OfficeSite } from './site.ts';

/** What waits for people, and confirming it: each page asks the staff API in the name of whoever is logged in. */
export function requestRoutes(site: OfficeSite): readonly OfficeRoute[] {
  const { clock, origin } = site.deps;

  return [
    roleRoute(site, 'GET', '/solicitudes', ROLES, async (_, who) => {
      const listed = await site.get<readonly ListedApproval[]>(who, '/approvals?state=open');
      return site.page(requestsPage(site, { who, at: clock() }, listed));
    }),
    {
      method: 'GET',
      path: '/solicitudes/:id{[0-9a-f]{32}}',
      async answer(c) {
        const who = await site.whoAsks(c);
        const shown = await site.get<LookedAtApproval>(who, `/approvals/${idOf(c)}`);
        return site.page(requestPage(site, { who, at: clock() }, shown, new URL(origin).hostname));
      },
    },
    {
      method: 'GET',
      path: '/solicitudes/:id{[0-9a-f]{32}}/oficios/:letter{[0-9a-f]{16}}',
      async answer(c) {
        const who = await site.whoAsks(c);
        return site.ask(who, 'GET', `/approvals/${idOf(c)}/letters/${c.req.param('letter')}`);
      },
    },
    {
      method: 'POST',
      path: '/solicitudes/:id{[0-9a-f]{32}}/confirmar',
      async answer(c) {
        const who = await site.whoAsks(c);
        const { id: credentialId, response } = await readAssertionBody(c);
        const { authenticatorData, clientDataJSON, signature } = response;
        const body = { credentialId, authenticatorData, clientDataJSON, signature };
        return site.ask(who, 'POST', `/approvals/${idOf(c)}/assertions`, body);
      },
    },
    {
      method: 'POST',
      path: '/solicitudes/:id{[0-9a-f]{32}}/rechazar',
      async answer(c) {
        const who = await site.whoAsks(c);
        const why = (await site.readForm(c)).get('why') ?? '';
        return site.outcome(
          c,
          await site.ask(who, 'POST', `/approvals/${idOf(c)}/decline`, { why }),
          `/solicitudes/${idOf(c)}`,
        );
      },
    },
  ];

  function idOf(c: OfficeContext): string {
    return c.req.param('id') ?? '';
  }
}
