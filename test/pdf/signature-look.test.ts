import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { livingContent } from '../../src/pdf/living-content.ts';
import { PdfBuilder } from './build.ts';

const SIGNED = '/V<</Type/Sig/ByteRange[0 1 2 3]/Contents<00>>>';
const PAINTED = '/AP<</N 6 0 R>>';

/** A line of text, and a signature field's widget on top of it. */
function found(widget: string, catalog = '/AcroForm<</Fields[5 0 R]>>'): readonly string[] {
  const builder = new PdfBuilder();
  builder.object(1, `<</Type/Catalog/Pages 2 0 R${catalog}>>`);
  builder.object(2, '<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 612 792]>>');
  const fonts = '/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>';
  builder.object(3, `<</Type/Page/Parent 2 0 R/Contents 4 0 R${fonts}/Annots[5 0 R]>>`);
  builder.stream(4, '', 'BT /F1 12 Tf 72 700 Td (Oficio) Tj ET');
  builder.object(5, `<</Type/Annot/Subtype/Widget/FT/Sig/T(f)/Rect[60 690 200 715]${widget}>>`);
  for (const number of [6, 7]) builder.stream(number, '/Subtype/Form/BBox[0 0 9 9]', '0 0 9 9 re f');
  builder.table();
  return livingContent(openPdf(builder.done(), nodePrimitives)).map(({ kind }) => kind);
}

describe('the widget of a signed field', () => {
  test.each([4, 132, 68])('may lie on the text where screen and paper show it: /F %d', (flags) => {
    expect(found(`${SIGNED}${PAINTED}/F ${flags}`)).toEqual([]);
  });

  test.each([2, 6, 32, 34])('may show nowhere: /F %d', (flags) => {
    expect(found(`${SIGNED}${PAINTED}/F ${flags}`)).toEqual([]);
  });

  test.each([0, 36, 256, 260, 12, 20])(
    'shows the same on the screen and on paper, whoever signed: not /F %d',
    (flags) => {
      expect(found(`${SIGNED}${PAINTED}/F ${flags}`)).toEqual(['not-on-paper']);
    },
  );

  test('shows no other look under the pointer', () => {
    expect(found(`${SIGNED}/F 4/AP<</N 6 0 R/R 7 0 R>>`)).toEqual(['rollover']);
  });

  test('has one look: readers differ where none of several is chosen', () => {
    expect(found(`${SIGNED}/F 4/AP<</N<</Off 6 0 R>>>>`)).toEqual(['drawn-by-reader']);
    expect(found('/F 4/AP<</N<</Off 6 0 R>>>>')).toContain('drawn-by-reader');
  });

  test('is one that the form lists', () => {
    expect(found(`${SIGNED}${PAINTED}/F 4`, '')).toContain('covers-content');
  });
});
