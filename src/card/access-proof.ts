/** What a chip shows before the office tells what opens it: the words that station and office share. */
import { concat, utf8 } from '../core/bytes.ts';
import { CHALLENGE_BYTES } from '../credential/on-card.ts';
import type { CardNumber } from './card.ts';

/** What opens a chip: each is told by itself, for what it alone is needed. */
export const CARD_SECRETS = ['management-key', 'puk'] as const;
export type CardSecret = (typeof CARD_SECRETS)[number];

export function isCardSecret(text: string): text is CardSecret {
  return CARD_SECRETS.some((secret) => secret === text);
}

/** What the chip has to sign with its key of 9E, and the certificate of that key. */
export interface AccessChallenge {
  /** 32 bytes that serve once, within two minutes, for this secret of this card. */
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
  readonly secret: CardSecret;
  /** Absent where `accessChallenge` asks for none. */
  readonly proof?: AccessProof;
  /** What the station calls itself, at most 100 characters: for whoever looks into it later, believed by nobody. */
  readonly station?: string;
}

const ACCESS_DOMAIN = utf8('cotejo card access v1\0');

/**
 * What the key of 9E signs to show that its card is in a reader, for one secret: docs/formats/card-proof.md.
 * @param guid 16 bytes
 * @param challenge 32 bytes that the office drew for this secret of this card
 */
export function cardAccessBytes(guid: Uint8Array, secret: CardSecret, challenge: Uint8Array): Uint8Array {
  if (guid.length !== 16 || challenge.length !== CHALLENGE_BYTES) {
    throw new RangeError('a GUID of 16 bytes, a challenge of 32');
  }
  return concat(ACCESS_DOMAIN, guid, Uint8Array.of(CARD_SECRETS.indexOf(secret) + 1), challenge);
}
