import { concat, utf8 } from '../../core/bytes.ts';
import type { BlockCiphers } from '../../core/block-ciphers.ts';
import { diversifyKey } from './diversify.ts';
import type { TagUid } from './uid.ts';

export type KeyNumber = 0 | 1 | 2 | 3 | 4;

/** In the order in which they are asked for and changed: the key that may change all others comes last. */
export const KEY_NUMBERS: readonly KeyNumber[] = [0, 1, 2, 3, 4];

/** What each key of a tag of ours does. The rest (3, 4) is only taken from whoever finds the tag. */
export const KEY_OF = {
  /** Changes keys, files and their settings. */
  master: 0,
  /** Makes the MAC of a tap address (SDMFileRead). */
  fileRead: 1,
  /** Enciphers number and counter in a tap address (SDMMetaRead). */
  metaRead: 2,
} as const;

/** AES keys of 16 bytes, by number. */
export type TagKeys = readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];

/** As the tag leaves the factory (NT4H2421Gx §8.2.4), with the version 0. */
export const FACTORY_KEY: Uint8Array = new Uint8Array(16);

/**
 * What all keys of a batch of tags come from, 16 bytes each. Three, so that the service that judges taps holds what a
 * tap needs and nothing that changes a tag.
 */
export interface TagMasters {
  /** Of the keys 0, 3 and 4. */
  readonly administration: Uint8Array;
  /** Of key 1. */
  readonly fileRead: Uint8Array;
  /** Key 2 itself, one for the whole batch: it is needed before the number of the tag is known. */
  readonly metaRead: Uint8Array;
}

const SYSTEM = utf8('cotejo tag key');

/** Number of the tag, of the key, its version, and what it is for: 23 bytes (AN10922 §2.2: UID, application, system identifier). */
function keyOf(ciphers: BlockCiphers, master: Uint8Array, uid: TagUid, number: KeyNumber, version: number): Uint8Array {
  if (!isKeyVersion(version)) throw new RangeError('a version of no key of ours');
  return diversifyKey(ciphers, master, concat(uid, Uint8Array.of(number, version), SYSTEM));
}

/** Whether keys of ours may carry this version: 1 to 255; 0 is the factory's. */
export function isKeyVersion(version: number): boolean {
  return Number.isInteger(version) && version >= 1 && version <= 255;
}

/** Key 1 of one tag. */
export function fileReadKey(ciphers: BlockCiphers, master: Uint8Array, uid: TagUid, version: number): Uint8Array {
  return keyOf(ciphers, master, uid, KEY_OF.fileRead, version);
}

/**
 * All keys that a tag is given. They follow from masters, number and version: none is ever only in memory. A tag that was
 * wiped gets the next version, as it counts its taps anew.
 */
export function tagKeys(ciphers: BlockCiphers, masters: TagMasters, uid: TagUid, version: number): TagKeys {
  if (masters.metaRead.length !== 16) throw new RangeError('a key that is not of 16 bytes');
  const own = (number: KeyNumber): Uint8Array => keyOf(ciphers, masters.administration, uid, number, version);
  return [own(0), fileReadKey(ciphers, masters.fileRead, uid, version), masters.metaRead, own(3), own(4)];
}
