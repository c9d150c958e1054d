import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { Signer } from '../../src/core/signer.ts';

const DIGEST = { 'P-256': 'SHA-256', 'P-384': 'SHA-384', 'P-521': 'SHA-512' } as const;

export interface SoftwareSigner extends Signer {
  readonly privateKey: KeyObject;
}

/** A fresh ECDSA key in memory. */
export function softwareSigner(namedCurve: keyof typeof DIGEST = 'P-256'): SoftwareSigner {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve });
  const digest = DIGEST[namedCurve];
  return {
    privateKey,
    algorithm: { name: 'ECDSA', digest },
    spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })),
    async sign(data) {
      return new Uint8Array(sign(digest.replace('-', ''), data, { key: privateKey, dsaEncoding: 'ieee-p1363' }));
    },
  };
}
