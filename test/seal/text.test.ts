import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex } from '../../src/core/bytes.ts';
import { sealId } from '../../src/seal/seal.ts';
import { formatTypedCode, mendScannerText, parseTypedCode, typedCodeOf } from '../../src/seal/text.ts';
import { codeOf } from '../support/refuses.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const anyId = fc.uint8Array({ minLength: 8, maxLength: 8 }).map(sealId);

describe('a typed code', () => {
  test.each([
    ['0000000000000000', '0000-0000-0000'],
    ['0123456789abcdef', '04HM-ASW9-NF6W'],
    ['ffffffffffffffff', 'ZZZZ-ZZZZ-ZZZK'],
    ['b94d27b9934d3e08', 'Q56J-FECK-9MZN'],
  ])('of the id %s is %s (frozen)', (hex, code) => {
    expect(formatTypedCode(typedCodeOf(sealId(fromHex(hex)!)))).toBe(code);
  });

  test('is read back however a person types it', () => {
    fc.assert(
      fc.property(anyId, (id) => {
        const code = typedCodeOf(id);
        const printed = formatTypedCode(code);
        expect(printed).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
        for (const typed of [
          code,
          printed,
          printed.toLowerCase(),
          ` ${printed.replaceAll('-', ' ')} `,
          printed.replaceAll('-', ' – '),
          printed.replaceAll('0', 'O').replaceAll('1', 'I').replaceAll('V', 'U'),
          printed.replaceAll('0', 'o').replaceAll('1', 'l'),
        ]) {
          expect(parseTypedCode(typed)).toBe(code);
        }
      }),
    );
  });

  test('with any one symbol wrong, or any two exchanged, is told apart', () => {
    fc.assert(
      fc.property(anyId, fc.nat(11), fc.nat(11), fc.constantFrom(...ALPHABET), (id, a, b, symbol) => {
        const code = typedCodeOf(id);
        const list = [...code];
        [list[a], list[b]] = [list[b]!, list[a]!];
        for (const wrong of [code.slice(0, a) + symbol + code.slice(a + 1), list.join('')]) {
          fc.pre(wrong !== code);
          expect(codeOf(() => parseTypedCode(wrong))).toBe('seal/code-mistyped');
        }
      }),
      { numRuns: 2000 },
    );
  });

  test.each(['', 'AC/DGG/SCI/0042/2026', '04HM-ASW9-NF6', '04HM-ASW9-NF6QQ', '04HM-ASW9-NF6Ñ', 'A'.repeat(100_000)])(
    'is not read from %j',
    (text) => {
      expect(codeOf(() => parseTypedCode(text))).toBe('seal/not-a-code');
    },
  );
});

describe('what a hand scanner types on a Spanish keyboard', () => {
  test.each([
    ['HTTPSÑ--A.MX-V-ABC', 'HTTPS://A.MX/V/ABC'],
    ['httpsñ--a.mx-v-abc', 'https://a.mx/v/abc'],
    ["HTTPSÑ--MI'HOST.MXÑ8443-P'1-V-ABC", 'HTTPS://MI-HOST.MX:8443/P-1/V/ABC'],
    ['HTTPÑ--A-B¿C(D-V-ABC', 'HTTP://A/B+C*D/V/ABC'],
  ])('%s was %s', (typed, meant) => {
    expect(mendScannerText(typed)).toBe(meant);
  });

  test.each(['HTTPS://A-B.MX/V/ABC', 'Ñ-Ñ', 'AC-0042-2026', "l'Hospitalet"])('leaves %s as it is', (text) => {
    expect(mendScannerText(text)).toBe(text);
  });
});
