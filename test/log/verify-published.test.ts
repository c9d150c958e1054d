import { beforeAll, describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { browserPrimitives } from '../../src/http/client/primitives.ts';
import { verifySignature } from '../../src/http/client/signatures.ts';
import { signCheckpoint } from '../../src/log/checkpoint.ts';
import { rootAt } from '../../src/log/merkle.ts';
import { noteKeyOf } from '../../src/log/note.ts';
import { formatTilePath, readTile, tilesOf } from '../../src/log/tile.ts';
import { verifyPublished, type PublishedReport, type VerifyPublishedDeps } from '../../src/log/verify-published.ts';
import { memoryData } from '../doubles/memory-ledger.ts';
import { bytesOf, plainAct } from '../support/acts.ts';
import { ed25519Signer } from '../support/ed25519-signer.ts';
import { codeOfAct } from '../support/refuses.ts';

const SIZE = 600;
const origin = 'example.org/log';
const signer = ed25519Signer(bytesOf('log'));
const logKey = noteKeyOf(origin, signer.spki, nodePrimitives);
/** As a page has them. */
const primitives = { ...browserPrimitives, verify: verifySignature };

const { ledger, log } = memoryData();
const tiles = new Map<string, Uint8Array>();
let note: string;

async function noteOf(size: number): Promise<string> {
  const root = await rootAt(size, (ids) => log.nodes(ids), nodePrimitives);
  return signCheckpoint({ origin, size, root }, signer, nodePrimitives);
}

beforeAll(async () => {
  for (let i = 0; i < SIZE; i++) await ledger.commit(plainAct(`act ${i}`));
  for (const tile of tilesOf(SIZE)) tiles.set(formatTilePath(tile), await readTile(log, tile, nodePrimitives));
  note = await noteOf(SIZE);
});

function verify(
  changes: Partial<VerifyPublishedDeps> = {},
  published: ReadonlyMap<string, Uint8Array> = tiles,
): Promise<PublishedReport> {
  const read = async (tile: Parameters<VerifyPublishedDeps['readTile']>[0]) => published.get(formatTilePath(tile));
  return verifyPublished({ note, logKey, primitives, readTile: read, ...changes });
}

/** With one bit of one tile changed. */
function changed(path: string, at: number): ReadonlyMap<string, Uint8Array> {
  const tile = tiles.get(path)!.slice();
  tile[at]! ^= 1;
  return new Map([...tiles, [path, tile]]);
}

describe('a log as it is published', () => {
  test('leads to its signed head, to a head that was kept, and to an entry', async () => {
    const [row] = await log.entries(300, 301);
    const progress: number[] = [];
    const report = await verify({
      kept: await noteOf(300),
      expected: { index: 300, entry: row!.entry },
      onProgress: (done) => progress.push(done),
    });
    expect(report).toMatchObject({ sound: true, keptSize: 300, isExpected: true, findings: [] });
    expect(report.checkpoint.size).toBe(SIZE);
    expect(progress).toEqual([256, 512, 600]);
  });

  test.each([
    ['tile/entries/001', 2 + 116 * 3 + 20, 259],
    ['tile/0/001', 32 * 3, 259],
  ])('a changed bit in %s is found, and where', async (path, at, index) => {
    const { sound, findings } = await verify({}, changed(path, at));
    expect(sound).toBe(false);
    expect(findings[0]).toMatchObject({ problem: 'tile-differs', from: index, to: index });
  });

  test.each([...tilesOf(SIZE)].map(formatTilePath))('%s is not missing', async (path) => {
    const { sound, findings } = await verify({}, new Map([...tiles].filter(([name]) => name !== path)));
    expect([sound, findings[0]?.problem]).toEqual([false, 'tile-differs']);
  });

  test('that leads to another root than the one that was kept is told, and one that is shorter', async () => {
    const root = new Uint8Array(32).fill(7);
    const other = await signCheckpoint({ origin, size: 300, root }, signer, nodePrimitives);
    expect((await verify({ kept: other })).findings).toMatchObject([{ problem: 'checkpoint-differs', to: 299 }]);
    const later = await signCheckpoint({ origin, size: 700, root }, signer, nodePrimitives);
    expect((await verify({ kept: later })).findings).toMatchObject([{ problem: 'log-cut-short', from: SIZE }]);
  });

  test('under a head of another root is told', async () => {
    const forged = await signCheckpoint({ origin, size: SIZE, root: new Uint8Array(32) }, signer, nodePrimitives);
    expect((await verify({ note: forged })).findings).toMatchObject([{ problem: 'checkpoint-differs', to: SIZE - 1 }]);
  });

  test('has another entry than the one that was shown', async () => {
    const report = await verify({ expected: { index: 5, entry: new Uint8Array(114) } });
    expect(report).toMatchObject({
      sound: false,
      isExpected: false,
      findings: [{ problem: 'leaf-hash-differs', from: 5 }],
    });
  });

  test('under a head that another key signed is refused', async () => {
    const other = ed25519Signer(bytesOf('another log'));
    const root = await rootAt(SIZE, (ids) => log.nodes(ids), nodePrimitives);
    const forged = await signCheckpoint({ origin, size: SIZE, root }, other, nodePrimitives);
    expect(await codeOfAct(() => verify({ note: forged }))).toBe('log/note-unsigned');
    expect(await codeOfAct(() => verify({ kept: forged }))).toBe('log/note-unsigned');
    const spoilt = note.replace(/.{8}=?=?\n$/, 'AAAAAAA=\n');
    expect(await codeOfAct(() => verify({ note: spoilt }))).toMatch(/^log\/note-/);
  });
});
