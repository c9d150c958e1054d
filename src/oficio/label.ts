/** How a number is announced: `núm.`, `número`, `No.`, `N.º`, `Nº`, and as a clerk without accents writes it. */
const NUMBER = String.raw`(?:(?:n[uú]m(?:ero)?|no|number)(?=[\s:.#])|n\.?\s?[°º])[\s:.#]*`;
/** What stands before a folio or a code where people copy them, as the seal prints it or as they call it. */
const LABEL = new RegExp(String.raw`^\s*(?:(?:oficio|folio|c[oó]digo|code)(?=[\s:.#])[\s:.#]*)*(?:${NUMBER})?`, 'i');

/** A folio or a code without what was copied along with it: the word before, the full stop after. */
export function withoutLabel(text: string): string {
  return text
    .normalize('NFC')
    .replace(LABEL, '')
    .replace(/[\s.,;]+$/, '');
}
