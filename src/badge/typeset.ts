import { toWinAnsi } from '../seal/font/win-ansi.ts';
import { type Face, type Line, lineWidth, wrapAnywhere, wrapWords } from '../seal/typeset.ts';

/** Text set in lines from the upper edge of its place. */
export interface Paragraph {
  readonly lines: readonly Line[];
  /** From one baseline to the next, in points. */
  readonly pitch: number;
}

export interface Place {
  /** Points. */
  readonly width: number;
  readonly height: number;
  /** The sizes from the one that is wanted to the smallest that can still be read. */
  readonly size: number;
  readonly least: number;
}

const STEP = 0.25;
const PITCH = 1.14;

function words(text: string): string {
  return text.split(' ').filter(Boolean).join(' ');
}

/** `words` stay whole; an `address` breaks behind its dots, slashes and hyphens. */
export type Breaking = 'words' | 'address';

/** Where a text may break, and what stands there when it does not. */
const BREAKS: Readonly<Record<Breaking, { readonly at: RegExp; readonly between: string }>> = {
  words: { at: / +/, between: ' ' },
  address: { at: /(?<=[./-])/, between: '' },
};

/** At the largest size at which all of `text` has its place; `undefined` where none does. */
export function fit(
  text: string,
  face: Face,
  { width, height, size, least }: Place,
  breaking: Breaking = 'words',
): Paragraph | undefined {
  const { at, between } = BREAKS[breaking];
  const parts = words(toWinAnsi(text)).split(at);
  for (let points = size; points >= least; points -= STEP) {
    const lines = fill(parts, between, face, points, width);
    if (lines && lines.length * points * PITCH <= height) return { lines, pitch: points * PITCH };
  }
  return undefined;
}

/** `undefined` where a part alone is too wide. */
function fill(
  parts: readonly string[],
  between: string,
  face: Face,
  size: number,
  width: number,
): readonly Line[] | undefined {
  const lines: Line[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const longer = last && { ...last, text: last.text + between + part };
    if (longer && lineWidth(longer) <= width) lines[lines.length - 1] = longer;
    else if (lineWidth({ text: part, face, size }) <= width) lines.push({ text: part, face, size });
    else return undefined;
  }
  return lines;
}

/** As `fit`, and at the smallest size words break anywhere, and the end gives way to an ellipsis. */
export function fitOrCut(text: string, face: Face, place: Place): Paragraph {
  const whole = fit(text, face, place);
  if (whole) return whole;
  const { width, height, least } = place;
  const most = Math.max(1, Math.floor(height / (least * PITCH)));
  const broken = wrapAnywhere(words(toWinAnsi(text)), face, least, width, 0);
  const lines = broken.length <= most ? broken : wrapWords(text, face, least, width, most);
  return { lines, pitch: least * PITCH };
}
