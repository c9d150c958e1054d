import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { surveyPages } from '../../src/seal/survey.ts';
import { letter, PdfBuilder } from './build.ts';

const FONT = '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>';
const RESOURCES = `/Resources<</Font<</F ${FONT}>>/ExtGState<</G<</LW 2>>>>/ColorSpace<</C/DeviceCMYK/P[/Pattern/DeviceRGB]>>
  /Properties<</M<</MCID 4>>/N 8 0 R>>/Shading<</S<</ShadingType 2/ColorSpace/DeviceGray/Coords[0 0 9 0]
  /Function<</FunctionType 2/Domain[0 1]/N 1>>>>>>/Pattern<</T 6 0 R/U 7 0 R>>/XObject<</X 5 0 R>>>>`;
const TILE = '/PatternType 1/TilingType 1/BBox[0 0 9 9]/XStep 9/YStep 9/Resources<<>>';

/** What is found in a page with that content, or with those parts. */
function found(...parts: readonly string[]): string | undefined {
  const builder = new PdfBuilder().letter('', RESOURCES);
  for (const [i, part] of parts.entries()) builder.stream(9 + i, '', part);
  const contents = parts.map((_, i) => `${9 + i} 0 R`).join(' ');
  builder
    .object(3, `<</Type/Page/Parent 2 0 R/Contents[${contents}]${RESOURCES}>>`)
    .stream(5, '/Type/XObject/Subtype/Form/BBox[0 0 9 9]', '0 0 9 9 re f')
    .stream(6, `${TILE}/PaintType 1`, '1 g 0 0 3 3 re f')
    .stream(7, `${TILE}/PaintType 2`, '0 0 3 3 re f')
    .object(8, '<</Type/OCG/Name(n)>>')
    .table();
  return foundIn(builder.done());
}

function foundIn(bytes: Uint8Array): string | undefined {
  const { pages, rules } = surveyPages(openPdf(bytes, nodePrimitives));
  for (const page of pages) void page.ink;
  return rules.finding;
}

const TEXT = 'BT /F 9 Tf 72 650 Td (Pay.) Tj ET';

describe('content as programs write it holds to the grammar', () => {
  test.each([
    '',
    TEXT,
    'BT/F 9 Tf 1 0 0 -1 72 650 Tm[(Pa)-12.5(y.)]TJ T* (x)\' 1 .5(y)" <0041 42>Tj ET',
    'q 1 0 0 1 5. -.5 cm 0 0 9 9 re W* n 0 0 m 1 1 l 2 2 3 3 4 4 c 1 1 2 2 v 1 1 2 2 y h B* Q',
    'n 0 0 9 9 re f',
    '2 w 1 J 0 j 10 M [3 1] 0 d [] 0 d /Perceptual ri 1 i /G gs',
    '0 g 0 G 1 0 0 rg 1 0 0 RG 0 0 0 1 k 0 0 0 1 K /C cs 0 0 0 1 scn /DeviceRGB CS 1 0 0 SC',
    '/Pattern cs /T scn 0 0 9 9 re f /P cs 1 0 0 /U scn 0 0 9 9 re f',
    '/S sh /X Do BX /X Do EX',
    '/P <</MCID 0>>BDC /Span<</MCID 1/ActualText<FEFF0041>/Lang(es-MX)>> BDC EMC /A BMC EMC /A MP /P/M DP EMC',
    '/OC/N BDC BT /OC/N BDC ET EMC EMC',
    'BT 0 Tc 0 Tw 100 Tz 12 TL 0 Ts 3 Tr /F 9 Tf (\\101\\)\\n(nested)) Tj ET',
    // As Word writes it.
    '/Artifact <</Attached [/Bottom]/Type/Pagination/Subtype/Footer>> BDC q 0.000008871 0 595.32 841.92 re W* n BT ET Q EMC',
    '% a remark\nq\t\r\nQ',
    'q 8 0 0 8 0 0 cm BI /W 8 /H 1 /IM true /D[1 0] ID x EI Q',
    `q /F 9 Tf ${TEXT.replace('/F 9 Tf', '')} Q`,
  ])('%j', (content) => expect(found(content)).toBeUndefined());

  test('in parts that meet between tokens', () => {
    expect(found('q\n', 'BT /F 9 Tf', '\n(Pay.)', ' Tj ET Q')).toBeUndefined();
    expect(found('q', TEXT, 'Q', 'q 1 g Q', TEXT)).toBeUndefined();
  });
});

describe('content of which each reader makes its own is refused', () => {
  test.each([
    ['too many operands', '0 0 0 1 1 1 rg'],
    ['too few', '1 1 rg'],
    ['of another kind', '(0) g'],
    ['in another order', 'BT 9 /F Tf ET'],
    ['operands of nothing', 'q Q 1'],
    ['constants', 'true g'],
    ['an array in an array', 'BT /F 9 Tf [[(a)]] TJ ET'],
    ['two arrays', 'BT /F 9 Tf [(a)] [(a)] TJ ET'],
    ['an array of numbers where numbers should be', '[0 0 9 9] re f'],
    ['a number with two points', '1.5.5 w'],
    ['with a sign inside', '1-5 w'],
    ['with an exponent', '1e1 w'],
    ['with two signs', '--1 w'],
    ['of a sign alone', '- w'],
    ['beyond 32 bits', '4294967297 w'],
    ['an operator behind a number', '0q Q'],
    ['behind a sign', '-q Q'],
    ['an unknown operator', 'foo'],
    ['one that goes on', 'q Q Qx'],
    ['a longer one', 'n fooo'],
    ['one that begins as a constant', 'trueq'],
    ['an unknown one between BX and EX', 'BX 1 g 2 foo EX'],
    ['a byte that some take for a space', 'q x\x80q Q Q'],
    ['a high byte in a name', '/\xc1 BMC EMC'],
    ['a NUL', 'q\0Q'],
    ['a form feed', 'q\x0cQ'],
    ['a high byte in a remark', '% \xff\nq Q'],
    ['other characters in a hexadecimal string', 'BT /F 9 Tf <50Z4> Tj ET'],
    ['half a byte', 'BT /F 9 Tf <504> Tj ET'],
    ['an octal number beyond a byte', 'BT /F 9 Tf (\\400) Tj ET'],
    ['a bare return in a string', 'BT /F 9 Tf (a\rb) Tj ET'],
    ['a dictionary with an operator in it', '/P <</MCID 0 q>> BDC EMC'],
    ['with a key twice', '/P <</MCID 0/MCID 1>> BDC EMC'],
    ['q in a text object', 'BT q Q ET'],
    ['a text object in another', 'BT BT ET ET'],
    ['text outside', '/F 9 Tf (Pay.) Tj'],
    ['a path in a text object', 'BT 0 0 9 9 re f ET'],
    ['a colour in a path', '0 0 9 9 re 1 g f'],
    ['a line from nowhere', '9 9 l S'],
    ['a clip of no path', 'q W n Q'],
    ['a clip that does not come', '0 0 9 9 re W q n Q'],
    ['a path that is not painted', '0 0 9 9 re'],
    ['q left open', 'q'],
    ['Q too many', 'Q q'],
    ['text left open', 'BT'],
    ['marked content left open', '/P BMC'],
    ['closed too often', 'EMC'],
    ['a rendering mode that there is not', 'BT 8 Tr ET'],
    ['a broken one', 'BT 1.5 Tr ET'],
    ['text that clips', 'BT 7 Tr ET'],
    ['a matrix that makes a point of all', '0 0 0 0 9 9 cm'],
    ['dashes from before their beginning', '[3] -1 d'],
    ['dashes of nothing', '[0 0] 0 d'],
    ['text without a font', 'BT (Pay.) Tj ET'],
    ['text with a font that Q has taken away', 'q /F 9 Tf Q BT (Pay.) Tj ET'],
    ['more components than the space has', '/DeviceGray cs 0 0 0 1 scn'],
    ['another colour than the pattern takes', '/P cs 1 /U scn'],
    ['a colour for a pattern that has its own', '/P cs 1 0 0 /T scn'],
    ['a glyph on a page', '1 0 d0'],
    ['an intent that there is not', '/Foo ri'],
    ['a layer that is none', '/OC /M BDC EMC'],
    ['deeper than readers go', `${'q '.repeat(120)}${'Q '.repeat(120)}`],
  ])('%s', (_, content) => expect(found(content)).toBe('operators'));

  test.each(['BT /Z 9 Tf ET', '/Z gs', '/Z cs', '/Z sh', '/Z Do', '/Pattern cs /Z scn', '/P /Z BDC EMC'])(
    'a name that stands for nothing: %s',
    (content) => expect(found(content)).toBe('resources'),
  );

  test('a remark, a string, a number or an operator in two parts', () => {
    expect(found('% to be ', `continued ${TEXT}\n`)).toBe('operators');
    expect(found('BT /F 9 Tf (Pay', ' me) Tj ET')).toBe('operators');
    expect(found('0 0 0 1', '0 rg')).toBe('contents');
    expect(found('0 0 m 1 1 2 2 3 3 c', 's')).toBe('contents');
  });

  test('after a text set glyph by glyph', () => {
    const glyph = ' 5 0 Td <0041> Tj';
    const type0 =
      '/Resources<</Font<</F<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType2/DW 500>>]>>>>>>';
    const page = (glyphs: string): Uint8Array => letter(`BT /F 9 Tf <0041> Tj${glyphs} ET${' '.repeat(99)}`, type0);
    expect(foundIn(page(glyph.repeat(9)))).toBeUndefined();
    expect(foundIn(page(glyph.repeat(9) + glyph.replace('0041', '00Z1')))).toBe('operators');
    expect(foundIn(page(glyph.repeat(9) + glyph.replace('5', '-')))).toBe('operators');
  });

  test('however many parts there are', () => {
    const builder = new PdfBuilder().letter('q Q\n');
    builder.object(3, `<</Type/Page/Parent 2 0 R/Contents[${'4 0 R '.repeat(200_000)}]>>`).table();
    expect(foundIn(builder.done())).toBeUndefined();
  });
});
