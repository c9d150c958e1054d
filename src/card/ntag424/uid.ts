import { toHex } from '../../core/bytes.ts';
import type { Brand } from '../../core/brand.ts';

/** The serial number of an NTAG 424 DNA: 7 bytes, the first of which says that NXP made it (ISO/IEC 14443-3 §6.5.4). */
export type TagUid = Brand<Uint8Array, 'TagUid'>;

const LENGTH = 7;
const NXP = 0x04;

/** `undefined` unless the bytes are such a number; a tag with random numbers gives zeros, or four bytes. */
export function parseTagUid(bytes: Uint8Array): TagUid | undefined {
  return bytes.length === LENGTH && bytes[0] === NXP ? (bytes.slice() as TagUid) : undefined;
}

/** As it is written in the register: 14 hexadecimal digits, capitals. */
export function formatTagUid(uid: TagUid): string {
  return toHex(uid).toUpperCase();
}
