import { utf8 } from '../core/bytes.ts';
import { type Align, type Line, pdfNumber, showLine } from './typeset.ts';

const RULE_GRAY = 0.6;

/** Collects operators; lengths in points, `top` counted downwards from the upper edge of the seal. */
export interface Pen {
  ops: string;
  /** What was flushed from `ops`. */
  readonly parts: Uint8Array[];
  readonly height: number;
}

export function flush(pen: Pen): void {
  pen.parts.push(utf8(pen.ops));
  pen.ops = '';
}

export function put(pen: Pen, line: Line, x: number, top: number, gray: number = 0, align: Align = 'left'): void {
  pen.ops += showLine(line, x, pen.height - top, gray, align);
}

export function rule(pen: Pen, x: number, top: number, width: number): void {
  const y = pdfNumber(pen.height - top);
  pen.ops += `${RULE_GRAY} G 0.4 w ${pdfNumber(x)} ${y} m ${pdfNumber(x + width)} ${y} l S\n`;
}
