import { cardGuidOf } from '../authority/card-name.ts';
import { readCertificate, tryReadCertificate, type Certificate } from '../authority/certificate.ts';
import { validateChain, type RevocationAnswer } from '../authority/chain.ts';
import { USAGE } from '../authority/extension.ts';
import { sameName } from '../authority/name.ts';
import { policyOf, profileHashOid } from '../authority/profile.ts';
import { readDer, readOctetString } from '../asn1/read.ts';
import { checkContent, type ShownContent } from '../card/check-content.ts';
import { bundleAge, photoOf, type BundledCard, type CardBundleCode, type OpenedBundle } from '../card/bundle.ts';
import { equal, toHex } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal, Refusal } from '../core/refusal.ts';
import { formatTime, unixSeconds, type UnixSeconds } from '../core/time.ts';
import type { State } from '../core/verdict.ts';
import { REVOCATION_REASONS } from '../credential/credential.ts';
import { mandateAt, type Mandate } from '../directory/official.ts';
import { decodeProfile, type PublicProfile } from '../directory/profile.ts';
import { crlRevocation } from '../revocation/crl-check.ts';
import { statusAt } from '../revocation/status-list.ts';
import { Inquiry } from './inquiry.ts';
import { personOf } from './person.ts';
import type { Answer, CredentialSubject } from './subject.ts';

/** What a card showed: the certificate for its own key, with which it signed, and what it says of itself. */
export interface ShownToCounter {
  /** DER. */
  readonly certificate: Uint8Array;
  readonly content: ShownContent;
}

export interface OfflineAnswer {
  readonly answer: Answer;
  /** JPEG that the certificate of the card binds, where its holder may be shown. */
  readonly photo?: Uint8Array;
}

/**
 * The verdict of a counter without network on a card that signed fresh bytes: chain to the root that the
 * bundle was opened under, its lists, and the card and profile in it. Never `valid`; under lists of more than a day
 * `stale-status`, but for what is revoked, which stays so. Everything is as of `statusAsOf`.
 * @throws Refusal `card/bundle-untrusted` where the bundle says of the card what its certificate does not bind
 */
export async function verifyCardOffline(
  { certificate: encoded, content }: ShownToCounter,
  bundle: OpenedBundle,
  at: UnixSeconds,
  primitives: Primitives,
): Promise<OfflineAnswer> {
  const inquiry = new Inquiry(at, bundle.trust.dev);
  inquiry.statusAsOf = bundle.statusAsOf;
  const certificate = tryReadCertificate(encoded);
  if (!certificate) {
    inquiry.unknown('credential/format', 'not a certificate');
    return { answer: inquiry.answer('unreadable', { kind: 'unknown' }) };
  }
  const issuer = await issuerOf(certificate, 'card', bundle, at, primitives);
  if (!issuer) {
    inquiry.unknown('credential/chain', 'does not lead to our root');
    return { answer: inquiry.answer('unknown-issuer', { kind: 'unknown' }) };
  }
  inquiry.pass('credential/chain', 'leads to our root');
  const guid = cardGuidOf(certificate);
  const listed = guid && bundle.cards.get(toHex(guid));
  const isListed = listed && equal(listed.certificateDigest, primitives.digest('SHA-256', encoded));
  const card = isListed ? listed : undefined;
  const profile = card?.profile && boundProfile(certificate, card.profile, bundle, primitives);
  const question = { inquiry, bundle, certificate, issuer, card, profile, primitives };
  const revocation = await revocationOf(question);
  const judged = judge(question, revocation.status);
  const isGenuine = await judgeContent(question, content);
  const state = withContent(question, judged, content, isGenuine);
  const subject = { ...subjectOf(question, state), ...(state === 'revoked' && reasonIn(revocation)) };
  const { photo: named } = profile ?? {};
  const photo = card && isShown(state) ? photoOf(card, named?.thumbnailSha256, primitives) : undefined;
  if (photo) inquiry.pass('bundle/photo', 'the photo is the one that the certificate binds');
  return { answer: inquiry.answer(state, subject), ...(photo && { photo }) };
}

/**
 * What is over stays so, whatever else somebody did to the card. One that the list does not hold and on which nothing is signed
 * was never finished: the office signs when all of it stands there, and lets it count after that.
 */
function withContent(
  { inquiry, card }: Question,
  judged: State,
  { securityObject }: ShownContent,
  isGenuine: boolean,
): State {
  if (judged === 'revoked' || judged === 'ended') return judged;
  if (!card && !securityObject) {
    inquiry.fail('card/state', 'never finished: not among the cards in use, and nothing on it is signed');
    return 'not-yet-valid';
  }
  return isGenuine ? judged : 'altered';
}

const PURPOSES = { card: USAGE.cardAuthentication, 'content-signer': USAGE.contentSigning } as const;

/** The authority of ours that issued it for this; `undefined` where none did. */
async function issuerOf(
  certificate: Certificate,
  purpose: keyof typeof PURPOSES,
  { trust: { charter } }: OpenedBundle,
  at: UnixSeconds,
  primitives: Primitives,
): Promise<Certificate | undefined> {
  const { outcome, path } = await validateChain(
    {
      certificate,
      intermediates: charter.authorities.map(readCertificate),
      anchors: [readCertificate(charter.root)],
      // Whether it is still of its time is asked apart.
      at: unixSeconds(Math.min(Math.max(at, certificate.notBefore), certificate.notAfter)),
      requiredEku: PURPOSES[purpose],
      requiredPolicy: policyOf(purpose, charter.arc),
    },
    primitives,
  );
  return outcome === 'pass' && path?.length === 3 ? path[1] : undefined;
}

/** @throws Refusal `card/bundle-untrusted` */
function boundProfile(
  certificate: Certificate,
  encoded: Uint8Array,
  { trust: { charter } }: OpenedBundle,
  primitives: Primitives,
): PublicProfile {
  const extension = certificate.extensions.all.find(({ oid }) => oid === profileHashOid(charter.arc));
  try {
    const hash = extension && readOctetString(readDer(extension.value));
    if (hash && equal(hash, primitives.digest('SHA-256', encoded))) return decodeProfile(encoded);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  throw new Refusal<CardBundleCode>('card/bundle-untrusted', 'another profile');
}

interface Question {
  readonly inquiry: Inquiry;
  readonly bundle: OpenedBundle;
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly card: BundledCard | undefined;
  readonly profile: PublicProfile | undefined;
  readonly primitives: Primitives;
}

function judge({ inquiry, bundle, certificate, card, profile }: Question, revocation: Revocation['status']): State {
  const { at } = inquiry;
  const age = bundleAge(bundle, at);
  // Revoked is for good, however old the list is that says so.
  if (revocation === 'revoked' || revocation === 'ended') return revocation;
  const asOf = formatTime(bundle.statusAsOf);
  if (age === 'future') {
    inquiry.unknown('bundle/age', `made at ${formatTime(bundle.madeAt)}, which has not come here: the clock is wrong`);
    return 'stale-status';
  }
  if (age === 'stale') {
    inquiry.unknown('bundle/age', `the lists are of ${asOf} and decided until ${formatTime(bundle.staleFrom)}`);
    return 'stale-status';
  }
  inquiry.pass('bundle/age', `the lists are of ${asOf} and decide until ${formatTime(bundle.staleFrom)}`);
  if (revocation === 'unknown') return 'stale-status';
  if (!card) {
    inquiry.unknown('bundle/card', 'not among the cards in use: made since, or ended');
    return 'stale-status';
  }
  inquiry.pass('bundle/card', 'among the cards in use');
  if (revocation === 'suspended') return 'suspended';
  const mandate: Mandate = profile ? mandateAt(profile, at) : 'current';
  if (!inquiry.holds('directory/mandate', mandate === 'current', 'a mandate today', `mandate ${mandate}`)) {
    return mandate === 'not-yet' ? 'not-yet-valid' : 'ended';
  }
  const { notBefore, notAfter } = certificate;
  if (at < notBefore || at > notAfter) {
    inquiry.fail('credential/validity', `from ${formatTime(notBefore)} to ${formatTime(notAfter)}`);
    return at < notBefore ? 'not-yet-valid' : 'expired';
  }
  inquiry.pass('credential/validity', `until ${formatTime(notAfter)}`);
  return 'unconfirmed';
}

interface Revocation {
  readonly status: 'good' | 'revoked' | 'ended' | 'suspended' | 'unknown';
  /** Of RFC 5280 §5.3.1, of whichever was revoked. */
  readonly reason?: number | undefined;
}

/** What the list says why. Of a card in other hands it is the key's compromise, whether it was lost or stolen. */
function reasonIn({ reason }: Revocation): Pick<CredentialSubject, 'reason'> {
  const [name] = Object.entries(REVOCATION_REASONS).find(([, number]) => number === reason) ?? [];
  return name === undefined ? {} : { reason: name };
}

/** By both lists, as they stood when they were made: the graver word of the two counts. */
async function revocationOf(question: Question): Promise<Revocation> {
  const { inquiry, bundle, certificate, issuer, profile, primitives } = question;
  const { statuses, trust } = bundle;
  const root = readCertificate(trust.charter.root);
  const ofAuthority = await answerOf(issuer, root, bundle, inquiry, primitives);
  const ofCard = await answerOf(certificate, issuer, bundle, inquiry, primitives);
  const index = profile?.statusIndex;
  const status = index === undefined ? undefined : (statusAt(statuses, index) ?? 'unknown');
  const ofHolder = await answerOfHolder(question);
  const found = [ofAuthority.status, ofCard.status, status, ofHolder?.status];
  const since =
    [ofCard, ofHolder].flatMap((answer) => (answer && 'since' in answer ? answer.since : []))[0] ?? bundle.statusAsOf;
  if (found.includes('revoked') || found.includes('invalid')) {
    inquiry.fail('revocation/status', `revoked at ${formatTime(since)}`);
    const reason = ofAuthority.status === 'good' ? (reasonOf(ofCard) ?? reasonOf(ofHolder)) : undefined;
    const hasLeft = reasonOf(ofCard) === REVOCATION_REASONS.affiliationChanged && ofAuthority.status === 'good';
    return { status: hasLeft ? 'ended' : 'revoked', reason };
  }
  if (found.includes('suspended')) {
    inquiry.fail('revocation/status', `suspended at ${formatTime(since)}`);
    return { status: 'suspended' };
  }
  if (found.includes('unknown')) {
    inquiry.unknown('revocation/status', 'no list of its issuer');
    return { status: 'unknown' };
  }
  inquiry.pass('revocation/status', 'neither suspended nor revoked');
  return { status: 'good' };
}

function reasonOf(answer: RevocationAnswer | undefined): number | undefined {
  return answer && 'reason' in answer ? answer.reason : undefined;
}

/** Of the credential in slot 9A, of the same authority: HR may revoke or suspend it alone. Its certificate is in no list, as it has a name. */
async function answerOfHolder(question: Question): Promise<RevocationAnswer | undefined> {
  const { inquiry, bundle, certificate, issuer, card, primitives } = question;
  if (!card) return undefined;
  const holder = { ...certificate, serial: { ...certificate.serial, hex: card.holderSerial } };
  return answerOf(holder, issuer, bundle, inquiry, primitives);
}

/** As the list had it: whether it is of now is asked of the bundle as a whole. */
async function answerOf(
  certificate: Certificate,
  issuer: Certificate,
  { crls }: OpenedBundle,
  { at }: Inquiry,
  primitives: Primitives,
): Promise<RevocationAnswer> {
  const freshAt = crls.find((crl) => sameName(crl.issuer, issuer.subject))?.thisUpdate;
  if (freshAt === undefined) return { status: 'unknown', detail: 'no list of its issuer' };
  return crlRevocation(crls, primitives, { freshAt })(certificate, issuer, unixSeconds(Math.max(freshAt, at)));
}

/** Whether nothing speaks against what the card says of itself. */
async function judgeContent(
  { inquiry, bundle, certificate, primitives }: Question,
  content: ShownContent,
): Promise<boolean> {
  const { contentSigner } = bundle;
  const issuer = contentSigner && (await issuerOf(contentSigner, 'content-signer', bundle, inquiry.at, primitives));
  if (
    !contentSigner ||
    !issuer ||
    (await answerOf(contentSigner, issuer, bundle, inquiry, primitives)).status !== 'good'
  ) {
    inquiry.unknown('card/security-object', 'no certificate of who signs what stands on cards');
    return true;
  }
  const named = cardGuidOf(certificate) ?? new Uint8Array();
  const check = await checkContent(content, named, contentSigner, primitives);
  inquiry.checks.push(check);
  return check.outcome === 'pass';
}

/** Under old lists a card keeps its number alone: whoever has left by then is not shown any more. */
function isShown(state: State): boolean {
  return ['unconfirmed', 'suspended', 'expired', 'not-yet-valid'].includes(state);
}

function subjectOf({ certificate, card }: Question, state: State): CredentialSubject {
  const base: CredentialSubject = {
    kind: 'credential',
    serial: certificate.serial.hex,
    credentialKind: 'card',
    ...(card && { card: card.number }),
  };
  if (!card || !isShown(state)) return base;
  const { profile, legalGround } = card;
  return {
    ...base,
    ...(profile && { officialId: decodeProfile(profile).id, ...personOf(profile) }),
    ...(legalGround !== undefined && { legalGround }),
    notAfter: certificate.notAfter,
  };
}
