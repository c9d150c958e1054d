/** Standard output that is full, or that nobody reads: what was done is done, and is told on the messages. */
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { Config } from '../../src/config.ts';
import { cotejo, cotejoInto, json, MAIN } from '../support/command-line.ts';
import { installDevelopment } from '../support/installation.ts';
import { appoint, issueTo, openData, TWO_PAGES, type Staff } from '../support/office.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

// Every command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

const folder = temporaryFolder();
const LETTER = join(folder, 'carta.pdf');
let config: Config;
let staff: Staff;

beforeAll(async () => {
  config = await installDevelopment({ within: folder });
  const { services } = await openData(config);
  staff = await appoint(services);
  await issueTo(services, staff.director, 'signer');
  services.close();
  writeFileSync(LETTER, TWO_PAGES);
});

const FULL = '/dev/full';
const noFull = existsSync(FULL) ? undefined : 'needs /dev/full';

describe.skipIf(noFull)(`on a full disk${noFull ? ` (skipped: ${noFull})` : ''}`, () => {
  test.each([[['verify', LETTER]], [['verify', LETTER, '--json']], [['--version']], [['unit', 'list', '--help']]])(
    'an answer is lost, which is an outage and no verdict: %j',
    (words) => {
      const done = cotejoInto(FULL, config.dataFolder, words);
      expect([done.status, done.stderr]).toEqual([
        75,
        expect.stringMatching(/el disco está lleno[^]*file\/output-lost/),
      ]);
      expect(done.stderr).not.toMatch(/node:|at /);
    },
  );

  test('a letter is signed all the same, and whoever signed is told so, with its folio', () => {
    const output = join(folder, 'firmada.pdf');
    const words = ['oficio', 'sign', LETTER, '-o', output, '--signer', staff.director.id];
    const done = cotejoInto(FULL, config.dataFolder, [...words, '--type', 'oficio', '--amount', '0', '--subject', 'x']);
    const folio = /El oficio (\S+) sí quedó firmado: .*firmada\.pdf\n/.exec(done.stderr)?.[1];
    expect([done.status, folio], done.stderr).toEqual([75, expect.stringContaining('AE/DGG/')]);
    expect(json(cotejo(config.dataFolder, ['oficio', 'show', folio!, '--json']))).toMatchObject({ state: 'signed' });
  });

  test('what is refused keeps its code, which was told', () => {
    const done = cotejoInto(FULL, config.dataFolder, ['oficio', 'show', 'AE/DGG/9999/2026', '--json']);
    expect([done.status, done.stderr]).toEqual([4, expect.stringMatching(/oficio\/not-found\n$/)]);
  });
});

test('a reader that closes the pipe ends nothing and changes no exit code', () => {
  const command = '("$@"; echo "exit $?" >&2) | true';
  const words = ['-c', command, 'sh', process.execPath, MAIN, 'verify', LETTER];
  const run = spawnSync('sh', words, {
    env: { PATH: process.env['PATH'] ?? '', COTEJO_DATA: config.dataFolder, NODE_NO_WARNINGS: '1' },
    encoding: 'utf8',
  });
  expect(run.stderr).toBe('exit 3\n');
});
