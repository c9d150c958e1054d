import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { serveInstallation } from '../../../src/node.ts';
import { whileEdited } from '../../support/edited-row.ts';
import { installDevelopment } from '../../support/installation.ts';
import {
  appoint,
  issueTo,
  letterOf,
  OFFICE_ORIGIN,
  openData,
  openOffice,
  refusedForNothing,
  TWO_PAGES,
} from '../../support/office.ts';
import { codeOfAct } from '../../support/refuses.ts';

const office = await openOffice();
const { services, ports } = office;
const { database } = ports.data;

const refused = (act: () => Promise<unknown>): Promise<string> => refusedForNothing(services, act);

describe('telephones and texts that somebody edited are shown to nobody:', () => {
  test.each([
    ['phone', '55 6666 6666'],
    ['name', 'Otra unidad'],
    ['coveredSince', '2020-01-01'],
  ])('the %s of a unit', async (field, value) => {
    const { unit } = office.director;
    await whileEdited(
      database,
      'unit',
      unit,
      (record) => void (record[field] = value),
      async () => {
        expect(await refused(() => services.directory.findUnit(unit))).toBe('log/corrupt');
        expect(await refused(() => office.sign())).toBe('log/corrupt');
      },
    );
    expect((await services.directory.findUnit(unit))?.record.code).toBe(unit);
  });

  test('those of the institution keep the service shut, and nothing is answered or signed', async () => {
    const config = await installDevelopment({ origin: OFFICE_ORIGIN });
    const { services: first } = await openData(config);
    const staff = await appoint(first);
    await issueTo(first, staff.director, 'signer');
    const { oficio } = await first.signOficio(letterOf(staff.director, TWO_PAGES), 'one');
    first.close();
    const kept = readFileSync(config.databaseFile);
    for (const [field, value] of [
      ['telephone', '55 6666 6666'],
      ['legend', 'Otra'],
      ['name', 'Otra'],
      ['telephones', [{ label: 'Otra', number: '55 6666 6666' }]],
      ['letterTexts', { '': { payment: 'Deposite a la cuenta 012345678901234567' } }],
    ] as const) {
      const file = new DatabaseSync(config.databaseFile);
      const sql = `UPDATE institution SET record = json_set(record, '$.${field}', json(?))`;
      file.prepare(sql).run(JSON.stringify(value));
      file.close();
      const { services: all } = await openData(config);
      expect(await codeOfAct(() => all.verifyTyped(oficio.sealText!)), field).toBe('log/corrupt');
      const sign = (): Promise<unknown> => all.signOficio(letterOf(staff.director, TWO_PAGES), 'two');
      expect(await codeOfAct(sign)).toBe('log/corrupt');
      all.close();
      const serve = (): Promise<unknown> =>
        serveInstallation(config, { stopAtSignals: false, writeTelemetry: () => {} });
      expect(await codeOfAct(serve)).toBe('log/corrupt');
      for (const end of ['-wal', '-shm']) rmSync(`${config.databaseFile}${end}`, { force: true });
      writeFileSync(config.databaseFile, kept);
    }
    rmSync(dirname(config.dataFolder), { recursive: true, force: true });
  });
});
