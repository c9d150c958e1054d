import { sealQr } from '../src/seal/qr.ts';

const QUIET = 2;

/** A QR of an address for a phone's camera, two modules a character, dark on light whatever the terminal's colours. */
export function terminalQr(address: string): string {
  const { size, data } = sealQr(address.toUpperCase());
  const dark = (x: number, y: number): boolean => x >= 0 && y >= 0 && x < size && y < size && data[y * size + x] !== 0;
  const lines: string[] = [];
  for (let y = -QUIET; y < size + QUIET; y += 2) {
    let line = '';
    for (let x = -QUIET; x < size + QUIET; x++) {
      const [upper, lower] = [dark(x, y), dark(x, y + 1)];
      line += upper ? (lower ? '█' : '▀') : lower ? '▄' : ' ';
    }
    lines.push(`\x1b[30;107m${line}\x1b[0m`);
  }
  return lines.join('\n');
}
