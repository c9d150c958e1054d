import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fieldIn, loggedIn, type OfficeBrowser, officeOver, type OpenedOffice } from '../support/office-browser.ts';
import { ProductionOffice, type Person } from '../support/production-office.ts';

const PLACE = '/oficina/personal';
let office: ProductionOffice;
let opened: OpenedOffice;
let hr: Person;
let approver: Person;
let clerk: Person;
let asHr: OfficeBrowser;

function browserOf(person: Person): Promise<OfficeBrowser> {
  return loggedIn(opened, person);
}

beforeAll(async () => {
  office = await ProductionOffice.make();
  hr = await office.enrol('Hilda Rojas', ['hr']);
  approver = await office.enrol('Óscar Lara', ['approver']);
  clerk = await office.enrol('Carlos Clave', ['clerk']);
  opened = officeOver(office.services);
  asHr = await browserOf(hr);
}, 60_000);
afterAll(() => {
  expect(opened.failures).toEqual([]);
  office.remove();
});

/** Where an answer leads, for what waits with its confirmation by these people. */
async function confirmed(answer: Response, people: readonly Person[] = [hr]): Promise<number> {
  if (answer.status !== 303) throw new Error(/<p>(.*?)<\/p>/.exec(await answer.text())?.[1]);
  const id = /solicitudes\/([0-9a-f]{32})$/.exec(answer.headers.get('location')!)?.[1];
  let last = 0;
  for (const person of people)
    last = (await (person === hr ? asHr : await browserOf(person)).confirm(person, id!)).status;
  return last;
}

function formOf(fields: Readonly<Record<string, string>>, photo?: Uint8Array): FormData {
  const form = new FormData();
  const all = { name: 'Inés Robles', post: 'Directora', unit: 'AE', powers: 'Firmar oficios\nVisitar comercios' };
  const more = { mayAsk: '', neverAsks: 'Dinero', validFrom: '2026-01-16', validUntil: '', phone: '', mail: '' };
  for (const [name, value] of Object.entries({ ...all, ...more, legalGround: '', ...fields })) form.set(name, value);
  if (photo) form.set('photo', new File([new Uint8Array(photo)], 'encuadre.jpg', { type: 'image/jpeg' }));
  return form;
}

async function idOf(name: string): Promise<string> {
  const page = await (await asHr.get(`${PLACE}?nombre=${encodeURIComponent(name)}`)).text();
  return /personal\/([0-9A-Z]{8})"/.exec(page)![1]!;
}

describe('human resources', () => {
  test('begins with a unit and a person with their photo, and finds them without accents', async () => {
    expect(await (await asHr.get(PLACE)).text()).toContain('Todavía no hay nadie');
    const unit = { code: 'AE', name: 'Alcaldía de Ejemplo', coveredSince: '2026-01-01' };
    expect(await confirmed(await asHr.submit(`${PLACE}/unidades`, unit))).toBe(200);
    const photo = await sharp({ create: { width: 360, height: 480, channels: 3, background: '#777' } }).jpeg().toBuffer(); // prettier-ignore
    expect(await confirmed(await asHr.upload(`${PLACE}/nueva`, formOf({}, photo)))).toBe(200);
    const id = await idOf('ines ROBLES');
    const page = await (await asHr.get(`${PLACE}/${id}`)).text();
    for (const said of ['Inés Robles', 'Directora · AE', 'Firmar oficios', 'En funciones'])
      expect(page).toContain(said);
    expect((await asHr.get(`${PLACE}/${id}/foto`)).headers.get('content-type')).toBe('image/jpeg');
  });

  test('changes what somebody changed in the form, and nothing that another changed meanwhile', async () => {
    const id = await idOf('Inés');
    const form = async (): Promise<string> =>
      fieldIn(await (await asHr.get(`${PLACE}/${id}`)).text(), 'shown').replaceAll('&quot;', '"');
    const old = await form();
    const ground = 'Art. 113; resolución CT-1/2026';
    await confirmed(await asHr.upload(`${PLACE}/${id}/datos`, formOf({ shown: old, legalGround: ground })));
    await confirmed(await asHr.upload(`${PLACE}/${id}/datos`, formOf({ shown: old, phone: '55 1234 5678' })));
    expect(JSON.parse(await form())).toMatchObject({
      publication: 'reserved',
      legalGround: ground,
      phone: '55 1234 5678',
    });
    await confirmed(await asHr.upload(`${PLACE}/${id}/datos`, formOf({ shown: await form() })));
    expect(JSON.parse(await form())).toMatchObject({ publication: 'public' });
  });

  test('issues with a second person, suspends at once, and ends everything with one dismissal', async () => {
    const id = await idOf('Inés');
    const asked = { kind: 'signer', days: '300', key: 'k'.repeat(43) };
    const answer = await asHr.submit(`${PLACE}/${id}/credencial`, asked);
    expect(await confirmed(answer, [hr, approver])).toBe(200);
    const page = await (await asHr.get(`${PLACE}/${id}`)).text();
    const serial = /credencial\/([0-9a-f]+)\/suspender/.exec(page)![1]!;
    const { services } = office;
    expect(await confirmed(await asHr.submit(`${PLACE}/${id}/credencial/${serial}/suspender`, {}))).toBe(200);
    expect(await services.verifyCredential(serial)).toMatchObject({ state: 'suspended' });
    const resumed = await asHr.submit(`${PLACE}/${id}/credencial/${serial}/reanudar`, {});
    expect(await confirmed(resumed, [hr, approver])).toBe(200);
    const worker = await office.enrol('Inés Robles', ['signer'], office.founders, id as never);
    const theirs = await browserOf(worker);
    const shown = await (await asHr.get(`${PLACE}/${id}`)).text();
    expect(shown).toContain('Su acceso a la oficina y sus sesiones abiertas');
    const started = performance.now();
    expect(await confirmed(await asHr.submit(`${PLACE}/${id}/baja`, { reason: 'dismissed', on: '' }))).toBe(200);
    expect(await services.verifyCredential(serial)).toMatchObject({ verdict: 'invalid' });
    expect(performance.now() - started, 'asked for, confirmed, and red').toBeLessThan(20_000);
    expect((await theirs.get('/oficina')).status).toBe(403);
    expect(await (await asHr.get(`${PLACE}?nombre=Ines&todas=1`)).text()).toContain('Ya no trabaja aquí');
  });

  test('grants a distinctive on its evidence, and withdraws it', async () => {
    expect(await confirmed(await asHr.upload(`${PLACE}/nueva`, formOf({ name: 'Abel Paz', post: 'Inspector' })))).toBe(
      200,
    );
    const id = await idOf('Abel');
    const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    const first = inDays(200);
    const ends = { 'trust-exam': inDays(300), 'link-analysis': inDays(400), training: first };
    const evidence = { ...ends, 'training-ref': 'C-1' };
    const granted = await asHr.submit(`${PLACE}/${id}/distintivo`, { ...evidence, key: 'd'.repeat(43) });
    expect(await confirmed(granted, [hr, approver])).toBe(200);
    const page = await (await asHr.get(`${PLACE}/${id}`)).text();
    expect(page).toContain(`hasta el ${first}`);
    const number = /distintivo\/([0-9A-Za-z-]+)\/retirar/.exec(page)![1]!;
    expect(
      await confirmed(await asHr.submit(`${PLACE}/${id}/distintivo/${number}/retirar`, { reason: 'conduct' })),
    ).toBe(200);
    expect(await (await asHr.get(`${PLACE}/${id}`)).text()).toContain('se retiró');
  });

  test('looks at a list before it is entered, with what is wrong in each row', async () => {
    const csv =
      'nombre,cargo,unidad,atribuciones,desde\nEva Luna,Notificadora,AE,Notificar,16/01/2026\nMal Dato,Notificador,NOHAY,Notificar,ayer\n';
    const form = new FormData();
    form.set('csv', new File([csv], 'lista.csv', { type: 'text/csv' }));
    const page = await (await asHr.upload(`${PLACE}/importar/revisar`, form)).text();
    expect(page).toContain('Se dan de alta 1');
    expect(page).toContain('tienen error 1');
    const go = new FormData();
    go.set('list', /name="list" value="([^"]+)"/.exec(page)![1]!);
    expect(await confirmed(await asHr.upload(`${PLACE}/importar`, go))).toBe(200);
    expect(await idOf('Eva Luna')).toMatch(/^[0-9A-Z]{8}$/);
  });
});

describe('whoever cheats', () => {
  test('gets no page of people without a role for it, and acts on nobody', async () => {
    const id = await idOf('Abel');
    const asClerk = await browserOf(clerk);
    for (const path of ['', '/nueva', '/importar', '/unidades', `/${id}`]) {
      expect((await asClerk.get(`${PLACE}${path}`)).status, path).toBe(403);
    }
    const asApprover = await browserOf(approver);
    expect((await asApprover.get(`${PLACE}/${id}`)).status).toBe(200);
    expect(await (await asApprover.get(`${PLACE}/${id}`)).text()).not.toContain('Dar de baja');
    for (const browser of [asClerk, asApprover]) {
      expect((await browser.submit(`${PLACE}/${id}/baja`, { reason: 'dismissed' })).status).toBe(403);
      expect((await browser.upload(`${PLACE}/nueva`, formOf({}))).status).toBe(403);
    }
  });

  test('is refused from another page, and with a photo that is none', async () => {
    const elsewhere = await browserOf(hr);
    elsewhere.origin = 'https://evil.example';
    expect((await elsewhere.upload(`${PLACE}/nueva`, formOf({}))).status).toBe(403);
    const bad = await asHr.upload(
      `${PLACE}/nueva`,
      formOf({ name: 'Foto Mala' }, new Uint8Array(500)),
      'application/json',
    );
    expect([bad.status, ((await bad.json()) as { code: string }).code]).toEqual([422, expect.stringMatching(/^directory\/photo-/)]); // prettier-ignore
  });

  test('writes no script into a page', async () => {
    const name = 'Ana <script>alert(1)</script>';
    const answer = await asHr.upload(`${PLACE}/nueva`, formOf({ name, post: '"><img src=x>' }), 'application/json');
    const leads = ((await answer.json()) as { location?: string }).location;
    const page = await (await asHr.get(leads ?? PLACE)).text();
    expect(page).not.toContain('<script>alert');
    expect(page).not.toContain('<img src=x');
  });
});
