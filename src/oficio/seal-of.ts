import { equal } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { SEAL_DIGEST_BYTES, type SealClaims } from '../seal/seal.ts';

/** Whether a file begins with the document that was sealed; what signing put behind it is for its signature. */
export function beginsAsSealed(
  { length, digest }: SealClaims,
  file: Uint8Array,
  primitives: Pick<Primitives, 'digest'>,
): boolean {
  const sealed = file.subarray(0, length);
  const found = primitives.digest('SHA-256', sealed).subarray(0, SEAL_DIGEST_BYTES);
  return sealed.length === length && equal(found, digest);
}
