import { open, readDer, readIntegerBytes } from '../asn1/read.ts';
import { findModulusFault, findPointFault } from '../core/key-numbers.ts';
import type { PublicKey } from './algorithm.ts';

/*
 * What is asked of a key before we certify it. Reading a certificate asks less (`findKeyWeakness` in path-rules.ts): there
 * the key is somebody else's affair.
 */

function rsaFault(bits: number, exponent: bigint, key: Uint8Array): string | undefined {
  if (bits < 2048 || bits > 4096 || bits % 8 !== 0) return `an RSA key of ${bits} bits, 2048 to 4096 are certified`;
  if (exponent < 65537n || exponent % 2n === 0n || exponent >= 1n << 64n) return `an RSA exponent of ${exponent}`;
  return findModulusFault(readIntegerBytes(open(readDer(key)).next()));
}

/** Why we do not certify this key, or `undefined`. At most some milliseconds, whatever the key. */
export function findCertifiedKeyFault({ algorithm, bits }: PublicKey): string | undefined {
  switch (algorithm.kind) {
    case 'EC':
      return algorithm.curve === 'P-521' ? 'P-521 is not certified' : findPointFault(algorithm.curve, bits);
    case 'RSA':
      return rsaFault(algorithm.bits, algorithm.exponent, bits);
    case 'Ed25519':
      return 'Ed25519 is not certified: the viewers of letters do not know it';
    case 'unknown':
      return `a key of an unknown kind (${algorithm.oid})`;
  }
}
