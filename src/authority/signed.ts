import { ecdsaRawToDer } from '../asn1/ecdsa.ts';
import { type DerValue, malformed, open, readBitString, readDer } from '../asn1/read.ts';
import { bitString, sequence } from '../asn1/write.ts';
import { equal } from '../core/bytes.ts';
import type { SignatureAlgorithm } from '../core/primitives.ts';
import { encodeSignatureAlgorithm } from './algorithm.ts';

/**
 * `SIGNED` (X.509): body, algorithm, signature, as certificates and lists are. `signature` is as a `Signer` returns it:
 * raw for ECDSA, written here as DER.
 */
export function encodeSigned(body: Uint8Array, signature: Uint8Array, algorithm: SignatureAlgorithm): Uint8Array {
  const bits = algorithm.name === 'ECDSA' ? ecdsaRawToDer(signature) : signature;
  return sequence(body, encodeSignatureAlgorithm(algorithm), bitString(bits));
}

/**
 * Reads `SIGNED` around a body: what is signed, its algorithm, the signature, nothing after. Inner and outer
 * algorithm are the same bytes (RFC 5280 §4.1.1.2, §5.1.1.2). The result shares the memory of `encoded`.
 * @throws Refusal `asn1/malformed`
 */
export function readSigned<Body extends { readonly innerAlgorithm: DerValue }>(
  encoded: Uint8Array,
  readBody: (tbs: DerValue) => Body,
): Omit<Body, 'innerAlgorithm'> & { readonly encoded: Uint8Array; readonly signature: Uint8Array } {
  const fields = open(readDer(encoded));
  const tbs = fields.next();
  const outerAlgorithm = fields.next();
  const signature = readBitString(fields.next());
  fields.end();
  const { innerAlgorithm, ...body } = readBody(tbs);
  if (!equal(innerAlgorithm.encoded, outerAlgorithm.encoded)) malformed('two signature algorithms that differ');
  return { encoded, ...body, signature };
}
