import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { concat, fromLatin1 } from '../../src/core/bytes.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { beginUpdate } from '../../src/pdf/update.ts';
import { hasShared, readShared } from '../support/shared.ts';
import { letter, PdfBuilder } from './build.ts';
import { outcome, readAll, secondsSince } from './read-all.ts';

const twice = (bytes: Uint8Array): Uint8Array => {
  const update = beginUpdate(openPdf(bytes, nodePrimitives));
  update.put({ type: 'ref', number: 4, generation: 0 }, null);
  return concat(bytes, update.finish().appended);
};

const BASES: readonly (readonly [string, Uint8Array])[] = [
  ['a letter', letter('BT (Hola) Tj ET')],
  ['an updated letter', twice(letter())],
  ...(hasShared
    ? ([
        ['a letter by Chromium', readShared('samples', 'oficio-2-paginas.pdf')],
        ['a cross-reference stream', readShared('vectors', 'pdf', 'R1-parse', 'minimal-xref.pdf')],
        ['object streams', readShared('vectors', 'pdf', 'R1-parse', 'broken-objstream4.pdf')],
        ['a hybrid file', readShared('vectors', 'pdf', 'R1-parse', 'minimal-hybrid-xref-mswordstyle.pdf')],
        ['a linearized file', readShared('vectors', 'pdf', 'R1-parse', 'minimal-two-fields-signed-twice.pdf')],
      ] as const)
    : []),
];

/** What a forger would write somewhere. */
const WORDS = [
  '0 0 R',
  '1 0 R',
  '4 0 obj',
  'endobj',
  'stream\n',
  'endstream',
  'xref\n0 9\n',
  'trailer',
  'startxref\n9\n%%EOF',
  '[',
  '<<',
  '>>',
  '(',
  '<',
  '/Length 4 0 R',
  '/Prev 9',
  '/Kids[2 0 R]',
  '/Size 999999999',
  '/W[8 8 8]',
  '/Index[0 99999999]',
  '/N 99999999',
  '/Filter/FlateDecode',
  '99999999999999999999',
  '-1',
  '/Type/XRef',
  '/XRefStm 9',
  '\0',
  '%',
].map(fromLatin1);

/** Of processor time. What is not bounded takes minutes; a machine that does other things takes several times as long. */
const PATIENCE_SECONDS = 10;

/** Runs `act` and refuses to wait. */
function bounded(act: () => void): void {
  const start = process.cpuUsage();
  expect(outcome(act)).toMatch(/^(ok|pdf\/[a-z-]+( [a-z-]+)?)$/);
  expect(secondsSince(start)).toBeLessThan(PATIENCE_SECONDS);
}

describe.each(BASES)('%s, damaged: read or refused, never anything else', (_, base) => {
  const runs = { numRuns: base.length > 20_000 ? 25 : 150 };
  const anywhere = fc.nat(base.length - 1);

  test('cut short anywhere', () => {
    fc.assert(
      fc.property(anywhere, (end) => bounded(() => readAll(base.subarray(0, end)))),
      runs,
    );
  });

  test('bytes changed', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anywhere, fc.nat(255)), { minLength: 1, maxLength: 8 }), (changes) => {
        const bytes = base.slice();
        for (const [at, byte] of changes) bytes[at] = byte;
        bounded(() => readAll(bytes));
      }),
      runs,
    );
  });

  test('words of the language written over it, mostly near its end', () => {
    const near = fc.oneof(anywhere, fc.integer({ min: Math.max(0, base.length - 600), max: base.length - 1 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(near, fc.constantFrom(...WORDS)), { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = base.slice();
        for (const [at, word] of changes) bytes.set(word.subarray(0, bytes.length - at), at);
        bounded(() => readAll(bytes));
      }),
      runs,
    );
  });
});

test('noise behind a header', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (noise) =>
      bounded(() => readAll(concat(fromLatin1('%PDF-1.7\n'), noise, fromLatin1('\nstartxref\n9\n%%EOF\n')))),
    ),
    { numRuns: 200 },
  );
});

describe('bombs', () => {
  const withStream = (dict: string, data: Uint8Array, build: (builder: PdfBuilder) => void = () => {}): Uint8Array => {
    const builder = new PdfBuilder().letter();
    build(builder);
    const at = builder.length;
    builder.stream(9, dict, data);
    return builder.raw(`startxref\n${at}\n%%EOF\n`).done();
  };
  const zeros = nodePrimitives.deflate(new Uint8Array(40 << 20));

  test.each<[string, Uint8Array]>([
    [
      'a cross-reference stream that inflates without end',
      withStream('/Type/XRef/W[1 2 1]/Size 10/Root 1 0 R/Filter/FlateDecode', zeros),
    ],
    [
      'a cross-reference stream of a billion entries',
      withStream('/Type/XRef/W[0 0 1]/Size 1000000000/Root 1 0 R/Filter/FlateDecode', zeros),
    ],
    [
      'an index of many short runs',
      withStream(`/Type/XRef/W[0 0 1]/Size 9/Index[${'0 900000 '.repeat(50)}]/Root 1 0 R/Filter/FlateDecode`, zeros),
    ],
    ['a table of a billion entries', fromLatin1('%PDF-1.7\nxref\n0 1000000000\ntrailer<<>>\nstartxref\n9\n%%EOF')],
    [
      'an array without end',
      concat(fromLatin1('%PDF-1.7\n1 0 obj\n'), fromLatin1('['.repeat(2_000_000)), fromLatin1('\nstartxref\n9\n%%EOF')),
    ],
    [
      'a comment without end',
      concat(
        fromLatin1('%PDF-1.7\n1 0 obj\n%'),
        fromLatin1('x'.repeat(2_000_000)),
        fromLatin1('\nstartxref\n9\n%%EOF'),
      ),
    ],
  ])('%s is refused at once', (_, bytes) => {
    const start = process.cpuUsage();
    expect(outcome(() => readAll(bytes))).toMatch(/^pdf\/(too-large|xref-broken|malformed)$/);
    expect(secondsSince(start)).toBeLessThan(PATIENCE_SECONDS);
  });

  test('an object stream that inflates without end, named by every object', () => {
    const rows = Array.from({ length: 200 }, (_, i) => (i === 8 ? [1, 0, 0, 0] : [2, 0, 8, i & 255]));
    const builder = new PdfBuilder().letter();
    const at8 = builder.length;
    builder.stream(8, '/Type/ObjStm/N 200/First 5/Filter/FlateDecode', zeros);
    rows[8] = [1, at8 >> 8, at8 & 255, 0];
    for (const number of [1, 2, 3])
      rows[number] = [1, builder.offsets.get(number)! >> 8, builder.offsets.get(number)! & 255, 0];
    const at = builder.length;
    builder.stream(9, '/Type/XRef/W[1 2 1]/Size 200/Root 1 0 R', Uint8Array.from(rows.flat()));
    bounded(() => readAll(builder.raw(`startxref\n${at}\n%%EOF\n`).done()));
  });

  test('ten thousand objects that all start at the same place in an object stream', () => {
    const count = 10_000;
    const header = Array.from({ length: count }, (_, i) => `${i + 100} 0 `).join('');
    const data = nodePrimitives.deflate(fromLatin1(`${header}[${'1 '.repeat(400_000)}]`));
    const builder = new PdfBuilder().letter();
    const at8 = builder.length;
    builder.stream(8, `/Type/ObjStm/N ${count}/First ${header.length}/Filter/FlateDecode`, data);
    const place = (offset: number): number[] => [1, offset >> 8, offset & 255, 0, 0];
    const rows = [1, 2, 3, 4].flatMap((number) => place(builder.offsets.get(number)!));
    for (let i = 0; i < count; i++) rows.push(2, 0, 8, i >> 8, i & 255);
    const at = builder.length;
    const dict = `/Type/XRef/W[1 2 2]/Size ${count + 100}/Index[1 4 100 ${count} 8 1]/Root 1 0 R`;
    builder.stream(9, dict, Uint8Array.from([...rows, ...place(at8)]));
    const bytes = builder.raw(`startxref\n${at}\n%%EOF\n`).done();
    expect(openPdf(bytes, nodePrimitives).pages()).toHaveLength(1);
    bounded(() => readAll(bytes));
  });

  test.each(['(', '<', '[1 ', '<</A'])('objects that begin in each other and never end: %s', (opening) => {
    const builder = new PdfBuilder().letter();
    for (let number = 10; number < 3000; number++) {
      builder.offsets.set(number, builder.length);
      builder.raw(`${number} 0 obj\n${opening}${'0 '.repeat(100)}\n`);
    }
    builder.table();
    bounded(() => readAll(builder.done()));
  });

  test('a thousand saves, each with its own table', () => {
    const builder = new PdfBuilder().letter();
    let previous = builder.table();
    for (let i = 0; i < 999; i++) previous = builder.table(`/Root 1 0 R/Prev ${previous}`);
    bounded(() => readAll(builder.done()));
  });
});
