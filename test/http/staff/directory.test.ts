import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toBase64 } from '../../../src/core/base64.ts';
import type { CalendarDay } from '../../../src/core/time.ts';
import type { OfficialId } from '../../../src/directory/official.ts';
import type { UnitCode } from '../../../src/directory/unit.ts';
import { ORIGIN, ProductionOffice, type Person } from '../../support/production-office.ts';
import { OfficeBrowser, officeOver } from '../../support/office-browser.ts';
import { StaffDesk } from '../../support/staff-desk.ts';

let office: ProductionOffice;
let desk: StaffDesk;
let hr: Person;
let ofOtherUnit: Person;
let clerk: Person;
let reserved: OfficialId;
let open: OfficialId;

const fields = (name: string, more: object = {}): never =>
  ({
    ...{ name, post: 'Inspección', unit: 'AE/DGG', validFrom: '2026-01-16' },
    ...{ powers: ['Visitar comercios'], mayAsk: ['La licencia'], neverAsks: ['Dinero'], ...more },
  }) as never;

beforeAll(async () => {
  office = await ProductionOffice.make();
  desk = new StaffDesk(office);
  hr = await office.enrol('Hilda Rojas', ['hr']);
  clerk = await office.enrol('Carlos Clave', ['clerk']);
  ofOtherUnit = await office.enrol('Olga Otra', ['hr']);
  const { services } = office;
  const grant = { role: 'hr', unit: 'AE/DX' as UnitCode, from: '2026-01-01' as CalendarDay } as const;
  await office.act(office.founders, () => services.access.setRoles(ofOtherUnit.id, [grant]));
  for (const code of ['AE', 'AE/DGG', 'AE/DX']) {
    const unit = { code, name: `Unidad ${code}`, coveredSince: '2026-01-01', ...(code !== 'AE' && { parent: 'AE' }) };
    await office.act([hr], () => services.setUnit(unit));
  }
  const jpeg = await sharp({ create: { width: 300, height: 400, channels: 3, background: '#888' } }).jpeg().toBuffer(); // prettier-ignore
  const photo = await services.readPhoto(new Uint8Array(jpeg));
  const ground = { publication: 'reserved', legalGround: 'Art. 113 LGTAIP', mail: 'ines.robles@ae.example', phone: '55 1234 5678' }; // prettier-ignore
  reserved = (await office.act([hr], () => services.registerOfficial({ input: fields('Inés Robles', ground), photo })))
    .id;
  open = (await office.act([hr], () => services.registerOfficial({ input: fields('Abel Paz'), photo }))).id;
}, 60_000);
afterAll(() => {
  expect(desk.bugs).toEqual([]);
  office.remove();
});

const names = async (who: Person, path: string): Promise<readonly string[]> =>
  ((await desk.get(who, path)).json as unknown as { name: string }[]).map(({ name }) => name);

describe('a reserved name', () => {
  test('is known to those of human resources of its unit, and to no other role or unit', async () => {
    expect(await names(hr, '/officials')).toEqual(['Abel Paz', 'Inés Robles']);
    for (const other of [clerk, ofOtherUnit]) {
      expect((await names(other, '/officials')).toSorted()).toEqual(['', 'Abel Paz']);
      const { text, json } = await desk.get(other, `/officials/${reserved}`);
      expect(text).not.toMatch(/Robles|robles/);
      expect(json).toMatchObject({ name: '', post: 'Inspección', contact: { phone: '55 1234 5678' } });
      expect(json).not.toHaveProperty('photo');
    }
  });

  test('finds nobody, and puts nobody in an order, for who may not know it', async () => {
    expect(await names(hr, '/officials?name=ines')).toEqual(['Inés Robles']);
    for (const other of [clerk, ofOtherUnit]) expect(await names(other, '/officials?name=ines')).toEqual([]);
    expect(await names(clerk, `/officials?limit=1`)).toEqual(['']);
    expect(await names(clerk, `/officials?limit=1&after=${reserved}`)).toEqual(['Abel Paz']);
  });

  test('shows no face either', async () => {
    expect((await desk.send(hr, `/officials/${reserved}/photo`)).headers.get('content-type')).toBe('image/jpeg');
    expect((await desk.send(ofOtherUnit, `/officials/${reserved}/photo`)).status).toBe(404);
    expect((await desk.send(ofOtherUnit, `/officials/${open}/photo`)).status).toBe(200);
    expect((await desk.send(clerk, `/officials/${open}/photo`)).status).toBe(403);
  });
});

test('officials are listed by unit, and without who has left', async () => {
  expect(await names(hr, '/officials?unit=AE/DX')).toEqual([]);
  expect(await names(hr, '/officials?unit=AE/DGG&office=in')).toHaveLength(2);
  expect((await desk.get(hr, '/officials?unit=%3Cscript%3E')).json['code']).toBe('http/body-malformed');
});

test('the catalogue is what officials have, each spelling once, the commonest first', async () => {
  const more = { powers: ['VISITAR COMERCIOS', 'Levantar actas'], post: 'Jefatura' };
  await office.act([hr], () => office.services.registerOfficial({ input: fields('Eva Luna', more) }));
  expect((await desk.get(hr, '/catalogue')).json).toEqual({
    powers: ['Visitar comercios', 'Levantar actas'],
    mayAsk: ['La licencia'],
    neverAsks: ['Dinero'],
  });
});

test('somebody of human resources of another unit changes nobody of this one', async () => {
  const waiting = await desk.waits(desk.post(ofOtherUnit, `/officials/${open}/change`, { changes: { phone: '911' } }));
  expect((await desk.give(waiting, ofOtherUnit)).json['code']).toBe('approval/not-yours');
  expect((await desk.post(hr, '/officials', { official: fields('Mal Foto'), photo: toBase64(new Uint8Array(99)) })).json['code']).toMatch(/^directory\/photo-/); // prettier-ignore
});

test('whoever is dismissed loses access and session with the same act', async () => {
  const by = [...office.founders] as const;
  const worker = await office.enrol('Abel Paz', ['signer'], [by[0], by[1]], open);
  const browser = new OfficeBrowser(officeOver(office.services));
  expect((await browser.logIn(worker)).status).toBe(200);
  expect((await browser.get('/oficina')).status).toBe(200);
  const waiting = await desk.waits(desk.post(hr, `/officials/${open}/end`, { reason: 'dismissed' }));
  expect((await desk.give(waiting, hr)).status).toBe(200);
  expect((await office.services.access.findPerson(worker.id))?.endedLeaf).toBeDefined();
  expect((await browser.get('/oficina')).status).toBe(403);
  expect((await browser.logIn(worker)).status).not.toBe(200);
  expect(ORIGIN).toBe(browser.origin);
});

test('whoever leaves on a coming day loses access on that day, and not before', async () => {
  const { services, time } = office;
  const later = await office.act([hr], () => services.registerOfficial({ input: fields('Noé Mar', { post: 'Enlace' }) })); // prettier-ignore
  const worker = await office.enrol('Noé Mar', ['clerk'], office.founders, later.id);
  await office.act([hr], () => services.endOfficial({ id: later.id, on: '2099-01-01', reason: 'term-ended' }));
  await services.revokeEnded();
  expect((await services.access.findPerson(worker.id))?.endedLeaf).toBeUndefined();
  time.laterSeconds = 73 * 365 * 86_400;
  await services.revokeEnded();
  time.laterSeconds = 0;
  expect((await services.access.findPerson(worker.id))?.endedLeaf).toBeDefined();
});
