/** What a chip shows before the office tells what opens it: the words that station and office share. */
import { concat, utf8 } from '../core/bytes.ts';
import { CHALLENGE_BYTES } from '../credential/on-card.ts';
import type { CardNumber } from './card.ts';

/** What a card signs for: to be told a secret, or that its own key is about to give way to another, for which nothing is told. */
export const ACCESS_PURPOSES = ['management-key', 'puk', 'key-replacement'] as const;
export type AccessPurpose = (typeof ACCESS_PURPOSES)[number];

/** What opens a chip: each is told by itself, for what it alone is needed. */
export type CardSecret = Exclude<AccessPurpose, 'key-replacement'>;

export function isAccessPurpose(text: string): text is AccessPurpose {
  return ACCESS_PURPOSES.some((purpose) => purpose === text);
}

/** What the chip has to sign with its key of 9E, and the certificate of that key. */
export interface AccessChallenge {
  /** 32 bytes that serve once, within two minutes, for this purpose of this card. */
  readonly challenge: Uint8Array;
  /** DER. */
  readonly certificate: Uint8Array;
}

/** The signature over `cardAccessBytes`: ECDSA raw `r || s`, RSA PKCS#1 v1.5. */
export interface AccessProof {
  readonly challenge: Uint8Array;
  readonly signature: Uint8Array;
}

export interface AccessRequest {
  readonly number: CardNumber;
  readonly purpose: AccessPurpose;
  /** Absent where `accessChallenge` asks for none. */
  readonly proof?: AccessProof;
  /** What the station calls itself, at most 100 characters: for whoever looks into it later, believed by nobody. */
  readonly station?: string;
}

const ACCESS_DOMAIN = utf8('cotejo card access v1\0');

/**
 * What the key of 9E signs to show that its card is in a reader, for one purpose: docs/formats/card-proof.md.
 * @param guid 16 bytes
 * @param challenge 32 bytes that the office drew for this purpose of this card
 */
export function cardAccessBytes(guid: Uint8Array, purpose: AccessPurpose, challenge: Uint8Array): Uint8Array {
  if (guid.length !== 16 || challenge.length !== CHALLENGE_BYTES) {
    throw new RangeError('a GUID of 16 bytes, a challenge of 32');
  }
  return concat(ACCESS_DOMAIN, guid, Uint8Array.of(ACCESS_PURPOSES.indexOf(purpose) + 1), challenge);
}
