import { type Matrix, type Rect, transformRect } from './geometry.ts';

/** Real pages stay under some hundreds once neighbours are joined. */
const MAX_BOXES = 4096;
/** Two boxes further apart are never joined, however tall: columns stay columns. */
const LINE_GAP = 24;

/** Collects the boxes of what is painted, in user space; neighbours on a line of text become one. */
export class InkBoxes {
  /** x0, y0, x1, y1 of each box. */
  #data: Float64Array = new Float64Array(256);
  #count = 0;
  readonly #within: Rect;
  /** Too many to keep: everything counts as painted. */
  overflow = false;

  /** What lies outside `within` is not kept. */
  constructor(within: Rect) {
    this.#within = within;
  }

  get length(): number {
    return this.#count / 4;
  }

  /** The boxes, four numbers each. */
  get data(): Float64Array {
    return this.#data.subarray(0, this.#count);
  }

  add(x0: number, y0: number, x1: number, y1: number): void {
    const within = this.#within;
    // Written so that NaN is kept out by the second test, not let in.
    if (x1 < within[0] || x0 > within[2] || y1 < within[1] || y0 > within[3]) return;
    if (!(x0 <= x1 && y0 <= y1)) {
      this.overflow = true;
      return;
    }
    const data = this.#data;
    const last = this.#count - 4;
    if (last >= 0) {
      const a0 = data[last]!;
      const b0 = data[last + 1]!;
      const a1 = data[last + 2]!;
      const b1 = data[last + 3]!;
      const gap = Math.min(Math.max(b1 - b0, y1 - y0), LINE_GAP);
      // The same line, and no room between the two that could be of use to anyone.
      if (Math.abs(y0 - b0) <= gap * 0.25 && Math.abs(y1 - b1) <= gap * 0.25 && x0 <= a1 + gap && x1 >= a0 - gap) {
        data[last] = Math.min(a0, x0);
        data[last + 1] = Math.min(b0, y0);
        data[last + 2] = Math.max(a1, x1);
        data[last + 3] = Math.max(b1, y1);
        return;
      }
    }
    if (this.#count === data.length) {
      if (this.length >= MAX_BOXES) {
        this.overflow = true;
        return;
      }
      (this.#data = new Float64Array(data.length * 2)).set(data);
    }
    this.#data[this.#count] = x0;
    this.#data[this.#count + 1] = y0;
    this.#data[this.#count + 2] = x1;
    this.#data[this.#count + 3] = y1;
    this.#count += 4;
  }

  addTransformed(rect: Rect, matrix: Matrix): void {
    const [x0, y0, x1, y1] = transformRect(rect, matrix);
    this.add(x0, y0, x1, y1);
  }
}
