import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { verifierAside } from '../../src/adapters/verify-aside.ts';
import { fromLatin1 } from '../../src/core/bytes.ts';
import { unixSeconds } from '../../src/core/time.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { readObjectStream } from '../../src/pdf/object-stream.ts';
import { pdfRef } from '../../src/pdf/object.ts';
import type { Knowledge } from '../../src/verifier/index.ts';
import { letter, PdfBuilder } from './build.ts';
import { outcome } from './read-all.ts';

/** A letter whose page has those values in arrays of at most 499,000. */
function holding(value: string, count: number): Uint8Array {
  const each = 499_000;
  const builder = new PdfBuilder();
  const pages = Math.ceil(count / each);
  const kids = Array.from({ length: pages }, (_, i) => `${i + 3} 0 R`).join(' ');
  builder.object(1, '<</Type/Catalog/Pages 2 0 R>>');
  builder.object(2, `<</Type/Pages/Count ${pages}/Kids[${kids}]/MediaBox[0 0 100 100]>>`);
  for (let i = 0; i < pages; i++) {
    const some = value.repeat(Math.min(each, count - i * each));
    builder.object(i + 3, `<</Type/Page/Parent 2 0 R/X[${some}]>>`);
  }
  builder.table();
  return builder.done();
}

describe('values count by what they take in memory', () => {
  const read = (value: string, maxValues: number): string =>
    outcome(() => openPdf(holding(value, 10_000), nodePrimitives, { maxValues }).get(pdfRef(3, 0))) +
    outcome(() => {
      const document = openPdf(holding(value, 10_000), nodePrimitives, { maxValues });
      document.get(pdfRef(3, 0));
      document.get(pdfRef(2, 0));
    });

  test.for([
    ['0 ', 1],
    ['/A', 2],
    ['1 0 R ', 2],
    ['()', 4],
    ['<>', 4],
    ['[]', 5],
    ['<<>>', 8],
    ['<</A 0>>', 11],
  ] as const)('%s is %d', ([value, weight]) => {
    const exactly = weight * 10_000;
    expect(read(value, exactly + 100)).toBe('okok');
    expect(read(value, exactly - 100)).toBe('okpdf/too-large');
  });

  test('so that the budget ends what a thread would die of', async () => {
    const aside = verifierAside();
    const knowledge = { trust: { dev: true }, places: { origins: [] } } as unknown as Knowledge;
    const answer = await aside.verify(holding('<<>>', 2_500_000), knowledge, unixSeconds(1_800_000_000));
    aside.close();
    expect(answer.checks).toEqual([
      { check: 'pdf/format', outcome: 'unknown', detail: 'pdf/too-large: too many values' },
    ]);
  });
});

describe('the index of an object stream', () => {
  const spend = (): void => {};

  test('is not read beyond what its bytes can hold', () => {
    const claimed = (count: number): string =>
      outcome(() => readObjectStream(fromLatin1('1 0 2 2 3 4 '.padEnd(100)), count, 12, spend));
    expect([2, 3, 4, 1e15, -1, Number.NaN].map(claimed)).toEqual([
      ...['ok', 'ok'],
      ...Array.from({ length: 4 }, () => 'pdf/malformed'),
    ]);
  });

  test('is counted before it is read', () => {
    const pairs = 200_000;
    const header = '4 0 '.repeat(pairs);
    const builder = new PdfBuilder().letter();
    const place = (offset: number): number[] => [1, offset >> 8, offset & 255, 0];
    const data = nodePrimitives.deflate(fromLatin1(`${header}null`));
    const at8 = builder.length;
    builder.stream(8, `/Type/ObjStm/N ${pairs}/First ${header.length}/Filter/FlateDecode`, data);
    const rows = [1, 2, 3].flatMap((number) => place(builder.offsets.get(number)!));
    const at = builder.length;
    builder.stream(
      9,
      '/Type/XRef/W[1 2 1]/Size 10/Index[1 4 8 1]/Root 1 0 R',
      Uint8Array.from([...rows, 2, 0, 8, 0, ...place(at8)]),
    );
    const bytes = builder.raw(`startxref\n${at}\n%%EOF\n`).done();
    const read = (maxValues: number): string =>
      outcome(() => openPdf(bytes, nodePrimitives, { maxValues }).get(pdfRef(4, 0)));
    expect([read(pairs + 1000), read(pairs - 1000)]).toEqual(['ok', 'pdf/too-large']);
  });

  test('names no object by a number that is cut to 32 bits, and no place beyond its bytes', () => {
    const index = (text: string): Uint8Array => fromLatin1(text.padEnd(60));
    expect(outcome(() => readObjectStream(index(`${2 ** 32 + 4} 0 `), 1, 20, spend))).toBe('pdf/malformed');
    const { numbers, offsets } = readObjectStream(index(`4 ${2 ** 32 + 1} `), 1, 20, spend);
    expect([numbers, offsets]).toEqual([Uint32Array.of(4), Uint32Array.of(60)]);
  });
});

test('a plain letter is far from its budget', () => {
  expect(openPdf(letter(), nodePrimitives, { maxValues: 200 }).pages()).toHaveLength(1);
});
