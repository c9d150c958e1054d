import {
  constants,
  createHash,
  createHmac,
  createPublicKey,
  createSecretKey,
  hash,
  verify,
  type KeyObject,
} from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';
import { ecdsaRawToDer } from '../asn1/ecdsa.ts';
import type { DigestAlgorithm, Primitives, SignatureAlgorithm } from '../core/primitives.ts';

const NODE_NAME: Readonly<Record<DigestAlgorithm, string>> = {
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

interface ParsedKey {
  readonly key: KeyObject;
  readonly type: string | undefined;
  readonly curve: string | undefined;
}

/** Parsing a key costs as much as using it, and asking what it is nearly as much: the last ones stay parsed. */
const MAX_KEYS = 256;
const keys = new Map<string, ParsedKey>();

function publicKey(spki: Uint8Array): ParsedKey {
  const name = Buffer.from(spki.buffer, spki.byteOffset, spki.length).toString('latin1');
  const known = keys.get(name);
  if (known) return known;
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  const parsed = { key, type: key.asymmetricKeyType, curve: key.asymmetricKeyDetails?.namedCurve };
  if (keys.size === MAX_KEYS) keys.delete(keys.keys().next().value!);
  keys.set(name, parsed);
  return parsed;
}

/** The curves that ECDSA is accepted on: those of FIPS 186-5 that every browser verifies as well. Bytes of `r || s`. */
const RAW_BYTES: Readonly<Record<string, number>> = { prime256v1: 64, secp384r1: 96, secp521r1: 132 };

function verifies(algorithm: SignatureAlgorithm, spki: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
  const { key, type, curve } = publicKey(spki);
  switch (algorithm.name) {
    case 'Ed25519':
      return type === 'ed25519' && verify(null, data, key, signature);
    case 'ECDSA':
      if (type !== 'ec' || signature.length !== RAW_BYTES[curve ?? '']) return false;
      // Anything but the key object itself costs Node an exception: half the time of verifying.
      return verify(NODE_NAME[algorithm.digest], data, key, ecdsaRawToDer(signature));
    case 'RSASSA-PKCS1-v1_5':
      return type === 'rsa' && verify(NODE_NAME[algorithm.digest], data, key, signature);
    case 'RSA-PSS': {
      if (type !== 'rsa' && type !== 'rsa-pss') return false;
      const padding = constants.RSA_PKCS1_PSS_PADDING;
      return verify(NODE_NAME[algorithm.digest], data, { key, padding, saltLength: algorithm.saltLength }, signature);
    }
  }
}

const MIN_CHUNK = 1024;
const MAX_CHUNK = 64 * 1024;

/** Node's own cryptography and zlib. */
export const nodePrimitives: Primitives = {
  digest(algorithm, ...parts) {
    const [first] = parts;
    if (parts.length === 1 && first) return new Uint8Array(hash(NODE_NAME[algorithm], first, 'buffer'));
    const running = createHash(NODE_NAME[algorithm]);
    for (const part of parts) running.update(part);
    return new Uint8Array(running.digest());
  },
  hmac(key, ...parts) {
    // Given bytes, createHmac makes the same key object at twice the cost.
    const running = createHmac('sha256', createSecretKey(key));
    for (const part of parts) running.update(part);
    return new Uint8Array(running.digest());
  },
  inflate(data, maxBytes) {
    // Most streams fit one chunk of this size: half the time of many small ones and of copying them together.
    const chunkSize = Math.min(MAX_CHUNK, Math.max(MIN_CHUNK, 16 * data.length));
    try {
      const { buffer, byteOffset, byteLength } = inflateSync(data, {
        maxOutputLength: Math.max(1, maxBytes),
        chunkSize,
      });
      const inflated = new Uint8Array(buffer, byteOffset, byteLength);
      // What is kept must not keep much more than itself.
      return buffer.byteLength > 2 * byteLength ? inflated.slice() : inflated;
    } catch {
      return undefined;
    }
  },
  deflate(data) {
    return new Uint8Array(deflateSync(data));
  },
  async verify(algorithm, spki, data, signature) {
    try {
      return verifies(algorithm, spki, data, signature);
    } catch {
      return false;
    }
  },
};
