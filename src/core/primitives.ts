/** Hash functions in use. SHA-1 appears nowhere but in foreign structures that we name without trusting. */
export type DigestAlgorithm = 'SHA-256' | 'SHA-384' | 'SHA-512';

/** What can be verified. ECDSA signatures are raw `r || s` (IEEE P1363), also where a format carries DER. */
export type SignatureAlgorithm =
  | { readonly name: 'ECDSA'; readonly digest: DigestAlgorithm }
  | { readonly name: 'Ed25519' }
  | { readonly name: 'RSASSA-PKCS1-v1_5'; readonly digest: DigestAlgorithm }
  | { readonly name: 'RSA-PSS'; readonly digest: DigestAlgorithm; readonly saltLength: number };

/**
 * What the pure code needs from the machine below it, made once per platform: `adapters/primitives.ts` on Node, the
 * page's and the Worker's own. Digest, HMAC and inflate are synchronous because proofs and PDF objects need thousands
 * of them; all are safe to call at once and keep no state.
 */
export interface Primitives {
  /** The hash of the parts, one after another. */
  digest(algorithm: DigestAlgorithm, ...parts: readonly Uint8Array[]): Uint8Array;
  /** HMAC-SHA256 of the parts, one after another. */
  hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array;
  /**
   * zlib data (RFC 1950) inflated; never allocates beyond `maxBytes` of output.
   * `undefined` when the data is malformed, cut short, or inflates beyond `maxBytes`. Bytes after its end are allowed.
   */
  inflate(data: Uint8Array, maxBytes: number): Uint8Array | undefined;
  /** zlib data (RFC 1950) whose inflation is `data`. */
  deflate(data: Uint8Array): Uint8Array;
  /**
   * Whether `signature` over `data` is good under the key in `spki` (DER SubjectPublicKeyInfo). Never throws on hostile
   * input: an unusable key, a wrong length or a point off the curve is `false`.
   */
  verify(algorithm: SignatureAlgorithm, spki: Uint8Array, data: Uint8Array, signature: Uint8Array): Promise<boolean>;
}
