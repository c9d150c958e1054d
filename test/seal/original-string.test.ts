import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { toBase64 } from '../../src/core/base64.ts';
import { toHex } from '../../src/core/bytes.ts';
import { kidOf } from '../../src/core/cose.ts';
import { makeSeal } from '../../src/seal/make.ts';
import { decodeSeal } from '../../src/seal/open.ts';
import { digitalSeal, originalString } from '../../src/seal/original-string.ts';
import { CLAIMS, deps, SEAL, signer, VISIT } from './samples.ts';

const kid = toHex(kidOf(signer.spki, nodePrimitives));
const seal = decodeSeal(SEAL);

describe('the cadena original', () => {
  test('has the claims between bars, in one order', () => {
    expect(originalString(seal)).toBe(
      '||1|AC/DGG/SCI/0042/2026|1|2026-11-21T12:00:00-06:00|-|0123456789abcdef|184223|' +
        `00112233445566778899aabbccddeeff01234567|2|0.00|523111|${kid}||`,
    );
  });

  test('has the term and the amount where a letter has them', async () => {
    const visit = decodeSeal(await makeSeal(deps, VISIT));
    const fields = originalString(visit).split('|').slice(2, -2);
    expect(fields).toHaveLength(12);
    expect(fields[4]).toBe('2026-11-22T12:00:00-06:00');
    expect(fields[9]).toBe('1250.00');
  });

  test.each([
    [5, '0.05'],
    [100, '1.00'],
    [1_000_000_000_000, '10000000000.00'],
  ])('writes %i centavos as %s', (amount, text) => {
    expect(originalString({ ...seal, claims: { ...CLAIMS, amount } }).split('|')[11]).toBe(text);
  });
});

describe('the sello digital', () => {
  test('is the base64 of the signature, the last 64 bytes of the seal', () => {
    expect(digitalSeal(seal)).toBe(toBase64(SEAL.subarray(-64)));
    expect(digitalSeal(seal)).toHaveLength(88);
  });
});
