import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SoftAuthenticator } from '../doubles/soft-authenticator.ts';
import {
  fieldIn,
  invitedIn,
  loggedIn,
  OfficeBrowser,
  officeOver,
  type OpenedOffice,
} from '../support/office-browser.ts';
import { ORIGIN, ProductionOffice, type Person } from '../support/production-office.ts';

let office: ProductionOffice;
let hr: Person;
let clerk: Person;
let opened: OpenedOffice;

beforeAll(async () => {
  office = await ProductionOffice.make();
  hr = await office.enrol('Hilda Rojas', ['hr']);
  clerk = await office.enrol('Carlos Clave', ['clerk']);
});
afterAll(() => office.remove());
beforeEach(async () => {
  opened = officeOver(office.services);
  await office.services.door.endSessions(hr.id);
});

function browserOf(person: Person): Promise<OfficeBrowser> {
  return loggedIn(opened, person);
}

/** Status and code, of a page or a problem document. */
async function told(answer: Response | Promise<Response>): Promise<readonly [number, string]> {
  const response = await answer;
  const text = await response.text();
  const code = /<code>([a-z]+\/[a-z-]+)<\/code>/.exec(text)?.[1] ?? /"code":"([^"]+)"/.exec(text)?.[1] ?? 'none';
  return [response.status, code];
}

const INVITATION = { name: 'Nadia Nueva', official: '', role: ['clerk'], unit: '', until: '' };

async function invite(browser: OfficeBrowser, more: object = {}): Promise<ReturnType<typeof invitedIn>> {
  const key = fieldIn(await (await browser.get('/oficina/personas')).text(), 'key');
  const answer = await browser.submit('/oficina/personas/invitar', { key, ...INVITATION, ...more });
  expect(answer.status).toBe(200);
  return invitedIn(await answer.text());
}

describe('inviting somebody', () => {
  test('leads from the form to a passkey that waits, with the same fingerprint on both sides', async () => {
    const inviter = await browserOf(hr);
    const { path, code } = await invite(inviter);
    const guest = new OfficeBrowser(opened);
    expect(await (await guest.get(path)).text()).toContain('Soy Nadia Nueva');
    const answer = await guest.submit(path, { code: ` ${code.slice(0, 4).toLowerCase()}-${code.slice(4)} ` });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/oficina/invitacion']);
    expect(await (await guest.get('/oficina/invitacion')).text()).toContain('Hacer mi llave de acceso');
    const device = new SoftAuthenticator(ORIGIN);
    const { fingerprint } = (await (await guest.makePasskey(device)).json()) as { fingerprint: string };
    const list = await (await inviter.get('/oficina/personas')).text();
    expect(list).toContain('Nadia Nueva');
    for (const group of fingerprint.split(' ')) expect(list).toContain(`<li>${group}</li>`);
    for (const group of fingerprint.split(' ')) {
      expect(await (await guest.get('/oficina/invitacion')).text()).toContain(`<li>${group}</li>`);
    }
    expect(await told(guest.logIn({ passkey: device }))).toEqual([403, 'login/passkey-unknown']);
    const pending = fieldIn(list, 'pending');
    expect((await inviter.submit('/oficina/personas/descartar', { pending })).status).toBe(303);
    expect(await (await inviter.get('/oficina/personas')).text()).not.toContain('Nadia Nueva');
  });

  test('uses the address up by the code alone: what shows links does not', async () => {
    const { path, code } = await invite(await browserOf(hr));
    const [guest, preview] = [new OfficeBrowser(opened), new OfficeBrowser(opened)];
    for (let i = 0; i < 3; i++) expect((await preview.get(path)).status).toBe(200);
    expect((await preview.get('/oficina/invitacion')).status).toBe(403);
    expect((await guest.submit(path, { code })).status).toBe(303);
    expect(await told(preview.submit(path, { code }))).toEqual([409, 'invitation/used']);
    expect(await told(preview.get(path))).toEqual([409, 'invitation/used']);
    expect(await told(preview.post('/oficina/invitacion/opciones', {}))).toEqual([403, 'invitation/not-opened']);
  });

  test('is over after five wrong codes', async () => {
    const { path, code } = await invite(await browserOf(hr));
    const guest = new OfficeBrowser(opened);
    const wrong = code.startsWith('0') ? '11111111' : '00000000';
    for (let i = 0; i < 4; i++) {
      const answer = await guest.submit(path, { code: wrong });
      const page = await answer.text();
      expect([answer.status, page]).toEqual([403, expect.stringContaining(`Intentos que quedan: ${4 - i}`)]);
      expect(page, 'the form is there again').toContain('name="code"');
    }
    expect(await told(guest.submit(path, { code: wrong }))).toEqual([409, 'invitation/closed']);
    expect(await told(guest.submit(path, { code }))).toEqual([409, 'invitation/closed']);
  });

  test('keeps what was typed when the session ended, and saves nothing twice', async () => {
    const browser = await browserOf(hr);
    const key = fieldIn(await (await browser.get('/oficina/personas')).text(), 'key');
    const typed = { key, ...INVITATION, name: 'Óscar <b>"Nuño"', role: ['clerk', 'signer'], until: '2027-01-31' };
    browser.cookies.delete('__Host-cotejo-sesion');
    const answer = await browser.submit('/oficina/personas/invitar', typed);
    const page = await answer.text();
    expect(answer.status).toBe(403);
    expect(page).toContain('data-then="form"');
    expect(page).toContain('value="Óscar &lt;b&gt;&quot;Nuño&quot;"');
    expect([fieldIn(page, 'key'), fieldIn(page, 'until'), fieldIn(page, 'role')]).toEqual([key, '2027-01-31', 'hr']);
    expect(page.match(/ checked/g)).toHaveLength(2);
    await browser.logIn(hr);
    const again = { ...typed, name: 'Óscar Nuño' };
    const first = await (await browser.submit('/oficina/personas/invitar', again)).text();
    const second = await (await browser.submit('/oficina/personas/invitar', again)).text();
    expect(invitedIn(second)).toEqual(invitedIn(first));
    const list = await (await browser.get('/oficina/personas')).text();
    expect(list.match(/<h3>Óscar Nuño<\/h3>/g)).toHaveLength(1);
    await browser.submit('/oficina/personas/retirar', { invitation: fieldIn(list, 'invitation') });
  });

  test('shows the form again, as it was typed, where something in it is wrong', async () => {
    const browser = await browserOf(hr);
    const key = fieldIn(await (await browser.get('/oficina/personas')).text(), 'key');
    const answer = await browser.submit('/oficina/personas/invitar', { key, ...INVITATION, role: [], unit: 'ae/dgg' });
    const page = await answer.text();
    expect([answer.status, page]).toEqual([422, expect.stringContaining('<code>invitation/roles</code>')]);
    expect([fieldIn(page, 'name'), fieldIn(page, 'unit')]).toEqual(['Nadia Nueva', 'AE/DGG']);
  });

  test('is for human resources and approvers alone', async () => {
    const [auditor, other] = [await office.enrol('Aura Auditora', ['auditor']), await browserOf(clerk)];
    const browser = await browserOf(auditor);
    expect(await (await browser.get('/oficina/personas')).text()).not.toContain('/personas/invitar');
    const key = 'A'.repeat(43);
    for (const one of [browser, other]) {
      const sent = { key, ...INVITATION };
      expect(await told(one.submit('/oficina/personas/invitar', sent))).toEqual([403, 'access/role-missing']);
      expect(await told(one.submit('/oficina/personas/descartar', {}))).toEqual([403, 'access/role-missing']);
    }
  });

  test('of a further passkey keeps the person', async () => {
    const browser = await browserOf(hr);
    const key = fieldIn(await (await browser.get('/oficina/personas')).text(), 'key');
    const answer = await browser.submit('/oficina/personas/invitar', { key, person: clerk.id });
    const { path, code } = invitedIn(await answer.text());
    const guest = new OfficeBrowser(opened);
    await guest.submit(path, { code });
    await guest.makePasskey();
    const [pending] = await office.services.door.pendingEnrolments();
    expect(pending).toMatchObject({ enrolment: { person: clerk.id, name: 'Carlos Clave' }, grants: [] });
    await browser.submit('/oficina/personas/descartar', { pending: pending!.id });
  });
});
