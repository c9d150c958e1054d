import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { concat } from '../../src/core/bytes.ts';
import type { LogReader } from '../../src/log/ledger.ts';
import type { NodeId } from '../../src/log/merkle.ts';
import {
  decodeEntryBundle,
  encodeEntryBundle,
  formatTilePath,
  isTileOf,
  parseTilePath,
  readTile,
  tilesOf,
  type Tile,
} from '../../src/log/tile.ts';
import { memoryData } from '../doubles/memory-ledger.ts';
import { plainAct } from '../support/acts.ts';
import { codeOf, codeOfAct } from '../support/refuses.ts';

const tiles: fc.Arbitrary<Tile> = fc.record({
  level: fc.constantFrom<Tile['level']>('entries', 0, 1, 2, 3, 4, 5),
  index: fc.oneof(fc.nat(2000), fc.maxSafeNat()),
  width: fc.integer({ min: 1, max: 256 }),
});

test('every tile has one path, which names it', () => {
  fc.assert(
    fc.property(tiles, (tile) => {
      expect(parseTilePath(formatTilePath(tile))).toEqual(tile);
    }),
  );
});

test.each([
  ['tile/0/000', { level: 0, index: 0, width: 256 }],
  ['tile/5/x001/067.p/1', { level: 5, index: 1067, width: 1 }],
  ['tile/entries/999', { level: 'entries', index: 999, width: 256 }],
  ['tile/entries/x001/x234/067.p/255', { level: 'entries', index: 1234067, width: 255 }],
])('%s is a path', (path, tile) => {
  expect(parseTilePath(path)).toEqual(tile);
});

test.each([
  '', 'tile', 'tile/0', 'tile/0/', 'tile/6/000', 'tile/00/000', 'tile/-1/000', 'tile/data/000', 'tile/0/0', 'tile/0/00',
  'tile/0/0000', 'tile/0/x000', 'tile/0/x000/001', 'tile/0/001/001', 'tile/0/x01/001', 'tile/0/X001/001', 'tile/0/000.p/0',
  'tile/0/000.p/256', 'tile/0/000.p/01', 'tile/0/000.p/', 'tile/0/000.p', 'tile/0/000/', '/tile/0/000', 'tile/0/000 ',
  'tile/0/x009/x007/x199/x254/x740/992', 'tile/0/x001/x000/x000/x000/x000/x000/000', 'tile/0/../000', 'tile/0/000\n',
])('%j is not a path', (path) => {
  expect(parseTilePath(path)).toBeUndefined();
}); // prettier-ignore

test('only full tiles and the last partial ones belong to a checkpoint', () => {
  const all = [...tilesOf(600)].map(formatTilePath);
  expect(all).toEqual([
    'tile/entries/000', 'tile/entries/001', 'tile/entries/002.p/88',
    'tile/0/000', 'tile/0/001', 'tile/0/002.p/88', 'tile/1/000.p/2',
  ]); // prettier-ignore
  for (const tile of tilesOf(600)) expect(isTileOf(tile, 600)).toBe(true);
  for (const path of [
    'tile/0/002',
    'tile/0/002.p/87',
    'tile/0/002.p/89',
    'tile/0/000.p/5',
    'tile/1/000',
    'tile/2/000.p/1',
  ]) {
    expect([path, isTileOf(parseTilePath(path)!, 600)]).toEqual([path, false]);
  }
  expect([...tilesOf(0)]).toEqual([]);
});

test('a tile is its hashes, and its bundle the entries below them', async () => {
  const { ledger, log } = memoryData();
  for (let i = 0; i < 300; i++) await ledger.commit(plainAct(`act ${i}`));
  const rows = await log.entries(0, 300);
  expect(await readTile(log, parseTilePath('tile/0/000')!, nodePrimitives)).toEqual(
    concat(...rows.slice(0, 256).map((row) => row.leafHash)),
  );
  expect(await readTile(log, parseTilePath('tile/1/000.p/1')!, nodePrimitives)).toEqual(
    (await log.nodes([{ level: 8, index: 0 }]))[0],
  );
  const bundle = await readTile(log, parseTilePath('tile/entries/001.p/44')!, nodePrimitives);
  expect(decodeEntryBundle(bundle)).toEqual(rows.slice(256).map((row) => row.entry));
  for (const path of ['tile/entries/001', 'tile/0/001', 'tile/1/000']) {
    expect([path, await codeOfAct(() => readTile(log, parseTilePath(path)!, nodePrimitives))]).toEqual([
      path,
      'log/no-such-entry',
    ]);
  }
});

test('hashes above the leaves are served when they lead to the head, and only then', async () => {
  const { ledger, log } = memoryData();
  const read: NodeId[] = [];
  const watched: LogReader = {
    ...log,
    async nodes(ids) {
      read.push(...ids);
      return log.nodes(ids);
    },
  };
  const tile = parseTilePath('tile/1/000.p/2')!;
  for (let size = 0; size < 800; size++) {
    await ledger.commit(plainAct(`act ${size}`));
    if (size < 511 || size % 37 !== 0) continue;
    read.length = 0;
    expect(await readTile(watched, tile, nodePrimitives)).toHaveLength(64);
    for (const edited of [...read]) {
      const nodes: LogReader['nodes'] = async (ids) =>
        (await log.nodes(ids)).map((hash, i) =>
          ids[i]!.level === edited.level && ids[i]!.index === edited.index ? hash.toReversed() : hash,
        );
      expect(await codeOfAct(() => readTile({ ...log, nodes }, tile, nodePrimitives))).toBe('log/corrupt');
    }
  }
});

test('a bundle gives back its entries, and nothing else is a bundle', () => {
  const entries = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 256 });
  fc.assert(
    fc.property(entries, (list) => {
      expect(decodeEntryBundle(encodeEntryBundle(list))).toEqual(list);
    }),
    { numRuns: 30 },
  );
  expect(codeOf(() => decodeEntryBundle(Uint8Array.of(0)))).toBe('log/bundle-malformed');
  expect(codeOf(() => decodeEntryBundle(Uint8Array.of(0, 2, 7)))).toBe('log/bundle-malformed');
  expect(codeOf(() => decodeEntryBundle(new Uint8Array(2 * 257)))).toBe('log/bundle-malformed');
  expect(() => encodeEntryBundle([new Uint8Array(65536)])).toThrow(RangeError);
});
