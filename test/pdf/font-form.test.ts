import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { concat } from '../../src/core/bytes.ts';
import { ask, missingJudge } from '../support/judges.ts';
import { PdfBuilder } from './build.ts';
import { composed, type FontParts, found, MAC, NONSYMBOLIC, simple, SYMBOLIC, WIN } from './font-letters.ts';
import { bar, composite, type Subtable, trueType, type TrueTypeParts, u16, u32 } from './font-build.ts';

type Row = readonly [what: string, maps: readonly Subtable[], parts: FontParts, names: readonly string[] | undefined];

/** Rows with names of glyphs, which may be left out. */
function fonts(
  rows: readonly (readonly [string, readonly Subtable[], FontParts, (readonly string[])?])[],
): readonly Row[] {
  return rows.map(([what, maps, parts, names]) => [what, maps, parts, names]);
}

const table = (platform: number, encoding: number, glyphs: Readonly<Record<number, number>>): Subtable => ({
  ...{ platform, encoding, glyphs },
  format: platform === 1 ? 0 : 4,
});
/** Each map gives A to that glyph. */
const unicode = (glyph: number): Subtable => table(0, 3, { 65: glyph });
const mac = (glyph: number): Subtable => table(1, 0, { 65: glyph });
const symbols = (glyph: number): Subtable => table(3, 0, { 0xf041: glyph });
const windows = (glyph: number): Subtable => table(3, 1, { 65: glyph });
const NAMES = ['.notdef', 'one', 'A', 'three', 'four', 'five', 'six', 'seven'];

describe('TrueType fonts', () => {
  const rows = fonts([
    ['as cairo writes them', [windows(2)], {}],
    ['as LibreOffice and Quartz do', [mac(2)], { flags: SYMBOLIC, encoding: '' }],
    ['as Ghostscript does', [mac(2), symbols(2)], { flags: SYMBOLIC, encoding: '' }],
    ['as Word does', [unicode(2), mac(2), windows(2)], {}],
    ['whole, with names', [unicode(2), mac(2), windows(2)], {}, NAMES],
    ['of an old Mac', [mac(2)], { encoding: MAC }],
    ['with differences', [windows(2)], { encoding: '/Encoding<</Differences[66/A]>>', text: '(B)' }, NAMES],
  ]);
  test.each(rows)('that lead every program to one glyph: %s', (_, maps, parts, names) =>
    expect(found(simple(trueType({ maps, ...(names && { names }) }), parts))).toBeUndefined(),
  );

  test.each(
    fonts([
      ['Windows and Mac', [mac(2), windows(3)], {}],
      ['Windows and symbols', [symbols(2), windows(3)], { flags: SYMBOLIC }],
      ['symbols and Mac', [mac(2), symbols(3)], { flags: SYMBOLIC, encoding: '' }],
      ['Unicode and Mac', [unicode(3), mac(2)], { encoding: MAC }],
      ['Windows and its names', [windows(3)], {}, NAMES],
      ['Mac and its names', [mac(3)], { encoding: MAC }, NAMES],
      ['Windows by name and by code', [windows(2)], { encoding: '/Encoding<</Differences[65/B]>>' }],
      ['two pages of symbols', [table(3, 0, { 0xf041: 2, 0xf141: 3 })], { flags: SYMBOLIC, encoding: '' }],
      ['a name that two glyphs have', [windows(2)], {}, [...NAMES.slice(0, 3), 'A', ...NAMES.slice(4)]],
      ['flags of both kinds', [mac(2), table(3, 1, { 65: 3, 66: 2 })], { flags: 36, encoding: '' }],
      ['Windows and a longer map', [windows(2), { platform: 3, encoding: 10, format: 12, glyphs: { 65: 3 } }], {}],
      ['a code without a name, and its glyph', [table(3, 1, { 65: 2, 0x81: 2 })], { text: '<81>' }],
      ['a name that few know', [windows(2)], { encoding: '/Encoding<</Differences[65/glyph2]>>' }],
      ['only a map of Unicode by itself', [unicode(2)], {}],
      ['no map', [], {}],
      ['no glyph in one of them', [mac(2), table(3, 1, { 66: 2 })], { encoding: MAC }],
      ['no glyph at all', [windows(2)], { text: '(B)' }],
    ]),
  )('and not: %s', (_, maps, parts, names) =>
    expect(found(simple(trueType({ maps, ...(names && { names }) }), parts))).toBe('glyphs'),
  );

  test('two glyphs of one outline are one, at the same place', () => {
    const outlines = { 3: bar(300) };
    const maps = [mac(2), windows(3)];
    expect(found(simple(trueType({ maps, outlines })))).toBeUndefined();
    const hmtx = concat(...Array.from({ length: 8 }, (_, i) => u16(500, i === 3 ? 90 : 0)));
    expect(found(simple(trueType({ maps, outlines, tables: { hmtx } })))).toBe('glyphs');
  });

  test('codes that are not shown, or not seen, do not matter', () => {
    const maps = [table(1, 0, { 65: 2, 66: 3 }), table(3, 1, { 65: 2, 66: 4 })];
    const font = trueType({ maps });
    expect(found(simple(font))).toBeUndefined();
    expect(found(simple(font, { text: '(AB)' }))).toBe('glyphs');
    expect(found(simple(font, { text: '<4142>' }))).toBe('glyphs');
    expect(found(simple(font, { text: String.raw`(\101\102)` }))).toBe('glyphs');
    expect(found(simple(font, { text: '(A) Tj 3 Tr (B)' }))).toBeUndefined();
    expect(found(simple(font, { text: '(A) Tj ET q BT 3 Tr ET Q BT (B)' }))).toBe('glyphs');
  });

  const GOOD: TrueTypeParts = { maps: [windows(2)] };
  const good = trueType(GOOD);
  const changed = (from: number, ...bytes: readonly number[]): Uint8Array => {
    const copy = good.slice();
    copy.set(bytes, from);
    return copy;
  };
  test.each([
    ['an outline that breaks off', trueType({ ...GOOD, outlines: { 2: bar(300).subarray(0, -8) } })],
    ['a glyph of itself', trueType({ ...GOOD, outlines: { 2: composite(2) } })],
    ['a glyph of one that is not there', trueType({ ...GOOD, outlines: { 2: composite(1, 99) } })],
    [
      'glyphs of glyphs of glyphs',
      trueType({
        maps: [windows(2)],
        glyphs: 12,
        outlines: Object.fromEntries([2, 3, 4, 5, 6, 7, 8, 9].map((i) => [i, composite(i + 1)])),
      }),
    ],
    ['a table named twice', changed(12, ...good.subarray(28, 32))],
    ['a table in another', changed(12 + 8, ...good.subarray(28 + 8, 28 + 12))],
    ['a table beyond the end', changed(12 + 12, 0, 0xff)],
    ['no file of that kind', changed(0, 0x4f, 0x54, 0x54, 0x4f)],
    ['a collection', changed(0, 0x74, 0x74, 0x63, 0x66)],
    ['more glyphs than places', trueType({ ...GOOD, tables: { loca: u32(0, 0) } })],
    ['colours', trueType({ ...GOOD, tables: { COLR: new Uint8Array(14) } })],
    ['one map twice', trueType({ maps: [windows(2), windows(2)] })],
    ['maps out of order', trueType({ maps: [windows(2), mac(2)] })],
    ['segments in segments', trueType({ tables: { cmap: overlapping() } })],
  ])('are well made: %s', (_, font) => expect(found(simple(font))).toBe('glyphs'));

  test('stand under the key of their kind, alone', () => {
    expect(found(simple(good, { key: 'FontFile3' }))).toBe('glyphs');
    expect(found(simple(good, { key: 'FontFile' }))).toBe('glyphs');
    expect(found(simple(good, { subtype: 'Type1' }))).toBe('glyphs');
    expect(found(simple(good, { key: 'FontFile3 7 0 R/FontFile2' }))).toBe('glyphs');
  });

  test.each(['65/A/B 65/A', '/A', '65/A 256/B'])('have /Differences that all read alike: not %s', (list) => {
    const encoding = `/Encoding<</BaseEncoding/WinAnsiEncoding/Differences[${list}]>>`;
    expect(found(simple(good, { encoding }))).toBe('glyphs');
  });
});

/** A map of Windows whose second segment begins in the first. */
function overlapping(): Uint8Array {
  const body = concat(
    u16(4, 40, 0, 6, 2, 0, 0),
    u16(66, 67, 0xffff, 0),
    u16(65, 66, 0xffff),
    u16(-63, -62, 1, 0, 0, 0),
  );
  return concat(u16(0, 1, 3, 1), u32(12), body);
}

describe('composite fonts', () => {
  const font = trueType();

  test.each(['/CIDToGIDMap/Identity', '/CIDToGIDMap 9 0 R', ''])('whose codes are glyphs: %j', (more) =>
    expect(found(composed(font, more))).toBeUndefined(),
  );

  test.each([
    ['a glyph beyond the last', '', '<0009>'],
    ['beyond the end of its map', '/CIDToGIDMap 9 0 R', '<0003>'],
    ['half a code', '', '<000203>'],
    ['half a code, as text', '', String.raw`(\000\002\003)`],
    ['beyond the last, as Chromium sets it', '', '<0002> Tj 9 0 Td <0003> Tj 9 0 Td <0009>'],
    ['vertical', '/Encoding/Identity-V', '<0002>'],
    ["somebody's characters", '/Encoding/UniGB-UCS2-H', '<0002>'],
    ['a map by another name', '/CIDToGIDMap/Other', '<0002>'],
    ['two fonts', '/DescendantFonts[8 0 R 8 0 R]', '<0002>'],
  ])('and not: %s', (_, more, text) => expect(found(composed(font, more, text))).toBe('glyphs'));
});

describe('widths', () => {
  const font = trueType({ maps: [windows(2)] });
  const STANDARD = '/Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding';

  test.each([
    ['/FirstChar 65/LastChar 65/Widths[500]', undefined],
    ['/FirstChar 65/LastChar 65/Widths[0]', undefined],
    ['', 'glyphs'],
    ['/Widths[500]', 'glyphs'],
    ['/FirstChar 65/LastChar 66/Widths[500]', 'glyphs'],
    ['/FirstChar 66/LastChar 66/Widths[500]', 'glyphs'],
    ['/FirstChar 65/LastChar 65/Widths[null]', 'glyphs'],
    ['/FirstChar 65/LastChar 65/Widths[-5]', 'glyphs'],
  ])('of a simple font: %j', (widths, finding) => expect(found(simple(font, { widths }))).toBe(finding));

  test.each([
    ['/W[2[500]3 9 400]', undefined],
    ['/W[3 9 400 2[500]]', undefined],
    ['/W[2[500]2[0]]', 'glyphs'],
    ['/W[2[500 1]3 9 400]', 'glyphs'],
    ['/W[0 5 1 2 2 500]', 'glyphs'],
    ['/W[2[null]]', 'glyphs'],
    ['/W[2[500]3]', 'glyphs'],
    ['/W[5 2 500]', 'glyphs'],
    ['/W[2[500]]/DW(x)', 'glyphs'],
  ])('of a composite font: %s', (widths, finding) => expect(found(composed(font, widths))).toBe(finding));

  test.each([
    ['', undefined],
    ['/FirstChar 32/LastChar 65/Widths 6 0 R', undefined],
    ['/FirstChar 66/LastChar 66/Widths[500]', 'glyphs'],
  ])('of a font that every program has: %j', (widths, finding) => {
    const builder = new PdfBuilder().letter('BT /F 9 Tf (A) Tj ET', '/Resources<</Font<</F 5 0 R>>>>');
    builder
      .object(5, `<<${STANDARD}${widths}>>`)
      .object(6, `[${'500 '.repeat(34)}]`)
      .table();
    expect(found(builder.done())).toBe(finding);
  });

  test.each([
    ['/Widths[9]', 'A', '', undefined],
    ['/Widths[3]', 'A', '', 'glyphs'],
    ['', 'A', '', 'glyphs'],
    ['/Widths[3]', 'B', '', undefined],
    ['/Widths[3]', 'B', '/.notdef 6 0 R', 'glyphs'],
  ])('of drawings: %j, code of %s, %j', (widths, glyph, more, finding) => {
    const head = '/Type/Font/Subtype/Type3/FontMatrix[.1 0 0 .1 0 0]/FontBBox[0 0 9 9]/FirstChar 65/LastChar 65';
    const builder = new PdfBuilder().letter('BT /F 9 Tf (A) Tj ET', '/Resources<</Font<</F 5 0 R>>>>');
    const glyphs = `/Encoding<</Differences[65/${glyph}]>>/CharProcs<</A 6 0 R${more}>>`;
    builder.object(5, `<<${head}${widths}${glyphs}>>`).stream(6, '', '9 0 0 0 9 9 d1 0 0 9 9 re f').table();
    expect(found(builder.done())).toBe(finding);
  });
});

describe('fonts that are not in the file', () => {
  const named = (font: string, text: string = '(A)'): string | undefined => {
    const builder = new PdfBuilder().letter(`BT /F 9 Tf ${text} Tj ET`, '/Resources<</Font<</F 5 0 R>>>>');
    builder.object(5, `<</Type/Font${font}>>`).table();
    return found(builder.done());
  };

  test.each([
    ['/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding', '(\xf1 \x80 \t)'],
    ['/Subtype/Type1/BaseFont/Courier-BoldOblique', "(it's)"],
    ['/Subtype/TrueType/BaseFont/TimesNewRomanPS-BoldItalicMT/Encoding/MacRomanEncoding', '(A)'],
    ['/Subtype/TrueType/BaseFont/Arial,Bold/Encoding/WinAnsiEncoding', '(A)'],
    ['/Subtype/Type1/BaseFont/Symbol', '(A)'],
  ])('of letters that all know: %s', (font, text) => expect(named(font, text)).toBeUndefined());

  test.each([
    ['/Subtype/TrueType/BaseFont/Wingdings/Encoding/WinAnsiEncoding', '(A)'],
    ['/Subtype/Type1/BaseFont/Symbol/Encoding/WinAnsiEncoding', '(A)'],
    ['/Subtype/Type1/BaseFont/Helvetica/Encoding<</Differences[65/g12]>>', '(A)'],
    ['/Subtype/Type1/BaseFont/Helvetica/Encoding/MacExpertEncoding', '(A)'],
    ['/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding', '<81>'],
    ['/Subtype/TrueType/BaseFont/Arial', "(it's)"],
    [
      '/Subtype/Type0/BaseFont/Arial/Encoding/Identity-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType2>>]',
      '<0041>',
    ],
  ])('and not: %s', (font, text) => expect(named(font, text)).toBe('glyphs'));
});

describe('fonts that are no objects of their own', () => {
  const WINDOWS = '/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding';
  const inPlace = (...fonts: readonly string[]): string | undefined => {
    const names = fonts.map((font, i) => `/F${i}<</Type/Font${font}>>`);
    const shown = fonts.map((_, i) => `/F${i} 9 Tf (A) Tj`);
    const builder = new PdfBuilder().letter(`BT ${shown.join(' ')} ET`, `/Resources<</Font<<${names.join('')}>>>>`);
    builder.object(6, `<</Type/FontDescriptor/FontName/Courier/Flags 33/MissingWidth 600>>`);
    builder.object(7, `<</Type/FontDescriptor/FontName/AAAAAA+Bars/Flags 32/FontFile2 8 0 R>>`);
    const program = trueType({ maps: [windows(2)] });
    builder.stream(8, `/Length1 ${program.length}`, program).table();
    return found(builder.done());
  };

  test('may be standard ones of Latin letters with the codes of Windows', () => {
    expect(inPlace(WINDOWS, WINDOWS.replace('Helvetica', 'Times-Roman'))).toBeUndefined();
    // As pyHanko writes its stamps.
    const stamp = '/BaseFont/Courier/Subtype/Type1/Encoding/WinAnsiEncoding/FirstChar 32/LastChar 32/Widths[600]';
    expect(inPlace(`${stamp}/FontDescriptor 6 0 R`)).toBeUndefined();
  });

  test("may have Adobe's codes where all that any of them shows has the same in Windows", () => {
    const adobe = WINDOWS.replace('/Encoding/WinAnsiEncoding', '');
    const shown = (first: string, text: string): string | undefined => {
      const fonts = `/A<</Type/Font${first}>>/B<</Type/Font${WINDOWS}>>`;
      const builder = new PdfBuilder().letter(
        `BT /A 9 Tf (A) Tj /B 9 Tf ${text} Tj ET`,
        `/Resources<</Font<<${fonts}>>>>`,
      );
      builder.table();
      return found(builder.done());
    };
    expect(shown(adobe, '(A)')).toBeUndefined();
    expect(shown(adobe, '<e1>')).toBe('glyphs');
    expect(shown(WINDOWS, '<e1>')).toBeUndefined();
    expect(inPlace(adobe.replace('Helvetica', 'Symbol'))).toBe('glyphs');
  });

  test.each([
    ['of symbols', '/Subtype/Type1/BaseFont/Symbol'],
    ['of another family', WINDOWS.replace('Helvetica', 'Arial')],
    ['with codes of their own', WINDOWS.replace('/WinAnsiEncoding', '<</Differences[65/B]>>')],
    ['with those of Mac OS', WINDOWS.replace('Win', 'Mac').replace('Ansi', 'Roman')],
    ['in the file', `${WINDOWS.replace('Type1', 'TrueType')}/FontDescriptor 7 0 R`],
  ])('and not those %s', (_, font) => expect(inPlace(font)).toBe('glyphs'));
});

describe("others' programs", () => {
  const missing = missingJudge('pdftoppm', 'mutool');
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'cotejo-fonts-'))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Which glyph two programs draw: the height of its bar tells. */
  function drawn(bytes: Uint8Array): readonly number[] {
    const file = join(folder, 'font.pdf');
    writeFileSync(file, bytes);
    ask('pdftoppm', ['-r', '72', '-gray', '-singlefile', file, join(folder, 'poppler')]);
    ask('mutool', ['draw', '-q', '-r', '72', '-c', 'gray', '-o', join(folder, 'mupdf.pgm'), file]);
    return ['poppler.pgm', 'mupdf.pgm'].map((name) => barIn(readFileSync(join(folder, name))));
  }

  test.skipIf(missing)(`draw other glyphs of a font whose maps disagree, which is refused ${missing ?? ''}`, () => {
    const maps = [mac(2), windows(4)];
    const bytes = simple(trueType({ maps }), { flags: SYMBOLIC, encoding: '' });
    expect(drawn(bytes)).toEqual([2, 4]);
    expect(found(bytes)).toBe('glyphs');
  });

  test.skipIf(missing)(`draw the same of every font that is not refused ${missing ?? ''}`, () => {
    let passed = 0;
    const kinds = [unicode, mac, symbols, windows];
    for (let set = 1; set < 16; set++) {
      const chosen = kinds.filter((_, i) => (set & (1 << i)) !== 0);
      const font = trueType({ maps: chosen.map((kind, i) => kind(2 + i)) });
      for (const flags of [SYMBOLIC, NONSYMBOLIC]) {
        for (const encoding of ['', WIN, MAC]) {
          const bytes = simple(font, { flags, encoding });
          if (found(bytes) !== undefined) continue;
          passed++;
          expect(new Set(drawn(bytes)).size, JSON.stringify({ set, flags, encoding })).toBe(1);
        }
      }
    }
    expect(passed).toBeGreaterThan(5);
  });

  test('write fonts that pass', () => {
    for (const folder of ['../samples', '../samples/programs']) {
      const path = join(import.meta.dirname, folder);
      for (const name of readdirSync(path).filter((each) => each.endsWith('.pdf'))) {
        expect(found(new Uint8Array(readFileSync(join(path, name)))), name).toBeUndefined();
      }
    }
  });
});

/** Of a gray picture (PGM), the glyph whose bar is as high as what is black in it. */
function barIn(picture: Uint8Array): number {
  const [, width = '0', height = '0'] =
    /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(Buffer.from(picture.subarray(0, 60)).toString('latin1')) ?? [];
  const pixels = picture.subarray(picture.length - Number(width) * Number(height));
  let rows = 0;
  for (let y = 0; y < Number(height); y++) {
    if (pixels.subarray(y * Number(width), (y + 1) * Number(width)).some((value) => value < 128)) rows++;
  }
  return Math.round(rows / 10) - 1;
}
