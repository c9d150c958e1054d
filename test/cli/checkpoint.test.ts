import { expect, test } from 'vitest';
import { connect } from '../../cli/connect.ts';
import type { Config } from '../../src/config.ts';
import { installDevelopment } from '../support/installation.ts';
import { cotejo } from '../support/warm-command-line.ts';
import { openData } from '../support/office.ts';
import { codeOfAct } from '../support/refuses.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { tamperWith } from '../support/worked-register.ts';

const within = temporaryFolder();

/** How many leaves the newest checkpoint covers, and how many there are. */
async function signedOf(config: Config): Promise<readonly [signed: number | undefined, size: number]> {
  const { services } = await openData(config);
  const signed = (await services.checkpoints.latest())?.size;
  const { size } = await services.log.head();
  services.close();
  return [signed, size];
}

test('a command that did something without a service ends in a checkpoint, one that only looked in none', async () => {
  const config = await installDevelopment({ within });
  const [before] = await signedOf(config);
  const unit = { code: 'AE', name: 'Alcaldía de Ejemplo', coveredSince: '2026-01-02' };
  expect(cotejo(config.dataFolder, ['unit', 'list']).status).toBe(0);
  expect(await signedOf(config)).toEqual([before, before]);
  const done = cotejo(config.dataFolder, ['unit', 'set', unit.code, '--name', unit.name, '--since', unit.coveredSince]);
  expect(done.status).toBe(0);
  const after = before! + 1;
  expect(await signedOf(config)).toEqual([after, after]);
});

test('several acts through one client end in one checkpoint', async () => {
  const config = await installDevelopment({ within });
  const [before] = await signedOf(config);
  const client = await connect(config);
  for (const code of ['AE', 'AE/DGG', 'AE/DGG/SCI']) {
    await client.post('/api/v1/staff/units', { code, name: code, coveredSince: '2026-01-02' });
  }
  await client.close();
  const { services } = await openData(config);
  const sizes = (await services.checkpoints.list(before! + 1, 10)).map(({ size }) => size);
  services.close();
  expect(sizes).toEqual([before! + 3]);
});

test('a client that committed nothing does not read the log to close', async () => {
  const config = await installDevelopment({ within });
  // Whoever reads it refuses to go on.
  const edit = 'DROP TRIGGER log_entry_fixed; UPDATE log_entry SET leaf_hash = zeroblob(32) WHERE idx = 0';
  tamperWith(config.databaseFile, (database) => database.exec(edit));
  await (await connect(config)).close();
});

test('where the head cannot be signed the data are closed all the same', async () => {
  const config = await installDevelopment({ within });
  const client = await connect(config);
  await client.post('/api/v1/staff/units', { code: 'AE', name: 'AE', coveredSince: '2026-01-02' });
  tamperWith(config.databaseFile, (database) => database.exec('DROP TRIGGER checkpoint_kept; DELETE FROM checkpoint'));
  expect(await codeOfAct(() => client.close())).toBe('log/checkpoint-missing');
  (await openData(config)).services.close();
});
