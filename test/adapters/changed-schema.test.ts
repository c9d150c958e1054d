import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { sqliteCheckpoints } from '../../src/adapters/sql/checkpoints.ts';
import { sqliteLedger } from '../../src/adapters/sql/ledger.ts';
import { sqliteLog } from '../../src/adapters/sql/log-reader.ts';
import { MIGRATIONS } from '../../src/adapters/sql/migrations/index.ts';
import { openSqlite, type SqliteData } from '../../src/adapters/sqlite.ts';
import { openServices } from '../../src/compose.ts';
import { makeInstallation } from '../support/installation.ts';
import { bytesOf, plainAct, unitPut } from '../support/acts.ts';
import { codeOf, codeOfAct } from '../support/refuses.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
const CHANGED = 'data/schema-changed';

/** An insider's connection, which may write the schema as text. */
function beside(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { defensive: false });
  database.exec('PRAGMA writable_schema = ON');
  return database;
}

function edit(file: string, sql: string): void {
  const database = beside(file);
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
}

let files = 0;
const newFile = (): string => `${folder}/${files++}.sqlite`;

async function begun(file: string): Promise<SqliteData> {
  const data = openSqlite(file);
  await sqliteLedger(data, nodePrimitives).commit(plainAct('first', unitPut('AC')));
  return data;
}

const swallow = `CREATE TRIGGER x BEFORE INSERT ON log_entry BEGIN SELECT raise(IGNORE); END;`;
const view = `ALTER TABLE credential RENAME TO hidden;
  CREATE VIEW credential AS SELECT * FROM hidden WHERE state <> 'revoked';`;
const partialIndex = `DROP INDEX official_identity; CREATE INDEX official_identity ON official (identity) WHERE key > 'x';`;

const CHANGES: readonly (readonly [string, string])[] = [
  ['a trigger that swallows entries', swallow],
  [
    'a trigger that takes checkpoints away',
    'CREATE TRIGGER x AFTER INSERT ON checkpoint BEGIN DELETE FROM blob WHERE key = NEW.size; END;',
  ],
  ['one of ours that is missing', 'DROP TRIGGER log_entry_fixed;'],
  [
    'one of ours that does something else',
    `DROP TRIGGER log_entry_fixed;
     CREATE TRIGGER log_entry_fixed BEFORE UPDATE ON log_entry BEGIN SELECT 1; END;`,
  ],
  ['an index that leaves rows out', partialIndex],
  ['an index more', 'CREATE UNIQUE INDEX x ON credential (kind);'],
  ['an index less', 'DROP INDEX oficio_folio;'],
  ['a table more', 'CREATE TABLE x (y);'],
  ['a table less', 'DROP TABLE blob;'],
  ['a view in the place of a table', view],
  [
    'a column more, computed from others',
    'PRAGMA writable_schema = OFF; ALTER TABLE credential ADD COLUMN x TEXT AS (key) VIRTUAL;',
  ],
  [
    'a condition that rows have to meet',
    "UPDATE sqlite_schema SET sql = replace(sql, 'state TEXT NOT NULL', 'state TEXT CHECK (state <> ''revoked'')') WHERE name = 'credential';",
  ],
  [
    'a conflict that is passed over in silence',
    "UPDATE sqlite_schema SET sql = replace(sql, 'KEY REFERENCES', 'KEY ON CONFLICT IGNORE REFERENCES') WHERE name = 'opening';",
  ],
  [
    'an index over the schema itself that leaves rows out',
    `CREATE TABLE y AS SELECT type, name, tbl_name, sql FROM sqlite_schema;
     CREATE INDEX z ON y (type, name, tbl_name, sql);
     INSERT INTO sqlite_schema SELECT 'index', 'x', 'sqlite_master', rootpage,
       'CREATE INDEX x ON sqlite_master (type, name, tbl_name, sql)' FROM sqlite_schema WHERE name = 'z';
     DELETE FROM sqlite_schema WHERE name IN ('y', 'z');`,
  ],
  ['a trigger that calls itself a statistic', swallow.replaceAll(' x ', ' "sqlite stat1" ')],
];

test.each(CHANGES)('%s keeps the data shut', async (_, sql) => {
  const file = newFile();
  (await begun(file)).close();
  edit(file, sql);
  expect(codeOf(() => openSqlite(file))).toBe(CHANGED);
  expect(codeOf(() => openSqlite(file, { readOnly: true }))).toBe(CHANGED);
});

test.each(CHANGES)(
  '%s, made while it is open, stops what reads the log, and every act and checkpoint',
  async (_, sql) => {
    const file = newFile();
    const data = await begun(file);
    const log = sqliteLog(data, nodePrimitives);
    const ledger = sqliteLedger(data, nodePrimitives);
    const checkpoint = { size: 1, root: bytesOf('root'), note: 'note\n' };
    expect(await log.size()).toBe(1);
    edit(file, sql);
    for (let tries = 0; tries < 2; tries++) {
      expect(await codeOfAct(() => ledger.commit(plainAct('second')))).toBe(CHANGED);
      expect(await codeOfAct(() => sqliteCheckpoints(data).store(checkpoint))).toBe(CHANGED);
      expect(await codeOfAct(() => log.size())).toBe(CHANGED);
    }
    data.close();
  },
);

test('names what is not ours', async () => {
  const file = newFile();
  (await begun(file)).close();
  edit(file, swallow);
  const facts = { type: 'trigger', name: 'x' };
  expect(() => openSqlite(file)).toThrow(expect.objectContaining({ code: CHANGED, facts }));
});

test('a change whose number was set back is seen as well', async () => {
  const file = newFile();
  const data = await begun(file);
  const ledger = sqliteLedger(data, nodePrimitives);
  const insider = beside(file);
  const number = (): number => Number(Object.values(insider.prepare('PRAGMA schema_version').get()!)[0]);
  const before = number();
  // What was compiled is thrown away because of another number …
  insider.exec(`PRAGMA schema_version = ${before + 7}`);
  data.select('SELECT count(*) FROM unit', []);
  // … and compiled again, of another schema, under the number that was checked.
  insider.exec(`BEGIN; ${swallow} PRAGMA schema_version = ${before}; COMMIT`);
  data.select('SELECT count(*) FROM unit', []);
  expect(await codeOfAct(() => ledger.commit(plainAct('second')))).toBe(CHANGED);
  insider.exec(`BEGIN; DROP TRIGGER x; PRAGMA schema_version = ${before}; COMMIT`);
  expect(await ledger.commit(plainAct('second'))).toEqual({ index: 1 });
  expect(await sqliteLog(data, nodePrimitives).size()).toBe(2);
  insider.close();
  data.close();
});

test('what SQLite keeps compiled of a schema that was there for a moment writes nothing', async () => {
  const file = newFile();
  const data = await begun(file);
  const ledger = sqliteLedger(data, nodePrimitives);
  const insider = beside(file);
  insider.exec(swallow);
  data.select('SELECT count(*) FROM unit', []);
  const number = Number(Object.values(insider.prepare('PRAGMA schema_version').get()!)[0]);
  insider.exec(`BEGIN; DROP TRIGGER x; PRAGMA schema_version = ${number}; COMMIT`);
  insider.close();
  expect(await ledger.commit(plainAct('second'))).toEqual({ index: 1 });
  expect(await sqliteLog(data, nodePrimitives).size()).toBe(2);
  data.close();
});

test('a version that was set lower is refused by name', async () => {
  const file = newFile();
  (await begun(file)).close();
  for (const version of [0, 1, MIGRATIONS.length - 1]) {
    edit(file, `PRAGMA user_version = ${version}`);
    expect(codeOf(() => openSqlite(file))).toBe(CHANGED);
  }
});

test('data of every earlier version are migrated', () => {
  for (const version of MIGRATIONS.keys()) {
    const file = newFile();
    const database = new DatabaseSync(file);
    for (const migration of MIGRATIONS.slice(0, version)) database.exec(migration);
    database.exec(`PRAGMA application_id = ${0x43746a6f}; PRAGMA user_version = ${version}`);
    database.close();
    openSqlite(file).close();
  }
});

test('statistics change nothing, nor does whoever vacuums or copies it', async () => {
  const file = newFile();
  const data = await begun(file);
  edit(file, 'ANALYZE; VACUUM');
  await sqliteLedger(data, nodePrimitives).commit(plainAct('second'));
  data.close();
  openSqlite(file).close();
});

test('an index that lies under its own definition is named by the audit', async () => {
  const { config, services, sign, close, remove } = await makeInstallation();
  try {
    await sign();
    expect((await services.auditLog()).register.findings).toEqual([]);
    close();
    edit(
      join(config.dataFolder, 'cotejo.sqlite'),
      `CREATE TEMP TABLE honest AS SELECT sql FROM sqlite_schema WHERE name = 'oficio_folio';
       DROP INDEX oficio_folio;
       CREATE UNIQUE INDEX oficio_folio ON oficio (unit, year, number) WHERE number > 1000;
       UPDATE sqlite_schema SET sql = (SELECT sql FROM honest) WHERE name = 'oficio_folio';`,
    );
    const again = await openServices(config);
    try {
      const { findings, sound } = (await again.auditLog()).register;
      expect([sound, findings]).toEqual([false, [{ problem: 'file-damaged', noun: 'database', key: 'oficio_folio' }]]);
    } finally {
      again.close();
    }
  } finally {
    remove();
  }
});
