import { concat } from '../core/bytes.ts';
import type { Rect } from '../pdf/geometry.ts';
import { STAMP_SIZE, type StampContent, type StampShape } from './stamp-content.ts';
import { drawTall, drawWide } from './stamp-layout.ts';
import { type Pen, flush } from './stamp-pen.ts';
import { FRAME, PAD, drawQr } from './stamp-qr.ts';
import { mm, pdfNumber } from './typeset.ts';

export type { Labelled, QrModules, StampContent, StampShape } from './stamp-content.ts';

/** A drawn seal. Rectangles are in its own space: points, origin at its lower left corner. */
export interface Stamp {
  readonly shape: StampShape;
  readonly width: number;
  readonly height: number;
  /** The content stream of the form XObject; it uses the fonts of `typeset.ts` and nothing else. */
  readonly content: Uint8Array;
  /** What leads to `link` when tapped: the QR and the address. */
  readonly links: readonly Rect[];
  /** Institution, folio and signer: where a signature field covers no link. */
  readonly fieldArea: Rect;
}

/**
 * The seal as it is printed: vectors and two fonts, black and gray on its own white.
 *
 * @throws Refusal `seal/text-too-long` when a text that must be whole does not fit
 */
export function drawStamp(content: StampContent, shape: StampShape): Stamp {
  const { width, height } = STAMP_SIZE[shape];
  const pen: Pen = { ops: '', parts: [], height };
  pen.ops += `1 g 0 0 ${pdfNumber(width)} ${pdfNumber(height)} re f\n`;
  pen.ops += `0 G 0.6 w 0.3 0.3 ${pdfNumber(width - 0.6)} ${pdfNumber(height - 0.6)} re S\n`;
  drawQr(pen, content);
  const address = shape === 'wide' ? drawWide(pen, content) : drawTall(pen, content);
  flush(pen);
  const qr: Rect = [PAD, height - PAD - FRAME, PAD + FRAME, height - PAD];
  const left = 2 * PAD + FRAME;
  return {
    shape,
    width,
    height,
    content: concat(...pen.parts),
    links: [qr, address],
    fieldArea: [left, height - mm(shape === 'wide' ? 34.5 : 52.5), width - PAD, height - PAD],
  };
}
