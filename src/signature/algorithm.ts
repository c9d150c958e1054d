import { open, readNull, readOid, type DerValue } from '../asn1/read.ts';
import { TAG } from '../asn1/tag.ts';
import { oid, sequence } from '../asn1/write.ts';
import { readSignatureAlgorithm, type NamedSignatureAlgorithm } from '../authority/algorithm.ts';
import type { DigestAlgorithm } from '../core/primitives.ts';

/** A digest that a foreign signature names: its identifier, and ours where we compute it. */
export interface NamedDigest {
  readonly oid: string;
  readonly algorithm: DigestAlgorithm | undefined;
}

const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';

const DIGEST_OID: Readonly<Record<DigestAlgorithm, string>> = {
  'SHA-256': '2.16.840.1.101.3.4.2.1',
  'SHA-384': '2.16.840.1.101.3.4.2.2',
  'SHA-512': '2.16.840.1.101.3.4.2.3',
};
const DIGESTS = new Map(Object.entries(DIGEST_OID).map(([name, dotted]) => [dotted, name as DigestAlgorithm]));

// RFC 5754 §2: written without parameters.
const WRITTEN: Readonly<Record<DigestAlgorithm, Uint8Array>> = {
  'SHA-256': sequence(oid(DIGEST_OID['SHA-256'])),
  'SHA-384': sequence(oid(DIGEST_OID['SHA-384'])),
  'SHA-512': sequence(oid(DIGEST_OID['SHA-512'])),
};

export function encodeDigestAlgorithm(algorithm: DigestAlgorithm): Uint8Array {
  return WRITTEN[algorithm];
}

export function namedDigest(algorithm: DigestAlgorithm): NamedDigest {
  return { oid: DIGEST_OID[algorithm], algorithm };
}

/**
 * An AlgorithmIdentifier of a digest, of one that we do not know as well: then with any parameters.
 * @throws Refusal `asn1/malformed`
 */
export function readNamedDigest(value: DerValue): NamedDigest {
  const fields = open(value);
  const dotted = readOid(fields.next());
  const algorithm = DIGESTS.get(dotted);
  if (algorithm) {
    const parameters = fields.optional(TAG.null);
    if (parameters) readNull(parameters);
    fields.end();
  }
  return { oid: dotted, algorithm };
}

/**
 * The signatureAlgorithm of a SignerInfo. CMS may name only the key (`rsaEncryption`), and the digest stands beside it
 * (RFC 5754 §3.2).
 * @throws Refusal `asn1/malformed`
 */
export function readSignerAlgorithm(value: DerValue, digest: NamedDigest): NamedSignatureAlgorithm {
  const dotted = readOid(open(value).next());
  if (dotted !== RSA_ENCRYPTION) return readSignatureAlgorithm(value);
  return { oid: dotted, algorithm: digest.algorithm && { name: 'RSASSA-PKCS1-v1_5', digest: digest.algorithm } };
}
