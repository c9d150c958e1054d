import type { RevocationStore } from '../../revocation/store.ts';
import { crls } from './nouns.ts';
import { findRecord } from './record-table.ts';
import type { Reader } from './statements.ts';

/** The lists that were made; what the next ones say is told by the log alone. */
export function sqlCrls(db: Reader): Pick<RevocationStore, 'findCrl'> {
  return { findCrl: (authority) => findRecord(db, crls, authority) };
}
