import { ecdsaRawToDer } from '../asn1/ecdsa.ts';
import { open, readDer, type DerValue } from '../asn1/read.ts';
import { contextTag, TAG } from '../asn1/tag.ts';
import { der, integer, octetString, oid, sequence, setOf } from '../asn1/write.ts';
import { encodeSignatureAlgorithm } from '../authority/algorithm.ts';
import { DEVELOPMENT_POLICY_ARC } from '../authority/policy.ts';
import { compareBytes } from '../core/bytes.ts';
import type { DigestAlgorithm, SignatureAlgorithm } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import { encodeDigestAlgorithm } from './algorithm.ts';
import type { SignatureCode } from './code.ts';

export const OID_DATA = '1.2.840.113549.1.7.1';
export const OID_SIGNED_DATA = '1.2.840.113549.1.7.2';
export const OID_CONTENT_TYPE = '1.2.840.113549.1.9.3';
export const OID_MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
export const OID_SIGNING_TIME = '1.2.840.113549.1.9.5';
export const OID_SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12';
export const OID_SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47';
/**
 * Of our own: what the signature says of itself besides the bytes that it covers, so that it can be told by the log alone, without
 * the file. PAdES neither wants nor forbids it. A production installation has it under its own arc.
 */
export const OID_SIGNED_CLAIM: string = `${DEVELOPMENT_POLICY_ARC}.3.1`;
export const OID_SIGNATURE_TIMESTAMP = '1.2.840.113549.1.9.16.2.14';

const DATA = oid(OID_DATA);
const SIGNED_DATA = oid(OID_SIGNED_DATA);
const ENCAPSULATED_NOTHING = sequence(DATA);
const VERSION_1 = integer(1);
const CONTENT_TYPE = attribute(OID_CONTENT_TYPE, DATA);
const MESSAGE_DIGEST = oid(OID_MESSAGE_DIGEST);
const SIGNING_CERTIFICATE_V2 = oid(OID_SIGNING_CERTIFICATE_V2);

/** Longest chain that we embed; ours has two or three certificates. */
const MAX_CERTIFICATES = 10;

/** A digest of a certificate's DER, and what made it. */
export interface CertificateDigest {
  readonly algorithm: DigestAlgorithm;
  readonly value: Uint8Array;
}

function attribute(type: string, value: Uint8Array): Uint8Array {
  return sequence(oid(type), der(TAG.set, value));
}

/**
 * The signed attributes of PAdES B-B (ETSI EN 319 142-1 §6.3): content-type, message-digest, signing-certificate-v2
 * (RFC 5035 §3). There is no signing-time: the claimed time is the dictionary's `/M`. The result is the DER `SET OF`,
 * which is exactly what gets signed (RFC 5652 §5.4).
 * @param claim what stands in the attribute of our own; most signatures have none
 */
export function signedAttributes(
  messageDigest: Uint8Array,
  signingCertificate: CertificateDigest,
  claim?: Uint8Array,
): Uint8Array {
  const hash = octetString(signingCertificate.value);
  // hashAlgorithm is DEFAULT SHA-256, so DER leaves it out.
  const certificateId =
    signingCertificate.algorithm === 'SHA-256'
      ? sequence(hash)
      : sequence(encodeDigestAlgorithm(signingCertificate.algorithm), hash);
  return setOf(
    CONTENT_TYPE,
    sequence(MESSAGE_DIGEST, der(TAG.set, octetString(messageDigest))),
    sequence(SIGNING_CERTIFICATE_V2, der(TAG.set, sequence(sequence(certificateId)))),
    ...(claim ? [attribute(OID_SIGNED_CLAIM, octetString(claim))] : []),
  );
}

export interface SignedDataParts {
  /** DER; the signer's first, then its chain in any order. */
  readonly certificates: readonly Uint8Array[];
  /** What `signedAttributes` returned. */
  readonly attributes: Uint8Array;
  /** ECDSA: raw `r || s`. */
  readonly signature: Uint8Array;
  readonly digestAlgorithm: DigestAlgorithm;
  readonly signatureAlgorithm: SignatureAlgorithm;
}

/**
 * The DER ContentInfo with a SignedData of version 1 and one SignerInfo, its content absent (RFC 5652 §5.1).
 * @throws Refusal `signature/malformed` for no certificates or more than ten
 */
export function encodeSignedData(parts: SignedDataParts): Uint8Array {
  const [signer] = parts.certificates;
  if (!signer || parts.certificates.length > MAX_CERTIFICATES) {
    throw new Refusal<SignatureCode>('signature/malformed', `${parts.certificates.length} certificates`);
  }
  const algorithm = encodeSignatureAlgorithm(parts.signatureAlgorithm);
  const digest = encodeDigestAlgorithm(parts.digestAlgorithm);
  const signature = parts.signatureAlgorithm.name === 'ECDSA' ? ecdsaRawToDer(parts.signature) : parts.signature;
  const signerInfo = sequence(
    VERSION_1,
    issuerAndSerial(signer),
    digest,
    implicit(0, parts.attributes),
    algorithm,
    octetString(signature),
  );
  const signedData = sequence(
    VERSION_1,
    der(TAG.set, digest),
    ENCAPSULATED_NOTHING,
    der(contextTag(0), ...parts.certificates.toSorted(compareBytes)),
    der(TAG.set, signerInfo),
  );
  return sequence(SIGNED_DATA, der(contextTag(0), signedData));
}

/** `encoded` with its tag replaced by `[number]`. */
function implicit(number: number, encoded: Uint8Array): Uint8Array {
  const out = encoded.slice();
  out[0] = contextTag(number);
  return out;
}

/** A certificate's issuer (DER Name) and serial (contents of the INTEGER), found without reading the rest of it. */
export function issuerAndSerialOf(certificate: Uint8Array): { issuer: DerValue; serial: DerValue } {
  // RFC 5280 §4.1.
  const body = open(open(readDer(certificate)).next());
  body.optional(contextTag(0));
  const serial = body.next(TAG.integer);
  body.next(TAG.sequence);
  return { issuer: body.next(TAG.sequence), serial };
}

function issuerAndSerial(certificate: Uint8Array): Uint8Array {
  const { issuer, serial } = issuerAndSerialOf(certificate);
  return sequence(issuer.encoded, serial.encoded);
}
