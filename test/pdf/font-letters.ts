import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { surveyPages } from '../../src/seal/survey.ts';
import { PdfBuilder } from './build.ts';
import { u16 } from './font-build.ts';

export const SYMBOLIC: number = 4;
export const NONSYMBOLIC: number = 32;
export const WIN: string = '/Encoding/WinAnsiEncoding';
export const MAC: string = '/Encoding/MacRomanEncoding';

/** How a program stands in the letter. */
export interface FontParts {
  readonly flags?: number;
  readonly encoding?: string;
  readonly text?: string;
  readonly key?: string;
  readonly subtype?: string;
  readonly kind?: string;
  readonly clearLength?: number;
  readonly widths?: string;
}

/** A page with a text in a simple font of that program. */
export function simple(program: Uint8Array, parts: FontParts = {}): Uint8Array {
  const { flags = NONSYMBOLIC, encoding = WIN, text = '(A)', key = 'FontFile2', subtype = 'TrueType' } = parts;
  const { kind = 'Type1C', clearLength = program.length } = parts;
  const { widths = '/FirstChar 65/LastChar 67/Widths[500 500 500]' } = parts;
  const builder = new PdfBuilder().letter(`BT /F 100 Tf 20 100 Td ${text} Tj ET`, '/Resources<</Font<</F 5 0 R>>>>');
  builder.object(5, `<</Type/Font/Subtype/${subtype}/BaseFont/AAAAAA+Bars${widths}${encoding}/FontDescriptor 6 0 R>>`);
  builder.object(6, `<</Type/FontDescriptor/FontName/AAAAAA+Bars/Flags ${flags}${BOX}/${key} 7 0 R>>`);
  builder.stream(7, key === 'FontFile3' ? `/Subtype/${kind}` : `/Length1 ${clearLength}`, program).table();
  return builder.done();
}
const BOX = '/FontBBox[0 0 500 1000]/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 700/StemV 80';

/** The same in a composite font. */
export function composed(
  program: Uint8Array,
  more: string = '',
  text: string = '<0002>',
  key: string = 'FontFile2',
  subtype: string = 'CIDFontType0C',
): Uint8Array {
  const kind = key === 'FontFile2' ? 'CIDFontType2' : 'CIDFontType0';
  const builder = new PdfBuilder().letter(`BT /F 100 Tf 20 100 Td ${text} Tj ET`, '/Resources<</Font<</F 5 0 R>>>>');
  const encoding = more.includes('/Encoding') ? '' : '/Encoding/Identity-H';
  builder.object(5, `<</Type/Font/Subtype/Type0/BaseFont/AAAAAA+Bars${encoding}/DescendantFonts[8 0 R]${more}>>`);
  builder.object(6, `<</Type/FontDescriptor/FontName/AAAAAA+Bars/Flags 4${BOX}/${key} 7 0 R>>`);
  builder.stream(7, key === 'FontFile3' ? `/Subtype/${subtype}` : `/Length1 ${program.length}`, program);
  const info = '/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>';
  builder.object(
    8,
    `<</Type/Font/Subtype/${kind}/BaseFont/AAAAAA+Bars/FontDescriptor 6 0 R${info}${more.includes('/W') ? '' : '/DW 500'}${more}>>`,
  );
  builder.stream(9, '', u16(0, 3, 4)).table();
  return builder.done();
}

/** What is found about a letter. */
export function found(bytes: Uint8Array): string | undefined {
  const { pages, rules } = surveyPages(openPdf(bytes, nodePrimitives));
  for (const page of pages) void page.ink;
  rules.checkFonts();
  return rules.finding;
}
