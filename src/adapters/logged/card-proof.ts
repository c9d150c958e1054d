import { cardGuidOf } from '../../authority/card-name.ts';
import { readCertificateBody, type CertificateBody } from '../../authority/certificate.ts';
import { isSerial } from '../../authority/prepare.ts';
import { equal, toHex } from '../../core/bytes.ts';
import type { CborValue } from '../../core/cbor.ts';
import type { Primitives } from '../../core/primitives.ts';
import { isRefusal } from '../../core/refusal.ts';
import { isTime } from '../../core/time.ts';
import type { CardProof } from '../../credential/credential.ts';
import { isProofOf } from '../../credential/on-card.ts';
import { LeafKind } from '../../log/leaf.ts';
import { isDishonest, openingMissing } from '../../log/vouch.ts';
import type { TellingOptions } from './as-logged.ts';
import type { WitnessLog } from './first-leaves.ts';
import { toldCard } from './told-card.ts';
import { firstOutcome, openedRecord, toldAbout } from './witness.ts';

type Log = Pick<WitnessLog, 'leaf' | 'opening' | 'referring' | 'isFirst' | 'hasCome'>;
/** The log that knows cards by their GUID as well. */
export type CardLog = Log & Pick<WitnessLog, 'firstOfGuid'>;
type Verifying = Pick<Primitives, 'hmac' | 'verify'>;

/** What is known of the card of a credential, by the log alone. */
export interface LoggedCard {
  /** 16 bytes: the card that the certificate names; absent where nobody can read any more whether it names one. */
  readonly guid?: Uint8Array;
  /** The leaf of its issuance. */
  readonly issued?: number;
  /** The proof and its leaf; absent while nothing proves the credential. */
  readonly proven?: { readonly leaf: number; readonly proof: CardProof };
  /** A leaf that may have proven it: nobody can read any more what it said. Absent where another one proves it. */
  readonly unreadProof?: number;
}

/** The body to which the record of an intent commits; `undefined` for what is none. */
export function bodyOfIntent(record: readonly CborValue[]): CertificateBody | undefined {
  const [, act, , , , tbs] = record;
  if (act !== 'credential/intent' || !(tbs instanceof Uint8Array)) return undefined;
  try {
    return readCertificateBody(tbs);
  } catch (error) {
    if (isDishonest(error)) return undefined;
    throw error;
  }
}

/**
 * The card on which a credential is, and what proves it. Which card its body names was recorded before it was issued. A proof that
 * cannot be read any more, or whose signature is not by the certified key, proves nothing: whoever appends one needs the card.
 * @param intentLeaf that of the credential
 * @param before what was said from this leaf on is left out
 * @returns `undefined` for a credential that is on no card
 */
export async function loggedCard(
  log: Log,
  intentLeaf: number,
  primitives: Verifying,
  before: number = Infinity,
): Promise<LoggedCard | undefined> {
  const intent = await openedRecord(log, intentLeaf, primitives);
  if (!intent) return {};
  const body = bodyOfIntent(intent);
  const guid = body && cardGuidOf(body);
  if (!guid) return undefined;
  const issued = await firstOutcome(log, intentLeaf, LeafKind.credentialIssued, primitives);
  let unreadProof: number | undefined;
  for (const { index, kind, record } of issued === undefined ? [] : await toldAbout(log, issued, primitives)) {
    if (index >= before) break;
    if (kind !== LeafKind.credentialProven) continue;
    if (!record) unreadProof ??= index;
    const proof = record && proofOfRecord(record, body);
    if (proof && (await isProofOf(body, proof, primitives)))
      return { guid, issued: issued!, proven: { leaf: index, proof } };
  }
  return { guid, ...(unreadProof !== undefined && { unreadProof }) };
}

/**
 * Whether it is on a card that is not active by leaf `before`, or had not proven it when it became active: then it is worth
 * nothing. A card of which nobody can read any more that it counts, counts for nothing.
 * @throws Refusal `log/opening-missing` of what was done with it before a leaf, where the registration of its card is gone: nobody is told
 * that a letter was signed without authority because a record is gone
 */
export async function isLoggedOnHold(
  log: CardLog,
  intentLeaf: number,
  primitives: Verifying,
  before?: number,
): Promise<boolean> {
  const card = await loggedCard(log, intentLeaf, primitives, before);
  if (!card) return false;
  const { guid, proven, issued } = card;
  if (!guid || !proven) return true;
  const registered = await cardLeafOf(log, intentLeaf, guid, { acceptUnread: before === undefined });
  if (registered === undefined) return true;
  const until = before === undefined ? Infinity : before - 1;
  const told = await toldCard(log, registered, primitives, { acceptUnread: true, until });
  if (!told && before !== undefined) openingMissing(registered);
  if (told?.activatedLeaf === undefined || told.activatedLeaf < proven.leaf) return true;
  const digest = issued === undefined ? undefined : (await openedRecord(log, issued, primitives))?.[2];
  // Of an issuance that nobody can read any more, its row still has the certificate, which its own leaf vouches for.
  return digest instanceof Uint8Array && !told.certified?.includes(toHex(digest));
}

/**
 * The leaf that registered the card that a certificate names; none where that cannot be read any more: what is on that card is then on
 * hold, and nothing on any other. A card is registered before anything is prepared for it: what came later was appended in its place.
 * @throws Refusal `log/opening-missing` unless that is to be told all the same
 */
export async function cardLeafOf(
  log: Pick<CardLog, 'firstOfGuid'>,
  intentLeaf: number,
  guid: Uint8Array,
  { acceptUnread }: Required<TellingOptions>,
): Promise<number | undefined> {
  try {
    const registered = await log.firstOfGuid(toHex(guid));
    return registered !== undefined && registered < intentLeaf ? registered : undefined;
  } catch (error) {
    if (!acceptUnread || !isRefusal(error, 'log/opening-missing')) throw error;
    return undefined;
  }
}

function proofOfRecord(record: readonly CborValue[], body: CertificateBody): CardProof | undefined {
  const [, , , serial, at, challenge, signature] = record;
  if (!(serial instanceof Uint8Array && isSerial(serial) && equal(serial, body.serial.bytes))) return undefined;
  if (!(challenge instanceof Uint8Array && signature instanceof Uint8Array)) return undefined;
  return typeof at === 'number' && isTime(at) ? { at, challenge, signature } : undefined;
}

/** The leaf with which the card of a credential became active; none where it did not, or where that cannot be read any more. */
export async function activationOf(
  log: CardLog,
  intentLeaf: number,
  primitives: Verifying,
): Promise<number | undefined> {
  const card = await loggedCard(log, intentLeaf, primitives);
  if (!card?.guid) return undefined;
  const registered = await cardLeafOf(log, intentLeaf, card.guid, { acceptUnread: true });
  if (registered === undefined) return undefined;
  return (await toldCard(log, registered, primitives, { acceptUnread: true }))?.activatedLeaf;
}
