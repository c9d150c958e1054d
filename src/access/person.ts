import type { Brand } from '../core/brand.ts';
import { toHex } from '../core/bytes.ts';
import type { Random } from '../core/random.ts';
import type { OfficialId } from '../directory/official.ts';

/** Who acts here: 16 random bytes in hexadecimal, the same for all passkeys of one person. */
export type PersonId = Brand<string, 'PersonId'>;

export const PERSON_ID_BYTES = 16;

export function drawPersonId(random: Random): PersonId {
  return toHex(random(PERSON_ID_BYTES)) as PersonId;
}

/** A founder as the charter names them: whoever approves before anybody is enrolled. */
export interface Founder {
  readonly person: PersonId;
  readonly name: string;
  /** SubjectPublicKeyInfo of their passkey: P-256, or RSA of at least 2048 bits. */
  readonly key: Uint8Array;
  /** The leaf from which they count no more; what they approved before it stands. */
  readonly retiredFrom?: number;
}

/** Founders as the charter writes them. */
export function foundersOf(
  named: readonly (Omit<Founder, 'person'> & { readonly person: Uint8Array })[],
): readonly Founder[] {
  return named.map((founder) => ({ ...founder, person: toHex(founder.person) as PersonId }));
}

/** A passkey of somebody, as the leaf of its enrolment says it. */
export interface Enrolment {
  readonly person: PersonId;
  readonly name: string;
  /** Who they are in the directory; absent for whoever has no post there (an auditor from outside). */
  readonly official?: OfficialId;
  /** SubjectPublicKeyInfo: P-256, or RSA of at least 2048 bits. */
  readonly key: Uint8Array;
  /** The credential id by which browsers find it, 16 to 1023 bytes. */
  readonly credentialId: Uint8Array;
}
