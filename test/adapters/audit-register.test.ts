import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import type { RegisterFinding } from '../../src/log/claim.ts';
import { openData } from '../support/office.ts';
import { afterEdit, setInRecord, workedRegister } from '../support/worked-register.ts';

const { config, staff, standing, cancelled, revoked, stolen, badge, former } = await workedRegister();

afterAll(() => rmSync(dirname(config.dataFolder), { recursive: true, force: true }));

async function findingsAfter(sql: string): Promise<readonly RegisterFinding[]> {
  const { sound, findings, register } = await afterEdit(config, sql, (services) => services.auditLog());
  expect(findings, 'the log itself is whole').toEqual([]);
  expect(sound).toBe(register.findings.length === 0);
  return register.findings;
}

describe('an audit of the register', () => {
  test('finds nothing where every kind of act was done honestly', async () => {
    const report = await afterEdit(config, 'SELECT 1', (services) => services.auditLog());
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
        // People come through a socket, and let others in between.
        await setImmediate();
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
      () => setInRecord('oficio', standing.id, "'$.subject'", "'Pague'"),
      'oficio',
      () => standing.id,
      'subject',
    ],
    [
      'another name of the signer',
      () => setInRecord('oficio', standing.id, "'$.signer.name'", "'Juan'"),
      'oficio',
      () => standing.id,
      'signer.name',
    ],
    [
      'another post of the signer',
      () => setInRecord('oficio', standing.id, "'$.signer.post'", "'Cobrador'"),
      'oficio',
      () => standing.id,
      'signer.post',
    ],
    [
      'another unit',
      () => setInRecord('oficio', standing.id, "'$.unit'", "'AE/X'"),
      'oficio',
      () => standing.id,
      'unit',
    ],
    [
      'another amount',
      () => setInRecord('oficio', standing.id, "'$.amount'", '9'),
      'oficio',
      () => standing.id,
      'claims',
    ],
    [
      'a leaf that is another one',
      () => setInRecord('oficio', standing.id, "'$.signedLeaf'", String(standing.intentLeaf)),
      'oficio',
      () => standing.id,
      'signedLeaf',
    ],
    [
      "another letter's seal",
      () => setInRecord('oficio', standing.id, "'$.sealText'", `'${cancelled.sealText!}'`),
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
      () => setInRecord('credential', stolen.serial, "'$.revoked.compromisedFrom'", '9999'),
      'credential',
      () => stolen.serial,
      'revoked.compromisedFrom',
    ],
    [
      'a credential of somebody else',
      () => setInRecord('credential', badge.serial, "'$.officialId'", `'${former}'`),
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
      () => setInRecord('official', staff.inspector.id, "'$.name'", "'Otra'"),
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
      () => setInRecord('unit', 'AE', "'$.phone'", "'55 9999 9999'"),
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
      () => setInRecord('folio_series', `${staff.director.unit}/2026`, "'$.gaps'", "json('[]')"),
      'folio-series',
      () => `${staff.director.unit}/2026`,
      'gaps',
    ],
    [
      'another telephone of the institution',
      () => setInRecord('institution', 'institution', "'$.telephone'", "'55 9876 5432'"),
      'charter',
      () => '0000000001',
      'institution',
    ],
    [
      'another revocation list',
      () => setInRecord('crl', 'oficios', "'$.number'", '9'),
      'crl',
      () => 'oficios',
      'number',
    ],
    [
      'another key of an authority',
      () => setInRecord('authority', 'oficios', "'$.keyId'", "'00'"),
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
