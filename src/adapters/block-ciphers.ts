import { createCipheriv, createDecipheriv } from 'node:crypto';
import { concat } from '../core/bytes.ts';
import type { BlockCiphers } from '../core/block-ciphers.ts';

interface Cipher {
  setAutoPadding(pads: boolean): unknown;
  update(text: Uint8Array): Uint8Array;
  final(): Uint8Array;
}
type Make = (name: string, key: Uint8Array, iv: Uint8Array | null) => Cipher;

function run(make: Make, name: string, key: Uint8Array, iv: Uint8Array | null, text: Uint8Array): Uint8Array {
  const cipher = make(name, key, iv);
  cipher.setAutoPadding(false);
  return concat(cipher.update(text), cipher.final());
}

function aes(key: Uint8Array, mode: 'ecb' | 'cbc'): string {
  return `aes-${key.length * 8}-${mode}`;
}

/** Node's own, by OpenSSL. */
export const nodeBlockCiphers: BlockCiphers = {
  aesEncrypt: (key, blocks) => run(createCipheriv, aes(key, 'ecb'), key, null, blocks),
  aesDecrypt: (key, blocks) => run(createDecipheriv, aes(key, 'ecb'), key, null, blocks),
  aesCbcEncrypt: (key, iv, blocks) => run(createCipheriv, aes(key, 'cbc'), key, iv, blocks),
  aesCbcDecrypt: (key, iv, blocks) => run(createDecipheriv, aes(key, 'cbc'), key, iv, blocks),
  tripleDesEncrypt: (key, blocks) => run(createCipheriv, 'des-ede3-ecb', key, null, blocks),
  tripleDesDecrypt: (key, blocks) => run(createDecipheriv, 'des-ede3-ecb', key, null, blocks),
};
