import { Refusal } from '../../core/refusal.ts';
import type { KeysCode } from '../keys-code.ts';
import type { KeyEncryption } from './encryption.ts';

/** Keys in clear, in a development installation; in any other, under what they lie encrypted. */
export type Protection = { readonly development: true } | { readonly encryption: KeyEncryption };

/** @throws Refusal `keys/encrypted` */
export function encryptedKey(name: string): never {
  throw new Refusal<KeysCode>('keys/encrypted', `key ${name} is encrypted, and this installation is for development`, {
    name,
  });
}

/** @throws Refusal `keys/other-encryption` */
export function otherEncryption(name: string): never {
  throw new Refusal<KeysCode>('keys/other-encryption', `${name}: encrypted under another key`, { name });
}

/** @throws Refusal `keys/development-only`, `keys/unencrypted` */
export function refuseClear(name: string, file: { readonly development: boolean }, development: boolean): void {
  if (file.development && !development) {
    throw new Refusal<KeysCode>('keys/development-only', `key ${name} is for development`, { name });
  }
  // A mark that somebody rubbed out makes no key of an institution.
  if (!file.development) throw new Refusal<KeysCode>('keys/unencrypted', `key ${name} is not encrypted`, { name });
}
