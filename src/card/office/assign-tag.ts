import { Refusal } from '../../core/refusal.ts';
import { LeafKind } from '../../log/leaf.ts';
import { untilFresh } from '../../log/retry.ts';
import type { Card, CardNumber, CardRegisterCode, CardTag } from '../card.ts';
import { commitCard, commitNote } from './change.ts';
import { isKeyVersion } from '../ntag424/keys.ts';
import type { TagBatch } from '../ntag424/sun.ts';
import { formatTagUid, type TagUid } from '../ntag424/uid.ts';
import type { TagRequest } from '../office.ts';
import { openedRecord, tagRecord } from './record.ts';
import { getCard, refuseUnlessRegistered, type CardDeps } from './register.ts';

export interface Assignment extends TagRequest {
  readonly number: CardNumber;
  readonly uid: TagUid;
  readonly batch: TagBatch;
}

/**
 * Makes a tag part of a card, before anything is written on it, and says which keys it has, or gets.
 *
 * Number and signature of a tag can be copied, and a station tells keys to whatever says that it is blank. So each that says so
 * gets keys of another version, by a leaf of its own: those of the version before may be in an emulator that took them and was
 * pulled. Keys of a version that was given before are only for what proves that it has them. It also keeps addresses of a
 * tag that was wiped from being new again (decision 18). Of a card that ended they serve to wipe the tag.
 * @throws Refusal `card/not-found`, `card/ended`, `card/already-active`, `card/tag-taken`, `card/tag-not-blank`,
 *   `card/tag-worn-out`
 */
export function assignTag(deps: CardDeps, { number, uid, batch, isBlank, station }: Assignment): Promise<CardTag> {
  const digits = formatTagUid(uid);
  return untilFresh(async () => {
    const found = await getCard(deps.store, number);
    const { record: card } = found;
    const present = card.tag?.uid === digits ? card.tag : undefined;
    if (card.state === 'ended' && present) return told(deps, card, present, station);
    // With the keys of a tag in use anybody could make its taps.
    refuseUnlessRegistered(card);
    if (card.tag && card.tag.uid !== digits) refuseTaken(digits, card);
    const earlier = await deps.store.listByTag(digits);
    const holder = earlier.find((one) => one.state !== 'ended' && one.number !== number);
    if (holder) refuseTaken(digits, holder);
    if (!isBlank) return present ? told(deps, card, present, station) : refuseWritten(digits, earlier.at(-1));
    const assigned: Card = { ...card, tag: { uid: digits, batch, keyVersion: nextVersion(digits, earlier) } };
    await commitCard(deps, { kind: LeafKind.cardTagAssigned, leafAs: 'tagLeaf' }, assigned, found, tagRecord(assigned));
    return assigned.tag!;
  });
}

/** Keys that were given before, and to whom they are told again, stand in the log as what opens a chip does. */
async function told(deps: CardDeps, card: Card, tag: CardTag, station: string | undefined): Promise<CardTag> {
  const opening = { number: card.number, at: deps.clock(), secret: 'tag-keys', by: undefined };
  const record = openedRecord({ ...opening, ...(station !== undefined && { station }) });
  await commitNote(deps, LeafKind.cardOpened, card, record);
  return tag;
}

/** One more than any card gave this tag, this one included. */
function nextVersion(uid: string, earlier: readonly Card[]): number {
  const version = Math.max(0, ...earlier.map(({ tag }) => tag?.keyVersion ?? 0)) + 1;
  if (isKeyVersion(version)) return version;
  throw new Refusal<CardRegisterCode>('card/tag-worn-out', 'no version of its keys is left', { uid });
}

/** The other card, or the other tag of this one. */
function refuseTaken(uid: string, { number, tag }: Card): never {
  const facts = { uid, number, ...(tag && { other: tag.uid }) };
  throw new Refusal<CardRegisterCode>('card/tag-taken', 'a tag is part of one card, and a card has one tag', facts);
}

/** @param last that it was part of: it is wiped with the keys that it has of that one */
function refuseWritten(uid: string, last: Card | undefined): never {
  const facts = { uid, ...(last && { number: last.number }) };
  throw new Refusal<CardRegisterCode>('card/tag-not-blank', 'it holds keys that are not of the factory', facts);
}
