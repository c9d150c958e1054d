import { createHmac, createPrivateKey } from 'node:crypto';
import { fromBase64, toBase64, toBase64Url } from '../../core/base64.ts';
import { equalSecret, fromHex, toHex } from '../../core/bytes.ts';
import { encodeCbor } from '../../core/cbor.ts';
import { damagedKey } from '../key-folder.ts';
import type { KeyKind } from '../software-key.ts';
import type { KeyEncryption } from './encryption.ts';

// The encrypted key file, version 2: docs/formats/keys.md. Its PEM (RFC 7468) stands below lines of ours, which other programs
// skip as explanatory text (§2), so that `openssl pkey` opens the file as it is.

/** What a key file says of its key without being opened. */
export interface KeyDescription {
  readonly name: string;
  readonly kind: KeyKind;
  /** First 8 bytes of SHA-256 of the SPKI, hexadecimal. */
  readonly keyId: string;
}

/** An encrypted key file whose text is well formed; whether it is true is told by its MAC alone. */
export interface EncryptedKeyFile extends KeyDescription {
  readonly kekId: string;
  /** DER EncryptedPrivateKeyInfo (RFC 5958 §3). */
  readonly encrypted: Uint8Array;
  readonly mac: Uint8Array;
}

const LABEL = 'ENCRYPTED PRIVATE KEY';
const FORM = new RegExp(
  '^Cotejo-Key: 2\nName: ([a-z0-9-]{1,64})\nKind: (P-256|P-384|Ed25519)\nKey-Id: ([0-9a-f]{16})\nKek-Id: ([0-9a-f]{16})\n' +
    `Mac: ([0-9a-f]{64})\n-----BEGIN ${LABEL}-----\n([A-Za-z0-9+/=\n]+)\n-----END ${LABEL}-----\n$`,
);

/** As it lies in the folder, byte by byte: nothing else is read. */
function format({ name, kind, keyId, kekId, encrypted, mac }: EncryptedKeyFile): string {
  const lines = toBase64(encrypted).match(/.{1,64}/g) ?? [];
  return [
    'Cotejo-Key: 2',
    `Name: ${name}`,
    `Kind: ${kind}`,
    `Key-Id: ${keyId}`,
    `Kek-Id: ${kekId}`,
    `Mac: ${toHex(mac)}`,
    `-----BEGIN ${LABEL}-----`,
    ...lines,
    `-----END ${LABEL}-----`,
    '',
  ].join('\n');
}

/** @throws Refusal `keys/damaged` unless it is exactly what we write */
export function parseEncryptedKey(name: string, text: string): EncryptedKeyFile {
  const [, found, kind, keyId, kekId, mac, body] = FORM.exec(text) ?? damagedKey(name, 'not an encrypted key file');
  const encrypted = fromBase64(body!.replaceAll('\n', '')) ?? damagedKey(name, 'not base64');
  const file = { name: found!, kind: kind as KeyKind, keyId: keyId!, kekId: kekId!, encrypted, mac: fromHex(mac!)! };
  if (found !== name) damagedKey(name, 'of another name');
  return format(file) === text ? file : damagedKey(name, 'not as it is written');
}

/** With which `openssl pkey` opens the file: 256 bits, so that the number of PBKDF2's rounds does not matter. */
function passphraseOf(name: string, encryption: KeyEncryption): string {
  const derived = encryption.derive(`cotejo key ${name}`);
  try {
    return toBase64Url(derived);
  } finally {
    derived.fill(0);
  }
}

/** PBES2 enciphers with CBC, which changes with whoever changes it: all of the file is authenticated beside it. */
function macOf(
  { name, kind, keyId, kekId, encrypted }: Omit<EncryptedKeyFile, 'mac'>,
  encryption: KeyEncryption,
): Uint8Array {
  // No name of a key makes this purpose one of the others.
  const key = encryption.derive('cotejo key-mac');
  const text = encodeCbor(['cotejo key', 2, name, kind, fromHex(keyId)!, fromHex(kekId)!, encrypted]);
  try {
    return new Uint8Array(createHmac('sha256', key).update(text).digest());
  } finally {
    key.fill(0);
  }
}

/** The text of the file of a key. @param pkcs8 DER PrivateKeyInfo */
export function encryptKey(described: KeyDescription, pkcs8: Uint8Array, encryption: KeyEncryption): string {
  const key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
  const { name, kind, keyId } = described;
  const passphrase = passphraseOf(name, encryption);
  const encrypted = new Uint8Array(key.export({ format: 'der', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase }));
  const file = { name, kind, keyId, kekId: encryption.kekId, encrypted };
  return format({ ...file, mac: macOf(file, encryption) });
}

/**
 * The key in a file. What it says of itself is checked before OpenSSL sees any of it.
 * @throws Refusal `keys/damaged`
 */
export function decryptKey(file: EncryptedKeyFile, encryption: KeyEncryption): ReturnType<typeof createPrivateKey> {
  const { name, encrypted, mac } = file;
  if (!equalSecret(mac, macOf(file, encryption))) damagedKey(name, 'changed, or of another key');
  const passphrase = passphraseOf(name, encryption);
  try {
    return createPrivateKey({ key: Buffer.from(encrypted), format: 'der', type: 'pkcs8', passphrase });
  } catch {
    // What OpenSSL says about a key could quote it.
    return damagedKey(name, 'not a private key');
  }
}
