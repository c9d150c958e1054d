import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { type Rect, pageView, transformRect } from '../../src/pdf/geometry.ts';
import { type PageInk, pageInk } from '../../src/pdf/ink.ts';
import { ask, missingJudge, withFolder } from '../support/judges.ts';
import { hasShared, sharedPath } from '../support/shared.ts';
import { PdfBuilder, letter } from './build.ts';

/** The ink of a page of 612 by 792 with that content. */
function inkOf(content: string, page?: string): PageInk {
  const document = openPdf(letter(content, page), nodePrimitives);
  return pageInk(document, document.pages()[0]!);
}

function boxesOf(ink: PageInk): Rect[] {
  const boxes: Rect[] = [];
  for (let i = 0; i < ink.boxes.length; i += 4) {
    boxes.push([ink.boxes[i]!, ink.boxes[i + 1]!, ink.boxes[i + 2]!, ink.boxes[i + 3]!]);
  }
  return boxes;
}

/** The boxes that content paints, rounded to hundredths. */
function painted(content: string, page?: string): number[][] {
  const ink = inkOf(content, page);
  expect(ink.full).toBe(false);
  return boxesOf(ink).map((box) => box.map((value) => Math.round(value * 100) / 100));
}

const WIDE_A = '/Resources<</Font<</F<</Type/Font/Subtype/TrueType/BaseFont/X/FirstChar 65/Widths[500 1000]>>>>>>';

describe('paths', () => {
  test('a fill covers its box, each part of the path for itself', () => {
    expect(painted('10 20 30 40 re 100 200 m 150 200 l 150 260 l h f')).toEqual([
      [10, 20, 40, 60],
      [100, 200, 150, 260],
    ]);
  });

  test('a stroked frame leaves its inside free', () => {
    const boxes = painted('4 w 100 100 300 500 re S');
    expect(boxes).toHaveLength(4);
    expect(boxes).toContainEqual([98, 98, 402, 102]);
    expect(boxes).toContainEqual([98, 98, 102, 602]);
  });

  test('a curve is within its control points', () => {
    expect(painted('10 10 m 20 100 60 120 80 10 c f')).toEqual([[10, 10, 80, 120]]);
  });

  test('the transformation and the line width scale', () => {
    expect(painted('q 2 0 0 2 100 100 cm 10 w 0 50 m 100 50 l S Q 5 5 5 5 re f')).toEqual([
      [90, 190, 310, 210],
      [5, 5, 10, 10],
    ]);
  });

  test('what a clip path cuts off does not count', () => {
    expect(painted('100 100 50 50 re W n 0 0 612 792 re f')).toEqual([[100, 100, 150, 150]]);
    expect(painted('q 100 100 50 50 re W n 300 300 9 9 re f Q 1 1 1 1 re f')).toEqual([[1, 1, 2, 2]]);
  });

  test('nothing outside the visible page counts', () => {
    expect(painted('-50 -50 10 10 re f 700 10 5 5 re f')).toEqual([]);
  });
});

test('text in a font that gives a width twice, or none, is as wide as the greatest', () => {
  const wide = (font: string, text: string): number => boxesOf(inkOf(`BT /F 100 Tf ${text} Tj ET`, font))[0]![2];
  const below = (widths: string): string =>
    `/Resources<</Font<</F<</Type/Font/Subtype/Type0/Encoding/Identity-H/DescendantFonts[<</W[${widths}]/DW 300>>]>>>>>>`;
  expect(wide(below('2[500]'), '<0002>')).toBe(50);
  expect(wide(below('2[500]2[0]'), '<0002>')).toBe(50);
  expect(wide(below('2 3 0 2[500]'), '<0002>')).toBe(50);
  expect(wide(WIDE_A, '(C)')).toBe(100);
});

describe('white', () => {
  test.each([
    '1 g',
    '1 1 1 rg',
    '0 0 0 0 k',
    '/DeviceRGB cs 1 1 1 sc',
    '/DeviceGray cs 1 scn',
    '/C cs 1 1 1 scn',
    '0.999 0.999 0.999 rg',
  ])('%s on nothing is not ink', (colour) => {
    const page = '/Resources<</ColorSpace<</C[/CalRGB<</WhitePoint[1 1 1]>>]>>>>';
    expect(painted(`${colour} 0 0 612 792 re f`, page)).toEqual([]);
  });

  test.each([
    '0.9 g',
    '0 0 0 1 k',
    '/DeviceRGB cs',
    '/Pattern cs /P scn',
    '/Unknown cs 1 1 1 scn',
    '1 1 1 rg /C cs 1 scn',
  ])('%s is ink', (colour) => {
    expect(painted(`${colour} 10 10 5 5 re f`, '/Resources<</ColorSpace<</C[/Separation/Gold]>>>>')).toHaveLength(1);
  });

  test('a white fill with a black edge is its edge', () => {
    expect(painted('1 g 0 G 100 100 300 300 re B')).toHaveLength(4);
  });

  test('the colour comes back with the graphics state', () => {
    expect(painted('q 1 g Q 10 10 5 5 re f')).toHaveLength(1);
  });
});

describe('text', () => {
  test('counts by the widths of its font, an em up and a third down', () => {
    expect(painted('BT /F 10 Tf 100 200 Td (AB) Tj ET', WIDE_A)).toEqual([[100, 197, 115, 210]]);
  });

  test('spacing, stretching and rise move its edges', () => {
    const state = '/F 10 Tf 2 Tc 50 Tz 3 Ts';
    expect(painted(`BT ${state} 100 200 Td (AA) Tj ET`, WIDE_A)).toEqual([[100, 200, 107, 213]]);
  });

  test('lines follow from Td, TD, T*, quote and the leading', () => {
    const content = `BT /F 10 Tf 12 TL 50 700 Td (A) Tj T* (A) Tj 0 -20 TD (A) Tj (A) ' ET`;
    expect(painted(content, WIDE_A).map((box) => box[1])).toEqual([697, 685, 665, 645]);
  });

  test('columns on one line stay apart, words on it become one', () => {
    const content = 'BT /F 10 Tf 1 0 0 1 50 700 Tm (A) Tj 1 0 0 1 60 700 Tm (A) Tj 1 0 0 1 300 700 Tm (A) Tj ET';
    expect(painted(content, WIDE_A)).toEqual([
      [50, 697, 65, 710],
      [300, 697, 305, 710],
    ]);
  });

  test('a number between strings moves what follows', () => {
    expect(painted('BT /F 10 Tf 100 100 Td [(A)-2000(A)] TJ ET', WIDE_A)).toEqual([[100, 97, 130, 110]]);
  });

  test('invisible text is not ink', () => {
    expect(painted('BT 3 Tr /F 10 Tf 100 100 Td (A) Tj ET', WIDE_A)).toEqual([]);
  });

  test('text in an unknown font counts wider than it is', () => {
    const [box] = painted('BT /Nope 10 Tf 100 100 Td (iiii) Tj ET');
    expect(box).toEqual([100, 97, 140, 110]);
  });

  test('glyph by glyph, as Chromium sets it, is the same as read operator by operator', () => {
    const font =
      '/Resources<</Font<</F<</Type/Font/Subtype/Type0/Encoding/Identity-H/DescendantFonts[<</DW 600/W[1[250 900 NULL 300]7 9 450]>>]>>>>>>';
    const page = font.replace('NULL', '0');
    const step = fc.tuple(fc.double({ min: -20, max: 40, noNaN: true }), fc.integer({ min: 0, max: 12 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.double({ min: 0, max: 3, noNaN: true }), (steps, spacing) => {
        const start = `q 1 0 0 -1 0 700 cm BT /F 12 Tf ${spacing.toFixed(3)} Tc 1 0 0 -1 80 100 Tm\n<0001> Tj`;
        const run = steps.map(([x, code]) => [x.toFixed(7), code.toString(16).padStart(4, '0')] as const);
        const fast = run.map(([x, code]) => `\n${x} 0 Td <${code}> Tj`).join('');
        const plain = run.map(([x, code]) => `\n\n${x}  0 Td <${code}> Tj`).join('');
        const [a, b] = [fast, plain].map((body) => boxesOf(inkOf(`${start}${body}\nET Q`, page)).flat());
        expect(a).toHaveLength(b!.length);
        for (const [i, value] of a!.entries()) expect(value).toBeCloseTo(b![i]!, 4);
      }),
      { numRuns: 50 },
    );
  });
});

/** A page whose resources name the form 5 and the image 6. */
function withObjects(content: string, form: string, dict: string, depth: string = ''): PageInk {
  const builder = new PdfBuilder().letter(content, '/Resources<</XObject<</Fm 5 0 R/Im 6 0 R>>>>');
  builder.stream(5, `/Type/XObject/Subtype/Form${dict}${depth}`, form);
  builder.stream(6, '/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray', '\xff');
  builder.table();
  const document = openPdf(builder.done(), nodePrimitives);
  return pageInk(document, document.pages()[0]!);
}

describe('forms and images', () => {
  test('a form paints through its matrix, inside its box', () => {
    const ink = withObjects('q 2 0 0 2 0 0 cm /Fm Do Q', '0 0 500 500 re f', '/BBox[0 0 50 50]/Matrix[1 0 0 1 10 10]');
    expect(boxesOf(ink)).toEqual([[20, 20, 120, 120]]);
  });

  test('an empty form over the whole page is not ink', () => {
    expect(boxesOf(withObjects('/Fm Do', 'q Q', '/BBox[0 0 612 792]'))).toEqual([]);
  });

  test('an image counts whole, whatever is on it', () => {
    expect(boxesOf(withObjects('q 200 0 0 100 50 60 cm /Im Do Q', '', ''))).toEqual([[50, 60, 250, 160]]);
    expect(painted('q 10 0 0 20 5 5 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \xff EI Q')).toEqual([[5, 5, 15, 25]]);
  });

  test('a shading fills what the clip leaves', () => {
    expect(painted('q 10 10 30 30 re W n /Sh sh Q')).toEqual([[10, 10, 40, 40]]);
  });

  test('a form that draws itself makes the page full', () => {
    const ink = withObjects('/Fm Do', '/Fm Do', '/BBox[0 0 9 9]', '/Resources<</XObject<</Fm 5 0 R>>>>');
    expect(ink.full).toBe(true);
  });
});

describe('annotations', () => {
  const page = (entries: string): string => `/Annots[<</Type/Annot/Rect[100 120 50 60]${entries}>>]`;

  test('count by their rectangle', () => {
    expect(painted('', page('/Subtype/Widget'))).toEqual([[50, 60, 100, 120]]);
  });

  test.each(['/Subtype/Text/F 2', '/Subtype/Text/F 32', '/Subtype/Popup'])('%s is not seen', (entries) => {
    expect(painted('', page(entries))).toEqual([]);
  });

  test('those that stay upright on a turned page reach to every side', () => {
    expect(painted('', page('/Subtype/Text/F 16'))).toEqual([[-10, 60, 110, 180]]);
  });
});

describe('what cannot be followed', () => {
  test.each([
    ['an open string', 'BT (open Tj'],
    ['a stray delimiter', '10 10 5 5 re f >>'],
    ['too deep a state', 'q '.repeat(600)],
  ])('%s makes the page full', (_, content) => {
    expect(inkOf(content).full).toBe(true);
  });

  test('too many operators make the page full, and it is still known which identifiers are in use', () => {
    const ink = inkOf(`${'1 1 m 2 2 l S '.repeat(80_000)} /P <</MCID 7>> BDC EMC`);
    expect(ink).toMatchObject({ full: true, lastMcid: 7 });
  });

  test('numbers beyond all measure make the page full', () => {
    const huge = '9'.repeat(320);
    expect(inkOf(`${huge} 0 0 ${huge} -${huge} 0 cm 0 0 1 1 re f`).full).toBe(true);
  });

  test('content that is missing, or not a stream, is empty or full, never an error', () => {
    const empty = new PdfBuilder().letter();
    empty.object(3, '<</Type/Page/Parent 2 0 R>>').table();
    const strange = new PdfBuilder().letter();
    strange.object(3, '<</Type/Page/Parent 2 0 R/Contents[4 0 R(no)]>>').table();
    const [none, odd] = [empty, strange].map((builder) => {
      const document = openPdf(builder.done(), nodePrimitives);
      return pageInk(document, document.pages()[0]!);
    });
    expect(none).toMatchObject({ full: false });
    expect(odd).toMatchObject({ full: true });
  });

  test('no content makes it throw', () => {
    const words = fc.constantFrom(
      ...['q', 'Q', 'BT', 'ET', 'cm', 're', 'f', 'S', 'W', 'n', 'Tj', 'TJ', 'Td', 'Tf', 'Do', 'BDC', 'EMC', 'sh', 'cs'],
      ...['scn', '/F', '/Fm', '(a)', '<00', '>', '[', ']', '1', '-2.5', '<<', '>>', 'BI', 'ID', 'EI', 'gs', '"', "'"],
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 60 }), (parts) => {
        const ink = withObjects(parts.join(' '), parts.toReversed().join(' '), '/BBox[0 0 612 792]');
        expect(ink.boxes.length % 4).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});

test('says which identifiers of marked content are in use', () => {
  expect(inkOf('/S <</MCID 41>> BDC EMC /S <</MCID 3>> BDC').lastMcid).toBe(41);
});

const judge = hasShared ? missingJudge('pdftoppm') : 'the shared folder is absent';

/** Files whose fonts draw far outside their own measures. */
const SWASHES = /^(check_custom|test_-?270|arabic-box)/;

describe.skipIf(judge !== undefined)(`judged by pdftoppm${judge === undefined ? '' : `: skipped, ${judge}`}`, () => {
  const files =
    judge !== undefined
      ? []
      : [
          ...readdirSync(sharedPath('samples')).map((name) => sharedPath('samples', name)),
          ...readdirSync(sharedPath('vectors', 'pdf', 'R2-geometry'))
            .filter((name) => !SWASHES.test(name))
            .map((name) => sharedPath('vectors', 'pdf', 'R2-geometry', name)),
        ].filter((path) => path.endsWith('.pdf'));

  test.each(files)('no pixel is darker than white outside the boxes: %s', (path) => {
    const document = openPdf(new Uint8Array(readFileSync(path)), nodePrimitives);
    for (const [i, page] of document.pages().slice(0, 4).entries()) {
      const view = pageView(page);
      const picture = grayscale(path, i + 1);
      const scale = picture.width / view.width;
      const covered = new Uint8Array(picture.width * picture.height);
      for (const box of boxesOf(pageInk(document, page)))
        cover(covered, picture, transformRect(box, view.fromUser), scale);
      let missed = 0;
      for (const [at, level] of picture.levels.entries()) if (level < 250 && covered[at] === 0) missed++;
      expect(missed).toBe(0);
    }
  });
});

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly levels: Uint8Array;
}

/** A page at one pixel a point. */
function grayscale(path: string, page: number): Picture {
  return withFolder((folder) => {
    const out = join(folder, 'page');
    ask('pdftoppm', ['-r', '72', '-gray', '-cropbox', '-singlefile', '-f', `${page}`, '-l', `${page}`, path, out]);
    const bytes = readFileSync(`${out}.pgm`);
    const [header, width, height] = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.toString('latin1', 0, 40))!;
    return { width: Number(width), height: Number(height), levels: new Uint8Array(bytes.subarray(header.length)) };
  });
}

/** Marks a box in the view, two pixels around it for smoothed edges. */
function cover(covered: Uint8Array, { width, height }: Picture, [x0, y0, x1, y1]: Rect, scale: number): void {
  const from = Math.max(0, Math.floor(x0 * scale - 2));
  const to = Math.min(width, Math.ceil(x1 * scale + 2));
  const bottom = Math.min(height, Math.ceil(height - y0 * scale + 2));
  for (let y = Math.max(0, Math.floor(height - y1 * scale - 2)); y < bottom; y++) {
    covered.fill(1, y * width + from, Math.max(y * width + from, y * width + to));
  }
}
