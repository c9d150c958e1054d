import { describe, expect, test } from 'vitest';
import { PdfBuilder } from './build.ts';
import { FORM, found, foundIn, type Part } from './content-findings.ts';

describe('graphics state, gradients and tiles', () => {
  test.each(['/ca .5/CA 1/BM/Multiply/SMask/None/TR2/Default/SA true', '/D[[3 1] 0]/LW 1/LC 1/LJ 1/ML 10'])(
    'set alike: %s',
    (state) => expect(found('/G gs', `/ExtGState<</G<<${state}>>>>`)).toBeUndefined(),
  );
  test.each([
    ...['/ca 2', '/BM[/Multiply]', '/BM/Darken', '/LW -1', '/LC 3', '/Font[9 0 R 12]', '/UCR 5 0 R'],
    ...['/D[[0 3] 0]', '/D[[3] -1]', '/FL 2', '/AIS true', '/TK false'],
    ...[
      '/SMask<</S/Foo/G 5 0 R>>',
      '/SMask<</S/Luminosity/G 5 0 R>>',
      '/SMask<</S/Alpha/G 5 0 R/BC[1]>>',
      '/SMask<</S/Luminosity/G 7 0 R/BC[1]>>',
      '/SMask<</S/Luminosity/G 8 0 R>>',
      '/SMask<</S/Alpha/G 5 0 R/TR 6 0 R>>',
    ],
  ])('and not: %s', (state) => {
    const group: Part = [`${FORM}/Group<</S/Transparency>>`, 'q Q'];
    const gray: Part = [`${FORM}/Group<</S/Transparency/CS/DeviceGray>>`, 'q Q'];
    const knocking: Part = [`${FORM}/Group<</S/Transparency/CS/DeviceGray/K true>>`, 'q Q'];
    expect(found('/G gs', `/ExtGState<</G<<${state}>>>>`, group, '<<>>', gray, knocking)).toBe('graphics-state');
  });

  test('the light of a mask may be black where nothing is painted', () => {
    const gray: Part = [`${FORM}/Group<</S/Transparency/CS/DeviceGray>>`, 'q Q'];
    expect(found('/G gs', '/ExtGState<</G<</SMask<</S/Luminosity/BC[0]/G 5 0 R>>>>>>', gray)).toBeUndefined();
  });

  test('colours darken what is below on the page alone', () => {
    const MODE = '/ExtGState<</G<</BM/Multiply>>>>';
    const tile = `/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 9 9]/XStep 9/YStep 9/Resources<<${MODE}>>`;
    expect(found('/X Do', '/XObject<</X 5 0 R>>', [`${FORM}/Resources<<${MODE}>>`, '/G gs'])).toBe('graphics-state');
    expect(found('/Pattern cs /T scn', '/Pattern<</T 5 0 R>>', [tile, '/G gs'])).toBe('graphics-state');
  });

  test('the group of a page knocks out nothing', () => {
    const page = (group: string): string | undefined => {
      const builder = new PdfBuilder().letter('q Q', `/Group<</S/Transparency${group}>>`);
      builder.table();
      return foundIn(builder.done());
    };
    expect(page('/CS/DeviceRGB/I true')).toBeUndefined();
    expect(page('/K true')).toBe('form');
  });

  const FONT = '/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>';
  test.each([
    ['BT /F 9 Tf 2 Tr (a) Tj ET', undefined],
    ['/E gs BT /F 9 Tf 2 Tr (a) Tj ET', undefined],
    ['/G gs BT /F 9 Tf (a) Tj ET', undefined],
    ['/G gs BT /F 9 Tf 2 Tr (a) Tj ET', 'operators'],
    ['/G gs /X Do', 'graphics-state'],
    ['/X Do', undefined],
  ])('outlined letters have one opacity: %s', (content, finding) => {
    const states = '/ExtGState<</E<</CA .5/ca .5>>/G<</CA 0>>>>';
    const outlined: Part = [`${FORM}/Resources<<${FONT}>>`, 'BT /F 9 Tf 1 Tr (a) Tj ET'];
    expect(found(content, `${states}${FONT}/XObject<</X 5 0 R>>`, outlined)).toBe(finding);
  });

  test('below a soft mask only groups are drawn, not forms that may do away with it', () => {
    const drawn = (group: string): string | undefined =>
      found(
        'q /G gs /X Do Q',
        '/ExtGState<</G<</SMask<</S/Alpha/G 5 0 R>>>>>>/XObject<</X 6 0 R>>',
        [`${FORM}/Group<</S/Transparency>>`, ''],
        [FORM + group, ''],
      );
    expect(drawn('/Group<</S/Transparency>>')).toBeUndefined();
    expect(drawn('')).toBe('operators');
  });

  const BLEND = '/Function<</FunctionType 2/Domain[0 1]/N 1>>';
  test.each([
    ['/ShadingType 2/Coords[0 0 9 9]/Extend[true true]', undefined],
    ['/ShadingType 3/Coords[5 5 0 5 5 9]', undefined],
    ['/ShadingType 2/Coords[0 0 0 0]', 'shading'],
    ['/ShadingType 2/Coords[0 0 9]', 'shading'],
    ['/ShadingType 2/Coords[0 0 9 9]/Domain[0 1]', undefined],
    ['/ShadingType 2/Coords[0 0 9 9]/Domain[1 0]', 'shading'],
    ['/ShadingType 3/Coords[5 5 0 5 5 9]/Domain[0 0]', 'shading'],
    ['/ShadingType 2/Coords[0 0 9 9]/Background[0]', 'shading'],
    ['/ShadingType 9/Coords[0 0 9 9]', 'shading'],
  ])('a gradient %s', (shading, finding) => {
    expect(found('/S sh', `/Shading<</S<<${shading}/ColorSpace/DeviceGray${BLEND}>>>>`)).toBe(finding);
  });

  test.each([
    ['/XStep 9/YStep 9/PaintType 1', undefined],
    ['/XStep 9/YStep -9/PaintType 1', 'pattern'],
    ['/XStep 9/YStep 9/PaintType 1/Matrix[200000 0 0 1 0 0]', 'pattern'],
    ['/XStep 9/YStep 9/PaintType 1/TilingType 9', 'pattern'],
    ['/XStep 0/YStep 9/PaintType 1', 'pattern'],
    ['/XStep .01/YStep 9/PaintType 1', 'pattern'],
    ['/XStep 9/YStep 9/PaintType 3', 'pattern'],
    ['/XStep 9/YStep 9/PaintType 2', 'operators'],
  ])('a tile %s', (tile, finding) => {
    const kind = tile.includes('Tiling') ? '' : '/TilingType 1';
    const stream: Part = [`/PatternType 1${kind}/BBox[0 0 9 9]${tile}`, '0 g 0 0 3 3 re f'];
    expect(found('/Pattern cs /T scn', '/Pattern<</T 5 0 R>>', stream)).toBe(finding);
  });
});

describe('what takes no state from who draws it', () => {
  const BARE = '/Font<</H<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>';
  test.each([
    ['0 g 0 0 3 3 re f', undefined],
    ['0 0 3 3 re f', 'operators'],
    ['0 g q 1 g Q 0 0 3 3 re B', 'operators'],
    ['0 G 1 w 0 0 3 3 re S', undefined],
    ['0 G 0 0 3 3 re S', 'operators'],
    ['q 0 g Q 0 0 3 3 re f', 'operators'],
    ['0 g 0 Tr 0 Tc 0 Tw 100 Tz 0 Ts BT /H 9 Tf (a) Tj ET', undefined],
    ['0 g 0 Tc 0 Tw 100 Tz 0 Ts BT /H 9 Tf (a) Tj ET', 'operators'],
    ['0 g /X Do', 'operators'],
  ])('a tile: %s', (content, finding) => {
    const tile = '/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 9 9]/XStep 9/YStep 9';
    const inside = `/Resources<<${BARE}/XObject<</X 6 0 R>>>>`;
    const form: Part = [FORM, '0 0 3 3 re f'];
    expect(found('/Pattern cs /T scn', '/Pattern<</T 5 0 R>>', [tile + inside, content], form)).toBe(finding);
  });

  test.each([
    ['9 0 d0 1 g 0 0 9 9 re f', undefined],
    ['9 0 d0 0 0 9 9 re f', 'operators'],
    ['9 0 d0 0 g 0 Tr 0 Tc 0 Tw 100 Tz 0 Ts BT /H 9 Tf (a) Tj ET', 'operators'],
    ['9 0 d0 /G gs', 'operators'],
    ['9 1 d0', 'operators'],
    ['9 0 0 0 9 9 d1 1 w 0 0 m 9 9 l S', 'operators'],
    ['9 0 0 0 9 9 d1 1 w 1 1 m 8 8 l S', undefined],
    ['9 0 0 0 9 9 d1 0 0 m 9 9 l S', 'operators'],
    ['9 0 0 0 9 9 d1 0 0 19 9 re f', 'operators'],
    // A control point may be beyond, where the curve is not.
    ['9 0 0 0 9 9 d1 0 0 m 0 12 9 12 9 0 c f', undefined],
    ['9 0 0 0 9 9 d1 0 0 m 0 18 9 18 9 0 c f', 'operators'],
    ['9 0 0 0 9 9 d1 q 9 0 0 9 0 0 cm BI /IM true/W 1/H 1/BPC 1 ID \0 EI Q', undefined],
    ['9 0 0 0 9 9 d1 q 19 0 0 9 0 0 cm BI /IM true/W 1/H 1/BPC 1 ID \0 EI Q', 'operators'],
  ])('a glyph: %j', (content, finding) => {
    const head = '/Type/Font/Subtype/Type3/FontMatrix[.1 0 0 .1 0 0]/FontBBox[0 0 9 9]/FirstChar 65/LastChar 65';
    const inside = `/Resources<<${BARE}/ExtGState<</G<<>>>>>>`;
    const font = `<<${head}/Widths[9]/CharProcs<</A 6 0 R>>${inside}>>`;
    expect(found('BT /F 9 Tf (A) Tj ET', '/Font<</F 5 0 R>>', font, ['', content])).toBe(finding);
  });

  test.each(['1 0 .1 1 0 0', '1 0 0 1 9 0', '-1 0 0 1 0 0', '1 0 0 0 0 0'])(
    'nor is a font slanted or moved: %s',
    (matrix) => {
      const font = `<</Type/Font/Subtype/Type3/FontMatrix[${matrix}]/FontBBox[0 0 9 9]/CharProcs<<>>>>`;
      expect(found('BT /F 9 Tf (A) Tj ET', '/Font<</F 5 0 R>>', font)).toBe('font');
    },
  );
});

describe('how much is drawn, and where', () => {
  test.each([
    ['1000 0 0 1 0 0 cm 90000 0 m 0 9 l S', 'operators'],
    ['1000 0 0 1 0 0 cm 1 g 90000 0 9 9 re f', 'operators'],
    ['.001 0 0 1 0 0 cm 90000 0 9 9 re f', undefined],
    ['100001 0 m 0 9 l S', 'operators'],
    ['100001 w', 'operators'],
    ['99999 w', undefined],
    ['1000 0 0 1 0 0 cm 900 0 0 1 0 0 cm BI /IM true/W 1/H 1/BPC 1 ID \0 EI', 'operators'],
    ['1 J 9 9 m 9 9 9 9 9 9 c S', 'operators'],
    ['9 9 m 9 9 9 9 9 9 c f', undefined],
    ['[3 1] 0 d 0 0 m 500 0 l S', undefined],
    ['[.001 .001] 0 d 0 0 m 500 0 l S', 'operators'],
  ])('%s', (content, finding) => expect(found(content, '')).toBe(finding));

  test('behind more than is looked at for ink as well', () => {
    const many = '9 9 m 8 8 l S '.repeat(70_000);
    expect(found(`q 1000 0 0 1 0 0 cm ${many} Q 90000 0 m 0 9 l S`, '')).toBeUndefined();
    expect(found(`q 1000 0 0 1 0 0 cm ${many} 90000 0 m 0 9 l S Q`, '')).toBe('operators');
  });

  test('in tiles and glyphs', () => {
    const tile = '/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 9 9]/XStep 9/YStep 9';
    const drawn = (matrix: string): string | undefined =>
      found('/Pattern cs /T scn', '/Pattern<</T 5 0 R>>', [`${tile}/Matrix[${matrix}]`, '0 g 0 0 90000 9 re f']);
    expect(drawn('1 0 0 1 0 0')).toBeUndefined();
    expect(drawn('1000 0 0 1 0 0')).toBe('operators');
  });

  test('forms in forms, a hundred thousand and no more', () => {
    const into = (number: number): string => `${FORM}/Resources<</XObject<</X ${number} 0 R>>>>`;
    const drawn = (times: number): (() => string | undefined) => {
      const many = '/X Do '.repeat(times);
      return () => found(many, '/XObject<</X 5 0 R>>', [into(6), many], [into(7), many], [FORM, '']);
    };
    expect(drawn(40)()).toBeUndefined();
    expect(drawn(50)).toThrow(expect.objectContaining({ code: 'pdf/too-large' }));
  });
});
