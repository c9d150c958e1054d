import { hash } from 'node:crypto';
import { pdflibAddPlaceholder } from '@signpdf/placeholder-pdf-lib';
import { SignPdf } from '@signpdf/signpdf';
import { Signer, SUBFILTER_ETSI_CADES_DETACHED } from '@signpdf/utils';
import type { PDFDocument as Document, PDFPage } from 'pdf-lib';
import QRCode from 'qrcode';
import { ecdsaDerToRaw } from '../../../src/asn1/ecdsa.ts';
import { qrRectangles, sealQr } from '../../../src/seal/qr.ts';
import { encodeSignedData, signedAttributes } from '../../../src/signature/cms.ts';
import { FOLIO, type PeerLetter, type PeerSigner, QR, TEXT, WIDGET } from './letter.ts';
import { pdfLib } from './pdf-lib.ts';

const { fill, ParseSpeeds, PDFDocument, popGraphicsState, pushGraphicsState, rectangle, StandardFonts } = pdfLib;

class NativeSigner extends Signer {
  readonly #signer: PeerSigner;

  constructor(signer: PeerSigner) {
    super();
    this.#signer = signer;
  }

  override async sign(pdf: Buffer): Promise<Buffer> {
    const { certificates } = this.#signer;
    const sha256 = (data: Uint8Array): Uint8Array => hash('sha256', data, 'buffer');
    const attributes = signedAttributes(sha256(pdf), { algorithm: 'SHA-256', value: sha256(certificates[0]!) });
    const cms = encodeSignedData({
      certificates,
      attributes,
      signature: ecdsaDerToRaw(this.#signer.sign(attributes), 32),
      digestAlgorithm: 'SHA-256',
      signatureAlgorithm: { name: 'ECDSA', digest: 'SHA-256' },
    });
    return Buffer.from(cms);
  }
}

async function drawPicture(document: Document, page: PDFPage, text: string): Promise<void> {
  const picture = await document.embedPng(await QRCode.toBuffer(text, { errorCorrectionLevel: 'M' }));
  page.drawImage(picture, { x: QR.x, y: QR.y, width: QR.side, height: QR.side });
}

function drawVectors(page: PDFPage, text: string): void {
  const matrix = sealQr(text);
  const module = QR.side / matrix.size;
  page.pushOperators(
    pushGraphicsState(),
    ...qrRectangles(matrix).map(({ x, y, width, height }) =>
      rectangle(QR.x + x * module, QR.y + QR.side - (y + height) * module, width * module, height * module),
    ),
    fill(),
    popGraphicsState(),
  );
}

/**
 * The same packages with our algorithm, P-256 by Node and our own CMS, and the fastest parsing. With `vectors` also the QR
 * is ours, and pdf-lib is kept from everything that it need not do.
 */
export async function signTuned(letter: PeerLetter, signer: PeerSigner, qr: 'png' | 'vectors'): Promise<Uint8Array> {
  const document = await PDFDocument.load(letter.pdf, { parseSpeed: ParseSpeeds.Fastest, updateMetadata: false });
  const font = await document.embedFont(StandardFonts.Helvetica);
  const pages = document.getPages();
  for (const page of pages) page.drawText(letter.folio, { ...FOLIO, font });
  const page = pages.at(-1)!;
  if (qr === 'png') await drawPicture(document, page, letter.qr);
  else drawVectors(page, letter.qr);
  page.drawText(letter.lines.join('\n'), { x: TEXT.x, y: TEXT.y, size: TEXT.size, lineHeight: TEXT.pitch, font });
  pdflibAddPlaceholder({
    pdfDoc: document,
    pdfPage: page,
    reason: 'Oficio',
    contactInfo: '',
    name: 'Firma',
    location: 'Ciudad de México',
    subFilter: SUBFILTER_ETSI_CADES_DETACHED,
    widgetRect: [...WIDGET],
  });
  const prepared = await document.save({
    useObjectStreams: false,
    objectsPerTick: Number.MAX_SAFE_INTEGER,
    addDefaultPage: false,
    updateFieldAppearances: false,
  });
  return new Uint8Array(await new SignPdf().sign(prepared, new NativeSigner(signer)));
}
