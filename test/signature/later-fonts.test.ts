import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromLatin1, toLatin1 } from '../../src/core/bytes.ts';
import { pdfRef, type PdfRef } from '../../src/pdf/object.ts';
import { pdfRaw } from '../../src/pdf/serialise.ts';
import { PdfBuilder } from '../pdf/build.ts';
import { trueType } from '../pdf/font-build.ts';
import { first, kindsOf, updated } from '../support/changed-pdf.ts';
import { missingJudge } from '../support/judges.ts';
import { signPdf } from '../support/sign-pdf.ts';
import { makeThrowawayChain, type ThrowawayChain } from '../support/throwaway-chain.ts';

/*
 * With what a signature that comes later shows its words. Some readers keep what they have made of a font by a part of it, and
 * of a picture with the colours that its first place gave it: what is shown later would be what the letter shows.
 */

const missing = missingJudge('openssl');

const PROGRAM = toLatin1(trueType({ maps: [{ platform: 3, encoding: 1, glyphs: { 65: 2 } }] }));
const BOX = '/FontBBox[0 0 500 1000]/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 700/StemV 80';
const streamOf = (dict: string, data: string): string =>
  `<<${dict}/Length ${data.length}>>\nstream\n${data}\nendstream`;
const PICTURE = '/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray';

const LETTER: Readonly<Record<number, string>> = {
  5: '<</Type/Font/Subtype/TrueType/BaseFont/AAAAAA+Bars/FirstChar 65/LastChar 65/Widths 10 0 R/Encoding 8 0 R/ToUnicode 9 0 R/FontDescriptor 6 0 R>>',
  6: `<</Type/FontDescriptor/FontName/AAAAAA+Bars/Flags 32${BOX}/FontFile2 7 0 R>>`,
  7: streamOf(`/Length1 ${PROGRAM.length}`, PROGRAM),
  8: '<</Type/Encoding/BaseEncoding/WinAnsiEncoding>>',
  9: streamOf('', 'begincmap'),
  10: '[500]',
  11: '<</Type/Font/Subtype/Type0/BaseFont/AAAAAA+Bars/Encoding/Identity-H/DescendantFonts[12 0 R]>>',
  12: '<</Type/Font/Subtype/CIDFontType2/BaseFont/AAAAAA+Bars/FontDescriptor 6 0 R/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/DW 500>>',
  13: streamOf(PICTURE, 'x'),
  // A field that waits for a value: its look may change, and the font of its look with it.
  14: '<</Type/Annot/Subtype/Widget/F 4/FT/Tx/T(a)/Rect[300 200 400 250]/V(A)/AP<</N 15 0 R>>>>',
  15: streamOf(
    '/Type/XObject/Subtype/Form/BBox[0 0 100 50]/Resources<</Font<</F 16 0 R/G<</Type/Font/Subtype/Type1/BaseFont/Helvetica/FontDescriptor 6 0 R>>>>>>',
    'BT /F 9 Tf (A) Tj ET',
  ),
  16: '<</Type/Font/Subtype/TrueType/BaseFont/AAAAAA+Bars/FirstChar 65/LastChar 65/Widths[500]/FontDescriptor 6 0 R/Encoding/WinAnsiEncoding>>',
};

/** Brings an object in the same save. Answers a reference to it. */
type Add = (body: string) => string;
/** A value as it is written, or with objects that it needs. */
type Body = string | ((add: Add) => string);

const bodyOf = (body: Body, add: Add): string => (typeof body === 'string' ? body : body(add));

function draft(): Uint8Array {
  const shown = '/Resources<</Font<</F1 5 0 R/F2 11 0 R>>/XObject<</I 13 0 R>>>>/Annots[14 0 R]';
  const builder = new PdfBuilder();
  builder.object(1, '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[14 0 R]>>>>');
  builder.object(2, '<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 612 792]>>');
  builder.object(3, `<</Type/Page/Parent 2 0 R/Contents 4 0 R${shown}>>`);
  builder.stream(4, '', 'BT /F1 18 Tf 72 700 Td (A) Tj /F2 18 Tf <0002> Tj ET');
  for (const [number, body] of Object.entries(LETTER)) builder.object(Number(number), body);
  builder.table();
  return builder.done();
}

describe.skipIf(missing)(`what a later signature shows${missing ? ` (${missing})` : ''}`, () => {
  let chain: ThrowawayChain;
  let signed: Uint8Array;
  beforeAll(async () => {
    chain = makeThrowawayChain();
    signed = await signPdf(draft(), chain, { leaveFieldsOpen: true });
  });
  afterAll(() => chain.remove());

  /** Of the letter with a second signature that shows `look`. */
  const showing = async (look: (add: Add) => { content: string; resources: string }): Promise<string> => {
    let appearance: PdfRef | undefined;
    const pdf = await signPdf(signed, chain.colleague(), {
      rect: [300, 100, 400, 150],
      stamp: (update) => {
        const add = (body: string): PdfRef => update.add(pdfRaw(fromLatin1(body)));
        const { content, resources } = look((body) => `${add(body).number} 0 R`);
        const box = '/Type/XObject/Subtype/Form/BBox[0 0 100 50]';
        appearance = add(streamOf(`${box}/Resources<<${resources}>>`, content));
      },
      get appearance(): PdfRef {
        return appearance!;
      },
    });
    return kindsOf(await first(pdf));
  };
  const inFont = (font: Body, text = '(A)'): Promise<string> =>
    showing((add) => ({
      content: `BT /G 9 Tf ${text} Tj ET`,
      resources: `/Font<</G ${bodyOf(font, add)}>>`,
    }));
  const ALLOWED = 'allowed-changes signature-added';
  const FORBIDDEN = 'forbidden-changes signature-added field';

  test('words may be in a font of the letter, as a whole', async () => {
    expect(await inFont('5 0 R')).toBe(ALLOWED);
    expect(await inFont('11 0 R', '<0002>')).toBe(ALLOWED);
    for (const part of ['12 0 R', '6 0 R', '8 0 R']) expect(await inFont(part), part).toBe(FORBIDDEN);
  });

  describe('a font that it brings', () => {
    const OWN: Readonly<Record<string, Body>> = {
      FontDescriptor: (add) => add(LETTER[6]!.replace('7 0 R', add(LETTER[7]!))),
      Encoding: (add) => add(LETTER[8]!),
      ToUnicode: (add) => add(LETTER[9]!),
      Widths: (add) => add(LETTER[10]!),
    };
    const TRUE_TYPE = '/Type/Font/Subtype/TrueType/BaseFont/AAAAAA+Bars/FirstChar 65/LastChar 65';
    const brought =
      (parts: Readonly<Record<string, Body>>): Body =>
      (add) => {
        const entries = Object.entries(parts).map(([key, body]) => `/${key} ${bodyOf(body, add)}`);
        return add(`<<${TRUE_TYPE}${entries.join('')}>>`);
      };

    test('has what it is made of to itself', async () => {
      expect(await inFont(brought(OWN))).toBe(ALLOWED);
      const shared: Readonly<Record<string, Body>> = {
        FontDescriptor: '6 0 R',
        Encoding: '8 0 R',
        ToUnicode: '9 0 R',
        Widths: '10 0 R',
      };
      for (const [part, body] of Object.entries(shared))
        expect(await inFont(brought({ ...OWN, [part]: body })), part).toBe(FORBIDDEN);
      // A descriptor in its place, with the program of the letter's.
      expect(await inFont(brought({ ...OWN, FontDescriptor: LETTER[6]! }))).toBe(FORBIDDEN);
    });

    test('made of others has its descendant and all that this is made of to itself', async () => {
      const composite = (descendant: Body): Promise<string> =>
        inFont((add) => add(LETTER[11]!.replace('12 0 R', bodyOf(descendant, add))), '<0002>');
      const own: Body = (add) => add(LETTER[12]!.replace('6 0 R', bodyOf(OWN['FontDescriptor']!, add)));
      expect(await composite(own)).toBe(ALLOWED);
      expect(await composite('12 0 R')).toBe(FORBIDDEN);
      expect(await composite((add) => add(LETTER[12]!))).toBe(FORBIDDEN);
    });

    test('is none of the document with other entries', async () => {
      const filled = (font: string): Uint8Array =>
        updated(signed, (update) => {
          const put = (number: number, body: string): void => update.put(pdfRef(number), pdfRaw(fromLatin1(body)));
          put(14, LETTER[14]!.replace('/V(A)', '/V(AA)'));
          put(15, LETTER[15]!.replace('(A) Tj', '(AA) Tj').replace(/Length \d+/, 'Length 21'));
          if (font !== LETTER[16]) put(16, font);
        });
      expect(kindsOf(await first(filled(LETTER[16]!)))).toBe('allowed-changes form-filled');
      const other = LETTER[16]!.replace('/WinAnsiEncoding', '<</BaseEncoding/WinAnsiEncoding>>');
      expect(kindsOf(await first(filled(other)))).toBe('forbidden-changes form-filled field');
    });

    test('shows the same in every program, in the file or not', async () => {
      const simple =
        (base: string): Body =>
        (add) =>
          add(`<</Type/Font/Subtype/Type1/BaseFont/${base}>>`);
      for (const base of ['Helvetica', 'Times-Roman', 'ZapfDingbats', 'Arial,Bold'])
        expect(await inFont(simple(base)), base).toBe(ALLOWED);
      expect(await inFont(simple('Handwriting'))).toBe(FORBIDDEN);
      // In its place; with the codes of Windows it may stand so.
      const inPlace = '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>';
      expect(await inFont(inPlace)).toBe(FORBIDDEN);
      expect(await inFont(inPlace.replace('>>', '/Encoding/WinAnsiEncoding>>'))).toBe(ALLOWED);
      const helvetica = simple('Helvetica/Encoding<</Differences[65/B 66/unheard]>>');
      expect(await inFont(helvetica)).toBe(ALLOWED);
      expect(await inFont(helvetica, '(B)')).toBe(FORBIDDEN);
      expect(await inFont(brought(OWN), '(C)')).toBe(FORBIDDEN);
      expect(await inFont('5 0 R', '(C)')).toBe(FORBIDDEN);
    });
  });

  test('a picture is its own, and so is what masks it', async () => {
    const drawing = (picture: Body): Promise<string> =>
      showing((add) => ({ content: '9 0 0 9 0 0 cm /I Do', resources: `/XObject<</I ${bodyOf(picture, add)}>>` }));
    const masked =
      (mask: Body): Body =>
      (add) =>
        add(streamOf(`${PICTURE}/SMask ${bodyOf(mask, add)}`, 'x'));
    const own: Body = (add) => add(streamOf(PICTURE, 'x'));
    expect(await drawing(own)).toBe(ALLOWED);
    expect(await drawing(masked(own))).toBe(ALLOWED);
    expect(await drawing('13 0 R')).toBe(FORBIDDEN);
    expect(await drawing(masked('13 0 R'))).toBe(FORBIDDEN);
  });
});
