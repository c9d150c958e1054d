import { concat } from '../../core/bytes.ts';
import { exchange, STATUS } from '../apdu.ts';
import type { CardChannel } from '../channel.ts';
import { encodeObject, readOnly } from '../tlv.ts';
import { done, malformed, refuse } from './answer.ts';
import type { Slot } from './reference.ts';

export type ObjectName =
  | 'capability'
  | 'chuid'
  | 'certificate-9A'
  | 'certificate-9C'
  | 'certificate-9D'
  | 'certificate-9E'
  | 'printed-information'
  | 'facial-image'
  | 'security-object'
  | 'discovery'
  | 'biometric-groups'
  | 'key-history';

interface ObjectOfCard {
  /** BER-TLV tag (SP 800-73-5 Part 1, appendix A). */
  readonly tag: number;
  /** Container identifier, by which the security object names it. */
  readonly container: number;
  /** Minimum capacity that every card must have (SP 800-73-4 Part 1, appendix A), and what we write at most. */
  readonly mostBytes: number;
  /** Its own tag instead of 53 around the value (SP 800-73-5 Part 2 §3.1.2). */
  readonly ownTag?: true;
}

const CERTIFICATE_BYTES = 1905;

export const OBJECTS: Readonly<Record<ObjectName, ObjectOfCard>> = {
  capability: { tag: 0x5fc107, container: 0xdb00, mostBytes: 287 },
  chuid: { tag: 0x5fc102, container: 0x3000, mostBytes: 2916 },
  'certificate-9A': { tag: 0x5fc105, container: 0x0101, mostBytes: CERTIFICATE_BYTES },
  'certificate-9C': { tag: 0x5fc10a, container: 0x0100, mostBytes: CERTIFICATE_BYTES },
  'certificate-9D': { tag: 0x5fc10b, container: 0x0102, mostBytes: CERTIFICATE_BYTES },
  'certificate-9E': { tag: 0x5fc101, container: 0x0500, mostBytes: CERTIFICATE_BYTES },
  'printed-information': { tag: 0x5fc109, container: 0x3001, mostBytes: 245 },
  'facial-image': { tag: 0x5fc108, container: 0x6030, mostBytes: 12_710 },
  'security-object': { tag: 0x5fc106, container: 0x9000, mostBytes: 1336 },
  discovery: { tag: 0x7e, container: 0x6050, mostBytes: 19, ownTag: true },
  'biometric-groups': { tag: 0x7f61, container: 0x1016, mostBytes: 65, ownTag: true },
  'key-history': { tag: 0x5fc10c, container: 0x6060, mostBytes: 128 },
};

export const OBJECT_NAMES = Object.keys(OBJECTS) as readonly ObjectName[];

export function certificateObject(slot: Slot): ObjectName {
  return `certificate-${slot}`;
}

/**
 * What is in the container, without the tag around it; `undefined` where there is nothing, or nothing in it.
 * @throws Refusal `card/malformed` also for an object that a pull tore, `card/not-allowed` where it wants the PIN,
 * `card/declined`
 */
export async function readObject(channel: CardChannel, name: ObjectName): Promise<Uint8Array | undefined> {
  const { tag, ownTag } = OBJECTS[name];
  const step = `read ${name}`;
  const data = encodeObject(0x5c, tagBytes(tag));
  const response = await exchange(channel, { ins: 0xcb, p1: 0x3f, p2: 0xff, data, expectsData: true });
  if (response.status === STATUS.notFound) return undefined;
  const value = readOnly(done(response, step), ownTag ? tag : 0x53, step);
  return value.length === 0 ? undefined : value;
}

/**
 * Replaces what is in the container, in one chain of commands; a card that is pulled within it keeps the old object or
 * half of the new one. No bytes at all empty the container. Wants the management key.
 * @throws Refusal `card/too-large`, `card/full`, `card/not-allowed`, `card/declined`
 */
export async function writeObject(channel: CardChannel, name: ObjectName, value: Uint8Array): Promise<void> {
  const { tag, mostBytes, ownTag } = OBJECTS[name];
  const facts = { object: name, bytes: value.length };
  if (value.length > mostBytes) {
    const message = `${name} has ${value.length} bytes, at most ${mostBytes} are allowed`;
    refuse('card/too-large', message, { ...facts, most: mostBytes });
  }
  const data = ownTag ? encodeObject(tag, value) : concat(encodeObject(0x5c, tagBytes(tag)), encodeObject(0x53, value));
  const response = await exchange(channel, { ins: 0xdb, p1: 0x3f, p2: 0xff, data });
  if (response.status === STATUS.noSpace) {
    refuse('card/full', `${name}: the card has no room for ${value.length} bytes`, facts);
  }
  if (done(response, `write ${name}`).length > 0) malformed(`write ${name}`, 'data in the answer');
}

function tagBytes(tag: number): Uint8Array {
  return tag > 0xffff
    ? Uint8Array.of(tag >> 16, (tag >> 8) & 0xff, tag & 0xff)
    : tag > 0xff
      ? Uint8Array.of(tag >> 8, tag & 0xff)
      : Uint8Array.of(tag);
}
