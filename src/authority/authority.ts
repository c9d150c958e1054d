import { fromBase64Url, toBase64Url } from '../core/base64.ts';
import { toHex } from '../core/bytes.ts';
import { encodeCbor } from '../core/cbor.ts';
import type { Primitives } from '../core/primitives.ts';
import type { UnixSeconds } from '../core/time.ts';
import { issuerKeyId } from '../log/leaf.ts';
import { type Certificate, readCertificate } from './certificate.ts';
import { isDevelopment } from './policy.ts';

/** Our authorities, as their public addresses name them. */
export type AuthorityId = 'raiz' | 'credenciales' | 'oficios';

export const AUTHORITY_IDS: readonly AuthorityId[] = ['raiz', 'credenciales', 'oficios'];

export function isAuthorityId(text: string): text is AuthorityId {
  return (AUTHORITY_IDS as readonly string[]).includes(text);
}

/** What signs the content of cards: it issues nothing, and is certified and recorded beside the authorities. */
export const CONTENT_SIGNER = 'tarjetas';

/** Keys of ours with a certificate of their own. */
export type CertifiedKeyId = AuthorityId | typeof CONTENT_SIGNER;

/** An authority of ours, or another key that we certified. Its private key is wherever `keyName` says to whoever keeps keys. */
export interface Authority<Id extends CertifiedKeyId = AuthorityId> {
  readonly id: Id;
  /** DER, base64url. */
  readonly certificate: string;
  /** First 8 bytes of SHA-256 of the SPKI, hexadecimal: how log leaves name the acting key. */
  readonly keyId: string;
  readonly createdAt: UnixSeconds;
  /** Leaf that says that it was created. */
  readonly createdLeaf?: number;
}

export function makeAuthority<Id extends CertifiedKeyId>(
  id: Id,
  certificate: Certificate,
  at: UnixSeconds,
  primitives: Pick<Primitives, 'digest'>,
): Authority<Id> {
  const keyId = toHex(issuerKeyId(certificate.key.spki, primitives));
  return { id, certificate: toBase64Url(certificate.encoded), keyId, createdAt: at };
}

/** The certificate in a record of ours. @throws TypeError when the record is damaged: nothing but us wrote it */
export function certificateOf(authority: Pick<Authority<CertifiedKeyId>, 'id' | 'certificate'>): Certificate {
  const der = typeof authority.certificate === 'string' ? fromBase64Url(authority.certificate) : undefined;
  if (!der) throw new TypeError(`the record of authority ${authority.id} is damaged`);
  return readCertificate(der);
}

/** Whether this is an authority of a development installation. */
export function isDevelopmentRoot(authority: Authority): boolean {
  return authority.id === 'raiz' && isDevelopment(certificateOf(authority));
}

/** What leaf `authorityCreated` commits to: deterministic CBOR `[1, "authority/created", id, SHA-256 of the certificate]`. */
export function authorityRecord(
  authority: Authority<CertifiedKeyId>,
  primitives: Pick<Primitives, 'digest'>,
): Uint8Array {
  const hash = primitives.digest('SHA-256', certificateOf(authority).encoded);
  return encodeCbor([1, 'authority/created', authority.id, hash]);
}
