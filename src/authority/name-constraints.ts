import { type Certificate, isSelfIssued } from './certificate.ts';
import type { NameConstraints } from './extension.ts';
import { type GeneralName, isEmailAddress } from './general-name.ts';
import { ATTRIBUTE, findAttribute, isWithin } from './name.ts';

/** Names times constraints: beyond it the path is made to be slow, and is refused. */
const MAX_COMPARISONS = 20_000;

function withinHost(host: string, base: string): boolean {
  return base === '' || host === base || host.endsWith(`.${base}`);
}

/** `*.example.com` may stand for `bar.example.com`: an exclusion of the latter covers the former (CVE-2025-61727). */
function wildcardReaches(host: string, base: string): boolean {
  return host.startsWith('*.') && base.slice(base.indexOf('.') + 1) === host.slice(2);
}

/** A leading period means hosts below, and no host itself (RFC 5280 §4.2.1.10). */
function hostFits(host: string, base: string): boolean {
  return base.startsWith('.') ? host.endsWith(base) : base === '' || host === base;
}

/** Stands for an address that has no host to compare. */
const UNREADABLE = '';

function emailFits(address: string, base: string): boolean {
  const at = address.lastIndexOf('@');
  const host = address.slice(at + 1).toLowerCase();
  const baseAt = base.lastIndexOf('@');
  if (baseAt < 0) return hostFits(host, base.toLowerCase());
  // The local part is the host's own business: it is compared as it stands.
  return address.slice(0, at) === base.slice(0, baseAt) && host === base.slice(baseAt + 1).toLowerCase();
}

/** `undefined` where the URI has no host that a constraint can speak of. */
function hostOf(uri: string): string | undefined {
  const match = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([A-Za-z0-9.-]+)(?::\d*)?(?:[/?#]|$)/.exec(uri);
  return match && /[A-Za-z]/.test(match[1]!) ? match[1]!.toLowerCase() : undefined;
}

function addressFits(address: Uint8Array, base: Uint8Array): boolean {
  const size = base.length / 2;
  return (
    address.length === size && address.every((octet, i) => (octet & base[size + i]!) === (base[i]! & base[size + i]!))
  );
}

/** Whether `name` lies in the subtree; for an exclusion, what cannot be compared and what a wildcard reaches count as inside. */
function fits(name: GeneralName, base: GeneralName, excluding: boolean): boolean {
  if (name.kind === 'dns' && base.kind === 'dns') {
    const [host, limit] = [name.value.toLowerCase(), base.value.toLowerCase()];
    return withinHost(host, limit) || (excluding && wildcardReaches(host, limit));
  }
  if (name.kind === 'email' && base.kind === 'email') {
    return name.value === UNREADABLE ? excluding : emailFits(name.value, base.value);
  }
  if (name.kind === 'directory' && base.kind === 'directory') return isWithin(name.value, base.value);
  if (name.kind === 'ip' && base.kind === 'ip') return addressFits(name.value, base.value);
  if (name.kind === 'uri' && base.kind === 'uri') {
    const host = hostOf(name.value);
    return host === undefined ? excluding : hostFits(host, base.value.toLowerCase());
  }
  // Other kinds cannot be compared: a constraint on them can only refuse (§6.1, and critical means "or reject").
  return excluding;
}

function kindOf(name: GeneralName): string {
  if (name.kind === 'ip') return 'ip';
  return name.kind === 'other' ? `other ${name.tag}` : name.kind;
}

function namesOf(certificate: Certificate): GeneralName[] {
  const names: GeneralName[] = [...(certificate.extensions.subjectAltName ?? [])];
  if (certificate.subject.rdns.length > 0) names.push({ kind: 'directory', value: certificate.subject });
  // §4.2.1.10: a legacy address in the subject counts where the alternative name has none.
  if (!names.some((name) => name.kind === 'email')) {
    const address = findAttribute(certificate.subject, ATTRIBUTE.emailAddress);
    if (address !== undefined) {
      names.push({ kind: 'email', value: isEmailAddress(address) ? address : UNREADABLE });
    }
  }
  return names;
}

/**
 * Name constraints along a path, leaf first and anchor last (RFC 5280 §6.1.3 b, c and §6.1.4 g). The anchor's own
 * constraints count. What is wrong, or `undefined`.
 */
export function findForbiddenName(path: readonly Certificate[]): string | undefined {
  const inForce: NameConstraints[] = [];
  let comparisons = 0;
  for (let i = path.length - 1; i >= 0; i--) {
    const certificate = path[i]!;
    if (i < path.length - 1 && (i === 0 || !isSelfIssued(certificate)) && inForce.length > 0) {
      for (const name of namesOf(certificate)) {
        const kind = kindOf(name);
        for (const { permitted, excluded } of inForce) {
          comparisons += permitted.length + excluded.length;
          if (comparisons > MAX_COMPARISONS) return 'more names and constraints than we compare';
          const limits = permitted.filter((base) => kindOf(base) === kind);
          if (limits.length > 0 && !limits.some((base) => fits(name, base, false))) {
            return `a ${kind} name of certificate ${i} is outside what its issuers permit`;
          }
          if (excluded.some((base) => kindOf(base) === kind && fits(name, base, true))) {
            return `a ${kind} name of certificate ${i} is excluded by its issuers`;
          }
        }
      }
    }
    if (certificate.extensions.nameConstraints) inForce.push(certificate.extensions.nameConstraints);
  }
  return undefined;
}
