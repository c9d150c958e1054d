import { toHex } from './bytes.ts';

/*
 * What is wrong with the numbers of a public key, whoever made it and whatever it is for.
 */

export type PrimeCurve = 'P-256' | 'P-384';

/** y² = x³ − 3x + b mod p (SP 800-186 §3.2.1). */
const PARAMETERS: Readonly<Record<PrimeCurve, { readonly size: number; readonly p: bigint; readonly b: bigint }>> = {
  'P-256': {
    size: 32,
    p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  },
  'P-384': {
    size: 48,
    p: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffffn,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  },
};

/** Big-endian, never negative. */
function bigOf(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${toHex(bytes)}`);
}

/**
 * Of an uncompressed point (`04`, x, y). It is never infinity: that one has no coordinates to write. The cofactor is 1, so on the
 * curve is enough.
 */
export function findPointFault(curve: PrimeCurve, point: Uint8Array): string | undefined {
  const { size, p, b } = PARAMETERS[curve];
  const x = bigOf(point.subarray(1, 1 + size));
  const y = bigOf(point.subarray(1 + size));
  if (x >= p || y >= p) return 'a coordinate beyond its field';
  return (y * y - (x * x * x - 3n * x + b)) % p === 0n ? undefined : 'a point that is not on its curve';
}

const SMALL_PRIMES: readonly number[] = Array.from({ length: 998 }, (_, i) => i + 3).filter((n) => {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
  return true;
});

/** Primes whose residues betray a modulus of the broken generator (ROCA, CVE-2017-15361, Nemec et al. 2017 §2.3). */
const MAX_ROCA_PRIME = 167;

function powersOf65537(prime: number): ReadonlySet<number> {
  const powers = new Set<number>();
  for (let power = 1; !powers.has(power); power = (power * (65537 % prime)) % prime) powers.add(power);
  return powers;
}

function looksLikeRoca(modulus: bigint): boolean {
  return SMALL_PRIMES.filter((prime) => prime <= MAX_ROCA_PRIME).every((prime) =>
    powersOf65537(prime).has(Number(modulus % BigInt(prime))),
  );
}

/** The integer square root, rounded down (Newton). */
function squareRoot(value: bigint): bigint {
  let guess = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (guess + value / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

const FERMAT_ROUNDS = 100;

/** Two primes close together: Fermat's method finds them at once (CVE-2022-26320). */
function hasClosePrimes(modulus: bigint): boolean {
  let a = squareRoot(modulus);
  if (a * a < modulus) a += 1n;
  for (let round = 0; round < FERMAT_ROUNDS; round++, a += 1n) {
    const rest = a * a - modulus;
    const root = squareRoot(rest === 0n ? 1n : rest);
    if (root * root === rest || rest === 0n) return true;
  }
  return false;
}

/** Of an RSA modulus, big-endian: what makes it easy to take apart. At most some milliseconds, up to 4096 bits. */
export function findModulusFault(magnitude: Uint8Array): string | undefined {
  const modulus = bigOf(magnitude);
  if (modulus % 2n === 0n || SMALL_PRIMES.some((prime) => modulus % BigInt(prime) === 0n)) {
    return 'an RSA modulus with a small factor';
  }
  if (looksLikeRoca(modulus)) return 'an RSA key of a broken generator (ROCA)';
  return hasClosePrimes(modulus) ? 'an RSA key whose primes are close together' : undefined;
}
