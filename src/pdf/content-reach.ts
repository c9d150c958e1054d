import type { ContentKind } from './content-kind.ts';
import { type Matrix, type Rect, IDENTITY, multiply, orderedRect, transformRect } from './geometry.ts';
import { LARGEST_NUMBER, type Operators, operator } from './operators.ts';
import { PathBoxes, pathOperator } from './path-boxes.ts';

/** Of the larger side of a glyph's box: programs round it. */
const BOX_TOLERANCE = 0.05;
/** Of all lines, so many dashes in one piece of content. */
const MAX_DASHES = 100_000;

const q = operator('q');
const Q = operator('Q');
const cm = operator('cm');
const d = operator('d');
const w = operator('w');
const d1 = operator('d1');
const ID = operator('ID');
const Do = operator('Do');
const Tm = operator('Tm');
const PAINTING: ReadonlyMap<number, { readonly fill: boolean; readonly stroke: boolean; readonly close: boolean }> =
  new Map(
    ['n', 'S', 's', 'f', 'F', 'f*', 'B', 'B*', 'b', 'b*'].map((name) => [
      operator(name),
      { fill: /[fFBb]/.test(name), stroke: /[SsBb]/.test(name), close: /[sb]/.test(name) },
    ]),
  );
const UNIT: Rect = [0, 0, 1, 1];

/** Lines of no length, and how much is left of so many dashes. */
export class Strokes {
  #dashesLeft = MAX_DASHES;

  /**
   * Whether every reader draws that path's lines: none is a curve within one point, which some dot and some leave out, and
   * dashes are not tiny against it. `dash`: lengths and gaps together, in the space of `ctm`; 0 for an unbroken line.
   */
  mayDraw(path: PathBoxes, dash: number, ctm: Matrix): boolean {
    if (path.hasDot) return false;
    if (dash === 0) return true;
    this.#dashesLeft -= path.length / (dash * Math.sqrt(Math.abs(ctm[0] * ctm[3] - ctm[1] * ctm[2])));
    return this.#dashesLeft >= 0;
  }
}

/** Lengths and gaps of the operands of `d` together; of an odd number of them, each is both. */
export function dashOf({ value, arrayTo }: Operators): number {
  let sum = 0;
  for (let i = 0; i < arrayTo; i++) sum += value[i]!;
  return sum;
}

/** Of the graphics state, what says where content draws. */
export interface Space {
  ctm: Matrix;
  dash: number;
  lineWidth: number;
}

/**
 * Follows where content draws of which no ink is looked for, of patterns, glyphs and the like, in its own space:
 * within the numbers that readers have, and a stencil within the box that it names, beyond which some cut it off.
 */
export class ContentReach {
  readonly #path = new PathBoxes();
  readonly #strokes = new Strokes();
  readonly #spaces: Space[];
  readonly #isGlyph: boolean;
  #space: Space;
  #box: Rect | undefined;
  /** Of the path, with the extremes of its curves. */
  #drawn: [number, number, number, number] | undefined;
  #last: readonly [number, number] = [0, 0];

  /** `from`: the state at the beginning; `below`: those that `q` has saved before, the newest last. */
  constructor(
    kind: ContentKind,
    from: { readonly [Key in keyof Space]?: Space[Key] | undefined } = {},
    below: readonly Space[] = [],
  ) {
    const { ctm = IDENTITY, dash = 0, lineWidth = 1 } = from;
    this.#isGlyph = kind === 'glyph';
    this.#space = { ctm, dash, lineWidth };
    this.#spaces = below.map((space) => ({ ctm: space.ctm, dash: space.dash, lineWidth: space.lineWidth }));
  }

  /** False where an operator leads beyond. */
  follow(op: number, ops: Operators): boolean {
    const { value, count } = ops;
    const space = this.#space;
    if (pathOperator(op, ops, this.#path, space.ctm)) {
      if (this.#box) this.#draws(op, ops);
      return true;
    }
    const paint = PAINTING.get(op);
    if (paint) return this.#paints(paint);
    switch (op) {
      case q:
        this.#spaces.push(space);
        this.#space = { ...space };
        return true;
      case Q:
        this.#space = this.#spaces.pop() ?? space;
        return true;
      case cm:
        if (count >= 6) space.ctm = multiply(matrixOf(value), space.ctm);
        return true;
      case w:
        space.lineWidth = value[0]!;
        return true;
      case d:
        space.dash = dashOf(ops);
        return true;
      case d1:
        if (this.#isGlyph && count === 6) this.#box = boxOf([value[2]!, value[3]!, value[4]!, value[5]!]);
        return true;
      case Tm:
        return count !== 6 || isNear(transformRect(UNIT, multiply(matrixOf(value), space.ctm)));
      case ID:
      case Do: {
        const rect = transformRect(UNIT, space.ctm);
        return isNear(rect) && this.#isWithin(rect, 0);
      }
    }
    return true;
  }

  #paints({
    fill,
    stroke,
    close,
  }: {
    readonly fill: boolean;
    readonly stroke: boolean;
    readonly close: boolean;
  }): boolean {
    const path = this.#path;
    const { ctm, dash, lineWidth } = this.#space;
    if (close) path.close();
    const half = stroke ? (lineWidth * Math.max(Math.hypot(ctm[0], ctm[1]), Math.hypot(ctm[2], ctm[3]))) / 2 : 0;
    const isWell =
      path.reach <= LARGEST_NUMBER &&
      (!stroke || this.#strokes.mayDraw(path, dash, ctm)) &&
      (!(fill || stroke) || this.#drawn === undefined || this.#isWithin(this.#drawn, half));
    path.clear();
    this.#drawn = undefined;
    return isWell;
  }

  #isWithin(rect: Rect, by: number): boolean {
    const box = this.#box;
    if (!box) return true;
    return rect[0] - by >= box[0] && rect[1] - by >= box[1] && rect[2] + by <= box[2] && rect[3] + by <= box[3];
  }

  /** The points of a path operator, and how far curves between them go. */
  #draws(op: number, { value }: Operators): void {
    const { ctm } = this.#space;
    const at = (i: number): readonly [number, number] => [
      ctm[0] * value[i]! + ctm[2] * value[i + 1]! + ctm[4],
      ctm[1] * value[i]! + ctm[3] * value[i + 1]! + ctm[5],
    ];
    const from = this.#last;
    switch (String.fromCharCode(op & 0xff)) {
      case 'm':
      case 'l':
        this.#includes((this.#last = at(0)));
        return;
      case 'r': {
        const [x, y, width, height] = [value[0]!, value[1]!, value[2]!, value[3]!];
        const rect = transformRect(orderedRect([x, y, x + width, y + height]), ctm);
        this.#includes([rect[0], rect[1]]);
        this.#includes([rect[2], rect[3]]);
        this.#last = at(0);
        return;
      }
      case 'c':
        return this.#curve(from, at(0), at(2), at(4));
      case 'v':
        return this.#curve(from, from, at(0), at(2));
      case 'y':
        return this.#curve(from, at(0), at(2), at(2));
    }
  }

  #curve(...points: readonly [Point, Point, Point, Point]): void {
    const [p0, p1, p2, p3] = points;
    for (const t of [...turns(p0[0], p1[0], p2[0], p3[0]), ...turns(p0[1], p1[1], p2[1], p3[1])]) {
      this.#includes([cubic(t, p0[0], p1[0], p2[0], p3[0]), cubic(t, p0[1], p1[1], p2[1], p3[1])]);
    }
    this.#includes((this.#last = p3));
  }

  #includes([x, y]: Point): void {
    const box = this.#drawn;
    if (!box) this.#drawn = [x, y, x, y];
    else {
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
    }
  }
}

type Point = readonly [x: number, y: number];

function matrixOf(values: Float64Array): Matrix {
  return [values[0]!, values[1]!, values[2]!, values[3]!, values[4]!, values[5]!];
}

function boxOf(corners: readonly [number, number, number, number]): Rect {
  const [x0, y0, x1, y1] = orderedRect(corners);
  const slack = BOX_TOLERANCE * Math.max(x1 - x0, y1 - y0);
  return [x0 - slack, y0 - slack, x1 + slack, y1 + slack];
}

/** Whether a box is within the numbers that readers have. */
export function isNear([x0, y0, x1, y1]: Rect): boolean {
  return x0 >= -LARGEST_NUMBER && y0 >= -LARGEST_NUMBER && x1 <= LARGEST_NUMBER && y1 <= LARGEST_NUMBER;
}

function cubic(t: number, a: number, b: number, c: number, e: number): number {
  const s = 1 - t;
  return s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * e;
}

/** Where a coordinate of a cubic curve turns, between 0 and 1. */
function turns(p0: number, p1: number, p2: number, p3: number): readonly number[] {
  const a = p3 - 3 * p2 + 3 * p1 - p0;
  const b = 2 * (p2 - 2 * p1 + p0);
  const c = p1 - p0;
  const roots: number[] = [];
  if (Math.abs(a) < 1e-12) {
    if (b !== 0) roots.push(-c / b);
  } else {
    const under = b * b - 4 * a * c;
    if (under >= 0) roots.push((-b + Math.sqrt(under)) / (2 * a), (-b - Math.sqrt(under)) / (2 * a));
  }
  return roots.filter((t) => t > 0 && t < 1);
}
