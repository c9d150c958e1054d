/**
 * The block ciphers with which cards are spoken to. Nothing of our own is enciphered with them. All of it whole blocks
 * without padding; a key or text of another length is a bug and throws. Synchronous, no state.
 */
export interface BlockCiphers {
  /** AES with a key of 16, 24 or 32 bytes, each block of 16 bytes by itself (ECB, NIST SP 800-38A §6.1). */
  aesEncrypt(key: Uint8Array, blocks: Uint8Array): Uint8Array;
  aesDecrypt(key: Uint8Array, blocks: Uint8Array): Uint8Array;
  /** The same in a chain that begins with `iv` (CBC, §6.2). */
  aesCbcEncrypt(key: Uint8Array, iv: Uint8Array, blocks: Uint8Array): Uint8Array;
  aesCbcDecrypt(key: Uint8Array, iv: Uint8Array, blocks: Uint8Array): Uint8Array;
  /** Triple DES with a key of 24 bytes, each block of 8 bytes by itself (NIST SP 800-67). */
  tripleDesEncrypt(key: Uint8Array, blocks: Uint8Array): Uint8Array;
  tripleDesDecrypt(key: Uint8Array, blocks: Uint8Array): Uint8Array;
}
