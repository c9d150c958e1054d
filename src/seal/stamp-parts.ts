import { Refusal } from '../core/refusal.ts';
import type { Rect } from '../pdf/geometry.ts';
import type { SealCode } from './code.ts';
import type { Labelled, StampContent } from './stamp-content.ts';
import { type Pen, put } from './stamp-pen.ts';
import { ELLIPSIS, type Line, lineWidth, mm, pdfNumber, shorten, shrink, wrapAnywhere, wrapWords } from './typeset.ts';

const LABEL_SIZE = 5.5;
export const CHECK_SIZE = 11;
/** What prints and copies well. */
const SMALLEST = 5;
const LABEL_GRAY = 0.35;

/** Label above value, both shortened. */
export function field(pen: Pen, item: Labelled, x: number, top: number, width: number, size: number): void {
  put(pen, shorten(item.label, 'regular', LABEL_SIZE, 5, width), x, top + mm(1.8), LABEL_GRAY);
  put(pen, shorten(item.value, 'regular', size, 6, width), x, top + mm(5));
}

/** A label and its value on one line, where there are many. */
export function inlineField(pen: Pen, item: Labelled, x: number, baseline: number, width: number): void {
  const label = shorten(item.label, 'regular', LABEL_SIZE, 5, width / 3);
  const indent = lineWidth(label) + mm(1.2);
  put(pen, label, x, baseline, LABEL_GRAY);
  put(pen, shorten(item.value, 'regular', 7.5, 6, width - indent), x + indent, baseline);
}

/** As `field`, with up to `most` lines for the value; answers its height. */
export function tallField(pen: Pen, item: Labelled, x: number, top: number, width: number, most: number): number {
  put(pen, shorten(item.label, 'regular', LABEL_SIZE, 5, width), x, top + mm(1.8), LABEL_GRAY);
  const line = shrink(item.value, 'regular', 8.5, 7.5, width);
  const lines = line === undefined ? wrapWords(item.value, 'regular', 7.5, width, most) : [line];
  for (const [i, shown] of lines.entries()) put(pen, shown, x, top + mm(5) + i * mm(3.1));
  return mm(6.2) + (lines.length - 1) * mm(3.1);
}

function whole(line: Line | undefined, what: string, text: string): Line {
  if (line !== undefined) return line;
  throw new Refusal<SealCode>('seal/text-too-long', `${what} of ${text.length} characters does not fit the seal`, {
    what,
    length: text.length,
  });
}

/** A label above a bold value; `must` names a value that has to be whole. */
export function labelled(
  pen: Pen,
  item: Labelled,
  x: number,
  top: number,
  width: number,
  size: number,
  must?: string,
): void {
  put(pen, shorten(item.label, 'regular', LABEL_SIZE, 5, width), x, top + mm(2.1), LABEL_GRAY);
  const value =
    must === undefined
      ? shorten(item.value, 'bold', size, 6, width)
      : whole(shrink(item.value, 'bold', size, 6, width), must, item.value);
  // All values of a row stand on one line, whatever they were shrunk to.
  put(pen, value, x, top + mm(2.9) + size * 0.76);
}

/**
 * A framed sentence: the one thing that a reader in a hurry should see. It is whole or refused, since what a letter asks
 * for must not end in an ellipsis.
 */
export function demand(pen: Pen, text: string, x: number, top: number, width: number, height: number): void {
  const frame = [x + 0.4, pen.height - top - height + 0.4, width - 0.8, height - 0.8].map(pdfNumber).join(' ');
  pen.ops += `0 G 0.8 w ${frame} re S\n`;
  const lines = demandLines(text, width - mm(3));
  const size = lines[0]!.size;
  const pitch = size * 1.12;
  // Centred on the height of capitals, 0.71 of the size.
  let baseline = top + (height - (lines.length - 1) * pitch + size * 0.71) / 2;
  for (const shown of lines) {
    put(pen, shown, x + width / 2, baseline, 0, 'centre');
    baseline += pitch;
  }
}

function demandLines(text: string, width: number): Line[] {
  const line = shrink(text, 'bold', 11, 8, width);
  if (line !== undefined) return [line];
  for (const size of [7.5, 6.5]) {
    const lines = wrapWords(text, 'bold', size, width, 2);
    if (lines.length > 0 && !lines.at(-1)!.text.endsWith(ELLIPSIS)) return lines;
  }
  return [whole(undefined, 'what the letter asks for', text)];
}

export function check(pen: Pen, content: StampContent, x: number, top: number, width: number): Rect {
  const { lead, address } = content.check;
  put(pen, shorten(lead, 'regular', LABEL_SIZE, 5, width), x, top + mm(2.1), LABEL_GRAY);
  const line = whole(shrink(address, 'bold', CHECK_SIZE, 5.5, width), 'the address', address);
  const baseline = top + mm(2.9) + CHECK_SIZE * 0.76;
  put(pen, line, x, baseline);
  const y = pen.height - baseline;
  return [x, y - 0.3 * line.size, x + lineWidth(line), y + line.size];
}

/** Cadena original, sello digital and legend in the space from `top` to `bottom`. */
export function small(pen: Pen, content: StampContent, x: number, top: number, width: number, bottom: number): void {
  for (const size of [6, 5.5, SMALLEST]) {
    const pitch = size * 1.16;
    const room = Math.floor((bottom - top) / pitch);
    const blocks = [content.original, content.signature].map((item) => {
      const label: Line = { text: `${item.label}:  `, face: 'bold', size };
      return { label: shorten(label.text, 'bold', size, size, width / 2), item };
    });
    const set = blocks.map(({ label, item }) => ({
      label,
      indent: lineWidth(label),
      lines: wrapAnywhere(item.value, 'regular', size, width, lineWidth(label)),
    }));
    const needed = set.reduce((sum, block) => sum + block.lines.length, 0);
    if (needed > room) continue;
    const legend = wrapWords(content.legend ?? '', 'regular', size, width, room - needed);
    const cut = content.legend !== undefined && (legend.length === 0 || legend.at(-1)!.text.endsWith(ELLIPSIS));
    if (cut && size > SMALLEST) continue;
    // What is left over goes between the blocks.
    const gaps = legend.length > 0 ? 2 : 1;
    const spare = Math.min(mm(0.7), (bottom - top - (needed + legend.length) * pitch) / (gaps + 1));
    let baseline = top;
    for (const block of set) {
      for (const [i, line] of block.lines.entries()) {
        baseline += pitch;
        if (i === 0) put(pen, block.label, x, baseline);
        put(pen, line, i === 0 ? x + block.indent : x, baseline);
      }
      baseline += spare;
    }
    for (const line of legend) put(pen, line, x, (baseline += pitch), LABEL_GRAY);
    return;
  }
  const length = content.original.value.length + content.signature.value.length;
  throw new Refusal<SealCode>(
    'seal/text-too-long',
    `cadena original and sello digital of ${length} characters do not fit`,
    {
      what: 'cadena original',
      length,
    },
  );
}
