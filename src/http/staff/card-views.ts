import type { AccessChallenge } from '../../card/access-proof.ts';
import type { CardCertificate, CardHolder, ManagementKeys, TagAssignment } from '../../card/office.ts';
import { MANAGEMENT_ALGORITHMS, type ManagementAlgorithm } from '../../card/piv/reference.ts';
import { toBase64 } from '../../core/base64.ts';

/*
 * What the staff API says of cards; bytes are base64. A card itself is plain. Keys and PUK travel between processes of one
 * owner only, and are not kept by either.
 */

export interface CardHolderView extends Omit<CardHolder, 'photo'> {
  readonly photo?: string;
}

export function cardHolderView({ photo, ...holder }: CardHolder): CardHolderView {
  return { ...holder, ...(photo && { photo: toBase64(photo) }) };
}

export interface CardCertificateView extends Omit<CardCertificate, 'certificate'> {
  readonly certificate: string;
}

export function cardCertificateView({ certificate, ...rest }: CardCertificate): CardCertificateView {
  return { ...rest, certificate: toBase64(certificate) };
}

/** Nothing where nothing has to be signed. */
export type AccessChallengeView = Partial<Record<keyof AccessChallenge, string>>;

export function accessChallengeView(asked: AccessChallenge | undefined): AccessChallengeView {
  return asked ? { challenge: toBase64(asked.challenge), certificate: toBase64(asked.certificate) } : {};
}

export interface ManagementKeysView {
  readonly managementKeys: Readonly<Record<ManagementAlgorithm, string>>;
}

export function managementKeysView(keyOf: ManagementKeys): ManagementKeysView {
  const keys = MANAGEMENT_ALGORITHMS.map((algorithm) => [algorithm, toBase64(keyOf(algorithm))]);
  return { managementKeys: Object.fromEntries(keys) as ManagementKeysView['managementKeys'] };
}

export interface TagAssignmentView extends Omit<TagAssignment, 'keys'> {
  readonly keys: readonly string[];
}

export function tagAssignmentView({ keys, ...rest }: TagAssignment): TagAssignmentView {
  return { ...rest, keys: keys.map((key) => toBase64(key)) };
}
