import { createPrivateKey } from 'node:crypto';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FileSecrets } from '../../../src/adapters/file-secrets.ts';
import {
  FileKeys,
  generateKey,
  readKeyFile,
  readRemovableKey,
  writeKeyFile,
  type KeyKind,
} from '../../../src/adapters/keys.ts';
import { KeyEncryption } from '../../../src/adapters/keys/encryption.ts';
import { createUnlock } from '../../../src/adapters/keys/unlock.ts';
import { nodePrimitives } from '../../../src/adapters/primitives.ts';
import { toBase64, toBase64Url } from '../../../src/core/base64.ts';
import { toHex, utf8 } from '../../../src/core/bytes.ts';
import { ANA, CHEAP, LUIS } from '../../support/custodians.ts';
import { ask, missingJudge } from '../../support/judges.ts';
import { codeOfAct } from '../../support/refuses.ts';

const KEK = new Uint8Array(32).fill(0x5a);
const encryption = new KeyEncryption(KEK.slice());
const other = new KeyEncryption(new Uint8Array(32).fill(0xa5));

let parent: string;
let folder: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'cotejo-encrypted-'));
  folder = join(parent, 'keys');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const keys = (under = encryption): FileKeys => new FileKeys(folder, { encryption: under });
const secrets = (under = encryption): FileSecrets => new FileSecrets(folder, { encryption: under });
const path = (file: string): string => join(folder, file);
const text = (file: string): string => readFileSync(path(file), 'utf8');
/** As docs/formats/keys.md says to give it to openssl. */
const passphraseOf = (name: string): string => toBase64Url(encryption.derive(`cotejo key ${name}`));

describe('an encrypted key', () => {
  test.each(['P-256', 'P-384', 'Ed25519'] as const)('of kind %s signs again after a restart', async (kind) => {
    const stored = await keys().generate('seal', kind);
    const found = await keys().get('seal');
    expect(found.keyId).toBe(stored.keyId);
    const signature = await found.signer.sign(utf8('letter'));
    const { algorithm, spki } = stored.signer;
    expect(await nodePrimitives.verify(algorithm, spki, utf8('letter'), signature)).toBe(true);
    expect(statSync(path('seal.key.pem')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['seal.key.pem']);
    expect(await keys().list()).toEqual(['seal']);
  });

  test('lies nowhere in clear', async () => {
    const key = await generateKey('P-256');
    await keys().store('seal', key);
    const scalar = Buffer.from(
      createPrivateKey({ key: Buffer.from(key.pkcs8), format: 'der', type: 'pkcs8' }).export({ format: 'jwk' }).d!,
      'base64url',
    );
    const file = text('seal.key.pem');
    const body = Buffer.from(/-----\n([^-]+)-----END/.exec(file)![1]!, 'base64');
    for (const secret of [scalar, Buffer.from(key.pkcs8)]) {
      expect(body.includes(secret)).toBe(false);
      expect(file).not.toContain(secret.toString('base64').slice(0, 20));
      expect(file).not.toContain(secret.toString('hex'));
    }
  });

  const missing = missingJudge('openssl');
  test.skipIf(missing).each(['P-256', 'P-384', 'Ed25519'] as const)(
    `of kind %s is opened by openssl with its passphrase, and with no other${missing ? ` (skipped: ${missing})` : ''}`,
    async (kind: KeyKind) => {
      const { signer } = await keys().generate('seal', kind);
      const pkey = (passphrase: string): ReturnType<typeof ask> =>
        ask('openssl', ['pkey', '-in', path('seal.key.pem'), '-passin', 'stdin', '-pubout'], utf8(`${passphrase}\n`));
      const ruling = pkey(passphraseOf('seal'));
      expect(ruling.status).toBe(0);
      expect(ruling.text.replaceAll('\n', '')).toContain(toBase64(signer.spki));
      expect(pkey(passphraseOf('oficios')).status).not.toBe(0);
    },
  );

  test('is never overwritten, even by several at once', async () => {
    const made = await Promise.allSettled(Array.from({ length: 6 }, () => keys().generate('seal', 'P-256')));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of made) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'keys/exists' });
    const [a, b] = await Promise.all([
      keys().findOrGenerate('log', 'Ed25519'),
      keys().findOrGenerate('log', 'Ed25519'),
    ]);
    expect(a.keyId).toBe(b.keyId);
  });

  test('under another name, or with another key below its name, is refused', async () => {
    await keys().generate('seal', 'P-256');
    await keys().generate('oficios', 'P-256');
    copyFileSync(path('seal.key.pem'), path('log.key.pem'));
    expect(await codeOfAct(() => keys().get('log'))).toBe('keys/damaged');
    const [head] = text('seal.key.pem').split('-----BEGIN');
    const [, body] = text('oficios.key.pem').split('-----BEGIN');
    for (const mixed of [
      text('seal.key.pem').replace('Name: seal', 'Name: log'),
      text('oficios.key.pem').replace('Name: oficios', 'Name: log'),
      `${head!.replace('Name: seal', 'Name: log')}-----BEGIN${body}`,
    ]) {
      writeFileSync(path('log.key.pem'), mixed);
      expect(await codeOfAct(() => keys().get('log'))).toBe('keys/damaged');
    }
  });

  test('encrypted under the key of another folder is told apart from a damaged one', async () => {
    await keys().generate('seal', 'P-256');
    expect(await codeOfAct(() => keys(other).get('seal'))).toBe('keys/other-encryption');
    writeFileSync(path('seal.key.pem'), text('seal.key.pem').replace(encryption.kekId, other.kekId));
    expect(await codeOfAct(() => keys(other).get('seal'))).toBe('keys/damaged');
  });

  test('that is cut at any byte, or of which any was changed, is refused', async () => {
    await keys().generate('seal', 'P-256');
    const whole = text('seal.key.pem');
    const refused = async (changed: string): Promise<void> => {
      writeFileSync(path('seal.key.pem'), changed);
      const code = await codeOfAct(() => keys().get('seal'));
      expect(['keys/damaged', 'keys/other-encryption'], changed).toContain(code);
    };
    for (let end = 0; end < whole.length; end++) await refused(whole.slice(0, end));
    for (let at = 0; at < whole.length; at++) {
      const changed = String.fromCharCode(whole.charCodeAt(at) ^ 1);
      await refused(`${whole.slice(0, at)}${changed}${whole.slice(at + 1)}`);
    }
    await refused(`${whole}\n`);
    await refused(whole.replaceAll('\n', '\r\n'));
    // The same bytes in another spelling.
    await refused(whole.replace(/(-----\n.{60})(.{4})\n/, '$1\n$2'));
    writeFileSync(path('seal.key.pem'), whole);
    await keys().get('seal');
  });

  test('is not taken for a development key, nor the other way round', async () => {
    const development = new FileKeys(folder, { development: true });
    await keys().generate('seal', 'P-256');
    await development.generate('oficios', 'P-256');
    expect(await codeOfAct(() => development.get('seal'))).toBe('keys/encrypted');
    expect(await codeOfAct(() => development.findOrGenerate('seal', 'P-256'))).toBe('keys/encrypted');
    expect(await codeOfAct(() => keys().findOrGenerate('oficios', 'P-256'))).toBe('keys/development-only');
  });
});

describe('an encrypted secret', () => {
  test('is always the same, and lies nowhere in clear', async () => {
    const made = await secrets().findOrMake('tag-taps', 16);
    expect(await secrets().get('tag-taps')).toEqual(made);
    expect(await secrets().list('tag-')).toEqual(['tag-taps']);
    const file = text('tag-taps.secret.json');
    for (const shown of [toHex(made), toBase64(made).slice(0, 20)]) expect(file).not.toContain(shown);
    const both = await Promise.all([secrets().findOrMake('one', 32), secrets().findOrMake('one', 32)]);
    expect(both[0]).toEqual(both[1]);
  });

  test('of any length is given back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 200 }), async (length) => {
        const name = `s-${length}`;
        expect(await secrets().findOrMake(name, length)).toEqual(await secrets().get(name));
      }),
      { numRuns: 20 },
    );
  });

  test('under another name, another key, cut or changed is refused', async () => {
    await secrets().findOrMake('tag-taps', 16);
    const whole = text('tag-taps.secret.json');
    writeFileSync(path('other.secret.json'), whole, { mode: 0o600 });
    expect(await codeOfAct(() => secrets().get('other'))).toBe('keys/damaged');
    writeFileSync(path('other.secret.json'), whole.replace('tag-taps', 'other'));
    expect(await codeOfAct(() => secrets().get('other'))).toBe('keys/damaged');
    expect(await codeOfAct(() => secrets(other).get('tag-taps'))).toBe('keys/other-encryption');
    for (let at = 0; at < whole.length; at++) {
      for (const changed of [
        whole.slice(0, at),
        `${whole.slice(0, at)}${String.fromCharCode(whole.charCodeAt(at) ^ 1)}${whole.slice(at + 1)}`,
      ]) {
        writeFileSync(path('tag-taps.secret.json'), changed);
        const code = await codeOfAct(() => secrets().get('tag-taps'));
        expect(['keys/damaged', 'keys/other-encryption'], changed).toContain(code);
      }
    }
  });

  test('is not taken for one of development, nor the other way round', async () => {
    const development = new FileSecrets(folder, { development: true });
    await secrets().findOrMake('a', 16);
    await development.findOrMake('b', 16);
    expect(await codeOfAct(() => development.findOrMake('a', 16))).toBe('keys/encrypted');
    expect(await codeOfAct(() => secrets().findOrMake('b', 16))).toBe('keys/development-only');
  });
});

describe('a key on a removable medium', () => {
  test('has its own unlock.json, and lies in no other folder', async () => {
    const medium = join(parent, 'medium');
    const removable = await createUnlock(medium, [ANA], CHEAP);
    const root = await writeKeyFile(medium, 'raiz', await generateKey('P-384'), removable);
    removable.close();
    const found = await readRemovableKey(medium, 'raiz', ANA.passphrase);
    expect(found.keyId).toBe(root.keyId);
    expect(found.signer.algorithm).toEqual({ name: 'ECDSA', digest: 'SHA-384' });
    expect((await found.signer.sign(utf8('charter'))).length).toBe(96);
    expect(await codeOfAct(() => readRemovableKey(medium, 'raiz', LUIS.passphrase))).toBe('keys/passphrase-wrong');
    expect(await codeOfAct(() => readRemovableKey(medium, 'seal', ANA.passphrase))).toBe('keys/not-found');
    expect(await readKeyFile(folder, 'raiz', encryption)).toBeUndefined();
    expect(await codeOfAct(() => readKeyFile(medium, 'raiz', encryption))).toBe('keys/other-encryption');
  });
});
