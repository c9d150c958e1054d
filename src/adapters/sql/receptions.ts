import type { AttemptStore } from '../../log/attempt.ts';
import type { Versioned } from '../../log/ledger.ts';
import type { Reception } from '../../oficio/reception.ts';
import { attempts, receptions } from './nouns.ts';
import { findRecord } from './record-table.ts';
import type { Reader } from './statements.ts';

/** The rows of receptions, also those that somebody edited: what one says is told by the log. */
export interface ReceptionRows extends AttemptStore {
  find(id: string): Promise<Versioned<Reception> | undefined>;
}

export function sqlReceptions(db: Reader): ReceptionRows {
  return {
    find: (id) => findRecord(db, receptions, id, { acceptEdited: true }),
    async findAttempt(key) {
      return (await findRecord(db, attempts, key))?.record;
    },
  };
}
