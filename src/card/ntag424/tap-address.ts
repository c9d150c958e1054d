/** The server's side of a tap: pure functions. Whether the counter is newer than the last is for whoever keeps it. */
import { concat, equalSecret, fromHex } from '../../core/bytes.ts';
import type { BlockCiphers } from '../../core/block-ciphers.ts';
import { aesCmac, truncatedCmac } from './cmac.ts';
import { MAC_DIGITS, parseTagBatch, PICC_DIGITS, type TagBatch } from './sun.ts';
import { parseTagUid, type TagUid } from './uid.ts';

/** The parts of an address that a tap opened, not judged yet. */
export interface TapAddress {
  readonly batch: TagBatch;
  /** PICCENCData, 16 bytes. */
  readonly picc: Uint8Array;
  /** SDMMAC, 8 bytes. */
  readonly mac: Uint8Array;
}

/** What the tag told of itself in a tap. */
export interface Tap {
  readonly uid: TagUid;
  /** SDMReadCtr: 0 to 16,777,215, one more with every read. */
  readonly counter: number;
}

const PATH = new RegExp(`^(.{4})/([0-9A-F]{${PICC_DIGITS}})/([0-9A-F]{${MAC_DIGITS}})$`);

/** What stands behind `/c/`, in the one spelling that tags write; `undefined` for any other, and for anything around it. */
export function readTapPath(path: string): TapAddress | undefined {
  const [, name, picc, mac] = PATH.exec(path) ?? [];
  const batch = parseTagBatch(name ?? '');
  if (batch === undefined) return undefined;
  return { batch, picc: fromHex(picc!)!, mac: fromHex(mac!)! };
}

/**
 * What stands behind `/c/` in an address below one of our origins, the former ones included (`https://host`,
 * `https://host/prefix`): of a tap or not. `undefined` for any other text.
 */
export function tapPathIn(address: string, origins: readonly string[]): string | undefined {
  const head = origins.map((origin) => `${origin}/c/`).find((start) => address.startsWith(start));
  return head === undefined ? undefined : address.slice(head.length);
}

/** `readTapPath` of a whole address. */
export function readTapAddress(address: string, origins: readonly string[]): TapAddress | undefined {
  const path = tapPathIn(address, origins);
  return path === undefined ? undefined : readTapPath(path);
}

const ZERO = new Uint8Array(16);
/** PICCDataTag: number and counter are there, and the number has 7 bytes (NT4H2421Gx §9.3.4, table 21). */
const UID_AND_COUNTER = 0xc7;

/**
 * Number and counter, deciphered with the key of the batch (SDMMetaRead); `undefined` where that gives no such thing. Not
 * proven before the MAC is checked: of random bytes one in 65,536 passes.
 */
export function openPicc(ciphers: BlockCiphers, metaReadKey: Uint8Array, picc: Uint8Array): Tap | undefined {
  if (picc.length !== 16) return undefined;
  const plain = ciphers.aesCbcDecrypt(metaReadKey, ZERO, picc);
  const uid = parseTagUid(plain.subarray(1, 8));
  if (plain[0] !== UID_AND_COUNTER || !uid) return undefined;
  return { uid, counter: plain[8]! | (plain[9]! << 8) | (plain[10]! << 16) };
}

function counterBytes(counter: number): Uint8Array {
  return Uint8Array.of(counter & 0xff, (counter >> 8) & 0xff, counter >> 16);
}

/** SV1 and SV2 of one read (§9.3.9.1): 16 bytes each. */
export function sdmVectors({ uid, counter }: Tap): { readonly sv1: Uint8Array; readonly sv2: Uint8Array } {
  const context = concat(Uint8Array.of(0x00, 0x01, 0x00, 0x80), uid, counterBytes(counter));
  return { sv1: concat(Uint8Array.of(0xc3, 0x3c), context), sv2: concat(Uint8Array.of(0x3c, 0xc3), context) };
}

/** SDMMAC over `input`, a part of the file as it was read; over nothing in our addresses. 8 bytes. */
export function tapMac(ciphers: BlockCiphers, fileReadKey: Uint8Array, tap: Tap, input: Uint8Array): Uint8Array {
  return truncatedCmac(ciphers, aesCmac(ciphers, fileReadKey, sdmVectors(tap).sv2), input);
}

/** Whether the tag that holds this key (SDMFileRead) made the MAC for this number and counter. Takes the same time for any MAC. */
export function checkTapMac(
  ciphers: BlockCiphers,
  fileReadKey: Uint8Array,
  tap: Tap,
  mac: Uint8Array,
  input: Uint8Array = new Uint8Array(),
): boolean {
  return equalSecret(tapMac(ciphers, fileReadKey, tap, input), mac);
}

/** SDMENCFileData, a part of the file that was read enciphered (§9.3.6); `undefined` unless it is of whole blocks. */
export function openFileData(
  ciphers: BlockCiphers,
  fileReadKey: Uint8Array,
  tap: Tap,
  data: Uint8Array,
): Uint8Array | undefined {
  if (data.length === 0 || data.length % 16 !== 0) return undefined;
  const key = aesCmac(ciphers, fileReadKey, sdmVectors(tap).sv1);
  const iv = ciphers.aesEncrypt(key, concat(counterBytes(tap.counter), new Uint8Array(13)));
  return ciphers.aesCbcDecrypt(key, iv, data);
}
