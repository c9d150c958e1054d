import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loggedIn, OfficeBrowser, officeOver, type OpenedOffice } from '../support/office-browser.ts';
import { ORIGIN, ProductionOffice, RP_ID, type Person } from '../support/production-office.ts';

const UNIT = { code: 'AE', name: 'Alcaldía', coveredSince: '2026-01-01' };

let office: ProductionOffice;
let clerk: Person;
let hr: Person;
let opened: OpenedOffice;
beforeAll(async () => {
  office = await ProductionOffice.make();
  clerk = await office.enrol('Carlos Clave', ['clerk']);
  hr = await office.enrol('Hilda Rojas', ['hr']);
});
afterAll(() => office.remove());
beforeEach(() => {
  opened = officeOver(office.services);
});

interface Asked {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri: string;
  readonly interval: number;
}

function post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
  return Promise.resolve(
    opened.app.request(`${ORIGIN}/api/v1/login${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(fields).toString(),
    }),
  );
}

async function ask(host = 'oficialia-3'): Promise<Asked> {
  const answer = await post('/device', { client_id: 'cotejo', host });
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
  return (await answer.json()) as Asked;
}

async function poll({ device_code }: Asked): Promise<Record<string, unknown>> {
  const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
  const answer = await post('/token', { grant_type, device_code, client_id: 'cotejo' });
  const said = (await answer.json()) as Record<string, unknown>;
  expect(answer.status).toBe('error' in said ? 400 : 200);
  return said;
}

function browserOf(person: Person): Promise<OfficeBrowser> {
  return loggedIn(opened, person);
}

/** The page to which the code leads. */
async function pageOf(browser: OfficeBrowser, { user_code }: Asked): Promise<string> {
  const answer = await browser.submit('/oficina/dispositivo', { code: user_code });
  expect(answer.status).toBe(303);
  return answer.headers.get('location')!;
}

async function allow(browser: OfficeBrowser, person: Person, asked: Asked): Promise<Response> {
  const page = await pageOf(browser, asked);
  const shown = await (await browser.get(page)).text();
  const challenge = /data-challenge="([\w-]+)"/.exec(shown)![1]!;
  return browser.post(`${page}/confirmar`, person.passkey.get({ challenge, rpId: RP_ID }).json);
}

async function tokenOf(person: Person): Promise<string> {
  const asked = await ask();
  expect((await allow(await browserOf(person), person, asked)).status).toBe(200);
  return (await poll(asked))['access_token'] as string;
}

function staff(token: string, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return Promise.resolve(opened.app.request(`${ORIGIN}/api/v1/staff${path}`, { ...init, headers }));
}

async function told(answer: Response): Promise<readonly [number, string]> {
  const text = await answer.text();
  return [
    answer.status,
    /<code>([a-z]+\/[a-z-]+)<\/code>|"code":"([^"]+)"/.exec(text)?.slice(1).find(Boolean) ?? 'none',
  ];
}

describe('logging in from the command line', () => {
  test('takes a code, the page of whoever is logged in, and their passkey', async () => {
    const asked = await ask();
    expect(asked).toMatchObject({ verification_uri: `${ORIGIN}/oficina/dispositivo`, interval: 5, expires_in: 600 });
    expect(JSON.stringify(asked), 'no address that has the code in it').not.toContain('_complete');
    expect(await poll(asked)).toEqual({ error: 'authorization_pending' });
    expect(await poll(asked)).toEqual({ error: 'slow_down' });
    const browser = await browserOf(clerk);
    const shown = await (await browser.get(await pageOf(browser, asked))).text();
    for (const words of ['oficialia-3', 'Así dice llamarse', 'le están robando su permiso'])
      expect(shown).toContain(words);
    expect(await (await allow(browser, clerk, asked)).json()).toEqual({});
    office.time.laterSeconds += 10;
    const { access_token: token, name, token_type: type } = await poll(asked);
    expect([name, type]).toEqual(['Carlos Clave', 'Bearer']);
    expect((await staff(token as string, '/oficios')).status).toBe(200);
    expect(await poll(asked), 'once').toEqual({ error: 'invalid_grant' });
    const home = await (await browser.get('/oficina')).text();
    expect(home).toContain('cotejo, oficialia-3');
    expect(opened.failures).toEqual([]);
  });

  test('gives what that person may, and nothing more', async () => {
    const token = await tokenOf(clerk);
    expect(await told(await staff(token, '/people'))).toEqual([403, 'access/role-missing']);
    const body = JSON.stringify(UNIT);
    expect(await told(await staff(token, '/units', { method: 'POST', body }))).toEqual([403, 'access/role-missing']);
  });

  test('leaves what people have to authorise to their passkeys', async () => {
    const token = await tokenOf(hr);
    const body = JSON.stringify(UNIT);
    const answer = await staff(token, '/units', { method: 'POST', body });
    expect(answer.status).toBe(202);
    const { approval } = (await answer.json()) as { readonly approval: { readonly id: string } };
    expect(await (await staff(token, `/approvals/${approval.id}`)).json()).toMatchObject({ state: 'open' });
  });

  test('ends with a button in the browser, with logout, and with the person', async () => {
    const token = await tokenOf(clerk);
    const browser = await browserOf(clerk);
    const home = await (await browser.get('/oficina')).text();
    const cards = home.split('<li class="card">').filter((card) => card.includes('cotejo, oficialia-3'));
    for (const card of cards) {
      const session = /name="session" value="([^"]+)"/.exec(card)![1]!;
      await browser.submit('/oficina/sesiones', { session });
    }
    const over = await staff(token, '/oficios');
    expect(over.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    expect(await told(over)).toEqual([401, 'session/over']);

    const second = await tokenOf(clerk);
    expect((await post('/revoke', { token: second })).status).toBe(200);
    expect(await told(await staff(second, '/oficios'))).toEqual([401, 'session/over']);

    const leaver = await office.enrol('Lucio Sale', ['clerk']);
    const third = await tokenOf(leaver);
    expect((await staff(third, '/oficios')).status).toBe(200);
    await office.act([hr], () => office.services.access.endAccess(leaver.id, { scope: 'person', reason: 'dismissed' }));
    expect(await told(await staff(third, '/oficios'))).toEqual([401, 'session/changed']);
  });

  test('is allowed by no other page, no other session and no repeated answer (CSRF)', async () => {
    const asked = await ask();
    const browser = await browserOf(clerk);
    const page = await pageOf(browser, asked);
    const challenge = /data-challenge="([\w-]+)"/.exec(await (await browser.get(page)).text())![1]!;
    const { json } = clerk.passkey.get({ challenge, rpId: RP_ID });
    browser.origin = 'https://evil.example';
    expect(await told(await browser.post(`${page}/confirmar`, json))).toEqual([403, 'login/elsewhere']);
    expect(await told(await browser.submit(`${page}/rechazar`, {}))).toEqual([403, 'login/elsewhere']);
    browser.origin = ORIGIN;
    const other = await browserOf(clerk);
    expect(await told(await other.post(`${page}/confirmar`, json)), 'a link to it').toEqual([404, 'device/unknown']);
    expect((await other.get(page)).status).toBe(404);
    expect((await browser.post(`${page}/confirmar`, json)).status).toBe(200);
    expect(await told(await browser.post(`${page}/confirmar`, json))).toEqual([404, 'device/unknown']);
  });

  test('is not for whoever is not logged in, and tries of codes make the person wait', async () => {
    opened = officeOver(office.services, { wrong: { burst: 3, secondsEach: 60 } });
    const stranger = new OfficeBrowser(opened);
    const { user_code } = await ask();
    expect((await stranger.submit('/oficina/dispositivo', { code: user_code })).status).toBe(403);
    const browser = await browserOf(clerk);
    for (let i = 0; i < 3; i++) {
      expect(await told(await browser.submit('/oficina/dispositivo', { code: `0000-000${i}` }))).toEqual([
        404,
        'device/unknown',
      ]);
    }
    expect(await told(await browser.submit('/oficina/dispositivo', { code: user_code }))).toEqual([
      429,
      'http/too-many-requests',
    ]);
  });

  test('goes nowhere else for what a form says, and shows a name as text', async () => {
    const asked = await ask('<b>equipo</b> "x" https://evil.example');
    const browser = await browserOf(clerk);
    const fields = { code: asked.user_code, next: 'https://evil.example', return: '//evil.example' };
    const { headers } = await browser.submit('/oficina/dispositivo', fields);
    expect(headers.get('location')).toMatch(/^\/oficina\/dispositivo\/[0-9a-f]{32}$/);
    const shown = await (await browser.get(headers.get('location')!)).text();
    expect(shown).toContain('&lt;b&gt;equipo&lt;/b&gt;');
    expect(shown).not.toContain('<b>equipo');
  });

  test.for(['', 'Basic eDp5', 'Bearer', 'Bearer ', `Bearer ${'A'.repeat(43)}`, `Bearer ${'A'.repeat(300)}`])(
    'answers nobody for the header %j, whatever cookie comes with it',
    async (authorization) => {
      const browser = await browserOf(clerk);
      const cookie = `__Host-cotejo-sesion=${browser.session}`;
      const answer = await opened.app.request(`${ORIGIN}/api/v1/staff/oficios`, { headers: { authorization, cookie } });
      expect(answer.status).toBe(401);
    },
  );

  test('is let in by no card that nobody here has, and whoever tries on and on has to wait', async () => {
    const { device_code } = await ask();
    const told = async (fields: Record<string, string>): Promise<readonly unknown[]> => {
      const answer = await post('/card', fields);
      return [answer.status, ((await answer.json()) as { readonly code: string }).code];
    };
    const answered = { device_code, serial: 'a'.repeat(32), signature: 'AAAA' };
    expect(await told({ ...answered, serial: 'a' })).toEqual([400, 'http/malformed']);
    expect(await told({ ...answered, signature: '=' })).toEqual([400, 'http/malformed']);
    expect(await told({ ...answered, device_code: 'x' })).toEqual([404, 'device/unknown']);
    for (let i = 1; i < 20; i++) expect(await told(answered)).toEqual([403, 'login/card-unknown']);
    expect(await told(answered)).toEqual([429, 'http/too-many-requests']);
    // Any page can have a browser send that: it keeps nobody from logging in.
    expect((await browserOf(clerk)).session).toBeDefined();
  });

  test('takes another grant, and a body that is no form, for what they are', async () => {
    expect(await (await post('/token', { grant_type: 'password', username: 'a' })).json()).toEqual({
      error: 'unsupported_grant_type',
    });
    const { status } = await post('/token', {}, { 'content-type': 'application/json' });
    expect(status).toBe(415);
  });
});
