import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { Signer } from '../../src/core/signer.ts';

/** PKCS#8 of an Ed25519 key up to its seed (RFC 8410 §7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The Ed25519 key with this 32-byte seed. */
export function ed25519Signer(seed: Uint8Array): Signer {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
  return {
    algorithm: { name: 'Ed25519' },
    spki: new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' })),
    async sign(data) {
      return new Uint8Array(sign(null, data, key));
    },
  };
}
