import {
  type DerCursor,
  type DerValue,
  malformed,
  open,
  readDer,
  readIntegerBytes,
  readSmallInteger,
  readTime,
} from '../asn1/read.ts';
import { contextTag, TAG } from '../asn1/tag.ts';
import { toHex } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import type { UnixSeconds } from '../core/time.ts';
import {
  type NamedSignatureAlgorithm,
  type PublicKey,
  readPublicKey,
  readSignatureAlgorithm,
  verifySignature,
} from './algorithm.ts';
import { readingDer } from './code.ts';
import { type Extension, type Extensions, readExtensions } from './extension.ts';
import { type Name, readName, sameName } from './name.ts';
import { readSigned } from './signed.ts';
import { isRefusal } from '../core/refusal.ts';

/** A certificate's number: unique under its issuer. */
export interface Serial {
  /** Contents of the INTEGER, big-endian, a leading zero octet where the next has its top bit set. */
  readonly bytes: Uint8Array;
  /** The magnitude, lower case, without that zero octet: how we name a certificate everywhere. */
  readonly hex: string;
  /** For people who compare with what their viewer shows. */
  readonly decimal: string;
}

/** An X.509 certificate (RFC 5280 §4.1) as its bytes say; nothing about it has been believed yet. */
export interface Certificate {
  readonly encoded: Uint8Array;
  /** The part that is signed. */
  readonly tbs: Uint8Array;
  readonly version: 1 | 2 | 3;
  readonly serial: Serial;
  readonly issuer: Name;
  readonly subject: Name;
  /** First and last second of validity, both included. */
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
  readonly key: PublicKey;
  readonly signatureAlgorithm: NamedSignatureAlgorithm;
  /** As it stands: ECDSA in DER. */
  readonly signature: Uint8Array;
  readonly extensions: Extensions;
}

/** The fields of a TBSCertificate: what is there before anybody signs. */
export type CertificateBody = Omit<Certificate, 'encoded' | 'signature'>;

/** A certificate of more than 64 KiB is made to be slow. */
const MAX_CERTIFICATE_BYTES = 1 << 16;

/**
 * A serial number of at most 20 octets (RFC 5280 §4.1.2.2). Zero is read, because old roots have it; path validation
 * refuses it.
 * @throws Refusal `asn1/malformed`
 */
export function readSerial(value: DerValue): Serial {
  const bytes = readIntegerBytes(value);
  if (bytes[0]! & 0x80) malformed('a negative serial number');
  if (bytes.length > 20) malformed('a serial number of more than 20 octets');
  const hex = toHex(bytes[0] === 0 && bytes.length > 1 ? bytes.subarray(1) : bytes);
  return { bytes, hex, decimal: BigInt(`0x${hex}`).toString() };
}

function readVersion(fields: DerCursor): 1 | 2 | 3 {
  const field = fields.optional(contextTag(0));
  if (!field) return 1;
  const number = readSmallInteger(readDer(field.contents));
  // v1 is the DEFAULT and is never written out.
  return number === 2 ? 3 : number === 1 ? 2 : malformed('an unknown version');
}

function readBody(tbs: DerValue): CertificateBody & { readonly innerAlgorithm: DerValue } {
  const fields = open(tbs);
  const version = readVersion(fields);
  const serial = readSerial(fields.next());
  const innerAlgorithm = fields.next(TAG.sequence);
  const issuer = readName(fields.next());
  const validity = open(fields.next());
  const notBefore = readTime(validity.next());
  const notAfter = readTime(validity.next());
  validity.end();
  const subject = readName(fields.next());
  const key = readPublicKey(fields.next());
  for (const number of [1, 2]) {
    const uniqueId = fields.optional(contextTag(number, 'primitive'));
    if (uniqueId && version === 1) malformed('a unique identifier in version 1');
  }
  const list = fields.optional(contextTag(3));
  fields.end();
  if (list && version !== 3) malformed('extensions before version 3');
  const extensions = list ? readExtensions(readDer(list.contents)) : { all: [] };
  const signatureAlgorithm = readSignatureAlgorithm(innerAlgorithm);
  const times = { notBefore, notAfter };
  return {
    tbs: tbs.encoded,
    version,
    serial,
    issuer,
    subject,
    ...times,
    key,
    signatureAlgorithm,
    extensions,
    innerAlgorithm,
  };
}

/**
 * Reads the part of a certificate that is signed, before there is a signature: what the linter looks at.
 * @throws Refusal `authority/malformed`
 */
export function readCertificateBody(tbs: Uint8Array): CertificateBody {
  if (tbs.length > MAX_CERTIFICATE_BYTES) readingDer('certificate', () => malformed('larger than 64 KiB'));
  const { innerAlgorithm: _, ...body } = readingDer('certificate', () => readBody(readDer(tbs)));
  return body;
}

/**
 * Reads exactly one DER certificate. Strict: BER, defaults written out, an extension twice, a serial number that is
 * negative or beyond 20 octets, inner and outer algorithm that differ, and bytes after the end are refused. The result
 * shares the memory of `encoded`.
 * @throws Refusal `authority/malformed`
 */
export function readCertificate(encoded: Uint8Array): Certificate {
  return readingDer('certificate', () => {
    if (encoded.length > MAX_CERTIFICATE_BYTES) malformed('larger than 64 KiB');
    return readSigned(encoded, readBody);
  });
}

/** The same of what somebody may have made up; `undefined` for what cannot be read. */
export function tryReadCertificate(encoded: Uint8Array): Certificate | undefined {
  try {
    return readCertificate(encoded);
  } catch (error) {
    if (isRefusal(error, 'authority/malformed')) return undefined;
    throw error;
  }
}

/** Whether the issuer is the subject (RFC 5280 §6.1): says nothing about who signed. */
export function isSelfIssued(certificate: Pick<Certificate, 'issuer' | 'subject'>): boolean {
  return sameName(certificate.issuer, certificate.subject);
}

export function findExtension(certificate: Pick<Certificate, 'extensions'>, oid: string): Extension | undefined {
  return certificate.extensions.all.find((extension) => extension.oid === oid);
}

/** Whether `issuerKey` signed the certificate; nothing else is looked at. Never throws on hostile input. */
export async function verifyCertificateSignature(
  certificate: Certificate,
  issuerKey: PublicKey,
  primitives: Pick<Primitives, 'verify'>,
): Promise<boolean> {
  const { signatureAlgorithm, tbs, signature } = certificate;
  return verifySignature(signatureAlgorithm.algorithm, issuerKey, tbs, signature, primitives);
}
