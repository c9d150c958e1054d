import { describe, expect, test } from 'vitest';
import { encodeObject, readObjects, readOnly, valueOf } from '../../src/card/tlv.ts';
import { fromHex, toHex } from '../../src/core/bytes.ts';
import { codeOf } from '../support/refuses.ts';

describe('data objects', () => {
  test.each([
    ['5303010203', [[0x53, '010203']]],
    [
      '7f4902860053007e00',
      [
        [0x7f49, '8600'],
        [0x53, ''],
        [0x7e, ''],
      ],
    ],
    ['5fc10501aa', [[0x5fc105, 'aa']]],
    // Longer than it need be, as cards write it.
    ['53820001aa', [[0x53, 'aa']]],
    [`538180${'00'.repeat(128)}`, [[0x53, '00'.repeat(128)]]],
    ['', []],
  ] as const)('%s', (hex, expected) => {
    expect(readObjects(fromHex(hex)!, 'x').map(({ tag, value }) => [tag, toHex(value)])).toEqual(expected);
  });

  test('what is written reads as it was, in the shortest form', () => {
    for (const tag of [0x53, 0x7f49, 0x5fc105]) {
      for (const length of [0, 1, 127, 128, 255, 256, 65_535]) {
        const value = new Uint8Array(length).fill(7);
        const encoded = encodeObject(tag, value.subarray(0, 3), value.subarray(3));
        expect(readOnly(encoded, tag, 'x')).toEqual(value);
      }
    }
    expect(() => encodeObject(0x53, new Uint8Array(65_536))).toThrow(RangeError);
  });

  test.each([
    ['a value that is cut short', '530201'],
    ['no length', '53'],
    ['a length without an end', '538000'],
    ['a length that is cut short', '5382'],
    ['a length of three bytes', '53830000010a'],
    ['a tag that is cut short', '5f'],
    ['a tag of four bytes', '5fc1c10500'],
  ])('%s', (_, hex) => {
    expect(codeOf(() => readObjects(fromHex(hex)!, 'x'))).toBe('card/malformed');
  });

  test('of several, the one that is meant', () => {
    const objects = readObjects(fromHex('700101710100710102')!, 'x');
    expect(toHex(valueOf(objects, 0x70, 'x'))).toBe('01');
    expect(codeOf(() => valueOf(objects, 0x71, 'x'))).toBe('card/malformed');
    expect(codeOf(() => valueOf(objects, 0x72, 'x'))).toBe('card/malformed');
    expect(codeOf(() => readOnly(fromHex('530053ff')!, 0x53, 'x'))).toBe('card/malformed');
    expect(codeOf(() => readOnly(fromHex('53005300')!, 0x53, 'x'))).toBe('card/malformed');
  });

  test('no bytes at all make the reader fail otherwise', () => {
    let state = 1;
    const random = (): number => (state = (state * 1_103_515_245 + 12_345) & 0x7fffffff) >> 16;
    for (let i = 0; i < 20_000; i++) {
      const bytes = Uint8Array.from({ length: random() % 12 }, () => random() & 0xff);
      try {
        readObjects(bytes, 'x');
      } catch (error) {
        expect(error).toMatchObject({ name: 'Refusal', code: 'card/malformed' });
      }
    }
  });
});
