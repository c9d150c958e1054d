import type { QrModules, StampContent } from './stamp-content.ts';
import { type Pen, flush, put } from './stamp-pen.ts';
import { mm, pdfNumber, shorten } from './typeset.ts';

/** Side of the symbol in print, and of the frame that holds it with its white border of four modules. */
const SYMBOL = mm(37.5);
export const FRAME: number = mm(44);
export const FRAME_HEIGHT: number = mm(49.5);
export const PAD: number = mm(3);
const QUIET_MODULES = 4;
const LABEL_GRAY = 0.35;

/**
 * The dark modules as rectangles, one for each run in a row, a unit a module, the rows downwards. They are one path and
 * one fill, so that no renderer leaves a seam between neighbours.
 */
function modulePath({ size, data }: QrModules): Uint8Array {
  const out = new Uint8Array(size * Math.ceil(size / 2) * LONGEST_RECTANGLE);
  let at = 0;
  const put = (value: number): void => {
    if (value >= 100) out[at++] = 48 + Math.trunc(value / 100);
    if (value >= 10) out[at++] = 48 + (Math.trunc(value / 10) % 10);
    out[at++] = 48 + (value % 10);
    out[at++] = 32;
  };
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      if (!data[row * size + column]) continue;
      const from = column;
      while (column + 1 < size && data[row * size + column + 1]) column++;
      put(from);
      put(row);
      put(column - from + 1);
      // "1 re\n"
      out[at++] = 49;
      out[at++] = 32;
      out[at++] = 114;
      out[at++] = 101;
      out[at++] = 10;
    }
  }
  return out.subarray(0, at);
}

const LONGEST_RECTANGLE = '100 100 100 1 re\n'.length;

/** The symbol in its frame, at the left upper corner of the seal. */
export function drawQr(pen: Pen, content: StampContent): void {
  const { size } = content.qr;
  const top = pen.height - PAD;
  const middle = PAD + FRAME / 2;
  // The white border comes first: a small symbol, whose modules are large, is printed smaller.
  const module = Math.min(SYMBOL, (FRAME * size) / (size + 2 * QUIET_MODULES)) / size;
  const scale = String(Math.round(module * 1e4) / 1e4);
  const x = pdfNumber(middle - (module * size) / 2);
  const y = pdfNumber(top - FRAME / 2 + (module * size) / 2);
  pen.ops += `q 0 g ${scale} 0 0 -${scale} ${x} ${y} cm\n`;
  flush(pen);
  pen.parts.push(modulePath(content.qr));
  pen.ops += 'f Q\n';
  pen.ops += `q ${LABEL_GRAY} G 0.4 w [2 1.5] 0 d ${pdfNumber(PAD)} ${pdfNumber(top - FRAME_HEIGHT)} ${pdfNumber(FRAME)} ${pdfNumber(FRAME_HEIGHT)} re S Q\n`;
  put(pen, shorten(content.keepClear, 'bold', 8, 5, FRAME - PAD), middle, PAD + FRAME + mm(3.6), 0, 'centre');
}
