import { beforeEach, describe, expect, test } from 'vitest';
import { keyFingerprint } from '../../src/access/fingerprint.ts';
import {
  INVITATION_SECONDS,
  invite,
  lookAtInvitation,
  openInvitation,
  openInvitations,
  withdrawInvitation,
  type InvitationRequest,
  type Invited,
} from '../../src/access/invitation.ts';
import {
  discardPending,
  enrolmentOptions,
  getPending,
  invitedAt,
  makePending,
  PENDING_SECONDS,
  pendingEnrolments,
  type PendingEnrolment,
} from '../../src/access/pending-enrolment.ts';
import type { RegistrationResponse } from '../../src/access/registration.ts';
import { drawSecret } from '../../src/access/secret.ts';
import type { LoggedIn } from '../../src/access/session.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { systemRandom } from '../../src/adapters/system.ts';
import { utf8 } from '../../src/core/bytes.ts';
import type { Official, OfficialId } from '../../src/directory/official.ts';
import { SoftAuthenticator, type CreationOptions, type Slips } from '../doubles/soft-authenticator.ts';
import { Door, ORIGIN } from '../support/door.ts';
import { codeOfAct } from '../support/refuses.ts';

let door: Door;
let hugo: LoggedIn;
beforeEach(async () => {
  door = new Door();
  hugo = await door.loggedIn(door.person(['hr'], 'Hugo Lara').device);
});

function request(more: Partial<InvitationRequest> = {}): InvitationRequest {
  return { formKey: drawSecret(systemRandom), name: 'Clara Ruiz', roles: [{ role: 'clerk' }], ...more };
}

async function opened(invited?: Invited): Promise<string> {
  const { token, code } = invited ?? (await invite(door.deps, hugo, request()));
  return openInvitation(door.deps, token, code);
}

async function make(
  browser: string,
  device = new SoftAuthenticator(ORIGIN),
  slips: Slips = {},
): Promise<RegistrationResponse> {
  return device.create((await enrolmentOptions(door.deps, browser)) as CreationOptions, slips) as RegistrationResponse;
}

describe('an invitation', () => {
  test('is made by human resources or an approver, and by nobody else', async () => {
    const [founder, clerk] = [await door.loggedIn(door.founder()), await door.loggedIn(door.person(['clerk']).device)];
    expect((await invite(door.deps, founder, request())).invitation.invitedBy).toBe(founder.person);
    expect(await codeOfAct(() => invite(door.deps, clerk, request()))).toBe('access/role-missing');
    const { invitation } = await invite(door.deps, hugo, request());
    expect(await codeOfAct(() => withdrawInvitation(door.deps, clerk, invitation.id))).toBe('access/role-missing');
  });

  test('names somebody, and roles as they are written', async () => {
    const { invitation } = await invite(
      door.deps,
      hugo,
      request({ name: '  Clara   Ruiz ', roles: [{ role: 'clerk', unit: 'AE/DGG', until: '2027-01-31' }] }),
    );
    expect(invitation).toMatchObject({
      name: 'Clara Ruiz',
      grants: [{ role: 'clerk', unit: 'AE/DGG', until: '2027-01-31', from: '2026-11-29' }],
    });
    for (const roles of [[], [{ role: 'boss' }], [{ role: 'clerk', until: '2020-01-01' }]]) {
      expect(await codeOfAct(() => invite(door.deps, hugo, request({ roles })))).toBe('invitation/roles');
    }
    for (const name of ['', 'Clara\u202eRuiz', 'x'.repeat(161)]) {
      expect(await codeOfAct(() => invite(door.deps, hugo, request({ name })))).toBe('access/name');
    }
  });

  test('of an official goes by the directory, and is for whoever is in office and has no passkey', async () => {
    const official = 'of-0000000000000' as OfficialId;
    const invitation = request({ official, name: 'Otra' });
    expect(await codeOfAct(() => invite(door.deps, hugo, invitation))).toBe('access/no-mandate');
    door.officials.set(official, { id: official, name: 'Marta Soto', validFrom: '2026-01-01' } as never as Official);
    expect((await invite(door.deps, hugo, invitation)).invitation).toMatchObject({ name: 'Marta Soto', official });
    const { id } = door.person([], 'Marta Soto');
    const person = (await door.deps.people.findPerson(id))!;
    const { credentialId, key } = person.passkeys[0]!;
    const enrolment = { person: 'ab'.repeat(16) as never, name: 'Marta Soto', official, credentialId, key };
    door.tell({ act: 'enrolled', enrolment });
    expect(await codeOfAct(() => invite(door.deps, hugo, request({ official })))).toBe('invitation/enrolled-already');
  });

  test('whose form is sent twice is one, with the same address and code', async () => {
    const sent = request();
    const [first, again] = [await invite(door.deps, hugo, sent), await invite(door.deps, hugo, sent)];
    expect([again.token, again.code]).toEqual([first.token, first.code]);
    expect(await openInvitations(door.deps)).toHaveLength(1);
    const other = await door.loggedIn(door.person(['hr'], 'Otra').device);
    expect((await invite(door.deps, other, sent)).token, "under somebody else's name it is another").not.toBe(
      first.token,
    );
  });

  test('opens once, with its code, in the browser that sent it', async () => {
    const { token, code } = await invite(door.deps, hugo, request());
    expect(token).toMatch(/^[0-9a-hjkmnp-tv-z]{26}$/);
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    for (let i = 0; i < 3; i++) expect((await lookAtInvitation(door.deps, token)).name).toBe('Clara Ruiz');
    const typed = code.toLowerCase().replace('-', '  ').replaceAll('0', 'o').replaceAll('1', 'l');
    const browser = await openInvitation(door.deps, token, typed);
    expect(await codeOfAct(() => openInvitation(door.deps, token, code))).toBe('invitation/used');
    expect(await codeOfAct(() => lookAtInvitation(door.deps, token))).toBe('invitation/used');
    expect((await invitedAt(door.deps, browser)).name).toBe('Clara Ruiz');
    for (const other of [undefined, 'A'.repeat(43)]) {
      expect(await codeOfAct(() => invitedAt(door.deps, other))).toBe('invitation/not-opened');
    }
  });

  test('of two who have address and code at the same time lets one in', async () => {
    const { token, code } = await invite(door.deps, hugo, request());
    const outcomes = await Promise.allSettled([1, 2].map(() => openInvitation(door.deps, token, code)));
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  test('is closed by five wrong codes, also where they come at once', async () => {
    const { token, code } = await invite(door.deps, hugo, request());
    const wrong = code.startsWith('0') ? '11111111' : '00000000';
    const tries = ['', wrong, `${code}0`, wrong, wrong, wrong].map((typed) =>
      codeOfAct(() => openInvitation(door.deps, token, typed)),
    );
    const left = ['invitation/code-wrong', 'invitation/code-wrong', 'invitation/code-wrong', 'invitation/code-wrong'];
    expect((await Promise.all(tries)).toSorted()).toEqual(
      [...left, 'invitation/closed', 'invitation/closed'].toSorted(),
    );
    expect(await codeOfAct(() => openInvitation(door.deps, token, code))).toBe('invitation/closed');
    expect(await codeOfAct(() => lookAtInvitation(door.deps, token))).toBe('invitation/closed');
  });

  test('lasts 24 hours, opened or not, and may be taken back', async () => {
    const unopened = await invite(door.deps, hugo, request());
    const withdrawn = await invite(door.deps, hugo, request());
    const browser = await opened();
    await withdrawInvitation(door.deps, hugo, withdrawn.invitation.id);
    expect(await codeOfAct(() => opened(withdrawn))).toBe('invitation/unknown');
    door.wait(INVITATION_SECONDS);
    expect(await codeOfAct(() => opened(unopened))).toBe('invitation/expired');
    expect(await codeOfAct(() => invitedAt(door.deps, browser))).toBe('invitation/expired');
    expect(await openInvitations(door.deps)).toEqual([]);
    expect(await codeOfAct(() => lookAtInvitation(door.deps, 'x'))).toBe('invitation/unknown');
  });

  test('is kept without its token, its code or what its browser has', async () => {
    const { token, code } = await invite(door.deps, hugo, request());
    const browser = await openInvitation(door.deps, token, code);
    const [kept] = await door.deps.invitations.list();
    const symbols = code.replace('-', '');
    for (const one of [token, code, symbols, browser]) expect(JSON.stringify(kept)).not.toContain(one);
    const alone = nodePrimitives.digest('SHA-256', utf8(symbols));
    expect(kept!.record.codeHash, 'nor found by trying all codes').not.toEqual(alone);
  });
});

describe('a passkey of somebody who was invited', () => {
  test('waits for approval under a fingerprint, and opens nothing', async () => {
    const browser = await opened();
    const device = new SoftAuthenticator(ORIGIN);
    const made = await makePending(door.deps, browser, await make(browser, device));
    const { spki, id } = device.passkeys[0]!;
    expect(made).toMatchObject({
      enrolment: { name: 'Clara Ruiz', key: spki, credentialId: id },
      grants: [{ role: 'clerk' }],
      fingerprint: keyFingerprint(spki, nodePrimitives),
      invitedBy: hugo.person,
    });
    expect(device.passkeys[0]!.userHandle).toEqual(Uint8Array.from(Buffer.from(made.enrolment.person, 'hex')));
    expect(await pendingEnrolments(door.deps)).toEqual([made]);
    expect(await openInvitations(door.deps)).toEqual([]);
    expect((await invitedAt(door.deps, browser)).fingerprint, 'shown again').toBe(made.fingerprint);
    expect(await codeOfAct(() => door.logIn(device))).toBe('login/passkey-unknown');
  });

  test('is made once for each invitation, and each question answered once', async () => {
    const browser = await opened();
    const answer = await make(browser);
    const twice = await Promise.allSettled([1, 2].map(() => makePending(door.deps, browser, answer)));
    expect(twice.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await codeOfAct(() => makePending(door.deps, browser, answer))).toBe('invitation/used');
    expect(await codeOfAct(() => enrolmentOptions(door.deps, browser))).toBe('invitation/used');
    expect(await pendingEnrolments(door.deps)).toHaveLength(1);
  });

  test('made elsewhere, or without knowing its holder, is not taken, and may be made again', async () => {
    const browser = await opened();
    const refused = async (slips: Slips): Promise<string> => {
      const answer = await make(browser, undefined, slips);
      const code = await codeOfAct(() => makePending(door.deps, browser, answer));
      expect(await codeOfAct(() => makePending(door.deps, browser, answer))).toBe('access/registration-challenge');
      return code;
    };
    expect(await refused({ origin: 'https://evil.example' })).toBe('access/registration-origin');
    expect(await refused({ userVerified: false })).toBe('access/registration-unverified');
    expect(await refused({ challenge: systemRandom(32) })).toBe('access/registration-challenge');
    await makePending(door.deps, browser, await make(browser));
  });

  test('of somebody else is not taken', async () => {
    const [first, second] = [await opened(), await opened()];
    const answer = await make(first);
    await makePending(door.deps, first, answer);
    const { challenge } = await enrolmentOptions(door.deps, second);
    const again = { ...answer, response: { ...answer.response, clientDataJSON: clientData(challenge) } };
    expect(await codeOfAct(() => makePending(door.deps, second, again))).toBe('invitation/key-in-use');
  });

  test('may be a further one of a person, who stays who they are', async () => {
    const { id, device } = door.person(['clerk']);
    const invited = await invite(door.deps, hugo, request({ person: id, name: 'ignorado', roles: [{ role: 'hr' }] }));
    expect(invited.invitation).toMatchObject({ person: id, name: 'Clara Ruiz', grants: [] });
    const browser = await opened(invited);
    const options = await enrolmentOptions(door.deps, browser);
    expect(options.excludeCredentials!.map((one) => one.id)).toEqual([
      Buffer.from(device.passkeys[0]!.id).toString('base64url'),
    ]);
    const made = await makePending(door.deps, browser, await make(browser));
    expect(made.enrolment).toMatchObject({ person: id, name: 'Clara Ruiz' });
    expect(await codeOfAct(() => invite(door.deps, hugo, request({ person: 'cd'.repeat(16) as never })))).toBe(
      'access/person-unknown',
    );
  });

  test('is discarded by who may invite, and after 14 days', async () => {
    const clerk = await door.loggedIn(door.person(['clerk']).device);
    const browsers = [await opened(), await opened()];
    const made: PendingEnrolment[] = [];
    for (const browser of browsers) made.push(await makePending(door.deps, browser, await make(browser)));
    expect(await codeOfAct(() => discardPending(door.deps, clerk, made[0]!.id))).toBe('access/role-missing');
    await discardPending(door.deps, hugo, made[0]!.id);
    expect(await codeOfAct(() => discardPending(door.deps, hugo, made[0]!.id))).toBe('invitation/not-pending');
    expect(await getPending(door.deps, made[1]!.id)).toEqual(made[1]);
    door.wait(PENDING_SECONDS);
    expect(await codeOfAct(() => getPending(door.deps, made[1]!.id))).toBe('invitation/not-pending');
    expect(await pendingEnrolments(door.deps)).toEqual([]);
  });
});

function clientData(challenge: string): string {
  return Buffer.from(
    JSON.stringify({ type: 'webauthn.create', challenge, origin: ORIGIN, crossOrigin: false }),
  ).toString('base64url');
}
