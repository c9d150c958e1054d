import { cardGuidOf } from '../authority/card-name.ts';
import { readCertificate } from '../authority/certificate.ts';
import { EvidenceKind } from '../access/evidence.ts';
import { equal } from '../core/bytes.ts';
import type { CborValue } from '../core/cbor.ts';
import type { Primitives } from '../core/primitives.ts';
import { LeafKind, type Opening } from '../log/leaf.ts';
import { readRecord } from '../log/record.ts';
import { bindsProfile } from './binds-profile.ts';
import type { Inquiry } from './inquiry.ts';
import {
  AUTHORISED,
  judgeAuthorisation,
  shownLeaf,
  unread,
  type AuthorisationFinding,
  type Online,
} from './judge-authorisation.ts';
import type { RegisteredCredential } from './knowledge.ts';

/** A certificate with what the register says of its issuance. */
export interface IssuedCertificate {
  readonly certificate: Uint8Array;
  readonly issuedLeaf: number;
  readonly profile: Uint8Array;
  readonly activatedLeaf?: number;
}

export function issuedOf(
  { profile, activatedLeaf }: RegisteredCredential,
  { leaf }: NonNullable<RegisteredCredential['issued']>,
  certificate: Uint8Array,
): IssuedCertificate {
  return { certificate, profile, issuedLeaf: leaf, ...(activatedLeaf !== undefined && { activatedLeaf }) };
}

/**
 * Whether two people willed that this certificate be issued, and to whom: by the leaf of its intent, which commits to its
 * body. Whoever has the authority's key alone can sign a body; nobody authorised it then. One whose key is on a card was certified
 * before anybody could: it counts by the activation of the card, which names it.
 */
export async function judgeIssuance(
  inquiry: Inquiry,
  knowledge: Online,
  issued: IssuedCertificate,
  primitives: Primitives,
): Promise<(AuthorisationFinding & { readonly officialId?: string }) | undefined> {
  const { trust, register } = knowledge;
  if (trust.dev && trust.charter.founders.length === 0) return undefined;
  const leaf = await shownLeaf(issued.issuedLeaf, knowledge, primitives);
  if (leaf?.kind !== LeafKind.credentialIssued || leaf.ref === undefined) return unread(inquiry, issued.issuedLeaf);
  const index = leaf.ref;
  const opening = await register.opening(index);
  if (!opening) return unread(inquiry, index);
  const certificate = readCertificate(issued.certificate);
  const isLater = opening.evidence?.kind === EvidenceKind.session && cardGuidOf(certificate) !== undefined;
  const finding = isLater
    ? await judgeActivation(inquiry, knowledge, issued, primitives)
    : await judgeAuthorisation(inquiry, knowledge, { ...opening, index, kind: LeafKind.credentialIntent }, primitives);
  if (finding?.outcome !== 'authorised') return finding;
  const intent = intentOf(readRecord(opening.record));
  const isOfBody =
    intent !== undefined &&
    equal(intent.tbs, certificate.tbs) &&
    bindsProfile(certificate, issued.profile, intent.officialId, knowledge, primitives);
  if (!inquiry.holds(AUTHORISED, isOfBody, 'authorised for this certificate', 'authorised for another certificate')) {
    return { outcome: 'unauthorised' };
  }
  return { ...finding, officialId: intent!.officialId };
}

/** Whether two people let a card count, and this certificate with it. */
async function judgeActivation(
  inquiry: Inquiry,
  knowledge: Online,
  { certificate, activatedLeaf: index }: IssuedCertificate,
  primitives: Primitives,
): Promise<AuthorisationFinding | undefined> {
  if (index === undefined) {
    inquiry.fail(AUTHORISED, 'no card with it became active');
    return { outcome: 'unauthorised' };
  }
  const opening = await knowledge.register.opening(index);
  if (!opening) return unread(inquiry, index);
  const kind = LeafKind.cardActivated;
  const finding = await judgeAuthorisation(inquiry, knowledge, { ...opening, index, kind }, primitives);
  if (finding?.outcome !== 'authorised') return finding;
  const digest = primitives.digest('SHA-256', certificate);
  const isNamed = certifiedBy(opening).some((one) => one instanceof Uint8Array && equal(one, digest));
  return inquiry.holds(AUTHORISED, isNamed, 'its card became active with it', 'its card became active without it')
    ? finding
    : { outcome: 'unauthorised' };
}

/** `card/activated`: number, time, tag, certificates. */
function certifiedBy({ record }: Opening): readonly CborValue[] {
  const list = readRecord(record)?.[7];
  return Array.isArray(list) ? (list as readonly CborValue[]) : [];
}

/** `credential/intent`: authority, serial number, official, body, place in the status list. */
function intentOf(
  record: readonly CborValue[] | undefined,
): { readonly officialId: string; readonly tbs: Uint8Array } | undefined {
  const [officialId, tbs] = record?.slice(4) ?? [];
  return typeof officialId === 'string' && tbs instanceof Uint8Array ? { officialId, tbs } : undefined;
}

/**
 * Whether who signed willed this letter, or this countersignature, themselves, with a certificate that was issued to them by
 * two others.
 * @param act the leaf of the signature, and the digest of the certificate that it commits to
 */
export async function judgeSigner(
  inquiry: Inquiry,
  knowledge: Online,
  act: {
    readonly index: number;
    readonly kind: LeafKind;
    readonly serial: string;
    readonly certificateDigest: Uint8Array;
  } & Pick<Opening, 'record' | 'salt'>,
  primitives: Primitives,
): Promise<AuthorisationFinding['outcome'] | undefined> {
  const willed = await judgeAuthorisation(inquiry, knowledge, act, primitives);
  if (willed?.outcome !== 'authorised') return willed?.outcome;
  const credential = await knowledge.register.credential(act.serial);
  const { certificate, issued } = credential ?? {};
  if (!certificate || !issued) return unread(inquiry, act.index).outcome;
  const isShown = equal(primitives.digest('SHA-256', certificate), act.certificateDigest);
  if (
    !inquiry.holds(
      AUTHORISED,
      isShown,
      'signed with the certificate of the register',
      'signed with another certificate',
    )
  ) {
    return 'unauthorised';
  }
  const given = await judgeIssuance(inquiry, knowledge, issuedOf(credential!, issued, certificate), primitives);
  if (given?.outcome !== 'authorised') return given?.outcome;
  const [signer] = willed.by;
  const isOwn = signer?.official !== undefined && signer.official === given.officialId;
  return inquiry.holds(AUTHORISED, isOwn, 'willed by the signer', 'willed by somebody else than the signer')
    ? 'authorised'
    : 'unauthorised';
}
