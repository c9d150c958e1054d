import type { Distinctive } from '../../directory/distinctive/distinctive.ts';
import type { AttemptStore } from '../../log/attempt.ts';
import type { Versioned } from '../../log/ledger.ts';
import { attempts, distinctives } from './nouns.ts';
import { findRecord } from './record-table.ts';
import type { Reader } from './statements.ts';

/** The rows of distinctives, also those that somebody edited: how one stands is told by the log. */
export interface DistinctiveRows extends AttemptStore {
  find(number: string): Promise<Versioned<Distinctive> | undefined>;
}

export function sqlDistinctives(db: Reader): DistinctiveRows {
  return {
    find: (number) => findRecord(db, distinctives, number, { acceptEdited: true }),
    async findAttempt(key) {
      return (await findRecord(db, attempts, key))?.record;
    },
  };
}
