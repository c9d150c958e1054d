import { formatCardNumber } from '../card/card.ts';
import { alphanumericQr, qrRectangles } from '../seal/qr.ts';
import { mm, shorten } from '../seal/typeset.ts';
import { badgeAddress, type Badge, type BadgeTexts } from './badge.ts';
import { BRAND, GOLD, INNER, LABEL_GRAY, MARGIN, PAPER, SMALLEST, TEST, WHITE, band, whole } from './layout.ts';
import { CARD, Side } from './side.ts';
import { fitOrCut } from './typeset.ts';

const HEAD = 8;
const FOOT = 45.6;
/** The symbol with its white border. */
const QR = { x: 2.4, y: 10, side: 27.6 } as const;
const QUIET_MODULES = 4;
const COLUMN = 31.8;
const WIDTH = CARD.width - MARGIN - COLUMN;
/** Of the text behind the number of a step, and the space between two. */
const INDENT = 3.2;
const STEP = 2;

/**
 * The side that tells somebody at the door how to check the card, and what it is for.
 * @throws Refusal `badge/text-too-long`; `seal/origin` for an address that a QR in alphanumeric mode cannot carry
 */
export function drawBack(badge: Badge, texts: BadgeTexts): Side {
  const side = new Side();
  side.fill(band(0, HEAD), badge.dev ? TEST : BRAND);
  side.fill(band(HEAD, HEAD + 0.7), GOLD);
  side.line(shorten(badge.dev ? texts.testTitle : texts.check, 'bold', 11, 7, mm(INNER)), MARGIN, 5.6, WHITE);
  drawQr(side, badge);
  drawText(side, badge, texts);
  foot(side, badge, texts);
  return side;
}

function drawQr(side: Side, badge: Badge): void {
  // A card is scratched and bent: a quarter of the symbol may be lost.
  const matrix = alphanumericQr(badgeAddress(badge), 'quartile');
  const module = QR.side / (matrix.size + 2 * QUIET_MODULES);
  side.rectangles(qrRectangles(matrix), QR.x + QUIET_MODULES * module, QR.y + QUIET_MODULES * module, module);
  side.line(
    { text: formatCardNumber(badge.number), face: 'bold', size: 9.5 },
    QR.x + QR.side / 2,
    QR.y + QR.side + 2.2,
    0,
    'centre',
  );
}

function drawText(side: Side, badge: Badge, texts: BadgeTexts): void {
  const { steps } = texts;
  const hasPhoto = badge.holder.state === 'public' && badge.holder.photo !== undefined;
  let top = step(side, 1, badge.hasTag ? steps.tap : steps.scan, 11.4);
  top = step(side, 2, steps.address, top) - 0.6;
  const host = badge.origin.replace(/^https:\/\//, '');
  const place = { width: WIDTH - INDENT, height: 6.4, size: 9, least: SMALLEST };
  top = side.paragraph(whole(host, 'address', 'bold', place, 'address'), COLUMN + INDENT, top) + STEP;
  top = step(side, 3, hasPhoto ? steps.compare : steps.ask, top);
  const small = { width: mm(WIDTH), height: mm(6), size: 7, least: 6 };
  top = side.paragraph(fitOrCut(texts.copied, 'bold', small), COLUMN, top + 0.3) + 1.9;
  side.paragraph(fitOrCut(texts.typed, 'regular', small), COLUMN, top);
  telephone(side, badge, texts);
}

/** Answers where the next one begins. */
function step(side: Side, number: number, text: string, top: number): number {
  const set = fitOrCut(text, 'regular', { width: mm(WIDTH - INDENT), height: mm(6.4), size: 8, least: 6 });
  side.line({ text: `${number}`, face: 'bold', size: 8 }, COLUMN, top + 2);
  return side.paragraph(set, COLUMN + INDENT, top) + STEP;
}

function telephone(side: Side, { telephone: own, institution }: Badge, texts: BadgeTexts): void {
  const label = shorten(texts.telephone, 'regular', 7, 6, mm(WIDTH / 3));
  const baseline = FOOT - 1.8;
  side.line(label, COLUMN, baseline);
  side.line(shorten(own ?? institution.telephone, 'bold', 12, 7, mm(WIDTH - 13)), COLUMN + 12, baseline);
}

function foot(side: Side, { institution }: Badge, texts: BadgeTexts): void {
  side.fill(band(FOOT, CARD.height), PAPER);
  side.fill(band(FOOT, FOOT + 0.25), GOLD);
  const purpose = fitOrCut(texts.purpose, 'regular', { width: mm(INNER), height: mm(3), size: 7, least: 5.5 });
  const end = side.paragraph(purpose, MARGIN, FOOT + 1.3);
  const found = texts.found(institution.address);
  const place = { width: mm(INNER), height: mm(CARD.height - 2.4 - end - 1), size: 6.5, least: 5 };
  side.paragraph(fitOrCut(found, 'regular', place), MARGIN, end + 1.2, LABEL_GRAY);
}
