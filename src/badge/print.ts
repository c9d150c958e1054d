import { utf8 } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { formatPrintedNumber } from '../core/printed-number.ts';
import { NewPdf } from '../pdf/new-file.ts';
import { type PdfArray, type PdfRef, pdfArray, pdfName } from '../pdf/object.ts';
import { writableDict } from '../pdf/serialise.ts';
import { textString } from '../pdf/text-string.ts';
import { addFonts } from '../seal/font/font.ts';
import { FACES, mm } from '../seal/typeset.ts';
import { drawBack } from './back.ts';
import { photoOf, type Badge, type BadgeTexts, type DistinctiveTexts } from './badge.ts';
import { drawDistinctive } from './distinctive-front.ts';
import { drawFront } from './front.ts';
import { PHOTO_NAME, photoObject, readPhoto, type CardPhoto } from './photo.ts';
import { BLEED, CARD, type Side } from './side.ts';

/** What is printed, and what is left when it was cut: in points, from the lower left corner of the sheet. */
const SHEET = rectangle(0, 0, CARD.width + 2 * BLEED, CARD.height + 2 * BLEED);
const FINISHED = rectangle(BLEED, BLEED, BLEED + CARD.width, BLEED + CARD.height);

/**
 * A card as printers take it: two pages, front and back, in vectors and embedded fonts. What is cut away lies outside of the
 * crop box, so that a printer of cards that knows nothing of bleed prints the card alone.
 * @throws Refusal `badge/text-too-long`, `badge/text-unprintable`, `badge/photo-unreadable`, `seal/origin`
 */
export function printBadge(badge: Badge, texts: BadgeTexts, primitives: Pick<Primitives, 'digest'>): Uint8Array {
  return print(badge, drawFront, texts, primitives);
}

/** The same of a distinctive. */
export function printDistinctive(
  badge: Badge,
  texts: DistinctiveTexts,
  primitives: Pick<Primitives, 'digest'>,
): Uint8Array {
  return print(badge, drawDistinctive, texts, primitives);
}

function print<Texts extends BadgeTexts>(
  badge: Badge,
  draw: (badge: Badge, photo: CardPhoto | undefined, texts: Texts) => Side,
  texts: Texts,
  primitives: Pick<Primitives, 'digest'>,
): Uint8Array {
  const jpeg = photoOf(badge);
  const photo = jpeg && readPhoto(jpeg);
  const sides = [draw(badge, photo, texts), drawBack(badge, texts)];

  const pdf = new NewPdf();
  const [regular, bold] = addFonts((object) => pdf.add(object), [FACES.regular.font, FACES.bold.font]);
  const resources = writableDict({
    Font: writableDict({ [FACES.regular.name]: regular!, [FACES.bold.name]: bold! }),
    ...(photo && { XObject: writableDict({ [PHOTO_NAME]: pdf.add(photoObject(photo)) }) }),
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
  const info = pdf.add(writableDict({ Title: textString(`${texts.title} ${formatPrintedNumber(badge.number)}`) }));
  return pdf.finish(root, info, primitives);
}

function addPage(pdf: NewPdf, parent: PdfRef, side: Side): PdfRef {
  const contents = pdf.add({ type: 'stream', dict: writableDict({}), data: utf8(side.operators) });
  return pdf.add(
    writableDict({
      Type: pdfName('Page'),
      Parent: parent,
      MediaBox: SHEET,
      BleedBox: SHEET,
      TrimBox: FINISHED,
      CropBox: FINISHED,
      Contents: contents,
    }),
  );
}

/** From millimetres, to a thousandth of a point. */
function rectangle(...corners: readonly number[]): PdfArray {
  return pdfArray(...corners.map((corner) => Math.round(mm(corner) * 1000) / 1000));
}
