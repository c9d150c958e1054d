import { holderAlgorithmFor } from '../authority/algorithm.ts';
import { cardGuidOf } from '../authority/card-name.ts';
import type { CertificateBody } from '../authority/certificate.ts';
import { concat, utf8 } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import type { CardProof, CredentialKind } from './credential.ts';

/** The keys of a card that are certified: 9A authentication, 9C signature, 9E the card itself, without a PIN. */
export type CardSlot = '9A' | '9C' | '9E';

export const CARD_SLOTS: readonly CardSlot[] = ['9A', '9C', '9E'];

/** What is issued for the key of a slot. */
export const KIND_OF_SLOT: Readonly<Record<CardSlot, CredentialKind>> = { '9A': 'staff', '9C': 'signer', '9E': 'card' };

export function isCardSlot(text: string): text is CardSlot {
  return CARD_SLOTS.some((slot) => slot === text);
}

/** Bytes of the challenge that a card signs to prove a credential. */
export const CHALLENGE_BYTES = 32;

const PROOF_DOMAIN = utf8('cotejo card proof v1\0');

/**
 * What the key of a slot signs, with the digest of its own strength, once its certificate was read back from the card:
 * docs/formats/card-proof.md. The words before keep it apart from everything else that the key may be asked to sign.
 * @param guid 16 bytes, of the card
 * @param serial 16 bytes, of the certificate
 * @param challenge 32 bytes that the office drew for this serial number
 */
export function cardProofBytes(guid: Uint8Array, serial: Uint8Array, challenge: Uint8Array): Uint8Array {
  if (guid.length !== 16 || serial.length !== 16 || challenge.length !== CHALLENGE_BYTES) {
    throw new RangeError('a GUID and a serial number of 16 bytes, a challenge of 32');
  }
  return concat(PROOF_DOMAIN, guid, serial, challenge);
}

/**
 * Whether the key that was certified signed this challenge for its card. Never throws on what somebody else wrote: a proof of
 * another form is none.
 */
export async function isProofOf(
  certificate: Pick<CertificateBody, 'key' | 'serial' | 'extensions'>,
  { challenge, signature }: Pick<CardProof, 'challenge' | 'signature'>,
  primitives: Pick<Primitives, 'verify'>,
): Promise<boolean> {
  const guid = cardGuidOf(certificate);
  const { bytes: serial } = certificate.serial;
  const algorithm = holderAlgorithmFor(certificate.key.algorithm);
  if (!guid || !algorithm || serial.length !== 16 || challenge.length !== CHALLENGE_BYTES) return false;
  return primitives.verify(algorithm, certificate.key.spki, cardProofBytes(guid, serial, challenge), signature);
}
