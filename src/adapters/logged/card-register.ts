import { endReasonOf } from '../../card/card.ts';
import { formatTagUid } from '../../card/ntag424/uid.ts';
import type { TagRegister } from '../../card/tap.ts';
import type { CardRegister } from '../../verifier/knowledge.ts';
import type { LoggedCards } from './cards.ts';
import type { OnCards } from './on-cards.ts';
import { toldCard } from './told-card.ts';
import type { RegisterDeps } from './register.ts';
import { registeredOfficial } from './registered-official.ts';

export interface CardRegisterDeps extends RegisterDeps {
  /** What made a card count may be unread: then it does not. */
  readonly cards: Pick<LoggedCards, 'find' | 'listByTag' | 'expectReadTags'>;
  readonly onCards: Pick<OnCards, 'newestOf'>;
}

/** The origin's own cards, each as the log has it. */
export function cardRegister(deps: CardRegisterDeps): CardRegister & TagRegister {
  return {
    async findByNumber(text) {
      const card = (await deps.cards.find(text))?.record;
      // Nobody is told that it is still being made because it cannot be read any more that it is in force.
      if (card?.state === 'registered') await toldCard(deps.log, card.registeredLeaf, deps.primitives);
      const official = card && (await registeredOfficial(deps, card.officialId));
      if (!card || !official) return undefined;
      const { number, guid, expires, state } = card;
      const [at, reason] = [card.ended?.at ?? card.stolen?.at, endReasonOf(card)];
      const ended = at !== undefined && reason !== undefined ? { ended: { at, reason } } : {};
      return { number, guid, expires, state, ...ended, credentials: await deps.onCards.newestOf(guid), official };
    },
    async findTags(uid) {
      const cards = await deps.cards.listByTag(formatTagUid(uid));
      return cards.toReversed().flatMap(({ number, tag }) => (tag ? [{ card: number, ...tag }] : []));
    },
    expectReadTags: () => deps.cards.expectReadTags(),
  };
}
