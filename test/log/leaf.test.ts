import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { fromHex, toHex } from '../../src/core/bytes.ts';
import {
  decodeLeaf,
  encodeLeaf,
  issuerKeyId,
  LEAF_BYTES,
  LeafKind,
  makeLeaf,
  openLeaf,
  subjectTag,
  type KeyId8,
  type Leaf,
  type LeafDraft,
} from '../../src/log/leaf.ts';
import { hashLeaf } from '../../src/log/merkle.ts';
import { plainLeaf } from '../support/acts.ts';
import { codeOf } from '../support/refuses.ts';

interface LeafVector {
  readonly name: string;
  readonly kind: number;
  readonly spki: string | null;
  readonly record: string;
  readonly salt: string;
  readonly subjectKey: string;
  readonly subjectCounter: number;
  readonly evidence: { readonly kind: number; readonly bytes: string };
  readonly ref: number | null;
  readonly leaf: string;
  readonly leafHash: string;
}
const { vectors } = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'vectors', 'leaf.json'), 'utf8')) as {
  vectors: readonly LeafVector[];
};

const hash32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const leaves: fc.Arbitrary<Leaf> = fc.record(
  {
    kind: fc.constantFrom(...Object.values(LeafKind)),
    issuer: fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => bytes as KeyId8),
    commitment: hash32,
    subjectTag: hash32,
    evidence: hash32,
    ref: fc.maxSafeNat(),
  },
  { requiredKeys: ['kind', 'issuer', 'commitment', 'subjectTag', 'evidence'] },
);

describe('version 1 is frozen (test/vectors/leaf.json)', () => {
  test.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (_, v) => {
    const hex = (text: string): Uint8Array => fromHex(text)!;
    const draft: LeafDraft = {
      kind: v.kind as LeafKind,
      issuer: v.spki === null ? (new Uint8Array(8) as KeyId8) : issuerKeyId(hex(v.spki), nodePrimitives),
      record: hex(v.record),
      salt: hex(v.salt),
      subjectTag: subjectTag(hex(v.subjectKey), v.subjectCounter, nodePrimitives),
      evidence: { kind: v.evidence.kind, bytes: hex(v.evidence.bytes) },
      ...(v.ref === null ? {} : { ref: v.ref }),
    };
    const encoded = encodeLeaf(makeLeaf(draft, nodePrimitives));
    expect(toHex(encoded)).toBe(v.leaf);
    expect(toHex(hashLeaf(encoded, nodePrimitives))).toBe(v.leafHash);
    expect(openLeaf(decodeLeaf(encoded), draft, nodePrimitives)).toBe(true);
  });
});

test('decoding gives back what was encoded, always in 114 bytes', () => {
  fc.assert(
    fc.property(leaves, (leaf) => {
      const encoded = encodeLeaf(leaf);
      expect(encoded).toHaveLength(LEAF_BYTES);
      expect(decodeLeaf(encoded)).toEqual(leaf);
    }),
  );
});

test('whatever decodes is the one encoding of its leaf', () => {
  const noise = fc.uint8Array({ minLength: LEAF_BYTES, maxLength: LEAF_BYTES });
  fc.assert(
    fc.property(noise, fc.constantFrom(...Object.values(LeafKind)), fc.boolean(), (bytes, kind, isShort) => {
      bytes[0] = 1;
      bytes[1] = kind;
      if (isShort) bytes.fill(0, 106, 109);
      try {
        expect(encodeLeaf(decodeLeaf(bytes))).toEqual(bytes);
      } catch (error) {
        expect(error).toMatchObject({ code: 'log/leaf-malformed' });
        expect(isShort).toBe(false);
      }
    }),
  );
});

test.each<[string, (leaf: Uint8Array) => Uint8Array]>([
  ['cut short', (leaf) => leaf.subarray(0, -1)],
  ['with a byte after it', (leaf) => Uint8Array.of(...leaf, 0)],
  ['of another version', (leaf) => leaf.with(0, 2)],
  ['of an unknown kind', (leaf) => leaf.with(1, 0)],
  ['of a reserved kind', (leaf) => leaf.with(1, 0x50)],
  ['that refers beyond 2^53', (leaf) => leaf.with(106, 0x7f)],
])('refuses a leaf %s', (_, change) => {
  const leaf = encodeLeaf(makeLeaf(plainLeaf('x'), nodePrimitives));
  expect(codeOf(() => decodeLeaf(change(leaf)))).toBe('log/leaf-malformed');
});

test('opens only with the very record, salt and evidence', () => {
  const evidence = { kind: 2, bytes: Uint8Array.of(1, 2, 3) };
  const draft = plainLeaf('x', { evidence });
  const leaf = makeLeaf(draft, nodePrimitives);
  expect(openLeaf(leaf, { record: draft.record, salt: draft.salt }, nodePrimitives)).toBe(true);
  const flip = (bytes: Uint8Array, at: number): Uint8Array => bytes.with(at, bytes[at]! ^ 1);
  const wrong = [
    ...Array.from(draft.record, (_, at) => ({ ...draft, record: flip(draft.record, at) })),
    ...Array.from(draft.salt, (_, at) => ({ ...draft, salt: flip(draft.salt, at) })),
    { ...draft, evidence: { ...evidence, kind: 3 } },
    { ...draft, evidence: { ...evidence, bytes: Uint8Array.of(1, 2) } },
    { ...draft, evidence: { kind: 2 + 0x80, bytes: evidence.bytes } },
    { ...draft, record: new Uint8Array(0) },
    { ...draft, salt: draft.salt.subarray(1) },
  ];
  for (const opening of wrong) expect(openLeaf(leaf, opening, nodePrimitives)).toBe(false);
});

test('a record can never pass for evidence, nor evidence for a record', () => {
  const draft = plainLeaf('x', { evidence: { kind: 1, bytes: Uint8Array.of(5) } });
  const leaf = makeLeaf(draft, nodePrimitives);
  const swapped = { ...leaf, commitment: leaf.evidence };
  expect(openLeaf(swapped, { record: Uint8Array.of(1, 5), salt: draft.salt }, nodePrimitives)).toBe(false);
});

test.each<[string, Partial<LeafDraft>]>([
  ['a record that is not a CBOR array', { record: Uint8Array.of(0x61, 0x61) }],
  ['an empty record', { record: new Uint8Array(0) }],
  ['a short salt', { salt: new Uint8Array(31) }],
  ['a kind of evidence that could start a record', { evidence: { kind: 0x80, bytes: new Uint8Array(0) } }],
])('making a leaf with %s is a bug', (_, change) => {
  expect(() => makeLeaf(plainLeaf('x', change), nodePrimitives)).toThrow(RangeError);
});

test.each<[string, Partial<Leaf>]>([
  ['a tag of another length', { subjectTag: new Uint8Array(31) }],
  ['an issuer of another length', { issuer: new Uint8Array(9) as KeyId8 }],
  ['a negative reference', { ref: -1 }],
  ['a reference beyond 2^53', { ref: 2 ** 53 }],
])('encoding %s is a bug', (_, change) => {
  expect(() => encodeLeaf({ ...makeLeaf(plainLeaf('x'), nodePrimitives), ...change })).toThrow(RangeError);
});

test("a subject's tags differ by counter and by key, and follow from both", () => {
  const [a, b] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  const tag = (key: Uint8Array, counter: number): string => toHex(subjectTag(key, counter, nodePrimitives));
  expect(tag(a, 0)).toBe(tag(a, 0));
  expect(new Set([tag(a, 0), tag(a, 1), tag(b, 0), tag(b, 1)]).size).toBe(4);
  expect(() => subjectTag(a.subarray(1), 0, nodePrimitives)).toThrow(RangeError);
  expect(() => subjectTag(a, -1, nodePrimitives)).toThrow(RangeError);
});
