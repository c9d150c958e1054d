import { Refusal } from '../../core/refusal.ts';
import type { LogCode } from '../../log/code.ts';
import type { Versioned } from '../../log/ledger.ts';

/** A row that changes while it is compared is read again; more often than this, nobody is changing it honestly. */
const MAX_TRIES = 16;

/** How the rows of one noun are compared with the log. */
export interface Comparison<Row extends object, Key extends string> {
  readonly noun: string;
  read(key: Key): Promise<Versioned<Row> | undefined>;
  /** Whether the log tells of a row that must be there; where this is absent, one that is gone is not found. */
  isRecorded?(key: Key): Promise<boolean>;
  isAsLogged(row: Row, key: Key): Promise<boolean>;
  /** How much the log says of the row: more, and it is compared anew; absent where comparing costs less than asking. */
  said?(row: Row): Promise<number>;
}

/**
 * The row that `read` finds, once it is as the log has it. An act may be committed between the two readings: what looks
 * wrong is read again for as long as it has another version than before. A row that was compared once is the same object
 * while nobody writes it, and need not be compared again while the log says no more of it.
 */
export function findingAsLogged<Row extends object, Key extends string = string>({
  noun,
  read,
  isRecorded,
  isAsLogged,
  said,
}: Comparison<Row, Key>): (key: Key) => Promise<Versioned<Row> | undefined> {
  const compared = new WeakMap<Row, number>();
  return async (key) => {
    let earlier: number | undefined;
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const found = await read(key);
      if (found) {
        const before = await said?.(found.record);
        if (before !== undefined && compared.get(found.record) === before) return found;
        if (await isAsLogged(found.record, key)) {
          if (before !== undefined) compared.set(found.record, before);
          return found;
        }
      } else if (!(await isRecorded?.(key))) return found;
      const version = found?.version ?? 0;
      if (version === earlier) break;
      earlier = version;
    }
    const message = `the row ${key} of ${noun} is not what the log says of it`;
    throw new Refusal<LogCode>('log/corrupt', message, { noun, key });
  };
}
