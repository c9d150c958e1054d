import { type KeyUsage, USAGE } from './extension.ts';
import type { AuthorityId } from './authority.ts';
import type { KeyAlgorithm } from './algorithm.ts';

/** What we certify: the root, the two authorities that issue, and what each of them issues. */
export type ProfileId =
  'root' | 'credential-authority' | 'oficio-authority' | 'staff' | 'signer' | 'card' | 'content-signer';

/** Everything about a certificate that is not of its subject. The linter holds every body to it. */
export interface Profile {
  /** Who issues it; `self` is the root. */
  readonly issuedBy: AuthorityId | 'self';
  /** Absent: not an authority. `pathLength` absent: as many authorities below as it likes. */
  readonly authority?: { readonly pathLength?: number };
  readonly keyUsage: readonly KeyUsage[];
  readonly extendedKeyUsage: readonly string[];
  /** Its policy, below the arc; '' is the arc itself. */
  readonly policy: string;
  /** Longest life, from first to last second. */
  readonly maxLifeSeconds: number;
  readonly keys: readonly ('P-256' | 'P-384' | 'RSA')[];
  /** The hash of the public profile that the certificate binds. */
  readonly profileHash: 'required' | 'optional' | 'absent';
  /** The UUID of the card on which the key is, as its alternative name. */
  readonly cardName: 'required' | 'optional' | 'absent';
}

const YEAR_SECONDS = 366 * 86_400;

const ISSUING = {
  issuedBy: 'raiz',
  authority: { pathLength: 0 },
  keyUsage: ['keyCertSign', 'cRLSign'],
  extendedKeyUsage: [],
  maxLifeSeconds: 10 * YEAR_SECONDS,
  keys: ['P-256'],
  profileHash: 'absent',
  cardName: 'absent',
} as const;

/**
 * Extended key usages of authorities are left out on purpose: what a signer's certificate is for stands in the signer's
 * certificate, and old viewers know no nested usages of documentSigning.
 */
export const PROFILES: Readonly<Record<ProfileId, Profile>> = {
  root: {
    issuedBy: 'self',
    authority: {},
    keyUsage: ['keyCertSign', 'cRLSign'],
    extendedKeyUsage: [],
    policy: '',
    maxLifeSeconds: 20 * YEAR_SECONDS,
    keys: ['P-384'],
    profileHash: 'absent',
    cardName: 'absent',
  },
  'credential-authority': { ...ISSUING, policy: '.1.1' },
  'oficio-authority': { ...ISSUING, policy: '.1.2' },
  staff: {
    issuedBy: 'credenciales',
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: [USAGE.clientAuth],
    policy: '.1.1',
    maxLifeSeconds: 3 * YEAR_SECONDS,
    keys: ['P-256', 'P-384', 'RSA'],
    profileHash: 'required',
    cardName: 'optional',
  },
  signer: {
    issuedBy: 'oficios',
    keyUsage: ['digitalSignature', 'nonRepudiation'],
    // RFC 9336; emailProtection beside it because NSS, and so pdfsig, asks for it.
    extendedKeyUsage: [USAGE.documentSigning, USAGE.emailProtection],
    policy: '.1.2',
    maxLifeSeconds: 3 * YEAR_SECONDS,
    keys: ['P-256', 'P-384', 'RSA'],
    profileHash: 'optional',
    cardName: 'optional',
  },
  // Says that a card is there, not that its holder is: no PIN guards the key (SP 800-73-5 Part 1 §3.1.6).
  card: {
    issuedBy: 'credenciales',
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: [USAGE.cardAuthentication],
    policy: '.1.1',
    maxLifeSeconds: 3 * YEAR_SECONDS,
    keys: ['P-256', 'P-384', 'RSA'],
    profileHash: 'required',
    cardName: 'required',
  },
  // Of what stands on cards, for as long as they do.
  'content-signer': {
    issuedBy: 'credenciales',
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: [USAGE.contentSigning],
    policy: '.1.1',
    maxLifeSeconds: 10 * YEAR_SECONDS,
    keys: ['P-256'],
    profileHash: 'absent',
    cardName: 'absent',
  },
};

/** The policy that a certificate of this profile states. */
export function policyOf(profile: ProfileId, arc: string): string {
  return `${arc}${PROFILES[profile].policy}`;
}

/** The extension that carries SHA-256 of the public profile: never critical, an OCTET STRING. */
export function profileHashOid(arc: string): string {
  return `${arc}.2.1`;
}

/** What `Profile.keys` calls this kind of key. */
export function keyKind(key: KeyAlgorithm): string {
  return key.kind === 'EC' ? key.curve : key.kind;
}

/**
 * The origin under plain HTTP (RFC 5280 §4.2.1.13 and §8: fetching over HTTPS may need the very answer that is fetched).
 * A port of HTTPS is left out: plain HTTP is at 80 then.
 */
function plainOrigin(origin: string): string {
  return origin.replace(/^https:\/\/([^/:]+|\[[^\]]+\])(?::\d+)?/, 'http://$1');
}

/** Where the complete list of an authority is. */
export function crlAddress(origin: string, authority: AuthorityId): string {
  return `${plainOrigin(origin)}/crl/${authority}.crl`;
}

/** Where the certificate of an authority is. */
export function certificateAddress(origin: string, authority: AuthorityId): string {
  return `${plainOrigin(origin)}/ca/${authority}.cer`;
}
