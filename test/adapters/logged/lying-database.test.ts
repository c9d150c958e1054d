import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../../src/adapters/primitives.ts';
import { unixSeconds, type UnixSeconds } from '../../../src/core/time.ts';
import { encodeLeaf, LeafKind, makeLeaf } from '../../../src/log/leaf.ts';
import { readTile } from '../../../src/log/tile.ts';
import { claimsOf, intentRecord } from '../../../src/oficio/register.ts';
import { encodeClaims } from '../../../src/seal/seal.ts';
import { readCrl } from '../../../src/revocation/crl.ts';
import { inflateStatuses, openStatusList, statusAt } from '../../../src/revocation/status-list.ts';
import type { Services } from '../../../src/services.ts';
import type { Answer } from '../../../src/verifier/index.ts';
import { plainLeaf } from '../../support/acts.ts';
import { issueTo, openData } from '../../support/office.ts';
import { codeOfAct } from '../../support/refuses.ts';
import {
  afterEdit,
  afterTampering,
  setInRecord,
  tamperWith,
  unrevoke,
  workedRegister,
} from '../../support/worked-register.ts';

const { config, staff, standing, cancelled, revoked, badge } = await workedRegister();

afterAll(() => rmSync(dirname(config.dataFolder), { recursive: true, force: true }));

/** The leaf that a row names. */
function leafOf(database: DatabaseSync, table: string, key: string, field: string): number {
  const row = database.prepare(`SELECT record ->> '$.${field}' AS leaf FROM ${table} WHERE key = ?`).get(key);
  return Number(row!['leaf']);
}

describe('a database that lies', () => {
  const state = (sql: string, ask: (services: Services) => Promise<Answer>): Promise<string> =>
    afterEdit(config, sql, async (services) => (await ask(services)).state);

  /** The record of one row under the key of another one. */
  const under = (table: string, key: string, other: string): string =>
    `UPDATE ${table} SET record = (SELECT record FROM ${table} WHERE key = '${other}') WHERE key = '${key}';`;

  test('a good record under the key of another one vouches for nothing', async () => {
    const { inspector, director } = staff;
    const credential = under('credential', revoked.serial, badge.serial);
    const asked = (): Promise<unknown> => state(credential, (services) => services.verifyCredential(revoked.serial));
    expect(await codeOfAct(asked)).toBe('log/corrupt');
    const letter = under('oficio', cancelled.id, standing.id);
    expect(await state(letter, (services) => services.verifyTyped(cancelled.folio))).toBe('not-found');
    expect(await state(letter, (services) => services.verifyTyped(cancelled.typedCode))).toBe('not-found');
    expect(await state(letter, (services) => services.verifyTyped(cancelled.sealText!))).toBe('cancelled');
    const columns = `UPDATE oficio SET typed_code = 'x', number = 998 WHERE key = '${cancelled.id}';
      UPDATE oficio SET typed_code = '${cancelled.typedCode}', number = ${cancelled.number} WHERE key = '${standing.id}';`;
    expect(await state(columns, (services) => services.verifyTyped(cancelled.folio))).toBe('not-found');
    expect(await state(columns, (services) => services.verifyTyped(cancelled.typedCode))).toBe('not-found');
    const official = under('official', inspector.id, director.id);
    expect(await state(official, (services) => services.verifyCredential(badge.serial))).toBe('current');
  });

  test('entries that no longer lead to the head answer nothing', async () => {
    const edit = (database: DatabaseSync): void =>
      database.exec(`DROP TRIGGER log_entry_fixed;
        UPDATE log_entry SET entry = CAST(substr(entry, 1, 1) || x'23' || substr(entry, 3) AS BLOB)
        WHERE idx = ${leafOf(database, 'credential', revoked.serial, 'statusLeaf')}; ${unrevoke(revoked.serial)}`);
    const asked = afterTampering(config, edit, (services) => services.verifyCredential(revoked.serial));
    await expect(asked).rejects.toMatchObject({ code: 'log/corrupt' });
    const { sound, findings, register } = await afterTampering(config, edit, (services) => services.auditLog());
    expect([sound, findings.length > 0]).toEqual([false, true]);
    expect(new Set(register.findings.map((one) => one.noun)), 'no row is blamed').toEqual(new Set(['leaf']));
  });

  test('a row, its entry and its opening that were forged together answer nothing, before opening or while it runs', async () => {
    const forged = { ...standing, subject: 'Multa: deposite' };
    const record = intentRecord(forged, encodeClaims(claimsOf(forged)));
    const draft = plainLeaf('forged', { kind: LeafKind.oficioIntent, record });
    const forge = (database: DatabaseSync): void => {
      database.exec(`DROP TRIGGER IF EXISTS log_entry_fixed; DROP TRIGGER IF EXISTS opening_fixed;
        ${setInRecord('oficio', standing.id, "'$.subject'", "'Multa: deposite'")}`);
      const { intentLeaf } = standing;
      const entry = encodeLeaf(makeLeaf(draft, nodePrimitives));
      database.prepare('UPDATE log_entry SET entry = ? WHERE idx = ?').run(entry, intentLeaf);
      database.prepare('UPDATE opening SET record = ?, salt = ? WHERE idx = ?').run(record, draft.salt, intentLeaf);
    };
    const ask = (services: Services): Promise<Answer> => services.verifyTyped(standing.sealText!);
    await expect(afterTampering(config, forge, ask)).rejects.toMatchObject({ code: 'log/corrupt' });
    const running = async (services: Services): Promise<Answer> => {
      expect((await ask(services)).state).toBe('current');
      tamperWith(config.databaseFile, forge);
      return ask(services);
    };
    await expect(afterTampering(config, () => {}, running)).rejects.toMatchObject({ code: 'log/corrupt' });
  });

  test('without a single checkpoint nothing is answered, signed or served, and the audit names it', async () => {
    const sql = 'DROP TRIGGER checkpoint_kept; DELETE FROM checkpoint;';
    const missing = { code: 'log/checkpoint-missing' };
    const asked = (ask: (services: Services) => Promise<unknown>): Promise<unknown> => afterEdit(config, sql, ask);
    await expect(asked((services) => services.verifyTyped(standing.sealText!))).rejects.toMatchObject(missing);
    await expect(asked((services) => services.verifyCredential(badge.serial))).rejects.toMatchObject(missing);
    await expect(asked((services) => services.publishCheckpoint())).rejects.toMatchObject(missing);
    await expect(asked((services) => services.suspendCredential(badge.serial))).rejects.toMatchObject(missing);
    const tampered = afterTampering(
      config,
      (database) => database.exec(sql),
      async () => 'opened',
    );
    expect(await tampered, 'the audit needs it open').toBe('opened');
    const report = await afterEdit(config, sql, (services) => services.auditLog());
    expect(report).toMatchObject({ sound: false, findings: [{ problem: 'checkpoint-missing', from: 0 }] });
  });

  test('what somebody edited of the log is in no tile, and stands in no proof', async () => {
    const edited = [
      'UPDATE log_entry SET entry = zeroblob(114) WHERE idx = 5;',
      'UPDATE log_entry SET entry = (SELECT entry FROM log_entry WHERE idx = 4) WHERE idx = 5;',
    ];
    const read = async (services: Services, level: 0 | 'entries'): Promise<Uint8Array> => {
      const { size: width } = await services.log.head();
      return readTile(services.log, { level, index: 0, width }, nodePrimitives);
    };
    for (const level of [0, 'entries'] as const) {
      const sound = await afterEdit(config, 'SELECT 1', (services) => read(services, level));
      const running = (sql: string): Promise<Uint8Array> =>
        afterEdit(config, 'SELECT 1', async (services) => {
          await services.log.size();
          tamperWith(config.databaseFile, (database) => database.exec(`DROP TRIGGER log_entry_fixed; ${sql}`));
          return read(services, level);
        });
      for (const sql of edited) await expect(running(sql), sql).rejects.toMatchObject({ code: 'log/corrupt' });
      // The hash in the row is not what is served.
      expect(await running('UPDATE log_entry SET leaf_hash = zeroblob(32) WHERE idx = 3;')).toEqual(sound);
    }
    const proof = afterEdit(config, `DROP TRIGGER log_entry_fixed; ${edited[0]}`, (all) => all.proveEntry(5));
    await expect(proof).rejects.toMatchObject({ code: 'log/corrupt' });
  });

  test('a trigger that was made while it runs stops answers, acts and the audit', async () => {
    const swallow = 'CREATE TRIGGER x BEFORE UPDATE ON credential BEGIN SELECT raise(IGNORE); END;';
    const asked = (ask: (services: Services) => Promise<unknown>): Promise<unknown> => afterEdit(config, swallow, ask);
    const changed = { code: 'data/schema-changed', facts: { type: 'trigger', name: 'x' } };
    await expect(asked((services) => services.verifyCredential(badge.serial))).rejects.toMatchObject(changed);
    await expect(asked((services) => services.suspendCredential(badge.serial))).rejects.toMatchObject(changed);
    await expect(asked((services) => services.publishCrl('credenciales'))).rejects.toMatchObject(changed);
    await expect(asked((services) => services.auditLog())).rejects.toMatchObject(changed);
  });

  test('an opening that somebody erased is named by the audit', async () => {
    const sql = `DELETE FROM opening WHERE idx = ${standing.intentLeaf};`;
    const report = await afterEdit(config, sql, (services) => services.auditLog());
    const { intentLeaf: from } = standing;
    expect(report).toMatchObject({ sound: false, findings: [{ problem: 'opening-missing', from, to: from }] });
  });

  test('a row that is no record is refused by its name', async () => {
    for (const json of ['{', 'null', '[]', '7', '']) {
      const rows = [
        ['oficio', standing.id, (services: Services) => services.verifyTyped(standing.sealText!)],
        ['credential', badge.serial, (services: Services) => services.verifyCredential(badge.serial)],
        ['official', staff.inspector.id, (services: Services) => services.directory.findOfficial(staff.inspector.id)],
      ] as const;
      for (const [table, key, ask] of rows) {
        const asked = afterEdit<unknown>(config, `UPDATE ${table} SET record = '${json}' WHERE key = '${key}';`, ask);
        await expect(asked, json).rejects.toMatchObject({ code: 'data/row-damaged', facts: { table, key } });
      }
    }
    const bare = `UPDATE oficio SET record = json_object('id', '${standing.id}', 'sealText', record ->> '$.sealText');
      UPDATE credential SET record = json_object('serial', key, 'officialId', '${staff.inspector.id}');`;
    const seal = await state(bare, (services) => services.verifyTyped(standing.sealText!));
    const code = await state(bare, (services) => services.verifyTyped(standing.typedCode));
    const credential = (): Promise<unknown> => state(bare, (services) => services.verifyCredential(badge.serial));
    expect([seal, code, await codeOfAct(credential)]).toEqual(['current', 'current', 'log/corrupt']);
  });

  test.each([
    ['charter', 'data/row-damaged', "UPDATE charter SET record = '{'"],
    ['institution', 'data/row-damaged', "UPDATE institution SET record = '{'"],
    ['authority', 'data/row-damaged', "UPDATE authority SET record = '{' WHERE key = 'oficios'"],
    ['charter', 'data/charter-damaged', `UPDATE charter SET record = '{"number":1}'`],
    ['charter', 'data/charter-damaged', `UPDATE charter SET record = '{"number":1,"charter":{"$bytes":"AAAA"}}'`],
    [
      'charter',
      'data/charter-damaged',
      "UPDATE charter SET record = json_set(record, '$.charter.$bytes', substr(record ->> '$.charter.$bytes', 5))",
    ],
  ])('a damaged row of the %s keeps the data shut: %s', async (_, code, sql) => {
    const opened = afterTampering(
      config,
      (database) => database.exec(sql),
      async () => 'opened',
    );
    await expect(opened).rejects.toMatchObject({ code });
  });

  test('a mandate ends on the day that was recorded, whatever its row says', async () => {
    const { services } = await openData(config);
    const temporary = await services.registerOfficial({
      input: {
        ...{ name: 'Por Un Día', post: 'Verificador', unit: staff.inspector.unit, powers: ['Verificar'] },
        ...{ mayAsk: [], neverAsks: [], validFrom: '2026-01-16', validUntil: '2027-06-30' },
      },
    });
    const { serial } = await issueTo(services, temporary, 'staff');
    await services.changeOfficial({ id: temporary.id, changes: { validUntil: '2026-12-30' } });
    services.close();
    const after = unixSeconds(Date.UTC(2027, 0, 5) / 1000);
    const ask = async (sql: string, at?: UnixSeconds): Promise<string> =>
      afterEdit(config, sql, async (all) => (await all.verifyCredential(serial)).state, at && (() => at));
    expect(await ask('SELECT 1')).toBe('current');
    expect(await ask('SELECT 1', after)).toBe('ended');
    const longer = setInRecord('official', temporary.id, "'$.validUntil'", "'2030-01-01'");
    const endless = `UPDATE official SET record = json_remove(record, '$.validUntil') WHERE key = '${temporary.id}';`;
    const ofAnother = setInRecord('official', temporary.id, "'$.registeredLeaf'", `${staff.director.registeredLeaf}`);
    for (const sql of [longer, endless, longer + ofAnother, endless + ofAnother]) {
      expect(await ask(sql, after), sql).toBe('ended');
    }
    const erased = `DELETE FROM opening WHERE idx >= ${temporary.registeredLeaf};`;
    expect(await codeOfAct(() => ask(longer + erased, after))).toBe('log/opening-missing');
  });

  test.each([
    ['official is gone', (id: string) => `DELETE FROM official WHERE key = '${id}';`],
    [
      'official is led to the leaf of somebody else',
      (id: string) => `UPDATE official SET ended_on = NULL, in_office = identity,
        record = json_set(json_remove(record, '$.ended'), '$.registeredLeaf', ${staff.director.registeredLeaf})
        WHERE key = '${id}';`,
    ],
    ['credential is gone', (_: string, serial: string) => `DELETE FROM credential WHERE key = '${serial}';`],
  ])(
    'on the day of an end that was recorded the credential is on the lists, though the row of its %s',
    async (what, sql) => {
      const { services } = await openData(config);
      const leaving = await services.registerOfficial({
        input: {
          ...{ name: `Se Va ${what}`, post: 'Verificadora', unit: staff.inspector.unit, powers: ['Verificar'] },
          ...{ mayAsk: [], neverAsks: [], validFrom: '2026-01-16' },
        },
      });
      const { serial, statusIndex } = await issueTo(services, leaving, 'staff');
      await services.endOfficial({ id: leaving.id, on: '2027-01-04', reason: 'resigned' });
      services.close();
      const listed = (all: Services): Promise<unknown> =>
        Promise.all([
          all.publishCrl('credenciales').then((crl) => readCrl(crl).entries.get(serial)?.reason),
          all.publications
            .statusList('credenciales')
            .then((list) => statusAt(inflateStatuses(openStatusList(list), nodePrimitives), statusIndex)),
        ]);
      let now = unixSeconds(Date.UTC(2027, 0, 3) / 1000);
      const later = await openData(config, { clock: () => now });
      later.ports.data.database.exec(sql(leaving.id, serial));
      expect(await listed(later.services)).toEqual([undefined, 'valid']);
      now = unixSeconds(Date.UTC(2027, 0, 5) / 1000);
      expect(await listed(later.services)).toEqual([3, 'invalid']);
      later.services.close();
    },
  );

  test('on the day of an end that was recorded the credential is revoked, whatever the row says', async () => {
    const { services } = await openData(config);
    const leaving = await services.registerOfficial({
      input: {
        ...{ name: 'Se Va Pronto', post: 'Verificadora', unit: staff.inspector.unit, powers: ['Verificar'] },
        ...{ mayAsk: [], neverAsks: [], validFrom: '2026-01-16' },
      },
    });
    const { serial } = await issueTo(services, leaving, 'staff');
    await services.endOfficial({ id: leaving.id, on: '2027-01-04', reason: 'resigned' });
    services.close();
    const after = unixSeconds(Date.UTC(2027, 0, 5) / 1000);
    const later = await openData(config, { clock: () => after });
    later.ports.data.database.exec(`UPDATE official SET ended_on = NULL, in_office = identity,
      record = json_remove(record, '$.ended') WHERE key = '${leaving.id}';`);
    expect((await later.services.credentials.find(serial))?.record.state).toBe('issued');
    await later.services.publishCrl('credenciales');
    expect((await later.services.credentials.find(serial))?.record.state).toBe('revoked');
    later.services.close();
  });
});
