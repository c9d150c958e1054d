import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex, utf8 } from '../../src/core/bytes.ts';
import { decodeCbor, encodeCbor, type CborValue } from '../../src/core/cbor.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { unixSeconds } from '../../src/core/time.ts';
import { sealOrigin } from '../../src/seal/address.ts';
import { makeSeal, newSealId } from '../../src/seal/make.ts';
import { decodeSeal } from '../../src/seal/open.ts';
import { decodeClaims, encodeClaims, sealId, type SealClaims } from '../../src/seal/seal.ts';
import { codeOf } from '../support/refuses.ts';
import { CLAIMS, deps, signer, VISIT } from './samples.ts';

const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
const natural = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });

const anyClaims: fc.Arbitrary<SealClaims> = fc
  .record({
    id: bytes(8).map(sealId),
    issuedAt: natural(1, 2 ** 33).map(unixSeconds),
    life: fc.option(natural(1, 10 ** 8)),
    type: natural(0, 65_535),
    folio: fc.stringMatching(/^[A-ZÑ0-9]{1,9}([/.-][A-ZÑ0-9]{1,9}){0,3}$/),
    length: natural(1, 2 ** 32 - 1),
    digest: bytes(20),
    index: natural(0, 2 ** 20 - 1),
    pages: natural(1, 99_999),
    amount: natural(0, 10 ** 12),
  })
  .map(({ life, ...claims }) =>
    life === null ? claims : { ...claims, expiresAt: unixSeconds(claims.issuedAt + life) },
  );

describe('the claims of a seal', () => {
  test('are read back as they were written', () => {
    fc.assert(
      fc.property(anyClaims, (claims) => {
        expect(decodeClaims(encodeClaims(claims))).toEqual(claims);
      }),
    );
  });

  test('stand in CBOR as the format says', () => {
    const parts = [
      ['a3 06 1a', CLAIMS.issuedAt.toString(16), '07 48 0123456789abcdef', '3a 00010000 87'],
      ['01', '74', toHex(utf8(CLAIMS.folio)), '1a 0002cf9f', '54', toHex(CLAIMS.digest), '1a 0007fb67', '02', '00'],
    ];
    expect(toHex(encodeClaims(CLAIMS))).toBe(parts.flat().join('').replaceAll(' ', ''));
  });

  test.each<readonly [keyof SealClaims, unknown]>([
    ['id', new Uint8Array(7)],
    ['id', new Uint8Array(9)],
    ['issuedAt', 0],
    ['issuedAt', 1.5],
    ['expiresAt', CLAIMS.issuedAt],
    ['expiresAt', 253402300800],
    ['type', -1],
    ['type', 65_536],
    ['folio', ''],
    ['folio', 'ac/0001/2026'],
    ['folio', 'AC//0001'],
    ['folio', '/AC/0001'],
    ['folio', 'AC/0001/'],
    ['folio', 'AC 0001'],
    ['folio', 'AC|0001'],
    ['folio', 'AC/0001\n'],
    ['folio', 'АС/0001/2026'],
    ['folio', 'N\u0303/1'],
    ['folio', 'A'.repeat(41)],
    ['length', 0],
    ['length', 2 ** 32],
    ['digest', new Uint8Array(32)],
    ['index', -1],
    ['index', 2 ** 20],
    ['pages', 0],
    ['pages', 100_000],
    ['amount', -1],
    ['amount', 0.5],
    ['amount', Number.NaN],
    ['amount', 1_000_000_000_001],
  ])('are not made with %s = %j', async (field, value) => {
    const claims = { ...CLAIMS, [field]: value } as SealClaims;
    expect(codeOf(() => encodeClaims(claims))).toBe('seal/claims');
    await expect(makeSeal(deps, claims)).rejects.toMatchObject({ code: 'seal/claims', facts: { field } });
  });

  const own = (change: (list: CborValue[]) => void): CborValue[] => {
    const { type, folio, length, digest, index, pages, amount } = CLAIMS;
    const list: CborValue[] = [type, folio, length, digest, index, pages, amount];
    change(list);
    return list;
  };
  const claimsWith = (change: (map: Map<number | string, CborValue>) => void): Uint8Array => {
    const map = new Map(decodeCbor(encodeClaims(CLAIMS)) as ReadonlyMap<number | string, CborValue>);
    change(map);
    return encodeCbor(map);
  };

  test.each<readonly [string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['a list', encodeCbor([])],
    ['no id', claimsWith((map) => map.delete(7))],
    ['no time', claimsWith((map) => map.delete(6))],
    ['no claim of its own', claimsWith((map) => map.delete(-65537))],
    ['another claim', claimsWith((map) => map.set(1, 'iss'))],
    ['a claim of a name', claimsWith((map) => map.set('x', 1))],
    ['another claim instead of the id', claimsWith((map) => map.delete(7) && map.set(2, 'x'))],
    ['a term that is null', claimsWith((map) => map.set(4, null))],
    ['a term before its date', claimsWith((map) => map.set(4, 1))],
    [
      'six claims of its own',
      claimsWith((map) =>
        map.set(
          -65537,
          own((list) => list.pop()),
        ),
      ),
    ],
    [
      'eight claims of its own',
      claimsWith((map) =>
        map.set(
          -65537,
          own((list) => list.push(0)),
        ),
      ),
    ],
    [
      'an amount below zero',
      claimsWith((map) =>
        map.set(
          -65537,
          own((list) => (list[6] = -1)),
        ),
      ),
    ],
    [
      'an amount that is text',
      claimsWith((map) =>
        map.set(
          -65537,
          own((list) => (list[6] = '0')),
        ),
      ),
    ],
    [
      'a folio of bytes',
      claimsWith((map) =>
        map.set(
          -65537,
          own((list) => (list[1] = new Uint8Array(4))),
        ),
      ),
    ],
    [
      'a folio of small letters',
      claimsWith((map) =>
        map.set(
          -65537,
          own((list) => (list[1] = 'ac/1/2026')),
        ),
      ),
    ],
    [
      'a digest of 32 bytes',
      claimsWith((map) =>
        map.set(
          -65537,
          own((list) => (list[3] = new Uint8Array(32))),
        ),
      ),
    ],
    ['a time beyond year 9999', claimsWith((map) => map.set(6, 2 ** 50))],
    ['a time below zero', claimsWith((map) => map.set(6, -5))],
  ])('are not read with %s', (_, payload) => {
    expect(codeOf(() => decodeClaims(payload))).toBe('seal/malformed');
  });

  test('are not read with a key twice or out of order', () => {
    const hex = toHex(encodeClaims(CLAIMS));
    const iat = hex.slice(2, 14);
    expect(codeOf(() => decodeClaims(fromHex(`a4${iat}${hex.slice(2)}`)!))).toBe('seal/malformed');
    expect(codeOf(() => decodeClaims(fromHex(`a3${hex.slice(14, 32)}${iat}${hex.slice(32)}`)!))).toBe('seal/malformed');
  });
});

describe('a seal', () => {
  test('of an ordinary letter is 158 bytes, with a term and an amount 168', async () => {
    expect(await makeSeal(deps, CLAIMS)).toHaveLength(158);
    expect(await makeSeal(deps, VISIT)).toHaveLength(168);
  });

  test('never exceeds 190 bytes: what does not fit is refused before anything is signed', async () => {
    const longest = { ...VISIT, folio: `${'Ñ'.repeat(9)}/0042/2026`, length: 2 ** 31, pages: 300 };
    const fits = await makeSeal(deps, longest);
    expect(fits.length).toBeLessThanOrEqual(190);
    expect(decodeSeal(fits).claims).toEqual(longest);
    const signed: Uint8Array[] = [];
    const watched = { ...signer, sign: async (data: Uint8Array) => (signed.push(data), signer.sign(data)) };
    const tooLong = { ...longest, folio: 'Ñ'.repeat(40) };
    await expect(makeSeal({ ...deps, signer: watched }, tooLong)).rejects.toMatchObject({ code: 'seal/too-long' });
    expect(signed).toEqual([]);
  });

  test('is as long as it was reckoned before signing', async () => {
    await fc.assert(
      fc.asyncProperty(anyClaims, async (claims) => {
        const read = await makeSeal(deps, claims).then(
          (bytes) => decodeSeal(bytes).claims,
          (error: unknown) => isRefusal(error, 'seal/too-long') && claims,
        );
        expect(read).toEqual(claims);
      }),
      { numRuns: 60 },
    );
  });

  test('whose address the QR would not hold is refused before anything is signed', async () => {
    const origin = sealOrigin(`https://verifica.example.mx/${'a'.repeat(90)}`);
    const signed: Uint8Array[] = [];
    const watched = { ...signer, sign: async (data: Uint8Array) => (signed.push(data), signer.sign(data)) };
    await expect(makeSeal({ ...deps, signer: watched, origin }, CLAIMS)).rejects.toMatchObject({
      code: 'seal/too-long',
      facts: { found: 374, most: 366 },
    });
    expect(signed).toEqual([]);
  });

  test('takes its id from chance alone', () => {
    expect(newSealId((length) => new Uint8Array(length).fill(7))).toEqual(new Uint8Array(8).fill(7));
    expect(() => sealId(new Uint8Array(7))).toThrow(RangeError);
  });
});
