import { ecdsaDerToRaw } from '../asn1/ecdsa.ts';
import {
  type DerValue,
  malformed,
  open,
  readBitString,
  readDer,
  readIntegerBytes,
  readNull,
  readOid,
  readSmallInteger,
} from '../asn1/read.ts';
import { contextTag, TAG } from '../asn1/tag.ts';
import { nullValue, oid, sequence } from '../asn1/write.ts';
import type { DigestAlgorithm, Primitives, SignatureAlgorithm } from '../core/primitives.ts';
import { isRefusal } from '../core/refusal.ts';

export type Curve = 'P-256' | 'P-384' | 'P-521';

/** What kind of key a SubjectPublicKeyInfo holds. `unknown` is a key that nothing of ours verifies with. */
export type KeyAlgorithm =
  | { readonly kind: 'EC'; readonly curve: Curve }
  | { readonly kind: 'Ed25519' }
  | { readonly kind: 'RSA'; readonly bits: number; readonly exponent: bigint }
  | { readonly kind: 'unknown'; readonly oid: string };

/** A public key as certificates and requests carry it. */
export interface PublicKey {
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  readonly algorithm: KeyAlgorithm;
  /** The bits of `subjectPublicKey`: what a key identifier is the hash of. */
  readonly bits: Uint8Array;
}

/** `algorithm` is undefined where we do not verify it: SHA-1, MD5, DSA, anything unknown. */
export interface NamedSignatureAlgorithm {
  readonly oid: string;
  readonly algorithm: SignatureAlgorithm | undefined;
}

/** Bytes of a field element. */
export const FIELD_BYTES: Readonly<Record<Curve, number>> = { 'P-256': 32, 'P-384': 48, 'P-521': 66 };

const OID = {
  rsaEncryption: '1.2.840.113549.1.1.1',
  rsaPss: '1.2.840.113549.1.1.10',
  mgf1: '1.2.840.113549.1.1.8',
  ecPublicKey: '1.2.840.10045.2.1',
  ed25519: '1.3.101.112',
} as const;

const CURVES: Readonly<Record<string, Curve>> = {
  '1.2.840.10045.3.1.7': 'P-256',
  '1.3.132.0.34': 'P-384',
  '1.3.132.0.35': 'P-521',
};

const DIGESTS: Readonly<Record<string, DigestAlgorithm>> = {
  '2.16.840.1.101.3.4.2.1': 'SHA-256',
  '2.16.840.1.101.3.4.2.2': 'SHA-384',
  '2.16.840.1.101.3.4.2.3': 'SHA-512',
};

const ECDSA: Readonly<Record<string, DigestAlgorithm>> = {
  '1.2.840.10045.4.3.2': 'SHA-256',
  '1.2.840.10045.4.3.3': 'SHA-384',
  '1.2.840.10045.4.3.4': 'SHA-512',
};

const RSA_PKCS1: Readonly<Record<string, DigestAlgorithm>> = {
  '1.2.840.113549.1.1.11': 'SHA-256',
  '1.2.840.113549.1.1.12': 'SHA-384',
  '1.2.840.113549.1.1.13': 'SHA-512',
};

/** RFC 4055 §3.1: the same digest for message and mask, trailer 1. Anything else is a signature that we do not verify. */
function readPssParameters(parameters: DerValue): SignatureAlgorithm | undefined {
  const fields = open(parameters);
  const hashField = fields.optional(contextTag(0));
  const maskField = fields.optional(contextTag(1));
  const saltField = fields.optional(contextTag(2));
  const trailerField = fields.optional(contextTag(3));
  fields.end();
  if (!hashField || !maskField || !saltField || trailerField) return undefined;
  const digest = readDigestAlgorithm(readDer(hashField.contents));
  const mask = open(readDer(maskField.contents));
  if (readOid(mask.next()) !== OID.mgf1) return undefined;
  const maskDigest = readDigestAlgorithm(mask.next());
  mask.end();
  const saltLength = readSmallInteger(readDer(saltField.contents));
  if (!digest || digest !== maskDigest || saltLength > 512) return undefined;
  return { name: 'RSA-PSS', digest, saltLength };
}

/** An AlgorithmIdentifier of a hash function, parameters absent or NULL (RFC 5754 §2); `undefined` for one not in use. */
export function readDigestAlgorithm(value: DerValue): DigestAlgorithm | undefined {
  const fields = open(value);
  const digest = DIGESTS[readOid(fields.next())];
  if (!fields.done) readNull(fields.next());
  fields.end();
  return digest;
}

/**
 * An AlgorithmIdentifier of a signature: parameters NULL for RSA PKCS #1, or absent, which some programs write and all must
 * accept (RFC 4055 §5); absent for ECDSA and Ed25519 (RFC 5758 §3.2, RFC 8410 §3).
 * @throws Refusal `asn1/malformed`: parameters that a known algorithm does not have
 */
export function readSignatureAlgorithm(value: DerValue): NamedSignatureAlgorithm {
  const fields = open(value);
  const name = readOid(fields.next());
  const parameters = fields.done ? undefined : fields.next();
  fields.end();
  const rsaDigest = RSA_PKCS1[name];
  const ecDigest = ECDSA[name];
  let algorithm: SignatureAlgorithm | undefined;
  if (rsaDigest) {
    if (parameters) readNull(parameters);
    algorithm = { name: 'RSASSA-PKCS1-v1_5', digest: rsaDigest };
  } else if (ecDigest || name === OID.ed25519) {
    if (parameters) malformed('a signature algorithm with parameters that it does not have');
    algorithm = ecDigest ? { name: 'ECDSA', digest: ecDigest } : { name: 'Ed25519' };
  } else if (name === OID.rsaPss) {
    if (!parameters) malformed('RSA-PSS without parameters');
    algorithm = readPssParameters(parameters);
  }
  return { oid: name, algorithm };
}

/** The AlgorithmIdentifier of what our authorities sign with. @throws RangeError for any other */
export function encodeSignatureAlgorithm(algorithm: SignatureAlgorithm): Uint8Array {
  const table = algorithm.name === 'ECDSA' ? ECDSA : algorithm.name === 'RSASSA-PKCS1-v1_5' ? RSA_PKCS1 : undefined;
  if (algorithm.name === 'Ed25519') return sequence(oid(OID.ed25519));
  const name = table && Object.keys(table).find((key) => 'digest' in algorithm && table[key] === algorithm.digest);
  if (!name) throw new RangeError(`nothing of ours signs with ${algorithm.name}`);
  return algorithm.name === 'ECDSA' ? sequence(oid(name)) : sequence(oid(name), nullValue());
}

function readRsaKey(bits: Uint8Array): KeyAlgorithm {
  const numbers = open(readDer(bits));
  const modulus = readIntegerBytes(numbers.next());
  const exponent = readIntegerBytes(numbers.next());
  numbers.end();
  if ((modulus[0]! | exponent[0]!) & 0x80) malformed('a negative number in an RSA key');
  const magnitude = modulus[0] === 0 ? modulus.subarray(1) : modulus;
  // 16384 bits: a longer key is made to be slow. An exponent beyond 64 bits as well (FIPS 186-5 stops at 256).
  if (magnitude.length === 0 || magnitude.length > 2048 || exponent.length > 33) malformed('an RSA key out of bounds');
  let value = 0n;
  for (const octet of exponent) value = value * 256n + BigInt(octet);
  return { kind: 'RSA', bits: 8 * magnitude.length - (Math.clz32(magnitude[0]!) - 24), exponent: value };
}

/**
 * A SubjectPublicKeyInfo (RFC 5280 §4.1.2.7, RFC 5480, RFC 8410). That a point lies on its curve is for whoever uses the
 * key to find: `Primitives.verify` never accepts under one that does not.
 * @throws Refusal `asn1/malformed`
 */
export function readPublicKey(value: DerValue): PublicKey {
  const fields = open(value);
  const identifier = open(fields.next(TAG.sequence));
  const name = readOid(identifier.next());
  const parameters = identifier.done ? undefined : identifier.next();
  identifier.end();
  const bits = readBitString(fields.next());
  fields.end();
  return { spki: value.encoded, algorithm: readKeyAlgorithm(name, parameters, bits), bits };
}

function readKeyAlgorithm(name: string, parameters: DerValue | undefined, bits: Uint8Array): KeyAlgorithm {
  switch (name) {
    case OID.ecPublicKey: {
      const curve = parameters?.tag === TAG.oid ? CURVES[readOid(parameters)] : undefined;
      // Explicit curve parameters let an attacker choose the base point (CVE-2020-0601); compressed points are not used.
      if (!curve || bits[0] !== 4) return { kind: 'unknown', oid: name };
      if (bits.length !== 1 + 2 * FIELD_BYTES[curve]) malformed('a point of another length than its curve');
      return { kind: 'EC', curve };
    }
    case OID.ed25519:
      if (parameters || bits.length !== 32) malformed('an Ed25519 key of another shape');
      return { kind: 'Ed25519' };
    case OID.rsaEncryption:
      if (!parameters) malformed('an RSA key without its NULL');
      readNull(parameters);
      return readRsaKey(bits);
    default:
      return { kind: 'unknown', oid: name };
  }
}

/**
 * Whether `signature`, as X.509, CMS and OCSP carry it (ECDSA in DER), is good over `data` under `key`. Never throws on
 * hostile input.
 */
export async function verifySignature(
  algorithm: SignatureAlgorithm | undefined,
  key: PublicKey,
  data: Uint8Array,
  signature: Uint8Array,
  primitives: Pick<Primitives, 'verify'>,
): Promise<boolean> {
  if (!algorithm) return false;
  if (algorithm.name !== 'ECDSA') return primitives.verify(algorithm, key.spki, data, signature);
  if (key.algorithm.kind !== 'EC') return false;
  let raw: Uint8Array;
  try {
    raw = ecdsaDerToRaw(signature, FIELD_BYTES[key.algorithm.curve]);
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
  return primitives.verify(algorithm, key.spki, data, raw);
}

/** What the key of somebody whom we certified signs with: RSA in PKCS#1 v1.5, as cards do; `undefined` for a key that we never certify. */
export function holderAlgorithmFor(key: KeyAlgorithm): SignatureAlgorithm | undefined {
  return key.kind === 'RSA' ? { name: 'RSASSA-PKCS1-v1_5', digest: 'SHA-256' } : signatureAlgorithmFor(key);
}

/** What a key of ours signs with; `undefined` for a key that no authority of ours has. */
export function signatureAlgorithmFor(key: KeyAlgorithm): SignatureAlgorithm | undefined {
  if (key.kind !== 'EC' || key.curve === 'P-521') return undefined;
  return { name: 'ECDSA', digest: key.curve === 'P-384' ? 'SHA-384' : 'SHA-256' };
}
