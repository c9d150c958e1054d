/** Lower left and upper right corner: x0 ≤ x1, y0 ≤ y1. */
export type Rect = readonly [x0: number, y0: number, x1: number, y1: number];

/** As in ISO 32000-2 §8.3.3: x' = ax + cy + e, y' = bx + dy + f. */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

export const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0];

/** First `m`, then `n`. */
export function multiply(m: Matrix, n: Matrix): Matrix {
  return [
    m[0] * n[0] + m[1] * n[2],
    m[0] * n[1] + m[1] * n[3],
    m[2] * n[0] + m[3] * n[2],
    m[2] * n[1] + m[3] * n[3],
    m[4] * n[0] + m[5] * n[2] + n[4],
    m[4] * n[1] + m[5] * n[3] + n[5],
  ];
}

/** A rectangle from any two opposite corners (ISO 32000-2 §7.9.5). */
export function orderedRect([x0, y0, x1, y1]: readonly [number, number, number, number]): Rect {
  return [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)];
}

/** The box around `rect` after `m`. */
export function transformRect(rect: Rect, m: Matrix): Rect {
  const [x0, y0, x1, y1] = rect;
  const ax0 = m[0] * x0;
  const ax1 = m[0] * x1;
  const cy0 = m[2] * y0;
  const cy1 = m[2] * y1;
  const bx0 = m[1] * x0;
  const bx1 = m[1] * x1;
  const dy0 = m[3] * y0;
  const dy1 = m[3] * y1;
  return [
    Math.min(ax0, ax1) + Math.min(cy0, cy1) + m[4],
    Math.min(bx0, bx1) + Math.min(dy0, dy1) + m[5],
    Math.max(ax0, ax1) + Math.max(cy0, cy1) + m[4],
    Math.max(bx0, bx1) + Math.max(dy0, dy1) + m[5],
  ];
}

/** What both cover; `undefined` when that is no area. */
export function intersect(a: Rect, b: Rect): Rect | undefined {
  const rect: Rect = [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])];
  return rect[0] < rect[2] && rect[1] < rect[3] ? rect : undefined;
}

/** What a page dictionary says of its shape, attributes inherited from the page tree included. */
export interface PageShape {
  readonly mediaBox: Rect;
  readonly cropBox?: Rect | undefined;
  /** Degrees clockwise, any multiple of 90. */
  readonly rotate?: number | undefined;
  readonly userUnit?: number | undefined;
}

/**
 * A page as a person sees it: upright, measured in points (1/72 inch) from its lower left visible corner. Everything
 * that is placed for people is placed here, and goes through `toUser` into what content streams and annotations use.
 */
export interface PageView {
  readonly width: number;
  readonly height: number;
  /** The visible part of the page in its user space. */
  readonly visible: Rect;
  readonly rotate: 0 | 90 | 180 | 270;
  readonly toUser: Matrix;
  readonly fromUser: Matrix;
}

export function pageView(shape: PageShape): PageView {
  const { mediaBox, cropBox } = shape;
  const visible = (cropBox === undefined ? undefined : intersect(cropBox, mediaBox)) ?? mediaBox;
  const [x0, y0, x1, y1] = visible;
  const unit = shape.userUnit !== undefined && shape.userUnit > 0 && shape.userUnit <= 1000 ? shape.userUnit : 1;
  const turns = (((shape.rotate ?? 0) % 360) + 360) % 360;
  const rotate = turns === 90 || turns === 180 || turns === 270 ? turns : 0;
  const wide = (x1 - x0) * unit;
  const high = (y1 - y0) * unit;
  const k = 1 / unit;
  const upright = { visible, rotate, width: wide, height: high } as const;
  const turned = { visible, rotate, width: high, height: wide } as const;
  switch (rotate) {
    case 0:
      return { ...upright, toUser: [k, 0, 0, k, x0, y0], fromUser: [unit, 0, 0, unit, -x0 * unit, -y0 * unit] };
    case 90:
      return { ...turned, toUser: [0, k, -k, 0, x1, y0], fromUser: [0, -unit, unit, 0, -y0 * unit, x1 * unit] };
    case 180:
      return { ...upright, toUser: [-k, 0, 0, -k, x1, y1], fromUser: [-unit, 0, 0, -unit, x1 * unit, y1 * unit] };
    case 270:
      return { ...turned, toUser: [0, -k, k, 0, x0, y1], fromUser: [0, unit, -unit, 0, y1 * unit, -x0 * unit] };
  }
}
