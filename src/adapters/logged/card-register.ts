import type { TagBatch } from '../../card/ntag424/sun.ts';
import { formatTagUid, type TagUid } from '../../card/ntag424/uid.ts';
import type { CardNumber } from '../../card/card.ts';
import type { CardStore } from '../../card/store.ts';
import type { CardRegister } from '../../verifier/knowledge.ts';
import type { OnCards } from './on-cards.ts';
import { registeredOfficial, type RegisterDeps } from './register.ts';

export interface CardRegisterDeps extends RegisterDeps {
  /** What made a card count may be unread: then it does not. */
  readonly cards: Pick<CardStore, 'find' | 'listByTag'>;
  readonly onCards: Pick<OnCards, 'newestOf'>;
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
  return {
    async findByNumber(text) {
      const card = (await deps.cards.find(text))?.record;
      const official = card && (await registeredOfficial(deps, card.officialId));
      if (!card || !official) return undefined;
      const { number, guid, state, ended } = card;
      return { number, guid, state, ...(ended && { ended }), credentials: await deps.onCards.newestOf(guid), official };
    },
    async findTag(uid) {
      const card = (await deps.cards.listByTag(formatTagUid(uid))).at(-1);
      return card?.tag && { card: card.number, batch: card.tag.batch, keyVersion: card.tag.keyVersion };
    },
  };
}
