import { describe, expect, test } from 'vitest';
import { nodeBlockCiphers } from '../../../src/adapters/block-ciphers.ts';
import { KeyEncryption } from '../../../src/adapters/keys/encryption.ts';
import { FileSecrets } from '../../../src/adapters/file-secrets.ts';
import { nodePrimitives } from '../../../src/adapters/primitives.ts';
import { systemRandom } from '../../../src/adapters/system.ts';
import { parseTagBatch } from '../../../src/card/ntag424/sun.ts';
import { parseTagUid } from '../../../src/card/ntag424/uid.ts';
import { FACTORY_PUK } from '../../../src/card/piv/factory.ts';
import { MANAGEMENT_ALGORITHM, MANAGEMENT_ALGORITHMS } from '../../../src/card/piv/reference.ts';
import { cardSecrets, deriveKey, managementKeyOf, mastersOf, pukOf } from '../../../src/card/office/secrets.ts';
import { fromHex, toHex, utf8 } from '../../../src/core/bytes.ts';
import { ask, missingJudge } from '../../support/judges.ts';
import { codeOfAct } from '../../support/refuses.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const MASTER = fromHex('00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef')!;
const GUID = fromHex('00112233445546778899aabbccddeeff')!;
const UID = parseTagUid(fromHex('04a1b2c3d4e5f6')!)!;

describe('keys of cards', () => {
  const noOpenssl = missingJudge('openssl');
  test.skipIf(noOpenssl)(`are derived as openssl does it (${noOpenssl ?? 'here'})`, () => {
    for (const bytes of [8, 16, 24, 32, 48]) {
      const { text } = ask('openssl', [
        ...['kdf', '-keylen', String(bytes), '-kdfopt', 'mode:counter', '-kdfopt', 'mac:HMAC'],
        ...['-kdfopt', 'digest:SHA256', '-kdfopt', `hexkey:${toHex(MASTER)}`],
        ...['-kdfopt', `hexsalt:${toHex(utf8('cotejo card management AES-256'))}`, '-kdfopt', `hexinfo:${toHex(GUID)}`],
        'KBKDF',
      ]);
      const derived = deriveKey(nodePrimitives, MASTER, 'cotejo card management AES-256', GUID, bytes);
      expect(toHex(derived)).toBe(text.trim().replaceAll(':', '').toLowerCase());
    }
  });

  test('are of the length of their algorithm, another for each, with the parity of DES', () => {
    const keys = MANAGEMENT_ALGORITHMS.map((algorithm) => managementKeyOf(nodePrimitives, MASTER, GUID, algorithm));
    expect(keys.map((key) => key.length)).toEqual(
      MANAGEMENT_ALGORITHMS.map((one) => MANAGEMENT_ALGORITHM[one].keyBytes),
    );
    expect(new Set(keys.map((key) => toHex(key).slice(0, 16))).size).toBe(keys.length);
    const ones = (byte: number): number => byte.toString(2).replaceAll('0', '').length;
    const des = keys[MANAGEMENT_ALGORITHMS.indexOf('3DES')]!;
    expect([...des].every((byte) => ones(byte) % 2 === 1)).toBe(true);
  });

  test('have a PUK of eight digits, never that of the factory', () => {
    const puks = Array.from({ length: 200 }, () => pukOf(nodePrimitives, MASTER, systemRandom(16)));
    expect(puks.every((puk) => /^\d{8}$/.test(puk) && puk !== FACTORY_PUK)).toBe(true);
    expect(new Set(puks).size).toBeGreaterThan(195);
    // 64 bits of each attempt: the first gives the factory's, the second another.
    const drawn = [12345678n, 87654321n];
    const hmac = (): Uint8Array => {
      const out = new Uint8Array(32);
      new DataView(out.buffer).setBigUint64(0, drawn.shift()!);
      return out;
    };
    expect(pukOf({ hmac }, MASTER, GUID)).toBe('87654321');
  });
});

describe('masters', () => {
  const [folder, kept, empty] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  const open = () => cardSecrets(new FileSecrets(folder, { development: true }), nodeBlockCiphers, nodePrimitives);

  test('are made once: every process derives the same', async () => {
    const [one, other] = [open(), open()];
    const batch = await one.presentBatch();
    expect(await other.presentBatch()).toBe(batch);
    expect((await one.access(GUID)).puk).toBe((await other.access(GUID)).puk);
    const keys = await one.tagKeys(batch, UID, 1);
    expect(await other.tagKeys(batch, UID, 1)).toEqual(keys);
    expect(await other.metaReadKey(batch)).toEqual(keys[2]);
    expect(await other.fileReadKey(UID, 1)).toEqual(keys[1]);
    expect(await one.tagKeys(batch, UID, 2)).not.toEqual(keys);
  });

  test('are not made anew in place of a lost one once there are cards', async () => {
    const store = new FileSecrets(kept, { development: true });
    let cards = false;
    const secrets = () =>
      cardSecrets(
        mastersOf(store, async () => cards),
        nodeBlockCiphers,
        nodePrimitives,
      );
    await secrets().prepare();
    const { puk } = await secrets().access(GUID);
    cards = true;
    expect((await secrets().access(GUID)).puk).toBe(puk);
    const lost = new FileSecrets(empty, { development: true });
    const without = cardSecrets(
      mastersOf(lost, async () => cards),
      nodeBlockCiphers,
      nodePrimitives,
    );
    for (const act of [() => without.prepare(), () => without.access(GUID), () => without.fileReadKey(UID, 1)]) {
      expect(await codeOfAct(act)).toBe('keys/not-found');
    }
  });

  test('of a batch that is none of ours are not made up', async () => {
    const unknown = parseTagBatch('ZZZZ')!;
    expect(await open().metaReadKey(unknown)).toBeUndefined();
    expect(await codeOfAct(() => open().tagKeys(unknown, UID, 1))).toBe('keys/not-found');
  });

  test('that lie there unencrypted are for development alone, and damaged ones are refused', async () => {
    const production = new FileSecrets(folder, { encryption: new KeyEncryption(new Uint8Array(32).fill(7)) });
    expect(await codeOfAct(() => production.get('tag-taps'))).toBe('keys/development-only');
    expect(await codeOfAct(() => new FileSecrets(folder, { development: true }).findOrMake('tag-taps', 32))).toBe(
      'keys/damaged',
    );
    expect(await codeOfAct(() => production.get('../tag-taps'))).toBe('keys/name');
  });
});
