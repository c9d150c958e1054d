import type { Certificate } from '../authority/certificate.ts';
import { ATTRIBUTE, findAttribute } from '../authority/name.ts';
import { toHex } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { formatTime } from '../core/time.ts';
import { claimedInSignature } from '../oficio/countersignature.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { isPdf } from '../pdf/object.ts';
import { SALT_ENTRY } from '../seal/in-signature.ts';
import { signedParts } from '../signature/byte-range.ts';
import type { SignatureFinding } from '../signature/verify.ts';
import type { Inquiry } from './inquiry.ts';
import { judgeShown } from './judge-countersignature.ts';
import type { Knowledge } from './knowledge.ts';
import { isMade, type Judged } from './other-signatures.ts';

/**
 * A signature that says of itself that it countersigns a letter: one that was made with a certificate of ours. Any other is what it is
 * without that. Where the file does not show its letter any more, the register says of which it is: a field that somebody took away
 * makes no stolen key of a genuine signature.
 * @param before what was judged before it
 */
export async function withCountersigned(
  inquiry: Inquiry,
  { bytes }: PdfDocument,
  judged: Judged,
  before: readonly Judged[],
  knowledge: Knowledge,
  primitives: Primitives,
): Promise<Judged> {
  const { finding, chain } = judged;
  const { dictionary, byteRange, certificate, claimedAt, integrity } = finding;
  const claimed = claimedInSignature(dictionary);
  if (!claimed || !byteRange || !certificate || chain?.outcome !== 'pass') return judged;
  if (!isMade(finding) || integrity === 'altered') return judged;
  const carried = before.find(({ seal }) => seal && toHex(seal.claims.id) === claimed.letter);
  const { register } = knowledge;
  if (!register) {
    if (!carried?.seal) return { ...judged, countersigned: { state: 'stale-status', isCarried: false } };
    const name = nameIn(certificate);
    const signedAt = claimedAt === undefined ? {} : { signedAt: formatTime(claimedAt) };
    const state = 'unconfirmed' as const;
    const countersigner = { ...(name !== undefined && { name }), serial: certificate.serial.hex, ...signedAt, state };
    return { ...judged, countersigned: { state, countersigner, folio: carried.seal.claims.folio, isCarried: true } };
  }
  const letter = carried?.sealed?.letter ?? (await register.letter(claimed.letter));
  const shown = {
    claimed,
    salt: saltOf(finding),
    byteRangeDigest: primitives.digest('SHA-256', ...signedParts(bytes, byteRange)),
    certificateDigest: primitives.digest('SHA-256', certificate.encoded),
    certificate,
  };
  const isCarried = carried !== undefined;
  const unread = letter ? undefined : await register.unreadLetter(claimed.letter);
  if (unread !== undefined) {
    inquiry.unknown('register/letter', `nobody can read any more what leaf ${unread} says of it`);
    return { ...judged, countersigned: { state: 'stale-status', isCarried, unread } };
  }
  const found = await judgeShown(inquiry, shown, letter, { ...knowledge, register }, primitives);
  return { ...judged, countersigned: { ...found, isCarried, ...(letter && { folio: letter.folio }) } };
}

/** The salt of its leaf, as its dictionary shows it; none where it shows none. */
export function saltOf({ dictionary }: SignatureFinding): Uint8Array {
  const salt = dictionary.entries.get(SALT_ENTRY);
  return isPdf(salt, 'string') ? salt.bytes : new Uint8Array(0);
}

/** What a certificate calls whom it is of: anybody may have written it. */
export function nameIn(certificate: Certificate): string | undefined {
  return findAttribute(certificate.subject, ATTRIBUTE.CN) ?? findAttribute(certificate.subject, ATTRIBUTE.O);
}
