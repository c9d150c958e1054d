import { transformRect, type Matrix, type Rect } from './geometry.ts';

/** A string that was shown. */
export interface ShownText {
  readonly text: string;
}

/** Thinner is a line, below or through text. */
const THINNEST = 3;

/** Keeps what was shown with its place, and marks it when something opaque is painted over it. */
export class CoveredText {
  readonly all: ShownText[] = [];
  readonly #spend: (steps: number) => void;
  readonly #text: string[] = [];
  readonly #x: number[] = [];
  readonly #y: number[] = [];
  readonly #isCovered: boolean[] = [];
  #rects: Rect[] = [];
  #points: (readonly [x: number, y: number])[] = [];

  /** @param spend counts work, and throws where it is too much */
  constructor(spend: (steps: number) => void) {
    this.#spend = spend;
  }

  glyph(text: string, x: number, y: number): void {
    this.#text.push(text);
    this.#x.push(x);
    this.#y.push(y);
    this.#isCovered.push(false);
  }

  /** The string of the glyphs so far ends. */
  end(text: string): void {
    if (text !== '') this.all.push({ text });
    this.glyph(' ', Number.NaN, Number.NaN);
  }

  rect([x0, y0, x1, y1]: Rect, ctm: Matrix): void {
    const box: Rect = [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)];
    this.#rects.push(transformRect(box, ctm));
  }

  point(isFirst: boolean, x: number, y: number, [a, b, c, d, e, f]: Matrix): void {
    if (isFirst) this.#closeSubpath();
    if (this.#points.length < 8) this.#points.push([a * x + c * y + e, b * x + d * y + f]);
  }

  /** A path ends; what is opaque covers what was shown before it. */
  fill(isOpaque: boolean): void {
    this.#closeSubpath();
    for (const [x0, y0, x1, y1] of isOpaque ? this.#rects : []) {
      if (x1 - x0 < THINNEST || y1 - y0 < THINNEST) continue;
      this.#spend(this.#x.length >> 3);
      for (let i = 0; i < this.#x.length; i++) {
        const [x, y] = [this.#x[i]!, this.#y[i]!];
        if (x >= x0 && x <= x1 && y >= y0 && y <= y1) this.#isCovered[i] = true;
      }
    }
    this.#rects = [];
  }

  /** Four corners, two sides level: a box drawn with lines. */
  #closeSubpath(): void {
    const points = this.#points;
    this.#points = [];
    if (points.length < 4 || points.length > 5) return;
    const isBox = points.every(([x, y], i) => {
      const [nextX, nextY] = points[(i + 1) % points.length]!;
      return Math.abs(x - nextX) < 0.5 || Math.abs(y - nextY) < 0.5;
    });
    if (!isBox) return;
    const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
    this.#rects.push([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]);
  }

  /** Covered glyphs that follow each other, as one text. */
  covered(): readonly string[] {
    const found: string[] = [];
    let open = '';
    for (let i = 0; i <= this.#text.length; i++) {
      if (this.#isCovered[i]) open += this.#text[i]!;
      else if (open !== '') {
        if (open.trim() !== '') found.push(open.trim());
        open = '';
      }
    }
    return found;
  }
}
