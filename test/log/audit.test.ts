import { beforeEach, describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { sqliteCheckpoints } from '../../src/adapters/sql/checkpoints.ts';
import { sqliteLedger } from '../../src/adapters/sql/ledger.ts';
import { sqliteLog } from '../../src/adapters/sql/log-reader.ts';
import { openSqlite, type SqliteData } from '../../src/adapters/sqlite.ts';
import { auditLog, type AuditReport } from '../../src/log/audit.ts';
import type { ReadPublishedTile } from '../../src/log/audit-tiles.ts';
import { signCheckpoint } from '../../src/log/checkpoint.ts';
import { decodeLeaf, encodeLeaf, makeLeaf } from '../../src/log/leaf.ts';
import { hashLeaf } from '../../src/log/merkle.ts';
import { noteKeyOf } from '../../src/log/note.ts';
import { publishCheckpoint, publishFirstCheckpoint } from '../../src/log/publish.ts';
import { formatTilePath, readTile, tilesOf } from '../../src/log/tile.ts';
import { bytesOf, plainAct, plainLeaf } from '../support/acts.ts';
import { ed25519Signer } from '../support/ed25519-signer.ts';

const SIZE = 600;
const origin = 'example.org/log';
const logSigner = ed25519Signer(bytesOf('log'));
const logKey = noteKeyOf(origin, logSigner.spki, nodePrimitives);

/** A log of 600 entries with checkpoints at 1, 101, …, 501 and 600, and its tiles as published. */
let data: SqliteData;
let tiles: Map<string, Uint8Array>;

beforeEach(async () => {
  data = openSqlite(':memory:');
  const ledger = sqliteLedger(data, nodePrimitives);
  const log = sqliteLog(data, nodePrimitives);
  const deps = { log, checkpoints: sqliteCheckpoints(data), origin, logSigner, primitives: nodePrimitives };
  for (let i = 0; i < SIZE; i++) {
    await ledger.commit({ leaf: plainLeaf(`act ${i}`, i % 7 === 3 ? { ref: i - 2 } : {}), writes: [] });
    if (i % 100 === 0 || i === SIZE - 1) await (i === 0 ? publishFirstCheckpoint : publishCheckpoint)(deps);
  }
  tiles = new Map();
  for (const tile of tilesOf(SIZE)) tiles.set(formatTilePath(tile), await readTile(log, tile, nodePrimitives));
});

const published: ReadPublishedTile = async (tile) => tiles.get(formatTilePath(tile));

/** Somebody with the database file in their hands is not held by its triggers. */
function tamper(...statements: readonly string[]): void {
  const triggers = data.database.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all();
  for (const { name } of triggers) data.database.exec(`DROP TRIGGER ${name}`);
  data.database.exec('PRAGMA foreign_keys = OFF');
  for (const statement of statements) data.database.exec(statement);
}

function audit(readTile?: ReadPublishedTile): Promise<AuditReport> {
  const [log, checkpoints] = [sqliteLog(data, nodePrimitives), sqliteCheckpoints(data)];
  return auditLog({ log, checkpoints, logKey, primitives: nodePrimitives, ...(readTile && { readTile }) });
}

const problems = ({ findings }: AuditReport): string[] => [...new Set(findings.map(({ problem }) => problem))];

/** Writes entry `index` anew, with its own hash, as a careful forger would. */
function replaceEntry(index: number, entry: Uint8Array): void {
  const statement = data.database.prepare('UPDATE log_entry SET entry = ?, leaf_hash = ? WHERE idx = ?');
  statement.run(entry, hashLeaf(entry, nodePrimitives), index);
}

describe('an audit', () => {
  test('of an honest log finds nothing, with and without its tiles', async () => {
    const seen: number[] = [];
    const deps = {
      log: sqliteLog(data, nodePrimitives),
      checkpoints: sqliteCheckpoints(data),
      logKey,
      primitives: nodePrimitives,
    };
    const report = await auditLog({ ...deps, readTile: published, onProgress: (done) => seen.push(done) });
    expect(report).toMatchObject({ sound: true, size: SIZE, checkpoints: 7, opened: SIZE, erased: 0, findings: [] });
    expect(report.firstWrong).toBeUndefined();
    expect(seen.at(-1)).toBe(SIZE);
    expect(await audit()).toEqual(report);
  });

  test('of a log that grows meanwhile finds nothing', async () => {
    const ledger = sqliteLedger(data, nodePrimitives);
    const [log, checkpoints] = [sqliteLog(data, nodePrimitives), sqliteCheckpoints(data)];
    const deps = { log, checkpoints, logKey, primitives: nodePrimitives };
    const report = auditLog({ ...deps, onProgress: () => void ledger.commit(plainAct('meanwhile')) });
    for (let i = 0; i < 50; i++) {
      await ledger.commit(plainAct(`beside ${i}`));
      await publishCheckpoint({ ...deps, origin, logSigner });
    }
    expect(await report).toMatchObject({ sound: true, findings: [] });
  });

  test('finds entries that the head does not count', async () => {
    tamper('UPDATE log_head SET size = 599');
    expect(await audit()).toMatchObject({ sound: false });
  });

  test('of an empty log finds nothing', async () => {
    data = openSqlite(':memory:');
    expect(await audit(published)).toMatchObject({ sound: true, size: 0, checkpoints: 0 });
  });

  test('finds one flipped bit in an entry', async () => {
    tamper(
      "UPDATE log_entry SET entry = CAST(substr(entry, 1, 20) || x'ff' || substr(entry, 22) AS BLOB) WHERE idx = 123",
    );
    const report = await audit();
    expect(report).toMatchObject({ sound: false, firstWrong: { from: 123, to: 123 } });
    expect(problems(report)).toEqual(
      expect.arrayContaining(['leaf-hash-differs', 'node-differs', 'checkpoint-differs']),
    );
  });

  test('finds an entry that was changed together with its hash and its opening', async () => {
    const draft = plainLeaf('forged');
    tamper("UPDATE opening SET record = x'00' WHERE idx = 222");
    data.database.prepare('UPDATE opening SET record = ?, salt = ? WHERE idx = 222').run(draft.record, draft.salt);
    replaceEntry(222, encodeLeaf(makeLeaf(draft, nodePrimitives)));
    expect(await audit()).toMatchObject({ sound: false, firstWrong: { from: 222, to: 223 } });
    expect(await audit(published)).toMatchObject({ sound: false, firstWrong: { from: 222, to: 222 } });
  });

  test('finds two entries that changed places', async () => {
    tamper(
      'UPDATE log_entry SET idx = -1 WHERE idx = 40',
      'UPDATE log_entry SET idx = 40 WHERE idx = 47',
      'UPDATE log_entry SET idx = 47 WHERE idx = -1',
    );
    expect(await audit()).toMatchObject({ sound: false, firstWrong: { from: 40, to: 40 } });
  });

  test('finds a row that was removed', async () => {
    tamper('DELETE FROM log_entry WHERE idx = 300');
    const report = await audit();
    expect(report).toMatchObject({ sound: false, size: 300, firstWrong: { from: 300, to: 300 } });
    expect(problems(report)).toEqual(expect.arrayContaining(['entry-missing', 'log-cut-short']));
  });

  test('finds a row that was removed and the rest moved up', async () => {
    tamper('DELETE FROM log_entry WHERE idx = 300', 'UPDATE log_entry SET idx = -idx WHERE idx > 300');
    tamper('UPDATE log_entry SET idx = -idx - 1 WHERE idx < 0', 'UPDATE log_head SET size = 599');
    expect(await audit()).toMatchObject({ sound: false, firstWrong: { from: 300, to: 300 } });
  });

  test('finds a tail that was cut off cleanly, by the checkpoint that remembers it', async () => {
    data = await shorterCopy(550);
    const report = await audit();
    expect(problems(report)).toEqual(['log-cut-short']);
    expect(report).toMatchObject({ sound: false, size: 550, firstWrong: { from: 550, to: 550 } });
  });

  test.each([
    ['record', "UPDATE opening SET record = x'8101' WHERE idx = 77"],
    ['salt', 'UPDATE opening SET salt = zeroblob(32) WHERE idx = 77'],
    ['evidence', 'UPDATE opening SET evidence_kind = 1 WHERE idx = 77'],
  ])('finds an opening whose %s was changed', async (_, statement) => {
    tamper(statement);
    const report = await audit();
    expect(problems(report)).toEqual(['opening-differs']);
    expect(report).toMatchObject({ sound: false, firstWrong: { from: 77, to: 77 }, opened: SIZE - 1 });
  });

  test('names every opening that somebody erased, the first of them as the first wrong entry', async () => {
    data.database.exec('DELETE FROM opening WHERE idx IN (77, 78, 401)');
    const report = await audit();
    expect(problems(report)).toEqual(['opening-missing']);
    expect(report.findings.map(({ from, to }) => [from, to])).toEqual([
      [77, 77],
      [78, 78],
      [401, 401],
    ]);
    const firstWrong = { from: 77, to: 77 };
    expect(report).toMatchObject({ sound: false, firstWrong, opened: SIZE - 3, erased: 3 });
  });

  test('finds that every checkpoint is gone', async () => {
    tamper('DELETE FROM checkpoint');
    const report = await audit();
    expect(problems(report)).toEqual(['checkpoint-missing']);
    expect(report).toMatchObject({ sound: false, firstWrong: { from: 0, to: SIZE - 1 }, checkpoints: 0 });
  });

  test.each([
    [
      'the note of another',
      'UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 101) WHERE size = 201',
    ],
    ['a changed root', 'UPDATE checkpoint SET root = zeroblob(32) WHERE size = 201'],
    ['a changed size', 'UPDATE checkpoint SET size = 200 WHERE size = 201'],
    ['a broken note', "UPDATE checkpoint SET note = 'x' WHERE size = 201"],
  ])('finds a checkpoint with %s', async (_, statement) => {
    tamper(statement);
    const report = await audit();
    expect(problems(report)).toEqual(['checkpoint-forged']);
    expect(report).toMatchObject({ sound: false, checkpoints: 6 });
  });

  test('finds a head that the key signed and the entries do not lead to', async () => {
    const root = bytesOf('another history');
    const note = await signCheckpoint({ origin, size: 201, root }, logSigner, nodePrimitives);
    tamper();
    data.database.prepare('UPDATE checkpoint SET root = ?, note = ? WHERE size = 201').run(root, note);
    const report = await audit();
    expect(problems(report)).toEqual(['checkpoint-differs']);
    expect(report).toMatchObject({ firstWrong: { from: 101, to: 200 }, checkpoints: 6 });
  });

  test.each([
    ['frontier', 'UPDATE log_head SET frontier = zeroblob(32 * 4)', 'head-differs'],
    ['size', 'UPDATE log_head SET size = 601', 'entry-missing'],
    ['node', 'UPDATE log_node SET hash = zeroblob(32) WHERE level = 2 AND idx = 3', 'node-differs'],
    ['missing node', 'DELETE FROM log_node WHERE level = 9 AND idx = 0', 'node-differs'],
  ])('finds a stored %s that is wrong', async (_, statement, problem) => {
    tamper(statement);
    const report = await audit();
    expect([report.sound, problems(report)]).toEqual([false, [problem]]);
  });

  test('finds a leaf of an unknown kind and one that refers to a later leaf', async () => {
    const leaf = decodeLeaf((await sqliteLog(data, nodePrimitives).entries(10, 11))[0]!.entry);
    tamper();
    replaceEntry(10, encodeLeaf(leaf).with(1, 0x77));
    replaceEntry(20, encodeLeaf({ ...leaf, ref: 20 }));
    const report = await audit();
    expect(problems(report)).toEqual(expect.arrayContaining(['leaf-malformed', 'ref-not-earlier']));
    expect(report.firstWrong).toEqual({ from: 10, to: 10 });
  });

  test.each([
    ['tile/0/001', 5 * 32, { from: 261, to: 261 }],
    ['tile/0/002.p/88', 0, { from: 512, to: 512 }],
    ['tile/1/000.p/2', 40, { from: 256, to: 511 }],
    ['tile/entries/000', 3 * 116 + 50, { from: 3, to: 3 }],
  ])('finds a published tile that says something else: %s', async (path, at, firstWrong) => {
    const tile = tiles.get(path)!;
    tiles.set(path, tile.with(at, tile[at]! ^ 1));
    const report = await audit(published);
    expect(problems(report)).toEqual(['tile-differs']);
    expect(report.firstWrong).toEqual(firstWrong);
  });

  test('finds a tile that is missing', async () => {
    tiles.delete('tile/0/001');
    expect((await audit(published)).firstWrong).toEqual({ from: 256, to: 511 });
  });

  test('reports a hundred findings of thousands, and is not sound', async () => {
    tamper("UPDATE opening SET record = x'8101'");
    expect((await audit()).findings).toHaveLength(100);
  });

  test('of a log whose key is not the one that everybody knows finds every checkpoint forged', async () => {
    const stranger = noteKeyOf(origin, ed25519Signer(bytesOf('x')).spki, nodePrimitives);
    const deps = {
      log: sqliteLog(data, nodePrimitives),
      checkpoints: sqliteCheckpoints(data),
      primitives: nodePrimitives,
    };
    const report = await auditLog({ ...deps, logKey: stranger });
    expect([problems(report), report.checkpoints]).toEqual([['checkpoint-forged'], 0]);
  });
});

/** The same acts up to `size`, with all the checkpoints of the longer log: an old copy that was put back. */
async function shorterCopy(size: number): Promise<SqliteData> {
  const copy = openSqlite(':memory:');
  const ledger = sqliteLedger(copy, nodePrimitives);
  for (let i = 0; i < size; i++) {
    await ledger.commit({ ...plainAct(''), leaf: plainLeaf(`act ${i}`, i % 7 === 3 ? { ref: i - 2 } : {}) });
  }
  for (const checkpoint of await sqliteCheckpoints(data).list(0, 100)) await sqliteCheckpoints(copy).store(checkpoint);
  return copy;
}

describe('a checkpoint that was kept elsewhere', () => {
  const signed = (size: number, root: Uint8Array, key = logSigner): Promise<string> =>
    signCheckpoint({ origin, size, root }, key, nodePrimitives);
  const auditWith = (...kept: readonly string[]): Promise<AuditReport> => {
    const [log, checkpoints] = [sqliteLog(data, nodePrimitives), sqliteCheckpoints(data)];
    return auditLog({ log, checkpoints, logKey, primitives: nodePrimitives, kept });
  };

  test('is compared as those of the log are', async () => {
    const [old] = await sqliteCheckpoints(data).list(300, 1);
    const before = await audit();
    expect(await auditWith(old!.note)).toMatchObject({ sound: true, checkpoints: before.checkpoints + 1 });
    expect(problems(await auditWith(await signed(250, bytesOf('another'))))).toEqual(['checkpoint-differs']);
  });

  test('tells of a log that was cut', async () => {
    expect(problems(await auditWith(await signed(SIZE + 1, bytesOf('more'))))).toEqual(['log-cut-short']);
  });

  test('counts by its signature alone', async () => {
    const foreign = await signed(SIZE, bytesOf('x'), ed25519Signer(bytesOf('stranger')));
    for (const note of [foreign, 'no note', '']) {
      await expect(auditWith(note)).rejects.toMatchObject({ name: 'Refusal' });
    }
  });
});
