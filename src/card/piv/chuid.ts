import { concat, fromUtf8, utf8 } from '../../core/bytes.ts';
import type { Random } from '../../core/random.ts';
import { parseDay, type CalendarDay } from '../../core/time.ts';
import { encodeObject } from '../tlv.ts';
import { malformed } from './answer.ts';
import { endOfContainer, fieldOf, fixedField, readFields } from './container.ts';
import { FASC_N_BYTES } from './fasc-n.ts';

/** Card Holder Unique Identifier (SP 800-73-5 Part 1 §3.1.2 and appendix A). */
export interface Chuid {
  /** 25 bytes (`encodeFascN`). */
  readonly fascN: Uint8Array;
  /** 16 bytes: the card's own UUID, changed whenever what is on the card changes. */
  readonly guid: Uint8Array;
  readonly expires: CalendarDay;
  /** 16 bytes: the person's UUID, over all cards. */
  readonly cardholder?: Uint8Array;
  /** CMS SignedData over `signedPartOfChuid`; none where the issuer signs the security object only. */
  readonly signature?: Uint8Array;
}

const TAG = {
  fascN: 0x30,
  organization: 0x32,
  duns: 0x33,
  guid: 0x34,
  expires: 0x35,
  cardholder: 0x36,
  signature: 0x3e,
};
/** EE, a length, is of SP 800-73-3; in cards that other people wrote it may still come first. */
const ORDER = [0xee, TAG.fascN, TAG.organization, TAG.duns, TAG.guid, TAG.expires, TAG.cardholder, TAG.signature];

/** A version 4 UUID (RFC 9562 §5.4). */
export function makeGuid(random: Random): Uint8Array {
  const guid = random(16);
  guid[6] = (guid[6]! & 0x0f) | 0x40;
  guid[8] = (guid[8]! & 0x3f) | 0x80;
  return guid;
}

export function encodeChuid(chuid: Chuid): Uint8Array {
  const signature = encodeObject(TAG.signature, chuid.signature ?? new Uint8Array());
  return concat(...signedFields(chuid), signature, endOfContainer());
}

/** What the issuer's signature covers: every field but the signature (SP 800-73-5 Part 1 §3.1.2). */
export function signedPartOfChuid(chuid: Omit<Chuid, 'signature'>): Uint8Array {
  return concat(...signedFields(chuid), endOfContainer());
}

function signedFields({ fascN, guid, expires, cardholder }: Omit<Chuid, 'signature'>): readonly Uint8Array[] {
  if (fascN.length !== FASC_N_BYTES) throw new RangeError('a FASC-N has 25 bytes');
  if (guid.length !== 16 || (cardholder && cardholder.length !== 16)) throw new RangeError('a UUID has 16 bytes');
  return [
    encodeObject(TAG.fascN, fascN),
    encodeObject(TAG.guid, guid),
    encodeObject(TAG.expires, utf8(expires.replaceAll('-', ''))),
    ...(cardholder ? [encodeObject(TAG.cardholder, cardholder)] : []),
  ];
}

/** The UUID may be of any version: cards that other people wrote are read as well. @throws Refusal `card/malformed` */
export function readChuid(bytes: Uint8Array): Chuid {
  const what = 'chuid';
  const fields = readFields(bytes, ORDER, what);
  const guid = fixedField(fields, TAG.guid, 16, what);
  const cardholder = fields.has(TAG.cardholder) ? fixedField(fields, TAG.cardholder, 16, what) : undefined;
  const signature = fieldOf(fields, TAG.signature, what);
  const digits = fromUtf8(fixedField(fields, TAG.expires, 8, what)) ?? '';
  const expires = parseDay(digits.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3'));
  return {
    fascN: fixedField(fields, TAG.fascN, FASC_N_BYTES, what),
    guid,
    expires: expires ?? malformed(what, 'an expiry that is no day'),
    ...(cardholder && { cardholder }),
    ...(signature.length > 0 && { signature }),
  };
}
