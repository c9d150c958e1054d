/**
 * ECDSA on secp224r1 (SEC 2 §2.6.1), of which no platform verifies a signature over a message that was not hashed, as
 * tags are signed. Everything here is public: nothing is computed in constant time, and no secret belongs here.
 */
import { toHex } from '../../core/bytes.ts';

const P = 0xffffffffffffffffffffffffffffffff000000000000000000000001n;
const B = 0xb4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4n;
const N = 0xffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3dn;
/** A coordinate and a scalar have so many bytes. */
const WIDTH = 28;

/** Affine; `undefined` is the point at infinity. */
export type Point = { readonly x: bigint; readonly y: bigint } | undefined;

export const ORDER: bigint = N;
export const BASE: Point = {
  x: 0xb70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21n,
  y: 0xbd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34n,
};

function modulo(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}

/** Of a value that is not a multiple of the prime modulus. */
export function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b] = [modulo(value, modulus), modulus];
  let [x, y] = [1n, 0n];
  while (a !== 0n) {
    const quotient = b / a;
    [a, b] = [b - quotient * a, a];
    [x, y] = [y - quotient * x, x];
  }
  return modulo(y, modulus);
}

/** Jacobian: x / z², y / z³; z 0 is the point at infinity. */
interface Jacobian {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
}
const INFINITY: Jacobian = { x: 1n, y: 1n, z: 0n };

function double({ x, y, z }: Jacobian): Jacobian {
  if (z === 0n || y === 0n) return INFINITY;
  const delta = (z * z) % P;
  const gamma = (y * y) % P;
  const beta = (x * gamma) % P;
  const alpha = (3n * (x - delta) * (x + delta)) % P;
  const x3 = modulo(alpha * alpha - 8n * beta, P);
  return { x: x3, y: modulo(alpha * (4n * beta - x3) - 8n * gamma * gamma, P), z: modulo(2n * y * z, P) };
}

function add(a: Jacobian, b: Jacobian): Jacobian {
  if (a.z === 0n) return b;
  if (b.z === 0n) return a;
  const aa = (a.z * a.z) % P;
  const bb = (b.z * b.z) % P;
  const u1 = (a.x * bb) % P;
  const s1 = (a.y * bb * b.z) % P;
  const h = modulo(b.x * aa - u1, P);
  const r = modulo(b.y * aa * a.z - s1, P);
  if (h === 0n) return r === 0n ? double(a) : INFINITY;
  const hh = (h * h) % P;
  const hhh = (h * hh) % P;
  const v = (u1 * hh) % P;
  const x = modulo(r * r - hhh - 2n * v, P);
  return { x, y: modulo(r * (v - x) - s1 * hhh, P), z: (h * a.z * b.z) % P };
}

/** u · A + v · B, for scalars from 0 to the order. */
export function combine(u: bigint, a: Point, v: bigint, b: Point): Point {
  const [pa, pb] = [jacobian(a), jacobian(b)];
  const both = add(pa, pb);
  let sum = INFINITY;
  for (let bit = BigInt(8 * WIDTH - 1); bit >= 0n; bit--) {
    sum = double(sum);
    const [inA, inB] = [(u >> bit) & 1n, (v >> bit) & 1n];
    if (inA && inB) sum = add(sum, both);
    else if (inA) sum = add(sum, pa);
    else if (inB) sum = add(sum, pb);
  }
  if (sum.z === 0n) return undefined;
  const z = inverse(sum.z, P);
  return { x: (sum.x * z * z) % P, y: (((sum.y * z * z) % P) * z) % P };
}

function jacobian(point: Point): Jacobian {
  return point ? { ...point, z: 1n } : INFINITY;
}

export function toInteger(bytes: Uint8Array): bigint {
  return BigInt(`0x0${toHex(bytes)}`);
}

/** An uncompressed point of the curve (SEC 1 §2.3.3, 57 bytes); `undefined` for anything else. The curve has cofactor 1. */
export function readPoint(sec1: Uint8Array): Point {
  if (sec1.length !== 1 + 2 * WIDTH || sec1[0] !== 0x04) return undefined;
  const x = toInteger(sec1.subarray(1, 1 + WIDTH));
  const y = toInteger(sec1.subarray(1 + WIDTH));
  if (x >= P || y >= P || modulo(y * y - (x * x * x - 3n * x + B), P) !== 0n) return undefined;
  return { x, y };
}

/**
 * Whether `r ‖ s` (56 bytes) is an ECDSA signature (FIPS 186-5 §6.4.2) under the uncompressed point `publicKey` over
 * `digest`, at most 28 bytes, which is taken as it is. Never throws.
 */
export function verifySecp224r1(publicKey: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
  const key = readPoint(publicKey);
  if (!key || digest.length > WIDTH || signature.length !== 2 * WIDTH) return false;
  const r = toInteger(signature.subarray(0, WIDTH));
  const s = toInteger(signature.subarray(WIDTH));
  if (r === 0n || s === 0n || r >= N || s >= N) return false;
  const w = inverse(s, N);
  const point = combine((toInteger(digest) * w) % N, BASE, (r * w) % N, key);
  return point !== undefined && point.x % N === r;
}
