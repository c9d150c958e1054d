import { loggedReceptionStore } from './adapters/logged/receptions.ts';
import type { WitnessLog } from './adapters/logged/first-leaves.ts';
import { sqlReceptions } from './adapters/sql/receptions.ts';
import type { SqliteData } from './adapters/sqlite.ts';
import type { Primitives } from './core/primitives.ts';
import { receiveOficio, type ReceiveDeps } from './oficio/receive.ts';
import type { ReceptionOffice } from './oficio/reception-store.ts';

export interface ReceptionParts extends Omit<ReceiveDeps, 'store' | 'primitives'> {
  readonly data: SqliteData;
  readonly log: WitnessLog;
  readonly primitives: Primitives;
}

/** The acts about receptions of letters. */
export function composeReceptions(parts: ReceptionParts): ReceptionOffice {
  const { data, log, primitives } = parts;
  const store = loggedReceptionStore(sqlReceptions(data), log, primitives);
  return {
    receive: (request) => receiveOficio({ ...parts, store }, request),
    listOf: async (letter) => (await store.listOf(letter)).map(({ record }) => record),
  };
}
