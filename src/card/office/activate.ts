import { toHex } from '../../core/bytes.ts';
import { isRefusal, Refusal } from '../../core/refusal.ts';
import { isSame } from '../../core/same.ts';
import { isOfProfile } from '../../credential/body.ts';
import { holderOf } from '../../credential/issue.ts';
import { isUnproven, type Credential } from '../../credential/credential.ts';
import { CARD_SLOTS, KIND_OF_SLOT, type CardSlot } from '../../credential/on-card.ts';
import { getRecorded, type CredentialStore } from '../../credential/store.ts';
import type { Official } from '../../directory/official.ts';
import { LeafKind } from '../../log/leaf.ts';
import { untilFresh } from '../../log/retry.ts';
import type { Card, CardNumber, CardRegisterCode } from '../card.ts';
import { commitCard } from './change.ts';
import { formatTagUid } from '../ntag424/uid.ts';
import type { ProvenTag } from '../office.ts';
import { activatedRecord } from './record.ts';
import { getCard, refuseUnlessRegistered, type CardDeps } from './register.ts';
import type { CardLeaves } from './store.ts';

export interface CardCredentialDeps extends CardDeps {
  readonly credentials: Pick<CredentialStore, 'find'>;
  readonly leaves: CardLeaves;
}

/** What is issued for the card of this person: a reserved name signs no letters, which would publish it. */
export function slotsOf({ publication }: Pick<Official, 'publication'>): readonly CardSlot[] {
  return CARD_SLOTS.filter((slot) => slot !== '9C' || publication.state === 'public');
}

export function slotOf({ kind }: Pick<Credential, 'kind'>): CardSlot {
  return CARD_SLOTS.find((slot) => KIND_OF_SLOT[slot] === kind)!;
}

/**
 * What was prepared or issued for a card, in order, each as the log has it: whether the card may count, and who is told what opens it, is
 * judged by all of it.
 * @throws Refusal `log/corrupt`, `log/opening-missing` where a row or a record of one is gone, or another
 */
export async function credentialsOf(
  { credentials, leaves }: Pick<CardCredentialDeps, 'credentials' | 'leaves'>,
  { guid }: Pick<Card, 'guid'>,
): Promise<readonly Credential[]> {
  const serials = await leaves.credentialsOf(guid);
  return Promise.all(serials.map(async (serial) => (await getRecorded(credentials, serial)).record));
}

/** Whether a key of it was proven: where that cannot be read, it may have been. */
export async function mayBeProven(
  deps: Pick<CardCredentialDeps, 'credentials' | 'leaves'>,
  card: Pick<Card, 'guid'>,
): Promise<boolean> {
  try {
    return (await credentialsOf(deps, card)).some(({ provenLeaf }) => provenLeaf !== undefined);
  } catch (error) {
    if (isRefusal(error, 'log/corrupt') || isRefusal(error, 'log/opening-missing')) return true;
    throw error;
  }
}

export interface Activation {
  readonly number: CardNumber;
  /** Of the certificates whose keys the body at hand holds and proved. */
  readonly serials: readonly string[];
  /** The tag that was proven at the reader. */
  readonly tag?: ProvenTag;
}

/**
 * Lets a card count, and with it all that is on it: all of it was proven, and by one body. What is active already stays as it is.
 * @throws Refusal `card/not-found`, `card/ended`, `card/not-proven`, `card/proven-elsewhere`, `card/slot-not-allowed`,
 *   `card/tag-taken`, `card/tag-given-anew`, `card/content-differs`, `credential/no-mandate`; as `credentialsOf`
 */
export function activateCard(deps: CardCredentialDeps, { number, serials, tag }: Activation): Promise<Card> {
  return untilFresh(async () => {
    const found = await getCard(deps.store, number);
    const { record: card } = found;
    refuseOtherTag(card, tag);
    const issued = await credentialsOf(deps, card);
    if (card.state === 'active') {
      refuseOtherBody(card, issued, serials);
      return card;
    }
    refuseUnlessRegistered(card);
    const activatedAt = deps.clock();
    const { record: official } = await holderOf(deps, { officialId: card.officialId, kind: 'staff' }, activatedAt);
    refuseUnproven(card, issued, official);
    refuseOtherBody(card, issued, serials);
    refuseOutdated(card, issued, official);
    const certified = certificatesOf(deps, issued.filter(isProven));
    const active: Card = { ...card, state: 'active', activatedAt, certified };
    const act = { kind: LeafKind.cardActivated, leafAs: 'activatedLeaf' } as const;
    return commitCard(deps, act, active, found, activatedRecord(active));
  });
}

/** SHA-256 of each, hexadecimal, in order. */
function certificatesOf({ primitives }: CardCredentialDeps, credentials: readonly Credential[]): readonly string[] {
  return credentials.map(({ certificate }) => toHex(primitives.digest('SHA-256', certificate!))).toSorted();
}

/** The tag that the card was given is proven with it, with the keys that it was given last, and no other. */
function refuseOtherTag({ number, tag }: Card, proven: ProvenTag | undefined): void {
  const uid = proven && formatTagUid(proven.uid);
  if (tag?.uid === uid && tag?.keyVersion === proven?.keyVersion) return;
  const facts = { number, ...(uid !== undefined && { uid }) };
  if (!proven) throw new Refusal<CardRegisterCode>('card/not-proven', 'the tag was not proven', facts);
  if (tag?.uid !== uid) {
    const other = { ...facts, ...(tag && { other: tag.uid }) };
    throw new Refusal<CardRegisterCode>('card/tag-taken', 'another tag than the card was given', other);
  }
  // Another station gave it keys meanwhile, or one of the two was no tag.
  const versions = { ...facts, proven: proven.keyVersion, present: tag!.keyVersion };
  throw new Refusal<CardRegisterCode>('card/tag-given-anew', 'other keys than were proven are in force', versions);
}

/** What counts from the activation on. */
const isProven = (one: Credential): boolean => one.state === 'issued' && !isUnproven(one);

/**
 * Every slot of the holder has a credential that was proven, and no other slot: the person may have come under reserve since. A tag
 * is alone only where nothing was ever issued for a chip: pages and taps go by that.
 */
function refuseUnproven(card: Card, issued: readonly Credential[], official: Official): void {
  if (issued.length === 0 && card.tag) return;
  const theirs = issued.filter(({ state }) => state !== 'revoked');
  for (const slot of slotsOf(official)) {
    if (theirs.some((one) => slotOf(one) === slot && isProven(one))) continue;
    const facts = { number: card.number, slot };
    throw new Refusal<CardRegisterCode>('card/not-proven', `nothing in ${slot} was proven`, facts);
  }
  const other = theirs.map(slotOf).find((slot) => !slotsOf(official).includes(slot));
  if (!other) return;
  const facts = { number: card.number, slot: other };
  throw new Refusal<CardRegisterCode>('card/slot-not-allowed', `a credential in ${other} is in force`, facts);
}

/** The directory may have changed since a part of it was certified: a card says one thing of one person. */
function refuseOutdated({ number }: Card, issued: readonly Credential[], official: Official): void {
  const outdated = issued.find((one) => isProven(one) && !isOfProfile(one, official));
  if (!outdated) return;
  const facts = { number, slot: slotOf(outdated) };
  throw new Refusal<CardRegisterCode>('card/content-differs', 'certified before the directory changed', facts);
}

/**
 * Two stations may each have made a body of one card: what the one proved last revoked what the other had. The certificates that
 * the body at hand proved are those in force, all of them and no other.
 */
function refuseOtherBody({ number }: Card, issued: readonly Credential[], serials: readonly string[]): void {
  const inForce = new Set<string>(issued.filter(isProven).map(({ serial }) => serial));
  if (isSame([...inForce].toSorted(), [...new Set(serials)].toSorted())) return;
  throw new Refusal<CardRegisterCode>('card/proven-elsewhere', 'other certificates are in force', { number });
}
