import { ecdsaRawToDer } from '../asn1/ecdsa.ts';
import { bitString, sequence } from '../asn1/write.ts';
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
