import { type SelectQueryBuilder, sql } from 'kysely';
import { Refusal } from '../../core/refusal.ts';
import type { Versioned } from '../../log/ledger.ts';
import type { DataCode } from '../data-code.ts';
import { decodeRecord } from './record-json.ts';
import type { Reader } from './statements.ts';
import type { Tables } from './tables.ts';

export type ColumnValue = string | number | null;
type ColumnsOf<Columns> = { readonly [Column in keyof Columns]: ColumnValue };

/**
 * How records of one noun are kept: a row has `key`, the columns that are queried or unique, the record as JSON, and
 * `version`; large bytes stand apart. The table itself is made by a migration; a test holds that the two agree.
 */
export interface RecordTable<Record extends object, Columns extends ColumnsOf<Columns>> {
  /** What writes `put`. */
  readonly noun: string;
  readonly table: keyof Tables;
  readonly columns: { readonly [Column in keyof Columns]: (record: Record) => Columns[Column] };
  /** Fields of bytes too large for JSON. */
  readonly blobs?: readonly (keyof Record & string)[];
  /** Sets of columns that no two rows share; rows where one is null do not count. */
  readonly unique?: readonly (readonly (keyof Columns & string)[])[];
}

/** A table without the types of its records: what the ledger sees. */
export interface AnyRecordTable {
  readonly noun: string;
  readonly table: string;
  readonly columns: { readonly [column: string]: (record: never) => ColumnValue };
  readonly blobs?: readonly string[];
  readonly unique?: readonly (readonly string[])[];
}

/** A row of the table, for Kysely. */
export type RowOf<Columns extends ColumnsOf<Columns>> = {
  readonly key: string;
  readonly record: string;
  readonly version: number;
} & Columns;

/** What a query has to select for `recordOf`. */
export type StoredRow = Pick<RowOf<{}>, 'key' | 'record' | 'version'>;
export const STORED_COLUMNS = ['key', 'record', 'version'] as const;

const BLOBS = 'SELECT field, bytes FROM blob WHERE owner = ? AND key = ?';

/** The object that a row's JSON holds; what else is in it is for the log to vouch for. */
function objectOf({ table }: { readonly table: keyof Tables }, { key, record }: StoredRow): object {
  let value: unknown;
  try {
    value = decodeRecord(record);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new Refusal<DataCode>('data/row-damaged', `the row ${key} of ${table} holds no record`, { table, key });
}

/**
 * The record of a row. Its type is the table's word: only the ledger writes these rows. While a row stays as it is, its
 * record is the same object, so that what was found out about one need not be found out again.
 * @throws Refusal `data/row-damaged`
 */
export function recordOf<Record extends object, Columns extends ColumnsOf<Columns>>(
  db: Reader,
  table: RecordTable<Record, Columns>,
  row: StoredRow,
): Versioned<Record> {
  const { key, record: text, version } = row;
  const record = (table.blobs ? undefined : db.decoded.find(table.table, key, text)) ?? objectOf(table, row);
  if (!table.blobs) db.decoded.keep(table.table, key, text, record);
  else
    for (const { field, bytes } of db.select(BLOBS, [table.table, key]))
      Object.assign(record, { [String(field)]: bytes });
  return { record: record as Record, version };
}

/** Building and compiling a query costs Kysely as much as running it: the text of each shape is kept. */
const texts = new Map<string, string>();

function selectFrom({ kysely }: Reader, { table }: Pick<AnyRecordTable, 'table'>): SelectQueryBuilder<any, any, any> {
  const { ref } = kysely.dynamic;
  return kysely
    .selectFrom(kysely.dynamic.table(table as keyof Tables).as(table))
    .select(STORED_COLUMNS.map((name) => ref(name)));
}

function textOf(shape: string, build: () => string): string {
  const known = texts.get(shape);
  if (known !== undefined) return known;
  const text = build();
  texts.set(shape, text);
  return text;
}

/** The record under `key`, or undefined. */
export async function findRecord<Record extends object, Columns extends ColumnsOf<Columns>>(
  db: Reader,
  table: RecordTable<Record, Columns>,
  key: string,
): Promise<Versioned<Record> | undefined> {
  const text = textOf(
    table.table,
    () => selectFrom(db, table).where(db.kysely.dynamic.ref('key'), '=', '').compile().sql,
  );
  const [row] = db.select(text, [key]) as unknown as StoredRow[];
  return row && recordOf(db, table, row);
}

export interface ListOptions<Columns> {
  /** Equal to all of these. */
  readonly where?: Partial<Columns>;
  /** Those whose key comes after it: the last key of the page before. */
  readonly after?: string;
  /** 1,000 unless told. */
  readonly limit?: number;
}

/** Records in the order of their keys. */
export async function listRecords<Record extends object, Columns extends ColumnsOf<Columns>>(
  db: Reader,
  table: RecordTable<Record, Columns>,
  { where = {}, after, limit = 1000 }: ListOptions<Columns> = {},
): Promise<Versioned<Record>[]> {
  const filters = Object.entries<ColumnValue | undefined>(where).filter(([, value]) => value !== undefined);
  const shape = filters.map(([column, value]) => (value === null ? `${column} null` : column));
  const text = textOf([table.table, after === undefined ? 'all' : 'after', ...shape].join(','), () => {
    const { ref } = db.kysely.dynamic;
    let query = selectFrom(db, table);
    for (const [column, value] of filters) {
      query = value === null ? query.where(ref(column), 'is', null) : query.where(ref(column), '=', '');
    }
    if (after !== undefined) query = query.where(ref('key'), '>', '');
    // A bare parameter there makes SQLite prepare the statement again each time, to plan for its value.
    return query
      .orderBy(ref('key'))
      .limit(sql<number>`(${1} + 0)`)
      .compile().sql;
  });
  const parameters = filters.map(([, value]) => value).filter((value) => value !== null && value !== undefined);
  if (after !== undefined) parameters.push(after);
  const rows = db.select(text, [...parameters, limit]) as unknown as StoredRow[];
  return rows.map((row) => recordOf(db, table, row));
}
