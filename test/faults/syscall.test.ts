import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openSqlite } from '../../src/adapters/sqlite.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { Acknowledged, checkData } from './ledger-oracle.ts';

const folder = temporaryFolder();
const committer = join(import.meta.dirname, 'committer.ts');
const ACTS = 3;

/** The system calls through which SQLite writes, and how each can go wrong. */
const FAULTS = {
  pwrite64: ['error=EIO', 'error=ENOSPC', 'signal=KILL'],
  fsync: ['error=EIO', 'signal=KILL'],
  fdatasync: ['error=EIO', 'signal=KILL'],
  ftruncate: ['error=EIO', 'signal=KILL'],
} as const;

/** Runs three acts under strace, with `fault` at the `at`-th of `call` where given. */
function run(file: string, call: string, at = 0, fault?: string): SpawnSyncReturns<string> {
  const inject = fault === undefined ? [] : ['-e', `inject=${call}:${fault}:when=${at}`];
  const name = `run-${call}-${at}-${fault?.replace(/\W/g, '')}`;
  const command = [
    '-f',
    '-qq',
    '-o',
    `${file}.trace`,
    '-e',
    `trace=${call}`,
    ...inject,
    '-P',
    file,
    '-P',
    `${file}-wal`,
  ];
  return spawnSync('strace', [...command, process.execPath, committer, file, name, String(ACTS)], { encoding: 'utf8' });
}

const missing = spawnSync('strace', ['-V']).status !== 0 ? 'strace is not there' : undefined;
const brief = process.env['COTEJO_LONG'] ? undefined : 'only in the long tests';
const why = missing ?? brief;

const CALLS = Object.keys(FAULTS) as (keyof typeof FAULTS)[];

/** Every call of a new database, one in `step`; or of one that was made before. */
const STARTS = [
  { start: 'a database that exists', isNew: false, step: 1 },
  { start: 'a new database', isNew: true, step: 10 },
];
const cases = STARTS.flatMap((start) => CALLS.map((call) => ({ ...start, call })));

describe.skipIf(why)(`every system call that writes may fail${why ? ` (skipped: ${why})` : ''}`, () => {
  test.each(cases)('$call, in $start', { timeout: 1_200_000 }, async ({ call, isNew, step }) => {
    const made = `${folder}/made.sqlite`;
    openSqlite(made).close();
    const fresh = (name: string): string => {
      const file = `${folder}/${isNew ? 'new' : 'made'}-${call}-${name}.sqlite`;
      if (!isNew) copyFileSync(made, file);
      return file;
    };
    const trial = fresh('trial');
    expect(run(trial, call)).toMatchObject({ status: 0, stderr: '' });
    const calls = readFileSync(`${trial}.trace`, 'utf8').split(`${call}(`).length - 1;
    for (let at = 1; at <= calls; at += step) {
      for (const fault of FAULTS[call]) {
        const file = fresh(`${at}-${fault.replace('=', '-')}`);
        const acknowledged = new Acknowledged();
        const hurt = run(file, call, at, fault);
        acknowledged.read(hurt.stdout);
        if (fault === 'signal=KILL') expect([file, hurt.signal]).toEqual([file, 'SIGKILL']);
        const { size } = await checkData(file, acknowledged);
        expect(size - acknowledged.acts.size, file).toBeLessThanOrEqual(1);
        // And it goes on from there.
        const { stdout, status } = run(file, call);
        acknowledged.read(stdout);
        expect([file, status]).toEqual([file, 0]);
        expect((await checkData(file, acknowledged)).size).toBe(size + ACTS);
      }
    }
  });
});
