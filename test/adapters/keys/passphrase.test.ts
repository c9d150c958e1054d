import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalPassphrase, drawPassphrase } from '../../../src/adapters/keys/passphrase.ts';
import { systemRandom } from '../../../src/adapters/system.ts';
import { fromUtf8, utf8 } from '../../../src/core/bytes.ts';
import { codeOf } from '../../support/refuses.ts';

const canonical = (text: string): string | undefined => fromUtf8(canonicalPassphrase(utf8(text)));

test('a drawn one has 125 bits in five groups, and is its own one spelling', () => {
  const drawn = new Set(Array.from({ length: 200 }, () => drawPassphrase(systemRandom)));
  expect(drawn.size).toBe(200);
  for (const one of drawn) {
    expect(one).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}(?:-[0-9A-HJKMNP-TV-Z]{5}){4}$/);
    expect(canonical(one)).toBe(one);
  }
  expect(drawPassphrase((length) => new Uint8Array(length).fill(0xff))).toBe('ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ');
});

test('every one of its bits counts', () => {
  const base = new Uint8Array(16);
  const all = new Set([drawPassphrase(() => base)]);
  for (let bit = 0; bit < 125; bit++) {
    const changed = base.slice();
    changed[bit >> 3]! ^= 0x80 >> (bit & 7);
    all.add(drawPassphrase(() => changed));
  }
  expect(all.size).toBe(126);
});

test('a drawn one may be typed small, with the letters that look like digits', () => {
  expect(canonical('  ok7q2-mlzzi-ttu45-xyw3h-8jkmn\n')).toBe('0K7Q2-M1ZZ1-TTV45-XYW3H-8JKMN');
});

test('one that a person chose keeps its capitals, in one spelling of its accents', () => {
  expect(canonical(' El ñandú cruzó el río ')).toBe('El ñandú cruzó el río');
  expect(canonical('El ñandú cruzó el río'.normalize('NFD'))).toBe('El ñandú cruzó el río');
  fc.assert(
    fc.property(fc.string({ minLength: 40, maxLength: 60, unit: 'grapheme' }), (text) => {
      const length = [...text.normalize('NFC').trim()].length;
      fc.pre(length >= 16 && length <= 128);
      expect(canonical(text.normalize('NFD'))).toBe(canonical(text));
    }),
  );
});

test.each(['', 'corta', '   quince letras   ', 'x'.repeat(129), 'ñ'.normalize('NFD').repeat(15)])(
  'refuses %j, and does not repeat it',
  (text) => {
    const error = codeOf(() => canonical(text));
    expect(error).toBe('keys/passphrase-weak');
  },
);

test('refuses what is no text', () => {
  expect(codeOf(() => canonicalPassphrase(new Uint8Array(32).fill(0xff)))).toBe('keys/passphrase-weak');
});
