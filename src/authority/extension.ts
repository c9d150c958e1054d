import {
  type DerValue,
  malformed,
  open,
  readAll,
  readBoolean,
  readDer,
  readNamedBits,
  readIntegerBytes,
  readOctetString,
  readOid,
  readSmallInteger,
  readText,
} from '../asn1/read.ts';
import { contextTag, TAG } from '../asn1/tag.ts';
import { type GeneralName, MAX_GENERAL_NAMES, readGeneralName, readGeneralNames } from './general-name.ts';

/** Object identifiers of the extensions that we read. */
export const EXTENSION = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  issuerAltName: '2.5.29.18',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  authorityKeyIdentifier: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  inhibitAnyPolicy: '2.5.29.54',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  ocspNoCheck: '1.3.6.1.5.5.7.48.1.5',
} as const;

/** Extended key usages in use (RFC 5280 §4.2.1.12, RFC 9336, RFC 3161, RFC 6960, FIPS 201-3 §4.2.2.2). */
export const USAGE = {
  clientAuth: '1.3.6.1.5.5.7.3.2',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  ocspSigning: '1.3.6.1.5.5.7.3.9',
  documentSigning: '1.3.6.1.5.5.7.3.36',
  contentSigning: '2.16.840.1.101.3.6.7',
  cardAuthentication: '2.16.840.1.101.3.6.8',
  any: '2.5.29.37.0',
} as const;

/** In the order of their bits (RFC 5280 §4.2.1.3). */
export const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;
export type KeyUsage = (typeof KEY_USAGES)[number];

export const ANY_POLICY = '2.5.29.32.0';

/** An extension as it stands in its bytes; `value` is what its OCTET STRING holds. */
export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
}

export interface NameConstraints {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
}

/** What the extensions of a certificate say. A field is absent when its extension is. */
export interface Extensions {
  readonly all: readonly Extension[];
  readonly basicConstraints?: { readonly ca: boolean; readonly pathLength?: number };
  readonly keyUsage?: ReadonlySet<KeyUsage>;
  readonly extendedKeyUsage?: readonly string[];
  readonly subjectKeyIdentifier?: Uint8Array;
  readonly authorityKeyIdentifier?: { readonly keyIdentifier?: Uint8Array };
  readonly subjectAltName?: readonly GeneralName[];
  readonly policies?: readonly { readonly oid: string; readonly cpsUri?: string }[];
  readonly policyConstraints?: { readonly requireExplicit?: number; readonly inhibitMapping?: number };
  readonly inhibitAnyPolicy?: number;
  readonly nameConstraints?: NameConstraints;
  /** Addresses of complete lists: distribution points without reasons and without another issuer. */
  readonly crlDistributionPoints?: readonly string[];
  readonly authorityInfoAccess?: { readonly ocsp: readonly string[]; readonly caIssuers: readonly string[] };
  readonly ocspNoCheck?: boolean;
}

const MAX_EXTENSIONS = 64;

/**
 * Extensions (RFC 5280 §4.1.2.9): at least one, none twice, DEFAULT FALSE not written out.
 * @throws Refusal `asn1/malformed`
 */
export function readExtensionList(value: DerValue): Extension[] {
  const seen = new Set<string>();
  const list = readAll(value, TAG.sequence, MAX_EXTENSIONS).map((item): Extension => {
    const fields = open(item);
    const oid = readOid(fields.next());
    const flag = fields.optional(TAG.boolean);
    if (flag && !readBoolean(flag)) malformed('a default value written out');
    const content = readOctetString(fields.next());
    fields.end();
    if (seen.has(oid)) malformed(`extension ${oid} twice`);
    seen.add(oid);
    return { oid, critical: flag !== undefined, value: content };
  });
  return list.length > 0 ? list : malformed('an empty list of extensions');
}

function readBasicConstraints(bytes: Uint8Array): NonNullable<Extensions['basicConstraints']> {
  const fields = open(readDer(bytes));
  const flag = fields.optional(TAG.boolean);
  if (flag && !readBoolean(flag)) malformed('a default value written out');
  const length = fields.optional(TAG.integer);
  fields.end();
  const pathLength = length && readSmallInteger(length);
  return { ca: flag !== undefined, ...(pathLength !== undefined && { pathLength }) };
}

/** KeyUsage. At least one bit (RFC 5280 §4.2.1.3). */
function readKeyUsage(bytes: Uint8Array): ReadonlySet<KeyUsage> {
  const bits = readNamedBits(readDer(bytes));
  if (bits.size === 0) malformed('a key usage without any');
  return new Set([...bits].map((bit) => KEY_USAGES[bit] ?? malformed('an unknown key usage')));
}

function readExtendedKeyUsage(bytes: Uint8Array): string[] {
  const usages = readAll(readDer(bytes), TAG.sequence, 64).map((item) => readOid(item));
  return usages.length > 0 ? usages : malformed('an extended key usage without any');
}

/** AuthorityKeyIdentifier (§4.2.1.1); issuer and serial number come together or not at all. */
export function readAuthorityKeyIdentifier(bytes: Uint8Array): { keyIdentifier?: Uint8Array } {
  const fields = open(readDer(bytes));
  const key = fields.optional(contextTag(0, 'primitive'));
  const issuer = fields.optional(contextTag(1));
  const serial = fields.optional(contextTag(2, 'primitive'));
  fields.end();
  if ((issuer === undefined) !== (serial === undefined)) malformed('an issuer without its serial number');
  if (issuer) readGeneralNames(issuer, contextTag(1));
  if (serial) readIntegerBytes(serial, contextTag(2, 'primitive'));
  return key ? { keyIdentifier: key.contents } : {};
}

function readPolicies(bytes: Uint8Array): NonNullable<Extensions['policies']> {
  const seen = new Set<string>();
  const policies = readAll(readDer(bytes), TAG.sequence, 64).map((item) => {
    const fields = open(item);
    const oid = readOid(fields.next());
    const qualifiers = fields.optional(TAG.sequence);
    fields.end();
    if (seen.has(oid)) malformed('a policy twice');
    seen.add(oid);
    const cpsUri = qualifiers && readCpsUri(qualifiers);
    return cpsUri === undefined ? { oid } : { oid, cpsUri };
  });
  return policies.length > 0 ? policies : malformed('an empty list of policies');
}

function readCpsUri(qualifiers: DerValue): string | undefined {
  let uri: string | undefined;
  const items = readAll(qualifiers, TAG.sequence, 16);
  if (items.length === 0) malformed('an empty list of qualifiers');
  for (const item of items) {
    const fields = open(item);
    const kind = readOid(fields.next());
    const content = fields.next();
    fields.end();
    if (kind === '1.3.6.1.5.5.7.2.1' && content.tag === TAG.ia5String) uri ??= readText(content);
  }
  return uri;
}

function readSkips(bytes: Uint8Array): NonNullable<Extensions['policyConstraints']> {
  const fields = open(readDer(bytes));
  const explicit = fields.optional(contextTag(0, 'primitive'));
  const mapping = fields.optional(contextTag(1, 'primitive'));
  fields.end();
  if (!explicit && !mapping) malformed('empty policy constraints');
  return {
    ...(explicit && { requireExplicit: readSmallInteger(explicit, explicit.tag) }),
    ...(mapping && { inhibitMapping: readSmallInteger(mapping, mapping.tag) }),
  };
}

function readSubtrees(value: DerValue | undefined, tag: number): GeneralName[] {
  if (!value) return [];
  const names = readAll(value, tag, MAX_GENERAL_NAMES).map((item) => {
    const fields = open(item);
    const base = readGeneralName(fields.next(), 'constraint');
    // minimum is DEFAULT 0 and maximum absent (§4.2.1.10): neither is ever written.
    fields.end();
    return base;
  });
  return names.length > 0 ? names : malformed('an empty list of subtrees');
}

function readNameConstraints(bytes: Uint8Array): NameConstraints {
  const fields = open(readDer(bytes));
  const permitted = fields.optional(contextTag(0));
  const excluded = fields.optional(contextTag(1));
  fields.end();
  if (!permitted && !excluded) malformed('empty name constraints');
  return { permitted: readSubtrees(permitted, contextTag(0)), excluded: readSubtrees(excluded, contextTag(1)) };
}

/** CRLDistributionPoints (§4.2.1.13). */
export function readDistributionPoints(bytes: Uint8Array): string[] {
  const points = readAll(readDer(bytes), TAG.sequence, 32);
  if (points.length === 0) malformed('an empty list of distribution points');
  return points.flatMap((point) => {
    const fields = open(point);
    const name = fields.optional(contextTag(0));
    const reasons = fields.optional(contextTag(1, 'primitive'));
    const issuer = fields.optional(contextTag(2));
    fields.end();
    if (!name && !issuer) malformed('a distribution point without a name');
    if (issuer) readGeneralNames(issuer, contextTag(2));
    return !name || reasons || issuer ? [] : readFullName(name);
  });
}

/** The addresses in a DistributionPointName; none where it is relative to the issuer. */
export function readFullName(name: DerValue): string[] {
  const inner = readDer(name.contents);
  if (inner.tag === contextTag(1)) return [];
  return readGeneralNames(inner, contextTag(0)).flatMap((item) => (item.kind === 'uri' ? [item.value] : []));
}

function readInfoAccess(bytes: Uint8Array): NonNullable<Extensions['authorityInfoAccess']> {
  const found = { ocsp: [] as string[], caIssuers: [] as string[] };
  const items = readAll(readDer(bytes), TAG.sequence, 32);
  if (items.length === 0) malformed('an empty list of access descriptions');
  for (const item of items) {
    const fields = open(item);
    const method = readOid(fields.next());
    const place = readGeneralName(fields.next());
    fields.end();
    if (place.kind !== 'uri') continue;
    if (method === '1.3.6.1.5.5.7.48.1') found.ocsp.push(place.value);
    if (method === '1.3.6.1.5.5.7.48.2') found.caIssuers.push(place.value);
  }
  return found;
}

function readNullExtension(bytes: Uint8Array): true {
  const value = readDer(bytes, TAG.null);
  return value.contents.length === 0 ? true : malformed('a NULL with contents');
}

const READERS: Readonly<Record<string, (bytes: Uint8Array) => Omit<Extensions, 'all'>>> = {
  [EXTENSION.basicConstraints]: (bytes) => ({ basicConstraints: readBasicConstraints(bytes) }),
  [EXTENSION.keyUsage]: (bytes) => ({ keyUsage: readKeyUsage(bytes) }),
  [EXTENSION.extendedKeyUsage]: (bytes) => ({ extendedKeyUsage: readExtendedKeyUsage(bytes) }),
  [EXTENSION.subjectKeyIdentifier]: (bytes) => ({ subjectKeyIdentifier: readOctetString(readDer(bytes)) }),
  [EXTENSION.authorityKeyIdentifier]: (bytes) => ({ authorityKeyIdentifier: readAuthorityKeyIdentifier(bytes) }),
  [EXTENSION.subjectAltName]: (bytes) => ({ subjectAltName: readGeneralNames(readDer(bytes)) }),
  [EXTENSION.certificatePolicies]: (bytes) => ({ policies: readPolicies(bytes) }),
  [EXTENSION.policyConstraints]: (bytes) => ({ policyConstraints: readSkips(bytes) }),
  [EXTENSION.inhibitAnyPolicy]: (bytes) => ({ inhibitAnyPolicy: readSmallInteger(readDer(bytes)) }),
  [EXTENSION.nameConstraints]: (bytes) => ({ nameConstraints: readNameConstraints(bytes) }),
  [EXTENSION.crlDistributionPoints]: (bytes) => ({ crlDistributionPoints: readDistributionPoints(bytes) }),
  [EXTENSION.authorityInfoAccess]: (bytes) => ({ authorityInfoAccess: readInfoAccess(bytes) }),
  [EXTENSION.ocspNoCheck]: (bytes) => ({ ocspNoCheck: readNullExtension(bytes) }),
};

/** Whether we know what the extension means; a critical one that we do not know is refused by path validation. */
export function isUnderstood(oid: string): boolean {
  return Object.hasOwn(READERS, oid);
}

/** Reads the list and every extension that we know. @throws Refusal `asn1/malformed` */
export function readExtensions(value: DerValue): Extensions {
  const all = readExtensionList(value);
  const parts = all.map(({ oid, value: content }) => (isUnderstood(oid) ? READERS[oid]!(content) : {}));
  return Object.assign({ all }, ...parts) as Extensions;
}
