import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { fromBase64, toBase64 } from '../../src/core/base64.ts';
import { concat, fromHex, toHex, utf8 } from '../../src/core/bytes.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { openCheckpoint, parseCheckpoint, signCheckpoint, formatCheckpoint } from '../../src/log/checkpoint.ts';
import {
  appendLeaf,
  hashLeaf,
  hashNode,
  provesConsistency,
  provesInclusion,
  rootOf,
  type Frontier,
} from '../../src/log/merkle.ts';
import { formatNote, noteKeyOf, openNote, parseNote, parseNoteKey } from '../../src/log/note.ts';
import { decodeEntryBundle, encodeEntryBundle, formatTilePath, parseTilePath, tilesOf } from '../../src/log/tile.ts';
import { ed25519Signer } from '../support/ed25519-signer.ts';
import { codeOfAct } from '../support/refuses.ts';
import { hasShared, readSharedJson } from '../support/shared.ts';

interface Proof {
  readonly desc: string;
  readonly path: string;
  readonly wantErr: boolean;
  readonly proof: readonly string[] | null;
  readonly [field: string]: unknown;
}
interface VectorSet {
  readonly name: string;
  readonly vectors: readonly Record<string, unknown>[];
  readonly [field: string]: unknown;
}

const sets: readonly VectorSet[] = hasShared
  ? readSharedJson<{ sets: readonly VectorSet[] }>('vectors', 'tlog.json').sets
  : [];
const set = (start: string): VectorSet => sets.find(({ name }) => name.startsWith(start))!;
const bytes = (text: unknown): Uint8Array => fromBase64(text as string)!;
const proofs = (name: string): readonly Proof[] => set(name).vectors as readonly Proof[];
const size = (text: unknown): bigint => BigInt(text as string);
const path = (proof: Proof): Uint8Array[] => (proof.proof ?? []).map(bytes);

describe.skipIf(!hasShared)('the published vectors of transparency logs (tlog.json; skipped without ../shared)', () => {
  test('inclusion: 98, of whole trees', () => {
    const wrong = proofs('rfc6962-inclusion').filter((v) => {
      const claim = { index: size(v['leafIdx']), size: size(v['treeSize']), proof: path(v) };
      const hashes = { leafHash: bytes(v['leafHash']), root: bytes(v['root']) };
      return provesInclusion({ ...claim, ...hashes }, nodePrimitives) === v.wantErr;
    });
    expect(wrong.map((v) => v.path)).toEqual([]);
  });

  test('inclusion: 204, of subtrees', () => {
    const wrong = proofs('rfc6962-subtreeinclusion').filter((v) => {
      const claim = { index: size(v['leafIdx']), start: size(v['start']), size: size(v['end']), proof: path(v) };
      const hashes = { leafHash: bytes(v['leafHash']), root: bytes(v['root']) };
      return provesInclusion({ ...claim, ...hashes }, nodePrimitives) === v.wantErr;
    });
    expect(wrong.map((v) => v.path)).toEqual([]);
  });

  test('consistency: 98, and none from size 0 as in the reference', () => {
    const wrong = proofs('rfc6962-consistency').filter((v) => {
      const claim = { oldSize: size(v['size1']), newSize: size(v['size2']), proof: path(v) };
      const roots = { oldRoot: bytes(v['root1']), newRoot: bytes(v['root2']) };
      return provesConsistency({ ...claim, ...roots }, nodePrimitives) === v.wantErr;
    });
    expect(wrong.map((v) => v.path)).toEqual([]);
  });

  // Six accept a proof about an empty subtree. A proof about nothing says nothing, so ours refuses it (docs/decisions/0005-log.md).
  test('consistency: 112 of 118, of subtrees that are not empty', () => {
    const wrong = proofs('rfc6962-subtreeconsistency').filter((v) => {
      const claim = { start: size(v['start']), oldSize: size(v['end']), newSize: size(v['size']), proof: path(v) };
      const roots = { oldRoot: bytes(v['root1']), newRoot: bytes(v['root2']) };
      return provesConsistency({ ...claim, ...roots }, nodePrimitives) === v.wantErr;
    });
    expect(wrong.filter((v) => v.wantErr || v['start'] !== v['end']).map((v) => v.path)).toEqual([]);
    expect(wrong).toHaveLength(6);
  });

  test('hashes of the empty tree, of leaves and of nodes', () => {
    const expected = Object.fromEntries(set('rfc6962-hasher').vectors.map((v) => [v['desc'], v['sha256']]));
    expect(Object.keys(expected)).toHaveLength(4);
    expect(toHex(rootOf([], nodePrimitives))).toBe(expected['empty tree root']);
    expect(toHex(hashLeaf(new Uint8Array(0), nodePrimitives))).toBe(expected['leaf of empty bytes']);
    expect(toHex(hashLeaf(utf8('L123456'), nodePrimitives))).toBe(expected['leaf "L123456"']);
    expect(toHex(hashNode(utf8('N123'), utf8('N456'), nodePrimitives))).toBe(expected['node "N123","N456"']);
  });

  test('signed notes open under their keys', async () => {
    const [c2sp, neumann, second, bad] = set('signed-note').vectors as Record<string, string>[];
    const text = parseNote(neumann!['note']!).text;
    const both = neumann!['note']! + second!['sigLine']!;
    const keys = [neumann, second].map((v) => parseNoteKey(v!['vkey']!, nodePrimitives));
    expect(
      await openNote(c2sp!['note']!, [parseNoteKey(c2sp!['vkey']!, nodePrimitives)], nodePrimitives),
    ).toMatchObject({
      text: 'This is an example message.\n',
    });
    expect((await openNote(both, keys, nodePrimitives)).keys).toEqual(keys);
    expect(formatNote(parseNote(both))).toBe(both);
    expect(text).toMatch(/^If you think/);
    for (const vkey of bad!['badVkeys'] as unknown as string[]) {
      expect(() => parseNoteKey(vkey, nodePrimitives)).toThrow(expect.objectContaining({ code: 'log/key-malformed' }));
    }
  });

  test('a checkpoint with the signatures of a log and a witness is read, the witness being nobody to us', async () => {
    const { checkpoint } = set('checkpoint/cosignature') as unknown as { checkpoint: string };
    const note = parseNote(checkpoint);
    expect(note.signatures.map(({ name }) => name)).toEqual(['example.com/behind-the-sofa', 'witness.example.com/w1']);
    expect(parseCheckpoint(note.text)).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20852163 });
    expect(formatNote(note)).toBe(checkpoint);
    const stranger = noteKeyOf('example.com/other', ed25519Signer(new Uint8Array(32)).spki, nodePrimitives);
    expect(await codeOfAct(() => openNote(checkpoint, [stranger], nodePrimitives))).toBe('log/note-unsigned');
  });

  // The status codes of the conversation are those of a witness's HTTP service, which we do not have.
  test("a witness's conversation: signature and consistency decide as the codes say", async () => {
    const { origin, logKeyHex, steps } = set('witness add-checkpoint') as unknown as {
      origin: string;
      logKeyHex: string;
      steps: { old: number; proof: string[]; size: number; root: string; sig: string; status: number }[];
    };
    const spki = concat(fromHex('302a300506032b6570032100')!, fromHex(logKeyHex)!);
    const key = noteKeyOf(origin, spki, nodePrimitives);
    let root: Uint8Array | undefined;
    for (const step of steps) {
      const newRoot = bytes(step.root);
      const text = formatCheckpoint({ origin, size: step.size, root: newRoot });
      const note = `${text}\n\u2014 ${origin} ${step.sig}\n`;
      const opened = await openCheckpoint(note, key, nodePrimitives).catch((error: unknown) => error);
      // Its wrong signature is not even canonical base64.
      expect(isRefusal(opened)).toBe(step.status === 403);
      if (step.status === 403) continue;
      if (root) {
        const claim = { oldSize: step.old, newSize: step.size, oldRoot: root, newRoot, proof: step.proof.map(bytes) };
        expect(provesConsistency(claim, nodePrimitives)).toBe(true);
      }
      root = newRoot;
    }
  });

  test('the golden log: every checkpoint, tile and entry bundle byte for byte', async () => {
    const golden = set('tlog-tiles golden log') as unknown as {
      vkey: string;
      testSignerKey: string;
      leaves_utf8: string[];
      checkpoints: Record<string, string>;
      tiles_base64: Record<string, string>;
    };
    const origin = golden.vkey.split('+')[0]!;
    const signer = ed25519Signer(bytes(/\+(A[A-Za-z0-9+/]{43})/.exec(golden.testSignerKey)![1]!).slice(1));
    const key = parseNoteKey(golden.vkey, nodePrimitives);
    expect(noteKeyOf(origin, signer.spki, nodePrimitives)).toEqual(key);
    const entries: Uint8Array[] = [];
    const hashes: Uint8Array[] = [];
    let frontier: Frontier = [];
    const made: Record<string, string> = {};
    for (const leaf of [undefined, ...golden.leaves_utf8]) {
      if (leaf !== undefined) {
        const hash = hashLeaf(utf8(leaf), nodePrimitives);
        frontier = appendLeaf(frontier, entries.length, hash, nodePrimitives).frontier;
        entries.push(utf8(leaf));
        hashes.push(hash);
      }
      const checkpoint = { origin, size: entries.length, root: rootOf(frontier, nodePrimitives) };
      const note = await signCheckpoint(checkpoint, signer, nodePrimitives);
      expect(note).toBe(golden.checkpoints[String(entries.length)]);
      expect(await openCheckpoint(note, key, nodePrimitives)).toEqual(checkpoint);
      for (const tile of tilesOf(entries.length)) {
        const content = tile.level === 'entries' ? encodeEntryBundle(entries) : concat(...hashes);
        made[formatTilePath(tile)] = toBase64(content);
        if (tile.level === 'entries') expect(decodeEntryBundle(content)).toEqual(entries);
      }
    }
    expect(made).toEqual(golden.tiles_base64);
    expect(Object.keys(made)).toHaveLength(30);
  });

  test('record hash, tile paths and tile counts of golang.org/x/mod', () => {
    const facts = Object.assign({}, ...set('tree text').vectors) as Record<string, string>;
    expect(toBase64(hashLeaf(utf8('hello world'), nodePrimitives))).toBe(facts['recordHash("hello world") base64']);
    const indexPath = facts['tile index 1234067']!;
    expect(parseTilePath(`tile/0/${indexPath}`)).toEqual({ level: 0, index: 1234067, width: 256 });
    const count = (size: number): string[] =>
      [...tilesOf(size)].filter((t) => t.level !== 'entries').map((t) => `${t.level}:${t.width}`);
    const of70000 = count(70000);
    expect(of70000.filter((t) => t === '0:256')).toHaveLength(273);
    expect(of70000.filter((t) => t !== '0:256')).toEqual(['0:112', '1:256', '1:17', '2:1']);
    expect(count(256)).toEqual(['0:256', '1:1']);
  });
});
