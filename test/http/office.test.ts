import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { toBase64Url } from '../../src/core/base64.ts';
import type { PersonId } from '../../src/access/person.ts';
import { authorise } from '../../src/approval/authorise.ts';
import type { Perform } from '../../src/approval/office.ts';
import { staffApp } from '../../src/http/staff/app.ts';
import { knownStaff } from '../../src/http/staff/known.ts';
import { SoftAuthenticator } from '../doubles/soft-authenticator.ts';
import {
  fieldIn,
  invitedIn,
  loggedIn,
  OfficeBrowser,
  officeOver,
  type OpenedOffice,
} from '../support/office-browser.ts';
import { ORIGIN, ProductionOffice, somebody, type Person } from '../support/production-office.ts';

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

describe('the office', () => {
  test('is closed to whoever is not logged in, and says nothing of who works there', async () => {
    const browser = new OfficeBrowser(opened);
    for (const path of ['/oficina', '/oficina/personas']) {
      const answer = await browser.get(path);
      expect(answer.status).toBe(403);
      const page = await answer.text();
      expect(page).toContain('Entrar con mi llave de acceso');
      expect(page).not.toMatch(/Hilda|Carlos|<code>/);
    }
    expect((await browser.get('/oficina/nada')).status).toBe(404);
    expect(opened.failures).toEqual([]);
  });

  test('lets people in by their passkeys, with a cookie that no script and no other page has', async () => {
    const browser = new OfficeBrowser(opened);
    const answer = await browser.logIn(hr);
    expect([answer.status, await answer.json()]).toEqual([200, { name: 'Hilda Rojas' }]);
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-cotejo-sesion=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/),
      expect.stringMatching(/^__Host-cotejo-entrada=; .*Max-Age=0$/),
    ]);
    const page = await (await browser.get('/oficina')).text();
    for (const words of ['Hilda Rojas', 'recursos humanos', 'Firefox, Windows', '/oficina/personas']) {
      expect(page).toContain(words);
    }
  });

  test('shows a link only to those whose roles open it', async () => {
    const page = await (await (await browserOf(clerk)).get('/oficina')).text();
    expect(page).not.toContain('/oficina/personas');
    expect(await told((await browserOf(clerk)).get('/oficina/personas'))).toEqual([403, 'access/role-missing']);
    expect(await (await (await browserOf(office.founders[0])).get('/oficina')).text()).toContain('/oficina/personas');
  });

  test('keeps nobody’s page, shows it in no frame, and runs no script but its own', async () => {
    const { headers } = await (await browserOf(hr)).get('/oficina');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'sha256-[^']+'; connect-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'$/,
    );
    expect(headers.get('strict-transport-security')).toMatch(/^max-age=31536000/);
  });

  test('answers programs of the browser with as much care as pages', async () => {
    const browser = await browserOf(hr);
    for (const path of ['/api/v1/staff/officials', '/api/v1/staff/units', '/api/v1/staff/nada', '/oficina/nada']) {
      const { headers } = await browser.get(path);
      expect(headers.get('cache-control'), path).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('same-origin');
      expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      const policy = headers.get('content-security-policy');
      for (const rule of ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]) {
        expect(policy, path).toContain(rule);
      }
    }
  });

  test('notes who logs in, who leaves, who tries what is not theirs, and what another page sends', async () => {
    const browser = await browserOf(clerk);
    expect((await browser.get('/oficina/personas')).status).toBe(403);
    expect((await browser.get('/api/v1/staff/people')).status).toBe(403);
    browser.origin = 'https://evil.example';
    expect((await browser.submit('/oficina/salir', {})).status).toBe(403);
    browser.origin = ORIGIN;
    await browser.submit('/oficina/salir', {});
    expect(opened.notices).toEqual([
      ['login/done', { person: clerk.id }],
      ['access/refused', { route: '/oficina/personas', person: clerk.id }],
      ['access/refused', { route: '/api/v1/staff/*', person: clerk.id }],
      ['request/elsewhere', { route: '/oficina/salir' }],
      ['session/ended', { person: clerk.id }],
    ]);
  });

  test('gives a new session at each login, and ends the one that the browser had (fixation)', async () => {
    const browser = await browserOf(hr);
    const first = browser.session!;
    const other = new OfficeBrowser(opened);
    other.cookies.set('__Host-cotejo-sesion', first);
    await other.logIn(clerk);
    expect(other.session).not.toBe(first);
    expect(await (await other.get('/oficina')).text()).toContain('Carlos Clave');
    expect((await browser.get('/oficina')).status, 'nobody shares it').toBe(403);
  });

  test('takes no answer twice, and none that was made on another page', async () => {
    const browser = new OfficeBrowser(opened);
    const options = (await (await browser.post('/oficina/entrada/opciones', {})).json()) as never;
    const { json } = hr.passkey.get(options);
    const asked = browser.cookies.get('__Host-cotejo-entrada')!;
    expect((await browser.post('/oficina/entrada', json)).status).toBe(200);
    browser.cookies.set('__Host-cotejo-entrada', asked);
    expect(await told(browser.post('/oficina/entrada', json))).toEqual([409, 'login/challenge-over']);
    const elsewhere = { origin: 'https://verifica.example.mx.evil.example' };
    expect(await told(browser.logIn(hr, elsewhere))).toEqual([403, 'login/declined']);
    expect(await told(browser.logIn(somebody('Nadie')))).toEqual([403, 'login/passkey-unknown']);
    expect(opened.notices).toEqual([
      ['login/done', { person: hr.id }],
      ['login/refused', { code: 'login/challenge-over' }],
      ['login/refused', { code: 'login/declined', reason: 'other-origin' }],
      ['login/refused', { code: 'login/passkey-unknown' }],
    ]);
  });

  test('makes a network wait whose answers are wrong again and again, and nobody who is right', async () => {
    opened = officeOver(office.services, { wrong: { burst: 3, secondsEach: 60 } });
    for (let i = 0; i < 6; i++) await browserOf(hr);
    const browser = new OfficeBrowser(opened);
    const stranger = somebody('Nadie');
    for (let i = 0; i < 3; i++) expect((await browser.logIn(stranger)).status).toBe(403);
    const answer = await browser.logIn(stranger);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await told(answer)).toEqual([429, 'http/too-many-requests']);
  });

  test.for([
    '/oficina/salir',
    '/oficina/sesiones',
    '/oficina/entrada',
    '/oficina/entrada/opciones',
    '/oficina/personas/invitar',
    '/oficina/personas/retirar',
    '/oficina/personas/descartar',
    '/oficina/invitacion/llave',
    `/oficina/invitacion/${'0'.repeat(26)}`,
  ])('does nothing for a form of another page: %s', async (path) => {
    // prettier-ignore
    const browser = await browserOf(hr);
    for (const origin of ['https://evil.example', 'null', `${ORIGIN}:8443`, 'http://verifica.example.mx']) {
      browser.origin = origin;
      expect(await told(browser.submit(path, { session: 'others' }))).toEqual([403, 'login/elsewhere']);
    }
    browser.origin = ORIGIN;
    expect((await browser.get('/oficina')).status).toBe(200);
  });

  test('lets nobody in with a cookie that was copied before somebody left', async () => {
    const browser = await browserOf(hr);
    const stolen = new OfficeBrowser(opened);
    stolen.cookies.set('__Host-cotejo-sesion', browser.session!);
    expect((await stolen.get('/oficina')).status).toBe(200);
    const answer = await browser.submit('/oficina/salir', {});
    expect([answer.status, answer.headers.get('location'), browser.session]).toEqual([303, '/oficina', undefined]);
    expect((await stolen.get('/oficina')).status).toBe(403);
  });

  test('lets people end their other sessions, and no one else’s', async () => {
    const [here, there, others] = [await browserOf(hr), await browserOf(hr), await browserOf(clerk)];
    const page = await (await others.get('/oficina')).text();
    const theirs = fieldIn(page, 'session');
    expect(await told(here.submit('/oficina/sesiones', { session: theirs }))).toEqual([404, 'session/unknown']);
    expect((await others.get('/oficina')).status).toBe(200);
    expect((await here.submit('/oficina/sesiones', { session: 'others' })).status).toBe(303);
    expect([(await here.get('/oficina')).status, (await there.get('/oficina')).status]).toEqual([200, 403]);
  });

  test('ends the sessions of somebody with their roles or their access', async () => {
    const person = await office.enrol('Diana Despedida', ['hr']);
    let browser = await browserOf(person);
    const { access } = office.services;
    await office.act(office.founders, () => access.setRoles(person.id, [{ role: 'hr', from: '2026-01-02' as never }]));
    expect(await told(browser.get('/oficina'))).toEqual([403, 'session/changed']);
    browser = await browserOf(person);
    await office.act([hr], () => access.endAccess(person.id, { scope: 'person', reason: 'dismissed' }));
    expect(await told(browser.get('/oficina/personas'))).toEqual([403, 'session/changed']);
    expect(await told(browser.logIn(person))).toEqual([403, 'login/passkey-unknown']);
  });
});

describe('what people have to authorise', () => {
  /** Somebody who was invited, with their passkey in hand. */
  async function waiting(name: string): Promise<{ readonly id: string; readonly device: SoftAuthenticator }> {
    const { path, code } = await invite(await browserOf(hr), { name });
    const guest = new OfficeBrowser(opened);
    await guest.submit(path, { code });
    const device = new SoftAuthenticator(ORIGIN);
    await guest.makePasskey(device);
    const all = await office.services.door.pendingEnrolments();
    return { id: all.find(({ enrolment }) => enrolment.name === name)!.id, device };
  }

  /** As the staff API does what was authorised. */
  const perform: Perform = {
    async again({ path }) {
      const { door, access } = office.services;
      const [, what = '', id = ''] = /^\/api\/v1\/staff\/(enrolments|people)\/([0-9a-f]+)/.exec(path)!;
      if (what === 'enrolments') await door.enrolPending(id, { replaces: false });
      else await access.endAccess(id as PersonId, { scope: 'person', reason: 'left' });
      return DONE;
    },
    sign: () => expect.fail('no letter'),
    together: () => expect.fail('no letter'),
    waits: () => DONE,
  };
  const DONE = { status: 200, contentType: 'application/json', body: new Uint8Array() };

  /** All of these people authorise what waits. */
  async function authoriseNext(by: readonly Person[] = office.founders): Promise<string> {
    const { approvals } = office.services;
    const [approval] = await approvals.approvals.list({ state: 'open', limit: 10 });
    let state = 'open';
    for (const person of by) {
      const [assertion] = await office.assert(approval!.pending, [person]);
      const { by: _, ...answered } = assertion!;
      const caller = await office.callerOf(person);
      const settled = await authorise(approvals, perform, { id: approval!.id, caller, answered });
      ({ state } = settled.approval);
    }
    return state;
  }

  test('is asked for once, by an approver, and then the passkey opens the office', async () => {
    const { id, device } = await waiting('Petra Pendiente');
    const [hrs, approver] = [await browserOf(hr), await browserOf(office.founders[0])];
    expect(await told(hrs.submit('/oficina/personas/aprobar', { pending: id }))).toEqual([403, 'access/role-missing']);
    for (let i = 0; i < 2; i++) {
      expect((await approver.submit('/oficina/personas/aprobar', { pending: id })).status).toBe(303);
    }
    expect(await (await approver.get('/oficina/personas')).text()).toContain('Ya se pidió su aprobación');
    const { approvals } = office.services.approvals;
    expect(await approvals.list({ state: 'open', limit: 10 })).toMatchObject([
      { request: { method: 'POST', path: `/api/v1/staff/enrolments/${id}` }, requester: { name: 'Ana Pérez' } },
    ]);
    expect(await authoriseNext([office.founders[1]])).toBe('open');
    expect(await told(new OfficeBrowser(opened).logIn({ passkey: device }))).toEqual([403, 'login/passkey-unknown']);
    expect(await authoriseNext([office.founders[0]])).toBe('enacted');
    expect(await told(new OfficeBrowser(opened).logIn({ passkey: device })), 'no roles yet').toEqual([
      ...[403, 'login/passkey-unknown'],
    ]);
    expect(await authoriseNext()).toBe('enacted');
    const browser = new OfficeBrowser(opened);
    expect((await browser.logIn({ passkey: device })).status).toBe(200);
    expect(await (await browser.get('/oficina')).text()).toContain('oficialía de partes');
    expect(await (await approver.get('/oficina/personas')).text()).not.toContain('Esperan aprobación');
    expect(await told(approver.submit('/oficina/personas/aprobar', { pending: id }))).toEqual([
      ...[404, 'invitation/not-pending'],
    ]);
  });

  test('may be the end of somebody’s access, which human resources ask for and confirm', async () => {
    const person = await office.enrol('Luz Lejana', ['clerk']);
    const [theirs, browser] = [await browserOf(person), await browserOf(hr)];
    const asked = { person: person.id, what: 'person', reason: 'left' };
    expect(await told(theirs.submit('/oficina/personas/terminar', asked))).toEqual([403, 'access/role-missing']);
    expect(await told(browser.submit('/oficina/personas/terminar', { ...asked, reason: 'x' }))).toEqual([
      ...[400, 'http/malformed'],
    ]);
    const end = async (more: object): Promise<string | null> =>
      (await browser.submit('/oficina/personas/terminar', { ...asked, ...more })).headers.get('location');
    const one = await end({ what: toBase64Url(person.passkey.passkeys[0]!.id), reason: 'replaced' });
    const all = await end({});
    // The end of one passkey, asked for before, does not take the end of everything along; asked for again, it is the same one.
    expect([all === one, await end({})]).toEqual([false, all]);
    await browser.submit(`${one}/rechazar`, { why: 'Se termina todo' });
    expect((await theirs.get('/oficina')).status, 'nothing was done yet').toBe(200);
    expect(await (await browser.get('/oficina/personas')).text()).toContain('Ya se pidió terminar algo de su acceso');
    expect(await authoriseNext([hr])).toBe('enacted');
    expect(await told(theirs.get('/oficina'))).toEqual([403, 'session/changed']);
  });

  test('is done by the staff API with the same words', async () => {
    const app = staffApp(office.services);
    const answer = await app.request('/api/v1/staff/people');
    expect(await answer.json()).toContainEqual(
      expect.objectContaining({ name: 'Hilda Rojas', grants: [{ role: 'hr', from: '2026-01-01' }], ended: false }),
    );
    const caller = await office.callerOf(office.founders[0]);
    const staff = knownStaff(office.services);
    const post = (path: string, body: object): Promise<Response> => {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
      return staff.answer(new Request(`http://cotejo.local/api/v1/staff${path}`, init), caller);
    };
    expect(await told(post('/enrolments/aa', {}))).toEqual([404, 'invitation/not-pending']);
    const grants = [{ role: 'clerk', from: '2026-01-01' }];
    expect((await post(`/people/${clerk.id}/roles`, { grants })).status).toBe(202);
    expect(await told(post(`/people/${clerk.id}/roles`, { grants: [{ role: 'boss', from: 'x' }] }))).toEqual([
      ...[400, 'http/body-malformed'],
    ]);
    expect(await told(post(`/people/${'0'.repeat(32)}/end`, { scope: 'person', reason: 'left' }))).toEqual([
      ...[404, 'access/person-unknown'],
    ]);
  });
});
