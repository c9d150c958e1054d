import type { AttemptStore } from '../../log/attempt.ts';
import type { Versioned } from '../../log/ledger.ts';
import type { DeliveryRow } from '../../oficio/delivery.ts';
import type { Reception } from '../../oficio/reception.ts';
import { attempts, deliveries, receptions } from './nouns.ts';
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

/** Of a row only what it keeps is believed, where its letter commits to it. */
export interface DeliveryRows {
  find(letter: string): Promise<Versioned<DeliveryRow> | undefined>;
}

export function sqlDeliveries(db: Reader): DeliveryRows {
  return {
    find: (letter) => findRecord(db, deliveries, letter, { acceptEdited: true }),
  };
}
