import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FileSecrets } from '../../../src/adapters/file-secrets.ts';
import { FileKeys } from '../../../src/adapters/keys.ts';
import { backUpKeys, checkBackup } from '../../../src/adapters/keys/backup.ts';
import type { KeyEncryption } from '../../../src/adapters/keys/encryption.ts';
import { listKeyFiles } from '../../../src/adapters/keys/listing.ts';
import { addSlot, createUnlock, openUnlock } from '../../../src/adapters/keys/unlock.ts';
import { ANA, CHEAP, LUIS } from '../../support/custodians.ts';
import { codeOfAct } from '../../support/refuses.ts';

let parent: string;
let places: { dataFolder: string; keysFolder: string };
let to: string;
let encryption: KeyEncryption;
beforeEach(async () => {
  parent = mkdtempSync(join(tmpdir(), 'cotejo-backup-'));
  const dataFolder = join(parent, 'data');
  places = { dataFolder, keysFolder: join(dataFolder, 'keys') };
  to = join(parent, 'backup');
  encryption = await createUnlock(places.keysFolder, [ANA], CHEAP);
  const keys = new FileKeys(places.keysFolder, { encryption });
  await keys.generate('seal', 'P-256');
  await keys.generate('log', 'Ed25519');
  await new FileSecrets(places.keysFolder, { encryption }).findOrMake('tag-taps', 16);
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const ALL = ['unlock.json', 'log.key.pem', 'seal.key.pem', 'tag-taps.secret.json'];

test('a backup has every file byte by byte, and opens with the passphrase alone', async () => {
  await addSlot(places.keysFolder, encryption, LUIS, CHEAP);
  expect(await backUpKeys(places, to)).toEqual(ALL);
  expect(readdirSync(to).toSorted()).toEqual(ALL.toSorted());
  for (const file of ALL) expect(readFileSync(join(to, file))).toEqual(readFileSync(join(places.keysFolder, file)));
  const opened = await openUnlock(to, LUIS.passphrase);
  expect(await checkBackup(places.keysFolder, to, opened)).toEqual({ files: 4, findings: [] });
});

test('a backup with custodians of another day is whole', async () => {
  await backUpKeys(places, to);
  await addSlot(places.keysFolder, encryption, LUIS, CHEAP);
  expect((await checkBackup(places.keysFolder, to, await openUnlock(to, ANA.passphrase))).findings).toEqual([]);
});

test('what is missing, damaged or another key is told by file', async () => {
  await backUpKeys(places, to);
  unlinkSync(join(to, 'log.key.pem'));
  writeFileSync(join(to, 'tag-taps.secret.json'), readFileSync(join(to, 'tag-taps.secret.json'), 'utf8').slice(1));
  unlinkSync(join(to, 'seal.key.pem'));
  await new FileKeys(to, { encryption }).generate('seal', 'P-256');
  expect((await checkBackup(places.keysFolder, to, encryption)).findings).toEqual([
    { file: 'log.key.pem', problem: 'missing' },
    { file: 'seal.key.pem', problem: 'other' },
    { file: 'tag-taps.secret.json', problem: 'damaged' },
  ]);
  const elsewhere = join(parent, 'elsewhere');
  const other = await createUnlock(elsewhere, [ANA], CHEAP);
  for (const file of ALL.slice(1)) copyFileSync(join(places.keysFolder, file), join(elsewhere, file));
  const { findings } = await checkBackup(places.keysFolder, elsewhere, other);
  expect(findings).toEqual(ALL.map((file) => ({ file, problem: 'other' })));
});

test('is refused inside the data folder, by whatever way, and over anything', async () => {
  const inside = [places.dataFolder, places.keysFolder, join(places.dataFolder, 'a/b/c'), join(to, '../data/x')];
  symlinkSync(places.dataFolder, join(parent, 'link'));
  for (const path of [...inside, join(parent, 'link/x')]) {
    expect(await codeOfAct(() => backUpKeys(places, path)), path).toBe('keys/backup-inside');
  }
  mkdirSync(to);
  writeFileSync(join(to, 'note.txt'), '');
  expect(await codeOfAct(() => backUpKeys(places, to))).toBe('keys/backup-occupied');
  // One that only begins like it is another folder.
  expect(await backUpKeys(places, `${places.dataFolder}-copy`)).toEqual(ALL);
});

test('keys are listed without being opened', async () => {
  expect(await listKeyFiles(places.keysFolder)).toMatchObject([
    { name: 'log', is: 'key', kind: 'Ed25519', isEncrypted: true, keyId: expect.stringMatching(/^[0-9a-f]{16}$/) },
    { name: 'seal', is: 'key', kind: 'P-256', isEncrypted: true },
    { name: 'tag-taps', is: 'secret', isEncrypted: true },
  ]);
  const development = join(parent, 'development');
  await new FileKeys(development, { development: true }).generate('seal', 'P-256');
  await new FileSecrets(development, { development: true }).findOrMake('tag-taps', 16);
  expect(await listKeyFiles(development)).toMatchObject([
    { name: 'seal', kind: 'P-256', isEncrypted: false },
    { name: 'tag-taps', isEncrypted: false },
  ]);
});

test('keys in clear are copied and compared as well', async () => {
  const development = join(parent, 'development');
  await new FileKeys(development, { development: true }).generate('seal', 'P-256');
  expect(await backUpKeys({ dataFolder: places.dataFolder, keysFolder: development }, to)).toEqual(['seal.key.json']);
  expect(await checkBackup(development, to)).toEqual({ files: 1, findings: [] });
  writeFileSync(join(to, 'seal.key.json'), '{}');
  expect((await checkBackup(development, to)).findings).toEqual([{ file: 'seal.key.json', problem: 'other' }]);
});
