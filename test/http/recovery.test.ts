import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Role } from '../../src/access/role.ts';
import type { PendingEnrolment } from '../../src/access/pending-enrolment.ts';
import { SoftAuthenticator } from '../doubles/soft-authenticator.ts';
import {
  fieldIn,
  invitedIn,
  loggedIn,
  OfficeBrowser,
  officeOver,
  type OpenedOffice,
} from '../support/office-browser.ts';
import { ORIGIN, ProductionOffice, RP_ID, type Person } from '../support/production-office.ts';
import { codeOfAct } from '../support/refuses.ts';

let office: ProductionOffice;
let hr: Person;
let opened: OpenedOffice;
beforeAll(async () => {
  office = await ProductionOffice.make();
  hr = await office.enrol('Hilda Rojas', ['hr']);
});
afterAll(() => office.remove());
beforeEach(() => {
  opened = officeOver(office.services);
});

function browserOf(person: Pick<Person, 'passkey'>): Promise<OfficeBrowser> {
  return loggedIn(opened, person);
}

async function told(answer: Response | Promise<Response>): Promise<readonly [number, string]> {
  const response = await answer;
  const text = await response.text();
  return [
    response.status,
    /<code>([a-z]+\/[a-z-]+)<\/code>|"code":"([^"]+)"/.exec(text)?.slice(1).find(Boolean) ?? 'none',
  ];
}

/** Somebody who lost their device, and made a passkey on another one. */
async function losing(
  name: string,
  role: Role = 'clerk',
): Promise<{
  readonly lost: Person;
  readonly device: SoftAuthenticator;
  readonly pending: PendingEnrolment;
}> {
  const lost = await office.enrol(name, [role]);
  const asHr = await browserOf(hr);
  const page = await (await asHr.get('/oficina/personas')).text();
  expect(page).toContain('Perdió todos sus dispositivos');
  const fields = { key: fieldIn(page, 'key'), person: lost.id, replaces: 'si' };
  const { path, code } = invitedIn(await (await asHr.submit('/oficina/personas/invitar', fields)).text());
  const guest = new OfficeBrowser(opened);
  await guest.submit(path, { code });
  const device = new SoftAuthenticator(ORIGIN);
  expect((await guest.makePasskey(device)).status).toBe(200);
  const all = await office.services.door.pendingEnrolments();
  return { lost, device, pending: all.find(({ enrolment }) => enrolment.person === lost.id)! };
}

/** The page where its approval is confirmed. */
async function asked(pending: PendingEnrolment): Promise<string> {
  const founder = await browserOf(office.founders[0]);
  expect((await founder.submit('/oficina/personas/aprobar', { pending: pending.id })).status).toBe(303);
  const { approvals } = office.services.approvals;
  const open = await approvals.list({ state: 'open', limit: 10 });
  return `/oficina/solicitudes/${open.find(({ request }) => request.path.endsWith(pending.id))!.id}`;
}

async function confirm(path: string, person: Pick<Person, 'passkey'>): Promise<Response> {
  const browser = await browserOf(person);
  const shown = await browser.get(path.replace('/oficina/solicitudes', '/api/v1/staff/approvals'));
  if (!shown.ok) return shown;
  const { challenge } = (await shown.json()) as { readonly challenge: string };
  return browser.post(`${path}/confirmar`, person.passkey.get({ challenge, rpId: RP_ID }).json);
}

describe('somebody who lost every device', () => {
  test('gets a new passkey from two others, and the old one ends with it, its sessions and its programs at once', async () => {
    const { lost, device, pending } = await losing('Pedro Perdió');
    const thief = await browserOf(lost);
    const until = '2027-01-31';
    const made = await thief.post('/api/v1/staff/tokens', { label: 'x', roles: ['clerk'], until });
    const { token } = (await made.json()) as { readonly token: string };
    const waits = await (await (await browserOf(hr)).get('/oficina/personas')).text();
    expect(waits).toContain('al aprobarla, todas las demás terminan');

    const page = await asked(pending);
    expect((await confirm(page, office.founders[0])).status).toBe(202);
    expect(await told(confirm(page, office.founders[0])), 'one alone').toEqual([409, 'approval/same-person']);
    expect((await told(confirm(page, hr)))[0], 'who invited them').toBe(403);
    expect((await told(confirm(page, lost)))[0], 'whoever has the lost device').toBe(403);
    expect((await thief.get('/oficina')).status).toBe(200);
    expect((await new OfficeBrowser(opened).logIn({ passkey: device })).status, 'not yet').toBe(403);

    expect((await confirm(page, office.founders[1])).status).toBe(200);
    expect(await told(thief.get('/oficina'))).toEqual([403, 'session/changed']);
    expect(await told(new OfficeBrowser(opened).logIn(lost))).toEqual([403, 'login/passkey-unknown']);
    const authorization = `Bearer ${token}`;
    const asProgram = opened.app.request(`${ORIGIN}/api/v1/staff/oficios`, { headers: { authorization } });
    expect(await told(asProgram)).toEqual([401, 'token/over']);
    const back = await (await (await browserOf({ passkey: device })).get('/oficina')).text();
    for (const words of ['Pedro Perdió', 'oficialía de partes']) expect(back).toContain(words);
    expect((await office.services.door.pendingEnrolments()).map(({ id }) => id)).not.toContain(pending.id);
    const { sound } = await office.services.auditLog();
    expect(sound).toBe(true);
    expect(opened.failures).toEqual([]);
  });

  test('is neither of the two, although an approver who still has the lost device', async () => {
    const { lost, pending } = await losing('Ana Aprueba', 'approver');
    const page = await asked(pending);
    expect((await told(confirm(page, lost)))[1]).toBe('approval/not-yours');
    expect((await confirm(page, office.founders[0])).status).toBe(202);
    expect((await told(confirm(page, lost)))[1]).toBe('approval/not-yours');
    const list = await (await (await browserOf(lost)).get('/oficina/solicitudes')).text();
    expect(list).not.toContain(page);
    expect((await confirm(page, office.founders[1])).status).toBe(200);
  });

  test('is finished by the service where it stopped between the new passkey and the end of the old one', async () => {
    const { lost, pending } = await losing('Irma Interrumpe');
    const { access, door } = office.services;
    await office.act(office.founders, () => access.enrolPasskey(pending.enrolment));
    const live = async (): Promise<number> =>
      (await access.findPerson(lost.id))!.passkeys.filter(({ endedLeaf }) => endedLeaf === undefined).length;
    expect(await live()).toBe(2);
    await door.finishReplacing();
    expect(await live()).toBe(1);
    expect(await codeOfAct(() => door.enrolPending(pending.id, { replaces: true }))).toBe('invitation/not-pending');
    await door.finishReplacing();
    expect(await live()).toBe(1);
  });

  test('loses nothing by a request alone, nor by one that says otherwise than what waits', async () => {
    const { lost, pending } = await losing('Nora Nada');
    const { access, door } = office.services;
    await door.finishReplacing();
    expect(await codeOfAct(() => door.enrolPending(pending.id, { replaces: false }))).toBe('invitation/not-pending');
    const page = await asked(pending);
    await confirm(page, office.founders[0]);
    await door.finishReplacing();
    expect((await access.findPerson(lost.id))!.passkeys.map(({ endedLeaf }) => endedLeaf)).toEqual([undefined]);
    expect((await browserOf(lost)).session).toBeDefined();
  });
});
