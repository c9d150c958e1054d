import { fromHex } from '../../core/bytes.ts';
import { verifySecp224r1 } from './secp224r1.ts';
import type { TagUid } from './uid.ts';

/** NXP's public key for NTAG 424 DNA, an uncompressed point of secp224r1 (AN12196 §7.2). */
export const NXP_NTAG424_KEY: Uint8Array = fromHex(
  '048a9b380af2ee1b98dc417fecc263f8449c7625cece82d9b916c992da209d68422b81ec20b65a66b5102a61596af3379200599316a00a1410',
)!;

/**
 * Whether the maker signed this number: ECDSA over its 7 bytes, not hashed. It says that such a chip was made, not that
 * this is it: a number and its signature can be copied, and only a key that the tag proves tells the two apart.
 */
export function isGenuine(uid: TagUid, signature: Uint8Array, makerKey: Uint8Array = NXP_NTAG424_KEY): boolean {
  return verifySecp224r1(makerKey, uid, signature);
}
