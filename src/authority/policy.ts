import { type Certificate, isSelfIssued } from './certificate.ts';
import { ANY_POLICY } from './extension.ts';

/** The test arc (ITU-T X.660, joint-iso-itu-t 999): nothing under it means anything outside a test. */
export const DEVELOPMENT_ARC = '2.999';

/** What development installations put their policies and extensions under. */
export const DEVELOPMENT_POLICY_ARC = '2.999.1';

/** Whether nothing under this arc means anything. */
export function isUnderDevelopment(oid: string): boolean {
  return oid === DEVELOPMENT_ARC || oid.startsWith(`${DEVELOPMENT_ARC}.`);
}

/** Whether a root says of itself that it is for development and tests. */
export function isDevelopment(root: Pick<Certificate, 'extensions'>): boolean {
  return (root.extensions.policies ?? []).some(({ oid }) => isUnderDevelopment(oid));
}

function narrowed(valid: ReadonlySet<string>, certificate: Certificate, anyCounts: boolean): ReadonlySet<string> {
  const stated = (certificate.extensions.policies ?? []).map(({ oid }) => oid);
  const specific = stated.filter((oid) => oid !== ANY_POLICY && (valid.has(oid) || valid.has(ANY_POLICY)));
  return new Set(anyCounts && stated.includes(ANY_POLICY) ? [...valid, ...specific] : specific);
}

/**
 * Certificate policies along a path, leaf first and anchor last (RFC 5280 §6.1.3 d–f, §6.1.4, §6.1.5). Policy mapping is
 * not done: a critical mapping is an extension that we do not know, another one is ignored, which only ever narrows. So
 * the tree of the standard is a set. What is wrong, or `undefined`.
 */
export function findPolicyFault(path: readonly Certificate[], required?: string): string | undefined {
  const length = path.length - 1;
  let valid: ReadonlySet<string> = new Set([ANY_POLICY]);
  let explicit = required === undefined ? length + 1 : 0;
  let inhibitAny = length + 1;
  for (let i = length - 1; i >= 0; i--) {
    const certificate = path[i]!;
    const selfIssued = isSelfIssued(certificate);
    valid = narrowed(valid, certificate, inhibitAny > 0 || (i > 0 && selfIssued));
    if (explicit === 0 && valid.size === 0) return `no policy is valid down to certificate ${i}`;
    if (i > 0 && !selfIssued) {
      explicit = Math.max(0, explicit - 1);
      inhibitAny = Math.max(0, inhibitAny - 1);
    }
    const { policyConstraints, inhibitAnyPolicy } = certificate.extensions;
    const skip = policyConstraints?.requireExplicit;
    if (i > 0) {
      explicit = Math.min(explicit, skip ?? explicit);
      inhibitAny = Math.min(inhibitAny, inhibitAnyPolicy ?? inhibitAny);
    } else {
      // §6.1.5 a and b: the last certificate is one more step.
      explicit = skip === 0 ? 0 : Math.max(0, explicit - 1);
    }
  }
  if (explicit === 0 && valid.size === 0) return 'no policy is valid for the whole path';
  if (required !== undefined && !valid.has(required) && !valid.has(ANY_POLICY))
    return `policy ${required} is not valid`;
  return undefined;
}
