import { encodeQR } from 'qr';
import { Refusal } from '../core/refusal.ts';
import { MAX_ADDRESS_CHARACTERS } from './address.ts';
import type { SealCode } from './code.ts';

/** The modules of a symbol, row by row from the top left, without the white border; 1 is dark. */
export interface QrMatrix {
  /** Modules along one side: 17 + 4 × version. */
  readonly size: number;
  readonly version: number;
  readonly data: Uint8Array;
}

/** In modules, from the top left corner of the symbol. */
export interface QrRectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** White modules around the symbol (ISO/IEC 18004 §5.3.8). */
const QUIET_ZONE = 4;

/** How much of a symbol may be lost: 15 % or 25 % of its code words (ISO/IEC 18004 §6.5.1). */
export type QrLevel = 'medium' | 'quartile';

/**
 * The smallest symbol that holds `text` in alphanumeric mode.
 * @throws Refusal `seal/origin` for a character outside of that mode
 */
export function alphanumericQr(text: string, level: QrLevel): QrMatrix {
  if (!/^[0-9A-Z $%*+./:-]+$/.test(text)) {
    throw new Refusal<SealCode>('seal/origin', 'not all in the characters of QR alphanumeric mode');
  }
  // The package draws at least one white module around.
  const bordered = encodeQR(text, 'raw', { encoding: 'alphanumeric', ecc: level, border: 1 });
  const size = bordered.length - 2;
  const data = new Uint8Array(size * size);
  for (let y = 0; y < size; y++) {
    const row = bordered[y + 1]!;
    for (let x = 0; x < size; x++) if (row[x + 1]) data[y * size + x] = 1;
  }
  return { size, version: (size - 17) / 4, data };
}

/**
 * The symbol of a seal's address: alphanumeric mode, error correction level M, the smallest version that holds it. At
 * the printed 37.5 mm, versions beyond 11 have modules that an office scanner cannot tell apart.
 * @throws Refusal `seal/origin` for a character outside alphanumeric mode; `seal/too-long` beyond version 11
 */
export function sealQr(address: string): QrMatrix {
  if (address.length > MAX_ADDRESS_CHARACTERS) {
    throw new Refusal<SealCode>('seal/too-long', `an address of ${address.length} characters in a QR`, {
      found: address.length,
      most: MAX_ADDRESS_CHARACTERS,
    });
  }
  return alphanumericQr(address, 'medium');
}

/**
 * The dark modules as rectangles that do not overlap: runs in a row, joined with an equal run above. Fill them as one
 * path, so that no reader draws a hairline between neighbours.
 */
export function qrRectangles(matrix: QrMatrix): readonly QrRectangle[] {
  const { size, data } = matrix;
  const done: QrRectangle[] = [];
  /** By first module: the rectangles that reach the row above. */
  let open = new Map<number, QrRectangle>();
  for (let y = 0; y < size; y++) {
    const reaching = new Map<number, QrRectangle>();
    for (let x = 0; x < size; x++) {
      if (!data[y * size + x]) continue;
      const start = x;
      while (x < size && data[y * size + x]) x++;
      const width = x - start;
      const above = open.get(start);
      if (above?.width === width) {
        reaching.set(start, { ...above, height: above.height + 1 });
        open.delete(start);
      } else {
        reaching.set(start, { x: start, y, width, height: 1 });
      }
    }
    done.push(...open.values());
    open = reaching;
  }
  done.push(...open.values());
  return done;
}

/** A picture for pages, with its white border, one unit a module; `title` is what a screen reader says. */
export function qrSvg(matrix: QrMatrix, title: string): string {
  const side = matrix.size + 2 * QUIET_ZONE;
  const path = qrRectangles(matrix)
    .map(({ x, y, width, height }) => `M${x + QUIET_ZONE} ${y + QUIET_ZONE}h${width}v${height}h-${width}z`)
    .join('');
  const escaped = title.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" role="img" shape-rendering="crispEdges">` +
    `<title>${escaped}</title><path fill="#fff" d="M0 0h${side}v${side}h-${side}z"/><path d="${path}"/></svg>`
  );
}
