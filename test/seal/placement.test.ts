import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { pageView } from '../../src/pdf/geometry.ts';
import { placeFolioLine } from '../../src/seal/folio-line.ts';
import { type ChosenPlace, type SealPlacement, placeSeal } from '../../src/seal/placement.ts';
import { STAMP_SIZE } from '../../src/seal/stamp-content.ts';
import { surveyPages } from '../../src/seal/survey.ts';
import { PdfBuilder } from '../pdf/build.ts';
import { codeOf } from '../support/refuses.ts';

const MM = 72 / 25.4;

/** Where the seal goes on pages with such contents, each of 612 by 792 unless `page` says otherwise. */
function placed(
  contents: readonly string[],
  page = '',
  options: { at?: ChosenPlace; mayAppend?: boolean } = {},
): SealPlacement {
  const builder = new PdfBuilder();
  const kids = contents.map((_, i) => `${10 + 2 * i} 0 R`).join(' ');
  builder.object(1, '<</Type/Catalog/Pages 2 0 R>>');
  builder.object(2, `<</Type/Pages/Kids[${kids}]/Count ${contents.length}/MediaBox[0 0 612 792]>>`);
  for (const [i, content] of contents.entries()) {
    builder.object(10 + 2 * i, `<</Type/Page/Parent 2 0 R/Contents ${11 + 2 * i} 0 R${page}>>`);
    builder.stream(11 + 2 * i, '', content);
  }
  builder.table();
  const document = openPdf(builder.done(), nodePrimitives);
  const { at, mayAppend = true } = options;
  return placeSeal(surveyPages(document), { mayAppend, ...(at && { at }) });
}

/** A filled rectangle from its corners. */
const block = (x0: number, y0: number, x1: number, y1: number): string => `${x0} ${y0} ${x1 - x0} ${y1 - y0} re f `;
const FULL = block(0, 0, 612, 792);

describe('the seal', () => {
  test('goes to the foot of an empty last page, in the middle', () => {
    const { page, shape, box, appended } = placed([FULL, '']);
    expect({ page, shape, appended }).toEqual({ page: 2, shape: 'wide', appended: false });
    expect(box[0]).toBeCloseTo(612 - box[2], 6);
    expect(box[1]).toBeCloseTo(12 * MM, 6);
  });

  test('goes above a footer, and below the text', () => {
    const { box } = placed([block(60, 30, 550, 70) + block(60, 300, 550, 700)]);
    expect(box[1]).toBeCloseTo(70 + 3 * MM, 6);
    expect(box[3]).toBeLessThanOrEqual(300 - 3 * MM);
  });

  test('takes the tall shape beside a column', () => {
    const { shape, box } = placed([block(0, 0, 280, 792)]);
    expect(shape).toBe('tall');
    expect(box[0]).toBeGreaterThanOrEqual(280 + 3 * MM);
  });

  test('goes to the lower half of an earlier page when the last one is full', () => {
    expect(placed([block(60, 400, 550, 700), FULL])).toMatchObject({ page: 1, appended: false, pages: 2 });
  });

  test('never goes between the lines of an earlier page', () => {
    const middle = block(0, 0, 612, 400) + block(0, 700, 612, 792);
    expect(placed([middle, FULL])).toMatchObject({ appended: true });
    expect(placed([middle])).toMatchObject({ page: 1, appended: false });
  });

  test('gets a page of its own when none has room, counted among the pages', () => {
    const placement = placed([FULL, FULL]);
    expect(placement).toMatchObject({ page: 3, pages: 3, appended: true, width: 612, height: 792 });
  });

  test('gets a page of its own behind content that cannot be followed', () => {
    expect(placed(['BT (open'])).toMatchObject({ page: 2, appended: true });
  });

  test('an added page is as the last one is seen, and of Letter size where that is too small', () => {
    expect(placed([FULL], '/Rotate 90')).toMatchObject({ width: 792, height: 612 });
    expect(placed([FULL], '/UserUnit 2')).toMatchObject({ width: 1224, height: 1584 });
    expect(placed([''], '/MediaBox[0 0 200 200]')).toMatchObject({ width: 612, height: 792, appended: true });
  });

  test('is refused where no page has room and none may be added', () => {
    expect(codeOf(() => placed([FULL], '', { mayAppend: false }))).toBe('seal/no-room');
    expect(placed([''], '', { mayAppend: false })).toMatchObject({ appended: false });
  });

  test('stays 8 mm from the edges and 3 mm from everything painted, on any page', () => {
    const rect = fc
      .tuple(
        fc.integer({ min: 0, max: 560 }),
        fc.integer({ min: 0, max: 760 }),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 80 }),
      )
      .map(([x, y, width, height]) => [x, y, x + width, y + height] as const);
    const rotation = fc.constantFrom(0, 90, 180, 270);
    fc.assert(
      fc.property(fc.array(rect, { maxLength: 8 }), rotation, (rects, rotate) => {
        const placement = placed([rects.map((box) => block(...box)).join('')], `/Rotate ${rotate}`);
        const { box, width, height, appended, shape } = placement;
        expect(box[2] - box[0]).toBeCloseTo(STAMP_SIZE[shape].width, 6);
        expect(box[0]).toBeGreaterThanOrEqual(8 * MM - 1e-6);
        expect(box[2]).toBeLessThanOrEqual(width - 8 * MM + 1e-6);
        expect(box[1]).toBeGreaterThanOrEqual(12 * MM - 1e-6);
        expect(box[3]).toBeLessThanOrEqual(height - 8 * MM + 1e-6);
        if (appended) return;
        const { fromUser } = pageView({ mediaBox: [0, 0, 612, 792], rotate });
        for (const [x0, y0, x1, y1] of rects) {
          const xs = [x0, Math.min(x1, 612)].flatMap((x) =>
            [y0, Math.min(y1, 792)].map((y) => fromUser[0] * x + fromUser[2] * y + fromUser[4]),
          );
          const ys = [x0, Math.min(x1, 612)].flatMap((x) =>
            [y0, Math.min(y1, 792)].map((y) => fromUser[1] * x + fromUser[3] * y + fromUser[5]),
          );
          const gap = Math.max(
            box[0] - Math.max(...xs),
            Math.min(...xs) - box[2],
            box[1] - Math.max(...ys),
            Math.min(...ys) - box[3],
          );
          expect(gap).toBeGreaterThanOrEqual(3 * MM - 1e-6);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('a place that was asked for', () => {
  const at = (page: number, xMm: number, yMm: number, shape?: 'wide' | 'tall'): SealPlacement =>
    placed([FULL, FULL], '', { at: { page, xMm, yMm, ...(shape && { shape }) }, mayAppend: false });

  test('is counted from the upper left visible corner, and may have print under it', () => {
    const { page, shape, box } = at(1, 10, 20);
    expect({ page, shape }).toEqual({ page: 1, shape: 'wide' });
    expect(box[0]).toBeCloseTo(10 * MM, 6);
    expect(box[3]).toBeCloseTo(792 - 20 * MM, 6);
  });

  test('takes the tall shape where the wide one would leave the page', () => {
    expect(at(2, 90, 20).shape).toBe('tall');
    expect(at(2, 10, 20, 'tall').shape).toBe('tall');
  });

  test.each([
    [0, 10, 10],
    [3, 10, 10],
    [1.5, 10, 10],
    [1, -0.1, 10],
    [1, 10, -1],
    [1, 120, 10],
    [1, 10, 250],
    [1, Number.NaN, 10],
  ])('is refused off the visible pages: page %d at %d, %d', (page, x, y) => {
    expect(codeOf(() => at(page, x, y))).toBe('seal/outside-page');
  });

  test('is refused for a shape that leaves the page there', () => {
    expect(codeOf(() => at(1, 90, 20, 'wide'))).toBe('seal/outside-page');
  });
});

describe('the folio of a page', () => {
  const view = pageView({ mediaBox: [0, 0, 612, 792] });
  const text = 'Folio AC/DGG/SCI/0042/2026 · Página 1 de 4';

  test('stands in the middle at the foot', () => {
    const { x, y, plate } = placeFolioLine(text, view, []);
    expect(plate).toBeUndefined();
    expect(y).toBeCloseTo(6.2 * MM, 6);
    expect(x).toBeGreaterThan(200);
  });

  test('moves aside for a page number, up for a rule, and to the head for a footer', () => {
    expect(placeFolioLine(text, view, [[300, 10, 312, 30]]).x).toBeGreaterThan(400);
    expect(placeFolioLine(text, view, [[0, 10, 612, 17]]).y).toBeGreaterThan(20);
    expect(placeFolioLine(text, view, [[0, 0, 612, 60]]).y).toBeGreaterThan(700);
  });

  test('gets a white plate over what is printed everywhere', () => {
    const { plate, x, y } = placeFolioLine(text, view, [[0, 0, 612, 792]]);
    expect(plate![0]).toBeLessThan(x);
    expect(plate![1]).toBeLessThan(y);
  });

  test('fits any page', () => {
    fc.assert(
      fc.property(fc.integer({ min: 150, max: 3000 }), (width) => {
        const narrow = pageView({ mediaBox: [0, 0, width, 400] });
        const { x } = placeFolioLine(text.repeat(3), narrow, []);
        expect(x).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
