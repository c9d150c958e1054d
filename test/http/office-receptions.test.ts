import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatLocalTime } from '../../src/core/time.ts';
import type { Role } from '../../src/access/role.ts';
import { makeLetterDesk, type LetterDesk } from '../support/letter-desk.ts';
import { loggedIn, type OfficeBrowser, officeOver, type OpenedOffice } from '../support/office-browser.ts';

const PHOTO = new Uint8Array(readFileSync(join(import.meta.dirname, '../../keys-dev/photos/persona-1.jpg')));
const HOSTILE = '<script>alert("x")</script>';
let made: LetterDesk;
let opened: OpenedOffice;
let clerk: OfficeBrowser;
let path: string;
let keys = 0;

beforeAll(async () => {
  made = await makeLetterDesk();
  opened = officeOver(made.office.services);
  clerk = await browserOf('clerk');
  path = `/oficina/oficios/${made.letter.id}/acuses`;
}, 180_000);
afterAll(() => {
  expect(opened.failures).toEqual([]);
  made.office.remove();
});

function browserOf(name: Role | 'stranger'): Promise<OfficeBrowser> {
  return loggedIn(opened, made.who(name));
}

function formOf(more: Readonly<Record<string, string | Uint8Array>> = {}): FormData {
  const [day = '', hour = ''] = formatLocalTime(made.office.services.clock()).split(' ');
  const form = new FormData();
  const fields = { key: `form ${keys++}`, day, hour, name: 'Rosa Vega', how: 'window', office: HOSTILE, ...more };
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') form.set(name, value);
    else form.set(name, new File([new Uint8Array(value)], 'acuse.jpg', { type: 'image/jpeg' }));
  }
  return form;
}

const shown = async (browser: OfficeBrowser, more = ''): Promise<string> =>
  (await browser.get(`${path}${more}`)).text();

describe('the page of receptions', () => {
  test('is found by folio or code, and tells why not otherwise', async () => {
    for (const name of [made.letter.folio, made.letter.code]) {
      const found = await clerk.get(`/oficina/acuses?oficio=${encodeURIComponent(name)}`);
      expect([found.status, found.headers.get('location')]).toEqual([303, path]);
    }
    const missing = await clerk.get(`/oficina/acuses?oficio=${encodeURIComponent('AE/DGG/9999/2026')}`);
    expect([missing.status, await missing.text()]).toEqual([404, expect.stringContaining('oficio/not-found')]);
    expect(await shown(clerk)).toContain('Todavía no se registra ninguna');
    expect(await shown(clerk)).toContain('Lidia Mora');
  });

  test('registers one with its photo, once for a form, and shows what was typed as text', async () => {
    const form = formOf({ key: 'the same form', photo: PHOTO });
    for (let i = 0; i < 2; i++) {
      const done = await clerk.upload(path, form);
      expect([done.status, done.headers.get('location')]).toEqual([303, path]);
    }
    const page = await shown(clerk);
    expect(page.match(/Rosa Vega/g)).toHaveLength(1);
    expect(page).not.toContain(HOSTILE);
    const [, photo] = new RegExp(`href="(${path}/[0-9a-f]{16}/foto)"`).exec(page)!;
    const answer = await clerk.get(photo!);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
  });

  test('corrects one, and says that another never was', async () => {
    const [, id] = /\?corrige=([0-9a-f]{16})/.exec(await shown(clerk))!;
    expect(await shown(clerk, `?corrige=${id}`)).toContain('Registrar la corrección');
    const right = await clerk.upload(path, formOf({ name: 'Otra Persona', corrects: id!, reason: 'Era otra' }));
    expect(right.status).toBe(303);
    expect(await shown(clerk)).toContain('Se corrigió después');
    const [, next] = /\?corrige=([0-9a-f]{16})/.exec(await shown(clerk))!;
    await clerk.upload(path, formOf({ corrects: next!, reason: 'Fue otro oficio', never: '1' }));
    expect(await shown(clerk)).toContain('No hubo tal entrega');
    expect((await made.office.services.auditLog()).sound).toBe(true);
  });

  test('says what is wrong, to a page and to a script', async () => {
    const late = await clerk.upload(path, formOf({ day: '2099-01-01' }));
    expect([late.status, await late.text()]).toEqual([422, expect.stringContaining('oficio/received-in-future')]);
    const told = await clerk.upload(path, formOf({ name: '' }), 'application/json');
    expect(await told.json()).toMatchObject({ code: 'directory/text-missing', facts: { field: 'name' } });
    const text = new TextEncoder().encode('no es una foto');
    const wrong = await clerk.upload(path, formOf({ photo: text }), 'application/json');
    expect(await wrong.json()).toMatchObject({ code: 'directory/photo-unreadable' });
  });

  test('is not for another unit, nor for another site; auditors and signers only look', async () => {
    const stranger = await browserOf('stranger');
    expect((await stranger.get(path)).status).toBe(403);
    expect((await stranger.upload(path, formOf())).status).toBe(403);
    for (const name of ['auditor', 'signer'] as const) {
      const looking = await browserOf(name);
      const page = await shown(looking);
      expect(page).toContain('Rosa Vega');
      expect(page).not.toContain('id="registrar"');
      expect((await looking.upload(path, formOf())).status).toBe(403);
    }
    expect(await (await (await browserOf('hr')).get('/oficina')).text()).not.toContain('/oficina/acuses');
    clerk.origin = 'https://elsewhere.example';
    expect((await clerk.upload(path, formOf())).status).toBe(403);
    clerk.origin = 'https://verifica.example.mx';
  });

  test('of a draft registers nothing', async () => {
    const draft = `/oficina/oficios/${made.draft}/acuses`;
    expect(await (await clerk.get(draft)).text()).not.toContain('id="registrar"');
    expect(await (await clerk.upload(draft, formOf())).text()).toContain('oficio/not-signed');
  });
});
