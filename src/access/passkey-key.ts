import { open, readBitString, readDer, readIntegerBytes, readNull, readOid } from '../asn1/read.ts';
import { isKeyOf } from '../core/cose.ts';
import { isRefusal } from '../core/refusal.ts';

/** What a passkey signs with: ES256 nearly everywhere, RS256 in Windows Hello. */
export type PasskeyAlgorithm = 'ES256' | 'RS256';

const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';
/** 2048 to 4096 bits: shorter ones are weak, longer ones are made to be slow. */
const RSA_BYTES = { least: 256, most: 512 } as const;
const F4 = 65537n;

function magnitudeOf(octets: Uint8Array): Uint8Array {
  return octets[0] === 0 ? octets.subarray(1) : octets;
}

function isFitRsa(spki: Uint8Array): boolean {
  const fields = open(readDer(spki));
  const identifier = open(fields.next());
  if (readOid(identifier.next()) !== RSA_ENCRYPTION) return false;
  readNull(identifier.next());
  identifier.end();
  const numbers = open(readDer(readBitString(fields.next())));
  fields.end();
  const [modulus, exponent] = [readIntegerBytes(numbers.next()), readIntegerBytes(numbers.next())];
  numbers.end();
  const magnitude = magnitudeOf(modulus);
  // Positive, and a whole number of bytes, as all that are made. The first bit tells both.
  if (modulus[0] !== 0 || magnitude[0]! < 0x80) return false;
  if (magnitude.length < RSA_BYTES.least || magnitude.length > RSA_BYTES.most) return false;
  // Beyond 64 bits an exponent only makes verifying slow.
  if (exponent[0]! & 0x80 || magnitudeOf(exponent).length > 8) return false;
  const e = magnitudeOf(exponent).reduce((value, octet) => value * 256n + BigInt(octet), 0n);
  return e >= F4 && e % 2n === 1n;
}

/**
 * Which of the two a key is for, told by the key alone: what comes with a signature must not choose. `undefined` for any other
 * key, and any other DER of the same.
 */
export function passkeyAlgorithmOf(spki: Uint8Array): PasskeyAlgorithm | undefined {
  if (isKeyOf('ES256', spki)) return 'ES256';
  try {
    return isFitRsa(spki) ? 'RS256' : undefined;
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}
