/** What a test puts into a file besides its page. */
export interface BlackedOut {
  /** Of the page, as it stands: text in the font /F1 is Latin-1. */
  readonly content?: string;
  /** More of the page's, the catalog's and the trailer's entries. */
  readonly page?: string;
  readonly resources?: string;
  readonly catalog?: string;
  readonly trailer?: string;
  /** Further objects, from number 6 on. */
  readonly objects?: readonly string[];
}

/** `BT … Tj ET` at a place. */
export function textAt(x: number, y: number, text: string): string {
  return `BT /F1 12 Tf ${x} ${y} Td (${text.replaceAll(/[()\\]/g, '\\$&')}) Tj ET\n`;
}

export const BLACK_BOX = '0 g 60 690 300 30 re f\n';

/** A file of one page, as a program that blacks out writes it: one save, a table, nothing compressed. */
export function blackedOut(given: BlackedOut = {}): Uint8Array {
  const { content = textAt(72, 750, 'Oficio con partes tachadas') + BLACK_BOX, page = '', catalog = '' } = given;
  const objects = [
    `<< /Type /Catalog /Pages 2 0 R ${catalog} >>`,
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << ${given.resources ?? '/Font << /F1 5 0 R >>'} >> /Contents 4 0 R ${page} >>`,
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    ...(given.objects ?? []),
  ];
  let text = '%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n';
  const places = objects.map((object, i) => {
    const at = text.length;
    text += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const table = text.length;
  const lines = places.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${lines}`;
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${given.trailer ?? ''} >>\nstartxref\n${table}\n%%EOF\n`;
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
