import type { PdfStream } from './object.ts';

/** Forms in forms. */
const MAX_DEPTH = 12;

interface Drawing {
  /** How often it draws each: not at all of what only stands ready. */
  readonly times: Map<PdfStream, number>;
}

/** Which content draws which: forms, patterns, soft masks and glyphs, and how often. */
export class DrawnForms {
  /** By who draws; pages together are `undefined`. */
  readonly #drawings = new Map<PdfStream | undefined, Drawing>();

  /** That `by` draws `stream`, so many times more. */
  add(by: PdfStream | undefined, stream: PdfStream, times: number): void {
    let drawing = this.#drawings.get(by);
    if (drawing === undefined) this.#drawings.set(by, (drawing = { times: new Map() }));
    drawing.times.set(stream, (drawing.times.get(stream) ?? 0) + times);
  }

  /**
   * How many drawings that are, each as often as it is drawn. Infinity where they are in each other more deeply than readers
   * follow; what is drawn in itself has no end.
   */
  total(): number {
    const totals = new Map<PdfStream, { readonly height: number; readonly total: number }>();
    const measure = (form: PdfStream, depth: number): { readonly height: number; readonly total: number } => {
      const known = totals.get(form);
      if (known !== undefined) return known;
      if (depth > MAX_DEPTH) return { height: Infinity, total: Infinity };
      let height = 0;
      let total = 1;
      for (const [drawn, times] of this.#drawings.get(form)?.times ?? []) {
        const found = measure(drawn, depth + 1);
        height = Math.max(height, found.height);
        if (times > 0) total += times * found.total;
      }
      const measured = { height: height + 1, total: height + 1 > MAX_DEPTH ? Infinity : total };
      totals.set(form, measured);
      return measured;
    };
    let sum = 0;
    for (const [by, { times }] of this.#drawings) {
      if (by !== undefined && measure(by, 0).total === Infinity) return Infinity;
      if (by === undefined) for (const [drawn, count] of times) sum += count * measure(drawn, 0).total;
    }
    return sum;
  }
}
