import { createHash, createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { ecdsaDerToRaw } from '../asn1/ecdsa.ts';
import { fromBase64, toBase64 } from '../core/base64.ts';
import { toHex } from '../core/bytes.ts';
import type { SignatureAlgorithm } from '../core/primitives.ts';
import { isRefusal, Refusal } from '../core/refusal.ts';
import type { Signer } from '../core/signer.ts';
import { damagedKey, KeyFolder } from './key-folder.ts';
import type { KeysCode } from './keys-code.ts';

export type KeyKind = 'P-256' | 'P-384' | 'Ed25519';

/** A private key in this process's memory, and what it signs with. */
export interface SoftwareKey {
  /** DER PrivateKeyInfo. */
  readonly pkcs8: Uint8Array;
  /** First 8 bytes of SHA-256 of the SPKI, hexadecimal. */
  readonly keyId: string;
  readonly signer: Signer;
}

/** Half of a raw signature; Ed25519 has no other form. */
const SCALAR_BYTES: Readonly<Record<string, number>> = { prime256v1: 32, secp384r1: 48 };

const DIGEST = { 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' } as const;

function algorithmOf(key: KeyObject): SignatureAlgorithm {
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (key.asymmetricKeyType === 'ed25519') return { name: 'Ed25519' };
  if (curve === 'prime256v1') return { name: 'ECDSA', digest: 'SHA-256' };
  if (curve === 'secp384r1') return { name: 'ECDSA', digest: 'SHA-384' };
  throw new Refusal<KeysCode>('keys/damaged', `a key of kind ${key.asymmetricKeyType} ${curve ?? ''}`);
}

/** Signing takes tens of microseconds: done at once, without a thread. */
function signerOf(key: KeyObject): Signer {
  const algorithm = algorithmOf(key);
  const digest = algorithm.name === 'ECDSA' ? DIGEST[algorithm.digest] : null;
  const size = SCALAR_BYTES[key.asymmetricKeyDetails?.namedCurve ?? ''];
  const spki = new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }));
  return {
    algorithm,
    spki,
    async sign(data) {
      // Anything but the key object itself costs Node an exception: as much time as the signature.
      const signature = new Uint8Array(sign(digest, data, key));
      return size === undefined ? signature : ecdsaDerToRaw(signature, size);
    },
  };
}

function softwareKey(key: KeyObject): SoftwareKey {
  const signer = signerOf(key);
  const keyId = toHex(new Uint8Array(createHash('sha256').update(signer.spki).digest()).subarray(0, 8));
  return { pkcs8: new Uint8Array(key.export({ format: 'der', type: 'pkcs8' })), keyId, signer };
}

/** A new key of the operating system's randomness. Nothing is stored. */
export async function generateKey(kind: KeyKind): Promise<SoftwareKey> {
  const pair = promisify(generateKeyPair);
  // The overloads of generateKeyPair tell the two apart by a literal type.
  const made =
    kind === 'Ed25519' ? await pair('ed25519') : await pair('ec', { namedCurve: kind, paramEncoding: 'named' });
  return softwareKey(made.privateKey);
}

/** What a key file says; `development` marks keys that lie there unencrypted and that nobody else accepts. */
interface KeyFile {
  readonly cotejoKey: 1;
  readonly name: string;
  readonly keyId: string;
  readonly development: boolean;
  /** DER PrivateKeyInfo, base64. */
  readonly pkcs8: string;
}

export interface StoredKey {
  readonly name: string;
  readonly keyId: string;
  readonly signer: Signer;
}

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;
const SUFFIX = '.key.json';

/**
 * Software keys in a folder of the owner's (0700, files 0600), each under a name. A key is written once, wholly or not at
 * all, and never overwritten. Calls may run at once, also from several processes.
 */
export class FileKeys {
  readonly #folder: KeyFolder;
  readonly #development: boolean;
  readonly #loaded = new Map<string, StoredKey>();

  /** `development` says what the installation is; only there unencrypted keys are read or written. */
  constructor(folder: string, options: { readonly development: boolean }) {
    this.#folder = new KeyFolder(folder);
    this.#development = options.development;
  }

  #fileOf(name: string): string {
    if (!NAME.test(name)) throw new Refusal<KeysCode>('keys/name', `not a name of a key: ${name.slice(0, 80)}`, {});
    return `${name}${SUFFIX}`;
  }

  /**
   * Makes a key and stores it. Durable before it resolves.
   * @throws Refusal `keys/exists`, `keys/unencrypted` outside development
   * @throws Outage `keys/unavailable`
   */
  async generate(name: string, kind: KeyKind): Promise<StoredKey> {
    return this.store(name, await generateKey(kind));
  }

  /** As `generate`, for a key that was made before. */
  async store(name: string, key: SoftwareKey): Promise<StoredKey> {
    const path = this.#fileOf(name);
    if (!this.#development) {
      throw new Refusal<KeysCode>('keys/unencrypted', 'this release writes only development keys', { name });
    }
    const file: KeyFile = { cotejoKey: 1, name, keyId: key.keyId, development: true, pkcs8: toBase64(key.pkcs8) };
    await this.#folder.write(path, `${JSON.stringify(file, undefined, 2)}\n`);
    const stored = { name, keyId: key.keyId, signer: key.signer };
    this.#loaded.set(name, stored);
    return stored;
  }

  /**
   * The key of this name, or `undefined`. Read once, then kept in memory.
   * @throws Refusal `keys/permissions`, `keys/damaged`, `keys/development-only`, `keys/unencrypted`
   * @throws Outage `keys/unavailable`
   */
  async find(name: string): Promise<StoredKey | undefined> {
    const known = this.#loaded.get(name);
    if (known) return known;
    const text = await this.#folder.read(this.#fileOf(name), name);
    if (text === undefined) return undefined;
    const stored = this.#read(name, text);
    this.#loaded.set(name, stored);
    return stored;
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
    const found = await this.find(name);
    if (!found) throw new Refusal<KeysCode>('keys/not-found', `no key ${name}`, { name });
    return found;
  }

  /** The names of all keys, in order. */
  async list(): Promise<readonly string[]> {
    return (await this.#folder.list(SUFFIX)).filter((name) => NAME.test(name));
  }

  #read(name: string, text: string): StoredKey {
    const file = this.#parse(name, text);
    if (file.development && !this.#development) {
      throw new Refusal<KeysCode>('keys/development-only', `key ${name} is for development`, { name });
    }
    if (!file.development) {
      throw new Refusal<KeysCode>('keys/unencrypted', `key ${name} is not encrypted`, { name });
    }
    const der = fromBase64(file.pkcs8) ?? damagedKey(name, 'not base64');
    let key: SoftwareKey;
    try {
      key = softwareKey(createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' }));
    } catch {
      // What OpenSSL says about a damaged key could quote it.
      return damagedKey(name, 'not a private key');
    }
    if (file.name !== name || file.keyId !== key.keyId) damagedKey(name, 'of another name or key');
    return { name, keyId: key.keyId, signer: key.signer };
  }

  #parse(name: string, text: string): KeyFile {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return damagedKey(name, 'not JSON');
    }
    const file = value as Partial<KeyFile> | null;
    const whole =
      typeof file === 'object' &&
      file?.cotejoKey === 1 &&
      typeof file.name === 'string' &&
      typeof file.keyId === 'string' &&
      typeof file.development === 'boolean' &&
      typeof file.pkcs8 === 'string';
    return whole ? (file as KeyFile) : damagedKey(name, 'not a key file of version 1');
  }
}
