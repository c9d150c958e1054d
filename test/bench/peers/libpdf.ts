import { ops, PDF } from '@libpdf/core';
import { qrRectangles, sealQr } from '../../../src/seal/qr.ts';
import { FOLIO, type PeerLetter, type PeerSigner, QR, TEXT } from './letter.ts';

/** @libpdf/core with its incremental update, the QR as vectors, and Node's own P-256. */
export async function signWithLibpdf(letter: PeerLetter, signer: PeerSigner): Promise<Uint8Array> {
  const document = await PDF.load(letter.pdf);
  const pages = document.getPages();
  for (const page of pages) page.drawText(letter.folio, FOLIO);
  const page = pages.at(-1)!;
  const matrix = sealQr(letter.qr);
  const module = QR.side / matrix.size;
  page.drawOperators([
    ops.pushGraphicsState(),
    ...qrRectangles(matrix).map(({ x, y, width, height }) =>
      ops.rectangle(QR.x + x * module, QR.y + QR.side - (y + height) * module, width * module, height * module),
    ),
    ops.fill(),
    ops.popGraphicsState(),
  ]);
  page.drawText(letter.lines.join('\n'), { x: TEXT.x, y: TEXT.y, size: TEXT.size, lineHeight: TEXT.pitch });
  const [certificate, ...chain] = signer.certificates;
  const { bytes } = await document.sign({
    signer: {
      certificate: certificate!,
      certificateChain: chain,
      keyType: 'EC',
      signatureAlgorithm: 'ECDSA',
      async sign(data) {
        return signer.sign(data);
      },
    },
    reason: 'Oficio',
    location: 'Ciudad de México',
    subFilter: 'ETSI.CAdES.detached',
    estimatedSize: 8192,
  });
  return bytes;
}
