import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import sharp from 'sharp';
import { toBase64 } from '../../../src/core/base64.ts';
import { formatTime } from '../../../src/core/time.ts';
import type { CalendarDay } from '../../../src/core/time.ts';
import type { Role } from '../../../src/access/role.ts';
import type { UnitCode } from '../../../src/directory/unit.ts';
import type { Official } from '../../../src/directory/official.ts';
import type { SealedView } from '../../../src/http/staff/views.ts';
import type { ReceptionView } from '../../../src/http/staff/receptions.ts';
import { TWO_PAGES } from '../../support/office.ts';
import { ProductionOffice, type Person } from '../../support/production-office.ts';
import { StaffDesk } from '../../support/staff-desk.ts';

let office: ProductionOffice;
let desk: StaffDesk;
let director: Official;
const people: Partial<Record<Role | 'stranger', Person>> = {};
let letter: SealedView;
let draft: string;

const who = (name: Role | 'stranger'): Person => people[name]!;
const asked = (): object => ({
  received: { receivedAt: formatTime(office.services.clock()), how: 'notifier', name: 'Rosa Vega', office: 'Gobierno' },
  idempotencyKey: `reception ${Math.random()}`,
});

/** Somebody with a role in one unit alone. */
async function enrolIn(unit: string, role: Role): Promise<Person> {
  const person = await office.enrol(`${role} de ${unit}`, [role]);
  const grant = { role, unit: unit as UnitCode, from: '2026-01-01' as CalendarDay };
  await office.act(office.founders, () => office.services.access.setRoles(person.id, [grant]));
  return person;
}

beforeAll(async () => {
  office = await ProductionOffice.make();
  desk = new StaffDesk(office);
  const { services } = office;
  people.hr = await office.enrol('Personal', ['hr']);
  people.approver = await office.enrol('Aprueba', ['approver']);
  people.auditor = await office.enrol('Audita', ['auditor']);
  for (const code of ['AE', 'AE/DGG', 'AE/DGO']) {
    await office.act([who('hr')], () =>
      services.setUnit({
        code,
        name: `Unidad ${code}`,
        coveredSince: '2026-01-01',
        ...(code !== 'AE' && { parent: 'AE' }),
      }),
    );
  }
  people.clerk = await enrolIn('AE/DGG', 'clerk');
  people.stranger = await enrolIn('AE/DGO', 'clerk');
  director = await office.act([who('hr')], () =>
    services.registerOfficial({
      input: {
        ...{
          name: 'Inés Robles',
          post: 'Directora',
          unit: 'AE/DGG',
          powers: ['Firmar'],
          mayAsk: [],
          neverAsks: ['Dinero'],
        },
        validFrom: '2026-01-16',
      },
    }),
  );
  await office.act([who('hr'), who('approver')], () =>
    services.issueCredential({
      officialId: director.id,
      kind: 'signer',
      days: 300,
      idempotencyKey: 'for the director',
    }),
  );
  people.signer = await office.enrol('Inés Robles', ['signer'], office.founders, director.id);
  const order = (key: string): object => ({
    ...{ signerId: director.id, type: 'oficio', amount: 0, subject: 'Aviso', idempotencyKey: key },
  });
  const addressee = { name: 'Lidia Mora', address: 'Colima 9' };
  const asked = { ...order('letter one'), addressee };
  const waiting = await desk.waits(desk.postForm(who('clerk'), '/oficios', asked, TWO_PAGES));
  letter = (await desk.give(waiting, who('signer'))).json as unknown as SealedView;
  await desk.waits(desk.postForm(who('clerk'), '/oficios', order('letter two'), TWO_PAGES));
  draft = (await services.oficios.list({ state: 'sealed', limit: 1 }))[0]!.id;
}, 180_000);
afterAll(() => {
  expect(desk.bugs).toEqual([]);
  office.remove();
});

const path = (more = ''): string => `/oficios/${letter.id}/receptions${more}`;

describe('a reception', () => {
  test('is registered by a clerk of its unit, with a session and no assertion', async () => {
    const made = await desk.post(who('clerk'), path(), asked());
    expect(made).toMatchObject({ status: 200, json: { state: 'registered', name: 'Rosa Vega', hasPhoto: false } });
    expect((await office.services.auditLog()).sound).toBe(true);
  });

  test('is not for a clerk of another unit, for who signs, nor for who only looks', async () => {
    for (const one of ['stranger', 'auditor', 'hr', 'signer'] as const) {
      const told = await desk.post(who(one), path(), asked());
      expect([one, told.json['code']]).toEqual([one, 'access/role-missing']);
    }
  });

  test('of a draft is refused', async () => {
    const told = await desk.post(who('clerk'), `/oficios/${draft}/receptions`, asked());
    expect(told).toMatchObject({ status: 409, json: { code: 'oficio/not-signed' } });
  });

  test('is read by those of its unit and by auditors, and by nobody else', async () => {
    for (const one of ['clerk', 'signer', 'auditor'] as const) {
      const all = (await desk.get(who(one), path())).json as unknown as ReceptionView[];
      expect(all[0]).toMatchObject({ name: 'Rosa Vega', how: 'notifier' });
    }
    for (const one of ['stranger', 'hr', 'approver'] as const) {
      const told = await desk.get(who(one), path());
      expect([one, told.json['code']]).toEqual([one, 'access/role-missing']);
      expect(told.text).not.toContain('Rosa');
      expect((await desk.get(who(one), path('/0000000000000000/photo'))).json['code']).toBe('access/role-missing');
    }
  });

  test('shows its photo to them alone', async () => {
    const picture = await sharp({ create: { width: 300, height: 400, channels: 3, background: '#fff' } })
      .png()
      .toBuffer();
    const { received, idempotencyKey } = asked() as { received: object; idempotencyKey: string };
    const body = { received: { ...received, photo: toBase64(new Uint8Array(picture)) }, idempotencyKey };
    const { id } = (await desk.post(who('clerk'), path(), body)).json as unknown as ReceptionView;
    const shown = await desk.send(who('auditor'), path(`/${id}/photo`));
    expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect((await sharp(await shown.arrayBuffer()).metadata()).format).toBe('jpeg');
    expect((await desk.send(who('stranger'), path(`/${id}/photo`))).status).toBe(403);
  });

  test.each([
    [{ idempotencyKey: 'a key of eight' }, 'http/body-malformed'],
    [{ received: { how: 'mail' }, idempotencyKey: 'a key of eight' }, 'http/body-malformed'],
    [{ correction: { corrects: '../..', reason: 'x' }, idempotencyKey: 'a key of eight' }, 'http/body-malformed'],
    [
      { correction: { corrects: '0000000000000000', reason: 'x' }, idempotencyKey: 'eight more' },
      'oficio/reception-not-found',
    ],
  ])('asked for as %j is refused', async (body, code) => {
    expect((await desk.post(who('clerk'), path(), body)).json['code']).toBe(code);
  });
});

describe('whom a letter is for', () => {
  test('is read by those of its unit and by auditors, and by nobody else', async () => {
    const own = `/oficios/${letter.id}/delivery`;
    for (const one of ['clerk', 'signer', 'auditor'] as const) {
      expect((await desk.get(who(one), own)).json).toEqual({
        addressee: { name: 'Lidia Mora', address: 'Colima 9', isPublic: false },
      });
    }
    for (const one of ['stranger', 'hr', 'approver'] as const) {
      const told = await desk.get(who(one), own);
      expect([one, told.json['code']]).toEqual([one, 'access/role-missing']);
      expect(told.text).not.toContain('Lidia');
    }
  });

  test('stands in no list, nor in what the letter tells of itself', async () => {
    const listed = await desk.get(who('approver'), `/oficios?name=${encodeURIComponent(letter.folio)}`);
    expect(listed.text).not.toMatch(/Lidia|Colima/);
    expect(listed.text).toContain('"addressee":"kept"');
  });

  test('said in another form is refused', async () => {
    const order = {
      signerId: director.id,
      type: 'oficio',
      amount: 0,
      subject: 'Aviso',
      idempotencyKey: 'letter three',
    };
    for (const more of [
      { addressee: 'Lidia' },
      { addressee: { name: 'x', isPublic: 'yes' } },
      { visit: { place: 'x' } },
    ]) {
      const told = await desk.postForm(who('clerk'), '/oficios', { ...order, ...more }, TWO_PAGES);
      expect(told.json['code']).toBe('http/body-malformed');
    }
  });
});
