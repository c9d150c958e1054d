import { bitString, integer, nullValue, oid, sequence } from '../../asn1/write.ts';
import { readObjects, valueOf } from '../tlv.ts';
import { malformed, refuse } from './answer.ts';
import type { KeyAlgorithm } from './reference.ts';

export interface PublicKey {
  readonly algorithm: KeyAlgorithm;
  /** DER SubjectPublicKeyInfo. Whether a point is on its curve is for who verifies with it to find. */
  readonly spki: Uint8Array;
}

const CURVE = {
  'P-256': { bytes: 32, oid: '1.2.840.10045.3.1.7' },
  'P-384': { bytes: 48, oid: '1.3.132.0.34' },
} as const;
const EC_PUBLIC_KEY = '1.2.840.10045.2.1';
const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';
const RSA_BYTES = 256;
const TAG = { modulus: 0x81, exponent: 0x82, point: 0x86 };

/** Bytes of a coordinate, and so of half of a signature. */
export function fieldBytes(algorithm: 'P-256' | 'P-384'): number {
  return CURVE[algorithm].bytes;
}

/**
 * The contents of the template `7F49` (SP 800-73-5 Part 2 §3.3.2), as SubjectPublicKeyInfo.
 * @throws Refusal `card/key-malformed` unless the key is of the announced kind and length: cards were seen to answer a modulus
 * of nine bytes for RSA-2048 (PivApplet#75), `card/malformed`
 */
export function readPublicKey(template: Uint8Array, algorithm: KeyAlgorithm, step: string): PublicKey {
  const objects = readObjects(template, step);
  const expected = algorithm === 'RSA-2048' ? [TAG.modulus, TAG.exponent] : [TAG.point];
  if (objects.some(({ tag }) => !expected.includes(tag))) malformed(step, 'a public key of other parts');
  const parts = expected.map((tag) => valueOf(objects, tag, step));
  const spki = algorithm === 'RSA-2048' ? rsaKey(parts[0]!, parts[1]!, step) : ecKey(parts[0]!, algorithm, step);
  return { algorithm, spki };
}

function ecKey(point: Uint8Array, algorithm: 'P-256' | 'P-384', step: string): Uint8Array {
  const curve = CURVE[algorithm];
  if (point.length !== 1 + 2 * curve.bytes) mismatch(step, `a point of ${point.length} bytes`, algorithm);
  if (point[0] !== 4) mismatch(step, 'a point that is compressed', algorithm);
  return sequence(sequence(oid(EC_PUBLIC_KEY), oid(curve.oid)), bitString(point));
}

function rsaKey(modulus: Uint8Array, exponent: Uint8Array, step: string): Uint8Array {
  if (modulus.length !== RSA_BYTES) mismatch(step, `a modulus of ${modulus.length} bytes`, 'RSA-2048');
  // 2048 bits and no fewer; an even modulus is no product of two odd primes.
  if (modulus[0]! < 0x80 || modulus[RSA_BYTES - 1]! % 2 === 0) mismatch(step, 'a modulus that is none', 'RSA-2048');
  // SP 800-78-5 §3.1: 65,537.
  if (exponent.length !== 3 || exponent[0] !== 1 || exponent[1] !== 0 || exponent[2] !== 1) {
    mismatch(step, 'another public exponent than 65537', 'RSA-2048');
  }
  return sequence(sequence(oid(RSA_ENCRYPTION), nullValue()), bitString(sequence(integer(modulus), integer(exponent))));
}

function mismatch(step: string, found: string, expected: KeyAlgorithm): never {
  refuse('card/key-malformed', `${step}: ${found}, expected ${expected}`, { step, found, expected });
}
