import { malformed, open, readAll, readBitString, readDer, readOid, readSmallInteger } from '../asn1/read.ts';
import { contextTag, TAG } from '../asn1/tag.ts';
import { equal, fromUtf8 } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import {
  type NamedSignatureAlgorithm,
  type PublicKey,
  readPublicKey,
  readSignatureAlgorithm,
  verifySignature,
} from './algorithm.ts';
import { type AuthorityCode, readingDer } from './code.ts';
import { findCertifiedKeyFault } from './key-weakness.ts';
import { type Name, readName } from './name.ts';
import { decodeOnePem } from './pem.ts';

/** A certification request (PKCS #10). Only its key counts: names and extensions come from the directory and the profile. */
export interface KeyRequest {
  readonly encoded: Uint8Array;
  readonly subject: Name;
  readonly key: PublicKey;
}

interface SignedRequest extends KeyRequest {
  readonly info: Uint8Array;
  readonly signatureAlgorithm: NamedSignatureAlgorithm;
  readonly signature: Uint8Array;
}

const MAX_REQUEST_BYTES = 16_384;

/** RFC 2986 §4. Attributes are read only to be well-formed. */
function readRequest(encoded: Uint8Array): SignedRequest {
  const fields = open(readDer(encoded));
  const infoValue = fields.next(TAG.sequence);
  const signatureAlgorithm = readSignatureAlgorithm(fields.next());
  const signature = readBitString(fields.next());
  fields.end();
  const info = open(infoValue);
  if (readSmallInteger(info.next()) !== 0) malformed('not version 1');
  const subject = readName(info.next());
  const key = readPublicKey(info.next());
  // The field is mandatory, but several tools leave it out when it is empty.
  const attributes = info.optional(contextTag(0));
  info.end();
  for (const attribute of attributes ? readAll(attributes, contextTag(0), 32) : []) {
    const parts = open(attribute);
    readOid(parts.next());
    readAll(parts.next(), TAG.set, 32);
    parts.end();
  }
  return { encoded, subject, key, info: infoValue.encoded, signatureAlgorithm, signature };
}

/** DER, or PEM where the first octet is not that of a SEQUENCE. `NEW CERTIFICATE REQUEST` is the label of old tools. */
function derOf(bytes: Uint8Array): Uint8Array {
  if (bytes[0] === TAG.sequence) return bytes;
  const text = fromUtf8(bytes);
  if (text === undefined) malformed('neither DER nor PEM');
  return decodeOnePem('CERTIFICATE REQUEST', text.replaceAll(/(BEGIN|END) NEW CERT/g, '$1 CERT'));
}

export interface KeyRequestOptions {
  /** SubjectPublicKeyInfo of keys that nobody may bring: those of our authorities, seals and lists. */
  readonly ownKeys?: readonly Uint8Array[];
}

/**
 * Reads a request and checks that whoever made it holds the private key, and that the key is one that we certify. Whether
 * somebody else already has the key is for the register to say.
 * @throws Refusal `authority/malformed`, `authority/weak-key`, `authority/no-possession`, `authority/key-in-use`
 */
export async function readKeyRequest(
  bytes: Uint8Array,
  primitives: Pick<Primitives, 'verify'>,
  options: KeyRequestOptions = {},
): Promise<KeyRequest> {
  const request = readingDer('certification request', () => {
    if (bytes.length > MAX_REQUEST_BYTES) malformed('larger than 16 KiB');
    return readRequest(derOf(bytes));
  });
  const { key, info, signatureAlgorithm, signature } = request;
  const fault = findCertifiedKeyFault(key);
  if (fault !== undefined) throw new Refusal<AuthorityCode>('authority/weak-key', fault, { found: fault });
  if ((options.ownKeys ?? []).some((own) => equal(own, key.spki))) {
    throw new Refusal<AuthorityCode>('authority/key-in-use', 'the key is one of our own');
  }
  if (!(await verifySignature(signatureAlgorithm.algorithm, key, info, signature, primitives))) {
    throw new Refusal<AuthorityCode>('authority/no-possession', 'the request is not signed by its own key');
  }
  return { encoded: request.encoded, subject: request.subject, key };
}
