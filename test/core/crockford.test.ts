import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkSymbol, readCrockford, toCrockford } from '../../src/core/crockford.ts';
import { fromHex } from '../../src/core/bytes.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const symbols = (length: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...ALPHABET), { minLength: length, maxLength: length }).map((list) => list.join(''));

describe('Crockford symbols', () => {
  test.each([
    ['0000000000000000', '00000000000'],
    ['ffffffffffffffff', 'ZZZZZZZZZZZ'],
    ['8000000000000000', 'G0000000000'],
    ['0000000000000200', '00000000001'],
    ['00000000000001ff', '00000000000'],
    ['0123456789abcdef', '04HMASW9NF6'],
  ])('take the first 55 bits of %s as %s', (hex, text) => {
    expect(toCrockford(fromHex(hex)!, 11)).toBe(text);
  });

  test('are not made of bits that are not there', () => {
    expect(() => toCrockford(new Uint8Array(6), 11)).toThrow(RangeError);
  });

  test.each([
    ['0l1i-oOuU', '011100VV'],
    [' a b\u00a0c — d–e−f_g', 'ABCDEFG'],
  ])('are read from %j', (text, read) => {
    expect(readCrockford(text)).toBe(read);
  });

  test.each(['', '-- -', 'ABC!', 'Ñ', 'AB.C', '*', 'é'])('are not read from %j', (text) => {
    expect(readCrockford(text)).toBeUndefined();
  });
});

describe('the check symbol', () => {
  const check = (word: string): boolean => checkSymbol(word.slice(0, -1)) === word.at(-1);

  test('finds any one wrong symbol, itself included, in every place', () => {
    fc.assert(
      fc.property(symbols(11), (text) => {
        const word = text + checkSymbol(text);
        expect(check(word)).toBe(true);
        for (let place = 0; place < word.length; place++) {
          for (const symbol of ALPHABET) {
            if (symbol === word[place]) continue;
            expect(check(word.slice(0, place) + symbol + word.slice(place + 1))).toBe(false);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  test('finds any two exchanged symbols, neighbours or not, itself included', () => {
    fc.assert(
      fc.property(symbols(11), (text) => {
        const word = [...(text + checkSymbol(text))];
        for (let a = 0; a < word.length; a++) {
          for (let b = a + 1; b < word.length; b++) {
            if (word[a] === word[b]) continue;
            const other = [...word];
            [other[a], other[b]] = [word[b]!, word[a]!];
            expect(check(other.join(''))).toBe(false);
          }
        }
      }),
    );
  });

  test('does not stand over more symbols than it can tell apart', () => {
    expect(() => checkSymbol('0'.repeat(31))).toThrow(RangeError);
  });
});
