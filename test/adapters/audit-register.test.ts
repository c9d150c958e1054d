import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Config } from '../../src/config.ts';
import type { Credential } from '../../src/credential/credential.ts';
import type { OfficialId } from '../../src/directory/official.ts';
import type { RegisterFinding } from '../../src/log/claim.ts';
import type { Oficio } from '../../src/oficio/oficio.ts';
import type { Services } from '../../src/services.ts';
import type { Answer } from '../../src/verifier/index.ts';
import { OFFICE_ORIGIN, TWO_PAGES, appoint, issueTo, letterOf, openData, type Staff } from '../support/office.ts';
import { installDevelopment } from '../support/installation.ts';

let config: Config;
let staff: Staff;
let standing: Oficio;
let cancelled: Oficio;
let replaced: Oficio;
let revoked: Credential;
let stolen: Credential;
let badge: Credential;
let former: OfficialId;
let cancelledFile: Uint8Array;
let spoiltFile: Uint8Array;

/** What honest people did: every kind of act at least once. */
async function work(services: Services): Promise<void> {
  staff = await appoint(services);
  const { director, subdirector, inspector } = staff;
  await services.setSeries({ unit: director.unit, year: 2026, gaps: [{ from: 5, to: 6, reason: 'papel dañado' }] });
  await services.setUnit({ code: 'AE', name: 'Alcaldía de Ejemplo', coveredSince: '2026-01-02' });
  const signer = await issueTo(services, director, 'signer');
  stolen = await issueTo(services, subdirector, 'signer');
  revoked = await issueTo(services, subdirector, 'staff');
  badge = await issueTo(services, inspector, 'staff');
  let number = 0;
  const sign = async (who: string, subject: string): Promise<{ oficio: Oficio; document: Uint8Array }> =>
    services.signOficio(
      { ...letterOf(director, TWO_PAGES), signerId: who, subject, amount: 100 },
      `letter ${number++}`,
    );
  standing = (await sign(director.id, 'En pie')).oficio;
  ({ oficio: cancelled, document: cancelledFile } = await sign(director.id, 'Cancelado'));
  replaced = (await sign(director.id, 'Sustituido')).oficio;
  spoiltFile = (await sign(subdirector.id, 'De una llave robada')).document;
  await services.endOficio(cancelled.id, { reason: 'Error' });
  await services.endOficio(replaced.id, { reason: 'Otro', replacedBy: standing });
  await services.suspendCredential(badge.serial);
  await services.resumeCredential(badge.serial);
  await services.suspendCredential(signer.serial);
  await services.resumeCredential(signer.serial);
  await services.revokeCredential(revoked.serial, { reason: 'superseded' });
  await services.revokeCredential(stolen.serial, { reason: 'keyCompromise', compromisedFrom: 1 });
  await services.changeOfficial({ id: inspector.id, changes: { post: 'Inspectora de obras' } });
  await services.changeOfficial({ id: inspector.id, changes: { post: 'Inspectora de mercados' } });
  former = (
    await services.registerOfficial({
      input: {
        name: 'Quien Se Fue',
        post: 'Verificador',
        unit: inspector.unit,
        powers: ['Verificar'],
        mayAsk: [],
        neverAsks: [],
        validFrom: '2026-01-16',
      },
    })
  ).id;
  await services.endOfficial({ id: former, reason: 'dismissed' });
  await services.publishCrl('oficios');
  await services.publishCrl('credenciales');
  await services.publishCheckpoint();
}

beforeAll(async () => {
  config = await installDevelopment({ origin: OFFICE_ORIGIN });
  const { services } = await openData(config);
  await work(services);
  services.close();
}, 60_000);

afterAll(() => rmSync(dirname(config.dataFolder), { recursive: true, force: true }));

/** Opens the data after an insider edited rows in the file, asks, and puts the rows back. */
async function afterEdit<Result>(sql: string, ask: (services: Services) => Promise<Result>): Promise<Result> {
  const file = new DatabaseSync(config.databaseFile);
  const { services, ports } = await openData(config);
  try {
    file.close();
    ports.data.database.exec(`SAVEPOINT insider; ${sql}`);
    return await ask(services);
  } finally {
    if (ports.data.database.isTransaction) ports.data.database.exec('ROLLBACK TO insider; RELEASE insider');
    services.close();
  }
}

async function findingsAfter(sql: string): Promise<readonly RegisterFinding[]> {
  const { sound, findings, register } = await afterEdit(sql, (services) => services.auditLog());
  expect(findings, 'the log itself is whole').toEqual([]);
  expect(sound).toBe(register.findings.length === 0);
  return register.findings;
}

const set = (table: string, key: string, ...changes: readonly string[]): string =>
  `UPDATE ${table} SET record = json_set(record, ${changes.join(', ')}) WHERE key = '${key}';`;

describe('an audit of the register', () => {
  test('finds nothing where every kind of act was done honestly', async () => {
    const report = await afterEdit('SELECT 1', (services) => services.auditLog());
    expect(report.register).toMatchObject({ sound: true, findings: [], erased: 0 });
    expect(report.register.rows).toBeGreaterThan(15);
    expect(report.sound).toBe(true);
  });

  test('finds nothing while people work beside it', async () => {
    const { services } = await openData(config);
    const { inspector } = staff;
    let done = false;
    const acts = async (): Promise<void> => {
      for (let i = 0; !done; i++) {
        await services.changeOfficial({ id: inspector.id, changes: { post: `Inspectora ${i}` } });
        await services.setUnit({ code: 'AE', name: `Alcaldía ${i}`, coveredSince: '2026-01-02' });
        await services.suspendCredential(badge.serial);
        await services.resumeCredential(badge.serial);
      }
    };
    const audits = async (): Promise<void> => {
      try {
        for (let i = 0; i < 5; i++) expect((await services.auditLog()).register.findings).toEqual([]);
      } finally {
        done = true;
      }
    };
    await Promise.all([acts(), audits()]);
    services.close();
  });

  type Case = readonly [what: string, sql: () => string, noun: string, key: () => string, field: string];
  const UNCANCEL = `json_remove(json_set(record, '$.state', 'signed'), '$.ended', '$.endedLeaf')`;
  const UNREVOKE = `json_remove(json_set(record, '$.state', 'issued'), '$.revoked', '$.statusLeaf')`;
  const CASES: readonly Case[] = [
    [
      'a cancelled letter that is signed again',
      () => `UPDATE oficio SET state = 'signed', record = ${UNCANCEL} WHERE key = '${cancelled.id}'`,
      'oficio',
      () => cancelled.id,
      'endedLeaf',
    ],
    [
      'the same, with the leaf kept',
      () =>
        `UPDATE oficio SET state = 'signed', record = json_remove(json_set(record, '$.state', 'signed'), '$.ended') WHERE key = '${cancelled.id}'`,
      'oficio',
      () => cancelled.id,
      'ended',
    ],
    [
      'another subject',
      () => set('oficio', standing.id, "'$.subject'", "'Pague'"),
      'oficio',
      () => standing.id,
      'subject',
    ],
    [
      'another name of the signer',
      () => set('oficio', standing.id, "'$.signer.name'", "'Juan'"),
      'oficio',
      () => standing.id,
      'signer.name',
    ],
    [
      'another post of the signer',
      () => set('oficio', standing.id, "'$.signer.post'", "'Cobrador'"),
      'oficio',
      () => standing.id,
      'signer.post',
    ],
    ['another unit', () => set('oficio', standing.id, "'$.unit'", "'AE/X'"), 'oficio', () => standing.id, 'unit'],
    ['another amount', () => set('oficio', standing.id, "'$.amount'", '9'), 'oficio', () => standing.id, 'claims'],
    [
      'a leaf that is another one',
      () => set('oficio', standing.id, "'$.signedLeaf'", String(standing.intentLeaf)),
      'oficio',
      () => standing.id,
      'signedLeaf',
    ],
    [
      "another letter's seal",
      () => set('oficio', standing.id, "'$.sealText'", `'${cancelled.sealText!}'`),
      'oficio',
      () => standing.id,
      'sealText',
    ],
    [
      'typed codes that were swapped',
      () =>
        `UPDATE oficio SET typed_code = 'AAAAAAAAAAAA' WHERE key = '${cancelled.id}';
         UPDATE oficio SET typed_code = '${cancelled.typedCode}' WHERE key = '${standing.id}'`,
      'oficio',
      () => standing.id,
      'typed_code',
    ],
    [
      'an invented letter',
      () =>
        `INSERT INTO oficio (typed_code, unit, year, number, signer, serial, state, record, key, version)
         SELECT '0123456789AB', unit, 2026, 777, signer, serial, state,
           json_set(record, '$.folio', unit || '/0777/2026', '$.number', 777, '$.id', '0000000000000001'), '0000000000000001', 1
         FROM oficio WHERE key = '${standing.id}'`,
      'oficio',
      () => '0000000000000001',
      'intentLeaf',
    ],
    ['a letter that is gone', () => `DELETE FROM oficio WHERE key = '${standing.id}'`, 'oficio', () => standing.id, ''],
    [
      'a record that is none',
      () => `UPDATE oficio SET record = '{' WHERE key = '${standing.id}'`,
      'oficio',
      () => standing.id,
      'record',
    ],
    [
      'an empty record',
      () => `UPDATE oficio SET record = '{}' WHERE key = '${standing.id}'`,
      'oficio',
      () => standing.id,
      'record',
    ],
    [
      'a revoked credential that is issued again',
      () => `UPDATE credential SET state = 'issued', record = ${UNREVOKE} WHERE key = '${revoked.serial}'`,
      'credential',
      () => revoked.serial,
      'statusLeaf',
    ],
    [
      'a theft that was later',
      () => set('credential', stolen.serial, "'$.revoked.compromisedFrom'", '9999'),
      'credential',
      () => stolen.serial,
      'revoked.compromisedFrom',
    ],
    [
      'a credential of somebody else',
      () => set('credential', badge.serial, "'$.officialId'", `'${former}'`),
      'credential',
      () => badge.serial,
      'officialId',
    ],
    [
      'a column that says another state than the record',
      () => `UPDATE credential SET state = 'issued' WHERE key = '${revoked.serial}'`,
      'credential',
      () => revoked.serial,
      'state',
    ],
    [
      'another name',
      () => set('official', staff.inspector.id, "'$.name'", "'Otra'"),
      'official',
      () => staff.inspector.id,
      'name',
    ],
    [
      'a dismissed official who is back',
      () =>
        `UPDATE official SET record = json_remove(record, '$.ended'), ended_on = NULL, in_office = identity WHERE key = '${former}'`,
      'official',
      () => former,
      'ended',
    ],
    [
      'another telephone of a unit',
      () => set('unit', 'AE', "'$.phone'", "'55 0000 0000'"),
      'unit',
      () => 'AE',
      'phone',
    ],
    [
      'a unit of nobody',
      () =>
        `INSERT INTO unit (key, parent, record, version) VALUES ('ZZ', NULL, '{"code":"ZZ","name":"Z","coveredSince":"2026-01-01"}', 1)`,
      'unit',
      () => 'ZZ',
      '',
    ],
    [
      'a gap in a series that nobody declared',
      () => set('folio_series', `${staff.director.unit}/2026`, "'$.gaps'", "json('[]')"),
      'folio-series',
      () => `${staff.director.unit}/2026`,
      'gaps',
    ],
    [
      'another telephone of the institution',
      () => set('institution', 'institution', "'$.telephone'", "'55 9876 5432'"),
      'charter',
      () => '0000000001',
      'institution',
    ],
    ['another revocation list', () => set('crl', 'oficios', "'$.number'", '9'), 'crl', () => 'oficios', 'number'],
    [
      'another key of an authority',
      () => set('authority', 'oficios', "'$.keyId'", "'00'"),
      'authority',
      () => 'oficios',
      'keyId',
    ],
  ];
  test.for(CASES)('names the row of %s', async ([, sql, noun, key, field]) => {
    const findings = await findingsAfter(sql());
    expect(findings).toContainEqual(expect.objectContaining({ noun, key: key(), ...(field && { field }) }));
  });
});

describe('a verdict stays although somebody edited rows:', () => {
  const state = (sql: string, ask: (services: Services) => Promise<Answer>): Promise<string> =>
    afterEdit(sql, async (services) => (await ask(services)).state);
  const uncancel = (key: string): string =>
    `UPDATE oficio SET state = 'signed', record = json_remove(json_set(record, '$.state', 'signed'), '$.ended', '$.endedLeaf')
     WHERE key = '${key}';`;
  const unrevoke = (key: string): string =>
    `UPDATE credential SET state = 'issued',
     record = json_remove(json_set(record, '$.state', 'issued'), '$.revoked', '$.statusLeaf') WHERE key = '${key}';`;

  test('a cancelled letter stays cancelled, by its code, its folio and its file', async () => {
    const sql = uncancel(cancelled.id);
    for (const text of [cancelled.sealText!, cancelled.typedCode, cancelled.folio]) {
      expect(await state(sql, (services) => services.verifyTyped(text))).toBe('cancelled');
    }
    expect(await state(sql, (services) => services.verifyPdf(cancelledFile))).toBe('cancelled');
  });

  test('a replaced letter stays replaced', async () => {
    const ask = (services: Services): Promise<Answer> => services.verifyTyped(replaced.sealText!);
    expect(await state(uncancel(replaced.id), ask)).toBe('replaced');
  });

  test('a revoked credential stays revoked, with its opening or without', async () => {
    const ask = (services: Services): Promise<Answer> => services.verifyCredential(revoked.serial);
    expect(await state(unrevoke(revoked.serial), ask)).toBe('revoked');
    expect(await state(`${unrevoke(revoked.serial)} DELETE FROM opening`, ask)).not.toBe('current');
  });

  test('a letter of a stolen key stays void, whatever becomes of the row of its credential', async () => {
    const ask = (services: Services): Promise<Answer> => services.verifyPdf(spoiltFile);
    const { serial } = stolen;
    for (const sql of [
      'SELECT 1',
      unrevoke(serial),
      set('credential', serial, "'$.revoked.compromisedFrom'", '9999'),
      `${unrevoke(serial)} ${set('credential', serial, "'$.issuedLeaf'", String(badge.issuedLeaf!))}`,
      `DELETE FROM credential WHERE key = '${serial}'`,
    ]) {
      expect(await state(sql, ask), sql).toBe('revoked');
    }
  });

  test('a letter whose openings were erased is not confirmed, as nothing vouches for its row any more', async () => {
    const ask = (services: Services): Promise<Answer> => services.verifyTyped(standing.sealText!);
    const erase = `DELETE FROM opening WHERE idx = ${standing.intentLeaf};`;
    expect(await state(erase, ask)).toBe('not-registered');
    const edited = set('oficio', standing.id, "'$.subject'", "'Multa: deposite'");
    expect(await state(`${erase} ${edited}`, ask)).toBe('not-registered');
    const spoilt = (services: Services): Promise<Answer> => services.verifyPdf(spoiltFile);
    expect((await afterEdit(`${unrevoke(stolen.serial)} DELETE FROM opening WHERE idx > 20;`, spoilt)).verdict).toBe(
      'invalid',
    );
  });

  test('a letter whose row says something else than what was recorded is not confirmed', async () => {
    const ask = (services: Services): Promise<Answer> => services.verifyTyped(standing.sealText!);
    expect(await state('SELECT 1', ask)).toBe('current');
    for (const field of ['subject', 'signer.name', 'signer.post', 'folio']) {
      expect(await state(set('oficio', standing.id, `'$.${field}'`, "'AE/DGG/0777/2026'"), ask), field).toBe(
        'not-registered',
      );
    }
    const other = set('oficio', standing.id, "'$.intentLeaf'", String(cancelled.intentLeaf));
    expect(await state(other, ask)).toBe('not-registered');
  });

  test('a suspended credential stays suspended, and one that was resumed is not', async () => {
    const ask = (services: Services): Promise<Answer> => services.verifyCredential(badge.serial);
    expect(await state('SELECT 1', ask)).toBe('current');
    const { services } = await openData(config);
    await services.suspendCredential(badge.serial);
    services.close();
    const edit = unrevoke(badge.serial).replace('$.revoked', '$.suspendedAt');
    expect(await state(edit, ask)).toBe('suspended');
  });

  test('a dismissed official does not come back', async () => {
    const { services } = await openData(config);
    const { inspector } = staff;
    await services.endOfficial({ id: inspector.id, reason: 'dismissed' });
    services.close();
    const back = `UPDATE official SET record = json_remove(record, '$.ended'), ended_on = NULL, in_office = identity
      WHERE key = '${inspector.id}';`;
    const answer = await afterEdit(back + unrevoke(badge.serial), (all) => all.verifyCredential(badge.serial));
    expect(answer.state).toBe('ended');
  });
});
