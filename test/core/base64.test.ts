import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromBase64, fromBase64Url, toBase64, toBase64Url } from '../../src/core/base64.ts';
import { fromLatin1 } from '../../src/core/bytes.ts';

describe('base64', () => {
  /** RFC 4648 §10. */
  test.each([
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
  ])('writes and reads %j as %j', (text, encoded) => {
    const unpadded = encoded.replace(/=+$/, '');
    expect(toBase64(fromLatin1(text))).toBe(encoded);
    expect(toBase64Url(fromLatin1(text))).toBe(unpadded);
    expect(fromBase64(encoded)).toEqual(fromLatin1(text));
    expect(fromBase64Url(unpadded)).toEqual(fromLatin1(text));
  });

  test.each([
    'Z',
    'Zg',
    'Zg=',
    'Zg===',
    '====',
    'Z===',
    'Zm8',
    'Zh==',
    'Zm9=',
    'Zg==\n',
    ' Zg=',
    'Zg=g',
    '-_-_',
    'Ñaaa',
  ])('does not read %j', (text) => {
    expect(fromBase64(text)).toBeUndefined();
  });

  test.each(['Z', 'Zg==', 'Zh', 'Zm9', '++//', 'Zm 9', '\u{1f600}ab'])('does not read %j as base64url', (text) => {
    expect(fromBase64Url(text)).toBeUndefined();
  });

  test('agrees with Node both ways', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
        expect(toBase64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
        expect(fromBase64(toBase64(bytes))).toEqual(bytes);
        expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes);
      }),
    );
  });

  test('gives no value two spellings', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9+/]{0,12}={0,3}$/), (text) => {
        const bytes = fromBase64(text);
        expect(bytes === undefined || toBase64(bytes) === text).toBe(true);
      }),
    );
  });
});
