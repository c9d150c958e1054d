import { afterEach, describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { sqlDirectory } from '../../src/adapters/sql/directory.ts';
import { sqliteLedger } from '../../src/adapters/sql/ledger.ts';
import { openSqlite } from '../../src/adapters/sqlite.ts';
import { systemRandom } from '../../src/adapters/system.ts';
import type { CalendarDay } from '../../src/core/time.ts';
import { changeOfficial } from '../../src/directory/change.ts';
import { endOfficial } from '../../src/directory/end.ts';
import { identityOf, type Official, type OfficialId } from '../../src/directory/official.ts';
import { registerOfficial, type DirectoryDeps } from '../../src/directory/register.ts';
import { setUnit } from '../../src/directory/set-unit.ts';
import type { OfficialCursor, OfficialQuery } from '../../src/directory/store.ts';
import type { UnitCode } from '../../src/directory/unit.ts';
import { at, by, photo, someone } from '../directory/samples.ts';
import { MemoryDirectory } from '../doubles/directory.ts';
import { codeOfAct } from '../support/refuses.ts';

const open: (() => void)[] = [];
afterEach(() => open.splice(0).forEach((close) => close()));

function onSqlite(): Pick<DirectoryDeps, 'store' | 'ledger'> {
  const data = openSqlite(':memory:');
  open.push(() => data.close());
  return { store: sqlDirectory(data), ledger: sqliteLedger(data, nodePrimitives) };
}

function inMemory(): Pick<DirectoryDeps, 'store' | 'ledger'> {
  const memory = new MemoryDirectory();
  return { store: memory, ledger: memory };
}

describe.each([
  ['SQLite', onSqlite],
  ['memory', inMemory],
])('the directory on %s', (_, make) => {
  const clock = () => at('2026-11-21T18:00:00Z');
  const today = '2026-11-21' as CalendarDay;

  async function start(): Promise<DirectoryDeps> {
    const deps = { ...make(), primitives: nodePrimitives, random: systemRandom };
    for (const code of ['AF', 'AF/DGG/SCI']) {
      await setUnit(deps, { unit: { code, name: 'Una unidad', coveredSince: '2026-01-01' }, by });
    }
    return deps;
  }
  function register(deps: DirectoryDeps, name: string, changes = {}): Promise<Official> {
    return registerOfficial(deps, { input: { ...someone, name, ...changes }, by });
  }
  async function names(deps: DirectoryDeps, query: Partial<OfficialQuery>): Promise<string[]> {
    const { items } = await deps.store.searchOfficials({ publicOnly: true, limit: 50, ...query });
    return items.map((official) => (official.publication.state === 'public' ? official.name : 'reservado'));
  }
  const reserved = { publication: 'reserved', legalGround: 'Acuerdo CT/12/2026' };

  test('gives back what was registered, changed and ended, pixels apart', async () => {
    const deps = await start();
    const official = await registerOfficial(deps, { input: someone, photo, by });
    expect(await deps.store.findOfficial(official.id)).toEqual({ record: official, version: 1 });
    expect((await deps.store.findPhoto(official.id))?.record).toEqual({ jpeg: photo.jpeg, thumbnail: photo.thumbnail });
    const changed = await changeOfficial(deps, { id: official.id, changes: { post: 'Directora' }, by });
    expect(await deps.store.findOfficial(official.id)).toEqual({ record: changed, version: 2 });
    expect(await deps.store.findByIdentity(identityOf(official))).toEqual([]);
    const ended = await endOfficial({ ...deps, clock }, { id: official.id, reason: 'resigned', by });
    expect(await deps.store.findByIdentity(identityOf(changed))).toEqual([{ record: ended, version: 3 }]);
    expect((await deps.store.findPhoto(official.id))?.record).toEqual({});
    expect(await deps.store.findOfficial('ZZZZZZZZ' as OfficialId)).toBeUndefined();
    expect(await deps.store.findPhoto('ZZZZZZZZ' as OfficialId)).toBeUndefined();
  });

  test('keeps units by code', async () => {
    const { store } = await start();
    expect((await store.listUnits()).map(({ code }) => code)).toEqual(['AF', 'AF/DGG/SCI']);
    expect((await store.findUnit('AF' as UnitCode))?.record.coveredSince).toBe('2026-01-01');
    expect(await store.findUnit('XX' as UnitCode)).toBeUndefined();
  });

  test('finds names by the beginnings of their words, without accents or case', async () => {
    const deps = await start();
    for (const name of ['José Ángel Peña', 'Josefina Ruiz', 'Ana José Ñáñez']) await register(deps, name);
    expect(await names(deps, { name: 'jose' })).toEqual(['Ana José Ñáñez', 'José Ángel Peña', 'Josefina Ruiz']);
    expect(await names(deps, { name: 'PEÑA josé' })).toEqual(['José Ángel Peña']);
    expect(await names(deps, { name: 'nanez' })).toEqual(['Ana José Ñáñez']);
    expect(await names(deps, { name: 'ngel' })).toEqual([]);
    expect(await names(deps, { name: `%' or 1=1 --` })).toEqual([]);
    expect(await names(deps, { name: '%_' })).toHaveLength(3);
  });

  test('lists a reserved official to the public, but never by name', async () => {
    const deps = await start();
    await register(deps, 'Berta Luz');
    await register(deps, 'Zoe Reservada', reserved);
    expect(await names(deps, {})).toEqual(['reservado', 'Berta Luz']);
    expect(await names(deps, { name: 'zoe' })).toEqual([]);
    expect(await names(deps, { name: 'zoe', publicOnly: false })).toEqual(['reservado']);
    const { next } = await deps.store.searchOfficials({ publicOnly: true, limit: 1 });
    expect(next?.order).toBe('');
  });

  test('narrows to a unit and to who is in office on a day', async () => {
    const deps = await start();
    const ana = await register(deps, 'Ana Paz');
    await register(deps, 'Eva Luz', { unit: 'AF' });
    const rita = await register(deps, 'Rita Gil');
    await endOfficial({ ...deps, clock }, { id: ana.id, reason: 'resigned', by });
    await endOfficial({ ...deps, clock }, { id: rita.id, on: '2026-11-22', reason: 'resigned', by });
    expect(await names(deps, { unit: 'AF' as UnitCode })).toEqual(['Eva Luz']);
    expect(await names(deps, { inOfficeOn: today })).toEqual(['Eva Luz', 'Rita Gil']);
    expect(await names(deps, {})).toEqual(['Ana Paz', 'Eva Luz', 'Rita Gil']);
  });

  test('pages through all, each once, also where many are reserved', async () => {
    const deps = await start();
    for (let i = 0; i < 7; i++) await register(deps, `Ana ${'ABCDEFG'[i]}`, i % 2 ? reserved : {});
    for (const publicOnly of [true, false]) {
      const seen: string[] = [];
      for (let after: OfficialCursor | undefined, pages = 0; pages < 10; pages++) {
        const page = await deps.store.searchOfficials({ publicOnly, limit: 2, ...(after && { after }) });
        seen.push(...page.items.map(({ id }) => id));
        after = page.next;
        if (!after) break;
      }
      expect([seen.length, new Set(seen).size]).toEqual([7, 7]);
    }
  });

  test('lets one of two who register the same person at once go through', async () => {
    const deps = await start();
    const both = await Promise.allSettled([register(deps, 'Ana Paz'), register(deps, 'ANA PAZ')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'log/stale' } });
    expect(await names(deps, {})).toHaveLength(1);
  });

  test('lets one of two who change the same record at once go through', async () => {
    const deps = await start();
    const { id } = await register(deps, 'Ana Paz');
    const change = (post: string) => () => changeOfficial(deps, { id, changes: { post }, by });
    const codes = await Promise.allSettled([change('Una')(), codeOfAct(change('Otra'))]);
    expect(codes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(codes[1]).toMatchObject({ value: 'log/stale' });
  });

  test('lets somebody be registered again after an end', async () => {
    const deps = await start();
    const first = await register(deps, 'Ana Paz');
    await endOfficial({ ...deps, clock }, { id: first.id, reason: 'resigned', by });
    const again = await register(deps, 'Ana Paz');
    const same = await deps.store.findByIdentity(identityOf(again));
    expect(same.map(({ record }) => record.id)).toEqual([again.id, first.id]);
  });
});
