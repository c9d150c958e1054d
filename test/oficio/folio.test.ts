import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRefusal } from '../../src/core/refusal.ts';
import { formatFolio, parseFolio } from '../../src/oficio/folio.ts';
import { formatTypedCode, typedCodeOf } from '../../src/seal/text.ts';
import type { SealId } from '../../src/seal/seal.ts';

function read(text: string): string | undefined {
  try {
    return parseFolio(text).folio;
  } catch (error) {
    if (isRefusal(error, 'oficio/folio-malformed')) return undefined;
    throw error;
  }
}

describe('a folio', () => {
  test.for([
    'AE/DGG/0001/2026',
    ' ae/dgg/1/2026 ',
    'ae dgg 1 2026',
    'AE-DGG-0001-2026',
    'AE / DGG / 1 / 2026',
    'ae/dgg-1 2026',
    'AE–DGG—1‐2026',
    'AE\u00a0DGG  1\t2026',
  ])('is forgiven its separators: %s', (text) => {
    expect(read(text)).toBe('AE/DGG/0001/2026');
  });

  test.for([
    'ABCD-1234-2026',
    'abcd 1234 2026',
    '55 1111 2222',
    '12-10-2026',
    'AE//DGG/1/2026',
    'AE--DGG-1-2026',
    'AE_DGG_1_2026',
    'AEDGG12026',
    'AE DGG 1',
    '- - -',
    '',
    `AE${' '.repeat(200)}1 2026`,
  ])('is not read into what could be a code, a date, a telephone or something else: %s', (text) => {
    expect(read(text)).toBeUndefined();
  });

  test('is printed in one way whatever was typed', () => {
    const unit = fc.stringMatching(/^[A-Z][A-Z0-9]{0,4}(\/[A-Z0-9]{1,5}){0,2}$/);
    const parts = fc.record({
      unit,
      number: fc.integer({ min: 1, max: 999_999 }),
      year: fc.integer({ min: 2000, max: 2999 }),
    });
    fc.assert(
      fc.property(parts, fc.constantFrom('-', ' ', ' - ', '/'), (given, separator) => {
        const folio = formatFolio(given);
        const typed = folio.toLowerCase().replaceAll('/', separator);
        const likeCode = separator !== '/' && /^\w{4}\/\w{4}\/\w{4}$/.test(folio);
        expect(read(typed)).toBe(likeCode ? undefined : folio);
      }),
    );
  });

  test('never takes a printed code for itself', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), (id) => {
        const printed = formatTypedCode(typedCodeOf(id as SealId));
        expect(read(printed)).toBeUndefined();
        expect(read(printed.replaceAll('-', ' '))).toBeUndefined();
      }),
    );
  });
});
