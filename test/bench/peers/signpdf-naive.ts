import { pdflibAddPlaceholder } from '@signpdf/placeholder-pdf-lib';
import { P12Signer } from '@signpdf/signer-p12';
import { SignPdf } from '@signpdf/signpdf';
import QRCode from 'qrcode';
import { FOLIO, type PeerLetter, QR, TEXT, WIDGET } from './letter.ts';
import { pdfLib } from './pdf-lib.ts';

const { PDFDocument, StandardFonts } = pdfLib;

/** As the packages' own pages show it: a PNG of the QR, pdf-lib's defaults, a PKCS#12 file with an RSA-2048 key. */
export async function signNaively(letter: PeerLetter, p12: Uint8Array, passphrase: string): Promise<Uint8Array> {
  const document = await PDFDocument.load(letter.pdf);
  const font = await document.embedFont(StandardFonts.Helvetica);
  const pages = document.getPages();
  for (const page of pages) page.drawText(letter.folio, { ...FOLIO, font });
  const page = pages.at(-1)!;
  const picture = await document.embedPng(await QRCode.toBuffer(letter.qr, { errorCorrectionLevel: 'M' }));
  page.drawImage(picture, { x: QR.x, y: QR.y, width: QR.side, height: QR.side });
  for (const [i, line] of letter.lines.entries()) {
    page.drawText(line, { x: TEXT.x, y: TEXT.y - i * TEXT.pitch, size: TEXT.size, font });
  }
  pdflibAddPlaceholder({
    pdfDoc: document,
    pdfPage: page,
    reason: 'Oficio',
    contactInfo: '',
    name: 'Firma',
    location: 'Ciudad de México',
    widgetRect: [...WIDGET],
  });
  const prepared = await document.save({ useObjectStreams: false });
  const signed = await new SignPdf().sign(prepared, new P12Signer(p12, { passphrase }));
  return new Uint8Array(signed);
}
