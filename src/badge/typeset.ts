import { toWinAnsi } from '../seal/font/win-ansi.ts';
import { type Face, type Line, lineWidth, mm, shorten, wrapAnywhere, wrapWords } from '../seal/typeset.ts';

/** Text set in lines, to be drawn from the upper edge of its place. */
export interface Paragraph {
  readonly lines: readonly Line[];
  /** Millimetres from one baseline to the next. */
  readonly pitch: number;
}

/** How much room a text has. */
export interface Room {
  /** Millimetres. */
  readonly width: number;
  readonly height: number;
  /** Points: what it has where it fits, and what it shrinks to. */
  readonly size: number;
  readonly least: number;
}

/** `words` stay whole; an `address` breaks behind its dots, slashes and hyphens. */
export type Breaking = 'words' | 'address';

/** Where a text may break, and what stands there when it does not. */
const BREAKS: Readonly<Record<Breaking, { readonly at: RegExp; readonly between: string }>> = {
  words: { at: / +/, between: ' ' },
  address: { at: /(?<=[./-])/, between: '' },
};

/** Points between two sizes that are tried. */
const STEP = 0.25;
/** From one baseline to the next, in sizes; and the height of capitals. */
const LEADING = 1.14;
const CAPITALS = 0.71;

/** At the largest size at which all of `text` has its place; `undefined` where none does. */
export function fit(
  text: string,
  face: Face,
  { width, height, size, least }: Room,
  breaking: Breaking = 'words',
): Paragraph | undefined {
  const { at, between } = BREAKS[breaking];
  const parts = toWinAnsi(text).trim().split(at);
  for (let points = size; points >= least; points -= STEP) {
    const lines = fill(parts, between, face, points, mm(width));
    const pitch = pitchOf(points);
    if (lines && lines.length * pitch <= height) return { lines, pitch };
  }
  return undefined;
}

/** Lines of at most `width` points; `undefined` where a part alone is wider. */
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

/** As `fit`, and what has no place at the smallest size breaks anywhere, then loses its end to an ellipsis. */
export function fitOrCut(text: string, face: Face, room: Room): Paragraph {
  const whole = fit(text, face, room);
  if (whole) return whole;
  const { width, height, least } = room;
  const pitch = pitchOf(least);
  const most = Math.max(1, Math.floor(height / pitch));
  const broken = wrapAnywhere(text, face, least, mm(width), 0);
  return { lines: broken.length <= most ? broken : wrapWords(text, face, least, mm(width), most), pitch };
}

/** One line of at most `width` millimetres, which shrinks by a third before it loses its end. */
export function oneLine(text: string, face: Face, size: number, width: number): Line {
  return shorten(text, face, size, (size * 2) / 3, mm(width));
}

/** Millimetres from the baseline to the upper edge of capitals. */
export function capHeight({ size }: Pick<Line, 'size'>): number {
  return (CAPITALS * size) / mm(1);
}

/** Millimetres from the upper edge of its first capitals to its last baseline. */
export function heightOf({ lines, pitch }: Paragraph): number {
  const [first] = lines;
  return first ? capHeight(first) + (lines.length - 1) * pitch : 0;
}

function pitchOf(size: number): number {
  return (LEADING * size) / mm(1);
}
