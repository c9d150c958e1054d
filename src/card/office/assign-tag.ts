import { Refusal } from '../../core/refusal.ts';
import { LeafKind } from '../../log/leaf.ts';
import { untilFresh } from '../../log/retry.ts';
import type { Card, CardNumber, CardRegisterCode, CardTag } from '../card.ts';
import { commitCard } from './change.ts';
import { isKeyVersion } from '../ntag424/keys.ts';
import type { TagBatch } from '../ntag424/sun.ts';
import { formatTagUid, type TagUid } from '../ntag424/uid.ts';
import { tagRecord } from './record.ts';
import { getCard, refuseUnlessRegistered, type CardDeps } from './register.ts';

/**
 * Makes a tag part of a card, before anything is written on it. It gets keys of the next version: a tag that was wiped counts
 * its taps anew, and addresses that somebody kept must not be new again (decision 18). The tag that the card has already is
 * answered as it is, whatever became of the card.
 * @throws Refusal `card/not-found`, `card/ended`, `card/already-active`, `card/tag-taken`, `card/tag-worn-out`
 */
export function assignTag(
  deps: CardDeps,
  { number, uid, batch }: { readonly number: CardNumber; readonly uid: TagUid; readonly batch: TagBatch },
): Promise<CardTag> {
  const digits = formatTagUid(uid);
  return untilFresh(async () => {
    const found = await getCard(deps.store, number);
    const { record: card } = found;
    // With the keys of a tag in use anybody could make its taps.
    if (card.tag?.uid === digits && card.state !== 'active') return card.tag;
    refuseUnlessRegistered(card);
    if (card.tag) refuseTaken(digits, card);
    const keyVersion = await nextVersion(deps, digits);
    const assigned: Card = { ...card, tag: { uid: digits, batch, keyVersion } };
    await commitCard(deps, { kind: LeafKind.cardTagAssigned, leafAs: 'tagLeaf' }, assigned, found, tagRecord(assigned));
    return assigned.tag!;
  });
}

async function nextVersion({ store }: CardDeps, uid: string): Promise<number> {
  const earlier = await store.listByTag(uid);
  const holder = earlier.find(({ state }) => state !== 'ended');
  if (holder) refuseTaken(uid, holder);
  const version = Math.max(0, ...earlier.map(({ tag }) => tag?.keyVersion ?? 0)) + 1;
  if (isKeyVersion(version)) return version;
  throw new Refusal<CardRegisterCode>('card/tag-worn-out', 'no version of its keys is left', { uid });
}

/** The other card, or the other tag of this one. */
function refuseTaken(uid: string, { number, tag }: Card): never {
  const facts = { uid, number, ...(tag && { other: tag.uid }) };
  throw new Refusal<CardRegisterCode>('card/tag-taken', 'a tag is part of one card, and a card has one tag', facts);
}
