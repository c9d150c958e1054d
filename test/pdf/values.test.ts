import { expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { checkValues } from '../../src/pdf/values.ts';
import { letter, PdfBuilder } from './build.ts';

function finding(bytes: Uint8Array): unknown {
  try {
    checkValues(openPdf(bytes, nodePrimitives));
    return undefined;
  } catch (error) {
    if (isRefusal(error, 'pdf/ambiguous')) return error.facts['finding'];
    throw error;
  }
}

test.each([
  ['of its generation', '/Resources 2 0 R', undefined],
  ['to nothing, which every reader knows', '/Thumb 0 7 R', undefined],
  ['to what a later save may bring', '/Resources 99 0 R', 'reference'],
  ['of another generation', '/Resources 2 1 R', 'reference'],
  ['of another generation, deep down', '/Resources<</XObject<</X[<</Y 4 3 R>>]>>>>', 'reference'],
])('a reference %s', (_, page, expected) => expect(finding(letter('BT ET', page))).toBe(expected));

test('the trailer refers to what it says', () => {
  expect(finding(letter('BT ET', '', '/Root 1 0 R/Info 2 5 R'))).toBe('reference');
});

test('a reference to the stream that is the table, which no table lists', () => {
  const drawn = (page: string): Uint8Array => {
    const builder = new PdfBuilder().letter('BT ET', page).object(6, 'null');
    builder.tableStream(5, '/Root 1 0 R', false);
    return builder.done();
  };
  expect(finding(drawn(''))).toBeUndefined();
  expect(finding(drawn('/Resources 5 0 R'))).toBe('reference');
});

test.each([
  ['one set for one filter', '/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 4>>', undefined],
  ['a set for each filter', '/Filter[/FlateDecode/FlateDecode]/DecodeParms[null<</Predictor 12>>]', undefined],
  ['what says nothing', '/Filter[/FlateDecode]/DecodeParms<<>>', undefined],
  ['a list beside a name', '/Filter/FlateDecode/DecodeParms[<</Predictor 12>>]', 'filters'],
  ['a set beside a list', '/Filter[/FlateDecode]/DecodeParms<</Predictor 12>>', 'filters'],
  ['fewer sets than filters', '/Filter[/FlateDecode/FlateDecode]/DecodeParms[<</Predictor 12>>]', 'filters'],
  ['a number that is none', '/Filter/FlateDecode/DecodeParms<</Predictor/X>>', 'filters'],
  ['a fraction', '/Filter/LZWDecode/DecodeParms<</EarlyChange 0.0>>', 'number-form'],
])('parameters of filters: %s', (_, dict, expected) => {
  const builder = new PdfBuilder().letter().stream(5, dict, '');
  builder.table();
  expect(finding(builder.done())).toBe(expected);
});

test('a reference to what a later save took away', () => {
  const builder = new PdfBuilder().letter('BT ET', '/Resources 5 0 R').object(5, '<<>>');
  const first = builder.table();
  expect(finding(builder.done())).toBeUndefined();
  builder.offsets.clear();
  builder.table(`/Root 1 0 R/Prev ${first}`, '5 1\n0000000000 00001 f \n');
  expect(finding(builder.done())).toBe('reference');
});
