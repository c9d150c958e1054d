import { DatabaseSync } from 'node:sqlite';
import { Refusal } from '../../core/refusal.ts';
import type { DataCode } from '../data-code.ts';
import { MIGRATIONS } from './migrations/index.ts';

/** What the schema says of a table, an index, a trigger or a view. */
interface SchemaObject {
  readonly type: string;
  readonly name: string;
  readonly table: string;
  /** Null for the indexes that SQLite makes itself. */
  readonly sql: string | null;
}

/** `ANALYZE` makes them. They tell how a query is run, never what it answers. */
const STATISTICS: ReadonlySet<string | null> = new Set([
  'CREATE TABLE sqlite_stat1(tbl,idx,stat)',
  'CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)',
]);

/** Row by row: somebody can make an index over the schema itself, which leaves rows out. */
const READ_SCHEMA = 'SELECT type, name, tbl_name, sql FROM main.sqlite_master NOT INDEXED';

function schemaOf(database: DatabaseSync): Map<string, SchemaObject> {
  const objects = database.prepare(READ_SCHEMA).all() as unknown as (SchemaObject & { readonly tbl_name: string })[];
  const kept = objects.filter(({ type, sql }) => !(type === 'table' && STATISTICS.has(sql)));
  return new Map(
    kept.map(({ type, name, tbl_name: table, sql }) => [
      JSON.stringify([type, name, table, sql]),
      { type, name, table, sql },
    ]),
  );
}

const expected = new Map<number, ReadonlyMap<string, SchemaObject>>();

/** The schema that the first `version` migrations make. */
function expectedSchema(version: number): ReadonlyMap<string, SchemaObject> {
  const known = expected.get(version);
  if (known) return known;
  const blank = new DatabaseSync(':memory:');
  try {
    for (const migration of MIGRATIONS.slice(0, version)) blank.exec(migration);
    const made = schemaOf(blank);
    expected.set(version, made);
    return made;
  } finally {
    blank.close();
  }
}

/**
 * The schema is exactly what our migrations make. A trigger, a view or a partial index of somebody else could swallow
 * what an act writes, and the act would be told as done. Within a transaction it stays so until its end.
 * @throws Refusal `data/schema-changed`, which names the first thing that is not ours, or is missing
 */
export function checkSchema(database: DatabaseSync, version: number): void {
  // What SQLite compiled before may be of another schema, whose number somebody set to that of this one.
  database.exec('PRAGMA writable_schema = RESET');
  const wanted = expectedSchema(version);
  const found = schemaOf(database);
  const foreign = [...found].find(([text]) => !wanted.has(text)) ?? [...wanted].find(([text]) => !found.has(text));
  if (!foreign) return;
  const [, { type, name }] = foreign;
  throw new Refusal<DataCode>('data/schema-changed', `the ${type} ${name} is not as it was made`, { type, name });
}
