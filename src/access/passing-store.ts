import type { UnixSeconds } from '../core/time.ts';
import type { Versioned } from '../log/ledger.ts';

/** Something that passes by itself, and gives nobody a right for good: a session, a question, an invitation. No act, and no leaf. */
export interface PassingRow {
  readonly id: string;
  /** From then on it is as if it were not there; for whoever reads it to ask. */
  readonly expiresAt: UnixSeconds;
}

/**
 * Rows of one kind. Each call is atomic and durable when it returns, calls may run at once, and each sees what was written before
 * it. All throw the outages of the database.
 */
export interface PassingStore<Row extends PassingRow> {
  /** @returns false, and changes nothing, where there is a row of that id */
  add(row: Row): Promise<boolean>;
  find(id: string): Promise<Versioned<Row> | undefined>;
  /** In the place of the row of the same id, if it has this version still; its version is one more. @returns whether it had */
  replace(row: Row, ifVersion: number): Promise<boolean>;
  /** Removes the row. Of calls at the same time one gets it. */
  take(id: string): Promise<Row | undefined>;
  /** In the order of their ids. */
  list(): Promise<readonly Versioned<Row>[]>;
  /** Removes what expired by `at`, and beyond `most` rows those that expire first. */
  sweep(at: UnixSeconds, most: number): Promise<void>;
}
