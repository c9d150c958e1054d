import type { Brand } from '../core/brand.ts';
import { Refusal } from '../core/refusal.ts';
import type { UnixSeconds } from '../core/time.ts';

/** Serial number of the certificate: lower-case hexadecimal without leading zeros octets. */
export type SerialNumber = Brand<string, 'SerialNumber'>;

/** What letters print before the number of a certificate, and what people call it. */
const LABEL =
  /^\s*(?:certificado|certificate|credencial|credential)?\s*(?:n[uú]m(?:ero)?(?=[\s:.])|no(?=[\s:.])|n\.?\s?[°º])?[\s:.#]*/i;

/** The number of a certificate without what was copied along with it: the words before, the full stop after. */
export function withoutCertificateLabel(text: string): string {
  return text
    .normalize('NFC')
    .replace(LABEL, '')
    .replace(/[\s.,;]+$/, '');
}

/**
 * The serial numbers that `typed` may be, likeliest first: hexadecimal as people copy it (capitals, colons, spaces), or
 * the decimal number that letters print, also with «Certificado núm.» before it.
 */
export function serialsTyped(typed: string): readonly SerialNumber[] {
  const text = withoutCertificateLabel(typed.slice(0, 200)).toLowerCase().replaceAll(/[\s:]/g, '');
  if (!/^[0-9a-f]{1,40}$/.test(text)) return [];
  const hex = /^\d{20,40}$/.test(text) ? [BigInt(text).toString(16)] : [];
  return [text, ...hex.map((one) => one.padStart(one.length + (one.length % 2), '0'))] as SerialNumber[];
}

/**
 * `staff`: says who somebody is (authority `credenciales`). `signer`: signs letters (authority `oficios`). `card`: says that a
 * card is there, without a PIN (authority `credenciales`).
 */
export type CredentialKind = 'staff' | 'signer' | 'card';

/** Who issues it; its status list has the same name. */
export const AUTHORITY_OF: Readonly<Record<CredentialKind, 'credenciales' | 'oficios'>> = {
  staff: 'credenciales',
  signer: 'oficios',
  card: 'credenciales',
};

/** `prepared`: recorded, its certificate may have been signed, no act yet. `revoked` is final (RFC 5280 §5.3.1). */
export type CredentialState = 'prepared' | 'issued' | 'suspended' | 'revoked';

/** The reasons of RFC 5280 §5.3.1 under which a credential may stand as revoked; `certificateHold` is what suspending means. */
export const REVOCATION_REASONS = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  privilegeWithdrawn: 9,
} as const;

export type RevocationReason = keyof typeof REVOCATION_REASONS;

export type PersonReason = Exclude<RevocationReason, 'cACompromise'>;

/** Those that somebody may give for a person's credential: it is no authority. */
export const PERSON_REASONS: readonly PersonReason[] = [
  'keyCompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'privilegeWithdrawn',
  'unspecified',
];

export function isPersonReason(text: string): text is PersonReason {
  return PERSON_REASONS.some((reason) => reason === text);
}

/** Where the private key is: with us, with whoever made the request, or in the card that signed it. */
export type KeyPlace = 'soft' | 'csr' | 'card';

export interface Credential {
  readonly serial: SerialNumber;
  readonly kind: CredentialKind;
  readonly authority: string;
  readonly officialId: string;
  /** The public profile that the certificate binds by hash, deterministic CBOR. */
  readonly profile: Uint8Array;
  readonly keyPlace: KeyPlace;
  /** Under which name we hold the private key; only where `keyPlace` is `soft`. */
  readonly keyName?: string;
  /** Number of the card on which the key is; only where `keyPlace` is `card`. */
  readonly card?: string;
  /** DER: the body that was recorded before the authority signed it. */
  readonly tbs: Uint8Array;
  /** DER; absent until it is issued. */
  readonly certificate?: Uint8Array;
  /** Hexadecimal SHA-256 of the SPKI: one key serves one person in one purpose. */
  readonly keyHash: string;
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
  readonly statusIndex: number;
  readonly state: CredentialState;
  readonly suspendedAt?: UnixSeconds;
  readonly revoked?: {
    readonly at: UnixSeconds;
    readonly reason: RevocationReason;
    /** Acts whose leaf is at or after this index are void; only for `keyCompromise`. */
    readonly compromisedFrom?: number;
  };
  readonly preparedAt: UnixSeconds;
  /** Salt of the *issued* leaf. */
  readonly issuedSalt: Uint8Array;
  readonly intentLeaf: number;
  readonly issuedLeaf?: number;
  /** The leaf of the last change of state after it was issued. */
  readonly statusLeaf?: number;
  /** That the key on the card signed a challenge of ours after the certificate was read back from there. */
  readonly proof?: CardProof;
  readonly provenLeaf?: number;
}

/** docs/formats/card-proof.md */
export interface CardProof {
  readonly at: UnixSeconds;
  /** 32 bytes. */
  readonly challenge: Uint8Array;
  /** ECDSA as raw `r || s`. */
  readonly signature: Uint8Array;
}

/**
 * Whether it waits for the proof of its card, which it is worth nothing without (certificateHold). It goes on being on hold until
 * that card is active, which the log tells.
 */
export function isUnproven({ card, provenLeaf }: Pick<Credential, 'card' | 'provenLeaf'>): boolean {
  return card !== undefined && provenLeaf === undefined;
}

export type CredentialCode =
  | 'credential/not-found'
  | 'credential/official-unknown'
  | 'credential/no-mandate'
  | 'credential/not-issued'
  | 'credential/not-suspended'
  | 'credential/already-suspended'
  | 'credential/already-revoked'
  | 'credential/compromised-from-needs-key-compromise'
  | 'credential/compromised-from-missing'
  | 'credential/compromised-from-unknown'
  | 'credential/key-in-use'
  | 'credential/signer-reserved'
  /** Its key is on no card (`serial`). */
  | 'credential/not-on-card'
  /** The challenge was not drawn for it, was used, or is older than two minutes (`serial`). */
  | 'credential/challenge-unknown'
  /** The signature is not by the key that was certified, over the challenge (`serial`). */
  | 'credential/proof-wrong';

function refuse(code: CredentialCode, credential: Credential, found: string): never {
  throw new Refusal<CredentialCode>(code, found, { serial: credential.serial, found });
}

/** @throws Refusal unless it is issued and neither suspended nor revoked */
export function suspended(credential: Credential, at: UnixSeconds): Credential {
  if (credential.state === 'prepared') refuse('credential/not-issued', credential, credential.state);
  if (credential.state === 'suspended') refuse('credential/already-suspended', credential, credential.state);
  if (credential.state === 'revoked') refuse('credential/already-revoked', credential, credential.state);
  return { ...credential, state: 'suspended', suspendedAt: at };
}

/** @throws Refusal unless it is suspended */
export function resumed(credential: Credential): Credential {
  if (credential.state === 'revoked') refuse('credential/already-revoked', credential, credential.state);
  if (credential.state !== 'suspended') refuse('credential/not-suspended', credential, credential.state);
  const { suspendedAt: _, ...rest } = credential;
  return { ...rest, state: 'issued' };
}

export interface RevocationGrounds {
  readonly reason: RevocationReason;
  /**
   * The leaf index from which acts with this key are void: goes with `keyCompromise`, and only with it. Of a credential
   * that signs nothing it may be left out.
   */
  readonly compromisedFrom?: number;
}

/**
 * Revoked for good; also what was only prepared, because its certificate may exist. What is revoked already may only be
 * declared stolen besides, from an earlier leaf than before.
 * @throws Refusal when nothing would be graver, or when `compromisedFrom` does not fit reason or log
 */
export function revoked(
  credential: Credential,
  { reason, compromisedFrom }: RevocationGrounds,
  at: UnixSeconds,
  logSize: number,
): Credential {
  if (compromisedFrom === undefined) {
    const signs = credential.kind === 'signer';
    if (reason === 'keyCompromise' && signs) refuse('credential/compromised-from-missing', credential, reason);
  } else {
    if (reason !== 'keyCompromise') refuse('credential/compromised-from-needs-key-compromise', credential, reason);
    if (!Number.isSafeInteger(compromisedFrom) || compromisedFrom < 0 || compromisedFrom > logSize) {
      refuse('credential/compromised-from-unknown', credential, String(compromisedFrom));
    }
  }
  const earlier = credential.revoked;
  // A theft that is found later, or to have been earlier, is added: what it voids only grows.
  const graver = compromisedFrom !== undefined && compromisedFrom < (earlier?.compromisedFrom ?? Infinity);
  if (earlier && !graver) refuse('credential/already-revoked', credential, earlier.reason);
  const { suspendedAt: _, ...rest } = credential;
  return {
    ...rest,
    state: 'revoked',
    revoked: { at: earlier?.at ?? at, reason, ...(compromisedFrom === undefined ? {} : { compromisedFrom }) },
  };
}
