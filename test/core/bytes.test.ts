import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compareBytes,
  concat,
  equal,
  equalSecret,
  fromHex,
  fromLatin1,
  fromUtf8,
  toHex,
  toLatin1,
  utf8,
} from '../../src/core/bytes.ts';

const bytes = fc.uint8Array({ maxLength: 50 });

describe('bytes', () => {
  test('are equal, to either comparison, exactly when their hex is', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        for (const other of [b, Uint8Array.from(a)]) {
          const same = toHex(a) === toHex(other);
          expect(equal(a, other)).toBe(same);
          expect(equalSecret(a, other)).toBe(same);
          expect(compareBytes(a, other) === 0).toBe(same);
        }
      }),
    );
  });

  test('differ when one is the beginning of the other', () => {
    expect(equal(Uint8Array.of(1), Uint8Array.of(1, 0))).toBe(false);
    expect(equalSecret(Uint8Array.of(1), Uint8Array.of(1, 0))).toBe(false);
  });

  test('are ordered as Node orders them', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b));
      }),
    );
  });

  test('joined have every part in order', () => {
    fc.assert(
      fc.property(fc.array(bytes), (parts) => {
        expect(toHex(concat(...parts))).toBe(parts.map(toHex).join(''));
      }),
    );
  });

  test('go to hex and ISO 8859-1 and back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20_000, size: 'max' }), (value) => {
        expect(equal(fromHex(toHex(value))!, value)).toBe(true);
        expect(equal(fromLatin1(toLatin1(value)), value)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  test.each(['0', 'zz', '0x00', ' 00', '00\n', '０0'])('are not read from %j as hex', (text) => {
    expect(fromHex(text)).toBeUndefined();
  });

  test('cannot hold a character beyond ISO 8859-1', () => {
    expect(() => fromLatin1('Ā')).toThrow(RangeError);
  });

  test('go to text only when they are well-formed UTF-8, byte order mark kept', () => {
    expect(fromUtf8(utf8('\ufeffseñal'))).toBe('\ufeffseñal');
    for (const hex of ['ff', 'c080', 'eda080', 'f4908080', 'c3']) expect(fromUtf8(fromHex(hex)!)).toBeUndefined();
  });
});
