import { createHash, createPublicKey, generateKeyPair, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { ecdsaDerToRaw } from '../asn1/ecdsa.ts';
import { toHex } from '../core/bytes.ts';
import type { SignatureAlgorithm } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import type { Signer } from '../core/signer.ts';
import type { KeysCode } from './keys-code.ts';

export type KeyKind = 'P-256' | 'P-384' | 'Ed25519';

/** A private key in this process's memory, and what it signs with. */
export interface SoftwareKey {
  /** DER PrivateKeyInfo. */
  readonly pkcs8: Uint8Array;
  readonly kind: KeyKind;
  /** First 8 bytes of SHA-256 of the SPKI, hexadecimal. */
  readonly keyId: string;
  readonly signer: Signer;
}

/** Half of a raw signature; Ed25519 has no other form. */
const SCALAR_BYTES: Readonly<Record<string, number>> = { prime256v1: 32, secp384r1: 48 };

const DIGEST = { 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' } as const;

const ALGORITHM: Readonly<Record<KeyKind, SignatureAlgorithm>> = {
  'P-256': { name: 'ECDSA', digest: 'SHA-256' },
  'P-384': { name: 'ECDSA', digest: 'SHA-384' },
  Ed25519: { name: 'Ed25519' },
};

function kindOf(key: KeyObject): KeyKind {
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (key.asymmetricKeyType === 'ed25519') return 'Ed25519';
  if (curve === 'prime256v1') return 'P-256';
  if (curve === 'secp384r1') return 'P-384';
  throw new Refusal<KeysCode>('keys/damaged', `a key of kind ${key.asymmetricKeyType} ${curve ?? ''}`);
}

/** Signing takes tens of microseconds: done at once, without a thread. */
function signerOf(key: KeyObject): Signer {
  const algorithm = ALGORITHM[kindOf(key)];
  const digest = algorithm.name === 'ECDSA' ? DIGEST[algorithm.digest] : null;
  const size = SCALAR_BYTES[key.asymmetricKeyDetails?.namedCurve ?? ''];
  const spki = new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }));
  return {
    algorithm,
    spki,
    async sign(data) {
      // Anything but the key object itself costs Node an exception: as much time as the signature.
      const signature = new Uint8Array(sign(digest, data, key));
      return size === undefined ? signature : ecdsaDerToRaw(signature, size);
    },
  };
}

/** What a key object of Node's signs with. @throws Refusal `keys/damaged` for another kind of key */
export function softwareKey(key: KeyObject): SoftwareKey {
  const signer = signerOf(key);
  const keyId = toHex(new Uint8Array(createHash('sha256').update(signer.spki).digest()).subarray(0, 8));
  return { pkcs8: new Uint8Array(key.export({ format: 'der', type: 'pkcs8' })), kind: kindOf(key), keyId, signer };
}

/** A new key of the operating system's randomness. Nothing is stored. */
export async function generateKey(kind: KeyKind): Promise<SoftwareKey> {
  const pair = promisify(generateKeyPair);
  // The overloads of generateKeyPair tell the two apart by a literal type.
  const made =
    kind === 'Ed25519' ? await pair('ed25519') : await pair('ec', { namedCurve: kind, paramEncoding: 'named' });
  return softwareKey(made.privateKey);
}
