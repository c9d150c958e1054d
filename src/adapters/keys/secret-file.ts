import { fromBase64, toBase64 } from '../../core/base64.ts';
import { fromHex } from '../../core/bytes.ts';
import { encodeCbor } from '../../core/cbor.ts';
import type { Random } from '../../core/random.ts';
import { damagedKey } from '../key-folder.ts';
import type { KeyEncryption } from './encryption.ts';
import { GCM_NONCE_BYTES, openGcm, sealGcm } from './gcm.ts';

/** The encrypted file of a secret, version 2: docs/formats/keys.md. */
export interface EncryptedSecretFile {
  readonly cotejoSecret: 2;
  readonly name: string;
  readonly kekId: string;
  /** Base64, as is `sealed`. */
  readonly nonce: string;
  readonly sealed: string;
}

function format({ name, kekId, nonce, sealed }: Omit<EncryptedSecretFile, 'cotejoSecret'>): string {
  return `${JSON.stringify({ cotejoSecret: 2, name, kekId, nonce, sealed }, undefined, 2)}\n`;
}

/** @throws Refusal `keys/damaged` unless it is exactly what we write */
export function parseEncryptedSecret(name: string, value: object, text: string): EncryptedSecretFile {
  const file = value as Partial<EncryptedSecretFile>;
  const whole =
    file.cotejoSecret === 2 &&
    typeof file.kekId === 'string' &&
    /^[0-9a-f]{16}$/.test(file.kekId) &&
    typeof file.nonce === 'string' &&
    typeof file.sealed === 'string';
  if (!whole) damagedKey(name, 'not the file of a secret, version 2');
  if (file.name !== name) damagedKey(name, 'of another name');
  const found = file as EncryptedSecretFile;
  return format(found) === text ? found : damagedKey(name, 'not as it is written');
}

function additionalOf(name: string, kekId: string): Uint8Array {
  return encodeCbor(['cotejo secret', 2, name, fromHex(kekId)!]);
}

/** The text of the file of a secret, under a key of its own: a nonce is drawn once for it, but for a write that lost a race. */
export function encryptSecret(name: string, secret: Uint8Array, encryption: KeyEncryption, random: Random): string {
  const { kekId } = encryption;
  const nonce = random(GCM_NONCE_BYTES);
  const key = encryption.derive(`cotejo secret ${name}`);
  const sealed = sealGcm(key, nonce, secret, additionalOf(name, kekId));
  key.fill(0);
  return format({ name, kekId, nonce: toBase64(nonce), sealed: toBase64(sealed) });
}

/** @throws Refusal `keys/damaged` */
export function decryptSecret(file: EncryptedSecretFile, encryption: KeyEncryption): Uint8Array {
  const { name } = file;
  const nonce = fromBase64(file.nonce);
  const sealed = fromBase64(file.sealed);
  if (nonce?.length !== GCM_NONCE_BYTES || !sealed) return damagedKey(name, 'not base64');
  const key = encryption.derive(`cotejo secret ${name}`);
  const secret = openGcm(key, nonce, sealed, additionalOf(name, file.kekId));
  key.fill(0);
  return secret ?? damagedKey(name, 'changed, or another secret');
}
