import type { PageView, Rect } from '../pdf/geometry.ts';
import { mm, type Line, lineWidth, shorten } from './typeset.ts';

/** The folio as it stands small on a page: where its baseline begins, in the page's view. */
export interface FolioLine {
  readonly line: Line;
  readonly x: number;
  readonly y: number;
  /** No place was free: it stands on a white plate of its own, over what is printed. */
  readonly plate: Rect | undefined;
}

const SIZE = 7;
/** Of the baseline, from the lower or upper edge. */
const DISTANCES = [mm(6.2), mm(8.4), mm(10.6)];
/** The same over print: the further out, the less of it is covered. */
const PLATE = mm(4.4);
const SIDE = mm(12);
const CLEARANCE = mm(1);

/** A place at the foot of the page, or else at its head, that nothing painted comes near. */
export function placeFolioLine(text: string, view: PageView, painted: readonly Rect[]): FolioLine {
  const line = shorten(text, 'regular', SIZE, 4, Math.max(view.width - 2 * SIDE, 1));
  const width = lineWidth(line);
  const middle = (view.width - width) / 2;
  const right = Math.max(middle, view.width - SIDE - width);
  const left = Math.min(middle, SIDE);
  const rows = [...DISTANCES, ...DISTANCES.map((distance) => view.height - distance - line.size * 0.71)];
  for (const y of rows) {
    for (const x of [middle, right, left]) {
      if (isFree(reach(x, y, width, line.size, CLEARANCE), painted)) return { line, x, y, plate: undefined };
    }
  }
  return { line, x: middle, y: PLATE, plate: reach(middle, PLATE, width, line.size, mm(0.8)) };
}

function reach(x: number, y: number, width: number, size: number, by: number): Rect {
  return [x - by, y - 0.22 * size - by, x + width + by, y + 0.74 * size + by];
}

function isFree([left, low, right, high]: Rect, painted: readonly Rect[]): boolean {
  for (const [x0, y0, x1, y1] of painted) if (x0 < right && x1 > left && y0 < high && y1 > low) return false;
  return true;
}
