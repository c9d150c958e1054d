import { chmodSync, closeSync, constants, existsSync, openSync, readSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Outage, Refusal } from '../core/refusal.ts';
import type { DataCode, DataOutageCode } from './data-code.ts';
import { holdLock, makeOwnerOnly, type HeldLock } from './held-lock.ts';
import { isUnopenable, sqliteFailure } from './sql/failure.ts';
import { MIGRATIONS } from './sql/migrations/index.ts';
import { checkSchema } from './sql/schema.ts';
import { Acknowledged } from './sql/acknowledged.ts';
import { DecodedRecords } from './sql/decoded-records.ts';
import { cachedStatements, guarded, kyselyOver, type Reader, type Statements } from './sql/statements.ts';

/** An open database. One connection: its calls are synchronous, so nothing comes between two of them. */
export interface SqliteData extends Reader {
  readonly database: DatabaseSync;
  readonly statements: Statements;
  /**
   * Another number after every commit, of this process or of anybody else.
   * @throws Refusal `data/schema-changed` once somebody changed the schema
   */
  changes(): number;
  /**
   * All that `action` writes or nothing of it, durable before it returns, into the schema that our migrations made. The
   * one way to write.
   * @throws Refusal `data/schema-changed`; those and the outages of the database
   */
  transaction<Result>(action: () => Result): Result;
  /** Told by the ledger, asked by whoever reads the log. */
  readonly acknowledged: Acknowledged;
  /** Which opening for writing this is, counted from 1; absent when it is open for reading. */
  readonly epoch?: number;
  close(): void;
}

export interface SqliteOptions {
  /** Beside a process that writes, without the lock and without changing anything. */
  readonly readOnly?: boolean;
}

/** `Ctjo`: marks the file as ours (https://sqlite.org/pragma.html#pragma_application_id). */
const APPLICATION_ID = 0x43746a6f;
const OWNER_ONLY = 0o600;

/**
 * SQLite 3.7.0 to 3.51.2 can corrupt a database in WAL mode (https://sqlite.org/releaselog/3_51_3.html).
 * @throws Refusal `data/sqlite-too-old`
 */
export function checkSqliteVersion(version: string): void {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  if (major * 1_000_000 + minor * 1000 + patch < 3_051_003) {
    const facts = { found: version, expected: '3.51.3' };
    throw new Refusal<DataCode>('data/sqlite-too-old', `SQLite ${version} can corrupt data, expected 3.51.3`, facts);
  }
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
}

/** SQLite's header (https://sqlite.org/fileformat2.html#the_database_header): its first words, and where numbers stand. */
const HEADER = { bytes: 100, magic: 'SQLite format 3\0', pageSize: 16, applicationId: 68 };

function notCotejo(path: string): Refusal<DataCode> {
  return new Refusal<DataCode>('data/not-cotejo', `${path} is another program's database`, { path });
}

/**
 * Before anything is made or changed: whatever a setting names by mistake stays as it is.
 * @throws Refusal `data/not-cotejo` unless the file is absent, empty, or a database that may be ours
 */
function checkHeader(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  // What is no file SQLite refuses to open.
  if (!found?.isFile() || found.size === 0) return;
  const header = Buffer.alloc(HEADER.bytes);
  const file = openSync(path, constants.O_RDONLY);
  try {
    readSync(file, header, 0, HEADER.bytes, 0);
  } finally {
    closeSync(file);
  }
  if (header.toString('latin1', 0, HEADER.magic.length) !== HEADER.magic) throw notCotejo(path);
  const id = header.readUInt32BE(HEADER.applicationId);
  // A first start that was stopped left one page without a table: all else is in the -wal still.
  const isBlank = id === 0 && found.size <= header.readUInt16BE(HEADER.pageSize);
  if (id !== APPLICATION_ID && !isBlank) throw notCotejo(path);
}

/** Holds the installation for this process until it closes or dies. */
function holdInstallation(path: string): HeldLock {
  const lock = holdLock(path);
  if (lock) return lock;
  throw new Outage<DataOutageCode>('data/in-use', 'another process has the data open for writing', { path });
}

/** @throws Refusal unless the file is empty or ours, of a version that we know */
function checkOurs(database: DatabaseSync, path: string, readOnly: boolean): number {
  const version = pragma(database, 'user_version');
  const id = pragma(database, 'application_id');
  const tables = Number(database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n']);
  if (id !== APPLICATION_ID && (id !== 0 || tables !== 0 || version !== 0)) {
    throw notCotejo(path);
  }
  const facts = { found: version, expected: MIGRATIONS.length };
  if (version > MIGRATIONS.length) {
    throw new Refusal<DataCode>('data/newer', `the data has version ${version}, expected ${MIGRATIONS.length}`, facts);
  }
  if (readOnly && version < MIGRATIONS.length) {
    throw new Refusal<DataCode>('data/older', `the data has version ${version}, expected ${MIGRATIONS.length}`, facts);
  }
  return version;
}

/** All that is missing in one transaction: a stop in between leaves the version before, whole. Returns the epoch. */
function migrate(database: DatabaseSync, version: number): number {
  database.exec('BEGIN IMMEDIATE');
  try {
    checkSchema(database, version);
    for (const migration of MIGRATIONS.slice(version)) database.exec(migration);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${MIGRATIONS.length}`);
    const head = database.prepare('UPDATE log_head SET epoch = epoch + 1 RETURNING epoch').get();
    database.exec('COMMIT');
    return Number(head?.['epoch']);
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/**
 * Counts the commits of other connections (https://sqlite.org/pragma.html#pragma_data_version), and looks at the schema
 * after each: this process never changes it. Not by the schema's own number, which anybody can set.
 */
function foreignCommitsOf(database: DatabaseSync, statements: Statements): () => number {
  const dataVersion = statements.get('PRAGMA data_version');
  let checked: number | undefined;
  return () => {
    const version = Number(dataVersion.get()?.['data_version']);
    if (version !== checked) checkSchema(database, MIGRATIONS.length);
    checked = version;
    return version;
  };
}

function configure(database: DatabaseSync, readOnly: boolean): void {
  // fullfsync: on macOS, fsync alone leaves the data in the drive's cache.
  database.exec(
    'PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; ' +
      // In KiB: one letter's files would push a twentieth of the default out.
      'PRAGMA cache_size = -32768; ' +
      // What was erased stays in no free page.
      'PRAGMA secure_delete = ON',
  );
  if (!readOnly) database.exec('PRAGMA journal_mode = WAL');
}

/**
 * Opens the installation's database, making and migrating it where needed; `:memory:` is one that nobody else sees.
 * Durable commits, owner-only files, one writing process at a time.
 * @throws Refusal `data/newer`, `data/older`, `data/not-cotejo`, `data/sqlite-too-old`,
 *   `data/schema-changed`, `log/corrupt`
 * @throws Outage `data/in-use`, `data/unavailable`, `log/disk-full`, `log/unavailable`
 */
export function openSqlite(path: string, { readOnly = false }: SqliteOptions = {}): SqliteData {
  checkSqliteVersion(process.versions['sqlite'] ?? '0');
  const shared = path !== ':memory:';
  let lock: HeldLock | undefined;
  let database: DatabaseSync | undefined;
  try {
    if (shared && !readOnly) {
      // Once the lock file stands, another connection may be open: closing the file here would let go of its locks
      // (https://sqlite.org/howtocorrupt.html §2.2).
      if (!existsSync(`${path}.lock`)) checkHeader(path);
      lock = holdInstallation(`${path}.lock`);
      makeOwnerOnly(path);
    }
    const open = (database = new DatabaseSync(path, { readOnly, timeout: 5000 }));
    const version = checkOurs(open, path, readOnly);
    // Ours, and perhaps from a backup that lost the mode.
    if (shared && !readOnly) chmodSync(path, OWNER_ONLY);
    configure(open, readOnly);
    const epoch = readOnly ? undefined : migrate(open, version);
    const statements = cachedStatements(open);
    const begin = statements.get('BEGIN IMMEDIATE');
    const end = statements.get('COMMIT');
    const rollback = statements.get('ROLLBACK');
    const foreignCommits = foreignCommitsOf(open, statements);
    foreignCommits();
    let commits = 0;
    return {
      database: open,
      statements,
      kysely: kyselyOver(open, statements),
      select: (sql, parameters) => guarded(() => statements.get(sql).all(...parameters)),
      decoded: new DecodedRecords(),
      changes: () => guarded(foreignCommits) + commits,
      acknowledged: new Acknowledged(),
      transaction(action) {
        try {
          begin.run();
          foreignCommits();
          const result = action();
          end.run();
          return result;
        } catch (error) {
          // SQLite itself rolls back on some failures (a full disk, for one).
          if (open.isTransaction) rollback.run();
          throw sqliteFailure(error);
        } finally {
          commits++;
        }
      },
      ...(epoch === undefined ? {} : { epoch }),
      close() {
        open.close();
        lock?.close();
      },
    };
  } catch (error) {
    database?.close();
    lock?.close();
    if (isUnopenable(error)) {
      throw new Outage<DataOutageCode>('data/unavailable', `cannot open ${path}`, { path }, { cause: error });
    }
    throw sqliteFailure(error);
  }
}
