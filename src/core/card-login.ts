/** What the key of 9A signs to let a program in: the words that the station and the door of the office share. docs/formats/card-proof.md */
import { concat, utf8 } from './bytes.ts';
import type { Primitives } from './primitives.ts';

/** What a card answered to a program that asks to be let in. */
export interface CardAnswer {
  /** Of the certificate of 9A: 32 hexadecimal digits. */
  readonly serial: string;
  /** Over `cardLoginBytes`: ECDSA raw `r || s`, RSA PKCS#1 v1.5. */
  readonly signature: Uint8Array;
}

const DOMAIN = utf8('cotejo card login v1\0');
const CHALLENGE_DOMAIN = utf8('cotejo card login challenge v1\0');

/** What the card signs for the program that has this secret; it follows from the secret, which is used once. */
export function cardLoginChallenge(deviceCode: string, primitives: Pick<Primitives, 'digest'>): Uint8Array {
  return primitives.digest('SHA-256', CHALLENGE_DOMAIN, utf8(deviceCode));
}

/**
 * What is signed, after the PIN. The words before keep it apart from everything else that the key
 * may be asked to sign, and the address from what another service asks.
 * @param challenge 32 bytes
 */
export function cardLoginBytes(
  origin: string,
  challenge: Uint8Array,
  primitives: Pick<Primitives, 'digest'>,
): Uint8Array {
  if (challenge.length !== 32) throw new RangeError('a challenge of 32 bytes');
  return concat(DOMAIN, primitives.digest('SHA-256', utf8(origin)), challenge);
}
