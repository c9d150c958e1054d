import { describe, expect, test } from 'vitest';
import { isGroup4 } from '../../src/pdf/group4.ts';

/** Pictures of chance, coded by libtiff: width, height, data. */
const CODED: readonly (readonly [number, number, string])[] = [
  [8, 4, '238d7c004004'],
  [64, 3, '93538c004004'],
  [300, 20, '3bf0c90d526b96e561b8c9aac88dc52161e16161614726a21d862170c90b11f9b5082184446e28002002'],
  [1728, 5, '26a04b1720650dcd729b350de0020020'],
  [5000, 3, '26a03e07723bf03cbff8008008'],
];

describe.each(CODED)('a fax of %i by %i', (width, height, hex) => {
  const data = new Uint8Array(Buffer.from(hex, 'hex'));

  test('has its rows', () => expect(isGroup4(data, width, height)).toBe(true));

  test('and neither one more nor one less', () => {
    expect(isGroup4(data, width, height + 1)).toBe(false);
    expect(isGroup4(data, width, height - 1)).toBe(false);
  });

  test('nor any that are cut off', () => {
    for (let length = 0; length < data.length - 4; length++) {
      expect(isGroup4(data.subarray(0, length), width, height)).toBe(false);
    }
  });
});

test('rows without the codes that end the block are enough', () => {
  // Two white rows, and what fills the byte.
  expect(isGroup4(Uint8Array.of(0b1100_0000), 8, 2)).toBe(true);
  expect(isGroup4(Uint8Array.of(0b1100_0000), 8, 3)).toBe(false);
});

test('no data make it throw', () => {
  for (let i = 0; i < 256; i++) expect(isGroup4(Uint8Array.of(i, 255 - i, i ^ 90, i), 1 + i, 3)).toBeTypeOf('boolean');
});
