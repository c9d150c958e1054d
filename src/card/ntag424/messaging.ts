/**
 * Secure messaging of the NTAG 424 DNA in AES mode (NT4H2421Gx §9.1), as both sides compute it. Nothing here keeps state.
 */
import { concat } from '../../core/bytes.ts';
import type { BlockCiphers } from '../../core/block-ciphers.ts';
import { aesCmac, padTo, truncatedCmac } from './cmac.ts';

const BLOCK = 16;
export const MAC_LENGTH = 8;

/** How a command travels: as it is, with MACs, or enciphered and with MACs. */
export type CommMode = 'plain' | 'mac' | 'full';

/** What holds between two commands of one session. */
export interface Messaging {
  /** SesAuthENCKey and SesAuthMACKey, 16 bytes each. */
  readonly encryptionKey: Uint8Array;
  readonly macKey: Uint8Array;
  /** TI, 4 bytes. */
  readonly transaction: Uint8Array;
  /** CmdCtr: commands done before, 0 to 65,535. */
  readonly counter: number;
}

type SessionKeys = Pick<Messaging, 'encryptionKey' | 'macKey'>;

const KEY_LENGTH = [0x00, 0x01, 0x00, 0x80];

/** The session vectors of §9.1.7 for the two challenges of 16 bytes: 32 bytes each. */
export function sessionVectors(
  rndA: Uint8Array,
  rndB: Uint8Array,
): { readonly sv1: Uint8Array; readonly sv2: Uint8Array } {
  const mixed = rndA.slice(2, 8).map((byte, at) => byte ^ rndB[at]!);
  const context = concat(rndA.subarray(0, 2), mixed, rndB.subarray(6), rndA.subarray(8));
  return {
    sv1: concat(Uint8Array.of(0xa5, 0x5a, ...KEY_LENGTH), context),
    sv2: concat(Uint8Array.of(0x5a, 0xa5, ...KEY_LENGTH), context),
  };
}

export function sessionKeys(ciphers: BlockCiphers, key: Uint8Array, rndA: Uint8Array, rndB: Uint8Array): SessionKeys {
  const { sv1, sv2 } = sessionVectors(rndA, rndB);
  return { encryptionKey: aesCmac(ciphers, key, sv1), macKey: aesCmac(ciphers, key, sv2) };
}

function low16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, value >> 8);
}

/** §9.1.4. `counter` is the one in force: the increased one for a response. */
export function initialVector(
  ciphers: BlockCiphers,
  { encryptionKey, transaction }: Messaging,
  direction: 'command' | 'response',
  counter: number,
): Uint8Array {
  const label = direction === 'command' ? [0xa5, 0x5a] : [0x5a, 0xa5];
  const block = concat(Uint8Array.from(label), transaction, low16(counter), new Uint8Array(8));
  return ciphers.aesEncrypt(encryptionKey, block);
}

/** Padded always, with a whole block where the data fill theirs (§9.1.4). No data stay none. */
export function encipher(
  ciphers: BlockCiphers,
  messaging: Messaging,
  direction: 'command' | 'response',
  counter: number,
  data: Uint8Array,
): Uint8Array {
  if (data.length === 0) return data;
  const iv = initialVector(ciphers, messaging, direction, counter);
  const length = data.length - (data.length % BLOCK) + BLOCK;
  return ciphers.aesCbcEncrypt(messaging.encryptionKey, iv, padTo(data, length));
}

/** `undefined` where it is not of whole blocks, or the padding is not as it has to be. Call it with what a MAC covers. */
export function decipher(
  ciphers: BlockCiphers,
  messaging: Messaging,
  direction: 'command' | 'response',
  counter: number,
  data: Uint8Array,
): Uint8Array | undefined {
  if (data.length === 0) return data;
  if (data.length % BLOCK !== 0) return undefined;
  const iv = initialVector(ciphers, messaging, direction, counter);
  const padded = ciphers.aesCbcDecrypt(messaging.encryptionKey, iv, data);
  const end = padded.findLastIndex((byte) => byte !== 0);
  return end >= padded.length - BLOCK && padded[end] === 0x80 ? padded.subarray(0, end) : undefined;
}

/** What the MAC of a command is made of: its code, counter, transaction, header, and data as they travel (§9.1.9). */
export function commandMacInput({ transaction, counter }: Messaging, ins: number, body: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(ins), low16(counter), transaction, body);
}

export function commandMac(ciphers: BlockCiphers, messaging: Messaging, ins: number, body: Uint8Array): Uint8Array {
  return truncatedCmac(ciphers, messaging.macKey, commandMacInput(messaging, ins, body));
}

/** Of the return code, the *increased* counter, the transaction, and the data as they travel. */
export function responseMac(ciphers: BlockCiphers, messaging: Messaging, code: number, body: Uint8Array): Uint8Array {
  const head = concat(Uint8Array.of(code), low16(messaging.counter + 1), messaging.transaction);
  return truncatedCmac(ciphers, messaging.macKey, concat(head, body));
}
