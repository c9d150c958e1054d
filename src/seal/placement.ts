import { Refusal, type Facts } from '../core/refusal.ts';
import type { Rect } from '../pdf/geometry.ts';
import type { SealCode } from './code.ts';
import { STAMP_SIZE, type StampShape } from './stamp-content.ts';
import type { Survey } from './survey.ts';
import { mm } from './typeset.ts';

/** A place chosen by a person: the seal's upper left corner, from the page's upper left visible corner. */
export interface ChosenPlace {
  /** From 1. */
  readonly page: number;
  readonly xMm: number;
  readonly yMm: number;
  /** Without it, the first that stays on the page: wide, then tall. */
  readonly shape?: StampShape;
}

export interface PlacementRequest {
  /** Without it, a place is found. What is printed under a chosen place is covered. */
  readonly at?: ChosenPlace;
  /** Whether a page may be added where no page has room: never on a document that is signed already. */
  readonly mayAppend: boolean;
}

/** Where the seal goes. It is decided before the seal is made, because the seal states how many pages there are. */
export interface SealPlacement {
  readonly shape: StampShape;
  /** From 1; one more than the document has when `appended`. */
  readonly page: number;
  readonly appended: boolean;
  /** Pages of the sealed document. */
  readonly pages: number;
  /** In the page's view: upright, in points from its lower left visible corner. */
  readonly box: Rect;
  /** Of the page, in points, as it is seen. */
  readonly width: number;
  readonly height: number;
}

/** From the edges of the page: office printers leave up to 6 mm white. */
const EDGE = mm(8);
/** From the lower edge: the folio stands below. */
const FOOT = mm(12);
/** From what is painted. */
const CLEARANCE = mm(3);
/** Other positions than the middle of the page have to be this much lower to be worth it. */
const OFF_CENTRE_COST = mm(15);
const INSET = mm(15);
const MAX_COLUMNS = 24;
const SHAPES: readonly StampShape[] = ['wide', 'tall'];
const LETTER = { width: 612, height: 792 };
/** On an added page: above the seal stands what the page is. */
const APPENDED_TOP = mm(46);

/**
 * Where the seal goes: the place that was asked for; else the lowest gap of the last page that holds it, wide or else
 * tall; else a gap in the lower half of an earlier page, from the last to the first; else a page added at the end.
 *
 * @throws Refusal `seal/outside-page`, `seal/no-room`
 */
export function placeSeal(survey: Survey, request: PlacementRequest): SealPlacement {
  const count = survey.pages.length;
  if (request.at !== undefined) return chosen(survey, request.at);
  for (let number = count; number >= 1; number--) {
    const { view, painted } = survey.pages[number - 1]!;
    for (const shape of SHAPES) {
      const size = STAMP_SIZE[shape];
      if (size.width > view.width - 2 * EDGE || size.height > view.height - EDGE - FOOT) continue;
      const ceiling = number === count ? view.height - EDGE : view.height / 2;
      const box = lowestGap(painted, size, view, ceiling);
      if (box === undefined) continue;
      return { shape, page: number, appended: false, pages: count, box, width: view.width, height: view.height };
    }
  }
  if (request.mayAppend) return appendedPage(survey);
  throw new Refusal<SealCode>('seal/no-room', 'no page has room for the seal', { pages: count });
}

/** Whether a box lies over something painted, both in the view of the page. */
export function covers([left, bottom, right, top]: Rect, painted: readonly Rect[]): boolean {
  return painted.some(([x0, y0, x1, y1]) => x0 < right && x1 > left && y0 < top && y1 > bottom);
}

/** In whole millimetres, to be told: of the page, and of the seal in its shapes. */
function sizesOf(page: Size): Facts {
  const told = ({ width, height }: Size): string => `${Math.round(width / mm(1))} × ${Math.round(height / mm(1))}`;
  return { pageSize: told(page), wideSeal: told(STAMP_SIZE.wide), tallSeal: told(STAMP_SIZE.tall) };
}

function chosen(survey: Survey, at: ChosenPlace): SealPlacement {
  const page = survey.pages[at.page - 1];
  if (page !== undefined) {
    const { width, height } = page.view;
    for (const shape of at.shape === undefined ? SHAPES : [at.shape]) {
      const size = STAMP_SIZE[shape];
      const x = mm(at.xMm);
      const y = height - mm(at.yMm) - size.height;
      // Written so that not a number is outside.
      const inside = x >= 0 && y >= 0 && x + size.width <= width && y + size.height <= height;
      if (!inside) continue;
      const box: Rect = [x, y, x + size.width, y + size.height];
      return { shape, page: at.page, appended: false, pages: survey.pages.length, box, width, height };
    }
  }
  const facts = { page: String(at.page), pages: survey.pages.length, ...(page && sizesOf(page.view)) };
  throw new Refusal<SealCode>('seal/outside-page', 'the place asked for is not wholly on a visible page', facts);
}

/** A page like the last one, or of Letter size where the seal would not fit. */
function appendedPage(survey: Survey): SealPlacement {
  const last = survey.pages.at(-1)!.view;
  const pages = survey.pages.length + 1;
  for (const { width, height } of [last, LETTER]) {
    for (const shape of SHAPES) {
      const size = STAMP_SIZE[shape];
      if (size.width > width - 2 * EDGE || size.height > height - APPENDED_TOP - FOOT) continue;
      const x = (width - size.width) / 2;
      const top = height - APPENDED_TOP;
      const box: Rect = [x, top - size.height, x + size.width, top];
      return { shape, page: pages, appended: true, pages, box, width, height };
    }
  }
  throw new Error('the seal does not fit a Letter page');
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The lowest box of `size` that nothing painted comes near, its upper edge at most at `ceiling`. */
function lowestGap(painted: readonly Rect[], size: Size, page: Size, ceiling: number): Rect | undefined {
  let best: Rect | undefined;
  let bestCost = Infinity;
  const low: Rect[] = painted.filter((rect) => rect[1] < ceiling + CLEARANCE).sort((a, b) => a[1] - b[1]);
  for (const [i, x] of columns(low, size, page).entries()) {
    const y = lowestInColumn(low, x - CLEARANCE, x + size.width + CLEARANCE, size.height, ceiling);
    if (y === undefined) continue;
    const cost = y + (i === 0 ? 0 : OFF_CENTRE_COST);
    if (cost < bestCost) {
      bestCost = cost;
      best = [x, y, x + size.width, y + size.height];
    }
  }
  return best;
}

/** Left edges to try: in the middle of the page, at its margins, then right and left beside what is painted. */
function columns(painted: readonly Rect[], size: Size, page: Size): number[] {
  const most = page.width - EDGE - size.width;
  const found = [(page.width - size.width) / 2];
  const add = (x: number): void => {
    if (x < EDGE || x > most || found.length >= MAX_COLUMNS) return;
    if (!found.some((other) => Math.abs(other - x) < mm(1))) found.push(x);
  };
  add(page.width - INSET - size.width);
  add(INSET);
  add(most);
  add(EDGE);
  for (const [x0, , x1] of painted) {
    if (found.length >= MAX_COLUMNS) break;
    add(x1 + CLEARANCE + 0.01);
    add(x0 - CLEARANCE - size.width - 0.01);
  }
  return found;
}

/** `painted` is sorted by its lower edges. */
function lowestInColumn(
  painted: readonly Rect[],
  left: number,
  right: number,
  height: number,
  ceiling: number,
): number | undefined {
  let y = FOOT;
  for (let i = 0; i < painted.length; i++) {
    // By index: this runs for every box in every column, and an iterator costs more than the comparisons.
    const rect = painted[i]!;
    const y0 = rect[1];
    const y1 = rect[3];
    if (rect[2] <= left || rect[0] >= right || y1 + CLEARANCE <= y) continue;
    if (y0 - CLEARANCE >= y + height) break;
    y = y1 + CLEARANCE;
  }
  return y + height <= ceiling ? y : undefined;
}
