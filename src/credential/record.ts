import { encodeCbor } from '../core/cbor.ts';
import { fromHex } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { REVOCATION_REASONS, type CardProof, type Credential } from './credential.ts';

type Digest = Pick<Primitives, 'digest'>;

/** What is about to be signed: the exact body. */
export function intentRecord(credential: Credential): Uint8Array {
  return encodeCbor([
    1,
    'credential/intent',
    credential.authority,
    fromHex(credential.serial)!,
    credential.officialId,
    credential.tbs,
    credential.statusIndex,
  ]);
}

/** What was issued: whoever holds certificate and profile can recompute it. */
export function issuedRecord(certificate: Uint8Array, profile: Uint8Array, primitives: Digest): Uint8Array {
  return encodeCbor([
    1,
    'credential/issued',
    primitives.digest('SHA-256', certificate),
    primitives.digest('SHA-256', profile),
  ]);
}

/** That its key is on its card: whoever opens it can verify the signature again. */
export function provenRecord(
  { authority, serial }: Pick<Credential, 'authority' | 'serial'>,
  { at, challenge, signature }: CardProof,
): Uint8Array {
  return encodeCbor([1, 'credential/proven', authority, fromHex(serial)!, at, challenge, signature]);
}

export function statusRecord(
  act: 'credential/suspended' | 'credential/resumed' | 'credential/revoked',
  credential: Credential,
  at: number,
): Uint8Array {
  const { revoked } = credential;
  return encodeCbor([
    1,
    act,
    credential.authority,
    fromHex(credential.serial)!,
    at,
    revoked ? REVOCATION_REASONS[revoked.reason] : null,
    revoked?.compromisedFrom ?? null,
  ]);
}
