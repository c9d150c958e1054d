import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FileSecrets } from '../../../src/adapters/file-secrets.ts';
import { FileKeys } from '../../../src/adapters/keys.ts';
import type { KeyEncryption } from '../../../src/adapters/keys/encryption.ts';
import { openUnlock } from '../../../src/adapters/keys/unlock.ts';
import { toHex, utf8 } from '../../../src/core/bytes.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

interface Vectors {
  readonly kek: string;
  readonly kekId: string;
  readonly passphrases: Readonly<Record<string, string>>;
  readonly unlock: string;
  readonly keys: readonly { readonly name: string; readonly spki: string; readonly file: string }[];
  readonly secrets: readonly { readonly name: string; readonly secret: string; readonly file: string }[];
}
const vectors = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../vectors/encrypted-keys.json'), 'utf8'),
) as Vectors;

const folder = join(temporaryFolder(), 'keys');
mkdirSync(folder, { mode: 0o700 });
const put = (file: string, text: string): void => writeFileSync(join(folder, file), text, { mode: 0o600 });
put('unlock.json', vectors.unlock);
for (const { name, file } of vectors.keys) put(`${name}.key.pem`, file);
for (const { name, file } of vectors.secrets) put(`${name}.secret.json`, file);
chmodSync(folder, 0o700);

const opened = (passphrase: string): Promise<KeyEncryption> => openUnlock(folder, utf8(passphrase));

describe('what another program wrote after docs/formats/keys.md', () => {
  test.each(Object.entries(vectors.passphrases))('is opened by %s', async (_, passphrase) => {
    const encryption = await opened(passphrase);
    expect(encryption.kekId).toBe(vectors.kekId);
    const keys = new FileKeys(folder, { encryption });
    for (const { name, spki } of vectors.keys) expect(toHex((await keys.get(name)).signer.spki)).toBe(spki);
    const secrets = new FileSecrets(folder, { encryption });
    for (const { name, secret } of vectors.secrets) expect(toHex(await secrets.get(name))).toBe(secret);
  });

  test('is opened by a passphrase in small letters, and by none that differs in one', async () => {
    const [drawn] = Object.values(vectors.passphrases);
    expect((await opened(drawn!.toLowerCase().replace('0', 'o'))).kekId).toBe(vectors.kekId);
    const wrong = opened(drawn!.replace('Q', 'R'));
    await expect(wrong).rejects.toMatchObject({ code: 'keys/passphrase-wrong', facts: {} });
  });
});
