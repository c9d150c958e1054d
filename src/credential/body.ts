import { readDer } from '../asn1/read.ts';
import { readPublicKey } from '../authority/algorithm.ts';
import type { Certificate, CertificateBody } from '../authority/certificate.ts';
import { USAGE } from '../authority/extension.ts';
import { prepareCertificate, type PreparedCertificate } from '../authority/issue.ts';
import { ATTRIBUTE, findAttribute } from '../authority/name.ts';
import { latestEnd } from '../authority/prepare.ts';
import { MAX_ATTRIBUTE_CHARACTERS, type Subject } from '../authority/subject.ts';
import { equal } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { startOfDay, unixSeconds, type CalendarDay, type Clock, type UnixSeconds } from '../core/time.ts';
import { encodeProfile, publicProfile, type ProfileFields } from '../directory/profile.ts';
import { AUTHORITY_OF, type Credential, type CredentialKind, type KeyPlace } from './credential.ts';

export interface BodyDeps {
  readonly clock: Clock;
  readonly primitives: Pick<Primitives, 'digest'>;
  /** Arc of policies and extensions. */
  readonly arc: string;
  /** Public base address. */
  readonly origin: string;
}

/** Of a request for a credential, what its certificate is made of. */
export interface BodyRequest {
  readonly kind: CredentialKind;
  /** Days that it shall live; never beyond mandate, profile or authority. */
  readonly days: number;
  /** DER SubjectPublicKeyInfo whose possession was proven: by a CSR, or because we made the key. */
  readonly spki: Uint8Array;
  readonly keyPlace: KeyPlace;
  /** Under which name we hold the private key of a soft credential. */
  readonly keyName?: string;
  /** The card on which the key is. */
  readonly card?: CardOfKey;
}

export interface CardOfKey {
  readonly number: string;
  /** 16 bytes, in the certificate. */
  readonly guid: Uint8Array;
  /** The last day of the card, which nothing on it outlives. */
  readonly expires: CalendarDay;
}

/** A linted body, and what of it stands in the row besides. */
export interface Body extends PreparedCertificate {
  readonly profile: Uint8Array;
  readonly notAfter: UnixSeconds;
}

/**
 * What the authority may sign for this request: made of the request, the directory and what was drawn, and linted now.
 * @throws Refusal those of the linter
 */
export function makeBody(
  deps: BodyDeps,
  request: BodyRequest,
  official: ProfileFields,
  issuer: Certificate,
  drawn: { readonly serial: Uint8Array; readonly notBefore: UnixSeconds; readonly statusIndex: number },
): Body {
  const { primitives } = deps;
  const { serial, notBefore, statusIndex } = drawn;
  const profile = encodeProfile(publicProfile(official, statusIndex));
  const notAfter = endOf(request, official, notBefore, issuer);
  const prepared = prepareCertificate(
    {
      profile: request.kind,
      arc: deps.arc,
      origin: deps.origin,
      serial,
      subject: subjectOf(official, issuer),
      key: readPublicKey(readDer(request.spki)),
      notBefore,
      notAfter,
      issuer,
      profileHash: primitives.digest('SHA-256', profile),
      ...(request.card && { cardGuid: request.card.guid }),
    },
    deps.clock(),
    primitives,
  );
  return { ...prepared, profile, notAfter };
}

/** The last second of `day`, where there is one. */
function lastSecondOf(day: CalendarDay | undefined): number {
  return day === undefined ? Infinity : startOfDay(day) + 86_400 - 1;
}

function endOf(
  { days, kind, card }: BodyRequest,
  { validUntil }: ProfileFields,
  at: UnixSeconds,
  issuer: Certificate,
): UnixSeconds {
  const asked = at + days * 86_400 - 1;
  const ends = [asked, lastSecondOf(validUntil), lastSecondOf(card?.expires), latestEnd(kind, at, issuer)];
  return unixSeconds(Math.min(...ends));
}

/** X.520 allows 64 characters; the whole text stands in the profile that the certificate binds. */
function fitting(text: string): string {
  const characters = [...text];
  if (characters.length <= MAX_ATTRIBUTE_CHARACTERS) return text;
  return `${characters
    .slice(0, MAX_ATTRIBUTE_CHARACTERS - 1)
    .join('')
    .trimEnd()}…`;
}

/** Country and organization are the authority's own, which may certify no others. A reserved official has no name here. */
function subjectOf(official: ProfileFields, issuer: Certificate): Subject {
  return {
    country: findAttribute(issuer.subject, ATTRIBUTE.C)!,
    organization: findAttribute(issuer.subject, ATTRIBUTE.O)!,
    title: fitting(official.post),
    serialNumber: official.id,
    commonName: official.publication.state === 'public' ? fitting(official.name) : official.id,
  };
}

/** What a certificate is for, as its body says it. */
export function kindOfBody(body: Pick<CertificateBody, 'extensions'>, authority: string): CredentialKind {
  if (authority === AUTHORITY_OF.signer) return 'signer';
  return body.extensions.extendedKeyUsage?.includes(USAGE.cardAuthentication) ? 'card' : 'staff';
}

/** Whether it binds the profile that this official has: name, post, photo and reserve are theirs still. */
export function isOfProfile(
  { profile, statusIndex }: Pick<Credential, 'profile' | 'statusIndex'>,
  official: ProfileFields,
): boolean {
  return equal(profile, encodeProfile(publicProfile(official, statusIndex)));
}

/** Whether the row has this body, for this key. */
export function isBodyOf(credential: Credential, request: BodyRequest, { tbs, profile, notAfter }: Body): boolean {
  const isBody = equal(credential.tbs, tbs) && equal(credential.profile, profile) && credential.notAfter === notAfter;
  const isKey = credential.keyPlace === request.keyPlace && credential.keyName === request.keyName;
  return isBody && isKey && credential.card === request.card?.number;
}
