import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { decodeCbor } from '../../src/core/cbor.ts';
import { toHex } from '../../src/core/bytes.ts';
import { changeOfficial } from '../../src/directory/change.ts';
import { endOfficial } from '../../src/directory/end.ts';
import type { OfficialId } from '../../src/directory/official.ts';
import { registerOfficial } from '../../src/directory/register.ts';
import { setUnit } from '../../src/directory/set-unit.ts';
import { LeafKind, subjectTag } from '../../src/log/leaf.ts';
import { codeOfAct } from '../support/refuses.ts';
import { at, by, directory, photo, someone } from './samples.ts';

const clock = () => at('2026-11-21T18:00:00Z');
const nobody = '00000000' as OfficialId;

describe('registering', () => {
  test('is one leaf, whose tag only the official can compute and whose record is the whole state', async () => {
    const deps = await directory();
    const official = await registerOfficial(deps, { input: someone, photo, by });
    const leaf = deps.memory.leaves[official.registeredLeaf]!;
    expect(deps.memory.leaves.length).toBe(official.registeredLeaf + 1);
    expect(leaf.kind).toBe(LeafKind.officialRegistered);
    expect(leaf.ref).toBeUndefined();
    expect(leaf.subjectTag).toEqual(subjectTag(official.subjectKey, 1, nodePrimitives));
    const record = decodeCbor(leaf.record) as unknown[];
    expect(record.slice(0, 6)).toEqual([
      1,
      'official/registered',
      official.id,
      nodePrimitives.digest('SHA-256', official.subjectKey),
      1,
      someone.name,
    ]);
    expect(toHex(leaf.record)).not.toContain(toHex(official.subjectKey));
    expect((await deps.store.findOfficial(official.id))?.record).toEqual(official);
    expect((await deps.store.findPhoto(official.id))?.record).toEqual({ jpeg: photo.jpeg, thumbnail: photo.thumbnail });
  });

  test('the same name in the same post and unit twice is refused, whatever the accents', async () => {
    const deps = await directory();
    await registerOfficial(deps, { input: someone, by });
    const again = { ...someone, name: 'MARIA DE LA O NUNEZ GOMEZ' };
    const code = await codeOfAct(() => registerOfficial(deps, { input: again, by }));
    expect(code).toBe('directory/official-already-registered');
  });

  test('in a unit that nobody declared is refused', async () => {
    const deps = await directory();
    const code = await codeOfAct(() => registerOfficial(deps, { input: { ...someone, unit: 'AF/X' }, by }));
    expect(code).toBe('directory/unit-unknown');
  });

  test('draws another id when one is taken', async () => {
    const deps = await directory();
    const draws = [1, 1, 2].map((value) => new Uint8Array(8).fill(value));
    const random = (length: number) => (length === 8 ? draws.shift()! : deps.random(length));
    const first = await registerOfficial({ ...deps, random }, { input: someone, by });
    const second = await registerOfficial({ ...deps, random }, { input: { ...someone, name: 'Ana Paz' }, by });
    expect([first.id, second.id]).toEqual(['11111111', '22222222']);
  });

  test('may supersede only somebody who has ended', async () => {
    const deps = await directory();
    const first = await registerOfficial(deps, { input: someone, by });
    const back = { input: { ...someone, post: 'Directora' }, supersedes: first.id, by };
    expect(await codeOfAct(() => registerOfficial(deps, back))).toBe('directory/superseded-not-ended');
    expect(await codeOfAct(() => registerOfficial(deps, { ...back, supersedes: nobody }))).toBe(
      'directory/official-unknown',
    );
    await endOfficial({ ...deps, clock }, { id: first.id, reason: 'transferred', by });
    expect((await registerOfficial(deps, back)).supersedes).toBe(first.id);
  });
});

describe('changing', () => {
  test('is one leaf that refers to the registration, under the next tag', async () => {
    const deps = await directory();
    const before = await registerOfficial(deps, { input: someone, by });
    const after = await changeOfficial(deps, { id: before.id, changes: { mail: '', powers: ['Otra'] }, photo, by });
    expect(after).toMatchObject({ powers: ['Otra'], contact: { phone: someone.phone }, acts: 2 });
    expect(after.contact?.mail).toBeUndefined();
    const leaf = deps.memory.leaves.at(-1)!;
    expect(leaf.kind).toBe(LeafKind.officialChanged);
    expect(leaf.ref).toBe(before.registeredLeaf);
    expect(leaf.subjectTag).toEqual(subjectTag(before.subjectKey, 2, nodePrimitives));
    expect((await deps.store.findOfficial(before.id))?.record).toEqual(after);
  });

  test('removes a photo, pixels included', async () => {
    const deps = await directory();
    const { id } = await registerOfficial(deps, { input: someone, photo, by });
    expect((await changeOfficial(deps, { id, changes: {}, photo: null, by })).photo).toBeUndefined();
    expect((await deps.store.findPhoto(id))?.record).toEqual({});
  });

  test('nothing is refused without a leaf', async () => {
    const deps = await directory();
    const { id } = await registerOfficial(deps, { input: someone, photo, by });
    const leaves = deps.memory.leaves.length;
    const same = { id, changes: { name: someone.name }, photo, by };
    expect(await codeOfAct(() => changeOfficial(deps, same))).toBe('directory/unchanged');
    expect(deps.memory.leaves.length).toBe(leaves);
  });

  test('into somebody else in office is refused', async () => {
    const deps = await directory();
    await registerOfficial(deps, { input: someone, by });
    const { id } = await registerOfficial(deps, { input: { ...someone, name: 'Ana Paz' }, by });
    const code = await codeOfAct(() => changeOfficial(deps, { id, changes: { name: someone.name }, by }));
    expect(code).toBe('directory/official-already-registered');
  });

  test('who is not there, or has ended, is refused', async () => {
    const deps = await directory();
    expect(await codeOfAct(() => changeOfficial(deps, { id: nobody, changes: {}, by }))).toBe(
      'directory/official-unknown',
    );
    const { id } = await registerOfficial(deps, { input: someone, by });
    await endOfficial({ ...deps, clock }, { id, reason: 'resigned', by });
    expect(await codeOfAct(() => changeOfficial(deps, { id, changes: { post: 'Otra' }, by }))).toBe(
      'directory/official-ended',
    );
  });
});

describe('ending', () => {
  test('is one leaf that refers to the registration, and takes the pixels with it', async () => {
    const deps = await directory();
    const before = await registerOfficial(deps, { input: someone, photo, by });
    const after = await endOfficial({ ...deps, clock }, { id: before.id, reason: 'dismissed', by });
    expect(after.ended).toEqual({ on: '2026-11-21', reason: 'dismissed' });
    const leaf = deps.memory.leaves.at(-1)!;
    expect([leaf.kind, leaf.ref]).toEqual([LeafKind.officialEnded, before.registeredLeaf]);
    expect((await deps.store.findPhoto(before.id))?.record).toEqual({});
  });

  test('on a day to come leaves the photo until then', async () => {
    const deps = await directory();
    const { id } = await registerOfficial(deps, { input: someone, photo, by });
    await endOfficial({ ...deps, clock }, { id, on: '2026-12-31', reason: 'resigned', by });
    expect((await deps.store.findPhoto(id))?.record.jpeg).toEqual(photo.jpeg);
  });

  test('without a day keeps the coming one that is recorded: only the reason is corrected', async () => {
    const act = { ...(await directory()), clock };
    const { id } = await registerOfficial(act, { input: someone, photo, by });
    await endOfficial(act, { id, on: '2026-12-31', reason: 'resigned', by });
    const corrected = await endOfficial(act, { id, reason: 'retired', by });
    expect(corrected.ended).toEqual({ on: '2026-12-31', reason: 'retired' });
    expect(await codeOfAct(() => endOfficial(act, { id, reason: 'retired', by }))).toBe('directory/unchanged');
  });

  test('on a day to come may be said again until then, and then no more', async () => {
    const deps = { ...(await directory()), clock };
    const { id, registeredLeaf } = await registerOfficial(deps, { input: someone, photo, by });
    const end = (on: string): Promise<unknown> => endOfficial(deps, { id, on, reason: 'resigned', by });
    await end('2027-01-31');
    expect(await codeOfAct(() => end('2027-01-31'))).toBe('directory/unchanged');
    await end('2026-12-31');
    expect((await deps.store.findOfficial(id))?.record.ended?.on).toBe('2026-12-31');
    expect(deps.memory.leaves.at(-1)).toMatchObject({ kind: LeafKind.officialEnded, ref: registeredLeaf });
    const code = await codeOfAct(() => changeOfficial(deps, { id, changes: { post: 'Otra' }, by }));
    expect(code).toBe('directory/official-ended');
    await end('2026-11-21');
    expect((await deps.store.findPhoto(id))?.record).toEqual({});
    expect(await codeOfAct(() => end('2026-12-31'))).toBe('directory/official-ended');
  });

  test('of who has not begun is on the first day, unless another is said', async () => {
    const deps = { ...(await directory()), clock };
    const input = { ...someone, validFrom: '2030-01-01', validUntil: '2031-01-01' };
    const { id } = await registerOfficial(deps, { input, by });
    const { ended } = await endOfficial(deps, { id, reason: 'mistake', by });
    expect(ended).toEqual({ on: '2030-01-01', reason: 'mistake' });
  });

  test('happens once, for a reason, on a day of the mandate or after it', async () => {
    const deps = { ...(await directory()), clock };
    const { id } = await registerOfficial(deps, { input: someone, by });
    const reason = 'resigned';
    expect(await codeOfAct(() => endOfficial(deps, { id, reason: 'fired', by }))).toBe('directory/end-reason-unknown');
    expect(await codeOfAct(() => endOfficial(deps, { id, reason, on: '31/12/2026', by }))).toBe(
      'directory/day-malformed',
    );
    expect(await codeOfAct(() => endOfficial(deps, { id, reason, on: '2026-01-01', by }))).toBe(
      'directory/ended-before-start',
    );
    await endOfficial(deps, { id, reason, by });
    expect(await codeOfAct(() => endOfficial(deps, { id, reason, by }))).toBe('directory/official-ended');
  });
});

describe('a unit', () => {
  test('keeps what a correction does not name; an empty text removes what may be absent', async () => {
    const deps = await directory();
    const whole = { code: 'AF/K', name: 'Kardex', coveredSince: '2026-01-01', parent: 'AF', phone: '55 2452 3110' };
    const before = await setUnit(deps, { unit: { ...whole, address: 'Plaza 1' }, by });
    const renamed = await setUnit(deps, { unit: { code: 'AF/K', name: 'Archivo' }, by });
    expect(renamed).toEqual({ ...before, name: 'Archivo' });
    expect(await codeOfAct(() => setUnit(deps, { unit: { code: 'AF/K' }, by }))).toBe('directory/unchanged');
    const removed = await setUnit(deps, { unit: { code: 'AF/K', phone: '', address: ' ', parent: '' }, by });
    expect(removed).toEqual({ code: 'AF/K', name: 'Archivo', coveredSince: '2026-01-01' });
  });

  test.each([
    ['name', { coveredSince: '2026-01-01' }],
    ['coveredSince', { name: 'Nueva' }],
  ])('that is new needs its %s', async (field, given) => {
    const deps = await directory();
    await expect(setUnit(deps, { unit: { code: 'AF/N', ...given }, by })).rejects.toMatchObject({
      code: 'directory/text-missing',
      facts: { field },
    });
  });

  const coveredSince = '2026-01-01';

  test('is set by one leaf, and set again only when something differs', async () => {
    const deps = await directory();
    const unit = { code: 'af/dggs', name: 'Gobierno', coveredSince, parent: 'AF', phone: '55 2452 3110' };
    expect(await setUnit(deps, { unit, by })).toMatchObject({ code: 'AF/DGGS', parent: 'AF' });
    expect(deps.memory.leaves.at(-1)!.kind).toBe(LeafKind.unitSet);
    expect(await codeOfAct(() => setUnit(deps, { unit, by }))).toBe('directory/unchanged');
    await setUnit(deps, { unit: { ...unit, coveredSince: '2026-02-01' }, by });
    expect((await deps.store.listUnits()).map(({ code }) => code)).toEqual(['AF', 'AF/DGG/SCI', 'AF/DGGS']);
  });

  test('below an unknown one, or above itself, is refused', async () => {
    const deps = await directory();
    const set = (code: string, parent: string) => () =>
      setUnit(deps, { unit: { code, name: 'Una', coveredSince, parent }, by });
    expect(await codeOfAct(set('AF/A', 'XX'))).toBe('directory/unit-unknown');
    expect(await codeOfAct(set('AF', 'AF'))).toBe('directory/unit-circular');
    expect(await codeOfAct(set('AF', 'AF/DGG/SCI'))).toBe('directory/unit-circular');
  });
});
