import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loggedIn, OfficeBrowser, officeOver, type OpenedOffice } from '../support/office-browser.ts';
import { ProductionOffice, type Person } from '../support/production-office.ts';

const API = '/api/v1/staff';
const UNIT = { code: 'AE', name: 'Alcaldía de Ejemplo', coveredSince: '2026-01-01' };
const OFFICIAL = {
  ...{ name: 'Inés Robles', post: 'Directora', unit: 'AE', validFrom: '2026-01-16' },
  ...{ powers: ['Firmar oficios'], mayAsk: [], neverAsks: ['Dinero en efectivo'] },
};

let office: ProductionOffice;
let opened: OpenedOffice;
let hr: Person;
let approver: Person;
let clerk: Person;

beforeAll(async () => {
  office = await ProductionOffice.make();
  hr = await office.enrol('Hilda Rojas', ['hr']);
  approver = await office.enrol('Óscar Lara', ['approver']);
  clerk = await office.enrol('Carlos Clave', ['clerk']);
  opened = officeOver(office.services);
}, 60_000);
afterAll(() => office.remove());

function browserOf(person: Person): Promise<OfficeBrowser> {
  return loggedIn(opened, person);
}

/** The page of a request that waits, as whoever looks at it sees it. */
async function pageOf(browser: OfficeBrowser, id: string): Promise<string> {
  const answer = await browser.get(`/oficina/solicitudes/${id}`);
  expect(answer.status).toBe(200);
  return answer.text();
}

function confirm(browser: OfficeBrowser, person: Person, id: string): Promise<Response> {
  return browser.confirm(person, id);
}

async function ask(browser: OfficeBrowser, path: string, body: object): Promise<string> {
  const answer = await browser.post(`${API}${path}`, body);
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { approval: { id: string } }).approval.id;
}

describe('what waits for people', () => {
  test('is confirmed on its page, by one who may, and done with it', async () => {
    const browser = await browserOf(hr);
    const id = await ask(browser, '/units', UNIT);
    const list = await (await browser.get('/oficina/solicitudes')).text();
    expect(list).toContain('Registrar una unidad');
    expect(await pageOf(browser, id)).toContain('Alcaldía de Ejemplo');
    const answer = await confirm(browser, hr, id);
    expect([answer.status, await answer.json()]).toMatchObject([200, { code: 'AE' }]);
    expect(await pageOf(browser, id)).toContain('se hizo');
    expect(await (await browser.get('/oficina/solicitudes')).text()).toContain('Nada espera por usted');
  });

  test('waits for a second person where two are needed, and is not confirmed twice by one', async () => {
    const [asHr, asApprover] = [await browserOf(hr), await browserOf(approver)];
    const registering = await ask(asHr, '/officials', { official: OFFICIAL });
    const { id: officialId } = (await (await confirm(asHr, hr, registering)).json()) as { id: string };
    const id = await ask(asHr, '/credentials', { officialId, kind: 'signer', idempotencyKey: 'for the director' });
    expect((await confirm(asHr, hr, id)).status).toBe(202);
    expect(await pageOf(asApprover, id)).toContain('Hilda Rojas');
    expect((await confirm(asHr, hr, id)).status).toBe(409);
    // Whoever confirmed it, and another one of their role, read whom it waits for; it is found by who it is about.
    const asOther = await browserOf(await office.enrol('Rita Luna', ['hr']));
    for (const [browser, isTheirs] of [
      [asHr, false],
      [asOther, false],
      [asApprover, true],
    ] as const) {
      const page = await pageOf(browser, id);
      expect(page).toContain('Emitir una credencial: Inés Robles');
      expect([page.includes('data-passkey="authorise"'), page.includes('Falta que confirme otra persona')]).toEqual([
        isTheirs,
        !isTheirs,
      ]);
      const [own = ''] = (await (await browser.get('/oficina/solicitudes')).text()).split('id="others"');
      expect([
        own.includes('Inés Robles'),
        (await (await browser.get('/oficina')).text()).includes('Una solicitud espera'),
      ]).toEqual([isTheirs, isTheirs]);
    }
    const issued = await confirm(asApprover, approver, id);
    expect([issued.status, await issued.json()]).toMatchObject([200, { state: 'issued' }]);
    expect(await pageOf(asHr, id)).toContain(`href="/oficina/personal/${officialId}">Ir a la página de Inés Robles`);
  });

  test('is neither shown to nor confirmed by who has nothing to do with it, and says who declined it', async () => {
    const [asHr, asClerk] = [await browserOf(hr), await browserOf(clerk)];
    const id = await ask(asHr, '/units', { ...UNIT, code: 'AE/DX', parent: 'AE' });
    expect((await asClerk.get(`/oficina/solicitudes/${id}`)).status).toBe(403);
    expect(await (await asClerk.get('/oficina/solicitudes')).text()).toContain('Nada espera por usted');
    const declined = await asHr.submit(`/oficina/solicitudes/${id}/rechazar`, { why: 'Otra clave' });
    expect(declined.status).toBe(303);
    expect(await pageOf(asHr, id)).toMatch(/se rechazó, por Hilda Rojas \(Otra clave\)/);
  });
});

describe('the staff API', () => {
  test('answers nobody without a session, and no other page in the name of somebody', async () => {
    const stranger = new OfficeBrowser(opened);
    expect((await stranger.get(`${API}/people`)).status).toBe(403);
    const browser = await browserOf(hr);
    expect((await browser.get(`${API}/people`)).status).toBe(200);
    browser.origin = 'https://verifica.example.mx.evil.example';
    expect((await browser.post(`${API}/units`, UNIT)).status).toBe(403);
  });

  test('asks for the role that an act needs', async () => {
    const answer = await (await browserOf(clerk)).post(`${API}/units`, UNIT);
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([403, 'access/role-missing']);
  });

  test('reads no folder of the server for anybody', async () => {
    const body = { csv: 'bm9tYnJl', photoFolder: '/etc' };
    const answer = await (await browserOf(hr)).post(`${API}/officials/import`, body);
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([403, 'http/forbidden']);
  });
});
