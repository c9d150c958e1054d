import { spawn, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import type { KeyEncryption } from '../../src/adapters/keys/encryption.ts';
import { addSlot, createUnlock, listCustodians, openUnlock } from '../../src/adapters/keys/unlock.ts';
import { ANA, CHEAP, LUIS } from '../support/custodians.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const parent = temporaryFolder();
const folder = join(parent, 'keys');
const path = join(folder, 'unlock.json');
const root = join(import.meta.dirname, '../..');

let encryption: KeyEncryption;
beforeEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  encryption = await createUnlock(folder, [ANA], CHEAP);
});

/** The words of a process that does this with what `src` and the custodians of tests export. */
function program(act: string): readonly string[] {
  const script = `
    import { addSlot, createUnlock, openUnlock, removeSlot } from '${root}/src/adapters/keys/unlock.ts';
    import { ANA, CHEAP, LUIS } from '${root}/test/support/custodians.ts';
    const folder = process.argv[1];
    try { ${act} } catch (error) { process.stdout.write(error.code ?? error.stack); process.exitCode = 9; }`;
  return ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script];
}

const REPLACE = 'await addSlot(folder, await openUnlock(folder, ANA.passphrase), LUIS, CHEAP);';
const isAside = (file: string): boolean => file.endsWith('.tmp');

test(
  'a process that is killed while it replaces slots leaves them as they were or as they shall be',
  { timeout: 60_000 },
  async () => {
    const loop = `
    const encryption = await openUnlock(folder, ANA.passphrase);
    process.stdout.write('begun');
    for (;;) {
      await addSlot(folder, encryption, LUIS, CHEAP);
      await removeSlot(folder, encryption, LUIS.name);
    }`;
    for (let round = 0; round < 6; round++) {
      const child = spawn(process.execPath, [...program(loop), folder], { stdio: ['ignore', 'pipe', 'inherit'] });
      const ended = once(child, 'close');
      await once(child.stdout, 'data');
      await setTimeout(100 + 37 * round);
      child.kill('SIGKILL');
      await ended;
      expect(await listCustodians(folder)).toContain('Ana Pérez');
      expect((await openUnlock(folder, ANA.passphrase)).kekId).toBe(encryption.kekId);
    }
    // Nothing is held by who is dead, and what it left aside is taken away.
    const names = await listCustodians(folder);
    if (!names.includes(LUIS.name)) await addSlot(folder, encryption, LUIS, CHEAP);
    expect((await openUnlock(folder, LUIS.passphrase)).kekId).toBe(encryption.kekId);
  },
);

const missing = spawnSync('strace', ['-V']).status === 0 ? undefined : 'strace is not there';

describe.skipIf(missing)(`system calls may fail ${missing ? `(skipped: ${missing})` : ''}`, { timeout: 60_000 }, () => {
  function traced(inject: string, act: string, where = folder): SpawnSyncReturns<string> {
    const [calls] = inject.split(':');
    const words = ['-f', '-qq', '-o', join(parent, 'trace'), '-e', `trace=${calls}`, '-e', `inject=${inject}`];
    // Calls are counted by thread: one does them all.
    const env = { ...process.env, UV_THREADPOOL_SIZE: '1' };
    return spawnSync('strace', [...words, process.execPath, ...program(act), where], { encoding: 'utf8', env });
  }

  test.each(['fsync:signal=KILL:when=1', 'rename:signal=KILL:when=1', 'fsync:signal=KILL:when=2'])(
    'killed at %s, every passphrase of before opens',
    async (inject) => {
      traced(inject, REPLACE);
      expect(readFileSync(join(parent, 'trace'), 'utf8')).toContain('killed by SIGKILL');
      expect((await openUnlock(folder, ANA.passphrase)).kekId).toBe(encryption.kekId);
      const names = await listCustodians(folder);
      expect([['Ana Pérez'], ['Ana Pérez', 'Luis Ríos']]).toContainEqual(names);
      if (names.length === 1) await addSlot(folder, encryption, LUIS, CHEAP);
      else await addSlot(folder, encryption, { ...LUIS, name: 'Otra Persona' }, CHEAP);
      expect(readdirSync(folder).filter(isAside)).toEqual([]);
    },
  );

  test.each(['fsync:error=EIO:when=1', 'fsync:error=ENOSPC:when=1', 'rename:error=EIO:when=1'])(
    'where the disk answers %s, the file is as it was, and nothing is left aside',
    (inject) => {
      const before = readFileSync(path, 'utf8');
      const { stdout } = traced(inject, REPLACE);
      expect(stdout).toBe('keys/unavailable');
      expect(readFileSync(path, 'utf8')).toBe(before);
      expect(readdirSync(folder).filter(isAside)).toEqual([]);
    },
  );

  test('on a medium that knows no links a key is written all the same, and never over another', async () => {
    const medium = join(parent, 'medium');
    const act = 'await createUnlock(folder, [LUIS], CHEAP);';
    const noLinks = '?link,linkat:error=EPERM';
    expect(traced(noLinks, act, medium)).toMatchObject({ status: 0, stdout: '' });
    expect(readFileSync(join(parent, 'trace'), 'utf8')).toContain('INJECTED');
    const { kekId } = await openUnlock(medium, LUIS.passphrase);
    expect(traced(noLinks, act, medium)).toMatchObject({ status: 9, stdout: 'keys/exists' });
    expect((await openUnlock(medium, LUIS.passphrase)).kekId).toBe(kekId);
    expect(readdirSync(medium)).toEqual(['unlock.json']);
  });
});
