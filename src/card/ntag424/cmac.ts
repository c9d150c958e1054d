import type { BlockCiphers } from '../../core/block-ciphers.ts';

const BLOCK = 16;
const ZERO = new Uint8Array(BLOCK);

/** What is exclusive-ored into the last block: of one that is full, and of one that is padded. 16 bytes each. */
export interface CmacSubkeys {
  readonly full: Uint8Array;
  readonly padded: Uint8Array;
}

/** K1 and K2 (RFC 4493 §2.3). */
export function cmacSubkeys(ciphers: BlockCiphers, key: Uint8Array): CmacSubkeys {
  const full = doubled(ciphers.aesEncrypt(key, ZERO));
  return { full, padded: doubled(full) };
}

/** Times x in GF(2^128), most significant bit first. Without a branch on what is secret. */
function doubled(block: Uint8Array): Uint8Array {
  const out = new Uint8Array(BLOCK);
  for (let i = 0; i < BLOCK; i++) out[i] = (block[i]! << 1) | ((block[i + 1] ?? 0) >> 7);
  out[BLOCK - 1]! ^= 0x87 & -(block[0]! >> 7);
  return out;
}

/** AES-CMAC (RFC 4493 §2.4, NIST SP 800-38B) of a message of any length: 16 bytes. */
export function aesCmac(ciphers: BlockCiphers, key: Uint8Array, message: Uint8Array): Uint8Array {
  const { full, padded } = cmacSubkeys(ciphers, key);
  const isFull = message.length > 0 && message.length % BLOCK === 0;
  const length = isFull ? message.length : message.length - (message.length % BLOCK) + BLOCK;
  return lastOfChain(ciphers, key, padTo(message, length), isFull ? full : padded);
}

/** The message, and `80 00 …` behind it where it is shorter than `length`. */
export function padTo(message: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  out.set(message);
  if (message.length < length) out[message.length] = 0x80;
  return out;
}

/** The last block of the CBC chain over whole blocks, `subkey` in the last one. */
export function lastOfChain(
  ciphers: BlockCiphers,
  key: Uint8Array,
  blocks: Uint8Array,
  subkey: Uint8Array,
): Uint8Array {
  const input = blocks.slice();
  const last = input.length - BLOCK;
  for (let i = 0; i < BLOCK; i++) input[last + i]! ^= subkey[i]!;
  return ciphers.aesCbcEncrypt(key, ZERO, input).slice(last);
}

/** MACt: the bytes 1, 3, 5 … 15 of the CMAC (NT4H2421Gx §9.1.3), 8 bytes. */
export function truncatedCmac(ciphers: BlockCiphers, key: Uint8Array, message: Uint8Array): Uint8Array {
  return aesCmac(ciphers, key, message).filter((_, at) => at % 2 === 1);
}
