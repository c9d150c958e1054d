import { isRefusal, Refusal } from '../core/refusal.ts';

export type AuthorityCode =
  /** Not a certificate, request or list as its standard writes it, or beyond our bounds. */
  | 'authority/malformed'
  /** A body that we were about to sign breaks a rule of its profile. */
  | 'authority/lint'
  /** A name in a request is too long, not in Unicode form C, or empty. */
  | 'authority/name'
  /** The validity asked for begins after it ends, or outlives the issuer. */
  | 'authority/validity'
  /** The key in a request is too weak, of a kind that we do not certify, or not a point of its curve. */
  | 'authority/weak-key'
  /** Whoever made the request did not prove that they hold its private key. */
  | 'authority/no-possession'
  /** The key already belongs to an authority or to somebody else. */
  | 'authority/key-in-use'
  /** What a signer returned is not a signature of its own key over the body. */
  | 'authority/wrong-signature';

/** Runs a reader; what it finds malformed is told as a fault of `what`. */
export function readingDer<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (isRefusal(error, 'asn1/malformed')) {
      throw new Refusal<AuthorityCode>('authority/malformed', `${what}: ${error.message}`);
    }
    throw error;
  }
}
