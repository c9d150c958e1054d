import { toHex } from '../../core/bytes.ts';
import type { PublicVersionRows } from '../logged/public-versions.ts';
import { attempts, publicVersions } from './nouns.ts';
import { findRecord, listRecords } from './record-table.ts';
import { sqlDeliveries, type DeliveryRows } from './receptions.ts';
import type { Reader } from './statements.ts';

/** Versions of one file: nobody registers it for more letters honestly. */
const MOST_OF_FILE = 20;

/** The rows of public versions, also those that somebody edited: what one says is told by the log. */
export function sqlPublicVersions(db: Reader): PublicVersionRows {
  const edited = { acceptEdited: true };
  return {
    find: (id) => findRecord(db, publicVersions, id, edited),
    async listBySha256(sha256) {
      const where = { sha256: toHex(sha256) };
      const found = await listRecords(db, publicVersions, { where, limit: MOST_OF_FILE, ...edited });
      return found.map(({ record }) => record);
    },
    async findAttempt(key) {
      return (await findRecord(db, attempts, key))?.record;
    },
  };
}

/** What the register looks up beside letters. */
export function sqlBeside(db: Reader): { readonly deliveries: DeliveryRows; readonly versions: PublicVersionRows } {
  return { deliveries: sqlDeliveries(db), versions: sqlPublicVersions(db) };
}
