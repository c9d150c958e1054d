import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { MIGRATIONS } from '../../src/adapters/sql/migrations/index.ts';
import { sweepSteps } from '../../src/adapters/sql/personal-sweep.ts';
import type { SqliteData } from '../../src/adapters/sqlite.ts';
import { RETENTION } from '../../src/personal/retention.ts';

test('every table of the database stands in exactly one line', () => {
  const database = new DatabaseSync(':memory:');
  for (const migration of MIGRATIONS) database.exec(migration);
  const made = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  database.close();
  const told = RETENTION.flatMap(({ tables }) => tables);
  expect(told.toSorted()).toEqual(made.map(({ name }) => String(name)).toSorted());
});

test('what is erased is erased by the sweep, and what is kept by none', () => {
  const steps = sweepSteps({
    data: {} as SqliteData,
    eraseDetails: async () => {},
    endedOn: async () => undefined,
    isKnown: async () => true,
  });
  const swept = steps.map(({ line }) => line).toSorted();
  expect(swept).toEqual(
    RETENTION.filter(({ end }) => end === 'erased')
      .map(({ id }) => id)
      .toSorted(),
  );
});

test('the source that each line names is there', () => {
  const root = join(import.meta.dirname, '../..');
  expect(RETENTION.filter(({ by }) => !existsSync(join(root, by)))).toEqual([]);
});
