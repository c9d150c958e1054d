import { INVITERS, type InvitationRequest } from '../../access/invitation.ts';
import type { PersonId } from '../../access/person.ts';
import { ACCESS_END_REASONS } from '../../access/record.ts';
import { callerWith } from '../../access/rule.ts';
import { drawSecret } from '../../access/secret.ts';
import type { LoggedIn } from '../../access/session.ts';
import { fromBase64Url } from '../../core/base64.ts';
import { isRefusal, Refusal } from '../../core/refusal.ts';
import { readMailAddress } from '../../directory/contact.ts';
import { parseOfficialId } from '../../directory/official.ts';
import type { AccessCode } from '../../access/code.ts';
import type { HttpCode } from '../../texts/code.ts';
import { problemOf } from '../problem.ts';
import { askStaff, waitingByPath } from './ask-staff.ts';
import { PEOPLE_ROLES } from './frame.ts';
import { loginPage } from './login-page.ts';
import { invitationForm, invitedPage, peoplePage, type PeoplePage, type TypedInvitation } from './people-page.ts';
import type { OfficeRoute } from './route.ts';
import { isLoginNeeded, type OfficeContext, type OfficeSite } from './site.ts';

/** Who works here, who waits to, and inviting somebody. */
export function peopleRoutes(site: OfficeSite): readonly OfficeRoute[] {
  const { door, access, clock, random, primitives, origin, founders } = site.deps;

  const blank = (): TypedInvitation => {
    const formKey = drawSecret(random);
    return { formKey, name: '', official: '', roles: [], unit: '', until: '', address: '' };
  };

  const show = async (
    who: LoggedIn,
    more: { readonly typed: TypedInvitation } & Pick<PeoplePage, 'told'>,
    status?: number,
  ): Promise<Response> => {
    callerWith(PEOPLE_ROLES, who.caller, clock());
    const [people, pending] = [await access.listPeople(), await door.pendingEnrolments()];
    const invitations = await door.openInvitations();
    const waiting = await waitingByPath(site.deps);
    const page = { who, at: clock(), people, founders, pending, invitations, waiting, ...more };
    return site.page(peoplePage(site, page, primitives), status);
  };

  return [
    { method: 'GET', path: '/personas', answer: async (c) => show(await site.whoAsks(c), { typed: blank() }) },
    {
      method: 'POST',
      path: '/personas/invitar',
      async answer(c) {
        const form = await site.readForm(c);
        const typed = typedIn(form);
        const who = await site.whoAsks(c).catch((error: unknown) => {
          // What was typed is kept in the page itself, and in no place of ours.
          if (isLoginNeeded(error)) return { again: error };
          throw error;
        });
        if ('again' in who) {
          const { status, body } = problemOf(who.again);
          const kept = form.has('person') ? {} : { kept: invitationForm(site, typed) };
          return site.page(loginPage(site, { told: body, ...kept }), status);
        }
        try {
          const { token, code, invitation } = await door.invite(who, requestOf(form, typed));
          const address = `${origin}/oficina/invitacion/${token}`;
          const { name, expiresAt: until } = invitation;
          return site.page(invitedPage(site, { who, at: clock() }, { name, address, code, until }));
        } catch (error) {
          if (!isRefusal(error) || form.has('person')) throw error;
          const { status, body } = problemOf(error);
          if (!who.caller.grants.length || error.code === 'access/role-missing') throw error;
          return show(who, { typed, told: body }, status);
        }
      },
    },
    acting('/personas/retirar', (who, form) => door.withdrawInvitation(who, form.get('invitation') ?? '')),
    acting('/personas/descartar', (who, form) => door.discardPending(who, form.get('pending') ?? '')),
    acting('/personas/aprobar', async (who, form) => {
      callerWith(['approver'], who.caller, clock());
      const id = form.get('pending') ?? '';
      const waiting = (await door.pendingEnrolments()).find((one) => one.id === id);
      const replaces = waiting?.replaces ?? false;
      const work = (): Promise<unknown> => door.enrolPending(id, { replaces });
      return askStaff(site.deps, who, { path: `/enrolments/${id}`, body: replaces ? { replaces } : {}, work });
    }),
    acting('/personas/terminar', async (who, form) => {
      const person = (form.get('person') ?? '') as PersonId;
      const reason = ACCESS_END_REASONS.find((one) => one === form.get('reason'));
      if (!reason || !/^[0-9a-f]{32}$/.test(person))
        throw new Refusal<HttpCode>('http/malformed', 'no person, or no reason', { field: 'reason' });
      const what = form.get('what') ?? '';
      const credentialId = what === 'person' ? undefined : fromBase64Url(what);
      const scope = credentialId ? 'passkey' : 'person';
      const work = (): Promise<unknown> =>
        access.endAccess(person, { scope, reason, ...(credentialId && { credentialId }) });
      const body = { scope, reason, ...(credentialId && { credentialId: what }) };
      return askStaff(site.deps, who, { path: `/people/${person}/end`, body, work });
    }),
  ];

  /** What a button does, and then the list; what waits for people by then, to where it is confirmed. */
  function acting(
    path: string,
    act: (who: LoggedIn, form: URLSearchParams) => Promise<{ readonly id: string } | undefined | void>,
  ): OfficeRoute {
    return {
      method: 'POST',
      path,
      async answer(c: OfficeContext) {
        const who = await site.whoAsks(c);
        callerWith(INVITERS, who.caller, clock());
        const waiting = await act(who, await site.readForm(c));
        return site.seeOther(waiting ? `/solicitudes/${waiting.id}` : '/personas');
      },
    };
  }
}

function typedIn(form: URLSearchParams): TypedInvitation {
  const field = (name: string): string => (form.get(name) ?? '').slice(0, 400);
  const formKey = field('key');
  if (!/^[\w-]{43}$/.test(formKey)) {
    throw new Refusal<HttpCode>('http/malformed', 'a form without its key', { field: 'key' });
  }
  return {
    formKey,
    name: field('name'),
    official: field('official').trim(),
    roles: form.getAll('role').slice(0, 16),
    unit: field('unit').trim().toUpperCase(),
    until: field('until').trim(),
    address: field('address').trim(),
  };
}

function requestOf(form: URLSearchParams, typed: TypedInvitation): InvitationRequest {
  const { formKey, name, roles, unit, until, address } = typed;
  const official = typed.official === '' ? undefined : parseOfficialId(typed.official);
  if (typed.official !== '' && official === undefined) {
    throw new Refusal<AccessCode>('access/no-mandate', 'no id of an official', {
      official: typed.official,
      mandate: 'none',
    });
  }
  const person = form.get('person');
  return {
    formKey,
    name,
    ...(person !== null && { person: person as PersonId, replaces: form.has('replaces') }),
    ...(official !== undefined && { official }),
    ...(address !== '' && { address: readMailAddress(address) }),
    roles: roles.map((role) => ({ role, ...(unit !== '' && { unit }), ...(until !== '' && { until }) })),
  };
}
