import { contextTag } from '../asn1/tag.ts';
import { boolean, der, ia5String, integer, namedBits, octetString, oid, sequence, time } from '../asn1/write.ts';
import { utf8 } from '../core/bytes.ts';
import type { Primitives, SignatureAlgorithm } from '../core/primitives.ts';
import type { Random } from '../core/random.ts';
import { Refusal } from '../core/refusal.ts';
import type { UnixSeconds } from '../core/time.ts';
import { encodeSignatureAlgorithm, type PublicKey, signatureAlgorithmFor } from './algorithm.ts';
import { encodeCardName } from './card-name.ts';
import type { Certificate } from './certificate.ts';
import type { AuthorityCode } from './code.ts';
import { EXTENSION, KEY_USAGES } from './extension.ts';
import { isEmailAddress } from './general-name.ts';
import {
  certificateAddress,
  crlAddress,
  keyKind,
  policyOf,
  type ProfileId,
  profileHashOid,
  PROFILES,
} from './profile.ts';
import { encodeEmailName, encodePermittedSubjects, encodeSubject, type Subject } from './subject.ts';

export interface CertificateDraft {
  readonly profile: ProfileId;
  /** Arc of policies and extensions, dotted. */
  readonly arc: string;
  /** Public base address without a trailing slash. */
  readonly origin: string;
  /** From `makeSerial`, recorded before. */
  readonly serial: Uint8Array;
  readonly subject: Subject;
  readonly key: PublicKey;
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
  /** Absent for the root, which is its own. */
  readonly issuer?: Certificate;
  /** SHA-256 of the public profile. */
  readonly profileHash?: Uint8Array;
  /** An ASCII address, for the alternative name. */
  readonly email?: string;
  /** UUID of the card on which the key is, 16 bytes, for the alternative name in place of an address. */
  readonly cardGuid?: Uint8Array;
}

/** Octets of a serial number: 126 random bits. */
export const SERIAL_BYTES = 16;

/**
 * A serial number that nobody can predict (RFC 5280 §4.1.2.2; at least 64 bits are wanted of a first-rate issuer): the top
 * bit is clear so that it is positive, the next is set so that every one has the same length.
 */
export function makeSerial(random: Random): Uint8Array {
  const serial = random(SERIAL_BYTES).slice();
  serial[0] = (serial[0]! & 0x3f) | 0x40;
  return serial;
}

/** Whether `makeSerial` could have drawn it. */
export function isSerial(serial: Uint8Array): boolean {
  return serial.length === SERIAL_BYTES && (serial[0]! & 0xc0) === 0x40;
}

/** RFC 7093 §2 method 1: the first 160 bits of SHA-256 of the key's bits. */
export function keyIdentifier(key: PublicKey, primitives: Pick<Primitives, 'digest'>): Uint8Array {
  return primitives.digest('SHA-256', key.bits).slice(0, 20);
}

/** The latest end that a certificate of this profile may have: its own bound, and its issuer's end. */
export function latestEnd(profile: ProfileId, notBefore: UnixSeconds, issuer?: Certificate): UnixSeconds {
  const own = notBefore + PROFILES[profile].maxLifeSeconds - 1;
  return Math.min(own, issuer?.notAfter ?? own) as UnixSeconds;
}

function extension(name: string, value: Uint8Array, criticality: 'critical' | 'plain' = 'plain'): Uint8Array {
  return sequence(oid(name), ...(criticality === 'critical' ? [boolean(true)] : []), octetString(value));
}

function uriName(uri: string): Uint8Array {
  return der(contextTag(6, 'primitive'), utf8(ia5(uri)));
}

function ia5(uri: string): string {
  ia5String(uri);
  return uri;
}

/** Where a relying party finds the issuer's list and certificate: none for the root. */
function distribution({ profile, origin }: CertificateDraft): Uint8Array[] {
  const { issuedBy } = PROFILES[profile];
  if (issuedBy === 'self') return [];
  const fullName = der(contextTag(0), uriName(crlAddress(origin, issuedBy)));
  const points = sequence(sequence(der(contextTag(0), fullName)));
  const access = sequence(sequence(oid('1.3.6.1.5.5.7.48.2'), uriName(certificateAddress(origin, issuedBy))));
  return [extension(EXTENSION.crlDistributionPoints, points), extension(EXTENSION.authorityInfoAccess, access)];
}

function alternativeName({ cardGuid, email }: CertificateDraft): Uint8Array | undefined {
  if (cardGuid) return encodeCardName(cardGuid);
  return email === undefined ? undefined : encodeEmailName(email);
}

function encodeExtensions(draft: CertificateDraft, primitives: Pick<Primitives, 'digest'>): Uint8Array {
  const profile = PROFILES[draft.profile];
  const { authority, extendedKeyUsage } = profile;
  const own = keyIdentifier(draft.key, primitives);
  const list: Uint8Array[] = [];
  if (authority) {
    const { pathLength } = authority;
    const constraints = sequence(boolean(true), ...(pathLength === undefined ? [] : [integer(pathLength)]));
    list.push(extension(EXTENSION.basicConstraints, constraints, 'critical'));
  }
  const bits = profile.keyUsage.map((usage) => KEY_USAGES.indexOf(usage));
  list.push(extension(EXTENSION.keyUsage, namedBits(...bits), 'critical'));
  if (extendedKeyUsage.length > 0)
    list.push(extension(EXTENSION.extendedKeyUsage, sequence(...extendedKeyUsage.map(oid))));
  list.push(extension(EXTENSION.subjectKeyIdentifier, octetString(own)));
  if (draft.issuer) {
    // Copied, not computed again: the two must agree even if the method changes (RFC 5280 §4.2.1.1).
    const issuerKey = draft.issuer.extensions.subjectKeyIdentifier;
    if (!issuerKey) throw new RangeError('an issuer of ours always has a key identifier');
    const named = sequence(der(contextTag(0, 'primitive'), issuerKey));
    list.push(extension(EXTENSION.authorityKeyIdentifier, named));
  }
  list.push(extension(EXTENSION.certificatePolicies, sequence(sequence(oid(policyOf(draft.profile, draft.arc))))));
  if (authority && profile.issuedBy !== 'self') {
    list.push(extension(EXTENSION.nameConstraints, encodePermittedSubjects(draft.subject), 'critical'));
  }
  const alternative = alternativeName(draft);
  if (alternative) list.push(extension(EXTENSION.subjectAltName, alternative));
  list.push(...distribution(draft));
  if (draft.profileHash) list.push(extension(profileHashOid(draft.arc), octetString(draft.profileHash)));
  return sequence(...list);
}

/** What the issuer's key signs with. @throws Refusal `authority/weak-key` for a key that no authority of ours has */
export function issuerAlgorithm(issuerKey: PublicKey): SignatureAlgorithm {
  const algorithm = signatureAlgorithmFor(issuerKey.algorithm);
  if (!algorithm) {
    const kind = keyKind(issuerKey.algorithm);
    throw new Refusal<AuthorityCode>('authority/weak-key', `an authority has no ${kind} key`, { kind });
  }
  return algorithm;
}

/**
 * The exact TBSCertificate for a draft. Says nothing about whether it should be signed: that is `prepareCertificate`.
 * @throws Refusal `authority/name`, `authority/validity`
 */
export function encodeTbsCertificate(draft: CertificateDraft, primitives: Pick<Primitives, 'digest'>): Uint8Array {
  const { notBefore, notAfter, issuer } = draft;
  if (notAfter < notBefore || notAfter > latestEnd(draft.profile, notBefore, issuer)) {
    throw new Refusal<AuthorityCode>('authority/validity', 'ends before it begins, or outlives profile or issuer', {
      notBefore,
      notAfter,
      latest: latestEnd(draft.profile, notBefore, issuer),
    });
  }
  if (draft.email !== undefined && !isEmailAddress(draft.email)) {
    throw new Refusal<AuthorityCode>('authority/name', 'email: not an ASCII address', { attribute: 'email' });
  }
  const subject = encodeSubject(draft.subject);
  return sequence(
    der(contextTag(0), integer(2)),
    integer(draft.serial),
    encodeSignatureAlgorithm(issuerAlgorithm(issuer?.key ?? draft.key)),
    issuer?.subject.encoded ?? subject,
    sequence(time(notBefore), time(notAfter)),
    subject,
    draft.key.spki,
    der(contextTag(3), encodeExtensions(draft, primitives)),
  );
}
