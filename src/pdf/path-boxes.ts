import type { Matrix } from './geometry.ts';
import { type Operators, operator } from './operators.ts';

const MAX_SEGMENTS = 20_000;

/**
 * The path under construction, in user space: a box for each segment (what a stroke paints) and for each subpath (what
 * a fill paints). Curves are boxed by their control points.
 */
export class PathBoxes {
  segments: Float64Array = new Float64Array(64);
  segmentCount = 0;
  subpaths: Float64Array = new Float64Array(64);
  subpathCount = 0;
  /** How far from the origin it gets, along an axis. */
  reach = 0;
  /** How long it is at most, along both axes together. */
  length = 0;
  /** Some of it is a curve from a point to itself by way of itself. */
  hasDot = false;
  #x = 0;
  #y = 0;
  #startX = 0;
  #startY = 0;
  #open = false;

  clear(): void {
    this.segmentCount = 0;
    this.subpathCount = 0;
    this.#open = false;
    this.reach = 0;
    this.length = 0;
    this.hasDot = false;
  }

  move(x: number, y: number, m: Matrix): void {
    this.#x = this.#startX = m[0] * x + m[2] * y + m[4];
    this.#y = this.#startY = m[1] * x + m[3] * y + m[5];
    this.#open = false;
  }

  line(x: number, y: number, m: Matrix): void {
    this.#segment(m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]);
  }

  curve(x1: number, y1: number, x2: number, y2: number, x3: number, y3: number, m: Matrix): void {
    const fromX = this.#x;
    const fromY = this.#y;
    this.line(x3, y3, m);
    const at = this.segmentCount - 4;
    if (x1 === x3 && y1 === y3 && x2 === x3 && y2 === y3 && this.#x === fromX && this.#y === fromY) this.hasDot = true;
    for (const [x, y] of [
      [m[0] * x1 + m[2] * y1 + m[4], m[1] * x1 + m[3] * y1 + m[5]],
      [m[0] * x2 + m[2] * y2 + m[4], m[1] * x2 + m[3] * y2 + m[5]],
      [fromX, fromY],
    ] as const) {
      this.length += Math.abs(x - fromX) + Math.abs(y - fromY);
      this.#reaches(x, y);
      if (at >= 0) widen(this.segments, at, x, y);
      widen(this.subpaths, this.subpathCount - 4, x, y);
    }
  }

  close(): void {
    if (this.#open) this.#segment(this.#startX, this.#startY);
  }

  rectangle(x: number, y: number, width: number, height: number, m: Matrix): void {
    this.move(x, y, m);
    this.line(x + width, y, m);
    this.line(x + width, y + height, m);
    this.line(x, y + height, m);
    this.close();
    this.#open = false;
  }

  /** The box of everything; `undefined` for an empty path. */
  bounds(): [number, number, number, number] | undefined {
    if (this.subpathCount === 0) return undefined;
    const { subpaths } = this;
    const out: [number, number, number, number] = [subpaths[0]!, subpaths[1]!, subpaths[2]!, subpaths[3]!];
    for (let i = 4; i < this.subpathCount; i += 4) {
      out[0] = Math.min(out[0], subpaths[i]!);
      out[1] = Math.min(out[1], subpaths[i + 1]!);
      out[2] = Math.max(out[2], subpaths[i + 2]!);
      out[3] = Math.max(out[3], subpaths[i + 3]!);
    }
    return out;
  }

  #reaches(x: number, y: number): void {
    if (!(x <= this.reach && x >= -this.reach)) this.reach = Math.abs(x);
    if (!(y <= this.reach && y >= -this.reach)) this.reach = Math.abs(y);
  }

  #segment(x: number, y: number): void {
    this.#reaches(this.#x, this.#y);
    this.#reaches(x, y);
    this.length += Math.abs(x - this.#x) + Math.abs(y - this.#y);
    if (!this.#open) {
      this.#open = true;
      // A path of very many pieces is boxed as one.
      if (this.subpathCount === 0 || this.subpathCount < 4 * MAX_SEGMENTS) {
        if (this.subpathCount === this.subpaths.length) this.subpaths = doubled(this.subpaths);
        box(this.subpaths, this.subpathCount, this.#x, this.#y, x, y);
        this.subpathCount += 4;
      } else widen(this.subpaths, this.subpathCount - 4, this.#x, this.#y);
    }
    widen(this.subpaths, this.subpathCount - 4, x, y);
    if (this.segmentCount === 0 || this.segmentCount < 4 * MAX_SEGMENTS) {
      if (this.segmentCount === this.segments.length) this.segments = doubled(this.segments);
      box(this.segments, this.segmentCount, this.#x, this.#y, x, y);
      this.segmentCount += 4;
    } else {
      widen(this.segments, this.segmentCount - 4, this.#x, this.#y);
      widen(this.segments, this.segmentCount - 4, x, y);
    }
    this.#x = x;
    this.#y = y;
  }
}

function doubled(data: Float64Array): Float64Array {
  const grown = new Float64Array(data.length * 2);
  grown.set(data);
  return grown;
}

function box(data: Float64Array, at: number, x0: number, y0: number, x1: number, y1: number): void {
  data[at] = x0 < x1 ? x0 : x1;
  data[at + 1] = y0 < y1 ? y0 : y1;
  data[at + 2] = x0 < x1 ? x1 : x0;
  data[at + 3] = y0 < y1 ? y1 : y0;
}

function widen(data: Float64Array, at: number, x: number, y: number): void {
  if (x < data[at]!) data[at] = x;
  if (x > data[at + 2]!) data[at + 2] = x;
  if (y < data[at + 1]!) data[at + 1] = y;
  if (y > data[at + 3]!) data[at + 3] = y;
}

const re = operator('re');
const m = operator('m');
const l = operator('l');
const c = operator('c');
const v = operator('v');
const y = operator('y');
const h = operator('h');

/** Follows an operator of path construction (ISO 32000-2 table 58); false for any other. */
export function pathOperator(op: number, ops: Operators, path: PathBoxes, ctm: Matrix): boolean {
  const { value: at, count } = ops;
  switch (op) {
    case re:
      if (count >= 4) path.rectangle(at[0]!, at[1]!, at[2]!, at[3]!, ctm);
      return true;
    case m:
      if (count >= 2) path.move(at[0]!, at[1]!, ctm);
      return true;
    case l:
      if (count >= 2) path.line(at[0]!, at[1]!, ctm);
      return true;
    case c:
      if (count >= 6) path.curve(at[0]!, at[1]!, at[2]!, at[3]!, at[4]!, at[5]!, ctm);
      return true;
    // One control point is an end point, which is in the box anyway.
    case v:
    case y:
      if (count >= 4) path.curve(at[0]!, at[1]!, at[0]!, at[1]!, at[2]!, at[3]!, ctm);
      return true;
    case h:
      path.close();
      return true;
  }
  return false;
}
