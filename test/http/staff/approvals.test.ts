import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../../src/adapters/primitives.ts';
import { openServices } from '../../../src/compose.ts';
import { ROLES, type Role } from '../../../src/access/role.ts';
import { batchOf } from '../../../src/access/batch.ts';
import { fromBase64Url, toBase64, toBase64Url } from '../../../src/core/base64.ts';
import { toHex, utf8 } from '../../../src/core/bytes.ts';
import type { ApprovalId } from '../../../src/approval/approval.ts';
import type { Official } from '../../../src/directory/official.ts';
import { readRecord } from '../../../src/log/record.ts';
import { staffApp, STAFF_PREFIX } from '../../../src/http/staff/app.ts';
import { ACTS, leadsTo } from '../../../src/http/staff/who-may-ask.ts';
import type { SealedView } from '../../../src/http/staff/views.ts';
import { TWO_PAGES } from '../../support/office.ts';
import { ProductionOffice, type Person } from '../../support/production-office.ts';
import { NOBODY, StaffDesk } from '../../support/staff-desk.ts';

const UNIT = 'AE';
let office: ProductionOffice;
let desk: StaffDesk;
const people: Partial<Record<Role, Person>> = {};
let hr: Person;
let approver: Person;
let clerk: Person;
let signer: Person;
let director: Official;
let made = 0;

const fields = (name: string): object => ({
  ...{ name, post: `Jefatura ${++made}`, unit: UNIT, validFrom: '2026-01-16' },
  ...{ powers: ['Firmar oficios'], mayAsk: [], neverAsks: ['Dinero en efectivo'] },
});

beforeAll(async () => {
  office = await ProductionOffice.make();
  desk = new StaffDesk(office);
  for (const role of ROLES) people[role] = await office.enrol(`Persona ${role}`, [role]);
  ({ hr, approver, clerk } = people as Record<Role, Person>);
  const { services } = office;
  await office.act([hr], () => services.setUnit({ code: UNIT, name: 'Alcaldía', coveredSince: '2026-01-01' }));
  const input = fields('Inés Robles') as never;
  director = await office.act([hr], () => services.registerOfficial({ input }));
  const wanted = { officialId: director.id, kind: 'signer', days: 300, idempotencyKey: 'for the director' } as const;
  await office.act([hr, approver], () => services.issueCredential(wanted));
  signer = await office.enrol('Inés Robles', ['signer'], [approver, office.founders[0]], director.id);
}, 120_000);
afterAll(() => {
  expect(desk.bugs).toEqual([]);
  office.remove();
});

const letter = (subject: string): object => ({
  ...{ signerId: director.id, type: 'oficio', amount: 0, subject },
  idempotencyKey: `letter ${subject}`,
});
const size = (): Promise<number> => office.services.log.size();
const prepared = (subject: string): ReturnType<StaffDesk['waits']> =>
  desk.waits(desk.postForm(clerk, '/oficios', letter(subject), TWO_PAGES));

describe('a request of somebody who is logged in', () => {
  test('is answered at once where nobody else has to agree', async () => {
    expect((await desk.get(hr, `/officials/${director.id}`)).json['name']).toBe('Inés Robles');
    expect((await desk.post(hr, '/verify', { serial: '01' })).status).toBe(200);
  });

  test('waits for its assertion, is done then, and answers as it would have at once', async () => {
    const before = await size();
    const waiting = await desk.waits(desk.post(hr, '/officials', { official: fields('Eva Luna') }));
    expect(waiting).toMatchObject({
      state: 'open',
      action: 'official/registered',
      count: 1,
      slots: [{ roles: ['hr'] }],
    });
    expect(await size()).toBe(before);
    const shown = await desk.shown(hr, waiting.id);
    expect(shown.request).toMatchObject({
      path: `${STAFF_PREFIX}/officials`,
      said: { official: { name: 'Eva Luna' } },
    });
    const done = await desk.give(waiting, hr);
    expect(done).toMatchObject({ status: 200, json: { name: 'Eva Luna' } });
    expect(await size()).toBe(before + 1);
    expect(await desk.get(hr, `/approvals/${waiting.id}/answer`)).toEqual(done);
    expect(await desk.get(approver, `/approvals/${waiting.id}/answer`)).toMatchObject({ status: 403 });
    expect((await desk.give(waiting, hr)).json['code']).toBe('approval/not-open');
  });

  test('waits for two people where four eyes are asked for', async () => {
    const asked = { officialId: director.id, kind: 'staff', days: 200, idempotencyKey: 'four eyes' };
    const waiting = await desk.waits(desk.post(hr, '/credentials', asked));
    const half = await desk.give(waiting, hr);
    expect(half).toMatchObject({ status: 202, json: { approval: { slots: [{ roles: ['approver'] }] } } });
    expect((await desk.give(waiting, hr)).json['code']).toBe('approval/same-person');
    expect(await desk.give(waiting, approver)).toMatchObject({ status: 200, json: { state: 'issued' } });
  });

  test('is declined with a reason, which whoever asked is told', async () => {
    const waiting = await desk.waits(desk.post(hr, '/officials', { official: fields('Ada Mar') }));
    expect((await desk.post(clerk, `/approvals/${waiting.id}/decline`, { why: 'no' })).json['code']).toBe(
      'approval/not-yours',
    );
    await desk.post(hr, `/approvals/${waiting.id}/decline`, { why: 'Falta el nombramiento' });
    expect((await desk.shown(hr, waiting.id)).end).toMatchObject({ by: 'Persona hr', why: 'Falta el nombramiento' });
    expect((await desk.give(waiting, hr)).json['code']).toBe('approval/not-open');
  });

  test('is asked for by whoever has a role in it, and leaves nothing behind for others', async () => {
    const keys = readdirSync(office.config.keysFolder);
    const asked = { officialId: director.id, kind: 'staff', days: 100, idempotencyKey: 'of the auditor' };
    for (const who of [people.auditor!, clerk, NOBODY]) {
      expect((await desk.post(who, '/credentials', asked)).json['code']).toBe('access/role-missing');
    }
    expect(readdirSync(office.config.keysFolder)).toEqual(keys);
  });

  test('tells nothing secret, and is seen by those whom it concerns', async () => {
    const waiting = await desk.waits(desk.post(hr, '/officials', { official: fields('Iris Paz') }));
    const { pending } = (await office.services.approvals.approvals.find(waiting.id as ApprovalId))!.record;
    const { text } = await desk.get(hr, `/approvals/${waiting.id}`);
    for (const secret of [toHex(pending.seed), toBase64(pending.seed), toBase64Url(pending.seed)]) {
      expect(text).not.toContain(secret);
    }
    expect(text).not.toContain('seed');
    const seenBy = async (who: Person): Promise<boolean> => {
      const list = (await desk.get(who, '/approvals?state=open')).json as unknown as { id: string }[];
      const one = await desk.get(who, `/approvals/${waiting.id}`);
      expect(list.some(({ id }) => id === waiting.id)).toBe(one.status === 200);
      return one.status === 200;
    };
    for (const role of ROLES) expect(await seenBy(people[role]!), role).toBe(role === 'hr' || role === 'auditor');
  });
});

describe('a letter', () => {
  test('waits with the very bytes that its signer wills', async () => {
    const waiting = await prepared('Bytes');
    const shown = await desk.shown(signer, waiting.id);
    const [told] = shown.letters!;
    expect(told).toMatchObject({ subject: 'Bytes', signer: 'Inés Robles' });
    const pdf = new Uint8Array(
      await (await desk.send(signer, `/approvals/${waiting.id}/letters/${told!.id}`)).arrayBuffer(),
    );
    const text = Buffer.from(pdf).toString('latin1');
    const [, ...range] = /\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)/.exec(text)!;
    const [from, until, again, rest] = range.map(Number) as [number, number, number, number];
    const hash = createHash('sha256')
      .update(pdf.subarray(from, until))
      .update(pdf.subarray(again, again + rest));
    const record = fromBase64Url(shown.records[0]!)!;
    expect(readRecord(record)![4]).toEqual(new Uint8Array(hash.digest()));
    expect(readRecord(record)![3]).toEqual(new Uint8Array(createHash('sha256').update(TWO_PAGES).digest()));
    const { target } = await batchOf([record], nodePrimitives);
    expect(toBase64Url(target)).toBe(shown.statement.target);
    const done = await desk.give(waiting, signer);
    expect(done).toMatchObject({ status: 200, json: { state: 'signed', subject: 'Bytes', repeated: false } });
  });

  test('is not seen by a clerk of another unit, nor prepared', async () => {
    const theirs = await office.enrol('Nora Gil', ['auditor']);
    const grant = { role: 'clerk', unit: 'OM', from: '2026-01-01' } as never;
    await office.act(office.founders, () => office.services.access.setRoles(theirs.id, [grant]));
    const before = await size();
    const refused = await desk.postForm(theirs, '/oficios', letter('De otra área'), TWO_PAGES);
    expect(refused.json['code']).toBe('access/role-missing');
    const series = await desk.waits(desk.post(theirs, '/folio-series', { unit: UNIT, year: 2027, first: 10 }));
    expect((await desk.give(series, theirs)).json['code']).toBe('approval/not-yours');
    expect(await size()).toBe(before);
  });

  test('is signed together with others', async () => {
    const three = [await prepared('Uno'), await prepared('Dos'), await prepared('Tres')];
    const ids = three.map(({ id }) => id);
    expect((await desk.post(clerk, '/approvals/together', { approvals: ids })).json['code']).toBe('approval/not-yours');
    const all = await desk.waits(desk.post(signer, '/approvals/together', { approvals: ids }));
    expect(all.count).toBe(3);
    const { json } = await desk.give(all, signer);
    const letters = json as unknown as SealedView[];
    expect(letters.map(({ subject, state }) => [subject, state])).toEqual([
      ['Uno', 'signed'],
      ['Dos', 'signed'],
      ['Tres', 'signed'],
    ]);
    expect(await desk.get(clerk, `/approvals/${ids[1]!}/answer`)).toMatchObject({ json: { subject: 'Dos' } });
  });

  test('is countersigned by an assertion as well', async () => {
    const input = fields('Raúl Peña') as never;
    const second = await office.act([hr], () => office.services.registerOfficial({ input }));
    const wanted = { officialId: second.id, kind: 'signer', days: 300, idempotencyKey: 'for the second' } as const;
    await office.act([hr, approver], () => office.services.issueCredential(wanted));
    const other = await office.enrol('Raúl Peña', ['signer'], [approver, office.founders[0]], second.id);
    const { json } = await desk.give(await prepared('Con dos firmas'), signer);
    const asked = desk.post(other, `/oficios/${json['id'] as string}/countersignatures`, { signerId: second.id });
    const waiting = await desk.waits(asked);
    expect((await desk.give(waiting, signer)).json['code']).toBe('approval/not-yours');
    expect(await desk.give(waiting, other)).toMatchObject({
      status: 200,
      json: { countersignature: { officialId: second.id, state: 'signed' } },
    });
  });
});

test('a list of people is entered by one assertion', async () => {
  const rows = ['Ana Uno', 'Ana Dos', 'Ana Tres'].map(
    (name) => `${name},Jefatura ${++made},${UNIT},2026-01-16,Firmar oficios,,Dinero en efectivo`,
  );
  const head = 'nombre,cargo,unidad,vigente_desde,facultades,puede_pedir,nunca_pide';
  const csv = toBase64(utf8([head, ...rows].join('\n')));
  const checked = await desk.post(hr, '/officials/import', { csv, checkOnly: true });
  expect(checked).toMatchObject({ status: 200, json: { counts: { registered: 3 } } });
  const waiting = await desk.waits(desk.post(hr, '/officials/import', { csv }));
  expect(waiting.count).toBe(3);
  const before = await size();
  expect(await desk.give(waiting, hr)).toMatchObject({ status: 200, json: { counts: { registered: 3, refused: 0 } } });
  expect(await size()).toBe(before + 3);
  expect(await desk.post(hr, '/officials/import', { csv })).toMatchObject({ json: { counts: { unchanged: 3 } } });
});

describe('whoever has the database', () => {
  const edit = (sql: string, ...values: (string | Uint8Array)[]): void => {
    const data = new DatabaseSync(office.config.databaseFile);
    data.prepare(sql).run(...values);
    data.close();
  };

  test('swaps the body of a request, and nothing is done', async () => {
    const waiting = await desk.waits(desk.post(hr, '/officials', { official: fields('Olga Sol') }));
    const other = utf8(JSON.stringify({ official: fields('Mala Persona') }));
    edit("UPDATE approval_part SET bytes = ? WHERE id = ? AND part = 'request'", other, waiting.id);
    const before = await size();
    expect((await desk.give(waiting, hr)).json['code']).toBe('approval/stale');
    expect((await desk.shown(hr, waiting.id)).end).toMatchObject({ why: 'access/assertion-needed' });
    expect(await size()).toBe(before);
  });

  test('leads a request elsewhere, and nothing is done', async () => {
    const waiting = await desk.waits(desk.post(hr, '/officials', { official: fields('Rita Sol') }));
    const path = `${STAFF_PREFIX}/approvals/${waiting.id}/decline`;
    edit(
      'UPDATE approval SET record = replace(record, ?, ?) WHERE id = ?',
      `${STAFF_PREFIX}/officials`,
      path,
      waiting.id,
    );
    expect((await desk.give(waiting, hr)).json['code']).toBe('approval/stale');
  });

  test('writes an assertion into it that nobody gave', async () => {
    const waiting = await desk.waits(desk.post(hr, '/officials', { official: fields('Sara Sol') }));
    const done = await desk.waits(desk.post(hr, '/officials', { official: fields('Tere Sol') }));
    await desk.give(done, hr);
    const data = new DatabaseSync(office.config.databaseFile);
    const { record } = data.prepare('SELECT record FROM approval WHERE id = ?').get(done.id) as { record: string };
    data.close();
    const assertions = JSON.stringify((JSON.parse(record) as { assertions: unknown }).assertions);
    edit(
      'UPDATE approval SET record = replace(record, ?, ?) WHERE id = ?',
      '"assertions":[]',
      `"assertions":${assertions}`,
      waiting.id,
    );
    const before = await size();
    await desk.staff.settle();
    expect((await desk.shown(hr, waiting.id)).end).toMatchObject({ why: 'access/not-authorised' });
    expect(await size()).toBe(before);
  });
});

describe('what is not an ordinary request', () => {
  test('a body that is too large is refused before it is read', async () => {
    let read = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        read++;
        controller.enqueue(new Uint8Array(1 << 20));
      },
    });
    const init = { method: 'POST', body, duplex: 'half', headers: { 'content-length': String(200 << 20) } };
    expect((await desk.send(hr, '/officials', init as RequestInit)).status).toBe(413);
    expect(read).toBeLessThan(3);
    const endless = { ...init, headers: {}, body: new Blob([new Uint8Array(40 << 20)]) };
    expect((await desk.send(hr, '/officials', endless as RequestInit)).status).toBe(413);
    expect((await desk.send(clerk, '/officials', { ...endless } as RequestInit)).status).toBe(403);
  });

  test('an assertion that is none, or too long, is refused as it is read', async () => {
    const waiting = await desk.waits(desk.post(hr, '/officials', { official: fields('Luz Sol') }));
    const path = `/approvals/${waiting.id}/assertions`;
    const good = { authenticatorData: 'AA', clientDataJSON: 'AA', signature: 'AA' };
    for (const bad of [
      {},
      { ...good, more: 1 },
      { ...good, signature: '=' },
      { ...good, signature: 'A'.repeat(3000) },
      { ...good, clientDataJSON: 1 },
    ]) {
      expect((await desk.post(hr, path, bad)).json['code'], JSON.stringify(bad)).toBe('http/body-malformed');
    }
    expect((await desk.post(hr, path, good)).json['code']).toBe('approval/assertion');
    expect((await desk.post(hr, '/approvals/none/assertions', good)).json['code']).toBe('approval/not-found');
  });
});

describe('nobody, at the socket of a production installation', () => {
  const send = (method: string, path: string): Promise<Response> =>
    Promise.resolve(
      staffApp(office.services).request(`${STAFF_PREFIX}${path}`, {
        method,
        ...(method === 'POST' && { body: '{}', headers: { 'content-type': 'application/json' } }),
      }),
    );

  test('every route that acts has a line in the table, and no other has', () => {
    const routes = staffApp(office.services).routes.filter(({ method }) => method !== 'ALL' && method !== 'GET');
    const told = new Set(routes.map(({ method, path }) => `${method} ${path.slice(STAFF_PREFIX.length)}`));
    expect([...told].toSorted()).toEqual(Object.keys(ACTS).toSorted());
  });

  test.for(Object.keys(ACTS))('%s', async (route) => {
    const [method, pattern] = route.split(' ') as [string, string];
    const path = pattern.replaceAll(/:[a-z]+/g, 'x1');
    const [keys, before] = [readdirSync(office.config.keysFolder), await size()];
    const response = await send(method, path);
    const leads = leadsTo(method, path);
    if (leads === 'reading' || leads === 'service') expect(response.status, route).not.toBe(403);
    else expect(((await response.json()) as { code: string }).code).toBe('access/login-needed');
    expect(readdirSync(office.config.keysFolder)).toEqual(keys);
    if (leads !== 'service') expect(await size()).toBe(before);
  });

  test('reads what waits, and nothing secret of it', async () => {
    const waiting = await desk.waits(desk.post(hr, '/officials', { official: fields('Vera Sol') }));
    const list = (await (await send('GET', '/approvals?state=open')).json()) as { id: string }[];
    expect(list.some(({ id }) => id === waiting.id)).toBe(true);
    const text = await (await send('GET', `/approvals/${waiting.id}`)).text();
    expect(text).not.toContain('seed');
  });
});

// The last: the installation is opened anew.
test('a service that is started anew finishes what was authorised before it stopped, once', async () => {
  const waiting = await desk.waits(desk.post(hr, '/officials', { official: fields('Zoe Sol') }));
  const { approvals } = office.services.approvals;
  const found = (await approvals.find(waiting.id as ApprovalId))!;
  const [assertion] = await office.assert(found.record.pending, [hr]);
  const given = { person: hr.id, name: hr.name, assertion: assertion!, at: found.record.madeAt };
  await approvals.replace({ ...found.record, assertions: [given] }, found.version);
  const before = await size();
  office.close();
  const services = await openServices(office.config, undefined, office.encryption);
  try {
    const anew = new StaffDesk(office, services);
    await anew.staff.settle();
    await anew.staff.settle();
    expect(await services.log.size()).toBe(before + 1);
    expect((await services.approvals.approvals.find(waiting.id as ApprovalId))?.record.state).toBe('enacted');
  } finally {
    services.close();
  }
});
