import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { SQLInputValue } from 'node:sqlite';
import { staffApp, STAFF_PREFIX } from '../../../src/http/staff/app.ts';
import { readCrl } from '../../../src/revocation/crl.ts';
import { whileEdited } from '../../support/edited-row.ts';
import { issueTo, letterOf, newcomer, openOffice, refusedForNothing, TWO_PAGES } from '../../support/office.ts';
import { codeOfAct } from '../../support/refuses.ts';

const office = await openOffice();
const { services, ports } = office;
const { database } = ports.data;

type Columns = Record<string, SQLInputValue>;

/** Rows as they stand but for some columns, as long as `act` runs. */
async function whileColumns<Result>(
  table: string,
  edits: readonly (readonly [key: string, columns: Columns])[],
  act: () => Promise<Result>,
): Promise<Result> {
  const keys = edits.map(([key]) => key);
  const kept = keys.map((key) => database.prepare(`SELECT * FROM ${table} WHERE key = ?`).get(key)!);
  const set = (key: string, columns: Columns): void => {
    for (const [name, value] of Object.entries(columns)) {
      database.prepare(`UPDATE ${table} SET ${name} = ? WHERE key = ?`).run(value, key);
    }
  };
  // What no two rows share is first nobody's.
  const aside = (): void => {
    for (const [i, [key, columns]] of edits.entries()) {
      for (const name of Object.keys(columns)) {
        if (name !== 'record') set(key, { [name]: typeof columns[name] === 'number' ? -1 - i : `aside ${i}` });
      }
    }
  };
  aside();
  for (const [key, columns] of edits) set(key, columns);
  try {
    return await act();
  } finally {
    aside();
    for (const [i, [key, columns]] of edits.entries()) {
      set(key, Object.fromEntries(Object.keys(columns).map((name) => [name, kept[i]![name]!])));
    }
  }
}

const jsonOf = (table: string, key: string): string =>
  String(database.prepare(`SELECT record FROM ${table} WHERE key = ?`).get(key)!['record']);

/** What the command line asks of the service. */
async function post(path: string, body: object): Promise<string> {
  const response = await staffApp(services).request(`${STAFF_PREFIX}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const { code } = (await response.json()) as { code?: string };
  return response.ok ? 'done' : String(code);
}

/** The code of what the service refuses; nothing is in the log then. */
async function refusedPost(path: string, body: object): Promise<string> {
  const { size } = await services.log.head();
  const code = await post(path, body);
  expect((await services.log.head()).size).toBe(size);
  return code;
}

describe('edited columns lead no act to another row:', () => {
  const sign = (): ReturnType<typeof office.sign> => office.sign();

  test.each(['number', 'typed_code'] as const)('two letters with the %s of each other', async (column) => {
    const [one, other] = [(await sign()).oficio, (await sign()).oficio];
    const name = column === 'number' ? one.folio : one.typedCode;
    const path = `/oficios/${encodeURIComponent(name)}/cancel`;
    // Read before, so that the records are known: the columns are compared all the same.
    await services.oficios.find(one.id);
    await services.oficios.find(other.id);
    const value = { number: [one.number, other.number], typed_code: [one.typedCode, other.typedCode] }[column];
    const swapped = [
      [one.id, { [column]: value[1]! }],
      [other.id, { [column]: value[0]! }],
    ] as const;
    await whileColumns('oficio', swapped, async () => {
      expect(await refusedPost(path, { reason: 'Error' })).toBe('data/row-damaged');
      const { sound, register } = await services.auditLog();
      expect(sound).toBe(false);
      const problem = { problem: 'row-differs', noun: 'oficio', field: column };
      const expected = [one, other].map(({ id }) => expect.objectContaining({ ...problem, key: id }));
      expect(register.findings).toEqual(expect.arrayContaining(expected));
      expect(register.findings).toHaveLength(2);
    });
    expect(await post(path, { reason: 'Error' })).toBe('done');
    expect((await services.oficios.find(one.id))?.record.state).toBe('cancelled');
    expect((await services.oficios.find(other.id))?.record.state).toBe('signed');
  });

  test('a letter of which record and columns are those of another', async () => {
    const [one, other] = [(await sign()).oficio, (await sign()).oficio];
    const { number, typedCode, folio } = one;
    const edited: Columns = { number, typed_code: typedCode };
    const record = JSON.stringify({ ...JSON.parse(jsonOf('oficio', other.id)), number, typedCode });
    const gone = { number: 998, typed_code: 'x' };
    const edits = [
      [one.id, gone],
      [other.id, { ...edited, record }],
    ] as const;
    await whileColumns('oficio', edits, async () => {
      for (const name of [folio, typedCode]) {
        const path = `/oficios/${encodeURIComponent(name)}/cancel`;
        expect(await refusedPost(path, { reason: 'Error' }), name).toBe('data/row-damaged');
      }
    });
  });

  test('a credential, official or unit with the record of another', async () => {
    const [one, other] = [await newcomer(office), await newcomer(office)];
    const [held, others] = [await issueTo(services, one, 'staff'), await issueTo(services, other, 'staff')];
    const revoke = `/credentials/${held.serial}/revoke`;
    const record = { record: jsonOf('credential', others.serial) };
    await whileColumns('credential', [[held.serial, record]], async () => {
      expect(await refusedPost(revoke, { reason: 'superseded' })).toBe('data/row-damaged');
    });
    await whileColumns('official', [[one.id, { record: jsonOf('official', other.id) }]], async () => {
      expect(await refusedPost(`/officials/${one.id}/end`, { reason: 'resigned' })).toBe('data/row-damaged');
    });
    expect(await post(revoke, { reason: 'superseded' })).toBe('done');
    expect((await services.credentials.find(others.serial))?.record.state).toBe('issued');
    expect((await services.auditLog()).sound).toBe(true);
  });

  test('an edited column of an official stops no revocation', async () => {
    const person = await newcomer(office);
    const { serial } = await issueTo(services, person, 'staff');
    await whileColumns('official', [[person.id, { name: 'otra' }]], async () => {
      expect(await post(`/credentials/${serial}/revoke`, { reason: 'superseded' })).toBe('done');
    });
  });

  test.each([
    ['official', 'XXXXXXXX'],
    ['state', 'revoked'],
    ['state', 'none'],
  ])('whoever ends an official is told of a credential that its %s hides as %s', async (column, value) => {
    const person = await newcomer(office);
    const { serial } = await issueTo(services, person, 'staff');
    const shown = await issueTo(services, person, 'signer');
    await whileColumns('credential', [[serial, { [column]: value }]], async () => {
      const end = services.endOfficial({ id: person.id, reason: 'resigned' });
      await expect(end).rejects.toMatchObject({
        code: 'data/row-damaged',
        facts: { table: 'credential', key: serial },
      });
      expect((await services.credentials.find(shown.serial))?.record.state).toBe('revoked');
      for (const _ of 'twice') {
        expect([...readCrl(await services.publishCrl('credenciales')).entries.keys()], 'by the log').toContain(serial);
        expect(await codeOfAct(() => services.revokeEnded())).toBe('data/row-damaged');
        expect(await post('/revocation/publish', {})).toBe('data/row-damaged');
      }
    });
    await services.revokeEnded();
    expect((await services.credentials.find(serial))?.record.state).toBe('revoked');
  });
});

describe('an edited row of a unit', () => {
  test('is merged into no correction, and mended by one that gives everything', async () => {
    const { code, ...all } = { code: 'AE/EDITADA', name: 'Una', coveredSince: '2026-01-01', parent: 'AE' };
    const set = await services.setUnit({ code, ...all, phone: '55 2452 3110', address: 'Plaza 1' });
    const phone = (record: Record<string, unknown>): void => void (record['phone'] = '55 6666 6666');
    await whileEdited(database, 'unit', code, phone, async () => {
      const rename = (): Promise<unknown> => services.setUnit({ code, name: 'Otra' });
      expect(await refusedForNothing(services, rename)).toBe('log/corrupt');
    });
    database.prepare(`UPDATE unit SET parent = 'X', record = json_set(record, '$.phone', '1') WHERE key = ?`).run(code);
    expect(await codeOfAct(() => services.setUnit({ code, ...all }))).toBe('data/row-damaged');
    const mended = await services.setUnit({ code, ...all, phone: '55 2452 3110', address: '' });
    const { address: _, ...without } = set;
    expect(mended).toEqual(without);
    expect((await services.directory.findUnit(set.code))?.record).toEqual(mended);
    expect((await services.auditLog()).sound).toBe(true);
    const { oficio } = await services.signOficio(letterOf(office.director, TWO_PAGES), randomUUID());
    expect(oficio.state).toBe('signed');
  });
});
