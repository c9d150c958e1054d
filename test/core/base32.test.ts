import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromBase32, toBase32 } from '../../src/core/base32.ts';
import { fromLatin1 } from '../../src/core/bytes.ts';

describe('base32', () => {
  /** RFC 4648 §10, without its padding. */
  test.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('writes %j as %j and reads it in either case', (text, encoded) => {
    expect(toBase32(fromLatin1(text))).toBe(encoded);
    expect(fromBase32(encoded)).toEqual(fromLatin1(text));
    expect(fromBase32(encoded.toLowerCase())).toEqual(fromLatin1(text));
  });

  test.each([
    'M',
    'MZX',
    'MZXW6Y',
    'MY======',
    'Mz',
    'mZXW6',
    'MZ XQ',
    'MZXQ\n',
    '0Y',
    '1Y',
    '8Y',
    '9Y',
    'ÑY',
    'MZ',
    'ſY',
  ])('does not read %j', (text) => {
    expect(fromBase32(text)).toBeUndefined();
  });

  test('reads back what it wrote', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(fromBase32(toBase32(bytes))).toEqual(bytes);
      }),
    );
  });

  test('gives no value two spellings in one case', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z2-7]{0,20}$/), (text) => {
        const bytes = fromBase32(text);
        expect(bytes === undefined || toBase32(bytes) === text).toBe(true);
      }),
    );
  });
});
