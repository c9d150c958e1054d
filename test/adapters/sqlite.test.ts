import { spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { sqliteCheckpoints } from '../../src/adapters/sql/checkpoints.ts';
import { sqliteLedger } from '../../src/adapters/sql/ledger.ts';
import { sqliteLog } from '../../src/adapters/sql/log-reader.ts';
import { sqliteFailure } from '../../src/adapters/sql/failure.ts';
import { MIGRATIONS } from '../../src/adapters/sql/migrations/index.ts';
import { RECORD_TABLES, units, type UnitColumns } from '../../src/adapters/sql/nouns.ts';
import { sqlOficios } from '../../src/adapters/sql/oficios.ts';
import { findRecord, listRecords, type ListOptions } from '../../src/adapters/sql/record-table.ts';
import { checkSqliteVersion, openSqlite } from '../../src/adapters/sqlite.ts';
import type { AnyPut } from '../../src/log/ledger.ts';
import { bytesOf, plainAct, unitPut } from '../support/acts.ts';
import { codeOf, codeOfAct } from '../support/refuses.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
const outage = (code: string): unknown => expect.objectContaining({ name: 'Outage', code });

test('makes files that only their owner reads, also of files that others could read', async () => {
  const file = `${folder}/modes.sqlite`;
  writeFileSync(file, '');
  chmodSync(file, 0o644);
  const data = openSqlite(file);
  await sqliteLedger(data, nodePrimitives).commit(plainAct('one'));
  for (const name of readdirSync(folder))
    expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600]);
  expect(readdirSync(folder).sort()).toEqual([
    'modes.sqlite',
    'modes.sqlite-shm',
    'modes.sqlite-wal',
    'modes.sqlite.lock',
  ]);
  data.close();
});

test('commits are durable: write-ahead log, every commit waits for the disk', () => {
  const data = openSqlite(`${folder}/pragmas.sqlite`);
  const pragma = (name: string): unknown => Object.values(data.database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  expect(pragma('journal_mode')).toBe('wal');
  expect(pragma('synchronous')).toBe(2);
  expect(pragma('busy_timeout')).toBe(5000);
  expect(pragma('trusted_schema')).toBe(0);
  expect(pragma('foreign_keys')).toBe(1);
  expect(pragma('mmap_size')).toBe(0);
  data.close();
});

test('refuses a second writer at once, in this process and in another, and lets it in when the first is gone', async () => {
  const file = `${folder}/locked.sqlite`;
  const data = openSqlite(file);
  const started = performance.now();
  expect(() => openSqlite(file)).toThrow(outage('data/in-use'));
  expect(performance.now() - started).toBeLessThan(1000);
  data.close();
  const committer = join(import.meta.dirname, '..', 'faults', 'committer.ts');
  const child = spawn(process.execPath, [committer, file, 'other'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = new Promise((resolve) => child.on('close', resolve));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  expect(() => openSqlite(file)).toThrow(outage('data/in-use'));
  child.kill('SIGKILL');
  await gone;
  openSqlite(file).close();
});

test('reads beside a writer without the lock, and cannot write', async () => {
  const file = `${folder}/reader.sqlite`;
  const data = openSqlite(file);
  const reader = openSqlite(file, { readOnly: true });
  await sqliteLedger(data, nodePrimitives).commit(plainAct('one', unitPut('AC')));
  expect((await sqliteLog(reader, nodePrimitives).head()).size).toBe(1);
  expect(await findRecord(reader, units, 'AC')).toMatchObject({ version: 1 });
  expect(() => sqliteLedger(reader, nodePrimitives)).toThrow(TypeError);
  expect(() => reader.database.exec('DELETE FROM unit')).toThrow();
  reader.close();
  data.close();
});

test('a process whose data was taken over commits no more and signs no more', async () => {
  const file = `${folder}/epoch.sqlite`;
  const data = openSqlite(file);
  const ledger = sqliteLedger(data, nodePrimitives);
  await ledger.commit(plainAct('one'));
  // As if the lock had failed: a network file system, a copied container.
  const other = new DatabaseSync(file);
  other.exec('UPDATE log_head SET epoch = epoch + 1');
  other.close();
  await expect(ledger.commit(plainAct('two'))).rejects.toThrow(outage('log/unavailable'));
  const checkpoint = { size: 1, root: bytesOf('root'), note: 'note\n' };
  await expect(sqliteCheckpoints(data).store(checkpoint)).rejects.toThrow(outage('log/unavailable'));
  data.close();
});

test('refuses a database of a newer version, and leaves it as it is', () => {
  const file = `${folder}/newer.sqlite`;
  openSqlite(file).close();
  const newer = new DatabaseSync(file);
  newer.exec('PRAGMA user_version = 99');
  newer.close();
  expect(codeOf(() => openSqlite(file))).toBe('data/newer');
  expect(codeOf(() => openSqlite(file, { readOnly: true }))).toBe('data/newer');
});

test('refuses an older database that it may not migrate', () => {
  const file = `${folder}/older.sqlite`;
  new DatabaseSync(file).close();
  expect(codeOf(() => openSqlite(file, { readOnly: true }))).toBe('data/older');
});

test("refuses another program's database", () => {
  const file = `${folder}/foreign.sqlite`;
  const foreign = new DatabaseSync(file);
  foreign.exec('CREATE TABLE moz_places (id INTEGER)');
  foreign.close();
  expect(codeOf(() => openSqlite(file))).toBe('data/not-cotejo');
});

test.each([
  ['a text', (file: string) => writeFileSync(file, 'alias ll="ls -l"\n')],
  [
    'a database of another program',
    (file: string) => {
      const foreign = new DatabaseSync(file);
      foreign.exec('PRAGMA journal_mode = WAL; PRAGMA application_id = 7; CREATE TABLE moz_places (id INTEGER)');
      foreign.close();
    },
  ],
])('%s that a setting names by mistake stays as it is, and nothing is made beside it', (name, make) => {
  const place = join(folder, name.replaceAll(' ', '-'));
  mkdirSync(place);
  const file = join(place, 'file');
  make(file);
  chmodSync(file, 0o644);
  const before = readFileSync(file);
  expect(codeOf(() => openSqlite(file))).toBe('data/not-cotejo');
  expect(readFileSync(file)).toEqual(before);
  expect([readdirSync(place), statSync(file).mode & 0o777]).toEqual([['file'], 0o644]);
});

test('a first start that was stopped before anything left its -wal is gone on with', () => {
  const file = `${folder}/stopped.sqlite`;
  const data = openSqlite(file);
  for (const end of ['', '-wal']) cpSync(`${file}${end}`, `${folder}/again.sqlite${end}`);
  data.close();
  expect(statSync(`${folder}/again.sqlite`).size).toBeLessThanOrEqual(4096);
  openSqlite(`${folder}/again.sqlite`).close();
});

test('refuses what is no database, and says when the place is not there', () => {
  const file = `${folder}/text.sqlite`;
  writeFileSync(file, 'not a database, but long enough to look at: '.repeat(100));
  expect(codeOf(() => openSqlite(file))).toBe('data/not-cotejo');
  const spoilt = `${folder}/spoilt.sqlite`;
  openSqlite(spoilt).close();
  writeFileSync(spoilt, readFileSync(file));
  expect(codeOf(() => openSqlite(spoilt))).toBe('log/corrupt');
  expect(() => openSqlite(`${folder}/no/such/folder.sqlite`)).toThrow(outage('data/unavailable'));
  expect(() => openSqlite(folder)).toThrow(outage('data/unavailable'));
  expect(() => openSqlite(`${folder}/absent.sqlite`, { readOnly: true })).toThrow(outage('data/unavailable'));
  expect(existsSync(`${folder}/absent.sqlite`)).toBe(false);
});

test.each(['3.7.0', '3.46.1', '3.51.2', '0'])('refuses SQLite %s, which can corrupt data', (version) => {
  expect(codeOf(() => checkSqliteVersion(version))).toBe('data/sqlite-too-old');
});

test.each(['3.51.3', '3.53.4', '4.0.0'])('accepts SQLite %s', (version) => {
  checkSqliteVersion(version);
});

test('files of letters from before version 3 are found under the leaves of their acts', async () => {
  const file = `${folder}/version-2.sqlite`;
  const before = new DatabaseSync(file);
  for (const migration of MIGRATIONS.slice(0, 2)) before.exec(migration);
  before.exec(`PRAGMA application_id = ${0x43746a6f}; PRAGMA user_version = 2`);
  for (const index of [0, 1]) {
    before.prepare('INSERT INTO log_entry VALUES (?, ?, ?)').run(index, bytesOf('entry'), bytesOf('hash'));
    before.exec(`UPDATE log_head SET size = ${index + 1}`);
  }
  const letter = before.prepare("INSERT INTO oficio VALUES (?, ?, 'AE', 2026, ?, 's', 'n', ?, ?, 1)");
  letter.run('signed', 'a', 1, 'signed', '{"intentLeaf":0,"signedLeaf":1}');
  letter.run('damaged', 'b', 2, 'signed', '{');
  const blob = before.prepare("INSERT INTO blob VALUES ('oficio_document', ?, 'pdf', ?)");
  for (const key of ['signed', 'damaged']) {
    for (const part of ['input', 'appended']) blob.run(`${key}/${part}`, bytesOf(part));
  }
  before.close();
  const data = openSqlite(file);
  const kept = await Promise.all([0, 1].map((leaf) => sqlOficios(data).findDocument(leaf)));
  expect(kept).toEqual([bytesOf('input'), bytesOf('appended')]);
  expect(data.database.prepare('SELECT count(*) AS n FROM blob').get()).toEqual({ n: 0 });
  data.close();
});

test('a migration that fails half-way leaves nothing behind', () => {
  const file = `${folder}/half.sqlite`;
  const half = new DatabaseSync(file);
  const version = (): unknown[] =>
    half.prepare('SELECT user_version, name FROM pragma_user_version, sqlite_schema').all();
  half.exec(MIGRATIONS[0]!);
  // The last statement of all counts the openings.
  half.exec(`PRAGMA application_id = ${0x43746a6f}; PRAGMA user_version = 1;
    UPDATE log_head SET epoch = ${2n ** 63n - 1n}`);
  const before = version();
  expect(() => openSqlite(file)).toThrow(/cannot store REAL/);
  expect(version()).toEqual(before);
  half.close();
});

test.each([
  ["UPDATE log_entry SET entry = x'00' WHERE idx = 0", 'an entry never changes'],
  ['DELETE FROM log_entry WHERE idx = 1', 'an entry is never removed'],
  ["INSERT INTO log_entry VALUES (7, x'00', x'00')", 'an entry goes to the end'],
  ["INSERT OR REPLACE INTO log_entry VALUES (0, x'00', x'00')", 'an entry goes to the end'],
  ["INSERT OR REPLACE INTO log_node VALUES (1, 0, x'00')", 'a node never changes'],
  ['DELETE FROM log_node', 'a node is never removed'],
  ['UPDATE log_head SET size = 0', 'the log grows'],
  ['DELETE FROM log_head', 'the head is never removed'],
  ["UPDATE opening SET record = x'80'", 'an opening never changes'],
  ["UPDATE checkpoint SET note = ''", 'a checkpoint never changes'],
  ["INSERT OR REPLACE INTO checkpoint VALUES (2, x'00', '')", 'a checkpoint is larger'],
  ['DELETE FROM checkpoint', 'a checkpoint is never removed'],
  ["UPDATE document SET bytes = x'00'", 'a document never changes'],
])('the database itself refuses: %s', async (sql, reason) => {
  const data = openSqlite(':memory:');
  const ledger = sqliteLedger(data, nodePrimitives);
  for (const name of ['a', 'b', 'c']) await ledger.commit({ ...plainAct(name), document: bytesOf(name) });
  await sqliteCheckpoints(data).store({ size: 3, root: bytesOf('root'), note: 'note\n' });
  expect(() => data.database.exec(sql)).toThrow(reason);
  data.close();
});

test.each(RECORD_TABLES.map((table) => [table.noun, table] as const))(
  'the description of %s agrees with its table',
  (_, { table, columns, unique = [] }) => {
    const { database } = openSqlite(':memory:');
    const names = (query: string): string[] => {
      const rows = database.prepare(query).all();
      return rows.map((row) => String(row['name']));
    };
    expect(names(`PRAGMA table_info(${table})`).toSorted()).toEqual(
      [...Object.keys(columns), 'key', 'record', 'version'].toSorted(),
    );
    const indexes = names(`SELECT name FROM pragma_index_list('${table}') WHERE "unique" = 1`);
    expect(indexes.map((index) => names(`PRAGMA index_info(${index})`).join(' ')).toSorted()).toEqual(
      ['key', ...unique.map((set) => set.join(' '))].toSorted(),
    );
  },
);

test('letters of earlier data are found by their document as well', () => {
  const database = new DatabaseSync(':memory:');
  const [first, second, third, fourth] = MIGRATIONS;
  database.exec(first! + second! + third!);
  const columns =
    "typed_code, unit, year, number, signer, serial, state, record, version) VALUES (?, ?, 'AE', 2026, ?, '', '', '', ?, 1)";
  const insert = database.prepare(`INSERT INTO oficio (key, ${columns}`);
  insert.run('a', 'a', 1, '{"inputDigest":{"$bytes":"AAEC"}}');
  insert.run('b', 'b', 2, 'what somebody wrote by hand');
  database.exec(fourth!);
  const found = database.prepare('SELECT key, input_digest FROM oficio ORDER BY key').all();
  expect(found.map((row) => Object.values(row))).toEqual([
    ['a', 'AAEC'],
    ['b', ''],
  ]);
});

test('lists records in the order of their keys, page by page, filtered by columns', async () => {
  const data = openSqlite(':memory:');
  const ledger = sqliteLedger(data, nodePrimitives);
  const put = (code: string, parent?: string): AnyPut => ({
    ...unitPut(code),
    record: { code, name: code, coveredSince: '2026-01-01', ...(parent !== undefined && { parent }) },
  });
  await ledger.commit(plainAct('units', put('AC/B', 'AC'), put('AC'), put('AC/A', 'AC'), put('AC/C', 'AC')));
  const keys = async (options?: ListOptions<UnitColumns>): Promise<string[]> =>
    (await listRecords(data, units, options)).map(({ record }) => record.code);
  expect(await keys()).toEqual(['AC', 'AC/A', 'AC/B', 'AC/C']);
  expect(await keys({ where: { parent: 'AC' }, limit: 2 })).toEqual(['AC/A', 'AC/B']);
  expect(await keys({ where: { parent: 'AC' }, after: 'AC/B' })).toEqual(['AC/C']);
  expect(await keys({ where: { parent: null } })).toEqual(['AC']);
  expect(await keys({ where: { parent: 'XX' } })).toEqual([]);
  data.close();
});

test('refuses a database whose pages are damaged', async () => {
  const file = `${folder}/damaged.sqlite`;
  const data = openSqlite(file);
  await sqliteLedger(data, nodePrimitives).commit(plainAct('one', unitPut('AC')));
  data.close();
  const { size } = statSync(file);
  const damaged = new Uint8Array(size).fill(0x55);
  damaged.set(new TextEncoder().encode('SQLite format 3\0'));
  writeFileSync(file, damaged);
  expect(await codeOfAct(async () => openSqlite(file))).toBe('log/corrupt');
});

test('a disk that may only be read is an outage, not a bug', () => {
  const file = `${folder}/read-only.sqlite`;
  openSqlite(file).close();
  const database = new DatabaseSync(file, { readOnly: true });
  let failure: unknown;
  try {
    database.exec('UPDATE log_head SET epoch = epoch + 1');
  } catch (error) {
    failure = sqliteFailure(error);
  }
  database.close();
  expect(failure).toEqual(outage('log/unavailable'));
});

test('a disk without room for the shared memory is full', () => {
  const error = Object.assign(new Error('disk I/O error'), { errcode: 4874 });
  expect(sqliteFailure(error)).toEqual(outage('log/disk-full'));
});
