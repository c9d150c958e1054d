import { Refusal } from '../core/refusal.ts';
import { isWhite, standsAt } from './lex.ts';
import type { PdfCode } from './refusal.ts';

/** How far into the file the header may stand (ISO 32000-1 Annex H). */
const HEADER_BYTES = 1024;

export interface PdfHeader {
  /** Where `%PDF-` stands: 0 in a file that keeps to the standard. */
  readonly offset: number;
  /** `1.7`; `1.0` when what stands there is no version. */
  readonly version: string;
  /** At the first byte, with a known version and nothing else on the line. */
  readonly plain: boolean;
}

/** @throws Refusal `pdf/not-a-pdf` */
export function readHeader(bytes: Uint8Array): PdfHeader {
  const end = Math.min(bytes.length, HEADER_BYTES);
  let offset = 0;
  while (offset < end && !standsAt(bytes, offset, '%PDF-')) offset++;
  if (offset === end) throw new Refusal<PdfCode>('pdf/not-a-pdf', 'no %PDF- at the start');
  const [major = 0, point, minor = 0, after] = bytes.subarray(offset + 5, offset + 9);
  const known = (major === 0x31 || major === 0x32) && point === 0x2e && minor >= 0x30 && minor <= 0x39;
  return {
    offset,
    version: known ? String.fromCharCode(major, 0x2e, minor) : '1.0',
    plain: offset === 0 && known && after !== undefined && isWhite(after),
  };
}
