import { fromUtf8, toLatin1 } from '../core/bytes.ts';
import { isPdf, type PdfObject, type PdfString, pdfString } from './object.ts';

/** A text string (ISO 32000-2 §7.9.2.2): ASCII as it is, anything else as UTF-16BE with its mark. */
export function textString(text: string): PdfString {
  const ascii = /^[\x20-\x7e]*$/.test(text);
  const bytes = new Uint8Array(ascii ? text.length : 2 * text.length + 2);
  if (!ascii) bytes.set([0xfe, 0xff]);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (ascii) bytes[i] = unit;
    else {
      bytes[2 * i + 2] = unit >> 8;
      bytes[2 * i + 3] = unit & 255;
    }
  }
  return pdfString(bytes, !ascii);
}

/** A text string (ISO 32000-2 §7.9.2.2) as UTF-16BE, UTF-8 or, near enough to PDFDocEncoding, Latin-1. */
export function textOf(object: PdfObject): string | undefined {
  if (!isPdf(object, 'string')) return undefined;
  const { bytes } = object;
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    return fromUtf16(bytes.subarray(2));
  }
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return fromUtf8(bytes.subarray(3));
  return toLatin1(bytes);
}

/** How many letters are put together at once: one by one, a long text would take many times its size. */
const UNITS = 4096;

function fromUtf16(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at + 1 < bytes.length; at += 2 * UNITS) {
    const units = new Uint16Array(Math.min(UNITS, (bytes.length - at) >> 1));
    for (let i = 0; i < units.length; i++) units[i] = bytes[at + 2 * i]! * 256 + bytes[at + 2 * i + 1]!;
    parts.push(String.fromCharCode(...units));
  }
  return parts.join('');
}
