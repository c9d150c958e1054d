import { type SelectQueryBuilder, sql } from 'kysely';
import { Refusal } from '../../core/refusal.ts';
import type { Versioned } from '../../log/ledger.ts';
import { isDishonest } from '../../log/vouch.ts';
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
  /** The key that follows from the record; absent where a record says nothing of the key under which it stands. */
  readonly keyOf?: (record: Record) => string;
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
  readonly keyOf?: (record: never) => string;
  readonly blobs?: readonly string[];
  readonly unique?: readonly (readonly string[])[];
}

/** A row of the table, for Kysely. */
export type RowOf<Columns extends ColumnsOf<Columns>> = {
  readonly key: string;
  readonly record: string;
  readonly version: number;
} & Columns;

/** What a query has to select for `recordOf`: all columns of the table. */
export type StoredRow = Pick<RowOf<{}>, 'key' | 'record' | 'version'>;

export interface ReadOptions {
  /**
   * Also a row that is found under another key or other columns than its record's: for the audit, which names them, for
   * verdicts, which go by the log, and for what takes a right away, which no edit may stop.
   */
  readonly acceptEdited?: boolean;
}

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

/** Under which key and columns a record stands. @throws Refusal `data/row-damaged` of one for which there are none */
function placeOf(table: AnyRecordTable, row: StoredRow, record: object): readonly ColumnValue[] {
  const { keyOf = () => row.key, columns } = table;
  try {
    return [keyOf(record as never), ...Object.values(columns).map((column) => column(record as never))];
  } catch (error) {
    // A value that no honest record has: a text that is a number, a signer who is nobody.
    if (!isDishonest(error)) throw error;
    const facts = { table: table.table, key: row.key };
    throw new Refusal<DataCode>('data/row-damaged', `the row ${row.key} of ${table.table} holds no record`, facts);
  }
}

/**
 * Rows are found by key and columns: whoever edits those leads an honest act to another row, and puts them back.
 * @throws Refusal `data/row-damaged`
 */
function checkPlace(table: AnyRecordTable, row: StoredRow, place: readonly ColumnValue[]): void {
  const { key } = row;
  const fields = row as unknown as Readonly<Record<string, ColumnValue>>;
  let at = 0;
  let holds = place[at++] === key;
  for (const column in table.columns) holds = place[at++] === fields[column] && holds;
  if (holds) return;
  const message = `the row ${key} of ${table.table} stands where its record does not belong`;
  throw new Refusal<DataCode>('data/row-damaged', message, { table: table.table, key });
}

/**
 * The record of a row. Its type is the table's word: only the ledger writes these rows. While a row stays as it is, its
 * record is the same object, so that what was found out about one need not be found out again.
 * @throws Refusal `data/row-damaged` where it is no record, or key or columns are not those of the record
 */
export function recordOf<Record extends object, Columns extends ColumnsOf<Columns>>(
  db: Reader,
  table: RecordTable<Record, Columns>,
  row: StoredRow,
  { acceptEdited = false }: ReadOptions = {},
): Versioned<Record> {
  const { key, record: text, version } = row;
  const known = table.blobs ? undefined : db.decoded.find(table.table, key, text);
  const record = known?.record ?? objectOf(table, row);
  if (!acceptEdited) {
    // Of the record alone: the columns of the row are compared each time, whether it was decoded before or not.
    const place = known?.place ?? placeOf(table, row, record);
    checkPlace(table, row, place);
    if (!table.blobs && !known?.place) db.decoded.keep(table.table, key, { text, record, place });
  } else if (!table.blobs && !known) db.decoded.keep(table.table, key, { text, record });
  for (const { field, bytes } of table.blobs ? db.select(BLOBS, [table.table, key]) : []) {
    Object.assign(record, { [String(field)]: bytes });
  }
  return { record: record as Record, version };
}

/** Building and compiling a query costs Kysely as much as running it: the text of each shape is kept. */
const texts = new Map<string, string>();

function selectFrom({ kysely }: Reader, { table }: Pick<AnyRecordTable, 'table'>): SelectQueryBuilder<any, any, any> {
  return kysely.selectFrom(kysely.dynamic.table(table as keyof Tables).as(table)).selectAll();
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
  options: ReadOptions = {},
): Promise<Versioned<Record> | undefined> {
  const text = textOf(
    table.table,
    () => selectFrom(db, table).where(db.kysely.dynamic.ref('key'), '=', '').compile().sql,
  );
  const [row] = db.select(text, [key]) as unknown as StoredRow[];
  return row && recordOf(db, table, row, options);
}

export interface ListOptions<Columns> extends ReadOptions {
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
  { where = {}, after, limit = 1000, acceptEdited = false }: ListOptions<Columns> = {},
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
  return rows.map((row) => recordOf(db, table, row, { acceptEdited }));
}
