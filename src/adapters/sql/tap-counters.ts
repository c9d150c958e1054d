import { formatTagUid } from '../../card/ntag424/uid.ts';
import type { TapCounters } from '../../card/tap.ts';
import type { SqliteData } from '../sqlite.ts';

/** Compares and sets in one statement: a row is changed, or made, only where the counter is above the one that is there. */
const ADVANCE = `INSERT INTO tap_counter (tag, key_version, counter) VALUES (?, ?, ?)
ON CONFLICT (tag, key_version) DO UPDATE SET counter = excluded.counter WHERE excluded.counter > tap_counter.counter`;

const LAST = 'SELECT counter FROM tap_counter WHERE tag = ? AND key_version = ?';

/** The counters of taps in an open database. They have no leaf: a tap is no act of anybody's office. */
export function sqlTapCounters({ statements, transaction }: SqliteData): TapCounters {
  return {
    async advance(uid, keyVersion, counter) {
      const [tag, last, advance] = [formatTagUid(uid), statements.get(LAST), statements.get(ADVANCE)];
      return transaction(() => {
        const before = last.get(tag, keyVersion)?.['counter'] as number | undefined;
        const { changes } = advance.run(tag, keyVersion, counter);
        if (Number(changes) !== 1) return { outcome: 'replayed' };
        return { outcome: 'accepted', skipped: counter - (before ?? -1) - 1 };
      });
    },
  };
}
