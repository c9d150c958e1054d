import { afterEach, describe, expect, test } from 'vitest';
import type { PassingStore } from '../../src/access/passing-store.ts';
import type { Session } from '../../src/access/session.ts';
import { sqlPassing } from '../../src/adapters/sql/passing.ts';
import { openSqlite } from '../../src/adapters/sqlite.ts';
import type { PersonId } from '../../src/access/person.ts';
import { unixSeconds } from '../../src/core/time.ts';
import { memoryPassing } from '../doubles/passing.ts';

const open: (() => void)[] = [];
afterEach(() => open.splice(0).forEach((close) => close()));

function onSqlite(): PassingStore<Session> {
  const data = openSqlite(':memory:');
  open.push(() => data.close());
  return sqlPassing(data).sessions;
}

function row(id: string, expiresAt = 2_000, more: Partial<Session> = {}): Session {
  const times = { since: unixSeconds(1_000), lastSeen: unixSeconds(1_000), expiresAt: unixSeconds(expiresAt) };
  const who = { person: 'aa'.repeat(16) as PersonId, by: { enrolment: 3, roles: 4 } };
  return {
    id,
    ...who,
    credentialId: Uint8Array.of(1, 2, 3),
    browser: 'Firefox',
    network: '192.0.2',
    ...times,
    ...more,
  };
}

describe.each([
  ['SQLite', onSqlite],
  ['memory', () => memoryPassing<Session>()],
])('what passes by itself, on %s', (_, make) => {
  test('comes back as it was added, bytes among it', async () => {
    const store = make();
    expect(await store.add(row('a'))).toBe(true);
    expect(await store.find('a')).toEqual({ record: row('a'), version: 1 });
    expect(await store.find('b')).toBeUndefined();
  });

  test('is not added twice', async () => {
    const store = make();
    await store.add(row('a'));
    expect(await store.add(row('a', 9_000))).toBe(false);
    expect(await store.list()).toEqual([{ record: row('a'), version: 1 }]);
  });

  test('is replaced only by whoever read it last', async () => {
    const store = make();
    await store.add(row('a'));
    const outcomes = await Promise.all(['x', 'y'].map((browser) => store.replace(row('a', 3_000, { browser }), 1)));
    expect(outcomes).toEqual([true, false]);
    expect(await store.find('a')).toEqual({ record: row('a', 3_000, { browser: 'x' }), version: 2 });
    expect(await store.replace(row('b'), 1), 'nor made').toBe(false);
    expect(await store.replace(row('a'), 2)).toBe(true);
  });

  test('is taken once', async () => {
    const store = make();
    await store.add(row('a'));
    expect(await Promise.all([store.take('a'), store.take('a')])).toEqual([row('a'), undefined]);
    expect(await store.replace(row('a'), 1)).toBe(false);
    expect(await store.list()).toEqual([]);
  });

  test('is swept when it expired, and beyond so many, the one that expires first', async () => {
    const store = make();
    for (const [id, end] of [['d', 2_000], ['b', 2_001], ['c', 2_003], ['a', 2_002]] as const) await store.add(row(id, end)); // prettier-ignore
    await store.sweep(unixSeconds(2_000), 4);
    expect((await store.list()).map(({ record }) => record.id)).toEqual(['a', 'b', 'c']);
    await store.sweep(unixSeconds(2_000), 2);
    expect((await store.list()).map(({ record }) => record.id)).toEqual(['a', 'c']);
  });
});
