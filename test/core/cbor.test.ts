import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, fromHex, toHex } from '../../src/core/bytes.ts';
import { decodeCbor, encodeCbor, type CborValue } from '../../src/core/cbor.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { codeOf } from '../support/refuses.ts';

function bytesOf(hex: string): Uint8Array {
  return fromHex(hex.replaceAll(' ', ''))!;
}

/** RFC 8949 Appendix A: those of the types that we use. */
const VECTORS: readonly (readonly [string, CborValue])[] = [
  ['00', 0],
  ['01', 1],
  ['0a', 10],
  ['17', 23],
  ['1818', 24],
  ['1819', 25],
  ['1864', 100],
  ['1903e8', 1000],
  ['1a000f4240', 1_000_000],
  ['1b000000e8d4a51000', 1_000_000_000_000],
  ['20', -1],
  ['29', -10],
  ['3863', -100],
  ['3903e7', -1000],
  ['f4', false],
  ['f5', true],
  ['f6', null],
  ['40', new Uint8Array()],
  ['4401020304', Uint8Array.of(1, 2, 3, 4)],
  ['60', ''],
  ['6161', 'a'],
  ['6449455446', 'IETF'],
  ['62225c', '"\\'],
  ['62c3bc', 'ü'],
  ['63e6b0b4', '水'],
  ['64f0908591', '\u{10151}'],
  ['80', []],
  ['83010203', [1, 2, 3]],
  ['8301820203820405', [1, [2, 3], [4, 5]]],
  ['98190102030405060708090a0b0c0d0e0f101112131415161718181819', Array.from({ length: 25 }, (_, index) => index + 1)],
  ['a0', new Map()],
  [
    'a201020304',
    new Map([
      [1, 2],
      [3, 4],
    ]),
  ],
  [
    'a26161016162820203',
    new Map<string, CborValue>([
      ['a', 1],
      ['b', [2, 3]],
    ]),
  ],
  ['826161a161626163', ['a', new Map([['b', 'c']])]],
];

/** Appendix A and F: well-formed but of a type that we do not use, or malformed. */
const REFUSED: readonly (readonly [string, string])[] = [
  ['1bffffffffffffffff', 'an integer of 64 bits'],
  ['1b0020000000000000', 'an integer of 2^53'],
  ['3b001fffffffffffff', 'an integer of -2^53'],
  ['c249010000000000000000', 'a bignum'],
  ['f90000', 'a half float'],
  ['fb3ff199999999999a', 'a float'],
  ['f97e00', 'not a number'],
  ['f7', 'undefined'],
  ['f0', 'a simple value'],
  ['f8ff', 'a two-byte simple value'],
  ['c11a514b67b0', 'a tag'],
  ['5f42010243030405ff', 'bytes of indefinite length'],
  ['7f657374726561646d696e67ff', 'text of indefinite length'],
  ['9fff', 'an array of indefinite length'],
  ['bfff', 'a map of indefinite length'],
  ['ff', 'a break'],
  ['1c', 'a reserved head'],
  ['1d', 'another reserved head'],
  ['1e', 'a third reserved head'],
  ['1817', '23 in two bytes'],
  ['190018', '24 in three bytes'],
  ['1a0000ffff', '65535 in five bytes'],
  ['1b00000000ffffffff', '2^32 - 1 in nine bytes'],
  ['580161', 'a length of 1 in two bytes'],
  ['', 'nothing'],
  ['18', 'half a head'],
  ['4401', 'bytes cut short'],
  ['820a', 'an array cut short'],
  ['a10a', 'a map cut short'],
  ['0000', 'bytes after the end'],
  ['61ff', 'text that is not UTF-8'],
  ['63eda080', 'half a surrogate pair'],
  ['62c080', 'an overlong zero'],
  ['a2010201 03', 'a key twice'],
  ['a203040102', 'keys out of order'],
  ['a2616101 0102', 'a text key before an integer'],
  ['a1410001', 'a key of bytes'],
  ['a18001', 'a key that is an array'],
  ['a1f501', 'a key that is true'],
  ['9affffffff', 'an array of four thousand million'],
  ['9b001fffffffffffff', 'an array of 2^53 - 1'],
  ['5b001fffffffffffff', 'bytes of 2^53 - 1'],
  ['bb001fffffffffffff', 'a map of 2^53 - 1'],
];

const scalar = fc.oneof(
  fc.maxSafeInteger(),
  fc.string({ unit: 'grapheme' }),
  fc.boolean(),
  fc.constant(null),
  fc.uint8Array({ maxLength: 300 }),
);
const anyValue: fc.Arbitrary<CborValue> = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie('value'), { maxLength: 6 }),
    fc
      .array(fc.tuple(fc.oneof(fc.maxSafeInteger(), fc.string()), tie('value')), { maxLength: 6 })
      .map((pairs) => new Map(pairs)),
  ),
})).value;

describe('CBOR', () => {
  test.each(VECTORS)('writes and reads %s of RFC 8949 Appendix A', (hex, value) => {
    expect(toHex(encodeCbor(value))).toBe(hex);
    expect(decodeCbor(bytesOf(hex))).toEqual(value);
  });

  test.each(REFUSED)('refuses %s: %s', (hex) => {
    expect(codeOf(() => decodeCbor(bytesOf(hex)))).toBe('cbor/malformed');
  });

  test('sorts keys by their encodings (RFC 8949 §4.2.1)', () => {
    const map = new Map<number | string, CborValue>([
      ['aa', 1],
      ['z', 2],
      [-1, 3],
      [100, 4],
      [10, 5],
    ]);
    expect(toHex(encodeCbor(map))).toBe('a5 0a05 186404 2003 617a02 62616101'.replaceAll(' ', ''));
  });

  test('reads back what it wrote', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const read = decodeCbor(encodeCbor(value), { maxDepth: 20, maxItems: 100_000 });
        expect(encodeCbor(read)).toEqual(encodeCbor(value));
        expect(read).toEqual(value);
      }),
    );
  });

  test('writes what it read: no value has two spellings', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        let again: Uint8Array = bytes;
        try {
          again = encodeCbor(decodeCbor(bytes));
        } catch (error) {
          if (!isRefusal(error, 'cbor/malformed')) throw error;
        }
        expect(again).toEqual(bytes);
      }),
      { numRuns: 3000 },
    );
  });

  test('refuses a value cut short anywhere, or with a byte more', () => {
    fc.assert(
      fc.property(anyValue, fc.nat(), (value, at) => {
        const bytes = encodeCbor(value);
        expect(codeOf(() => decodeCbor(bytes.subarray(0, at % bytes.length)))).toBe('cbor/malformed');
        expect(codeOf(() => decodeCbor(concat(bytes, Uint8Array.of(0))))).toBe('cbor/malformed');
      }),
    );
  });

  test('refuses deeper nesting than allowed, without running out of stack', () => {
    const nested = (depth: number): Uint8Array => concat(new Uint8Array(depth).fill(0x81), Uint8Array.of(0));
    expect(() => decodeCbor(nested(8))).not.toThrow();
    for (const depth of [9, 100, 1_000_000]) {
      expect(codeOf(() => decodeCbor(nested(depth)))).toBe('cbor/malformed');
    }
    expect(codeOf(() => decodeCbor(new Uint8Array(100_000).fill(0xa1)))).toBe('cbor/malformed');
  });

  test('refuses more items than allowed', () => {
    const many = encodeCbor(Array.from({ length: 20_000 }, () => 0));
    expect(codeOf(() => decodeCbor(many))).toBe('cbor/malformed');
    expect(decodeCbor(many, { maxItems: 20_001 })).toHaveLength(20_000);
  });

  test.each([1.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY])('does not write %s', (value) => {
    expect(() => encodeCbor(value)).toThrow(RangeError);
  });

  test('does not write text with half a surrogate pair, which would change on the way', () => {
    expect(() => encodeCbor('\ud800')).toThrow(RangeError);
    expect(() => encodeCbor(new Map([['\udc00', 1]]))).toThrow(RangeError);
  });
});
