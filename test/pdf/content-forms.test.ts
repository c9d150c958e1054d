import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { concat, fromLatin1, toLatin1 } from '../../src/core/bytes.ts';
import { PdfBuilder } from './build.ts';
import { FORM, found, foundIn, type Part } from './content-findings.ts';

/** Rows with one object more, which may be left out. */
function spaces(rows: readonly (readonly [string, Part?])[]): (readonly [string, Part])[] {
  return rows.map(([space, object = 'null']) => [space, object]);
}

type Data = string | Uint8Array;

function pictures(
  rows: readonly (readonly [string, string, Data, Part?])[],
): (readonly [string, string, Data, Part])[] {
  return rows.map(([name, dict, data, object = 'null']) => [name, dict, data, object]);
}

const deflated = (bytes: Uint8Array): Uint8Array => nodePrimitives.deflate(bytes);
const MASK = '/Type/XObject/Subtype/Image/Width 8/Height 1/ImageMask true';

describe('forms', () => {
  const drawn = (dict: string, data: string = '0 0 9 9 re f', ...more: readonly Part[]): string | undefined =>
    found(
      '/X Do',
      '/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>/XObject<</X 5 0 R>>',
      [dict, data],
      ...more,
    );

  test.each(['', '/Matrix[1 0 0 1 0 0]/FormType 1', '/Group<</S/Transparency/CS/DeviceRGB/I true>>'])(
    'placed alike by all: %j',
    (dict) => expect(drawn(FORM + dict)).toBeUndefined(),
  );

  test.each([
    '/Matrix[1 0 0 1 0]',
    '/Matrix[1 0 0 1 (a) 0]',
    '/Matrix[0 0 0 0 9 9]',
    '/FormType 2',
    '/Subtype2/PS',
    '/Group<</S/Foo>>',
    '/Group<</S/Transparency/CS/Foo>>',
  ])('and not: %s', (dict) => expect(drawn(FORM + dict)).toBe('form'));

  test('take no names from the page, which only some readers would give them', () => {
    expect(drawn(FORM, 'BT /F 9 Tf (Pay.) Tj ET')).toBe('resources');
    expect(drawn(`${FORM}/Resources<<>>`, 'BT /F 9 Tf (Pay.) Tj ET')).toBe('resources');
    expect(drawn('/BBox[0 0 9 9]')).toBe('operators');
  });

  test('nor their font', () => {
    const page = 'BT /F 9 Tf ET /X Do';
    const resources = '/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>/XObject<</X 5 0 R>>';
    expect(found(page, resources, [FORM, 'BT (Pay.) Tj ET'])).toBe('operators');
  });

  test('that draw themselves, over others', () => {
    const into = (number: number): string => `${FORM}/Resources<</XObject<</Y ${number} 0 R>>>>`;
    expect(drawn(into(6), '/Y Do', [into(7), '/Y Do'], [FORM, 'q Q'])).toBeUndefined();
    expect(drawn(into(6), '/Y Do', [into(7), '/Y Do'], [into(6), '/Y Do'])).toBe('form');
  });

  test('of appearances, patterns, glyphs and soft masks are read as well', () => {
    const annotated = new PdfBuilder().letter(
      '',
      '/Annots[<</Type/Annot/Subtype/Stamp/Rect[0 0 9 9]/AP<</N<</On 5 0 R>>>>>>]',
    );
    annotated.stream(5, FORM, 'foo').table();
    expect(foundIn(annotated.done())).toBe('operators');
    const tile = '/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 9 9]/XStep 9/YStep 9';
    expect(found('/Pattern cs /T scn', '/Pattern<</T 5 0 R>>', [tile, 'foo'])).toBe('operators');
    expect(
      found('/Pattern cs /T scn', '/Pattern<</T 5 0 R>>', [`${tile}/Filter/Fl`, deflated(fromLatin1('q Q'))]),
    ).toBe('contents-filter');
    const mask = '/ExtGState<</G<</SMask<</S/Alpha/G 5 0 R>>>>>>';
    expect(found('/G gs', mask, [`${FORM}/Group<</S/Transparency>>`, 'foo'])).toBe('operators');
  });
});

describe('fonts of drawings', () => {
  const type3 =
    '/Type/Font/Subtype/Type3/FontMatrix[.1 0 0 .1 0 0]/FontBBox[0 0 9 9]/FirstChar 65/LastChar 65/Widths[9]';
  const shown = (glyph: string, font: string = type3): string | undefined =>
    found('BT /F 9 Tf (A) Tj ET', '/Font<</F 5 0 R>>', `<<${font}/CharProcs<</A 6 0 R>>>>`, ['', glyph]);

  test.each(['9 0 0 0 9 9 d1 0 0 9 9 re f', '9 0 d0 1 0 0 rg 0 0 9 9 re f', ''])('drawn alike: %j', (glyph) =>
    expect(shown(glyph)).toBeUndefined(),
  );
  test.each(['0 0 9 9 re f', '9 0 0 0 9 9 d1 1 g 0 0 9 9 re f', 'q Q 9 0 d0', '9 0 d0 9 0 d0', '9 0 d0 foo'])(
    'and not: %s',
    (glyph) => expect(shown(glyph)).toBe('operators'),
  );
  test('without a matrix', () => expect(shown('9 0 d0', type3.replace('.1 0 0 .1 0 0', '.1'))).toBe('font'));
});

describe('colour spaces', () => {
  const FUNCTION = (from: string, to: string): string => `<</FunctionType 2/Domain[0 1]/C0[${from}]/C1[${to}]/N 1>>`;
  const used = (space: string, object: Part = 'null'): string | undefined =>
    found('/C cs', `/ColorSpace<</C ${space}>>`, object);
  const CAL = '/WhitePoint[0.9505 1 1.089]';

  /** A profile of a header, and of those tags. */
  function profile(space: string, tags: Readonly<Record<string, readonly number[]>> = {}): Uint8Array {
    const names = Object.keys(tags);
    const head = new Uint8Array(132 + 12 * names.length);
    const view = new DataView(head.buffer);
    const parts = names.map((name) => Uint8Array.from(tags[name]!));
    let at = head.length;
    view.setUint32(128, names.length);
    for (const [i, name] of names.entries()) {
      head.set(fromLatin1(name), 132 + 12 * i);
      view.setUint32(136 + 12 * i, at);
      view.setUint32(140 + 12 * i, parts[i]!.length);
      at += parts[i]!.length;
    }
    view.setUint32(0, at);
    head.set(fromLatin1(space), 16);
    head.set(fromLatin1('acsp'), 36);
    return concat(head, ...parts);
  }
  const curve = (...values: readonly number[]): readonly number[] => [
    ...[0x63, 0x75, 0x72, 0x76, 0, 0, 0, 0, 0, 0, 0, values.length],
    ...values.flatMap((value) => [value >> 8, value & 255]),
  ];

  /** Three numbers of 16.16 bits. */
  const xyz = (...values: readonly number[]): readonly number[] => [
    ...[0x58, 0x59, 0x5a, 0x20, 0, 0, 0, 0],
    ...values.flatMap((value) => [0, 0, Math.floor(value * 256), Math.floor(value * 65_536) & 255]),
  ];
  const SRGB = {
    ...{ rTRC: curve(0x0233), gTRC: curve(0x0233), bTRC: curve(0, 0x7000, 0xffff) },
    ...{ rXYZ: xyz(0.4361, 0.2225, 0.0139), gXYZ: xyz(0.3851, 0.7169, 0.0971), bXYZ: xyz(0.1431, 0.0606, 0.7141) },
  };

  test.each(
    spaces([
      ['/DeviceCMYK'],
      [`[/CalGray<<${CAL}/Gamma 2.2>>]`],
      [`[/CalRGB<<${CAL}/Gamma[2.2 2.2 2.2]/Matrix[.4124 .2126 .0193 .3576 .7152 .1192 .1805 .0722 .9505]>>]`],
      [`[/Separation/X[/Lab<<${CAL}/Range[-128 127 -128 127]>>]${FUNCTION('100 0 0', '50 60 20')}]`],
      ['[/ICCBased 5 0 R]', ['/N 3/Alternate/DeviceRGB', profile('RGB ', SRGB)]],
      ['[/ICCBased 5 0 R]', ['/N 4', profile('CMYK')]],

      [`[/Separation/PANTONE#20185/DeviceCMYK ${FUNCTION('0 0 0 0', '0 1 1 0')}]`],
      [
        '[/DeviceN[/A/B]/DeviceGray 5 0 R]',
        ['/FunctionType 0/Domain[0 1 0 1]/Range[0 1]/Size[2 2]/BitsPerSample 8', 'four'],
      ],
    ]),
  )('seen alike: %s', (space, object) => expect(used(space, object)).toBeUndefined());

  test.each(
    spaces([
      ['/DeviceFoo'],
      ['[/DeviceRGB/DeviceGray]'],
      [`[/CalGray<<${CAL}/Gamma 90>>]`],
      [`[/CalGray<<${CAL}/BlackPoint[.9 .9 .9]>>]`],
      [`[/CalRGB<<${CAL}/Matrix[0 0 0 0 0 0 0 0 0]>>]`],
      [`[/Lab<<${CAL}>>]`],
      [`[/Separation/X[/Lab<<${CAL}/Range[100 100 100 100]>>]${FUNCTION('100 0 0', '50 60 20')}]`],
      ['[/Indexed/DeviceRGB 1<000000ffffff>]'],
      ['[/ICCBased 5 0 R]', ['/N 3/Alternate/DeviceCMYK', profile('RGB ')]],
      ['[/ICCBased 5 0 R]', ['/N 3', profile('CMYK')]],
      ['[/ICCBased 5 0 R]', ['/N 3', profile('RGB ')]],
      ['[/ICCBased 5 0 R]', ['/N 3', profile('RGB ', { ...SRGB, A2B0: curve(1) })]],
      ['[/ICCBased 5 0 R]', ['/N 3', 'not a profile']],
      ['[/ICCBased 5 0 R]', ['/N 1', profile('GRAY', { kTRC: curve(0xffff, 0) })]],
      ['[/ICCBased 5 0 R]', ['/N 3', profile('RGB ', { ...SRGB, rXYZ: SRGB.gXYZ })]],
      ['[/Indexed/DeviceRGB 2<000000ffffff>]'],
      ['[/Indexed[/Indexed/DeviceRGB 0<000000>]0<00>]'],
      [`[/Separation/All/DeviceGray ${FUNCTION('1', '1')}]`],
      [`[/Separation/None/DeviceGray ${FUNCTION('1', '0')}]`],
      [`[/Separation/Black/DeviceGray ${FUNCTION('1', '1')}]`],
      [`[/Separation/X/DeviceGray ${FUNCTION('1 1', '0 0')}]`],
      [`[/DeviceN[/None]/DeviceGray ${FUNCTION('1', '0')}]`],
      ['[/Separation/X/DeviceGray 5 0 R]', ['/FunctionType 4/Domain[0 1]/Range[0 1]', '{1 exch sub}']],
      ['[/Separation/X/DeviceGray 5 0 R]', ['/FunctionType 4/Domain[0 1]/Range[0 1]', '{0 idiv}']],
      ['[/Separation/X/DeviceGray 5 0 R]', ['/FunctionType 0/Domain[0 1]/Range[0 1]/Size[9]/BitsPerSample 8', 'short']],
    ]),
  )('and not: %s', (space, object) => expect(used(space, object)).toBe('colour-space'));

  test('in place of those of the device', () => {
    expect(found('', '/ColorSpace<</DefaultRGB 5 0 R>>', '/DeviceRGB')).toBeUndefined();
    expect(found('', `/ColorSpace<</DefaultGray[/Separation/X/DeviceGray ${FUNCTION('1', '0')}]>>`)).toBe(
      'colour-space',
    );
    expect(found('', '/ColorSpace<</DefaultRGB/DeviceCMYK>>')).toBe('colour-space');
  });
});

/** A JPEG of no picture: what its segments say is what is looked at. */
function jpeg(width: number, height: number, components: number, app: string = 'JFIF'): Uint8Array {
  const frame = [8, height >> 8, height & 255, width >> 8, width & 255, components];
  for (let i = 1; i <= components; i++) frame.push(i, 0x11, 0);
  const segment = (marker: number, data: readonly number[]): readonly number[] => [
    ...[0xff, marker, 0, data.length + 2],
    ...data,
  ];
  const head =
    app === 'JFIF'
      ? segment(0xe0, [...fromLatin1('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0])
      : app === ''
        ? []
        : segment(0xee, [...fromLatin1('Adobe'), 0, 100, 0, 0, 0, 0, Number(app)]);
  const scan = segment(0xda, [components, ...new Array<number>(2 * components).fill(1), 0, 63, 0]);
  return Uint8Array.from([0xff, 0xd8, ...head, ...segment(0xc0, frame), ...scan, 1, 0xff, 0, 2, 0xff, 0xd9]);
}

/** The segment that begins a page. */
function jbig2(width: number, height: number): Uint8Array {
  const page = [0, 0, 0, width, 0, 0, 0, height, ...new Array<number>(11).fill(0)];
  return Uint8Array.from([0, 0, 0, 0, 0x30, 0, 1, 0, 0, 0, page.length, ...page]);
}

describe('pictures', () => {
  const IMAGE = '/Type/XObject/Subtype/Image';
  const RGB = `${IMAGE}/Width 8/Height 4/BitsPerComponent 8/ColorSpace/DeviceRGB`;
  const drawn = (dict: string, data: string | Uint8Array, other: Part = 'null'): string | undefined =>
    found('/I Do', '/XObject<</I 5 0 R>>', [dict, data], other);
  const zeros = (length: number): Uint8Array => deflated(new Uint8Array(length));
  const FLATE = '/Filter/FlateDecode';
  const PNG = '/DecodeParms<</Predictor 15/Colors 3/Columns 8>>';
  const ROW = '/DecodeParms<</Predictor 15/Columns 8>>';
  const table = (last: number, bits: number): string =>
    `${IMAGE}/Width 8/Height 1/BitsPerComponent ${bits}/ColorSpace[/Indexed/DeviceGray ${last}<${'00'.repeat(last + 1)}>]`;
  const JBIG2 = '/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/JBIG2Decode';
  const FAX = '/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/CCITTFaxDecode/DecodeParms';

  test.each(
    pictures([
      ['compressed', RGB + FLATE, zeros(96)],
      ['row by row', RGB + FLATE + PNG, zeros(100)],
      ['as it is', RGB, new Uint8Array(96)],
      ['as text', `${RGB}/Filter/ASCIIHexDecode`, `${'00'.repeat(96)}>`],
      ['as text of a JPEG', `${RGB}/Filter[/ASCIIHexDecode/DCTDecode]`, `${toHex(jpeg(8, 4, 3))}>`],
      ['a JPEG', `${RGB}/Filter/DCTDecode`, jpeg(8, 4, 3)],
      ['a JPEG of colours that is said to be gray', `${RGB.replace('RGB', 'Gray')}/Filter/DCTDecode`, jpeg(8, 4, 3)],
      ['a JPEG that says how it is stored', `${RGB}/Filter/DCTDecode`, jpeg(8, 4, 3, '1')],
      ['a mask', `${MASK}/Decode[1 0]`, 'x'],
      ['a table of colours', table(3, 2), '\x1b\x1b'],
      ['a short one', table(2, 8), '\0\x01\x02\0\0\0\0\0'],
      ['a short one, compressed', table(2, 8) + FLATE, deflated(fromLatin1('\0\x01\x02\0\0\0\0\0'))],
      ['a short one, row by row', table(2, 8) + FLATE + ROW, deflated(fromLatin1('\x01\x02\0\0\0\0\0\0\0'))],
      ['a fax', `${IMAGE}/Width 8/Height 4${FAX}<</K -1/Columns 8/Rows 4>>`, '\xf0'],
      ['a page of JBIG2', `${IMAGE}/Width 8/Height 4${JBIG2}`, jbig2(8, 4)],
      ['a soft mask', `${RGB}${FLATE}/SMask 6 0 R`, zeros(96), [RGB.replace('RGB', 'Gray'), new Uint8Array(32)]],
      ['a hard one', `${RGB}${FLATE}/Mask 6 0 R`, zeros(96), [MASK, 'x']],
      ['colours that are none', `${RGB}${FLATE}/Mask[0 1 0 1 0 1]`, zeros(96)],
    ]),
  )('of the same pixels to all: %s', (_, dict, data, other) => expect(drawn(dict, data, other)).toBeUndefined());

  test.each(
    pictures([
      ['too short', RGB + FLATE, zeros(95)],
      ['too few rows', RGB + FLATE + PNG, zeros(99)],
      ['beyond a table, compressed', table(2, 8) + FLATE, deflated(fromLatin1('\0\x01\x03\0\0\0\0\0'))],
      ['beyond one, row by row', table(2, 8) + FLATE + ROW, deflated(fromLatin1('\x01\x02\x01\0\0\0\0\0\0'))],
      ['rows of another width', RGB + FLATE + PNG.replace('8', '4'), zeros(200)],
      ['without the head of its compression', RGB + FLATE, zeros(96).subarray(2)],
      ['with another head', RGB + FLATE, concat(new Uint8Array(2), zeros(96).subarray(2))],
      ['of another sum', RGB + FLATE, concat(zeros(96).subarray(0, -4), new Uint8Array(4))],
      ['a short name of a filter', `${RGB}/Filter/Fl`, zeros(96)],
      ['a filter that nobody knows', `${RGB}/Filter[/Foo/FlateDecode]`, zeros(96)],
      ['a filter for encryption', `${RGB}/Filter[/Crypt/FlateDecode]`, zeros(96)],
      ['short keys', RGB.replace('Width', 'W') + FLATE, zeros(96)],
      ['short keys beside the long ones', `${RGB}/IM true${FLATE}`, zeros(96)],
      ['no colour space', RGB.replace('/ColorSpace/DeviceRGB', '') + FLATE, zeros(96)],
      ['a short colour space', RGB.replace('DeviceRGB', 'RGB') + FLATE, zeros(96)],
      ['three bits', RGB.replace('nent 8', 'nent 3') + FLATE, zeros(96)],
      ['another range', `${RGB}/Decode[0 .5 0 1 0 1]${FLATE}`, zeros(96)],
      ['a mask with colours', `${MASK}/ColorSpace/DeviceGray`, 'x'],
      ['two bytes turned round', `${RGB.replace('nent 8', 'nent 16')}/Decode[1 0 1 0 1 0]${FLATE}`, zeros(192)],
      ['four bits of which some are none', `${RGB.replace('nent 8', 'nent 4')}${FLATE}/Mask[0 1 0 1 0 1]`, zeros(48)],
      ['a smooth mask', `${MASK}/Interpolate true`, 'x'],
      ['a mask of another range', `${MASK}/Decode[.9 .1]`, 'x'],
      [
        'two masks',
        `${RGB}${FLATE}/SMask 6 0 R/Mask[0 0 0 0 0 0]`,
        zeros(96),
        [RGB.replace('RGB', 'Gray'), new Uint8Array(32)],
      ],
      [
        'a mask mixed in before',
        `${RGB}${FLATE}/SMask 6 0 R`,
        zeros(96),
        [`${RGB.replace('RGB', 'Gray')}/Matte[1 1 1]`, new Uint8Array(32)],
      ],
      ['beyond its table', table(2, 2), '\x1b\x1b'],
      ['a JPEG of another height', `${RGB}/Filter/DCTDecode`, jpeg(8, 8, 3)],
      ['of another width', `${RGB}/Filter/DCTDecode`, jpeg(16, 4, 3)],
      ['of other colours', `${RGB}/Filter/DCTDecode`, jpeg(8, 4, 1)],
      ['of other bits', `${RGB.replace('nent 8', 'nent 4')}/Filter/DCTDecode`, jpeg(8, 4, 3)],
      ['with something before it', `${RGB}/Filter/DCTDecode`, concat(fromLatin1('junk'), jpeg(8, 4, 3))],
      ['cut short', `${RGB}/Filter/DCTDecode`, jpeg(8, 4, 3).subarray(0, -2)],
      ['stored in two ways', `${RGB}/Filter/DCTDecode/DecodeParms<</ColorTransform 0>>`, jpeg(8, 4, 3)],
      ['a JPEG 2000', `${RGB}/Filter/JPXDecode`, 'x'],
      ['a page of JBIG2 of another height', `${IMAGE}/Width 8/Height 4${JBIG2}`, jbig2(8, 8)],
      ['a fax of fewer rows', `${IMAGE}/Width 8/Height 9${FAX}<</K -1/Columns 8>>`, '\xf0'],
      ['a fax of group 3', `${IMAGE}/Width 8/Height 4${FAX}<</K 0/Columns 8>>`, 'x'],
      ['a fax of another width', `${IMAGE}/Width 8/Height 4${FAX}<</K -1>>`, 'x'],
    ]),
  )('and not: %s', (_, dict, data, other) => expect(drawn(dict, data, other)).toBe('image'));

  test('in content are held to the same', () => {
    const inline = (entries: string, data: string): string | undefined => found(`BI ${entries} ID ${data} EI`, '');
    expect(inline('/W 8/H 1/BPC 8/CS/G/F/AHx', '0011223344556677>')).toBeUndefined();
    expect(inline('/W 8/H 1/BPC 8/CS/G/F/AHx', '00112233445566>')).toBe('image');
    expect(inline('/W 8/H 1/BPC 8/CS/G/F/DCT', toLatin1(jpeg(8, 2, 1)))).toBe('image');
    expect(inline('/W 8/H 1/IM true/Foo 1', 'x')).toBe('image');
  });
});

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
