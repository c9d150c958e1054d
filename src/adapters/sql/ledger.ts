import type { SQLInputValue, StatementSync } from 'node:sqlite';
import { concat } from '../../core/bytes.ts';
import type { Primitives } from '../../core/primitives.ts';
import { Outage, Refusal } from '../../core/refusal.ts';
import type { LogCode, LogOutageCode } from '../../log/code.ts';
import { encodeLeaf, makeLeaf } from '../../log/leaf.ts';
import type { Act, AnyPut, Held, Ledger } from '../../log/ledger.ts';
import { appendLeaf, hashLeaf } from '../../log/merkle.ts';
import type { SqliteData } from '../sqlite.ts';
import { isTaken } from './failure.ts';
import { RECORD_TABLES } from './nouns.ts';
import { encodeRecord } from './record-json.ts';
import type { AnyRecordTable, ColumnValue } from './record-table.ts';

const HASH_BYTES = 32;

/** The hashes of a frontier as they stand in its row. */
export function splitHashes(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: bytes.length / HASH_BYTES }, (_, i) =>
    bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
  );
}

/** Each statement of an act is for one row. @throws Refusal `log/corrupt` when it changed none: somebody swallowed it */
function runForOne(statement: StatementSync, ...values: readonly SQLInputValue[]): void {
  if (statement.run(...values).changes === 1) return;
  throw new Refusal<LogCode>('log/corrupt', 'a row of the act was not written');
}

/** What an act may do with the rows of one noun; both refuse a row that has another version. */
interface Rows {
  hold(held: Held): void;
  /** Fails also when the key or a value that must be unique is taken. `index`: the act's leaf. */
  write(put: AnyPut, index: number): void;
}

function refuse({ put, key, ifVersion }: Held, reason: 'taken' | 'version'): never {
  const facts = { put, key, reason };
  throw new Refusal<LogCode>('log/stale', `${put} ${key}: ${reason}, expected version ${ifVersion}`, facts);
}

function rowsOf({ statements }: SqliteData, { table, columns, blobs = [] }: AnyRecordTable): Rows {
  const names = Object.keys(columns);
  const functions = Object.values(columns);
  const marks = names.map(() => '?, ').join('');
  const insert = statements.get(
    `INSERT INTO ${table} (${names.map((name) => `${name}, `).join('')}record, key, version) VALUES (${marks}?, ?, 1)`,
  );
  const find = statements.get(`SELECT ${[...names, 'version'].join(', ')} FROM ${table} WHERE key = ? AND version = ?`);
  const putBlob = statements.get(`INSERT INTO blob (owner, key, field, bytes) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET bytes = excluded.bytes WHERE bytes IS NOT excluded.bytes`);
  const dropBlob = statements.get('DELETE FROM blob WHERE owner = ? AND key = ? AND field = ?');

  /** Names only the columns that change: SQLite rewrites the indexes of all that are named. */
  function update(values: readonly ColumnValue[], json: string, put: AnyPut): void {
    const before = find.get(put.key, put.ifVersion);
    if (!before) refuse(put, 'version');
    const changed = names.filter((name, i) => before[name] !== values[i]);
    const sets = changed.map((name) => `${name} = ?, `).join('');
    runForOne(
      statements.get(`UPDATE ${table} SET ${sets}record = ?, version = version + 1 WHERE key = ?`),
      ...values.filter((value, i) => before[names[i]!] !== value),
      json,
      put.key,
    );
  }

  return {
    hold(held) {
      if (!find.get(held.key, held.ifVersion)) refuse(held, 'version');
    },
    write(put, index) {
      const record: Record<string, unknown> = { ...put.record };
      if (put.leafAs !== undefined) record[put.leafAs] = index;
      const values = functions.map((column) => column(record as never));
      for (const field of blobs) {
        const bytes = record[field];
        if (bytes instanceof Uint8Array) putBlob.run(table, put.key, field, bytes);
        else if (put.ifVersion > 0) dropBlob.run(table, put.key, field);
        delete record[field];
      }
      const json = encodeRecord(record);
      try {
        if (put.ifVersion === 0) runForOne(insert, ...values, json, put.key);
        else update(values, json, put);
      } catch (error) {
        if (isTaken(error)) refuse(put, 'taken');
        throw error;
      }
    },
  };
}

/** The ledger of a database that was opened for writing. */
export function sqliteLedger(data: SqliteData, primitives: Primitives): Ledger {
  const { statements, epoch } = data;
  if (epoch === undefined) throw new TypeError('the data was opened for reading only');
  const readHead = statements.get('SELECT size, frontier FROM log_head WHERE epoch = ?');
  const moveHead = statements.get('UPDATE log_head SET size = ?, frontier = ? WHERE size = ? AND epoch = ?');
  const addEntry = statements.get('INSERT INTO log_entry (idx, entry, leaf_hash) VALUES (?, ?, ?)');
  const addNode = statements.get('INSERT INTO log_node (level, idx, hash) VALUES (?, ?, ?)');
  const addOpening = statements.get(
    'INSERT INTO opening (idx, record, salt, evidence_kind, evidence) VALUES (?, ?, ?, ?, ?)',
  );
  const addDocument = statements.get('INSERT INTO document (idx, bytes) VALUES (?, ?)');
  const tables = new Map(RECORD_TABLES.map((table) => [table.noun, rowsOf(data, table)]));

  function tableOf({ put }: Held): Rows {
    const table = tables.get(put);
    if (!table) throw new TypeError(`no table for ${put}`);
    return table;
  }

  /** The steps of one act, inside its transaction. */
  function enact({ leaf, held = [], writes, document }: Act, entry: Uint8Array, leafHash: Uint8Array): number {
    const head = readHead.get(epoch!);
    if (!head) throw new Outage<LogOutageCode>('log/unavailable', 'another process has taken over the data');
    const index = head['size'] as number;
    if (index < data.acknowledged.size) {
      throw new Refusal<LogCode>('log/corrupt', `${index} entries, but ${data.acknowledged.size} were committed here`);
    }
    if (leaf.ref !== undefined && leaf.ref >= index) throw new RangeError(`leaf ${index} refers to ${leaf.ref}`);
    const next = appendLeaf(splitHashes(head['frontier'] as Uint8Array), index, leafHash, primitives);
    runForOne(addEntry, index, entry, leafHash);
    runForOne(addOpening, index, leaf.record, leaf.salt, leaf.evidence.kind, leaf.evidence.bytes);
    if (document) runForOne(addDocument, index, document);
    for (const node of next.closed) if (node.level > 0) runForOne(addNode, node.level, node.index, node.hash);
    if (moveHead.run(index + 1, concat(...next.frontier), index, epoch!).changes !== 1) {
      throw new Outage<LogOutageCode>('log/unavailable', 'the head moved during an act');
    }
    for (const one of held) tableOf(one).hold(one);
    for (const put of writes) tableOf(put).write(put, index);
    return index;
  }

  return {
    // Without an await inside: no other act of this process can come between begin and commit.
    async commit(act) {
      const entry = encodeLeaf(makeLeaf(act.leaf, primitives));
      const leafHash = hashLeaf(entry, primitives);
      const index = data.transaction(() => enact(act, entry, leafHash));
      data.acknowledged.add(index, leafHash);
      return { index };
    },
  };
}
