import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { Kysely, SqliteDialect, type SqliteStatement } from 'kysely';
import type { DecodedRecords } from './decoded-records.ts';
import { sqliteFailure } from './failure.ts';
import type { Tables } from './tables.ts';

/** Compiled statements of one connection, by their text: preparing costs more than most statements do. */
export interface Statements {
  get(sql: string): StatementSync;
}

const MAX_STATEMENTS = 512;

export function cachedStatements(database: DatabaseSync): Statements {
  const cache = new Map<string, StatementSync>();
  return {
    get(sql) {
      const known = cache.get(sql);
      if (known) return known;
      const statement = database.prepare(sql);
      if (cache.size === MAX_STATEMENTS) cache.delete(cache.keys().next().value!);
      cache.set(sql, statement);
      return statement;
    },
  };
}

/** Runs `action` with the errors of SQLite turned into ours. */
export function guarded<Result>(action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw sqliteFailure(error);
  }
}

type Row = Record<string, SQLOutputValue>;

/** An open database as stores read it: Kysely says what is asked, `select` asks it with its statement kept compiled. */
export interface Reader {
  readonly kysely: Kysely<Tables>;
  /** @throws Refusal and Outage of the database */
  select(sql: string, parameters: readonly SQLInputValue[]): Row[];
  readonly decoded: DecodedRecords;
}

/** Kysely over `database`. Its statements are kept compiled; it must not be used for transactions (law 1). */
export function kyselyOver(database: DatabaseSync, statements: Statements): Kysely<Tables> {
  const inputs = (parameters: readonly unknown[]): SQLInputValue[] => parameters as SQLInputValue[];
  const known = new WeakMap<StatementSync, SqliteStatement>();
  const prepare = (sql: string): SqliteStatement => {
    const statement = guarded(() => statements.get(sql));
    const before = known.get(statement);
    if (before) return before;
    const made: SqliteStatement = {
      reader: statement.columns().length > 0,
      all: (parameters): Row[] => guarded(() => statement.all(...inputs(parameters))),
      run: (parameters) => guarded(() => statement.run(...inputs(parameters))),
      // A cached statement in the middle of its rows would be reset by its next user.
      iterate: (parameters) => guarded(() => database.prepare(sql).iterate(...inputs(parameters))),
    };
    known.set(statement, made);
    return made;
  };
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database: { prepare, close: () => {} } }) });
}
