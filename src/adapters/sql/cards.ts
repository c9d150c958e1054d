import type { Card } from '../../card/card.ts';
import type { AttemptStore } from '../../log/attempt.ts';
import type { Versioned } from '../../log/ledger.ts';
import { attempts, cards } from './nouns.ts';
import { findRecord } from './record-table.ts';
import type { Reader } from './statements.ts';

/** The rows of cards, also those that somebody edited: how a card stands is told by the log. */
export interface CardRows extends AttemptStore {
  find(number: string): Promise<Versioned<Card> | undefined>;
}

export function sqlCards(db: Reader): CardRows {
  return {
    find: (number) => findRecord(db, cards, number, { acceptEdited: true }),
    async findAttempt(key) {
      return (await findRecord(db, attempts, key))?.record;
    },
  };
}
