import { malformed, open, readDer, readIntegerBytes } from './read.ts';
import { integer, sequence } from './write.ts';

/**
 * `Ecdsa-Sig-Value` (RFC 3279 §2.2.3) as raw `r || s` (IEEE P1363), `size` bytes each: 32 on P-256, 48 on P-384, 66 on P-521.
 * Exactly one DER encoding is accepted per signature; negative and too long numbers are not cut to fit.
 * @throws Refusal `asn1/malformed`
 */
export function ecdsaDerToRaw(signature: Uint8Array, size: number): Uint8Array {
  const numbers = open(readDer(signature));
  const out = new Uint8Array(2 * size);
  for (const end of [size, 2 * size]) {
    const octets = readIntegerBytes(numbers.next());
    if (octets[0]! & 0x80) malformed('a negative number in a signature');
    const magnitude = octets[0] === 0 ? octets.subarray(1) : octets;
    if (magnitude.length > size) malformed('a number in a signature beyond its curve');
    out.set(magnitude, end - magnitude.length);
  }
  numbers.end();
  return out;
}

/** Raw `r || s` as DER `Ecdsa-Sig-Value`. @throws RangeError unless the two halves are equally long */
export function ecdsaRawToDer(raw: Uint8Array): Uint8Array {
  if (raw.length === 0 || raw.length % 2 !== 0) throw new RangeError(`not r || s: ${raw.length} bytes`);
  const half = raw.length / 2;
  return sequence(integer(raw.subarray(0, half)), integer(raw.subarray(half)));
}
