import { type Align, type Line, mm, pdfNumber, showLine } from '../seal/typeset.ts';
import { capHeight, heightOf, type Paragraph } from './typeset.ts';

/** ISO/IEC 7810 ID-1, in millimetres. */
export const CARD = { width: 85.6, height: 53.98 } as const;
/** Millimetres that are printed around the card and cut away. */
export const BLEED = 3;

/** Red, green and blue from 0 to 1. */
export type Colour = readonly [red: number, green: number, blue: number];

/** Millimetres from the upper left corner of the finished card. */
export type Corner = readonly [x: number, y: number];

/** Millimetres from the upper left corner of the finished card; what bleeds begins before it. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One side of a card in the making: measured in millimetres, kept as the operators of a content stream in points. */
export class Side {
  #operators = '';

  get operators(): string {
    return this.#operators;
  }

  fill(box: Box, colour: Colour): void {
    this.#operators += `${colour.join(' ')} rg ${rectangle(box)} f\n`;
  }

  /** A closed line through these points, filled. */
  polygon(corners: readonly Corner[], colour: Colour): void {
    const path = corners.map(([x, y], i) => `${across(x)} ${up(y)} ${i === 0 ? 'm' : 'l'}`).join(' ');
    this.#operators += `${colour.join(' ')} rg ${path} h f\n`;
  }

  /** `weight` in points. */
  outline(box: Box, colour: Colour, weight: number): void {
    this.#operators += `${colour.join(' ')} RG ${weight} w ${rectangle(box)} S\n`;
  }

  /** `x` is where `align` says; `gray` from 0, black, to 1, white. */
  line(line: Line, x: number, baseline: number, gray: number = 0, align: Align = 'left'): void {
    this.#operators += showLine(line, mm(x + BLEED), mm(CARD.height + BLEED - baseline), gray, align);
  }

  /** From the upper edge of the first capitals; answers the last baseline. */
  paragraph(text: Paragraph, x: number, top: number, gray: number = 0, align: Align = 'left'): number {
    const { lines, pitch } = text;
    for (const [i, line] of lines.entries()) this.line(line, x, top + capHeight(line) + i * pitch, gray, align);
    return top + heightOf(text);
  }

  /** The image `name` of the resources over the whole of `shown`, of which `frame` is seen. */
  image(name: string, shown: Box, frame: Box): void {
    const { x, y, width, height } = shown;
    const place = `${points(width)} 0 0 ${points(height)} ${across(x)} ${up(y + height)} cm`;
    this.#operators += `q ${rectangle(frame)} W n ${place} /${name} Do Q\n`;
  }

  /** Black boxes, in units of `unit` millimetres from `x`, `y`: one path, so that no reader leaves a seam between neighbours. */
  boxes(boxes: readonly Box[], x: number, y: number, unit: number): void {
    const scale = Math.round(mm(unit) * 1e5) / 1e5;
    const path = boxes.map((box) => `${box.x} ${box.y} ${box.width} ${box.height} re\n`).join('');
    this.#operators += `q 0 g ${scale} 0 0 -${scale} ${across(x)} ${up(y)} cm\n${path}f Q\n`;
  }
}

function rectangle({ x, y, width, height }: Box): string {
  return `${across(x)} ${up(y + height)} ${points(width)} ${points(height)} re`;
}

function across(x: number): string {
  return points(x + BLEED);
}

function up(y: number): string {
  return points(CARD.height + BLEED - y);
}

function points(millimetres: number): string {
  return pdfNumber(mm(millimetres));
}
