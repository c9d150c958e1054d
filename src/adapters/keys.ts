import { isRefusal, Refusal } from '../core/refusal.ts';
import type { Signer } from '../core/signer.ts';
import { damagedKey, KeyFolder, type KeyFolderOptions } from './key-folder.ts';
import type { KeysCode } from './keys-code.ts';
import { readClearKey, writeClearKey } from './keys/clear-key-file.ts';
import type { KeyEncryption } from './keys/encryption.ts';
import { decryptKey, encryptKey, parseEncryptedKey } from './keys/key-file.ts';
import { encryptedKey, otherEncryption, type Protection } from './keys/protection.ts';
import { openUnlock } from './keys/unlock.ts';
import { generateKey, softwareKey, type KeyKind, type SoftwareKey } from './software-key.ts';

export { generateKey, type KeyKind, type SoftwareKey } from './software-key.ts';

export interface StoredKey {
  readonly name: string;
  readonly keyId: string;
  readonly signer: Signer;
}

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;
/** Of keys in clear, and of encrypted ones. */
export const CLEAR_END = '.key.json';
export const ENCRYPTED_END = '.key.pem';

function fileOf(name: string, end: string): string {
  if (!NAME.test(name)) throw new Refusal<KeysCode>('keys/name', `not a name of a key: ${name.slice(0, 80)}`, {});
  return `${name}${end}`;
}

/**
 * Writes a key into a folder, encrypted: the installation's own, or one on a removable medium. Durable before it resolves.
 * @throws Refusal `keys/exists`, `keys/name`, `keys/permissions`
 * @throws Outage `keys/unavailable`
 */
export async function writeKeyFile(
  folder: string,
  name: string,
  key: SoftwareKey,
  encryption: KeyEncryption,
  options: KeyFolderOptions = {},
): Promise<StoredKey> {
  const file = fileOf(name, ENCRYPTED_END);
  const { kind, keyId, signer, pkcs8 } = key;
  await new KeyFolder(folder, options).write(file, encryptKey({ name, kind, keyId }, pkcs8, encryption));
  return { name, keyId, signer };
}

/**
 * The encrypted key of this name in a folder, or `undefined`.
 * @throws Refusal `keys/damaged`, also where the file is another key's; `keys/other-encryption`, `keys/permissions`, `keys/name`
 * @throws Outage `keys/unavailable`
 */
export async function readKeyFile(
  folder: string,
  name: string,
  encryption: KeyEncryption,
  options: KeyFolderOptions = {},
): Promise<StoredKey | undefined> {
  const text = await new KeyFolder(folder, options).read(fileOf(name, ENCRYPTED_END), name);
  if (text === undefined) return undefined;
  const file = parseEncryptedKey(name, text);
  if (file.kekId !== encryption.kekId) otherEncryption(name);
  const { keyId, kind, signer } = softwareKey(decryptKey(file, encryption));
  if (keyId !== file.keyId || kind !== file.kind) damagedKey(name, 'another key than it says');
  return { name, keyId, signer };
}

/**
 * A key that is kept on a removable medium, with an `unlock.json` of the medium's own: the root's.
 * @param passphrase UTF-8 as it was typed; wiped by whoever made it
 * @throws Refusal `keys/not-found`, and those of `openUnlock` and `readKeyFile`
 */
export async function readRemovableKey(folder: string, name: string, passphrase: Uint8Array): Promise<StoredKey> {
  // FAT knows no modes: the encryption protects what lies there, and the medium is kept locked away.
  const options = { acceptOpenModes: true };
  const encryption = await openUnlock(folder, passphrase, options);
  try {
    const found = await readKeyFile(folder, name, encryption, options);
    return found ?? noKey(name);
  } finally {
    encryption.close();
  }
}

function noKey(name: string): never {
  throw new Refusal<KeysCode>('keys/not-found', `no key ${name}`, { name });
}

/**
 * Software keys in a folder of the owner's (0700, files 0600), each under a name: encrypted, but for those of development. A key
 * is written once, wholly or not at all, and never overwritten. Calls may run at once, also from several processes.
 */
export class FileKeys {
  readonly #path: string;
  readonly #folder: KeyFolder;
  readonly #encryption: KeyEncryption | undefined;
  readonly #loaded = new Map<string, StoredKey>();

  constructor(folder: string, protection: Protection) {
    this.#path = folder;
    this.#folder = new KeyFolder(folder);
    this.#encryption = 'encryption' in protection ? protection.encryption : undefined;
  }

  /**
   * Makes a key and stores it. Durable before it resolves.
   * @throws Refusal `keys/exists`, `keys/name`, `keys/permissions`
   * @throws Outage `keys/unavailable`
   */
  async generate(name: string, kind: KeyKind): Promise<StoredKey> {
    return this.store(name, await generateKey(kind));
  }

  /** As `generate`, for a key that was made before. */
  async store(name: string, key: SoftwareKey): Promise<StoredKey> {
    if (this.#encryption) await writeKeyFile(this.#path, name, key, this.#encryption);
    else await this.#folder.write(fileOf(name, CLEAR_END), writeClearKey(name, key));
    const stored = { name, keyId: key.keyId, signer: key.signer };
    this.#loaded.set(name, stored);
    return stored;
  }

  /**
   * The key of this name, or `undefined`. Read once, then kept in memory.
   * @throws Refusal `keys/permissions`, `keys/damaged`, `keys/development-only`, `keys/unencrypted`, `keys/encrypted`,
   *   `keys/other-encryption`
   * @throws Outage `keys/unavailable`
   */
  async find(name: string): Promise<StoredKey | undefined> {
    const known = this.#loaded.get(name);
    if (known) return known;
    const stored = this.#encryption ? await this.#findEncrypted(name, this.#encryption) : await this.#findClear(name);
    if (stored) this.#loaded.set(name, stored);
    return stored;
  }

  async #findEncrypted(name: string, encryption: KeyEncryption): Promise<StoredKey | undefined> {
    const stored = await readKeyFile(this.#path, name, encryption);
    if (stored) return stored;
    // One in clear is refused, not overlooked: another would be made in its place.
    const clear = await this.#folder.read(fileOf(name, CLEAR_END), name);
    return clear === undefined ? undefined : readClearKey(name, clear, false);
  }

  async #findClear(name: string): Promise<StoredKey | undefined> {
    const text = await this.#folder.read(fileOf(name, CLEAR_END), name);
    if (text !== undefined) return readClearKey(name, text, true);
    const encrypted = await this.#folder.read(fileOf(name, ENCRYPTED_END), name);
    return encrypted === undefined ? undefined : encryptedKey(name);
  }

  /** The key of this name, made where there is none; whoever asks at once gets the same. @throws as `find` and `generate` */
  async findOrGenerate(name: string, kind: KeyKind): Promise<StoredKey> {
    const known = await this.find(name);
    if (known) return known;
    try {
      return await this.generate(name, kind);
    } catch (error) {
      if (!isRefusal(error, 'keys/exists')) throw error;
      return this.get(name);
    }
  }

  /** As `find`. @throws Refusal `keys/not-found`, facts `name` */
  async get(name: string): Promise<StoredKey> {
    return (await this.find(name)) ?? noKey(name);
  }

  /** The names of all keys, in order. */
  async list(): Promise<readonly string[]> {
    const names = await this.#folder.list(this.#encryption ? ENCRYPTED_END : CLEAR_END);
    return names.filter((name) => NAME.test(name));
  }
}
