import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Rect,
  IDENTITY,
  intersect,
  multiply,
  orderedRect,
  pageView,
  transformRect,
} from '../../src/pdf/geometry.ts';

const rotations = fc.constantFrom(0, 90, 180, 270, 360, 450, -90, -270);
const coordinate = fc.integer({ min: -2000, max: 2000 });
const boxes = fc
  .tuple(coordinate, coordinate, fc.integer({ min: 10, max: 3000 }), fc.integer({ min: 10, max: 3000 }))
  .map(([x, y, width, height]): Rect => [x, y, x + width, y + height]);
const shapes = fc.record({
  mediaBox: boxes,
  rotate: rotations,
  userUnit: fc.constantFrom(undefined, 1, 2, 0.5, 10),
});

function close(found: readonly number[], expected: readonly number[]): void {
  for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 6);
}

describe('the view of a page', () => {
  test('goes to user space and back', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const { toUser, fromUser } = pageView(shape);
        close(multiply(toUser, fromUser), IDENTITY);
      }),
    );
  });

  test('is exactly the visible part of the page', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const view = pageView(shape);
        close(transformRect([0, 0, view.width, view.height], view.toUser), shape.mediaBox);
      }),
    );
  });

  test('never mirrors', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const [a, b, c, d] = pageView(shape).toUser;
        expect(a * d - b * c).toBeGreaterThan(0);
      }),
    );
  });

  test.each([
    [0, [100, 700]],
    [90, [100, 200]],
    [180, [400, 200]],
    [270, [400, 700]],
  ])('a page turned by %i degrees shows the right corner at the upper left', (rotate, corner) => {
    const view = pageView({ mediaBox: [100, 200, 400, 700], rotate });
    const [x, y] = transformRect([0, view.height, 0, view.height], view.toUser);
    close([x, y], corner);
  });

  test('shows only what the crop box leaves of the media box', () => {
    const view = pageView({ mediaBox: [0, 0, 600, 800], cropBox: [-50, 100, 300, 900] });
    expect(view.visible).toEqual([0, 100, 300, 800]);
    expect([view.width, view.height]).toEqual([300, 700]);
  });

  test('takes the media box where the crop box shows nothing, and a rotation that is none for none', () => {
    const view = pageView({ mediaBox: [0, 0, 600, 800], cropBox: [700, 0, 900, 100], rotate: 45 });
    expect(view.visible).toEqual([0, 0, 600, 800]);
    expect(view.rotate).toBe(0);
  });
});

test('the box of a transformed rectangle holds every corner', () => {
  const number = fc.double({ min: -50, max: 50, noNaN: true });
  fc.assert(
    fc.property(boxes, fc.tuple(number, number, number, number, number, number), (rect, m) => {
      const [x0, y0, x1, y1] = transformRect(rect, m);
      for (const x of [rect[0], rect[2]]) {
        for (const y of [rect[1], rect[3]]) {
          const at = [m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]] as const;
          expect(at[0]).toBeGreaterThanOrEqual(x0 - 1e-6);
          expect(at[0]).toBeLessThanOrEqual(x1 + 1e-6);
          expect(at[1]).toBeGreaterThanOrEqual(y0 - 1e-6);
          expect(at[1]).toBeLessThanOrEqual(y1 + 1e-6);
        }
      }
    }),
  );
});

test('rectangles that only touch do not intersect', () => {
  expect(intersect([0, 0, 10, 10], [10, 0, 20, 10])).toBeUndefined();
  expect(intersect([0, 0, 10, 10], [5, 5, 20, 8])).toEqual([5, 5, 10, 8]);
  expect(orderedRect([5, 9, 1, 2])).toEqual([1, 2, 5, 9]);
});
