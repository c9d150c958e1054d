import { afterAll } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { sqliteCheckpoints } from '../../src/adapters/sql/checkpoints.ts';
import { sqliteLedger } from '../../src/adapters/sql/ledger.ts';
import { sqliteLog } from '../../src/adapters/sql/log-reader.ts';
import { RECORD_TABLES } from '../../src/adapters/sql/nouns.ts';
import { sqlOficios } from '../../src/adapters/sql/oficios.ts';
import { findRecord, type RecordTable } from '../../src/adapters/sql/record-table.ts';
import { openSqlite, type SqliteData } from '../../src/adapters/sqlite.ts';
import { memoryData } from '../doubles/memory-ledger.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { ledgerContract, type LedgerUnderTest } from './ledger.ts';

const folder = temporaryFolder();
const opened: SqliteData[] = [];
afterAll(() => {
  for (const data of opened) data.close();
});

function underTest(data: SqliteData): LedgerUnderTest {
  opened.push(data);
  return {
    ledger: sqliteLedger(data, nodePrimitives),
    log: sqliteLog(data, nodePrimitives),
    checkpoints: sqliteCheckpoints(data),
    find: (noun, key) => {
      const table = RECORD_TABLES.find((table) => table.noun === noun);
      return findRecord(data, table as unknown as RecordTable<object, {}>, key);
    },
    document: (leaf) => sqlOficios(data).findDocument(leaf),
  };
}

ledgerContract('SQLite in a file', () => underTest(openSqlite(`${folder}/${opened.length}.sqlite`)));
ledgerContract('SQLite in memory', () => underTest(openSqlite(':memory:')));
ledgerContract('the double', () => {
  const data = memoryData();
  return {
    ...data,
    find: async (noun, key) => data.find(noun, key),
    document: async (leaf) => data.acts[leaf]?.document,
  };
});
