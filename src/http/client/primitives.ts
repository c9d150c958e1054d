import { hmac } from '@noble/hashes/hmac.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { concat } from '../../core/bytes.ts';
import type { DigestAlgorithm, Primitives } from '../../core/primitives.ts';

const HASHES: Readonly<Record<DigestAlgorithm, (data: Uint8Array) => Uint8Array>> = {
  'SHA-256': sha256,
  'SHA-384': sha384,
  'SHA-512': sha512,
};

/** What pages judge with: browsers have no digest that answers at once. */
export const browserPrimitives: Pick<Primitives, 'digest' | 'hmac'> = {
  digest: (algorithm, ...parts) => HASHES[algorithm](concat(...parts)),
  hmac: (key, ...parts) => hmac(sha256, key, concat(...parts)),
};
