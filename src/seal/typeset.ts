import { type FontAsset, textWidth } from './font/font.ts';
import { bold } from './font/bold.ts';
import { pdfLiteral, toWinAnsi } from './font/win-ansi.ts';
import { regular } from './font/regular.ts';

/** The two fonts of everything that we draw, and the names by which our resources know them. */
export type Face = 'regular' | 'bold';
export const FACES: Readonly<Record<Face, { readonly font: FontAsset; readonly name: string }>> = {
  regular: { font: regular, name: 'CtjR' },
  bold: { font: bold, name: 'CtjB' },
};

const POINTS_PER_MM = 72 / 25.4;

/** Millimetres in points. */
export function mm(value: number): number {
  return value * POINTS_PER_MM;
}

/** A text for one line: `text` is WinAnsi (`toWinAnsi`), `size` in points. */
export interface Line {
  readonly text: string;
  readonly face: Face;
  readonly size: number;
}

export function fontOf(face: Face): FontAsset {
  return FACES[face].font;
}

export function lineWidth(line: Line): number {
  return textWidth(fontOf(line.face), line.text, line.size);
}

/** A number as content streams have it: no exponent, a hundredth of a point at most. */
export function pdfNumber(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** `text` at the largest size from `size` down to `least` at which it is at most `width` wide; `undefined` if none is. */
export function shrink(text: string, face: Face, size: number, least: number, width: number): Line | undefined {
  const shown = toWinAnsi(text);
  const wide = textWidth(fontOf(face), shown, 1);
  const fitting = wide * size <= width ? size : Math.floor((width / wide) * 20) / 20;
  return fitting < least ? undefined : { text: shown, face, size: fitting };
}

/** As `shrink`, and what is still too wide at `least` loses its end to an ellipsis. Only for texts that may lose it. */
export function shorten(text: string, face: Face, size: number, least: number, width: number): Line {
  const whole = shrink(text, face, size, least, width);
  return whole ?? { text: cut(toWinAnsi(text), face, least, width), face, size: least };
}

/** As `toWinAnsi` has it. */
export const ELLIPSIS = '\x85';

function cut(text: string, face: Face, size: number, width: number): string {
  const font = fontOf(face);
  let left = width - textWidth(font, ELLIPSIS, size);
  let end = 0;
  while (end < text.length) {
    left -= textWidth(font, text[end]!, size);
    if (left < 0) break;
    end++;
  }
  return text.slice(0, end).trimEnd() + ELLIPSIS;
}

/** `text` in lines broken at spaces, at most `most` of them: the last one is shortened where the rest is too long. */
export function wrapWords(text: string, face: Face, size: number, width: number, most: number): Line[] {
  const font = fontOf(face);
  const words = toWinAnsi(text).split(' ').filter(Boolean);
  const space = textWidth(font, ' ', size);
  const lines: Line[] = [];
  let at = 0;
  while (at < words.length && lines.length < most) {
    const start = at;
    let wide = textWidth(font, words[at++]!, size);
    while (at < words.length) {
      const wider = wide + space + textWidth(font, words[at]!, size);
      if (wider > width) break;
      wide = wider;
      at++;
    }
    const last = lines.length === most - 1;
    const line = words.slice(start, last ? undefined : at).join(' ');
    const fits = wide <= width && (!last || at === words.length);
    lines.push({ text: fits ? line : cut(line, face, size, width), face, size });
    if (last) break;
  }
  return lines;
}

/** `text` in lines broken anywhere, with nothing lost: for strings that a machine made. */
export function wrapAnywhere(text: string, face: Face, size: number, width: number, indent: number): Line[] {
  const font = fontOf(face);
  const shown = toWinAnsi(text);
  const lines: Line[] = [];
  let start = 0;
  let room = width - indent;
  for (let at = 0; at < shown.length; at++) {
    const wide = textWidth(font, shown[at]!, size);
    if (wide > room && at > start) {
      lines.push({ text: shown.slice(start, at), face, size });
      start = at;
      room = width;
    }
    room -= wide;
  }
  lines.push({ text: shown.slice(start), face, size });
  return lines;
}

export type Align = 'left' | 'centre' | 'right';

/**
 * The operators that show `line` with its baseline at (x, y); `x` is where `align` says. `gray`: 0 black to 1 white.
 * `font` is the name of its font where the resources do not know it by our own.
 */
export function showLine(
  line: Line,
  x: number,
  y: number,
  gray: number = 0,
  align: Align = 'left',
  font: string = FACES[line.face].name,
): string {
  const shift = align === 'left' ? 0 : align === 'right' ? lineWidth(line) : lineWidth(line) / 2;
  const at = `${pdfNumber(x - shift)} ${pdfNumber(y)}`;
  return `BT /${font} ${pdfNumber(line.size)} Tf ${gray} g 1 0 0 1 ${at} Tm ${pdfLiteral(line.text)} Tj ET\n`;
}
