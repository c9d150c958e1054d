import { formatPrintedNumber } from '../core/printed-number.ts';
import { alphanumericQr, qrRectangles } from '../seal/qr.ts';
import { badgeAddress, photoOf, type Badge, type BadgeTexts } from './badge.ts';
import { drawFoot, drawHead, INNER, MARGIN, SMALLEST, SOFT, WHITE, whole } from './layout.ts';
import { CARD, Side } from './side.ts';
import { fitOrCut, oneLine } from './typeset.ts';

const HEAD = 8;
const FOOT = 45.6;
/** The symbol with its white border. */
const QR = { x: 2.4, y: 10, side: 27.6 } as const;
const QUIET_MODULES = 4;
/** The text beside it; how far a step is behind its number, and from the next one. */
const COLUMN = 31.8;
const WIDTH = CARD.width - MARGIN - COLUMN;
const INDENT = 3.2;
const STEP = 2;

/**
 * The side that tells somebody at the door how to check the card, and what it is for.
 * @throws Refusal `badge/text-too-long`; `seal/origin` for an address that a QR in alphanumeric mode cannot carry
 */
export function drawBack(badge: Badge, texts: BadgeTexts): Side {
  const side = new Side();
  drawHead(side, badge, HEAD);
  side.line(oneLine(badge.dev ? texts.testTitle : texts.check, 'bold', 11, INNER), MARGIN, 5.6, WHITE);
  code(side, badge);
  check(side, badge, texts);
  telephone(side, badge, texts);
  purpose(side, badge, texts);
  return side;
}

function code(side: Side, badge: Badge): void {
  // A card is scratched and bent: a quarter of the symbol may be lost.
  const matrix = alphanumericQr(badgeAddress(badge), 'quartile');
  const module = QR.side / (matrix.size + 2 * QUIET_MODULES);
  const quiet = QUIET_MODULES * module;
  side.boxes(qrRectangles(matrix), QR.x + quiet, QR.y + quiet, module);
  const number = oneLine(formatPrintedNumber(badge.number), 'bold', 9.5, QR.side);
  side.line(number, QR.x + QR.side / 2, QR.y + QR.side + 2.6, 0, 'centre');
}

function check(side: Side, badge: Badge, texts: BadgeTexts): void {
  const { steps } = texts;
  let top = step(side, 1, badge.hasTag ? steps.tap : steps.scan, 11.4);
  top = step(side, 2, steps.address, top) - 0.6;
  const host = badge.origin.replace(/^https:\/\//, '');
  const room = { width: WIDTH - INDENT, height: 6.4, size: 9, least: SMALLEST };
  top = side.paragraph(whole(host, 'address', 'bold', room, 'address'), COLUMN + INDENT, top) + STEP;
  top = step(side, 3, photoOf(badge) ? steps.compare : steps.ask, top);
  const small = { width: WIDTH, height: 6, size: 7, least: 6 };
  top = side.paragraph(fitOrCut(texts.copied, 'bold', small), COLUMN, top + 0.3) + STEP;
  side.paragraph(fitOrCut(texts.typed, 'regular', small), COLUMN, top);
}

/** Answers where the next one begins. */
function step(side: Side, number: number, text: string, top: number): number {
  const room = { width: WIDTH - INDENT, height: 6.4, size: 8, least: 6 };
  side.paragraph(fitOrCut(`${number}`, 'bold', room), COLUMN, top);
  return side.paragraph(fitOrCut(text, 'regular', room), COLUMN + INDENT, top) + STEP;
}

function telephone(side: Side, { telephone: own, institution }: Badge, texts: BadgeTexts): void {
  const label = 12;
  const baseline = FOOT - 1.8;
  side.line(oneLine(texts.telephone, 'regular', 7, label), COLUMN, baseline);
  side.line(oneLine(own ?? institution.telephone, 'bold', 12, WIDTH - label), COLUMN + label, baseline);
}

function purpose(side: Side, { institution }: Badge, texts: BadgeTexts): void {
  drawFoot(side, FOOT);
  const end = side.paragraph(
    fitOrCut(texts.purpose, 'regular', { width: INNER, height: 3, size: 7, least: SMALLEST }),
    MARGIN,
    FOOT + 1.3,
  );
  const found = texts.found(institution.address);
  const room = { width: INNER, height: 2.6, size: 6.5, least: SMALLEST };
  side.paragraph(fitOrCut(found, 'regular', room), MARGIN, end + 1.2, SOFT);
}
