import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import type { Refusal } from '../../src/core/refusal.ts';
import { auditLog } from '../../src/log/audit.ts';
import { decodeLeaf, LeafKind, makeLeaf, openLeaf } from '../../src/log/leaf.ts';
import type { AnyPut, CheckpointStore, Ledger, LogReader, Versioned } from '../../src/log/ledger.ts';
import {
  hashLeaf,
  proveConsistency,
  proveInclusion,
  provesConsistency,
  provesInclusion,
  rootAt,
} from '../../src/log/merkle.ts';
import { noteKeyOf } from '../../src/log/note.ts';
import { publishCheckpoint, publishFirstCheckpoint } from '../../src/log/publish.ts';
import { bytesOf, plainAct, plainLeaf, unitPut } from '../support/acts.ts';
import { ed25519Signer } from '../support/ed25519-signer.ts';
import { codeOfAct } from '../support/refuses.ts';

/** What the suite needs of an adapter: everything fresh and empty. */
export interface LedgerUnderTest {
  readonly ledger: Ledger;
  readonly log: LogReader;
  readonly checkpoints: CheckpointStore;
  find(noun: string, key: string): Promise<Versioned<object> | undefined>;
  document(leaf: number): Promise<Uint8Array | undefined>;
}

const logSigner = ed25519Signer(bytesOf('log key'));
const logKey = noteKeyOf('example.org/log', logSigner.spki, nodePrimitives);

async function refusalOf(act: () => Promise<unknown>): Promise<Refusal> {
  return act().then(
    () => expect.fail('nothing was refused'),
    (error: Refusal) => error,
  );
}

const series = (unit: string, key = `${unit}/2026`): AnyPut => ({
  put: 'folio-series',
  key,
  record: { unit, year: 2026, first: 1, next: 1, printed: [], gaps: [] },
  ifVersion: 0,
});

/** The promises of `Ledger`, `LogReader` and `CheckpointStore` (src/log/ledger.ts). */
export function ledgerContract(name: string, open: () => LedgerUnderTest): void {
  describe(`the ledger's contract: ${name}`, () => {
    test('numbers leaves from 0 without gaps, in the order of the calls, also at once', async () => {
      const { ledger, log } = open();
      const acts = Array.from({ length: 40 }, (_, i) => ledger.commit(plainAct(`act ${i}`)));
      expect((await Promise.all(acts)).map(({ index }) => index)).toEqual(acts.map((_, i) => i));
      const rows = await log.entries(0, 100);
      expect(rows.map((row) => row.index)).toEqual(acts.map((_, i) => i));
      expect((await log.head()).size).toBe(40);
    });

    test('keeps the leaf that the draft makes, and what opens it', async () => {
      const { ledger, log } = open();
      await ledger.commit(plainAct('first'));
      const draft = plainLeaf('second', { ref: 0, evidence: { kind: 3, bytes: bytesOf('assertion') } });
      await ledger.commit({ leaf: draft, writes: [] });
      const [row] = await log.entries(1, 2);
      expect(decodeLeaf(row!.entry)).toEqual(makeLeaf(draft, nodePrimitives));
      expect(row!.leafHash).toEqual(hashLeaf(row!.entry, nodePrimitives));
      const opening = (await log.opening(1))!;
      expect(opening).toEqual({ record: draft.record, salt: draft.salt, evidence: draft.evidence });
      expect(openLeaf(decodeLeaf(row!.entry), opening, nodePrimitives)).toBe(true);
      expect(await log.opening(2)).toBeUndefined();
    });

    test('finds the entries that refer to a leaf, in order, and none for a leaf that nothing refers to', async () => {
      const { ledger, log } = open();
      for (const ref of [undefined, 0, 1, 0, undefined]) {
        await ledger.commit({ leaf: plainLeaf(`refers to ${ref}`, ref === undefined ? {} : { ref }), writes: [] });
      }
      const kind = LeafKind.unitSet;
      const [first, second, third] = [1, 2, 3].map((index) => ({ index, kind }));
      expect(await log.referring(0)).toEqual([first, third]);
      expect(await log.referring(1)).toEqual([second]);
      expect(await log.referring(4)).toEqual([]);
      expect(await log.referring(99)).toEqual([]);
      await ledger.commit({ leaf: plainLeaf('later', { ref: 0, kind: LeafKind.officialEnded }), writes: [] });
      expect(await log.referring(0)).toEqual([first, third, { index: 5, kind: LeafKind.officialEnded }]);
      expect(await log.ofKinds([kind, LeafKind.officialEnded], 3)).toEqual([3, 4, 5]);
      expect(await log.ofKinds([LeafKind.officialEnded])).toEqual([5]);
      expect(await log.size()).toBe(6);
      expect(await log.leaf(5)).toMatchObject({ kind: LeafKind.officialEnded, ref: 0 });
      expect(await log.leaf(6)).toBeUndefined();
    });

    test('writes a record with its first version, and replaces it under the version that was read', async () => {
      const { ledger, find } = open();
      await ledger.commit(plainAct('set', unitPut('AC')));
      expect(await find('unit', 'AC')).toMatchObject({ record: { code: 'AC', name: 'Unidad AC' }, version: 1 });
      await ledger.commit(plainAct('set again', unitPut('AC', 1, 'Otra')));
      expect(await find('unit', 'AC')).toMatchObject({ record: { name: 'Otra' }, version: 2 });
      expect(await find('unit', 'XX')).toBeUndefined();
    });

    test('gives records back as they were, bytes and large bytes included', async () => {
      const { ledger, find } = open();
      const attempt = { requestDigest: bytesOf('request'), made: 'ñ', nested: { list: [1, bytesOf('x'), null] } };
      const pixels = { jpeg: bytesOf('jpeg'), thumbnail: bytesOf('thumbnail') };
      await ledger.commit(
        plainAct(
          'both',
          { put: 'attempt', key: 'k', record: attempt, ifVersion: 0 },
          { put: 'photo', key: 'k', record: pixels, ifVersion: 0 },
        ),
      );
      expect((await find('attempt', 'k'))?.record).toEqual(attempt);
      expect((await find('photo', 'k'))?.record).toEqual(pixels);
      const other = { jpeg: new Uint8Array(0) };
      await ledger.commit(plainAct('other', { put: 'photo', key: 'k', record: other, ifVersion: 1 }));
      expect((await find('photo', 'k'))?.record).toEqual(other);
      await ledger.commit(plainAct('none', { put: 'photo', key: 'k', record: {}, ifVersion: 2 }));
      expect((await find('photo', 'k'))?.record).toEqual({});
    });

    test('keeps the document of an act under its leaf, and none for an act that failed', async () => {
      const { ledger, document } = open();
      await ledger.commit(plainAct('without', unitPut('AC')));
      await ledger.commit({ ...plainAct('with'), document: bytesOf('a file') });
      await refusalOf(() => ledger.commit({ ...plainAct('stale', unitPut('AC')), document: bytesOf('another') }));
      await ledger.commit(plainAct('next'));
      const kept = await Promise.all([0, 1, 2, 3].map(document));
      expect(kept).toEqual([undefined, bytesOf('a file'), undefined, undefined]);
    });

    test("sets the named field to the index of the act's leaf", async () => {
      const { ledger, find } = open();
      await ledger.commit(plainAct('before'));
      await ledger.commit(plainAct('set', { ...unitPut('AC'), leafAs: 'setLeaf' }));
      expect((await find('unit', 'AC'))?.record).toMatchObject({ setLeaf: 1 });
    });

    test.each([
      ['a row that exists', [unitPut('AC')], { put: 'unit', key: 'AC', reason: 'taken' }],
      ['a version that has passed', [unitPut('AC', 2)], { put: 'unit', key: 'AC', reason: 'version' }],
      ['a row that is not there', [unitPut('NO', 1)], { put: 'unit', key: 'NO', reason: 'version' }],
      [
        'a unique value that is taken',
        [series('AC', 'another')],
        { put: 'folio-series', key: 'another', reason: 'taken' },
      ],
      ['the last of several writes', [unitPut('B'), unitPut('C'), unitPut('AC', 7)], { put: 'unit', key: 'AC' }],
      ['the same row twice', [unitPut('B'), unitPut('B')], { put: 'unit', key: 'B', reason: 'taken' }],
    ])('refuses %s and changes nothing at all', async (_, writes, facts) => {
      const { ledger, log, find } = open();
      await ledger.commit(plainAct('set', unitPut('AC'), series('AC')));
      const before = await log.head();
      const refusal = await refusalOf(() => ledger.commit(plainAct('stale', ...writes)));
      expect(refusal.code).toBe('log/stale');
      expect(refusal.facts).toMatchObject(facts);
      expect(await log.head()).toEqual(before);
      expect(await log.opening(1)).toBeUndefined();
      expect((await find('unit', 'AC'))?.version).toBe(1);
      for (const key of ['B', 'C', 'NO']) expect(await find('unit', key)).toBeUndefined();
      expect(await ledger.commit(plainAct('afterwards', unitPut('AC', 1)))).toEqual({ index: 1 });
    });

    test('rests on a row that an act holds and does not change it', async () => {
      const { ledger, log, find } = open();
      await ledger.commit(plainAct('set', unitPut('AC')));
      const before = await find('unit', 'AC');
      const held = [{ put: 'unit', key: 'AC', ifVersion: 1 }];
      expect(await ledger.commit({ ...plainAct('beside', unitPut('B')), held })).toEqual({ index: 1 });
      expect(await find('unit', 'AC')).toEqual(before);
      await ledger.commit(plainAct('change', unitPut('AC', 1)));
      for (const [key, ifVersion] of [
        ['AC', 1],
        ['AC', 3],
        ['NO', 1],
      ] as const) {
        const act = { ...plainAct('late', unitPut('C')), held: [{ put: 'unit', key, ifVersion }] };
        const refusal = await refusalOf(() => ledger.commit(act));
        expect(refusal).toMatchObject({ code: 'log/stale', facts: { put: 'unit', key, reason: 'version' } });
      }
      expect(await find('unit', 'C')).toBeUndefined();
      expect((await log.head()).size).toBe(3);
    });

    test('lets one of many that replace the same version win', async () => {
      const { ledger, log, find } = open();
      await ledger.commit(plainAct('set', unitPut('AC')));
      const racers = Array.from({ length: 8 }, (_, i) =>
        ledger.commit(plainAct(`racer ${i}`, unitPut('AC', 1, `${i}`))),
      );
      const outcomes = await Promise.allSettled(racers);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect((await log.head()).size).toBe(2);
      expect((await find('unit', 'AC'))?.version).toBe(2);
    });

    test('treats a leaf that refers to itself or to a later one as a bug', async () => {
      const { ledger, log } = open();
      const act = { leaf: plainLeaf('self', { ref: 0 }), writes: [] };
      await expect(ledger.commit(act)).rejects.toThrow(RangeError);
      expect((await log.head()).size).toBe(0);
    });

    test('has the nodes that prove inclusion and consistency between any two sizes', async () => {
      const { ledger, log } = open();
      const roots = [(await log.head()).root];
      for (let i = 0; i < 21; i++) {
        await ledger.commit(plainAct(`act ${i}`));
        roots.push((await log.head()).root);
      }
      const read = log.nodes.bind(log);
      const rows = await log.entries(0, 100);
      for (let size = 1; size <= 21; size++) {
        const root = roots[size]!;
        expect(await rootAt(size, read, nodePrimitives)).toEqual(root);
        for (let index = 0; index < size; index++) {
          const proof = await proveInclusion(index, size, read, nodePrimitives);
          const claim = { index, size, leafHash: rows[index]!.leafHash, root, proof };
          expect(provesInclusion(claim, nodePrimitives)).toBe(true);
          const path = await proveConsistency(index + 1, size, read, nodePrimitives);
          const growth = { oldSize: index + 1, newSize: size, oldRoot: roots[index + 1]!, newRoot: root, proof: path };
          expect(provesConsistency(growth, nodePrimitives)).toBe(true);
        }
      }
      expect(await codeOfAct(() => log.nodes([{ level: 2, index: 5 }]))).toBe('log/no-such-entry');
    });

    test('keeps one checkpoint a size, never changed and never a smaller one', async () => {
      const { checkpoints } = open();
      const checkpoint = (size: number, root: string) => ({ size, root: bytesOf(root), note: `note ${size}\n` });
      expect(await checkpoints.latest()).toBeUndefined();
      await checkpoints.store(checkpoint(3, 'a'));
      await checkpoints.store(checkpoint(9, 'b'));
      await checkpoints.store(checkpoint(9, 'b'));
      expect(await codeOfAct(() => checkpoints.store(checkpoint(9, 'c')))).toBe('log/forked');
      expect(await codeOfAct(() => checkpoints.store(checkpoint(3, 'c')))).toBe('log/forked');
      expect(await codeOfAct(() => checkpoints.store(checkpoint(5, 'c')))).toBe('log/behind-checkpoint');
      await checkpoints.store(checkpoint(3, 'a'));
      expect(await checkpoints.latest()).toEqual(checkpoint(9, 'b'));
      expect(await checkpoints.list(0, 10)).toEqual([checkpoint(3, 'a'), checkpoint(9, 'b')]);
      expect(await checkpoints.list(4, 10)).toEqual([checkpoint(9, 'b')]);
      expect(await checkpoints.list(0, 1)).toEqual([checkpoint(3, 'a')]);
    });

    test('passes an audit', async () => {
      const { ledger, log, checkpoints } = open();
      const deps = { log, checkpoints, primitives: nodePrimitives };
      for (let i = 0; i < 300; i++) {
        await ledger.commit(plainAct(`act ${i}`, unitPut(`U${i}`)));
        const publish = i === 0 ? publishFirstCheckpoint : publishCheckpoint;
        if (i % 37 === 0) await publish({ ...deps, origin: logKey.name, logSigner });
      }
      const report = await auditLog({ ...deps, logKey });
      expect(report).toMatchObject({ sound: true, size: 300, findings: [], checkpoints: 9, opened: 300, erased: 0 });
      expect(report.root).toEqual((await log.head()).root);
    });
  });
}
