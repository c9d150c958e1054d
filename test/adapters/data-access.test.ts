import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { databaseExists, isOccupied } from '../../src/adapters/data-access.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
const MODULE = join(import.meta.dirname, '../../src/adapters/data-access.ts');

/** What an account without rights is told: another one than ours, where ours may do everything. */
function asStranger(call: string): unknown {
  const script = `
    const access = await import(${JSON.stringify(MODULE)});
    if (${process.getuid?.() === 0}) process.setuid(65534);
    const told = await Promise.resolve().then(() => access.${call}).catch(({ code, facts }) => ({ code, facts }));
    process.stdout.write(JSON.stringify(told));`;
  const run = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script],
    { encoding: 'utf8' },
  );
  return JSON.parse(run.stdout || `"${run.stderr}"`);
}

test('data that this account may not use are told with their owner, never as absent', () => {
  const data = join(folder, 'data');
  mkdirSync(data);
  const file = join(data, 'cotejo.sqlite');
  writeFileSync(file, '');
  chmodSync(file, 0);
  chmodSync(data, 0);
  const refused = (path: string): object => ({
    code: 'data/not-permitted',
    facts: { path, owner: userInfo().username },
  });
  expect(asStranger(`databaseExists(${JSON.stringify(file)})`)).toEqual(refused(file));
  expect(asStranger(`isOccupied(${JSON.stringify(data)})`)).toEqual(refused(data));
  expect(asStranger(`makeFolder(${JSON.stringify(join(data, 'new'))})`)).toEqual(refused(data));
  chmodSync(data, 0o755);
  chmodSync(folder, 0o755);
  expect(asStranger(`databaseExists(${JSON.stringify(file)})`)).toEqual(refused(file));
});

test('data that are not there are absent', async () => {
  expect(databaseExists(join(folder, 'nowhere', 'cotejo.sqlite'))).toBe(false);
  expect(await isOccupied(join(folder, 'nowhere'))).toBe(false);
});
