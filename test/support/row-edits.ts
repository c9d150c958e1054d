import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { RECORD_TABLES } from '../../src/adapters/sql/nouns.ts';
import { decodeRecord, encodeRecord } from '../../src/adapters/sql/record-json.ts';

/** A row as it stands in the database. */
export type Columns = Readonly<Record<string, SQLInputValue>> & { readonly key: string; readonly record: string };

type Path = readonly (string | number)[];
type Fields = Record<string | number, unknown>;

/** One change to the record of a row. */
export interface RowEdit {
  /** What is changed, and into what. */
  readonly name: string;
  /** The field, however deep: `signer.name`; of lists without the place. */
  readonly field: string;
  readonly kind: 'gone' | 'other' | 'type' | 'theirs' | 'added' | 'earlier';
  readonly record: object;
}

export function rowsOf(database: DatabaseSync, table: string): readonly Columns[] {
  return database.prepare(`SELECT * FROM ${table} ORDER BY key`).all() as unknown as Columns[];
}

export function recordIn({ record }: Columns): Fields {
  return decodeRecord(record) as Fields;
}

function* pathsIn(value: unknown, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path;
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
  for (const name of Object.keys(value)) {
    yield* pathsIn((value as Fields)[name], [...path, Array.isArray(value) ? Number(name) : name]);
  }
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((found, name) => (found as Fields | undefined)?.[name], value);
}

/** Another value of the same type, likely and unlikely. */
function others(value: unknown): readonly unknown[] {
  if (typeof value === 'string') return /^\d{4}-\d\d-\d\d$/.test(value) ? ['2026-02-02'] : [`${value}X`, ''];
  if (typeof value === 'number') return [value + 1, 0];
  if (typeof value === 'boolean') return [!value];
  if (!(value instanceof Uint8Array)) return [];
  const flipped = value.slice();
  flipped[flipped.length - 1]! ^= 1;
  return [flipped];
}

const GONE = Symbol('gone');

function changed(record: Fields, path: Path, value: unknown): Fields {
  const copy = structuredClone(record);
  const place = at(copy, path.slice(0, -1)) as Fields;
  const name = path.at(-1)!;
  if (value !== GONE) place[name] = value;
  else if (Array.isArray(place)) place.splice(Number(name), 1);
  else delete place[name];
  return copy;
}

/**
 * Every field of the row's record, however deep, taken away, of another value and of another type, as another row of its noun has it; and
 * the fields that others have and it has not. Found by walking the records: what a row gains is covered.
 */
export function editsOf(row: Columns, all: readonly Columns[]): readonly RowEdit[] {
  const record = recordIn(row);
  const siblings = all.filter(({ key }) => key !== row.key).map(recordIn);
  const edits = new Map<string, RowEdit>();
  const add = (kind: RowEdit['kind'], path: Path, value: unknown): void => {
    const edited = changed(record, path, value);
    const text = encodeRecord(edited);
    if (text === row.record) return;
    const field = path.filter((name) => typeof name === 'string').join('.');
    const told = value === GONE ? 'gone' : encodeRecord({ value }).slice(9, 60);
    edits.set(text, { name: `${path.join('.')}: ${told}`, field, kind, record: edited });
  };
  for (const path of pathsIn(record)) {
    const own = at(record, path);
    const theirs = siblings.map((one) => at(one, path)).find((one) => one !== undefined && one !== own);
    add('gone', path, GONE);
    for (const value of others(own)) add('other', path, value);
    add('type', path, typeof own === 'string' ? 7 : 'x');
    if (theirs !== undefined) add('theirs', path, theirs);
  }
  for (const one of siblings)
    for (const name of Object.keys(one)) if (!(name in record)) add('added', [name], one[name]);
  return [...edits.values()];
}

/** The row as it was before, with the count of acts that it has now. */
export function earlierEdit(row: Columns, before: Columns): RowEdit {
  const { acts } = recordIn(row);
  return {
    name: 'as it was before',
    field: '',
    kind: 'earlier',
    record: { ...recordIn(before), ...(acts !== undefined && { acts }) },
  };
}

function columnOf(column: (record: never) => SQLInputValue, record: object): SQLInputValue | undefined {
  try {
    return column(record as never);
  } catch {
    // Of a value from which nothing follows the column stays.
    return undefined;
  }
}

/** Makes the row say it, in its columns too, as whoever knows Cotejo does. */
export function setRow(database: DatabaseSync, table: string, row: Columns, record: object): void {
  const { columns } = RECORD_TABLES.find((one) => one.table === table)!;
  const derived = Object.entries(columns).flatMap(([name, column]) => {
    const value = columnOf(column, record);
    return value === undefined ? [] : [[name, value] as const];
  });
  const edited = { ...row, record: encodeRecord(record) };
  try {
    putRow(database, table, { ...edited, ...Object.fromEntries(derived) });
  } catch (error) {
    // What no two rows share is another row's, and a column of numbers takes no text.
    if (!(error instanceof Error && /^(?:UNIQUE|cannot store)/.test(error.message))) throw error;
    putRow(database, table, edited);
  }
}

function putRow(database: DatabaseSync, table: string, row: Columns): void {
  const { key, version: _, ...columns } = row;
  const sets = Object.keys(columns).map((name) => `${name} = ?`);
  database.prepare(`UPDATE ${table} SET ${sets.join(', ')} WHERE key = ?`).run(...Object.values(columns), key);
}
