import { BLEED, CARD, type Box, type Side } from '../../src/badge/side.ts';
import { bold } from '../../src/seal/font/bold.ts';
import { textWidth } from '../../src/seal/font/font.ts';
import { regular } from '../../src/seal/font/regular.ts';
import { mm } from '../../src/seal/typeset.ts';

/** A line of a side. */
export interface Shown extends Box {
  readonly text: string;
  readonly size: number;
}

/** The lines of a side, from capitals to descenders, in millimetres of the finished card. */
export function shown(side: Side): Shown[] {
  const lines = side.operators.matchAll(
    /BT \/Ctj([RB]) ([\d.]+) Tf [\d.]+ g 1 0 0 1 ([\d.-]+) ([\d.-]+) Tm \((.*)\) Tj ET/g,
  );
  return [...lines].map(([, face, points, left, base, literal]) => {
    const text = literal!.replace(/\\(\d{3}|.)/g, (_, code: string) =>
      code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : code,
    );
    const size = Number(points);
    const top = CARD.height + BLEED - (Number(base) + 0.71 * size) / mm(1);
    const width = textWidth(face === 'B' ? bold : regular, text, size) / mm(1);
    return { text, size, x: Number(left) / mm(1) - BLEED, y: top, width, height: (0.92 * size) / mm(1) };
  });
}

export function overlap(a: Box, b: Box): boolean {
  const slack = 0.02;
  return (
    a.x + a.width > b.x + slack &&
    b.x + b.width > a.x + slack &&
    a.y + a.height > b.y + slack &&
    b.y + b.height > a.y + slack
  );
}

/** What is wrong with where the lines of a side stand. */
export function misplacedOn(side: readonly Shown[]): string[] {
  return side.flatMap((line, i) => [
    ...(line.x < 3.9 || line.x + line.width > CARD.width - 3.9 ? [`beyond the edge: ${line.text}`] : []),
    ...(line.y < 1.5 || line.y + line.height > CARD.height - 1.5 ? [`above or below: ${line.text}`] : []),
    ...(line.size < 5 ? [`too small: ${line.text}`] : []),
    ...side.slice(i + 1).flatMap((other) => (overlap(line, other) ? [`${line.text} / ${other.text}`] : [])),
  ]);
}

export const joined = (lines: readonly Shown[]): string => lines.map(({ text }) => text).join(' ');
