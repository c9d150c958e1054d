import {
  open,
  readAll,
  readDer,
  readFirstDer,
  readOctetString,
  readOid,
  readSmallInteger,
  readTime,
  type DerCursor,
  type DerValue,
} from '../asn1/read.ts';
import { contextTag, TAG } from '../asn1/tag.ts';
import type { NamedSignatureAlgorithm } from '../authority/algorithm.ts';
import { Refusal } from '../core/refusal.ts';
import type { UnixSeconds } from '../core/time.ts';
import { namedDigest, readNamedDigest, readSignerAlgorithm, type NamedDigest } from './algorithm.ts';
import { berToDer } from './ber.ts';
import type { SignatureCode } from './code.ts';
import {
  OID_CONTENT_TYPE,
  OID_MESSAGE_DIGEST,
  OID_SIGNATURE_TIMESTAMP,
  OID_SIGNED_DATA,
  OID_SIGNING_CERTIFICATE,
  OID_SIGNING_CERTIFICATE_V2,
  OID_SIGNING_TIME,
} from './cms.ts';

/** How a SignerInfo names its certificate: DER Name and the contents of the serial INTEGER, or a subject key identifier. */
export type SignerId =
  { readonly issuer: Uint8Array; readonly serial: Uint8Array } | { readonly subjectKeyIdentifier: Uint8Array };

/** Which certificate the signer says is its own (RFC 5035 §3, §4); version 1 is always SHA-1, which we do not compute. */
export interface EssCertificateId {
  readonly version: 1 | 2;
  readonly algorithm: NamedDigest;
  readonly hash: Uint8Array;
}

/** What the signature value covers. */
export interface SignedAttributes {
  /** The bytes that are signed: the attributes as they stand, under the tag of a SET (RFC 5652 §5.4). */
  readonly encoded: Uint8Array;
  readonly contentType: string | undefined;
  readonly messageDigest: Uint8Array | undefined;
  readonly signingCertificate: EssCertificateId | undefined;
  readonly signingTime: UnixSeconds | undefined;
}

/** A CMS SignedData with one signer, read and not yet judged. */
export interface SignedData {
  /** What is enclosed, which must be nothing in a PDF's detached signature. */
  readonly content: Uint8Array | undefined;
  readonly contentType: string;
  /** DER of each X.509 certificate, in the order of the file. */
  readonly certificates: readonly Uint8Array[];
  readonly signer: SignerId;
  readonly digestAlgorithm: NamedDigest;
  readonly signatureAlgorithm: NamedSignatureAlgorithm;
  readonly attributes: SignedAttributes | undefined;
  /** As it stands: for ECDSA a DER `ECDSA-Sig-Value`. */
  readonly signature: Uint8Array;
  /** Types of the unsigned attributes. */
  readonly unsigned: readonly string[];
  /** DER of each RFC 3161 token in signature-time-stamp, not judged here. */
  readonly timestamps: readonly Uint8Array[];
  /** DER without the zeros that pad `/Contents`. */
  readonly encoded: Uint8Array;
  /** Written as PAdES wants it: DER, not BER. */
  readonly isDer: boolean;
}

const MAX_BYTES = 1 << 20;
const MAX_CERTIFICATES = 50;
const MAX_ATTRIBUTES = 30;
const OID_SHA1 = '1.3.14.3.2.26';

function refuse(what: string): never {
  throw new Refusal<SignatureCode>('signature/malformed', what);
}

/** Four bytes at a time: the padding is most of what there is. `bytes` must be a buffer of its own. */
function isZero(bytes: Uint8Array<ArrayBuffer>): boolean {
  const words = new Uint32Array(bytes.buffer, 0, bytes.length >> 2);
  for (let i = 0; i < words.length; i++) if (words[i] !== 0) return false;
  return bytes.subarray(4 * words.length).every((byte) => byte === 0);
}

/**
 * Reads the value of `/Contents`: one DER ContentInfo, then nothing but zeros.
 * @throws Refusal `signature/malformed`, `asn1/malformed`
 */
export function readSignedData(contents: Uint8Array): SignedData {
  if (contents.length > MAX_BYTES) refuse('a signature of more than 1 MiB');
  // An indefinite length is never of our making, nor of PAdES, but common.
  const ber = contents[0] === TAG.sequence && contents[1] === 0x80 ? berToDer(contents) : undefined;
  const outer = ber ? readDer(ber.encoded) : readFirstDer(contents);
  if (!isZero(contents.slice(ber?.length ?? outer.encoded.length))) refuse('padding that is not zero');
  const contentInfo = open(outer);
  if (readOid(contentInfo.next()) !== OID_SIGNED_DATA) refuse('not a SignedData');
  const body = open(readDer(contentInfo.next(contextTag(0)).contents));
  contentInfo.end();
  const version = readSmallInteger(body.next());
  if (version < 1 || version > 5) refuse(`SignedData of version ${version}`);
  const digests = readAll(body.next(TAG.set), TAG.set, 10).map((value) => readNamedDigest(value).oid);
  const encapsulated = open(body.next());
  const contentType = readOid(encapsulated.next());
  const enclosed = encapsulated.optional(contextTag(0));
  encapsulated.end();
  const certificates = body.optional(contextTag(0));
  body.optional(contextTag(1)); // Revocation lists are not PAdES; what they say is not used.
  const signers = readAll(body.next(TAG.set), TAG.set, 20);
  body.end();
  const [signer] = signers;
  if (!signer || signers.length !== 1) refuse(`${signers.length} signers, expected one`);
  const info = readSignerInfo(signer);
  if (!digests.includes(info.digestAlgorithm.oid)) refuse('a digest that the SignedData does not announce');
  return {
    content: enclosed && readOctetString(readDer(enclosed.contents)),
    contentType,
    certificates: certificates
      ? readAll(certificates, contextTag(0), MAX_CERTIFICATES)
          .filter((value) => value.tag === TAG.sequence)
          .map((value) => value.encoded)
      : [],
    ...info,
    encoded: outer.encoded,
    isDer: !ber,
  };
}

type SignerInfo = Pick<
  SignedData,
  'signer' | 'digestAlgorithm' | 'signatureAlgorithm' | 'attributes' | 'signature' | 'unsigned' | 'timestamps'
>;

/** RFC 5652 §5.3. */
function readSignerInfo(value: DerValue): SignerInfo {
  const fields = open(value);
  const version = readSmallInteger(fields.next());
  const signer = readSignerId(fields);
  if (version !== ('issuer' in signer ? 1 : 3)) refuse(`SignerInfo of version ${version}`);
  const digestAlgorithm = readNamedDigest(fields.next());
  const signed = fields.optional(contextTag(0));
  const signatureAlgorithm = readSignerAlgorithm(fields.next(), digestAlgorithm);
  const signature = readOctetString(fields.next());
  const unsigned = fields.optional(contextTag(1));
  fields.end();
  const scheme = signatureAlgorithm.algorithm;
  if (scheme && 'digest' in scheme && digestAlgorithm.algorithm && scheme.digest !== digestAlgorithm.algorithm) {
    refuse('two digests: one for the content, another for the signature');
  }
  const others = unsigned ? readAttributes(unsigned, contextTag(1)) : new Map<string, readonly DerValue[]>();
  return {
    signer,
    digestAlgorithm,
    signatureAlgorithm,
    attributes: signed && readSignedAttributes(signed),
    signature,
    unsigned: [...others.keys()],
    timestamps: (others.get(OID_SIGNATURE_TIMESTAMP) ?? []).map((token) => token.encoded),
  };
}

function readSignerId(fields: DerCursor): SignerId {
  const keyId = fields.optional(contextTag(0, 'primitive'));
  if (keyId) return { subjectKeyIdentifier: keyId.contents };
  const name = open(fields.next());
  const issuer = name.next(TAG.sequence).encoded;
  const serial = name.next(TAG.integer).contents;
  name.end();
  return { issuer, serial };
}

/** Values by type; a type twice is refused, or two readers could each see another one (RFC 5652 §5.3). */
function readAttributes(value: DerValue, tag: number): Map<string, readonly DerValue[]> {
  const byType = new Map<string, readonly DerValue[]>();
  for (const item of readAll(value, tag, MAX_ATTRIBUTES)) {
    const fields = open(item);
    const type = readOid(fields.next());
    const values = readAll(fields.next(TAG.set), TAG.set, MAX_ATTRIBUTES);
    fields.end();
    if (byType.has(type)) refuse(`the attribute ${type} twice`);
    byType.set(type, values);
  }
  return byType;
}

function readSignedAttributes(value: DerValue): SignedAttributes {
  const byType = readAttributes(value, contextTag(0));
  const only = (type: string): DerValue | undefined => {
    const values = byType.get(type);
    if (values && values.length !== 1) refuse(`the attribute ${type} has ${values.length} values`);
    return values?.[0];
  };
  const encoded = value.encoded.slice();
  encoded[0] = TAG.set;
  const contentType = only(OID_CONTENT_TYPE);
  const messageDigest = only(OID_MESSAGE_DIGEST);
  const signingTime = only(OID_SIGNING_TIME);
  const v1 = only(OID_SIGNING_CERTIFICATE);
  const v2 = only(OID_SIGNING_CERTIFICATE_V2);
  return {
    encoded,
    contentType: contentType && readOid(contentType),
    messageDigest: messageDigest && readOctetString(messageDigest),
    signingTime: signingTime && readTime(signingTime),
    signingCertificate: v2 ? readEss(v2, 2) : v1 && readEss(v1, 1),
  };
}

/** The first certificate named is the signer's; any others are its chain. */
function readEss(value: DerValue, version: 1 | 2): EssCertificateId {
  const [first] = readAll(open(value).next(), TAG.sequence, MAX_CERTIFICATES);
  if (!first) refuse('a signing-certificate without a certificate');
  const fields = open(first);
  let algorithm: NamedDigest = version === 1 ? { oid: OID_SHA1, algorithm: undefined } : namedDigest('SHA-256');
  if (version === 2 && fields.peek() === TAG.sequence) algorithm = readNamedDigest(fields.next());
  return { version, algorithm, hash: readOctetString(fields.next()) };
}
