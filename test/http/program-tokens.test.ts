import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MOST_TOKEN_DAYS } from '../../src/access/program-token.ts';
import { systemClock } from '../../src/adapters/system.ts';
import { dayInMexicoCity, unixSeconds } from '../../src/core/time.ts';
import { fieldIn, loggedIn, OfficeBrowser, officeOver, type OpenedOffice } from '../support/office-browser.ts';
import { ORIGIN, ProductionOffice, type Person } from '../support/production-office.ts';

let office: ProductionOffice;
let hr: Person;
let clerk: Person;
let opened: OpenedOffice;
beforeAll(async () => {
  office = await ProductionOffice.make();
  hr = await office.enrol('Hilda Rojas', ['hr']);
  clerk = await office.enrol('Carlos Clave', ['clerk', 'auditor']);
});
afterAll(() => office.remove());
beforeEach(() => {
  opened = officeOver(office.services);
});

const inDays = (days: number): string =>
  dayInMexicoCity(unixSeconds(systemClock() + office.time.laterSeconds + days * 86_400));

function browserOf(person: Person): Promise<OfficeBrowser> {
  return loggedIn(opened, person);
}

const API = '/api/v1/staff/tokens';
const wanted = (more: object = {}): object => ({ label: 'Ventanilla', roles: ['clerk'], until: inDays(30), ...more });

async function tokenOf(person: Person, more: object = {}): Promise<{ readonly id: string; readonly token: string }> {
  const answer = await (await browserOf(person)).post(API, wanted(more));
  expect(answer.status).toBe(200);
  return (await answer.json()) as { id: string; token: string };
}

function call(token: string, path: string, body?: object): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const init = body === undefined ? { headers } : { headers, method: 'POST', body: JSON.stringify(body) };
  return Promise.resolve(opened.app.request(`${ORIGIN}/api/v1/staff${path}`, init));
}

async function told(answer: Response | Promise<Response>): Promise<readonly [number, string]> {
  const response = await answer;
  const text = await response.text();
  return [
    response.status,
    /<code>([a-z]+\/[a-z-]+)<\/code>|"code":"([^"]+)"/.exec(text)?.slice(1).find(Boolean) ?? 'none',
  ];
}

describe('the token of a program', () => {
  test('is shown once, listed with its last use, and kept as a hash', async () => {
    const { token } = await tokenOf(clerk);
    expect(token).toMatch(/^cotejo_[\w-]{43}$/);
    const browser = await browserOf(clerk);
    const before = await (await browser.get('/oficina/programas')).text();
    expect(before).toContain('Nunca usado');
    expect((await call(token, '/oficios')).status).toBe(200);
    const page = await (await browser.get('/oficina/programas')).text();
    expect(page).toContain('Usado por última vez');
    for (const shown of [page, await (await browser.get('/oficina')).text()]) expect(shown).not.toContain(token);
    expect(JSON.stringify(await office.services.door.tokensOf(clerk.id))).not.toContain(token);
  });

  test('reads what its roles read, and no more than that', async () => {
    const { token } = await tokenOf(clerk);
    expect(await told(call(token, '/people')), 'auditor is theirs, and not its').toEqual([403, 'access/role-missing']);
    const { token: both } = await tokenOf(clerk, { roles: ['clerk', 'auditor'] });
    expect((await call(both, '/people')).status).toBe(200);
  });

  test('does nothing that a person has to will, and sees nothing that is shown by who somebody is', async () => {
    const { token } = await tokenOf(hr, { roles: ['hr'] });
    const unit = { code: 'AE', name: 'Alcaldía', coveredSince: '2026-01-01' };
    const id = '0'.repeat(32);
    const refused: readonly (readonly [string, object?])[] = [
      ['/units', unit],
      [`/people/${id}/end`, { scope: 'person', reason: 'dismissed' }],
      [`/enrolments/${id}`, {}],
      [`/approvals/${id}/assertions`, {}],
      [`/approvals/${id}/decline`, { why: 'x' }],
      ['/approvals/together', {}],
      ['/revocation/publish', {}],
      ['/approvals'],
      [`/approvals/${id}`],
    ];
    for (const [path, body] of refused) {
      expect([path, ...(await told(call(token, path, body)))]).toEqual([path, 403, 'token/needs-person']);
    }
    expect(await office.services.approvals.approvals.list({ state: 'open', limit: 10 })).toEqual([]);
    for (const [path, body] of [['/tokens'], ['/tokens', wanted()]] as const) {
      expect(await told(call(token, path, body)), 'nor makes another one').toEqual([403, 'token/needs-person']);
    }
    const asCookie = new OfficeBrowser(opened);
    asCookie.cookies.set('__Host-cotejo-sesion', token);
    expect((await asCookie.get('/oficina')).status).toBe(403);
  });

  test('has no role that its owner has not, nor in more units, nor for more than a year', async () => {
    const browser = await browserOf(clerk);
    const post = (more: object): Promise<readonly [number, string]> => told(browser.post(API, wanted(more)));
    for (const roles of [['hr'], ['clerk', 'hr'], ['boss'], []]) {
      expect(await post({ roles })).toEqual([422, 'token/roles']);
    }
    for (const until of [inDays(-1), inDays(MOST_TOKEN_DAYS + 2), 'mañana', '2026-13-01', '']) {
      expect(await post({ until })).toEqual([422, 'token/until']);
    }
    for (const label of ['', '\u202Ex', 'a'.repeat(81)]) expect(await post({ label })).toEqual([422, 'token/label']);
    expect(await post({ until: inDays(MOST_TOKEN_DAYS - 1) })).toEqual([200, 'none']);
    expect(await told((await browserOf(office.founders[0])).post(API, wanted({ roles: ['approver'] })))).toEqual([
      409,
      'token/not-theirs',
    ]);
  });

  test('is made by nobody in a browser that was left open, or from another page', async () => {
    const browser = await browserOf(clerk);
    browser.origin = 'https://evil.example';
    expect(await told(browser.post(API, wanted()))).toEqual([403, 'login/elsewhere']);
    browser.origin = ORIGIN;
    office.time.laterSeconds += 601;
    expect(await told(browser.post(API, wanted()))).toEqual([403, 'token/login-again']);
  });

  test('ends with its day, a button, its roles, its passkey and its owner', async () => {
    const over = [401, 'token/over'];
    const ended = await tokenOf(clerk);
    const mine = await browserOf(clerk);
    expect(await told((await browserOf(hr)).submit('/oficina/programas/terminar', { token: ended.id }))).toEqual([
      404,
      'token/unknown',
    ]);
    expect((await mine.submit('/oficina/programas/terminar', { token: ended.id })).status).toBe(303);
    expect(await told(call(ended.token, '/oficios'))).toEqual(over);

    const { token: short } = await tokenOf(clerk, { until: inDays(1) });
    office.time.laterSeconds += 3 * 86_400;
    expect(await told(call(short, '/oficios'))).toEqual(over);

    const person = await office.enrol('Lucía Sale', ['clerk']);
    const { token } = await tokenOf(person);
    expect((await call(token, '/oficios')).status).toBe(200);
    await office.act(office.founders, () =>
      office.services.access.setRoles(person.id, [{ role: 'signer', from: '2026-01-01' as never }]),
    );
    expect(await told(call(token, '/oficios')), 'the role is theirs no more').toEqual([403, 'access/role-missing']);
    const { token: other } = await tokenOf(person, { roles: ['signer'] });
    const { id: credentialId } = person.passkey.passkeys[0]!;
    await office.act([hr], () =>
      office.services.access.endAccess(person.id, { scope: 'passkey', reason: 'lost', credentialId }),
    );
    for (const one of [token, other]) expect(await told(call(one, '/oficios'))).toEqual(over);
  });

  test('is made once for a form that is sent twice', async () => {
    const browser = await browserOf(clerk);
    const key = fieldIn(await (await browser.get('/oficina/programas')).text(), 'key');
    const fields = { key, label: 'Nómina', role: ['clerk'], unit: '', until: inDays(9) };
    const pages = [
      await browser.submit('/oficina/programas', fields),
      await browser.submit('/oficina/programas', fields),
    ];
    const tokens = await Promise.all(pages.map(async (page) => /cotejo_[\w-]{43}/.exec(await page.text())?.[0]));
    expect(tokens[0]).toBe(tokens[1]);
    expect((await office.services.door.tokensOf(clerk.id)).filter(({ label }) => label === 'Nómina')).toHaveLength(1);
    expect(opened.failures).toEqual([]);
  });
});

describe('the staff API', () => {
  test('makes a person wait who asks too much, and not another one', async () => {
    opened = officeOver(office.services, { calls: { burst: 3, secondsEach: 60 } });
    const [one, other] = [await browserOf(clerk), await browserOf(hr)];
    for (let i = 0; i < 3; i++) expect((await one.get('/api/v1/staff/units')).status).toBe(200);
    const answer = await one.get('/api/v1/staff/units');
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(answer.status).toBe(429);
    expect((await other.get('/api/v1/staff/units')).status).toBe(200);
  });

  test('makes a network wait, whoever asks from it', async () => {
    opened = officeOver(office.services, { networkCalls: { burst: 3, secondsEach: 60 } });
    const [one, other] = [await browserOf(clerk), await browserOf(hr)];
    for (let i = 0; i < 3; i++) expect((await one.get('/api/v1/staff/units')).status).toBe(200);
    expect((await other.get('/api/v1/staff/units')).status).toBe(429);
  });
});
