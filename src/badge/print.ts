import { formatCardNumber } from '../card/card.ts';
import { utf8 } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { NewPdf } from '../pdf/new-file.ts';
import { type PdfRef, pdfArray, pdfName } from '../pdf/object.ts';
import { writableArray, writableDict } from '../pdf/serialise.ts';
import { textString } from '../pdf/text-string.ts';
import { addFonts } from '../seal/font/font.ts';
import { FACES, mm } from '../seal/typeset.ts';
import { drawBack } from './back.ts';
import type { Badge, BadgeTexts } from './badge.ts';
import { type CardPhoto, drawFront, PHOTO_NAME, readPhoto } from './front.ts';
import { BLEED, CARD, type Side } from './side.ts';

/**
 * A card as printers take it: two pages, front and back, in vectors and embedded fonts. What is cut away lies outside of the
 * crop box, so that a printer of cards that knows nothing of bleed prints the card alone.
 * @throws Refusal `badge/text-too-long`, `badge/photo-unreadable`, `seal/origin`
 */
export function printBadge(badge: Badge, texts: BadgeTexts, primitives: Pick<Primitives, 'digest'>): Uint8Array {
  const { holder } = badge;
  const photo = holder.state === 'public' && holder.photo ? readPhoto(holder.photo) : undefined;
  const sides = [drawFront(badge, photo, texts), drawBack(badge, texts)];
  const pdf = new NewPdf();
  const [regular, bold] = addFonts((object) => pdf.add(object), [FACES.regular.font, FACES.bold.font]);
  const resources = writableDict({
    Font: writableDict({ [FACES.regular.name]: regular!, [FACES.bold.name]: bold! }),
    ...(photo && { XObject: writableDict({ [PHOTO_NAME]: addPhoto(pdf, photo) }) }),
  });
  const tree = pdf.allocate();
  const pages = sides.map((side) => addPage(pdf, tree, side));
  pdf.put(tree, writableDict({ Type: pdfName('Pages'), Kids: pdfArray(...pages), Count: 2, Resources: resources }));
  const root = pdf.add(
    writableDict({
      Type: pdfName('Catalog'),
      Pages: tree,
      Lang: textString('es-MX'),
      // Nobody's viewer may fit a card to a sheet of paper.
      ViewerPreferences: writableDict({ PrintScaling: pdfName('None'), Duplex: pdfName('DuplexFlipLongEdge') }),
    }),
  );
  const info = pdf.add(writableDict({ Title: textString(`${texts.title} ${formatCardNumber(badge.number)}`) }));
  return pdf.finish(root, info, primitives);
}

function addPage(pdf: NewPdf, parent: PdfRef, side: Side): PdfRef {
  const [width, height, bleed] = [CARD.width, CARD.height, BLEED].map((length) => rounded(mm(length))) as [
    number,
    number,
    number,
  ];
  const sheet = pdfArray(0, 0, rounded(width + 2 * bleed), rounded(height + 2 * bleed));
  const card = pdfArray(bleed, bleed, rounded(width + bleed), rounded(height + bleed));
  const data = utf8(side.operators);
  return pdf.add(
    writableDict({
      Type: pdfName('Page'),
      Parent: parent,
      MediaBox: sheet,
      BleedBox: sheet,
      TrimBox: card,
      CropBox: card,
      Contents: pdf.add({ type: 'stream', dict: writableDict({}), data }),
    }),
  );
}

function rounded(points: number): number {
  return Math.round(points * 1000) / 1000;
}

function addPhoto(pdf: NewPdf, { jpeg, width, height, colours }: CardPhoto): PdfRef {
  return pdf.add({
    type: 'stream',
    dict: writableDict({
      Type: pdfName('XObject'),
      Subtype: pdfName('Image'),
      Width: width,
      Height: height,
      ColorSpace: pdfName(colours),
      BitsPerComponent: 8,
      Filter: writableArray(pdfName('DCTDecode')),
    }),
    data: jpeg,
  });
}
