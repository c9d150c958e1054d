/** What a card at a counter says, and what is to be held of it: nothing here is shown, and nobody is asked a second time. */
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { readCertificate } from '../../src/authority/certificate.ts';
import type { OpenedBundle } from '../../src/card/bundle.ts';
import { formatCardNumber, type Card } from '../../src/card/card.ts';
import type { CardChannel } from '../../src/card/channel.ts';
import { CHALLENGED, checkContent, type ShownContent } from '../../src/card/check-content.ts';
import { identifyTag } from '../../src/card/ntag424/read-tag.ts';
import { readNdefAddress } from '../../src/card/ntag424/ndef.ts';
import { formatTagUid } from '../../src/card/ntag424/uid.ts';
import { challengeCard, readShownContent, type CounterDeps } from '../../src/card/station/verify-card.ts';
import { fromBase64, toBase64 } from '../../src/core/base64.ts';
import { fromHex } from '../../src/core/bytes.ts';
import { isRefusal, type Refusal } from '../../src/core/refusal.ts';
import { formatTime, type UnixSeconds } from '../../src/core/time.ts';
import { unknown, type Check } from '../../src/core/verdict.ts';
import { verdictJson } from '../../src/http/verdict-json.ts';
import { verifyCardOffline } from '../../src/verifier/index.ts';
import type { Client } from '../client.ts';
import type { VerdictView } from '../show-verdict.ts';
import type { OpenedReaders, Station } from './station.ts';

const API = '/api/v1/staff/verify';
const CONTENT_SIGNER_PATH = '/api/v1/staff/card-content-signer';

/** What a card says that is none of ours, or a copy of one: an answer to the question, and no refusal of it. */
const FORGED = [
  ...['card/not-ours', 'card/certificate-of-another', 'card/no-key', 'card/signature-wrong'],
  ...['card/not-allowed', 'card/malformed', 'card/declined'],
];

export interface CardAnswer {
  readonly verdict: VerdictView;
  /** Of the register, where the verdict is about it. */
  readonly card?: Card | undefined;
  /** The code of what is wrong with a card that is none of ours, or a copy. */
  readonly forged?: string;
  /** JPEG, of the list, where its holder may be shown. */
  readonly photo?: Uint8Array;
}

/** By the list alone: nothing is asked of any service. */
export async function askByList(
  deps: CounterDeps & Pick<OpenedReaders, 'clock'>,
  bundle: OpenedBundle,
): Promise<CardAnswer> {
  try {
    const { certificate } = await challengeCard(deps);
    const content = await readShownContent(deps);
    const shown = { certificate: certificate.encoded, content };
    const { answer, photo } = await verifyCardOffline(shown, bundle, deps.clock(), nodePrimitives);
    const verdict = verdictJson({ ...answer, checks: [CHALLENGED, ...answer.checks] }) as unknown as VerdictView;
    return { verdict, ...(photo && { photo }) };
  } catch (error) {
    return forgedOrThrow(error, deps.clock());
  }
}

/**
 * The chip signs fresh bytes, and the verifier says what the certificate for the key is. Only one that the office issued to a
 * card proves which card this is: what else stands on the chip anybody can write.
 */
export async function askChip(station: Station, channel: CardChannel, client: Client): Promise<CardAnswer> {
  const at = station.clock();
  try {
    const { guid, certificate } = await challengeCard({ ...station, channel });
    const shown = await readShownContent({ channel });
    const content = await checkOnline(shown, guid, client);
    const ofKey = await client.post<VerdictView>(API, { certificate: toBase64(certificate.encoded) });
    if (NOT_ISSUED.includes(ofKey.state)) return forged('card/not-ours', 'not issued by us', at, ofKey.checks);
    const proven = [CHALLENGED, content, ...ofKey.checks];
    const { credentialKind, serial } = ofKey.subject;
    const isSettled = SETTLED.includes(ofKey.state);
    if (!isSettled) return answerAbout({ ...ofKey, checks: proven }, undefined, at);
    const card = await station.office.find({ guid });
    if (!card || credentialKind !== 'card' || serial !== certificate.serial.hex) {
      return forged('card/certificate-of-another', 'of no card in the register', at, proven);
    }
    const ofCard = await client.post<VerdictView>(API, { text: formatCardNumber(card.number) });
    const ofItsKey = { ...ofKey, subject: { ...ofKey.subject, card: card.number } };
    // While it is made its key is on hold, or revoked for its time: the card itself says so.
    const found = card.state === 'registered' ? ofCard : worstOf(ofItsKey, ofCard);
    const checks = [CHALLENGED, content, ...bySlot('9E', ofKey, ofCard), ...bySlot('9A', ofCard, ofKey)];
    const verdict = { ...found, checks };
    // What is over stays so, whatever else somebody did to the card.
    if (OVER.includes(found.state)) return answerAbout(verdict, card, at);
    const subject = { kind: 'credential', serial, card: card.number };
    const isUnfinished = card.state === 'registered' && !shown.securityObject;
    // The office signs what stands on a card when all of it does: before that nothing is missing, and nobody is shown.
    if (isUnfinished) return { verdict: { ...verdict, verdict: 'invalid', state: 'not-yet-valid', subject }, card };
    if (content.outcome !== 'fail') return answerAbout(verdict, card, at);
    return { verdict: { ...verdict, verdict: 'invalid', state: 'altered', subject } };
  } catch (error) {
    return forgedOrThrow(error, at);
  }
}

/** The checks that were made of both certificates say of which. */
function bySlot(slot: '9A' | '9E', { checks }: VerdictView, other: VerdictView): VerdictView['checks'] {
  const both = new Set(other.checks.map(({ check }) => check));
  return checks.map((one) => (both.has(one.check) ? { ...one, slot } : one));
}

/** Of a certificate that is none of ours. */
const NOT_ISSUED = ['unknown-issuer', 'unreadable'];

/** For good. */
const OVER = ['revoked', 'ended'];

/** What is said of a card, or of a key, that the register knows and that was proven. */
const SETTLED = ['current', 'suspended', 'expired', 'not-yet-valid', ...OVER];

/** Of the card's own key and of the card: the graver word counts. */
function worstOf(ofKey: VerdictView, ofCard: VerdictView): VerdictView {
  const both = [ofKey, ofCard];
  return both.find(({ state }) => OVER.includes(state)) ?? both.find(({ verdict }) => verdict !== 'valid') ?? ofCard;
}

/**
 * A verdict tells of `card` where it is about this very card and settled; then alone may it be good. Of any other the words
 * remain, and nobody is named.
 * @param card that proved itself
 */
function answerAbout(verdict: VerdictView, card: Card | undefined, at: UnixSeconds): CardAnswer {
  const { kind, serial, card: shown } = verdict.subject;
  if (card && shown === card.number && SETTLED.includes(verdict.state)) {
    if (card.state !== 'registered') return { verdict, card };
    // Nobody should carry one that is being made.
    return { verdict: { ...verdict, subject: { kind, ...(serial !== undefined && { serial }), card: shown } }, card };
  }
  if (verdict.verdict === 'valid')
    return forged('card/not-ours', 'not the card that was asked for', at, verdict.checks);
  return { verdict: { ...verdict, subject: { kind, ...(serial !== undefined && { serial }) } } };
}

/** Whether the office signed what the card says of itself, by the certificate that it published. */
async function checkOnline(shown: ShownContent, guid: string, client: Client): Promise<Check> {
  const { certificate } = await client.get<{ readonly certificate: string | null }>(CONTENT_SIGNER_PATH);
  const der = certificate === null ? undefined : fromBase64(certificate);
  if (der) return checkContent(shown, fromHex(guid)!, readCertificate(der), nodePrimitives);
  return unknown('card/security-object', 'no certificate of who signs what stands on cards');
}

/** The address that the tag makes for a telephone, used up by this. A tag of another kind, or without one, is none of ours. */
export async function askTag(station: Station, channel: CardChannel, client: Client): Promise<CardAnswer> {
  const { uid } = await identifyTag({ channel });
  const text = await readNdefAddress(channel);
  if (text === undefined) return forged('card/not-ours', 'a tag without an address', station.clock());
  const verdict = await client.post<VerdictView>(API, { text });
  const card = await station.office.find({ tagUid: formatTagUid(uid) });
  return answerOfTag(verdict, card, station.clock());
}

/**
 * What counts of a verdict on what a tag held, where `card` has a tag of this number. Anybody can write the address of a letter
 * or the number of a card into a tag, and give a tag the number of another: only a tap proves a tag, and only the one of its
 * own card. A card with a tag in the register has no plain one.
 */
export function answerOfTag(verdict: VerdictView, card: Card | undefined, at: UnixSeconds): CardAnswer {
  const outcomes = verdict.checks.flatMap(({ check, outcome }) => (check === 'card/tap' ? [outcome] : []));
  const isTap = outcomes.length > 0 && !outcomes.includes('unknown');
  const shown = verdict.subject['card'];
  if (!isTap || (shown !== undefined && shown !== card?.number))
    return forged('card/not-ours', 'no tap of this tag', at);
  return answerAbout(verdict, outcomes.includes('fail') ? undefined : card, at);
}

/** @throws what was thrown, but where it says what is wrong with the card */
function forgedOrThrow(error: unknown, at: UnixSeconds): CardAnswer {
  if (!isRefusal(error) || !FORGED.includes(error.code)) throw error;
  const { code, message }: Refusal = error;
  return forged(code, message, at);
}

/** Nothing of it is told but what is wrong. @param checks what was found before that */
function forged(code: string, what: string, at: UnixSeconds, checks: VerdictView['checks'] = []): CardAnswer {
  const check = { check: 'card/challenge', outcome: 'fail', detail: `${code}: ${what}` };
  return {
    verdict: {
      ...{ verdict: 'invalid', state: 'not-ours', dev: false, subject: {} },
      checks: [check, ...checks],
      checkedAt: formatTime(at),
    },
    forged: code,
  };
}
