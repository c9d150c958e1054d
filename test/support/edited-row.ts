import type { DatabaseSync } from 'node:sqlite';
import { RECORD_TABLES } from '../../src/adapters/sql/nouns.ts';
import { decodeRecord } from '../../src/adapters/sql/record-json.ts';
import type { ColumnValue } from '../../src/adapters/sql/record-table.ts';

type Row = Record<string, unknown>;

/** What follows from the record; nothing from one that is no record any more. */
function valueOf(column: (record: never) => ColumnValue, record: string): ColumnValue | undefined {
  try {
    return column(decodeRecord(record) as never);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Runs `act` while one row says what `change` makes of its record; afterwards it stands as before, but for its count of acts. */
export async function whileEdited<Result>(
  database: DatabaseSync,
  table: 'official' | 'credential' | 'oficio' | 'unit' | 'folio_series',
  key: string,
  change: (record: Row) => void,
  act: () => Promise<Result>,
): Promise<Result> {
  const columns = Object.entries(database.prepare(`SELECT * FROM ${table} WHERE key = ?`).get(key)!).filter(
    ([name]) => name !== 'key' && name !== 'version',
  );
  const before = JSON.parse(String(new Map(columns).get('record'))) as Row;
  const record = structuredClone(before);
  change(record);
  const edited = JSON.stringify(record);
  database.prepare(`UPDATE ${table} SET record = ? WHERE key = ?`).run(edited, key);
  // Whoever knows Cotejo edits the columns as well.
  const { columns: derived } = RECORD_TABLES.find((one) => one.table === table)!;
  for (const [name, column] of Object.entries(derived)) {
    const value = valueOf(column, edited);
    if (value !== undefined) database.prepare(`UPDATE ${table} SET ${name} = ? WHERE key = ?`).run(value, key);
  }
  try {
    return await act();
  } finally {
    const now = database.prepare(`SELECT record FROM ${table} WHERE key = ?`).get(key)!;
    const { acts } = JSON.parse(String(now['record'])) as { acts?: number };
    const restored = JSON.stringify({ ...before, ...(acts !== undefined && { acts }) });
    for (const [name, value] of columns) {
      database.prepare(`UPDATE ${table} SET ${name} = ? WHERE key = ?`).run(name === 'record' ? restored : value!, key);
    }
  }
}

/** Takes the end out of an official's record. */
export const unend = (record: Row): void => void delete record['ended'];

/** Takes the suspension out of a credential's record. */
export const unsuspend = (record: Row): void => {
  delete record['suspendedAt'];
  delete record['statusLeaf'];
  record['state'] = 'issued';
};

/** Takes a row away. @returns what puts it back as it was */
export function takeRow(database: DatabaseSync, table: 'credential', key: string): () => void {
  const row = database.prepare(`SELECT * FROM ${table} WHERE key = ?`).get(key)!;
  database.prepare(`DELETE FROM ${table} WHERE key = ?`).run(key);
  const names = Object.keys(row);
  const insert = `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
  return () => void database.prepare(insert).run(...Object.values(row));
}
