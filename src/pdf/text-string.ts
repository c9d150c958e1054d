import { type PdfString, pdfString } from './object.ts';

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
