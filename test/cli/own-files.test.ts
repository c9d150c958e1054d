import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refuseExisting, refuseOtherBytes } from '../../cli/files.ts';
import { refuseOwnFiles } from '../../cli/own-files.ts';
import { Refusal } from '../../src/core/refusal.ts';
import { problemText } from '../../src/texts/problems.ts';
import { codeOfAct } from '../support/refuses.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
const data = join(folder, 'data');
mkdirSync(join(data, 'keys'), { recursive: true });
mkdirSync(join(data, 'letters'));
const databaseFile = join(data, 'cotejo.sqlite');
const places = { databaseFile, keysFolder: join(data, 'keys'), socketFile: join(data, 'cotejo.sock') };
for (const file of [databaseFile, `${databaseFile}.lock`, join(data, 'keys', 'log.key.json')])
  writeFileSync(file, 'own');
symlinkSync(data, join(folder, 'by-link'));
symlinkSync(databaseFile, join(folder, 'link.pdf'));
linkSync(databaseFile, join(folder, 'name.pdf'));

test.each([
  'data/cotejo.sqlite',
  'data/cotejo.sqlite-wal',
  'data/cotejo.sqlite-shm',
  'data/cotejo.sqlite.lock',
  'data/cotejo.sock',
  'data/keys',
  'data/keys/log.key.json',
  'data/keys/new.pdf',
  'data/letters/../keys/log.key.json',
  'by-link/cotejo.sqlite',
  'by-link/cotejo.sqlite-wal',
  'by-link/keys/new.pdf',
  'link.pdf',
  'name.pdf',
])('no output is put at %s', async (path) => {
  expect(await codeOfAct(() => refuseOwnFiles(join(folder, path), places))).toBe('file/of-installation');
});

test.each(['letter.pdf', 'data/letter.pdf', 'data/letters', 'data/keys.pdf', 'data/..keys', 'no/such/folder/a.pdf'])(
  'an output may be put at %s',
  (path) => refuseOwnFiles(join(folder, path), places),
);

test('another file is not replaced by a letter that is shown; the same one is', async () => {
  const path = join(folder, 'shown.pdf');
  const bytes = new Uint8Array([1, 2, 3]);
  await refuseOtherBytes(path, bytes, 'AE/0001/2026');
  writeFileSync(path, bytes);
  await refuseOtherBytes(path, bytes, 'AE/0001/2026');
  expect(await codeOfAct(() => refuseOtherBytes(path, new Uint8Array([1, 2, 4]), 'AE/0001/2026'))).toBe(
    'file/would-replace',
  );
  expect(await codeOfAct(() => refuseOtherBytes(path, new Uint8Array([1, 2]), 'AE/0001/2026'))).toBe(
    'file/would-replace',
  );
});

test('whoever is told that a file is there already reads which, of no letter where none was asked for, and an option that helps', async () => {
  const path = join(folder, 'tarjeta.pdf');
  writeFileSync(path, 'there already');
  const told = async (option?: '-o' | '--report'): Promise<string> => {
    const error: unknown = await refuseExisting(path, option).catch((refused: unknown) => refused);
    if (!(error instanceof Refusal)) throw new Error('not refused');
    expect(error.code).toBe('file/would-replace');
    const { what, next } = problemText(error.code, error.facts, 'es');
    return `${what} ${next}`;
  };
  expect(await told()).toMatch(/tarjeta\.pdf\. No se cambió\. Elija otro nombre con -o;.*--overwrite\.$/);
  expect(await told('--report')).toMatch(/Elija otro nombre con --report\.$/);
  expect(await told()).not.toMatch(/firm|folio|emit/);
  expect(problemText('file/would-replace', { path, act: 'sign' }, 'es').what).toContain('Tampoco se firmó');
});
