import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { FileKeys } from '../../../src/adapters/keys.ts';
import { nodePrimitives as primitives } from '../../../src/adapters/primitives.ts';
import { sqlAuthorities } from '../../../src/adapters/sql/authorities.ts';
import { encodeRecord } from '../../../src/adapters/sql/record-json.ts';
import { makeCharter, openCharter } from '../../../src/authority/charter.ts';
import { auditRegister } from '../../../src/adapters/sql/audit-register.ts';
import { witnessLog } from '../../../src/adapters/logged/first-leaves.ts';
import { sqliteLog } from '../../../src/adapters/sql/log-reader.ts';
import type { RegisterReport } from '../../../src/log/claim.ts';
import type { Services } from '../../../src/services.ts';
import { installDevelopment } from '../../support/installation.ts';
import { issueTo, letterOf, OFFICE_ORIGIN, openData, TWO_PAGES } from '../../support/office.ts';
import { codeOfAct } from '../../support/refuses.ts';
import { afterTampering, workedRegister } from '../../support/worked-register.ts';

const { config: named, staff, standing, badge } = await workedRegister();
// Where a setting names the origin, another one in the charter is refused already.
const { origin: _, ...config } = named;
const attacker = await installDevelopment({ origin: 'https://crl.evil.example' });

afterAll(() => {
  for (const { dataFolder } of [config, attacker]) rmSync(dirname(dataFolder), { recursive: true, force: true });
});

/** The attacker's own charter, signed by their own root, with the log's key of the installation. */
async function foreignCharter(): Promise<string> {
  const [ours, theirs] = await Promise.all(
    [config, attacker].map(async (one) => {
      const { services, ports } = await openData(one);
      const row = (await sqlAuthorities(ports.data).latestCharter())!;
      services.close();
      return { number: row.number, charter: openCharter(row.charter).charter };
    }),
  );
  const { signer } = await new FileKeys(attacker.keysFolder, { development: true }).get('raiz');
  const charter = { ...theirs!.charter, logKey: ours!.charter.logKey };
  return encodeRecord({ number: ours!.number, charter: await makeCharter({ signer, primitives }, charter) });
}

const foreign = await foreignCharter();

const acts: readonly (readonly [string, (services: Services) => Promise<unknown>])[] = [
  ['a credential is issued', (services) => issueTo(services, staff.director, 'staff')],
  ['one is suspended', (services) => services.suspendCredential(badge.serial)],
  ['one is revoked', (services) => services.revokeCredential(badge.serial, { reason: 'superseded' })],
  ['an official leaves', (services) => services.endOfficial({ id: staff.inspector.id, reason: 'dismissed' })],
  ['a letter is signed', (services) => services.signOficio(letterOf(staff.director, TWO_PAGES), 'another')],
  ['one is cancelled', (services) => services.endOficio(standing.id, { reason: 'Error' })],
  ['a list of an authority is signed', (services) => services.publishCrl('credenciales')],
  ['a status list is signed', (services) => services.publications.statusList('credenciales')],
  ['a trust list is signed', (services) => services.publications.trustList()],
  ['a checkpoint is signed', (services) => services.publishCheckpoint()],
  ['a certificate of an authority is shown', (services) => services.authorities.findAuthority('oficios')],
];

describe('while the charter is not the one that was recorded nothing is done:', () => {
  test.each(acts)('%s', async (_, act) => {
    const code = await afterTampering(
      config,
      (database) => database.prepare('UPDATE charter SET record = ?').run(foreign),
      async (services) => {
        const before = (await services.log.head()).size;
        const refused = await codeOfAct(() => act(services));
        expect((await services.log.head()).size).toBe(before);
        return refused;
      },
    );
    expect(code).toBe('log/corrupt');
  });

  test('the audit goes on, and names it', async () => {
    const report = await afterTampering(
      config,
      (database) => database.prepare('UPDATE charter SET record = ?').run(foreign),
      (services) => services.auditLog(),
    );
    expect(report.sound).toBe(false);
    expect(report.register.findings).toContainEqual(
      expect.objectContaining({ problem: 'row-differs', noun: 'charter', field: 'charter' }),
    );
  });
});

test('certificates whose lists are looked for elsewhere than at the origin are named by the audit', async () => {
  const { services, ports } = await openData(config);
  const { data } = ports;
  const log = witnessLog(sqliteLog(data, primitives), primitives);
  const { places, sealSpki } = services.publications;
  const audit = (...origins: string[]): Promise<RegisterReport> =>
    auditRegister({ data, log, primitives, places, sealSpki, origins });
  expect((await audit(OFFICE_ORIGIN)).findings).toEqual([]);
  expect((await audit('https://new.example', OFFICE_ORIGIN)).findings).toEqual([]);
  const { findings } = await audit('https://crl.evil.example');
  services.close();
  const about = { problem: 'act-not-allowed', field: 'addresses' };
  expect(findings.filter(({ noun }) => noun === 'authority').map(({ key }) => key)).toEqual([
    'credenciales',
    'oficios',
  ]);
  const leaf = badge.issuedLeaf;
  expect(findings).toContainEqual({ ...about, noun: 'credential', key: badge.serial, leaf });
});
