import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { concat, fromLatin1 } from '../../src/core/bytes.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { FieldLocks } from '../../src/signature/field-lock.ts';
import { compareRevisions } from '../../src/signature/revisions.ts';
import { PdfBuilder } from '../pdf/build.ts';
import { missingJudge } from '../support/judges.ts';
import { signPdf } from '../support/sign-pdf.ts';
import { makeThrowawayChain, type ThrowawayChain } from '../support/throwaway-chain.ts';

/*
 * Tables, cross-reference streams and object streams of a later save: what some readers take for damage makes them rebuild the
 * file, and what only some can decode is another save to the rest. So each is of the form that programs write.
 */

const missing = missingJudge('openssl');
const STORE = 900;
const HOLDER = 901;
const TABLE = 902;
const HELD = fromLatin1(`${STORE} 0 <</Type/DSS>>`);

type Row = readonly [number: number, kind: number, first: number, second: number];

interface Structure {
  /** Filter and parameters of the object stream, and its data. */
  readonly holder?: { readonly dict: string; readonly data: Uint8Array };
  readonly holderNumber?: number;
  readonly holderGeneration?: number;
  readonly tableNumber?: number;
  /** Bytes of the fields. */
  readonly widths?: readonly [number, number, number];
  readonly rows?: (own: Row) => readonly Row[];
  /** Of its pairs of numbers and counts, as they are, those that it states. */
  readonly index?: (pairs: readonly string[]) => readonly string[];
  /** Of the rows as they are, filter and parameters of the table, and its data. */
  readonly table?: (rows: Uint8Array, row: number) => { readonly dict: string; readonly data: Uint8Array };
}

const plain = (data: Uint8Array) => ({ dict: '', data });
const flate =
  (dict: string) =>
  (data: Uint8Array): { readonly dict: string; readonly data: Uint8Array } => ({
    dict,
    data: primitives.deflate(data),
  });
/** W3C PNG §9.2, of one byte a pixel. */
const upped = (rows: Uint8Array, row: number, filter = 2): Uint8Array =>
  concat(
    ...Array.from({ length: rows.length / row }, (_, i) =>
      concat(
        Uint8Array.of(filter),
        rows
          .subarray(i * row, i * row + row)
          .map((byte, x) => byte - (filter === 2 && i > 0 ? rows[i * row - row + x]! : 0)),
      ),
    ),
  );

/** A store of validation data in an object stream, behind a file whose table is a stream. */
function saved(behind: Uint8Array, structure: Structure = {}): Uint8Array {
  const {
    holder = plain(HELD),
    holderNumber = HOLDER,
    holderGeneration = 0,
    tableNumber = TABLE,
    widths = [1, 4, 2],
    rows = (own) => [own],
    index = (pairs) => pairs,
    table = plain,
  } = structure;
  const first = `${STORE} 0 `.length;
  const object = concat(
    fromLatin1(
      `${holderNumber} ${holderGeneration} obj\n<</Type/ObjStm/N 1/First ${first}${holder.dict}/Length ${holder.data.length}>>\nstream\n`,
    ),
    holder.data,
    fromLatin1('\nendstream\nendobj\n'),
  );
  const at = behind.length + object.length;
  const own: Row = [tableNumber, 1, at, 0];
  const all: Row[] = [[STORE, 2, holderNumber, 0], [holderNumber, 1, behind.length, holderGeneration], ...rows(own)];
  all.sort(([a], [b]) => a - b);
  const bytes = all.flatMap(([, ...fields]) =>
    fields.flatMap((value, f) =>
      Array.from({ length: widths[f]! }, (_, i) => Math.floor(value / 256 ** (widths[f]! - 1 - i)) % 256),
    ),
  );
  const coded = table(Uint8Array.from(bytes), widths[0] + widths[1] + widths[2]);
  const { startxref } = openPdf(behind, primitives).revisions[0]!;
  const pairs = index(all.map(([number]) => `${number} 1`));
  const dict = `/Type/XRef/W[${widths.join(' ')}]/Index[${pairs.join(' ')}]/Size 950/Root 1 0 R/Prev ${startxref}${coded.dict}`;
  return concat(
    behind,
    object,
    fromLatin1(`${tableNumber} 0 obj\n<<${dict}/Length ${coded.data.length}>>\nstream\n`),
    coded.data,
    fromLatin1(`\nendstream\nendobj\nstartxref\n${at}\n%%EOF\n`),
  );
}

describe.skipIf(missing)(`the structure of a later save${missing ? ` (${missing})` : ''}`, () => {
  let chain: ThrowawayChain;
  let behind: Uint8Array;
  let behindTable: Uint8Array;
  beforeAll(async () => {
    chain = makeThrowawayChain();
    // Ambiguous when they were signed, so that only the save itself is judged.
    const draft = new PdfBuilder().letter('BT ET').raw('% 9 0 obj\n');
    draft.tableStream(5);
    behind = await signPdf(draft.done(), chain);
    const other = new PdfBuilder().letter('BT ET').raw('% 9 0 obj\n');
    other.table();
    behindTable = await signPdf(other.done(), chain);
  });
  afterAll(() => chain.remove());

  /** Where it is not allowed, why. */
  const faultOf = (pdf: Uint8Array, length = behind.length): string => {
    try {
      const [base, now] = [openPdf(pdf.subarray(0, length), primitives), openPdf(pdf, primitives)];
      const rules = { permission: undefined, locks: new FieldLocks([], now) };
      const faults = compareRevisions(base, now, rules).list.filter(({ allowed }) => !allowed);
      const fault = faults.find(({ kind }) => kind === 'ambiguous') ?? faults[0];
      return fault ? fault.detail.replace('readers may show different things: ', '') : '';
    } catch (error) {
      if (isRefusal(error)) return error.code;
      throw error;
    }
  };
  const fault = (structure: Structure): string => faultOf(saved(behind, structure));

  test('is allowed as programs write it: not coded, by FlateDecode, and with what is above subtracted', () => {
    const predicted = (dict: string) => (rows: Uint8Array, row: number) =>
      flate(dict.replace('ROW', `${row}`))(upped(rows, row));
    for (const structure of [
      {},
      { holder: flate('/Filter/FlateDecode')(HELD), table: flate('/Filter/FlateDecode') },
      { holder: flate('/Filter[/FlateDecode]')(HELD), table: flate('/Filter[/FlateDecode]') },
      { table: predicted('/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns ROW>>') },
      { table: predicted('/Filter[/FlateDecode]/DecodeParms[<</Columns ROW/Colors 1/Predictor 12>>]') },
      { widths: [1, 2, 1] as const },
      { rows: () => [] },
    ])
      expect(fault(structure)).toBe('');
  });

  test('is coded in no other way', () => {
    const hex = fromLatin1(`${[...HELD].map((byte) => byte.toString(16).padStart(2, '0')).join('')}>`);
    const columns = `/Columns ${HELD.length}`;
    for (const holder of [
      { dict: '/Filter/ASCIIHexDecode', data: hex },
      { dict: '/Filter[]', data: HELD },
      flate('/Filter/FlateDecode/DecodeParms<<>>')(HELD),
      flate('/Filter/FlateDecode/DecodeParms<</Predictor 1>>')(HELD),
      flate(`/Filter/FlateDecode/DecodeParms<</Predictor 12${columns}>>`)(upped(HELD, HELD.length)),
      flate(`/Filter[/FlateDecode]/DecodeParms<</Predictor 1${columns}>>`)(HELD),
      flate('/Filter[/FlateDecode/FlateDecode]')(primitives.deflate(HELD)),
    ])
      expect(fault({ holder }), holder.dict).toBe('filters');
    const predicted = (dict: string, filter = 2) => ({
      table: (rows: Uint8Array, row: number) => flate(dict.replace('ROW', `${row}`))(upped(rows, row, filter)),
    });
    for (const dict of [
      '/Filter/FlateDecode/DecodeParms[<</Predictor 12/Columns ROW>>]',
      '/Filter[/FlateDecode]/DecodeParms<</Predictor 12/Columns ROW>>',
      '/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns ROW>>',
      '/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns ROW/EarlyChange 1>>',
    ])
      expect(fault(predicted(dict)), dict).toBe('filters');
    expect(fault(predicted('/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns ROW>>', 0))).toBe('filters');
  });

  test('stands under numbers that nothing else has or had', () => {
    for (const number of [4, 5]) {
      expect(fault({ tableNumber: number }), `table ${number}`).toBe('xref-number');
      expect(fault({ tableNumber: number, rows: () => [] }), `table ${number}`).toBe('xref-number');
      expect(fault({ holderNumber: number }), `holder ${number}`).toBe('xref-number');
    }
    expect(fault({ tableNumber: HOLDER })).not.toBe('');
    expect(fault({ rows: () => [[TABLE, 0, 0, 0]] })).toBe('xref-offset');
    expect(fault({ holderGeneration: 7 })).toBe('reference');
  });

  test('has no entry with a field beyond what it can be, nor wider than programs write', () => {
    const beside = (row: Row, widths: readonly [number, number, number] = [1, 5, 4]): string =>
      fault({ widths, rows: (own) => [own, row] });
    expect(beside([0, 0, 0, 65_535])).toBe('');
    expect(beside([940, 0, 949, 1])).toBe('');
    for (const row of [
      [940, 0, 950, 0],
      [940, 0, 2 ** 31, 0],
      [940, 0, 0, 65_535],
      [940, 0, 0, 65_536],
      [940, 3, 0, 0],
      [940, 1, 17, 0],
      [0, 0, 0, 7],
      [0, 1, 17, 0],
    ] as const)
      expect(beside(row), `${row.join(' ')}`).not.toBe('');
    for (const widths of [
      [0, 4, 2],
      [2, 4, 2],
      [1, 8, 2],
      [1, 4, 8],
    ] as const)
      expect(fault({ widths }), `${widths.join(' ')}`).not.toBe('');
  });

  test('lists its numbers in order, and some', () => {
    expect(fault({ index: () => [`${STORE} 3`] })).toBe('');
    for (const more of ['0 0', '949 0']) {
      expect(fault({ index: (pairs) => [more, ...pairs] }), more).toBe('xref-entry-form');
      expect(fault({ index: (pairs) => [...pairs, more] }), more).toBe('xref-entry-form');
    }
  });

  test('goes on as the file begins: a table behind a table, a stream behind a stream', () => {
    expect(faultOf(saved(behindTable), behindTable.length)).toBe('xref-kind');
    const tabled = (pdf: Uint8Array, rows = '', size = 950): Uint8Array => {
      const { startxref } = openPdf(pdf, primitives).revisions[0]!;
      const trailer = `trailer\n<</Size ${size}/Root 1 0 R/Prev ${startxref}>>\n`;
      return concat(pdf, fromLatin1(`xref\n${rows}${trailer}startxref\n${pdf.length}\n%%EOF\n`));
    };
    expect(faultOf(tabled(behind))).toBe('xref-kind');
    const judged = (rows: string): string => faultOf(tabled(behindTable, rows), behindTable.length);
    expect(judged('0 1\n0000000000 65535 f \n')).toBe('');
    for (const size of [3, 8_388_608])
      expect(faultOf(tabled(behindTable, '0 0\n', size), behindTable.length)).toBe('xref-size');
    expect(judged('0 0\n')).toBe('');
    expect(judged('')).toBe('xref-entry-form');
    expect(judged('940 1\n0000000949 00001 f \n')).toBe('');
    for (const rows of [
      '0 1\n9999999999 65535 f \n',
      '940 1\n0000000950 00000 f \n',
      '940 1\n0000000000 65535 f \n',
      '940 1\n0000000000 99999 f \n',
    ])
      expect(judged(rows), rows).toBe('xref-entry-form');
  });
});
