import { open, readDer } from '../asn1/read.ts';
import { contextTag } from '../asn1/tag.ts';
import { sequence, time } from '../asn1/write.ts';
import { equal } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal } from '../core/refusal.ts';
import type { UnixSeconds } from '../core/time.ts';
import { signatureAlgorithmFor } from './algorithm.ts';
import { type Certificate, type CertificateBody, readCertificateBody } from './certificate.ts';
import { findExtensionFault } from './lint-extensions.ts';
import type { Finding } from './finding.ts';
import type { Name } from './name.ts';
import { findKeyWeakness } from './path-rules.ts';
import { keyKind, policyOf, type ProfileId, PROFILES } from './profile.ts';
import { findTextFault, isExpectedType, SUBJECT_TYPES } from './subject.ts';
import { ATTRIBUTE, isWithin } from './name.ts';

/** What a body is held to: never taken from the request that it was made from, save the profile that was asked for. */
export interface LintContext {
  readonly profile: ProfileId;
  readonly arc: string;
  readonly origin: string;
  readonly at: UnixSeconds;
  /** Absent for the root. */
  readonly issuer?: Certificate;
}

export type LintPrimitives = Pick<Primitives, 'digest'>;

type Look = (body: CertificateBody, context: LintContext, primitives: LintPrimitives) => string | undefined;

const DAY_SECONDS = 86_400;
/** A certificate never begins longer ago: what was prepared before is not issued any more. */
export const MAX_BACKDATED_SECONDS: number = DAY_SECONDS;

function serialFault({ serial }: CertificateBody): string | undefined {
  if (serial.bytes.length < 16) return `${serial.bytes.length} octets, at least 16 are wanted`;
  // Sixteen random octets repeat a little; a counter, a constant or zeros repeat a lot.
  return new Set(serial.bytes).size < 8 ? 'octets that nobody drew at random' : undefined;
}

function subjectFault({ subject }: CertificateBody): string | undefined {
  const types = new Set<string>();
  for (const rdn of subject.rdns) {
    const [attribute] = rdn;
    if (rdn.length !== 1 || !attribute) return 'several attributes in one place';
    const { oid, tag, text } = attribute;
    if (!SUBJECT_TYPES.has(oid)) return `attribute ${oid} is none of ours`;
    if (types.has(oid)) return `attribute ${oid} twice`;
    types.add(oid);
    if (!isExpectedType(oid, tag)) return `attribute ${oid} has string type ${tag.toString(16)}`;
    if (text === undefined) return `attribute ${oid} is not text of its type`;
    const fault = findTextFault(text);
    if (fault !== undefined) return `attribute ${oid}: ${fault}`;
    if (oid === ATTRIBUTE.C && !/^[A-Z]{2}$/.test(text)) return 'a country that is not two capital letters';
  }
  const missing = [ATTRIBUTE.C, ATTRIBUTE.O, ATTRIBUTE.CN].find((type) => !types.has(type));
  return missing && `attribute ${missing} is missing`;
}

/** Nobody of ours is named like the authority that issues, and nobody outside what it may name. */
function permittedFault({ subject }: CertificateBody, { issuer }: LintContext): string | undefined {
  if (!issuer) return undefined;
  if (equal(subject.encoded, issuer.subject.encoded)) return 'the name of its issuer';
  const permitted = (issuer.extensions.nameConstraints?.permitted ?? []).flatMap((name): Name[] =>
    name.kind === 'directory' ? [name.value] : [],
  );
  const inside = permitted.length === 0 || permitted.some((base) => isWithin(subject, base));
  return inside ? undefined : 'outside what its issuer may name';
}

function validityFault(body: CertificateBody, { profile, issuer, at }: LintContext): string | undefined {
  const { notBefore, notAfter } = body;
  if (notAfter < notBefore) return 'ends before it begins';
  if (notAfter - notBefore + 1 > PROFILES[profile].maxLifeSeconds) return 'longer than its profile allows';
  if (issuer && (notBefore < issuer.notBefore || notAfter > issuer.notAfter)) return 'outside the life of its issuer';
  if (notBefore < at - MAX_BACKDATED_SECONDS) return 'begins more than a day ago';
  if (notBefore > at + 400 * DAY_SECONDS) return 'begins more than 400 days from now';
  return undefined;
}

/** RFC 5280 §4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050. */
function timeFormFault({ tbs, notBefore, notAfter }: CertificateBody): string | undefined {
  const fields = open(readDer(tbs));
  fields.optional(contextTag(0));
  for (let i = 0; i < 3; i++) fields.next();
  const same = equal(fields.next().encoded, sequence(time(notBefore), time(notAfter)));
  return same ? undefined : 'a time in the wrong form';
}

function keyFault({ key }: CertificateBody, { profile, issuer }: LintContext): string | undefined {
  const weakness = findKeyWeakness(key.algorithm);
  if (weakness !== undefined) return weakness;
  const kind = keyKind(key.algorithm);
  if (!(PROFILES[profile].keys as readonly string[]).includes(kind)) return `${kind} is not for ${profile}`;
  return issuer && equal(key.spki, issuer.key.spki) ? 'the key of its issuer' : undefined;
}

function algorithmFault(body: CertificateBody, { issuer }: LintContext): string | undefined {
  const expected = signatureAlgorithmFor((issuer ?? body).key.algorithm);
  const same = expected && JSON.stringify(expected) === JSON.stringify(body.signatureAlgorithm.algorithm);
  return same ? undefined : `${body.signatureAlgorithm.oid} is not what the issuer's key signs with`;
}

function issuerFault({ issuer: name, subject }: CertificateBody, { issuer, profile }: LintContext): string | undefined {
  if ((PROFILES[profile].issuedBy === 'self') !== (issuer === undefined)) return 'only the root is its own issuer';
  const expected = (issuer?.subject ?? subject).encoded;
  return equal(name.encoded, expected) ? undefined : 'not the name of the issuer, byte by byte';
}

/** Whether the issuer may issue this at all (RFC 5280 §6.1.3 d, §6.1.4 k to n). */
function issuerMayFault(_: CertificateBody, { issuer, profile, arc }: LintContext): string | undefined {
  if (!issuer) return undefined;
  const { basicConstraints, keyUsage, policies = [] } = issuer.extensions;
  if (basicConstraints?.ca !== true || !keyUsage?.has('keyCertSign')) return 'not an authority';
  if (PROFILES[profile].authority) {
    return basicConstraints.pathLength === 0 ? 'may have no authority below' : undefined;
  }
  const policy = policyOf(profile, arc);
  return policies.some(({ oid }) => oid === policy) ? undefined : `issues nothing under ${policy}`;
}

const RULES: readonly (readonly [rule: string, look: Look])[] = [
  ['certificate/version', ({ version }) => (version === 3 ? undefined : `version ${version}`)],
  ['certificate/serial', serialFault],
  ['certificate/algorithm', algorithmFault],
  ['certificate/issuer', issuerFault],
  ['certificate/issuer-may', issuerMayFault],
  ['certificate/validity', validityFault],
  ['certificate/time-form', timeFormFault],
  ['certificate/subject', subjectFault],
  ['certificate/subject-permitted', permittedFault],
  ['certificate/key', keyFault],
];

/**
 * Every rule that a body breaks, read again from its bytes; none means that the key may sign it. It knows nothing of how
 * the body was made (law 2).
 */
export function lintCertificate(tbs: Uint8Array, context: LintContext, primitives: LintPrimitives): Finding[] {
  let body: CertificateBody;
  try {
    body = readCertificateBody(tbs);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return [{ rule: 'certificate/readable', detail: error.message }];
  }
  const findings = RULES.flatMap(([rule, look]) => {
    const detail = look(body, context, primitives);
    return detail === undefined ? [] : [{ rule, detail }];
  });
  return [...findings, ...findExtensionFault(body, context, primitives)];
}
