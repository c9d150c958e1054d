import { type Align, type Line, mm, pdfNumber, showLine } from '../seal/typeset.ts';
import type { Paragraph } from './typeset.ts';

/** ISO/IEC 7810 ID-1, in millimetres. */
export const CARD = { width: 85.6, height: 53.98 } as const;
/** Millimetres that are printed around the card and cut away. */
export const BLEED = 3;

/** Red, green and blue from 0 to 1. */
export type Colour = readonly [red: number, green: number, blue: number];

/** From the upper left corner of the finished card, in millimetres; what bleeds has a negative edge. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One side of a card in the making: operators of a content stream in points. */
export class Side {
  #operators = '';

  get operators(): string {
    return this.#operators;
  }

  fill({ x, y, width, height }: Box, colour: Colour): void {
    this.#operators += `${colour.join(' ')} rg ${across(x)} ${up(y + height)} ${length(width)} ${length(height)} re f\n`;
  }

  outline({ x, y, width, height }: Box, colour: Colour, points: number): void {
    const box = `${across(x)} ${up(y + height)} ${length(width)} ${length(height)}`;
    this.#operators += `${colour.join(' ')} RG ${points} w ${box} re S\n`;
  }

  /** With its baseline at `baseline`; `gray` from 0, black, to 1, white. */
  line(line: Line, x: number, baseline: number, gray: number = 0, align: Align = 'left'): void {
    this.#operators += showLine(line, mm(x + BLEED), mm(CARD.height + BLEED - baseline), gray, align);
  }

  /** Its lines below each other from the upper edge `top`; answers where they end. */
  paragraph({ lines, pitch }: Paragraph, x: number, top: number, gray: number = 0, align: Align = 'left'): number {
    const step = toMm(pitch);
    for (const [i, line] of lines.entries()) this.line(line, x, top + capHeight(line) + i * step, gray, align);
    return top + paragraphHeight({ lines, pitch });
  }

  /** The image `name` of the resources over the whole of `shown`, cut to `frame`. */
  image(name: string, frame: Box, shown: Box): void {
    const clip = `${across(frame.x)} ${up(frame.y + frame.height)} ${length(frame.width)} ${length(frame.height)} re W n`;
    const place = `${length(shown.width)} 0 0 ${length(shown.height)} ${across(shown.x)} ${up(shown.y + shown.height)} cm`;
    this.#operators += `q ${clip} ${place} /${name} Do Q\n`;
  }

  /** Black rectangles, in units of `unit` millimetres from `x`, `y`, as one path: no seam between neighbours. */
  rectangles(boxes: readonly Box[], x: number, y: number, unit: number): void {
    const path = boxes.map((box) => `${box.x} ${box.y} ${box.width} ${box.height} re`).join('\n');
    const scale = Math.round(mm(unit) * 1e5) / 1e5;
    this.#operators += `q 0 g ${scale} 0 0 -${scale} ${across(x)} ${up(y)} cm\n${path}\nf Q\n`;
  }
}

/** Millimetres from the baseline to the upper edge of capitals. */
export function capHeight({ size }: Line): number {
  return toMm(0.71 * size);
}

/** Millimetres from the upper edge of its first capitals to its last baseline. */
export function paragraphHeight({ lines, pitch }: Paragraph): number {
  const [first] = lines;
  return first ? capHeight(first) + (lines.length - 1) * toMm(pitch) : 0;
}

function toMm(points: number): number {
  return points / mm(1);
}

function across(x: number): string {
  return pdfNumber(mm(x + BLEED));
}

function up(y: number): string {
  return pdfNumber(mm(CARD.height + BLEED - y));
}

function length(value: number): string {
  return pdfNumber(mm(value));
}
