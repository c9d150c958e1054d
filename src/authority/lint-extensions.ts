import { readDer, readOctetString } from '../asn1/read.ts';
import { equal } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal } from '../core/refusal.ts';
import { cardGuidOf } from './card-name.ts';
import { type CertificateBody, findExtension } from './certificate.ts';
import { EXTENSION } from './extension.ts';
import type { Finding } from './finding.ts';
import { keyIdentifier } from './prepare.ts';
import type { LintContext } from './lint.ts';
import { encodePermittedSubjects } from './subject.ts';
import { ATTRIBUTE, findAttribute } from './name.ts';
import { certificateAddress, crlAddress, policyOf, profileHashOid, PROFILES } from './profile.ts';

type Look = (body: CertificateBody, context: LintContext, primitives: Pick<Primitives, 'digest'>) => string | undefined;

const sameSet = (a: Iterable<string>, b: Iterable<string>): boolean =>
  JSON.stringify([...a].toSorted()) === JSON.stringify([...b].toSorted());

/** Exactly the extensions of the profile, each with its criticality. */
function presenceFault({ extensions }: CertificateBody, { profile, arc }: LintContext): string | undefined {
  const { authority, issuedBy, extendedKeyUsage, profileHash } = PROFILES[profile];
  const root = issuedBy === 'self';
  const plain = (oid: string, wanted: boolean): [string, boolean, boolean][] => (wanted ? [[oid, false, true]] : []);
  const expected: [oid: string, critical: boolean, required: boolean][] = [
    [EXTENSION.keyUsage, true, true],
    [EXTENSION.subjectKeyIdentifier, false, true],
    [EXTENSION.certificatePolicies, false, true],
    ...(authority ? [[EXTENSION.basicConstraints, true, true] as [string, boolean, boolean]] : []),
    ...(authority && !root ? [[EXTENSION.nameConstraints, true, true] as [string, boolean, boolean]] : []),
    ...(authority ? [] : [[EXTENSION.subjectAltName, false, false] as [string, boolean, boolean]]),
    ...plain(EXTENSION.extendedKeyUsage, extendedKeyUsage.length > 0),
    ...plain(EXTENSION.authorityKeyIdentifier, !root),
    ...plain(EXTENSION.crlDistributionPoints, !root),
    ...plain(EXTENSION.authorityInfoAccess, !root),
    ...(profileHash === 'absent'
      ? []
      : [[profileHashOid(arc), false, profileHash === 'required'] as [string, boolean, boolean]]),
  ];
  for (const { oid, critical } of extensions.all) {
    const rule = expected.find(([name]) => name === oid);
    if (!rule) return `extension ${oid} is not of its profile`;
    if (rule[1] !== critical) return `extension ${oid} ${critical ? 'may not' : 'must'} be critical`;
  }
  const missing = expected.find(([name, , required]) => required && !extensions.all.some(({ oid }) => oid === name));
  return missing && `extension ${missing[0]} is missing`;
}

function constraintsFault({ extensions }: CertificateBody, { profile }: LintContext): string | undefined {
  const { authority } = PROFILES[profile];
  const found = extensions.basicConstraints;
  if (!authority) return found ? 'basic constraints in a certificate that issues nothing' : undefined;
  if (!found?.ca) return 'not an authority';
  return found.pathLength === authority.pathLength ? undefined : `path length ${found.pathLength}`;
}

function keyUsageFault({ extensions }: CertificateBody, { profile }: LintContext): string | undefined {
  const found = extensions.keyUsage ?? new Set<string>();
  return sameSet(found, PROFILES[profile].keyUsage) ? undefined : `key usage ${[...found].join(', ')}`;
}

function extendedFault({ extensions }: CertificateBody, { profile }: LintContext): string | undefined {
  const found = extensions.extendedKeyUsage ?? [];
  return sameSet(found, PROFILES[profile].extendedKeyUsage) ? undefined : `extended key usage ${found.join(', ')}`;
}

function policyFault({ extensions }: CertificateBody, { profile, arc }: LintContext): string | undefined {
  const found = (extensions.policies ?? []).map(({ oid }) => oid);
  return sameSet(found, [policyOf(profile, arc)]) ? undefined : `policies ${found.join(', ')}`;
}

const subjectKeyFault: Look = ({ key, extensions }, _, primitives) =>
  extensions.subjectKeyIdentifier && equal(extensions.subjectKeyIdentifier, keyIdentifier(key, primitives))
    ? undefined
    : 'not the hash of the key';

function authorityKeyFault({ extensions }: CertificateBody, { issuer }: LintContext): string | undefined {
  if (!issuer) return undefined;
  const [named, held] = [extensions.authorityKeyIdentifier?.keyIdentifier, issuer.extensions.subjectKeyIdentifier];
  return named && held && equal(named, held) ? undefined : 'not the key identifier of the issuer';
}

function addressFault({ extensions }: CertificateBody, { profile, origin }: LintContext): string | undefined {
  const { issuedBy } = PROFILES[profile];
  if (issuedBy === 'self') return undefined;
  const { crlDistributionPoints = [], authorityInfoAccess } = extensions;
  const { ocsp = [], caIssuers = [] } = authorityInfoAccess ?? {};
  if (!sameSet(crlDistributionPoints, [crlAddress(origin, issuedBy)]))
    return `lists at ${crlDistributionPoints.join()}`;
  if (!sameSet(caIssuers, [certificateAddress(origin, issuedBy)])) return `issuer at ${caIssuers.join()}`;
  if (![...crlDistributionPoints, ...caIssuers].every((uri) => uri.startsWith('http://'))) return 'not plain http';
  return ocsp.length === 0 ? undefined : 'an OCSP address that nobody answers';
}

/** One e-mail address, or the UUID of one card; a certificate of the card itself has the latter. */
function alternativeFault(body: CertificateBody, { profile }: LintContext): string | undefined {
  const names = body.extensions.subjectAltName;
  if (names && cardGuidOf(body)) return names.length === 1 ? undefined : 'more than the UUID of a card';
  if (PROFILES[profile].cardName === 'required') return 'no UUID of a card';
  return !names || (names.length === 1 && names[0]!.kind === 'email') ? undefined : 'more than one e-mail address';
}

/** An authority of ours may only name people of its own institution. */
function nameConstraintsFault(body: CertificateBody, { profile }: LintContext): string | undefined {
  if (!PROFILES[profile].authority || PROFILES[profile].issuedBy === 'self') return undefined;
  const country = findAttribute(body.subject, ATTRIBUTE.C) ?? '';
  const organization = findAttribute(body.subject, ATTRIBUTE.O) ?? '';
  const found = findExtension(body, EXTENSION.nameConstraints)?.value;
  try {
    const same = found && equal(found, encodePermittedSubjects({ country, organization }));
    return same ? undefined : 'not only its own country and organization';
  } catch (error) {
    if (isRefusal(error)) return 'a country or organization that cannot be a constraint';
    throw error;
  }
}

function profileHashFault(body: CertificateBody, { arc }: LintContext): string | undefined {
  const found = findExtension(body, profileHashOid(arc));
  if (!found) return undefined;
  try {
    const hash = readOctetString(readDer(found.value));
    return hash.length === 32 && hash.some((octet) => octet !== 0) ? undefined : 'not a SHA-256';
  } catch (error) {
    if (isRefusal(error)) return 'not an octet string';
    throw error;
  }
}

const RULES: readonly (readonly [rule: string, look: Look])[] = [
  ['certificate/extensions', presenceFault],
  ['certificate/basic-constraints', constraintsFault],
  ['certificate/key-usage', keyUsageFault],
  ['certificate/extended-key-usage', extendedFault],
  ['certificate/policies', policyFault],
  ['certificate/subject-key-identifier', subjectKeyFault],
  ['certificate/authority-key-identifier', authorityKeyFault],
  ['certificate/addresses', addressFault],
  ['certificate/alternative-name', alternativeFault],
  ['certificate/name-constraints', nameConstraintsFault],
  ['certificate/profile-hash', profileHashFault],
];

/** The rules about extensions that a body breaks. */
export function findExtensionFault(
  body: CertificateBody,
  context: LintContext,
  primitives: Pick<Primitives, 'digest'>,
): Finding[] {
  return RULES.flatMap(([rule, look]) => {
    const detail = look(body, context, primitives);
    return detail === undefined ? [] : [{ rule, detail }];
  });
}
