import { toCrockford } from '../core/crockford.ts';
import type { Primitives } from '../core/primitives.ts';

const FINGERPRINT_BYTES = 10;

/** Of a key: 80 bits of the SHA-256 of its SPKI, four groups of four symbols, as people compare them. */
export function keyFingerprint(spki: Uint8Array, primitives: Pick<Primitives, 'digest'>): string {
  const digest = primitives.digest('SHA-256', spki);
  return toCrockford(digest.subarray(0, FINGERPRINT_BYTES), 16).match(/.{4}/g)!.join(' ');
}
