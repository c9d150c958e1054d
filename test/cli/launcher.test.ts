import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const repository = join(import.meta.dirname, '..', '..');

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A project of its own with the real launcher, a stand-in for npm, and a PATH that has nothing but what we put there. */
describe.skipIf(process.platform !== 'linux')(`the launcher ${process.platform === 'linux' ? '' : '(Linux)'}`, () => {
  let sandbox: string;
  let root: string;
  let path: string;

  function script(file: string, ...lines: readonly string[]): void {
    writeFileSync(file, ['#!/bin/sh', ...lines, ''].join('\n'));
    chmodSync(file, 0o755);
  }

  function lock(content: unknown): void {
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify(content));
  }

  beforeEach(() => {
    sandbox = mkdtempSync(join(tmpdir(), 'cotejo launcher-'));
    root = join(sandbox, 'a project');
    path = join(sandbox, 'path');
    for (const folder of [join(root, 'cli'), path]) mkdirSync(folder, { recursive: true });
    for (const file of ['cotejo', 'cli/installed.mjs']) cpSync(join(repository, file), join(root, file));
    writeFileSync(
      join(root, 'cli', 'main.ts'),
      `const words: string[] = process.argv.slice(2);
       console.log(JSON.stringify({ words, folder: process.cwd(), ended: process.argv[1] }));
       if (words[0] === 'exit') process.exitCode = Number(words[1]);
       if (words[0] === 'die') process.kill(process.pid, 'SIGTERM');`,
    );
    writeFileSync(join(root, 'cli', 'run-tests.ts'), 'console.log(JSON.stringify(process.argv.slice(2)));');
    lock({ packages: { '': {}, 'node_modules/x': { version: '1.0.0', integrity: 'sha512-x' } } });
    for (const tool of ['sh', 'readlink', 'cmp', 'mkdir', 'rmdir', 'cp', 'mv', 'rm', 'ln', 'sleep', 'uname']) {
      const found = spawnSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).stdout.trim();
      symlinkSync(found, join(path, tool));
    }
    script(join(path, 'node'), 'echo v20.20.2');
    script(
      join(path, 'npm'),
      `echo "$*" >> '${sandbox}/npm.log'`,
      'echo noise',
      'rm -rf node_modules',
      `if [ -e '${sandbox}/no-network' ]; then exit 1; fi`,
      'sleep 0.3',
      'mkdir -p node_modules/.bin',
      `ln -s '${process.execPath}' node_modules/.bin/node`,
    );
  });
  afterEach(() => rmSync(sandbox, { recursive: true, force: true }));

  const environment = (language = 'es_MX.UTF-8'): Record<string, string> => ({ PATH: path, LANG: language });

  function start(words: readonly string[], options: { file?: string; cwd?: string; language?: string } = {}): Outcome {
    const { file = join(root, 'cotejo'), cwd = sandbox, language } = options;
    return spawnSync(file, words, { cwd, env: environment(language), encoding: 'utf8' });
  }

  function installations(): readonly string[] {
    const log = join(sandbox, 'npm.log');
    return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
  }

  test('installs once, and hands over the words, the folder and the exit status', () => {
    const first = start(['exit', '3', 'con espacio']);
    expect(JSON.parse(first.stdout)).toMatchObject({ words: ['exit', '3', 'con espacio'], folder: sandbox });
    expect(first.status).toBe(3);
    expect(first.stderr).toContain('instalando las dependencias');
    const second = start(['exit', '0']);
    expect(second).toMatchObject({ status: 0, stderr: '' });
    expect(installations()).toEqual([
      'ci --omit=dev --include=optional --ignore-scripts --loglevel=error --no-update-notifier',
    ]);
  });

  test('hands over the signal that ends the command', () => {
    expect(spawnSync(join(root, 'cotejo'), ['die'], { env: environment() }).signal).toBe('SIGTERM');
  });

  test('is found through symbolic links, absolute and relative', () => {
    mkdirSync(join(sandbox, 'bin'));
    symlinkSync(join('..', 'a project', 'cotejo'), join(sandbox, 'bin', 'relative'));
    symlinkSync(join(sandbox, 'bin', 'relative'), join(sandbox, 'absolute'));
    expect(start(['exit', '0'], { file: join(sandbox, 'absolute') }).status).toBe(0);
    expect(start(['exit', '0'], { file: './relative', cwd: join(sandbox, 'bin') }).status).toBe(0);
    expect(spawnSync('sh', ['cotejo', 'exit', '0'], { cwd: root, env: environment() }).status).toBe(0);
  });

  test('installs the development dependencies for the tests, and never again without need', () => {
    start(['exit', '0']);
    expect(JSON.parse(start(['test', '--long', 'pdf']).stdout)).toEqual(['--long', 'pdf']);
    start(['exit', '0']);
    start(['test']);
    expect(installations().map((line) => line.split(' ')[1])).toEqual(['--omit=dev', '--include=dev']);
  });

  test('installs again when the lockfile changes', () => {
    start(['exit', '0']);
    lock({ packages: { '': {}, 'node_modules/x': { version: '1.0.1', integrity: 'sha512-y' } } });
    start(['exit', '0']);
    expect(installations()).toHaveLength(2);
  });

  test('leaves alone what npm installed by hand', () => {
    mkdirSync(join(root, 'node_modules', '.bin'), { recursive: true });
    mkdirSync(join(root, 'node_modules', 'x'));
    symlinkSync(process.execPath, join(root, 'node_modules', '.bin', 'node'));
    cpSync(join(root, 'package-lock.json'), join(root, 'node_modules', '.package-lock.json'));
    writeFileSync(join(root, 'node_modules', 'x', 'package.json'), '{}');
    expect(start(['exit', '0'])).toMatchObject({ status: 0, stderr: '' });
    expect(installations()).toEqual([]);
  });

  test('installs once when two start at the same time', async () => {
    const run = (): Promise<number | null> =>
      new Promise((resolve) => {
        spawn(join(root, 'cotejo'), ['exit', '0'], { env: environment(), stdio: 'ignore' }).on('close', resolve);
      });
    expect(await Promise.all([run(), run(), run()])).toEqual([0, 0, 0]);
    expect(installations()).toHaveLength(1);
    expect(existsSync(join(root, '.cotejo', 'installing'))).toBe(false);
  });

  test('clears away the lock of a process that died', () => {
    const dead = spawnSync('true').pid;
    mkdirSync(join(root, '.cotejo'));
    symlinkSync(String(dead), join(root, '.cotejo', 'installing'));
    expect(start(['exit', '0']).status).toBe(0);
  });

  test('puts back what worked when an installation fails, and exits with 75', () => {
    start(['exit', '0']);
    writeFileSync(join(sandbox, 'no-network'), '');
    const outcome = start(['test']);
    expect(outcome).toMatchObject({ status: 75, stdout: '' });
    expect(outcome.stderr).toContain('npm no pudo instalar');
    expect(start(['exit', '0'])).toMatchObject({ status: 0, stderr: '' });
  });

  test('says in the language of the person that npm is missing', () => {
    rmSync(join(path, 'npm'));
    expect(start(['demo'])).toMatchObject({ status: 75, stdout: '' });
    expect(start(['demo']).stderr).toContain('hace falta npm');
    expect(start(['demo'], { language: 'en_US.UTF-8' }).stderr).toContain('npm is needed');
    expect(start(['demo', '--lang', 'en']).stderr).toContain('npm is needed');
  });

  test('asks for Node 24 where none can be installed', () => {
    rmSync(join(path, 'uname'));
    script(join(path, 'uname'), 'echo Other');
    const outcome = start(['demo']);
    expect(outcome.status).toBe(75);
    expect(outcome.stderr).toContain('Node.js 24');
    rmSync(join(path, 'node'));
    symlinkSync(process.execPath, join(path, 'node'));
    expect(start(['exit', '0']).status).toBe(0);
  });

  test('uses the Node of the machine where the bundled one does not run', () => {
    start(['exit', '0']);
    rmSync(join(root, 'node_modules', '.cotejo'), { recursive: true });
    script(
      join(path, 'npm'),
      'rm -rf node_modules',
      'mkdir -p node_modules/.bin',
      'echo broken > node_modules/.bin/node',
    );
    expect(start(['exit', '0']).status).toBe(75);
    rmSync(join(path, 'node'));
    symlinkSync(process.execPath, join(path, 'node'));
    expect(start(['exit', '0']).status).toBe(0);
  });
});
