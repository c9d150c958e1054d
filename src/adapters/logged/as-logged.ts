import { isRefusal, Refusal } from '../../core/refusal.ts';
import { isSame } from '../../core/same.ts';
import type { LogCode } from '../../log/code.ts';
import type { Versioned } from '../../log/ledger.ts';
import { isDishonest } from '../../log/vouch.ts';

/** A row that changes while it is read is read again; more often than this, nobody is changing it honestly. */
const MAX_TRIES = 16;

export interface TellingOptions {
  /** Tells what is known where the record of a leaf is gone: for verdicts, and for taking a right away. */
  readonly acceptUnread?: boolean;
}

/** How the rows of one noun are told by the log. */
export interface Telling<Row extends object, Key extends string> {
  readonly noun: string;
  read(key: Key): Promise<Versioned<Row> | undefined>;
  /** Whether the log tells of a row that must be there; where this is absent, one that is gone is not found. */
  isRecorded?(key: Key): Promise<boolean>;
  /**
   * The record as the log's last leaves say it, decoded; of the row only what no leaf holds. `undefined` where the row names the leaves
   * of another record, or lacks what it alone can tell.
   */
  told(row: Row, key: Key): Promise<Row | undefined>;
  /** How much the log says of the row: more, and it is told anew; absent where telling costs less than asking. */
  said?(row: Row): Promise<number>;
  /** What else the row says is not asked: for taking a right away, which no edit may stop, and which mends the row. */
  readonly acceptEdited?: boolean;
}

/**
 * The record under a key as the log tells it, with the version of its row: never what the row says. A row that says anything else is
 * refused by name. An act may be committed between the two readings: what looks wrong is read again for as long as the row has
 * another version than before. What was told of a row holds while nobody writes that row and the log says no more of it.
 * @throws Refusal `log/corrupt`, whose facts name the row
 */
export function findingAsLogged<Row extends object, Key extends string = string>({
  noun,
  read,
  isRecorded,
  told,
  said,
  acceptEdited = false,
}: Telling<Row, Key>): (key: Key) => Promise<Versioned<Row> | undefined> {
  const known = new WeakMap<Row, { readonly record: Row; readonly said: number }>();
  const tell = async (row: Row, key: Key): Promise<Row | undefined> => {
    const record = await orNone(() => told(row, key));
    return record && (acceptEdited || isSame(record, row)) ? record : undefined;
  };
  return async (key) => {
    let earlier: number | undefined;
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const found = await read(key);
      if (found) {
        const before = await said?.(found.record);
        const kept = known.get(found.record);
        if (before !== undefined && kept?.said === before) return { ...found, record: kept.record };
        const record = await tell(found.record, key);
        if (record) {
          if (before !== undefined) known.set(found.record, { record, said: before });
          return { ...found, record };
        }
      } else if (!(await isRecorded?.(key))) return found;
      const version = found?.version ?? 0;
      if (version === earlier) break;
      earlier = version;
    }
    return refuseRow(noun, key);
  };
}

/** What `tell` tells of a row; nothing where its values are of types that no honest row has. */
async function orNone<Row>(tell: () => Promise<Row | undefined>): Promise<Row | undefined> {
  try {
    return await tell();
  } catch (error) {
    // What log and database refuse is no fault of the row.
    if (!isDishonest(error) || (isRefusal(error) && /^(?:log|data)\//.test(error.code))) throw error;
    return undefined;
  }
}

/** @throws Refusal `log/corrupt` */
export function refuseRow(noun: string, key: string): never {
  const message = `the row ${key} of ${noun} is not what the log says of it`;
  throw new Refusal<LogCode>('log/corrupt', message, { noun, key });
}
