import { findDeliveryIn } from './adapters/logged/beside-letter.ts';
import { loggedReceptionStore } from './adapters/logged/receptions.ts';
import type { WitnessLog } from './adapters/logged/first-leaves.ts';
import { sqlDeliveries, sqlReceptions } from './adapters/sql/receptions.ts';
import type { SqliteData } from './adapters/sqlite.ts';
import type { Primitives } from './core/primitives.ts';
import type { FindDelivery } from './oficio/delivery.ts';
import { receiveOficio, type ReceiveDeps } from './oficio/receive.ts';
import type { ReceptionOffice } from './oficio/reception-store.ts';

export interface BesideParts extends Omit<ReceiveDeps, 'store' | 'primitives'> {
  readonly data: SqliteData;
  readonly log: WitnessLog;
  readonly primitives: Primitives;
}

/** What there is beside letters: whom they are for, and who received them. */
export function composeBeside(parts: BesideParts): {
  readonly receptions: ReceptionOffice;
  readonly findDelivery: FindDelivery;
} {
  const { data, log, primitives } = parts;
  const store = loggedReceptionStore(sqlReceptions(data), log, primitives);
  return {
    receptions: {
      receive: (request) => receiveOficio({ ...parts, store }, request),
      listOf: async (letter) => (await store.listOf(letter)).map(({ record }) => record),
    },
    findDelivery: findDeliveryIn(sqlDeliveries(data), primitives),
  };
}
