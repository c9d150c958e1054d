import { equal } from '../core/bytes.ts';
import type { UnixSeconds } from '../core/time.ts';
import { type Check, failed, passed } from '../core/verdict.ts';
import { type Certificate, isSelfIssued } from './certificate.ts';
import type { KeyAlgorithm } from './algorithm.ts';
import { EXTENSION, isUnderstood, type KeyUsage, USAGE } from './extension.ts';
import { findForbiddenName } from './name-constraints.ts';
import { findPolicyFault } from './policy.ts';

/** The leaf first, the anchor last. */
export type Path = readonly Certificate[];

/** What the leaf is wanted for. What is absent is not asked. */
export interface Purpose {
  /** The leaf must state this usage, and no issuer that states any may leave it out. */
  readonly requiredEku?: string;
  /** The leaf must have one of these at least. */
  readonly requiredKeyUsage?: readonly KeyUsage[];
  readonly requiredPolicy?: string;
}

type Rule = (path: Path, at: UnixSeconds, purpose: Purpose) => string | undefined;

/** The first fault that `look` finds from the anchor down, told with the place of its certificate (0 is the leaf). */
function firstFault(
  path: Path,
  look: (certificate: Certificate, index: number) => string | undefined,
): string | undefined {
  for (let i = path.length - 1; i >= 0; i--) {
    const fault = look(path[i]!, i);
    if (fault !== undefined) return `certificate ${i}: ${fault}`;
  }
  return undefined;
}

/** What is weak about a key, or `undefined` (NIST SP 800-57 part 1, table 2: at least 112 bits). */
export function findKeyWeakness(key: KeyAlgorithm): string | undefined {
  if (key.kind === 'unknown') return `a key of an unknown kind (${key.oid})`;
  if (key.kind !== 'RSA') return undefined;
  if (key.bits < 2048) return `an RSA key of ${key.bits} bits`;
  return key.exponent < 3n || key.exponent % 2n === 0n ? 'an RSA key with an impossible exponent' : undefined;
}

const isCa = (certificate: Certificate): boolean =>
  certificate.version === 3 && certificate.extensions.basicConstraints?.ca === true;

function isCritical(certificate: Certificate, oid: string): boolean | undefined {
  return certificate.extensions.all.find((extension) => extension.oid === oid)?.critical;
}

const NEVER_CRITICAL = [
  EXTENSION.authorityKeyIdentifier,
  EXTENSION.subjectKeyIdentifier,
  EXTENSION.authorityInfoAccess,
] as const;
const ALWAYS_CRITICAL = [EXTENSION.nameConstraints, EXTENSION.policyConstraints, EXTENSION.inhibitAnyPolicy] as const;

/** RFC 5280 §4.1.2.4, §4.1.2.6, §4.2: what may not be critical, what must be, and what nobody here knows. */
function extensionFault(certificate: Certificate): string | undefined {
  const { all, basicConstraints, keyUsage, nameConstraints, subjectAltName } = certificate.extensions;
  const stranger = all.find(({ oid, critical }) => critical && !isUnderstood(oid));
  if (stranger) return `unknown critical extension ${stranger.oid}`;
  const wrongly = NEVER_CRITICAL.find((oid) => isCritical(certificate, oid) === true);
  if (wrongly) return `extension ${wrongly} may not be critical`;
  const lax = ALWAYS_CRITICAL.find((oid) => isCritical(certificate, oid) === false);
  if (lax) return `extension ${lax} must be critical`;
  const ca = isCa(certificate);
  if (!ca && nameConstraints) return 'name constraints in a certificate that issues nothing';
  if (!ca && basicConstraints?.pathLength !== undefined) return 'a path length in a certificate that issues nothing';
  if (!ca && keyUsage?.has('keyCertSign')) return 'may sign certificates without being an authority';
  if (certificate.issuer.rdns.length === 0) return 'an empty issuer';
  if (certificate.subject.rdns.length > 0) return undefined;
  if (ca) return 'an authority without a name';
  if (!subjectAltName || !isCritical(certificate, EXTENSION.subjectAltName))
    return 'a subject without any binding name';
  return undefined;
}

/** §4.2.1.1, §4.2.1.2. Signatures decide who issued; the identifiers must be there and must not contradict. */
function keyIdentifierFault(path: Path): string | undefined {
  return firstFault(path, (certificate, i) => {
    const { subjectKeyIdentifier, authorityKeyIdentifier } = certificate.extensions;
    if (i > 0 && !subjectKeyIdentifier) return 'an authority without a key identifier';
    const issuer = path[i + 1];
    // Who else signed an anchor is nobody's business here: it is trusted as it stands (§6.1).
    if (!issuer) return undefined;
    const stated = authorityKeyIdentifier?.keyIdentifier;
    if (!stated) return 'does not identify the key of its issuer';
    const held = issuer.extensions.subjectKeyIdentifier;
    return held && !equal(stated, held) ? 'names another key than that of its issuer' : undefined;
  });
}

/** §6.1.4 l and m. Self-issued certificates do not count. */
function pathLengthFault(path: Path): string | undefined {
  return firstFault(path, (certificate, i) => {
    const limit = certificate.extensions.basicConstraints?.pathLength;
    if (i === 0 || limit === undefined) return undefined;
    const below = path.slice(1, i).filter((lower) => !isSelfIssued(lower)).length;
    return below > limit ? `${below} authorities below, at most ${limit} allowed` : undefined;
  });
}

function issuerFault(certificate: Certificate, i: number): string | undefined {
  if (i === 0) return undefined;
  if (!isCa(certificate)) return 'is not an authority';
  return isCritical(certificate, EXTENSION.basicConstraints) ? undefined : 'basic constraints must be critical';
}

function extendedUsageFault(path: Path, required: string | undefined): string | undefined {
  if (required === undefined) return undefined;
  return firstFault(path, (certificate, i) => {
    const usages = certificate.extensions.extendedKeyUsage;
    if (i === 0) return usages?.includes(required) ? undefined : `is not for ${required}`;
    return !usages || usages.includes(required) || usages.includes(USAGE.any)
      ? undefined
      : `does not issue for ${required}`;
  });
}

function keyUsageFault(path: Path, wanted: readonly KeyUsage[] | undefined): string | undefined {
  return firstFault(path, (certificate, i) => {
    const { keyUsage } = certificate.extensions;
    if (i > 0) return keyUsage && !keyUsage.has('keyCertSign') ? 'may not sign certificates' : undefined;
    return !wanted || wanted.some((usage) => keyUsage?.has(usage))
      ? undefined
      : `has no key usage of ${wanted.join(', ')}`;
  });
}

/** In the order of RFC 5280 §6.1.3–§6.1.5; names, signatures and their algorithms were checked while the path was found. */
const RULES: readonly (readonly [check: string, good: string, rule: Rule])[] = [
  [
    'authority/key-strength',
    'every key is strong enough',
    (path) => firstFault(path, ({ key }) => findKeyWeakness(key.algorithm)),
  ],
  [
    'authority/not-before',
    'every certificate has begun',
    (path, at) => firstFault(path, ({ notBefore }) => (at < notBefore ? 'not yet valid' : undefined)),
  ],
  [
    'authority/not-after',
    'no certificate has ended',
    (path, at) => firstFault(path, ({ notAfter }) => (at > notAfter ? 'expired' : undefined)),
  ],
  [
    'authority/serial-number',
    'every serial number is positive',
    // An anchor is trusted as it stands, and old roots have number zero.
    (path) => firstFault(path.slice(0, -1), ({ serial }) => (serial.hex === '00' ? 'serial number zero' : undefined)),
  ],
  ['authority/basic-constraints', 'every issuer is an authority', (path) => firstFault(path, issuerFault)],
  ['authority/path-length', 'no issuer has more authorities below than it may', pathLengthFault],
  ['authority/extensions', 'every critical extension is known', (path) => firstFault(path, extensionFault)],
  ['authority/key-identifiers', 'the key identifiers agree', keyIdentifierFault],
  ['authority/name-constraints', 'every name is permitted', findForbiddenName],
  ['authority/policy', 'the policies hold', (path, _, { requiredPolicy }) => findPolicyFault(path, requiredPolicy)],
  [
    'authority/key-usage',
    'the key usages allow it',
    (path, _, { requiredKeyUsage }) => keyUsageFault(path, requiredKeyUsage),
  ],
  [
    'authority/extended-key-usage',
    'the extended key usages allow it',
    (path, _, { requiredEku }) => extendedUsageFault(path, requiredEku),
  ],
];

/** One check per rule, whatever the others say. */
export function checkPath(path: Path, at: UnixSeconds, purpose: Purpose): Check[] {
  return RULES.map(([check, good, rule]) => {
    const fault = rule(path, at, purpose);
    return fault === undefined ? passed(check, good) : failed(check, fault);
  });
}
