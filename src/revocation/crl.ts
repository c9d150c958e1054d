import {
  DerCursor,
  type DerValue,
  malformed,
  open,
  readBoolean,
  readDer,
  readIntegerBytes,
  readNamedBits,
  readSmallInteger,
  readTime,
} from '../asn1/read.ts';
import { contextTag, TAG } from '../asn1/tag.ts';
import { toHex, toLatin1 } from '../core/bytes.ts';
import { isRefusal, Refusal } from '../core/refusal.ts';
import type { UnixSeconds } from '../core/time.ts';
import { type NamedSignatureAlgorithm, readSignatureAlgorithm } from '../authority/algorithm.ts';
import { type Extension, readAuthorityKeyIdentifier, readExtensionList, readFullName } from '../authority/extension.ts';
import { type Name, readName } from '../authority/name.ts';
import { readSigned } from '../authority/signed.ts';
import type { RevocationCode } from './code.ts';

/** Extensions of lists and their entries (RFC 5280 §5.2, §5.3; X.509 §9.5.2.8). */
export const CRL_EXTENSION = {
  cRLNumber: '2.5.29.20',
  reasonCode: '2.5.29.21',
  invalidityDate: '2.5.29.24',
  deltaCRLIndicator: '2.5.29.27',
  issuingDistributionPoint: '2.5.29.28',
  authorityKeyIdentifier: '2.5.29.35',
  expiredCertsOnCRL: '2.5.29.60',
} as const;

/** CRLReason (RFC 5280 §5.3.1) of a suspension. */
export const CERTIFICATE_HOLD = 6;

/** One certificate that is revoked or suspended. */
export interface RevokedEntry {
  /** As in `Serial.hex`. */
  readonly serial: string;
  readonly since: UnixSeconds;
  /** RFC 5280 §5.3.1; absent is unspecified. */
  readonly reason?: number;
  /** When the key is known or thought to have been compromised. */
  readonly invalidityDate?: UnixSeconds;
}

/** IssuingDistributionPoint (§5.2.5): what part of its issuer's certificates a list covers. */
export interface CrlScope {
  readonly uris: readonly string[];
  readonly onlyUserCertificates: boolean;
  readonly onlyAuthorityCertificates: boolean;
  /** By reason, indirect, or of attribute certificates: lists that we do not use. */
  readonly unsupported: boolean;
}

/** What a list says before anybody signed it. */
export interface CrlBody {
  readonly tbs: Uint8Array;
  readonly issuer: Name;
  readonly signatureAlgorithm: NamedSignatureAlgorithm;
  readonly thisUpdate: UnixSeconds;
  readonly nextUpdate: UnixSeconds;
  readonly number: bigint;
  readonly authorityKeyIdentifier?: Uint8Array;
  readonly scope?: CrlScope;
  /** Certificates that ended at or after this time stay listed. */
  readonly expiredSince?: UnixSeconds;
  readonly extensions: readonly Extension[];
  /** By `Serial.hex`, in the order of the list. */
  readonly entries: ReadonlyMap<string, RevokedEntry>;
}

/** A certificate revocation list (RFC 5280 §5) as its bytes say; nothing about it has been believed yet. */
export interface Crl extends CrlBody {
  readonly encoded: Uint8Array;
  /** As it stands: ECDSA in DER. */
  readonly signature: Uint8Array;
}

const MAX_CRL_BYTES = 1 << 24;

function readReason(bytes: Uint8Array): number {
  const reason = readSmallInteger(readDer(bytes), TAG.enumerated);
  if (reason === 7 || reason > 10) malformed('an unknown reason');
  if (reason === 8) malformed('removeFromCRL in a complete list');
  return reason;
}

function readEntryExtensions(value: DerValue): { reason?: number; invalidityDate?: UnixSeconds } {
  const found: { reason?: number; invalidityDate?: UnixSeconds } = {};
  for (const { oid, critical, value: content } of readExtensionList(value)) {
    if (oid === CRL_EXTENSION.reasonCode) found.reason = readReason(content);
    else if (oid === CRL_EXTENSION.invalidityDate)
      found.invalidityDate = readTime(readDer(content, TAG.generalizedTime));
    // §5.3: with one that we do not know, the list may not be used to decide; certificateIssuer is one of them.
    else if (critical) malformed(`unknown critical entry extension ${oid}`);
  }
  return found;
}

const MAX_REMEMBERED = 4096;

/** Times and reasons repeat by the thousand: what the same bytes were read as is remembered. */
function remembering<T>(read: (value: DerValue) => T): (value: DerValue) => T {
  const known = new Map<string, T>();
  return (value) => {
    if (value.encoded.length > 64) return read(value);
    const key = toLatin1(value.encoded);
    const before = known.get(key);
    if (before !== undefined) return before;
    const result = read(value);
    if (known.size < MAX_REMEMBERED) known.set(key, result);
    return result;
  };
}

function readEntries(value: DerValue): ReadonlyMap<string, RevokedEntry> {
  const entries = new Map<string, RevokedEntry>();
  const list = new DerCursor(value.contents);
  const timeOf = remembering(readTime);
  const extensionsOf = remembering(readEntryExtensions);
  while (!list.done) {
    const fields = open(list.next());
    const serialBytes = readIntegerBytes(fields.next());
    const serial = toHex(serialBytes[0] === 0 && serialBytes.length > 1 ? serialBytes.subarray(1) : serialBytes);
    if (serialBytes.length > 20) malformed('a serial number of more than 20 octets');
    const since = timeOf(fields.next());
    const extensions = fields.optional(TAG.sequence);
    fields.end();
    if (entries.has(serial)) malformed(`serial number ${serial} twice`);
    entries.set(serial, extensions ? { serial, since, ...extensionsOf(extensions) } : { serial, since });
  }
  // §5.1.2.6: no revoked certificates means no list, not an empty one.
  return entries.size > 0 ? entries : malformed('an empty list of entries');
}

function readScope(bytes: Uint8Array): CrlScope {
  const fields = open(readDer(bytes));
  const flag = (number: number): boolean => {
    const field = fields.optional(contextTag(number, 'primitive'));
    if (!field) return false;
    const octets = readBoolean({ ...field, tag: TAG.boolean });
    return octets || malformed('a default value written out');
  };
  const name = fields.optional(contextTag(0));
  const onlyUserCertificates = flag(1);
  const onlyAuthorityCertificates = flag(2);
  const someReasons = fields.optional(contextTag(3, 'primitive'));
  if (someReasons) readNamedBits(someReasons, someReasons.tag);
  const indirect = flag(4);
  const attributes = flag(5);
  fields.end();
  const uris = name ? readFullName(name) : [];
  const unsupported = someReasons !== undefined || indirect || attributes || (name !== undefined && uris.length === 0);
  if (Number(onlyUserCertificates) + Number(onlyAuthorityCertificates) + Number(attributes) > 1) {
    malformed('a list of nothing');
  }
  return { uris, onlyUserCertificates, onlyAuthorityCertificates, unsupported };
}

type Extras = Pick<CrlBody, 'number' | 'authorityKeyIdentifier' | 'scope' | 'expiredSince'>;

function readCrlExtensions(list: readonly Extension[]): Extras {
  const find = (oid: string): Extension | undefined => list.find((extension) => extension.oid === oid);
  const number = find(CRL_EXTENSION.cRLNumber);
  if (!number) malformed('a list without its number');
  if (number.critical) malformed('a critical list number');
  const octets = readIntegerBytes(readDer(number.value));
  if (octets[0]! & 0x80 || octets.length > 20) malformed('a list number out of bounds');
  const key = find(CRL_EXTENSION.authorityKeyIdentifier);
  const { keyIdentifier } = key ? readAuthorityKeyIdentifier(key.value) : {};
  const scope = find(CRL_EXTENSION.issuingDistributionPoint);
  if (scope && !scope.critical) malformed('a scope that is not critical');
  const expired = find(CRL_EXTENSION.expiredCertsOnCRL);
  return {
    number: BigInt(`0x${toHex(octets)}`),
    ...(keyIdentifier && { authorityKeyIdentifier: keyIdentifier }),
    ...(scope && { scope: readScope(scope.value) }),
    ...(expired && { expiredSince: readTime(readDer(expired.value, TAG.generalizedTime)) }),
  };
}

function readBody(tbs: DerValue): CrlBody & { readonly innerAlgorithm: DerValue } {
  const fields = open(tbs);
  if (readSmallInteger(fields.next()) !== 1) malformed('not version 2');
  const innerAlgorithm = fields.next(TAG.sequence);
  const issuer = readName(fields.next());
  const thisUpdate = readTime(fields.next());
  const nextUpdate = readTime(fields.next());
  const revoked = fields.optional(TAG.sequence);
  const extensions = readExtensionList(readDer(fields.next(contextTag(0)).contents));
  fields.end();
  if (nextUpdate < thisUpdate) malformed('a list that ends before it begins');
  const entries = revoked ? readEntries(revoked) : new Map<string, RevokedEntry>();
  const signatureAlgorithm = readSignatureAlgorithm(innerAlgorithm);
  const head = { tbs: tbs.encoded, issuer, signatureAlgorithm, thisUpdate, nextUpdate };
  return { ...head, ...readCrlExtensions(extensions), extensions, entries, innerAlgorithm };
}

function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isRefusal(error, 'asn1/malformed')) throw error;
    throw new Refusal<RevocationCode>('revocation/malformed', `revocation list: ${error.message}`);
  }
}

/** Reads the part of a list that is signed, before there is a signature. @throws Refusal `revocation/malformed` */
export function readCrlBody(tbs: Uint8Array): CrlBody {
  return reading(() => {
    if (tbs.length > MAX_CRL_BYTES) malformed('larger than 16 MiB');
    const { innerAlgorithm: _, ...body } = readBody(readDer(tbs));
    return body;
  });
}

/**
 * Reads exactly one DER list. Strict: version 2 with number and next update, a serial number once, no entry extension that
 * is critical and unknown. The result shares the memory of `encoded`; 100,000 entries take a fraction of a second.
 * @throws Refusal `revocation/malformed`
 */
export function readCrl(encoded: Uint8Array): Crl {
  return reading(() => {
    if (encoded.length > MAX_CRL_BYTES) malformed('larger than 16 MiB');
    return readSigned(encoded, readBody);
  });
}

/** The entry of a certificate, by `Serial.hex`. Whether the list speaks of that certificate at all is not asked here. */
export function findRevoked(crl: Pick<CrlBody, 'entries'>, serialHex: string): RevokedEntry | undefined {
  return crl.entries.get(serialHex);
}
