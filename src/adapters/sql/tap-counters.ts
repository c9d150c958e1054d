import { formatTagUid } from '../../card/ntag424/uid.ts';
import type { TapCounters } from '../../card/tap.ts';
import type { SqliteData } from '../sqlite.ts';

/** Compares and sets in one statement: a row is changed, or made, only where the counter is above the one that is there. */
const ADVANCE = `INSERT INTO tap_counter (tag, key_version, counter) VALUES (?, ?, ?)
ON CONFLICT (tag, key_version) DO UPDATE SET counter = excluded.counter WHERE excluded.counter > tap_counter.counter`;

/** The counters of taps in an open database. They have no leaf: a tap is no act of anybody's office. */
export function sqlTapCounters({ statements, transaction }: SqliteData): TapCounters {
  return {
    async advance(uid, keyVersion, counter) {
      const advance = statements.get(ADVANCE);
      const { changes } = transaction(() => advance.run(formatTagUid(uid), keyVersion, counter));
      return Number(changes) === 1 ? 'accepted' : 'replayed';
    },
  };
}
