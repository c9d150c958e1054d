import { createPrivateKey } from 'node:crypto';
import { fromBase64, toBase64 } from '../../core/base64.ts';
import type { Signer } from '../../core/signer.ts';
import { damagedKey } from '../key-folder.ts';
import { softwareKey, type SoftwareKey } from '../software-key.ts';
import { refuseClear } from './protection.ts';

/** What a key file in clear says, version 1; `development` marks keys that nobody else accepts. */
interface ClearKeyFile {
  readonly cotejoKey: 1;
  readonly name: string;
  readonly keyId: string;
  readonly development: boolean;
  /** DER PrivateKeyInfo, base64. */
  readonly pkcs8: string;
}

/** The text of the file of a development key. */
export function writeClearKey(name: string, { keyId, pkcs8 }: SoftwareKey): string {
  const file: ClearKeyFile = { cotejoKey: 1, name, keyId, development: true, pkcs8: toBase64(pkcs8) };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** What the file says of its key, whoever may use it. @throws Refusal `keys/damaged` */
export function describeClearKey(name: string, text: string): Pick<SoftwareKey, 'keyId' | 'kind'> {
  const { keyId, kind } = keyOf(name, parse(name, text));
  return { keyId, kind };
}

/** @throws Refusal `keys/damaged`, `keys/development-only` unless `development`, `keys/unencrypted` */
export function readClearKey(
  name: string,
  text: string,
  development: boolean,
): { readonly name: string; readonly keyId: string; readonly kind: SoftwareKey['kind']; readonly signer: Signer } {
  const file = parse(name, text);
  refuseClear(name, file, development);
  const { keyId, kind, signer } = keyOf(name, file);
  return { name, keyId, kind, signer };
}

function keyOf(name: string, file: ClearKeyFile): SoftwareKey {
  const der = fromBase64(file.pkcs8) ?? damagedKey(name, 'not base64');
  let key: SoftwareKey;
  try {
    key = softwareKey(createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' }));
  } catch {
    // What OpenSSL says about a damaged key could quote it.
    return damagedKey(name, 'not a private key');
  }
  if (file.name !== name || file.keyId !== key.keyId) damagedKey(name, 'of another name or key');
  return key;
}

function parse(name: string, text: string): ClearKeyFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return damagedKey(name, 'not JSON');
  }
  const file = value as Partial<ClearKeyFile> | null;
  const whole =
    typeof file === 'object' &&
    file?.cotejoKey === 1 &&
    typeof file.name === 'string' &&
    typeof file.keyId === 'string' &&
    typeof file.development === 'boolean' &&
    typeof file.pkcs8 === 'string';
  return whole ? (file as ClearKeyFile) : damagedKey(name, 'not a key file of version 1');
}
