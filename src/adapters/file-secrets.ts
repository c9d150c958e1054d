import { createHash } from 'node:crypto';
import { fromBase64, toBase64 } from '../core/base64.ts';
import { toHex, utf8 } from '../core/bytes.ts';
import { isRefusal, Refusal } from '../core/refusal.ts';
import type { KeyEncryption } from './keys/encryption.ts';
import { decryptSecret, encryptSecret, parseEncryptedSecret } from './keys/secret-file.ts';
import { encryptedKey, otherEncryption, refuseClear, type Protection } from './keys/protection.ts';
import { damagedKey, KeyFolder, type KeyFolderOptions } from './key-folder.ts';
import type { KeysCode } from './keys-code.ts';
import { systemRandom } from './system.ts';

/** What the file of a secret says; `development` marks those that lie there unencrypted and that nobody else accepts. */
interface SecretFile {
  readonly cotejoSecret: 1;
  readonly name: string;
  /** The first four bytes of a hash of name and secret, hexadecimal: that the file is whole. */
  readonly check: string;
  readonly development: boolean;
  /** Base64. */
  readonly secret: string;
}

const NAME = /^[a-z0-9][a-zA-Z0-9-]{0,63}$/;
const END = '.secret.json';

function checkOf(name: string, secret: Uint8Array): string {
  const hash = createHash('sha256')
    .update(utf8(`cotejo secret ${name}\0`))
    .update(secret);
  return toHex(new Uint8Array(hash.digest()).subarray(0, 4));
}

/**
 * Random bytes that nobody outside the key folder knows, each under a name: made once, and always the same ones afterwards.
 * Neither they nor what follows from them stands in any error. Calls may run at once, also from several processes.
 */
export class FileSecrets {
  readonly #folder: KeyFolder;
  readonly #encryption: KeyEncryption | undefined;
  readonly #loaded = new Map<string, Uint8Array>();

  constructor(folder: string, protection: Protection, options: KeyFolderOptions = {}) {
    this.#folder = new KeyFolder(folder, options);
    this.#encryption = 'encryption' in protection ? protection.encryption : undefined;
  }

  /**
   * The secret of this name, of `bytes` bytes, made where there is none.
   * @throws Refusal `keys/permissions`, `keys/damaged`, `keys/development-only`, `keys/unencrypted`, `keys/encrypted`,
   *   `keys/other-encryption`
   * @throws Outage `keys/unavailable`
   */
  async findOrMake(name: string, bytes: number): Promise<Uint8Array> {
    const known = await this.#find(name);
    if (known) return known.length === bytes ? known : damagedKey(name, 'a secret of another length');
    try {
      return await this.#make(name, systemRandom(bytes));
    } catch (error) {
      if (!isRefusal(error, 'keys/exists')) throw error;
      return this.findOrMake(name, bytes);
    }
  }

  /** As `findOrMake` does where there is one. @throws Refusal `keys/not-found`, facts `name` */
  async get(name: string): Promise<Uint8Array> {
    const found = await this.#find(name);
    if (!found) throw new Refusal<KeysCode>('keys/not-found', `no key ${name}`, { name });
    return found;
  }

  /** Read once, then kept in memory. */
  async #find(name: string): Promise<Uint8Array | undefined> {
    const known = this.#loaded.get(name);
    if (known) return known;
    const text = await this.#folder.read(fileOf(name), name);
    if (text === undefined) return undefined;
    const secret = this.#read(name, text);
    this.#loaded.set(name, secret);
    return secret;
  }

  /** The names that begin so, in order. */
  async list(beginning: string): Promise<readonly string[]> {
    return (await this.#folder.list(END)).filter((name) => NAME.test(name) && name.startsWith(beginning));
  }

  async #make(name: string, secret: Uint8Array): Promise<Uint8Array> {
    const text = this.#encryption ? encryptSecret(name, secret, this.#encryption, systemRandom) : inClear(name, secret);
    await this.#folder.write(fileOf(name), text);
    this.#loaded.set(name, secret);
    return secret;
  }

  #read(name: string, text: string): Uint8Array {
    const value = parsed(name, text);
    if ('cotejoSecret' in value && value.cotejoSecret === 2) {
      const file = parseEncryptedSecret(name, value, text);
      if (!this.#encryption) return encryptedKey(name);
      if (file.kekId !== this.#encryption.kekId) otherEncryption(name);
      return decryptSecret(file, this.#encryption);
    }
    const file = clearFile(name, value);
    refuseClear(name, file, this.#encryption === undefined);
    const secret = fromBase64(file.secret) ?? damagedKey(name, 'not base64');
    if (file.name !== name || file.check !== checkOf(name, secret)) damagedKey(name, 'of another name or secret');
    return secret;
  }
}

function inClear(name: string, secret: Uint8Array): string {
  const check = checkOf(name, secret);
  const file: SecretFile = { cotejoSecret: 1, name, check, development: true, secret: toBase64(secret) };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

function fileOf(name: string): string {
  if (NAME.test(name)) return `${name}${END}`;
  throw new Refusal<KeysCode>('keys/name', `not a name of a key: ${name.slice(0, 80)}`);
}

function parsed(name: string, text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return damagedKey(name, 'not JSON');
  }
  return typeof value === 'object' && value !== null ? value : damagedKey(name, 'not the file of a secret');
}

function clearFile(name: string, value: object): SecretFile {
  const file = value as Partial<SecretFile>;
  const whole =
    file.cotejoSecret === 1 &&
    typeof file.name === 'string' &&
    typeof file.check === 'string' &&
    typeof file.development === 'boolean' &&
    typeof file.secret === 'string';
  return whole ? (file as SecretFile) : damagedKey(name, 'not the file of a secret, version 1');
}
