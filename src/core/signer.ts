import type { SignatureAlgorithm } from './primitives.ts';

/**
 * A private key that somebody else holds: a file, a token, a card. Calls may run at once.
 * @throws Outage when the device does not answer
 */
export interface Signer {
  readonly algorithm: SignatureAlgorithm;
  /** DER SubjectPublicKeyInfo of the public half. */
  readonly spki: Uint8Array;
  /** The signature over `data` (not over its digest). ECDSA: raw `r || s` (IEEE P1363). */
  sign(data: Uint8Array): Promise<Uint8Array>;
}
