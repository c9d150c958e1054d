import { open, readBitString, readDer, readIntegerBytes, readNull, readOid } from '../asn1/read.ts';
import { isKeyOf } from '../core/cose.ts';
import { findModulusFault, findPointFault } from '../core/key-numbers.ts';
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

/** The modulus of a key within bounds; `undefined` for any other key. */
function readRsaModulus(spki: Uint8Array): Uint8Array | undefined {
  const fields = open(readDer(spki));
  const identifier = open(fields.next());
  if (readOid(identifier.next()) !== RSA_ENCRYPTION) return undefined;
  readNull(identifier.next());
  identifier.end();
  const numbers = open(readDer(readBitString(fields.next())));
  fields.end();
  const [modulus, exponent] = [readIntegerBytes(numbers.next()), readIntegerBytes(numbers.next())];
  numbers.end();
  // Positive, and a whole number of bytes, as all that are made: the shortest DER of such a number begins with a zero.
  if (modulus[0] !== 0) return undefined;
  const magnitude = magnitudeOf(modulus);
  if (magnitude.length < RSA_BYTES.least || magnitude.length > RSA_BYTES.most) return undefined;
  // Beyond 64 bits an exponent only makes verifying slow.
  if (exponent[0]! & 0x80 || magnitudeOf(exponent).length > 8) return undefined;
  const e = magnitudeOf(exponent).reduce((value, octet) => value * 256n + BigInt(octet), 0n);
  return e >= F4 && e % 2n === 1n ? magnitude : undefined;
}

/**
 * Which of the two a key is for, told by the key alone: what comes with a signature must not choose. `undefined` for any other
 * key, and any other DER of the same.
 */
export function passkeyAlgorithmOf(spki: Uint8Array): PasskeyAlgorithm | undefined {
  if (isKeyOf('ES256', spki)) return 'ES256';
  try {
    return readRsaModulus(spki) && 'RS256';
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

/** Bytes before the point in the one form that `isKeyOf` accepts. */
const EC_HEADER_BYTES = 26;

/**
 * Why a passkey with this key is not taken, or `undefined`. Asks more than `passkeyAlgorithmOf`: Windows Hello takes RSA keys from
 * TPMs, and those of one maker were weak for years (CVE-2017-15361).
 */
export function findNewKeyFault(spki: Uint8Array): string | undefined {
  switch (passkeyAlgorithmOf(spki)) {
    case 'ES256':
      return findPointFault('P-256', spki.subarray(EC_HEADER_BYTES));
    case 'RS256':
      return findModulusFault(readRsaModulus(spki)!);
    case undefined:
      return 'neither ES256 nor RS256 with 2048 to 4096 bits';
  }
}
