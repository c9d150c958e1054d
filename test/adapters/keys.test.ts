import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FileKeys, generateKey } from '../../src/adapters/keys.ts';
import { KeyEncryption } from '../../src/adapters/keys/encryption.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { utf8 } from '../../src/core/bytes.ts';
import { makeDevKeys, storeDevKeys } from '../../keys-dev/make.ts';
import { KEY_KINDS as ROLES } from '../../src/adapters/install.ts';

let parent: string;
let folder: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'cotejo-keys-'));
  folder = join(parent, 'keys');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const open = (): FileKeys => new FileKeys(folder, { development: true });
const openEncrypted = (): FileKeys =>
  new FileKeys(folder, { encryption: new KeyEncryption(new Uint8Array(32).fill(7)) });

test('a stored key signs again after a restart', async () => {
  const stored = await open().generate('seal', 'P-256');
  const found = await open().get('seal');
  expect(found.keyId).toBe(stored.keyId);
  expect(found.signer.spki).toEqual(stored.signer.spki);
  const data = utf8('letter');
  const signature = await found.signer.sign(data);
  expect(signature.length).toBe(64);
  expect(await nodePrimitives.verify(stored.signer.algorithm, stored.signer.spki, data, signature)).toBe(true);
});

test.each([
  ['P-256', 64],
  ['P-384', 96],
  ['Ed25519', 64],
] as const)('%s signs raw, and its key id is of its public half', async (kind, length) => {
  const { signer, keyId } = await generateKey(kind);
  const signature = await signer.sign(utf8('x'));
  expect(signature.length).toBe(length);
  expect(await nodePrimitives.verify(signer.algorithm, signer.spki, utf8('x'), signature)).toBe(true);
  expect(keyId).toBe(Buffer.from(nodePrimitives.digest('SHA-256', signer.spki)).toString('hex').slice(0, 16));
});

test('only the owner can read them, and nothing is left beside them', async () => {
  await open().generate('log', 'Ed25519');
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(readdirSync(folder)).toEqual(['log.key.json']);
  expect(statSync(join(folder, 'log.key.json')).mode & 0o777).toBe(0o600);
});

test('is never overwritten, even by several at once', async () => {
  const made = await Promise.allSettled(Array.from({ length: 8 }, () => open().generate('seal', 'P-256')));
  const won = made.filter(({ status }) => status === 'fulfilled');
  expect(won).toHaveLength(1);
  for (const one of made) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'keys/exists' });
  expect(readdirSync(folder)).toEqual(['seal.key.json']);
  expect((await open().get('seal')).keyId).toBe((won[0] as PromiseFulfilledResult<{ keyId: string }>).value.keyId);
});

test('lists names, and none where there is no folder', async () => {
  expect(await open().list()).toEqual([]);
  await open().generate('b', 'P-256');
  await open().generate('a', 'P-256');
  writeFileSync(join(folder, 'a.key.json.0000.tmp'), '');
  expect(await open().list()).toEqual(['a', 'b']);
  expect(await open().find('c')).toBeUndefined();
  await expect(open().get('c')).rejects.toMatchObject({ code: 'keys/not-found' });
});

test.each(['../a', 'A', '', 'a/b', 'ñ', 'a'.repeat(65), '.a'])('refuses the name %j', async (name) => {
  await expect(open().find(name)).rejects.toMatchObject({ code: 'keys/name' });
});

describe('outside development', () => {
  test('takes no development key, and none whose mark was rubbed out', async () => {
    await open().generate('seal', 'P-256');
    await expect(openEncrypted().get('seal')).rejects.toMatchObject({ code: 'keys/development-only' });
    const path = join(folder, 'seal.key.json');
    const file = JSON.parse(readFileSync(path, 'utf8')) as object;
    writeFileSync(path, JSON.stringify({ ...file, development: false }));
    await expect(openEncrypted().get('seal')).rejects.toMatchObject({ code: 'keys/unencrypted' });
    await expect(open().get('seal')).rejects.toMatchObject({ code: 'keys/unencrypted' });
  });
});

describe('refuses a key file', () => {
  test.skipIf(process.platform === 'win32')(
    'that others may read, or whose folder they may (skipped on Windows, which has no modes)',
    async () => {
      await open().generate('seal', 'P-256');
      const path = join(folder, 'seal.key.json');
      chmodSync(path, 0o640);
      await expect(open().get('seal')).rejects.toMatchObject({ code: 'keys/permissions' });
      chmodSync(path, 0o600);
      chmodSync(folder, 0o755);
      await expect(open().get('seal')).rejects.toMatchObject({ code: 'keys/permissions' });
    },
  );

  test('that is damaged, of another name, or a link', async () => {
    await open().generate('seal', 'P-256');
    const path = join(folder, 'seal.key.json');
    const good = readFileSync(path, 'utf8');
    writeFileSync(join(folder, 'log.key.json'), good, { mode: 0o600 });
    await expect(open().get('log')).rejects.toMatchObject({ code: 'keys/damaged' });
    for (const bad of [
      '',
      '{',
      'null',
      '[]',
      '{"cotejoKey":2}',
      good.slice(0, -20),
      good.replace('"M', '"N'),
      'x'.repeat(20_000),
    ]) {
      writeFileSync(path, bad);
      await expect(open().get('seal'), bad.slice(0, 20)).rejects.toMatchObject({ code: 'keys/damaged' });
    }
    rmSync(path);
    writeFileSync(join(parent, 'elsewhere'), good, { mode: 0o600 });
    symlinkSync(join(parent, 'elsewhere'), path);
    await expect(open().get('seal')).rejects.toMatchObject({ code: 'keys/damaged' });
  });

  test('where the folder is a file, as an outage', async () => {
    writeFileSync(folder, '');
    await expect(open().get('seal')).rejects.toMatchObject({ code: 'keys/unavailable' });
    await expect(open().generate('seal', 'P-256')).rejects.toMatchObject({ code: 'keys/unavailable' });
  });
});

describe('throwaway keys', () => {
  test('are one a role, all different', async () => {
    const keys = await makeDevKeys();
    expect(Object.keys(keys)).toEqual(Object.keys(ROLES));
    expect(new Set(Object.values(keys).map(({ keyId }) => keyId)).size).toBe(Object.keys(ROLES).length);
  });

  test('are kept by a role that has one', async () => {
    const before = await open().generate('oficios', 'P-256');
    const keys = await storeDevKeys(open());
    expect(keys.oficios.keyId).toBe(before.keyId);
    expect((await storeDevKeys(open())).raiz.keyId).toBe(keys.raiz.keyId);
    expect(await open().list()).toEqual(Object.keys(ROLES).toSorted());
  });
});
