import { createCipheriv, createDecipheriv } from 'node:crypto';
import { concat } from '../../core/bytes.ts';

export const GCM_NONCE_BYTES = 12;
export const GCM_TAG_BYTES = 16;

/** AES-256-GCM; the tag stands behind the ciphertext (NIST SP 800-38D). */
export function sealGcm(key: Uint8Array, nonce: Uint8Array, plain: Uint8Array, additional: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: GCM_TAG_BYTES });
  cipher.setAAD(additional);
  return concat(cipher.update(plain), cipher.final(), cipher.getAuthTag());
}

/** What was sealed, or `undefined` for another key, nonce, additional data or one changed bit. */
export function openGcm(
  key: Uint8Array,
  nonce: Uint8Array,
  sealed: Uint8Array,
  additional: Uint8Array,
): Uint8Array | undefined {
  const end = sealed.length - GCM_TAG_BYTES;
  if (end < 0) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: GCM_TAG_BYTES });
  decipher.setAAD(additional);
  decipher.setAuthTag(sealed.subarray(end));
  // Nothing of it leaves before the tag was checked.
  const plain = decipher.update(sealed.subarray(0, end));
  try {
    decipher.final();
    return new Uint8Array(plain);
  } catch {
    return undefined;
  } finally {
    plain.fill(0);
  }
}
