import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { utf8 } from '../../src/core/bytes.ts';
import {
  appendLeaf,
  hashLeaf,
  hashNode,
  proveConsistency,
  proveInclusion,
  provesConsistency,
  provesInclusion,
  rootAt,
  rootOf,
  type Frontier,
  type ReadNodes,
} from '../../src/log/merkle.ts';

const SIZE = 130;
const leafHashes = Array.from({ length: SIZE }, (_, i) => hashLeaf(utf8(`leaf ${i}`), nodePrimitives));
const nodes = new Map<string, Uint8Array>();
const frontiers: Frontier[] = [[]];
for (const [i, hash] of leafHashes.entries()) {
  const { frontier, closed } = appendLeaf(frontiers[i]!, i, hash, nodePrimitives);
  frontiers.push(frontier);
  for (const node of closed) nodes.set(`${node.level}/${node.index}`, node.hash);
}
const read: ReadNodes = async (ids) => ids.map(({ level, index }) => nodes.get(`${level}/${index}`)!);
const roots = frontiers.map((frontier) => rootOf(frontier, nodePrimitives));

/** RFC 9162 §2.1.1, word for word: the oracle. */
function rootByDefinition(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 1) return hashes[0]!;
  let k = 1;
  while (k * 2 < hashes.length) k *= 2;
  return hashNode(rootByDefinition(hashes.slice(0, k)), rootByDefinition(hashes.slice(k)), nodePrimitives);
}

test('the frontier leads to the root of the definition, at every size', async () => {
  for (let size = 1; size <= SIZE; size++) {
    expect(roots[size]).toEqual(rootByDefinition(leafHashes.slice(0, size)));
    expect(await rootAt(size, read, nodePrimitives)).toEqual(roots[size]);
  }
  expect(await rootAt(0, read, nodePrimitives)).toEqual(roots[0]);
});

const sizes = fc.integer({ min: 1, max: SIZE });
const pairs = fc.tuple(sizes, sizes).map(([a, b]) => (a < b ? ([a, b] as const) : ([b, a] as const)));

test('every leaf of every tree can be proven, and the proof proves nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, fc.nat(), fc.nat(), async (size, place, noise) => {
      const index = place % size;
      const proof = await proveInclusion(index, size, read, nodePrimitives);
      const claim = { index, size, leafHash: leafHashes[index]!, root: roots[size]!, proof };
      const holds = (change: object): boolean => provesInclusion({ ...claim, ...change }, nodePrimitives);
      expect(holds({})).toBe(true);
      expect(holds({ root: roots[size - 1]! })).toBe(false);
      expect(holds({ leafHash: leafHashes[(index + 1) % SIZE]! })).toBe(false);
      expect(holds({ index: index + 1 })).toBe(false);
      expect(holds({ proof: [...proof, leafHashes[0]!] })).toBe(false);
      if (proof.length === 0) return;
      expect(holds({ proof: proof.slice(1) })).toBe(false);
      const at = noise % proof.length;
      const bent = proof[at]!.with(noise % 32, proof[at]![noise % 32]! ^ (1 << (noise % 8)));
      expect(holds({ proof: proof.with(at, bent) })).toBe(false);
    }),
  );
});

test('every tree can be proven to contain every smaller one, and the proof proves nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(pairs, fc.nat(), async ([oldSize, newSize], noise) => {
      const proof = await proveConsistency(oldSize, newSize, read, nodePrimitives);
      const claim = { oldSize, newSize, oldRoot: roots[oldSize]!, newRoot: roots[newSize]!, proof };
      const holds = (change: object): boolean => provesConsistency({ ...claim, ...change }, nodePrimitives);
      expect(holds({})).toBe(true);
      expect(holds({ oldRoot: roots[oldSize - 1]! })).toBe(false);
      expect(holds({ newRoot: roots[newSize - 1]! })).toBe(false);
      expect(holds({ oldSize: 0 })).toBe(false);
      expect(holds({ oldSize: newSize + 1 })).toBe(false);
      expect(holds({ proof: [...proof, leafHashes[0]!] })).toBe(false);
      if (proof.length === 0) return;
      expect(holds({ proof: proof.slice(1) })).toBe(false);
      const at = noise % proof.length;
      const bent = proof[at]!.with(noise % 32, proof[at]![noise % 32]! ^ (1 << (noise % 8)));
      expect(holds({ proof: proof.with(at, bent) })).toBe(false);
    }),
  );
});

test.each([-1, 0.5, NaN, Infinity, 2 ** 53, 2n ** 64n, -1n])('a size or index of %s proves nothing', (value) => {
  const [leafHash, root] = [leafHashes[0]!, leafHashes[0]!];
  const claims = [
    { index: value, size: 1 },
    { index: 0, size: value },
    { index: 0, size: 1, start: value },
  ];
  for (const claim of claims)
    expect(provesInclusion({ ...claim, leafHash, root, proof: [] }, nodePrimitives)).toBe(false);
  const growths = [
    { oldSize: value, newSize: 1 },
    { oldSize: 1, newSize: value },
    { oldSize: 1, newSize: 1, start: value },
  ];
  for (const growth of growths) {
    expect(provesConsistency({ ...growth, oldRoot: root, newRoot: root, proof: [] }, nodePrimitives)).toBe(false);
  }
});

test('a proof longer than any tree is high is refused unread', () => {
  const hash = leafHashes[0]!;
  const proof = Array.from({ length: 100_000 }, () => hash);
  const growth = { oldSize: 1, newSize: 2n ** 63n, oldRoot: hash, newRoot: hash, proof };
  expect(provesInclusion({ index: 0, size: 2n ** 63n, leafHash: hash, root: hash, proof }, nodePrimitives)).toBe(false);
  expect(provesConsistency(growth, nodePrimitives)).toBe(false);
});

test('a node cannot pass for an entry', () => {
  const input = new Uint8Array([...leafHashes[0]!, ...leafHashes[1]!]);
  expect(hashLeaf(input, nodePrimitives)).not.toEqual(hashNode(leafHashes[0]!, leafHashes[1]!, nodePrimitives));
});

test('asking for a proof of what is not there is a bug', async () => {
  await expect(proveInclusion(5, 5, read, nodePrimitives)).rejects.toThrow(RangeError);
  await expect(proveConsistency(0, 5, read, nodePrimitives)).rejects.toThrow(RangeError);
  await expect(proveConsistency(6, 5, read, nodePrimitives)).rejects.toThrow(RangeError);
  expect(() => appendLeaf([], 1, leafHashes[0]!, nodePrimitives)).toThrow(RangeError);
});
