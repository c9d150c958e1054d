import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { sqliteCheckpoints } from '../../src/adapters/sql/checkpoints.ts';
import { sqliteLedger } from '../../src/adapters/sql/ledger.ts';
import { sqliteLog } from '../../src/adapters/sql/log-reader.ts';
import { openSqlite } from '../../src/adapters/sqlite.ts';
import { Outage } from '../../src/core/refusal.ts';
import { publishCheckpoint } from '../../src/log/publish.ts';
import { plainAct, unitPut } from '../support/acts.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { Acknowledged, checkData, logKey, logSigner } from './ledger-oracle.ts';

const folder = `${temporaryFolder()}/small`;

/** Why no small disk can be made; undefined when one is there. */
function mountSmallDisk(): string | undefined {
  try {
    mkdirSync(folder);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m,mode=700', 'cotejo-test', folder], { stdio: 'pipe' });
    afterAll(() => execFileSync('umount', ['--lazy', folder]));
    return undefined;
  } catch {
    return 'a small file system can only be mounted by root';
  }
}
const missing = process.platform === 'linux' ? mountSmallDisk() : 'needs tmpfs';

describe.skipIf(missing)(`a full disk${missing ? ` (skipped: ${missing})` : ''}`, () => {
  test('is an outage that loses nothing, and work goes on once there is room', async () => {
    const file = `${folder}/full.sqlite`;
    const ballast = `${folder}/ballast`;
    writeFileSync(ballast, new Uint8Array(1_000_000));
    const acknowledged = new Acknowledged();
    const data = openSqlite(file);
    const ledger = sqliteLedger(data, nodePrimitives);
    const log = sqliteLog(data, nodePrimitives);
    const primitives = nodePrimitives;
    await publishCheckpoint({ log, checkpoints: sqliteCheckpoints(data), origin: logKey.name, logSigner, primitives });
    let count = 0;
    const commit = async (): Promise<void> => {
      const act = `act-${count}`;
      const { index } = await ledger.commit(
        plainAct(act, unitPut('COUNTER', count), unitPut(act, 0, 'x'.repeat(2000))),
      );
      count++;
      acknowledged.read(`${index} ${act}\n`);
    };
    const fill = async (): Promise<unknown> => {
      for (;;) await commit();
    };
    const failure = await fill().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Outage);
    expect(failure).toMatchObject({ code: 'log/disk-full' });
    expect(count).toBeGreaterThan(100);
    for (let again = 0; again < 3; again++) await expect(commit()).rejects.toMatchObject({ code: 'log/disk-full' });
    rmSync(ballast);
    const before = count;
    for (let i = 0; i < 20; i++) await commit();
    expect(count).toBe(before + 20);
    data.close();
    expect(await checkData(file, acknowledged)).toEqual({ size: count });
  });

  test('lets nobody make a new database, and leaves none that is half made', async () => {
    const ballast = `${folder}/ballast2`;
    const file = `${folder}/new.sqlite`;
    for (let size = 8_000_000; size > 1000; size = Math.floor(size / 2)) {
      try {
        writeFileSync(ballast, new Uint8Array(size), { flag: 'a' });
      } catch {
        // Full for this size: try a smaller one.
      }
    }
    expect(() => openSqlite(file)).toThrow(expect.objectContaining({ name: 'Outage' }));
    rmSync(ballast);
    rmSync(`${folder}/full.sqlite`);
    openSqlite(file).close();
    expect(await checkData(file, new Acknowledged())).toEqual({ size: 0 });
  });
});
