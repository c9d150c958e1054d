/** A data folder that is none is a wrong setting, not a bug. */
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { makingFolder, refuseNoFolder } from '../../cli/data-folder.ts';
import { cotejo, json, type ErrorDocument } from '../support/command-line.ts';
import { codeOfAct } from '../support/refuses.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

// Every command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

const folder = temporaryFolder();
writeFileSync(join(folder, 'archivo'), 'algo');
symlinkSync('no-esta', join(folder, 'enlace'));
symlinkSync('circulo', join(folder, 'circulo'));
mkdirSync(join(folder, 'carpeta'));
symlinkSync('carpeta', join(folder, 'otra'));

describe('a data folder', () => {
  test.each(['archivo', 'archivo/datos', 'enlace', 'enlace/datos', 'circulo', 'circulo/datos'])(
    'that is %s is refused',
    async (name) => {
      expect(await codeOfAct(() => refuseNoFolder(join(folder, name)))).toBe('data/not-a-folder');
    },
  );

  test.each(['carpeta', 'otra', 'nueva', 'nueva/datos', 'otra/nueva'])('that is %s may be one', async (name) => {
    await refuseNoFolder(join(folder, name));
  });

  test('that the system does not make is refused, and any other failure stays what it is', async () => {
    const failing = (code: string, syscall: string) => () =>
      Promise.reject(Object.assign(new Error(code), { code, syscall }));
    expect(await codeOfAct(() => makingFolder('/proc/x', failing('ENOENT', 'mkdir')))).toBe('data/not-a-folder');
    await expect(makingFolder('/x', failing('EIO', 'mkdir'))).rejects.toMatchObject({ code: 'EIO' });
    await expect(makingFolder('/x', failing('ENOENT', 'open'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test.each([
    ['archivo', ['init', '--dev']],
    ['enlace', ['demo', '--once']],
    ['archivo/datos', ['unit', 'list']],
  ])('%s is told as such by %j, to people and to programs', (name, words) => {
    const done = cotejo(join(folder, name), [...words, '--json']);
    expect([done.status, json<ErrorDocument>(done).error.code]).toEqual([4, 'data/not-a-folder']);
    expect(done.stderr).toContain('COTEJO_DATA no es una carpeta');
    expect(readdirSync(folder).toSorted()).toEqual(['archivo', 'carpeta', 'circulo', 'enlace', 'otra']);
  });

  test('with an empty database is no installation, is left as it is, and the advice is one that init follows', () => {
    const emptied = join(folder, 'carpeta');
    writeFileSync(join(emptied, 'cotejo.sqlite'), '');
    const done = cotejo(emptied, ['unit', 'list', '--json']);
    expect([done.status, json<ErrorDocument>(done).error.code]).toEqual([4, 'installation/none']);
    expect(done.stderr).toMatch(/init --dev en una carpeta vacía/);
    expect(readdirSync(emptied)).toEqual(['cotejo.sqlite']);
    expect(existsSync(join(folder, 'nueva'))).toBe(false);
  });

  test('without an installation, a counter is told how a card is checked there, and not to found one', () => {
    const done = cotejo(join(folder, 'ventanilla'), ['card', 'verify', '--json']);
    expect([done.status, json<ErrorDocument>(done).error.code]).toEqual([4, 'installation/none']);
    expect(done.stderr).toMatch(/card verify --offline --bundle LISTA/);
    expect(done.stderr).not.toContain('init');
  });

  test.each([
    ['card', 'station', '--unit', 'AE'],
    ['card', 'inspect'],
    ['card', 'provision', '--official', '4QK7-2M9X'],
    ['card', 'list'],
  ])('without an installation, `%s %s` says that it needs it or its service, and not to found one', (...words) => {
    const done = cotejo(join(folder, 'ventanilla'), [...words, '--json']);
    expect([done.status, json<ErrorDocument>(done).error.code]).toEqual([4, 'installation/none']);
    expect(done.stderr).toMatch(/la instalación o con su servicio.*COTEJO_DATA.*card verify --offline/);
    expect(done.stderr).not.toContain('init');
  });
});
