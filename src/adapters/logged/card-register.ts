import type { Card } from '../../card/card.ts';
import { parseTagBatch, type TagBatch } from '../../card/ntag424/sun.ts';
import { formatTagUid, type TagUid } from '../../card/ntag424/uid.ts';
import { slotOf } from '../../card/activate.ts';
import type { CardNumber } from '../../card/card.ts';
import type { CardStore } from '../../card/store.ts';
import { isOnHold, type Credential } from '../../credential/credential.ts';
import { CARD_SLOTS } from '../../credential/on-card.ts';
import type { CardRegister, RegisteredCard } from '../../verifier/knowledge.ts';
import { isRegisteredAsRecorded, toldOfCard } from './cards.ts';
import type { OnCards } from './on-cards.ts';
import { registeredOfficial, type RegisterDeps } from './register.ts';
import { openedRecord } from './witness.ts';

export interface CardRegisterDeps extends RegisterDeps {
  /** Also rows that somebody edited: how a card stands is told by the log. */
  readonly cards: CardStore;
  readonly onCards: OnCards;
}

/** A tag as the register has it: the card that it is, or was last, part of. */
export interface RegisteredTag {
  readonly card: CardNumber;
  readonly batch: TagBatch;
  readonly keyVersion: number;
}

/** The origin's own cards, each as the log has it. */
export function cardRegister(
  deps: CardRegisterDeps,
): CardRegister & { findTag(uid: TagUid): Promise<RegisteredTag | undefined> } {
  const { log, primitives } = deps;
  /** A row for which its registration does not vouch is no card of ours. */
  const findCard = async (number: string): Promise<Card | undefined> => {
    const card = (await deps.cards.find(number))?.record;
    return card?.number === number && (await isRegisteredAsRecorded(log, card, primitives)) ? card : undefined;
  };
  return {
    async findByNumber(number) {
      const card = await findCard(number);
      const official = card && (await registeredOfficial(deps, card.officialId));
      return card && official && { ...(await standing(deps, card)), official };
    },
    async findTag(uid) {
      const last = (await deps.onCards.cardsOfTag(formatTagUid(uid))).at(-1);
      const card = last === undefined ? undefined : await findCard(last);
      const { tagLeaf } = card ? await toldOfCard(log, card.registeredLeaf, primitives) : {};
      const record = tagLeaf === undefined ? undefined : await openedRecord(log, tagLeaf, primitives);
      const [, , , , batchName, keyVersion] = record ?? [];
      const batch = typeof batchName === 'string' ? parseTagBatch(batchName) : undefined;
      if (!card || batch === undefined || typeof keyVersion !== 'number') return undefined;
      return { card: card.number, batch, keyVersion };
    },
  };
}

/** What makes a card worth less counts although nobody can read it any more; what makes it count has to be read. */
async function standing(deps: CardRegisterDeps, card: Card): Promise<Omit<RegisteredCard, 'official'>> {
  const { log, primitives } = deps;
  const { activatedLeaf, endedLeaf, end } = await toldOfCard(log, card.registeredLeaf, primitives);
  const isActive = activatedLeaf !== undefined && (await openedRecord(log, activatedLeaf, primitives)) !== undefined;
  return {
    number: card.number,
    guid: card.guid,
    state: endedLeaf !== undefined ? 'ended' : isActive ? 'active' : 'registered',
    ...(end && { ended: end }),
    credentials: await newestOfSlots(deps, card),
  };
}

/** Of each slot what was issued last, 9A first. Which those are is told by the log. */
async function newestOfSlots({ onCards, credentials }: CardRegisterDeps, { guid }: Card): Promise<readonly string[]> {
  const newest = new Map<string, Credential>();
  for (const serial of await onCards.credentialsOf(guid)) {
    const credential = (await credentials.find(serial))?.record;
    if (credential?.serial !== serial) continue;
    const slot = slotOf(credential);
    const earlier = newest.get(slot);
    // One that never came to count does not hide one that did.
    if (!earlier || isOnHold(earlier) || !isOnHold(credential)) newest.set(slot, credential);
  }
  return CARD_SLOTS.flatMap((slot) => newest.get(slot)?.serial ?? []);
}
