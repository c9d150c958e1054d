import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CalendarDay } from '../../src/core/time.ts';
import { formatTime } from '../../src/core/time.ts';
import type { UnitCode } from '../../src/directory/unit.ts';
import { makeLetterDesk, type LetterDesk } from '../support/letter-desk.ts';
import { loggedIn, type OfficeBrowser, officeOver, type OpenedOffice } from '../support/office-browser.ts';
import type { Person } from '../support/production-office.ts';

/* A person asks what is held of them: human resources and auditors answer, clerks erase, operators sweep; each by these pages alone. */

let made: LetterDesk;
let opened: OpenedOffice;
let hr: OfficeBrowser;
let auditor: OfficeBrowser;
let clerk: OfficeBrowser;
const HOSTILE = '<script>alert(1)</script> Vega';

beforeAll(async () => {
  made = await makeLetterDesk();
  opened = officeOver(made.office.services);
  for (const name of ['Rosa Vega Luna', HOSTILE]) {
    const received = { receivedAt: formatTime(made.office.services.clock()), how: 'notifier', name };
    const body = { received, idempotencyKey: `of ${name}` };
    await made.desk.post(made.who('clerk'), `/oficios/${made.letter.id}/receptions`, body);
  }
  hr = await browserOf(made.who('hr'));
  auditor = await browserOf(made.who('auditor'));
  clerk = await browserOf(made.who('clerk'));
}, 180_000);
afterAll(() => {
  expect(opened.failures).toEqual([]);
  made.office.remove();
});

function browserOf(person: Person): Promise<OfficeBrowser> {
  return loggedIn(opened, person);
}

async function posted(browser: OfficeBrowser, path: string, fields: Record<string, string>, status = 200) {
  const answer = await browser.submit(`/oficina/datos${path}`, fields);
  const text = await answer.text();
  expect([answer.status, text.slice(0, 300)]).toEqual([status, expect.any(String)]);
  return { text, headers: answer.headers };
}
const search = async (browser: OfficeBrowser, busca: string): Promise<string> =>
  (await posted(browser, '/buscar', { busca })).text;
const shown = async (browser: OfficeBrowser, de: string, valor: string): Promise<string> =>
  (await posted(browser, '/persona', { de, valor })).text;
const notes = async (): Promise<number> => (await made.office.services.personal.listExports()).length;

describe('whoever answers a person', () => {
  test('finds them in the directory by name and by key, among those with access, and by name beside letters', async () => {
    const before = await notes();
    const found = await search(hr, 'ines ROBLES');
    expect(found.match(/name="valor" value="([^"]*)"/g)).toEqual([
      `name="valor" value="${made.director.id}"`,
      `name="valor" value="${made.who('signer').id}"`,
      'name="valor" value="ines ROBLES"',
    ]);
    expect(await search(hr, made.director.id)).toContain('Inés Robles');
    expect(await search(auditor, made.who('clerk').id)).toContain('Entra a la oficina');
    expect(await search(hr, 'Persona Ninguna'), 'every word counts').not.toContain('name="de" value="person"');
    expect(await search(hr, 'Rosa')).toContain('hacen falta nombre y apellido');
    expect(await notes(), 'looking for somebody tells nothing of them').toBe(before);
  });

  test('sees everything in words, with where it is corrected, and that it was asked for is noted', async () => {
    const before = await notes();
    const page = await shown(hr, 'official', made.director.id);
    expect(page).toContain('Lo que se guarda de Inés Robles');
    expect(page).toContain('Persona servidora pública dada de alta');
    expect(page).toContain(`href="/oficina/personal/${made.director.id}">Corregir`);
    expect(page).toContain(made.letter.folio);
    expect(page).not.toContain('BEGIN CERTIFICATE');
    expect(page, 'every fact has a name in Spanish').not.toMatch(/<dt>[a-z]+([A-Z][a-z]+)*<\/dt>/);
    expect(await notes()).toBe(before + 1);
    expect(await (await auditor.get('/oficina/datos')).text()).toContain(
      `Persona hr pidió los datos de persona del directorio ${made.director.id}`,
    );
    expect(await (await hr.get('/oficina/datos')).text()).not.toContain('persona del directorio');
  });

  test('hands it over as JSON, and as a page that loads nothing', async () => {
    const json = await posted(hr, '/persona', { de: 'official', valor: made.director.id, como: 'json' });
    expect(json.headers.get('content-disposition')).toContain('datos-personales.json');
    const view = JSON.parse(json.text) as { parts: { line: string }[] };
    expect(view.parts.map(({ line }) => line)).toContain('credentials');
    expect(json.text).toContain('BEGIN CERTIFICATE');
    const read = await posted(hr, '/persona', { de: 'name', valor: 'Rosa Vega', como: 'leer' });
    expect(read.headers.get('content-disposition')).toContain('attachment; filename="datos-personales.html"');
    expect(read.headers.get('cache-control')).toBe('no-store');
    expect(read.text).toContain('Rosa Vega Luna');
    expect(read.text).toContain('Por notificador');
    expect(read.text).not.toMatch(/<script|<form|src="(?!data:)|href=/);
  });

  test('is shown a name with a script as text, on the page and in what is handed over', async () => {
    expect(await search(hr, HOSTILE)).not.toContain(HOSTILE);
    for (const como of ['', 'leer']) {
      const { text } = await posted(hr, '/persona', { de: 'name', valor: HOSTILE, como });
      expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt; Vega');
      expect(text).not.toContain('<script>alert(1)');
    }
  });

  test('is told why not, and never that there is nothing', async () => {
    expect((await posted(hr, '/persona', { de: 'name', valor: 'Rosa' }, 400)).text).toContain('http/body-malformed');
    expect((await posted(hr, '/persona', { de: 'official', valor: '00000000' }, 404)).text).toContain(
      'directory/official-unknown',
    );
    expect(await shown(hr, 'name', 'Nadie Ninguno')).toContain('No se guarda nada');
  });

  test('of one unit alone learns nothing of whoever is known by name only', async () => {
    const own = await made.office.enrol('Personal de AE/DGO', ['hr']);
    const grant = { role: 'hr' as const, unit: 'AE/DGO' as UnitCode, from: '2026-01-01' as CalendarDay };
    await made.office.act(made.office.founders, () => made.office.services.access.setRoles(own.id, [grant]));
    const browser = await browserOf(own);
    expect(await search(browser, 'Rosa Vega')).not.toContain('name="de" value="name"');
    for (const [de, valor] of [
      ['name', 'Rosa Vega'],
      ['official', made.director.id],
    ] as const) {
      const { text } = await posted(browser, '/persona', { de, valor }, 403);
      expect(text).toContain('access/role-missing');
      expect(text).not.toMatch(/Luna|Robles/);
    }
  });
});

describe('erasing early', () => {
  const beside = (browser: OfficeBrowser, name: string): Promise<Response> =>
    browser.get(`/oficina/datos/oficio?oficio=${encodeURIComponent(name)}`);

  test('is asked for beside the letter by its clerk, with what goes and what stays, and waits for their passkey', async () => {
    const page = await (await beside(clerk, made.letter.folio)).text();
    expect(page).toContain('Lidia Mora');
    expect(page).toContain('No se pueden recuperar');
    expect(page).toContain('Se quedan el oficio y su archivo firmado');
    const fields = { ground: 'cancellation', reference: 'ARCO-12/2026' };
    const asked = await clerk.submit(`/oficina/datos/oficios/${made.letter.id}/borrar`, fields);
    expect([asked.status, asked.headers.get('location')]).toEqual([
      303,
      expect.stringMatching(/^\/oficina\/solicitudes\/[0-9a-f]+$/),
    ]);
    expect(await (await beside(clerk, made.letter.folio)).text(), 'until it is confirmed').toContain('Lidia Mora');
    const id = asked.headers.get('location')!.split('/').at(-1)!;
    expect((await clerk.confirm(made.who('clerk'), id)).status).toBe(200);
    const after = await (await beside(clerk, made.letter.folio)).text();
    expect(after).not.toContain('Lidia Mora');
    expect(after).toContain('ARCO-12/2026');
    expect(after).not.toContain(`/oficios/${made.letter.id}/borrar" data-stay="${made.letter.id}-destinatario"`);
    expect((await made.office.services.auditLog()).sound).toBe(true);
  });

  test('of one reception is asked for by human resources from what they found by name', async () => {
    const page = await shown(hr, 'name', 'Rosa Vega');
    const [, action, reception] = /action="([^"]*\/borrar)"[\s\S]*?name="reception" value="([0-9a-f]{16})"/.exec(page)!;
    const asked = await hr.submit(action!, { reception: reception!, ground: 'opposition', reference: 'ARCO-13/2026' });
    const id = asked.headers.get('location')!.split('/').at(-1)!;
    expect((await hr.confirm(made.who('hr'), id)).status).toBe(200);
    expect(await shown(hr, 'name', 'Rosa Vega')).toContain('No se guarda nada');
  });

  test('refuses a name in the number of the request, and is not for another unit, auditors, or another site', async () => {
    const path = `/oficina/datos/oficios/${made.letter.id}/borrar`;
    const named = await clerk.submit(path, { ground: 'cancellation', reference: 'Lidia Mora' });
    expect(await named.text()).toContain('oficio/erasure-reference');
    const stranger = await browserOf(made.who('stranger'));
    expect((await beside(stranger, made.letter.folio)).status).toBe(403);
    for (const browser of [stranger, auditor]) {
      const refused = await browser.submit(path, { ground: 'cancellation', reference: 'ARCO-1' });
      expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('access/role-missing')]);
    }
    clerk.origin = 'https://elsewhere.example';
    expect((await clerk.submit(path, { ground: 'cancellation', reference: 'ARCO-1' })).status).toBe(403);
    clerk.origin = 'https://verifica.example.mx';
  });
});

describe('the sweep', () => {
  test('is told to whoever answers for data, and done by operators alone', async () => {
    const operator = await browserOf(await made.office.enrol('Persona operadora', ['operator']));
    expect(await (await operator.get('/oficina/datos')).text()).toContain('no ha habido ninguno');
    expect((await posted(operator, '/barrido', { solo: 'contar' })).text).toContain('sin borrar nada');
    expect(await (await operator.get('/oficina/datos')).text(), 'counting is no sweep').toContain(
      'no ha habido ninguno',
    );
    await posted(operator, '/barrido', {}, 303);
    for (const browser of [operator, hr, clerk, auditor]) {
      const page = await (await browser.get('/oficina/datos')).text();
      expect(page).toContain('La última vez: ');
      expect(page).toContain('se borra a los 5 años');
      expect(page.includes('/barrido')).toBe(browser === operator);
    }
    await posted(hr, '/barrido', {}, 403);
    const signer = await browserOf(made.who('signer'));
    expect((await signer.get('/oficina/datos')).status).toBe(403);
    expect(await (await signer.get('/oficina')).text()).not.toContain('/oficina/datos');
  });
});
