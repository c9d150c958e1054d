import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CborValue } from '../../src/core/cbor.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { readRecord } from '../../src/log/record.ts';
import { formatFolio } from '../../src/oficio/folio.ts';
import { fieldsOfLetters, isAsDeclared, Numbering } from '../../src/oficio/numbering.ts';
import { newSeries, nextOf, takeNumber, takePrinted, type FolioSeries } from '../../src/oficio/series.ts';
import { setSeries, type SeriesChange } from '../../src/oficio/set-series.ts';
import type { OficioStore } from '../../src/oficio/store.ts';
import { encodeClaims, SEAL_DIGEST_BYTES, sealId } from '../../src/seal/seal.ts';

const UNIT = 'AE';
const YEAR = 2026;

function intentOf(number: number): readonly CborValue[] {
  const claims = encodeClaims({
    id: sealId(new Uint8Array(8).fill(number % 256)),
    issuedAt: 1_780_000_000 as never,
    type: 0,
    folio: formatFolio({ unit: UNIT, year: YEAR, number }),
    length: 1,
    digest: new Uint8Array(SEAL_DIGEST_BYTES),
    index: 0,
    pages: 1,
    amount: 0,
  });
  return [1, 'oficio/intent', claims];
}

/** A series as acts move it on, beside what the log is told of them. */
class Office {
  row: FolioSeries = newSeries(UNIT, YEAR);
  readonly numbers = new Set<number>();
  readonly numbering = new Numbering();
  readonly faults: unknown[] = [];

  sign(own?: number): void {
    if (own !== undefined && this.numbers.has(own)) return;
    const taken = own === undefined ? takeNumber(this.row) : { number: own, series: takePrinted(this.row, own) };
    this.row = taken.series;
    this.numbers.add(taken.number);
    this.faults.push(...this.numbering.add(intentOf(taken.number)));
  }

  async declare(change: Omit<SeriesChange, 'unit' | 'year'>): Promise<void> {
    const store = {
      findSeries: async () => ({ record: this.row, version: 1 }),
      findUsedNumber: async (_unit, _year, { from, to }) =>
        [...this.numbers].toSorted((a, b) => a - b).find((number) => number >= from && number <= to),
    } satisfies Partial<OficioStore>;
    const ledger = {
      commit: async ({ leaf, writes: [write] }: { leaf: { record: Uint8Array }; writes: readonly object[] }) => {
        this.row = (write as { record: FolioSeries }).record;
        this.faults.push(...this.numbering.add(readRecord(leaf.record)!));
        return { index: 0 };
      },
    };
    const directory = { findUnit: async () => ({ record: {}, version: 1 }) };
    const deps = { store, ledger, directory, random: (length: number) => new Uint8Array(length), evidence: {} };
    await setSeries(deps as never, { unit: UNIT, year: YEAR, ...change });
  }
}

const small = fc.integer({ min: 1, max: 40 });
const range = fc.tuple(small, fc.integer({ min: 0, max: 5 })).map(([from, length]) => ({ from, to: from + length }));
const act = fc.oneof(
  fc.constant({ sign: undefined }),
  small.map((sign) => ({ sign })),
  small.map((first) => ({ declare: { first } })),
  range.map((one) => ({ declare: { printed: [one] } })),
  range.map((one) => ({ declare: { gaps: [{ ...one, reason: 'Hojas dañadas' }] } })),
);

describe('the numbering that the log tells', () => {
  test('has nothing against what an honest office does, and says of its row what the row says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 40 }), async (acts) => {
        const office = new Office();
        for (const one of acts) {
          try {
            if ('declare' in one) await office.declare(one.declare);
            else office.sign(one.sign);
          } catch (error) {
            if (!isRefusal(error)) throw error;
          }
          const logged = office.numbering.of(UNIT, YEAR);
          expect(office.faults).toEqual([]);
          expect(logged.numbers).toEqual(office.numbers);
          expect(isAsDeclared(office.row, logged)).toBe(true);
          expect(fieldsOfLetters(office.row, logged)).toEqual({ next: true, printed: true });
        }
      }),
    );
  });

  test.each([0, 1, 7, 500])('finds the next number again where the row says %i', (wrong) => {
    const office = new Office();
    office.sign();
    office.sign(5);
    office.sign();
    const edited = { ...office.row, next: wrong };
    expect(nextOf(edited, office.numbers)).toBe(office.row.next);
    expect(fieldsOfLetters(edited, office.numbering.of(UNIT, YEAR)).next).toBe(false);
  });

  test.each([
    ['a letter of nobody', [1, 'oficio/intent', new Uint8Array([1, 2])]],
    ['a declaration of words', [1, 'folio-series/set', UNIT, YEAR, 'x', [], []]],
    ['a declaration without ranges', [1, 'folio-series/set', UNIT, YEAR, 1]],
    ['another act', [1, 'unit/set', UNIT]],
    ['nothing', []],
  ] as const)('leaves out %s', (_, record) => {
    const numbering = new Numbering();
    expect(numbering.add(record as readonly CborValue[])).toEqual([]);
    expect(numbering.of(UNIT, YEAR)).toEqual({ numbers: new Set() });
  });
});
