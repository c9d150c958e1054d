import { formatPrintedNumber } from '../core/printed-number.ts';
import type { Badge, BadgeTexts } from './badge.ts';
import { drawFoot, drawHead, INNER, LINE, MARGIN, PAPER, SMALLEST, SOFT, WHITE, whole } from './layout.ts';
import { coverOf, PHOTO_NAME, type CardPhoto } from './photo.ts';
import { CARD, Side, type Box } from './side.ts';
import { capHeight, fitOrCut, heightOf, oneLine } from './typeset.ts';

const HEAD = 12;
const FOOT = 45.4;
export const PHOTO_PLACE: Box = { x: 59.1, y: 14.8, width: 22.5, height: 28.1 };
/**
 * The contacts of a chip (ISO/IEC 7816-2: 10.25 to 19.87 mm from the left edge, 19.23 to 28.55 mm from the upper one) with the
 * plate around them: nothing is printed there, whether this card has a chip or not.
 */
export const CHIP: Box = { x: 8, y: 17, width: 14.1, height: 13.8 };
/** Where the name begins, and where post and unit do. */
const BESIDE_CHIP = 24;
const BELOW_CHIP = 32;
/** Between text and photo. */
const GAP = 2;

/**
 * The side with the face: whose card it is, of which institution, its number and its last day.
 * @throws Refusal `badge/text-too-long`, `badge/text-unprintable`
 */
export function drawFront(badge: Badge, photo: CardPhoto | undefined, texts: BadgeTexts): Side {
  const side = new Side();
  institution(side, badge, texts);
  if (photo) {
    side.image(PHOTO_NAME, coverOf(PHOTO_PLACE, photo), PHOTO_PLACE);
    side.outline(PHOTO_PLACE, LINE, 0.4);
  } else {
    noPhoto(side, badge, texts);
  }
  holder(side, badge, texts);
  numberAndDay(side, badge, texts);
  return side;
}

function institution(side: Side, badge: Badge, texts: BadgeTexts): void {
  drawHead(side, badge, HEAD);
  const room = { width: INNER, height: 6.4, size: 14, least: 6 };
  const name = whole(badge.institution.name, 'institution', 'bold', room);
  const title = oneLine(badge.dev ? texts.testTitle : texts.title, 'regular', 8, INNER);
  const gap = 1.7;
  const height = heightOf(name) + gap + capHeight(title);
  const end = side.paragraph(name, MARGIN, (HEAD - height) / 2, WHITE);
  side.line(title, MARGIN, end + gap + capHeight(title), WHITE);
}

/** Why there is none. A legal ground may lose its end here: the page has all of it. */
function noPhoto(side: Side, { holder: person }: Badge, texts: BadgeTexts): void {
  const { x, y, width, height } = PHOTO_PLACE;
  side.fill(PHOTO_PLACE, PAPER);
  side.outline(PHOTO_PLACE, LINE, 0.4);
  const words = person.state === 'reserved' ? texts.reservedBy(person.legalGround) : texts.noPhoto;
  const set = fitOrCut(words, 'regular', { width: width - 2.4, height: height - 2.4, size: 7, least: SMALLEST });
  side.paragraph(set, x + width / 2, y + (height - heightOf(set)) / 2, SOFT, 'centre');
}

function holder(side: Side, { holder: person, post, unit }: Badge, texts: BadgeTexts): void {
  const right = PHOTO_PLACE.x - GAP;
  const name = person.state === 'public' ? person.name : texts.reserved;
  const room = { width: right - BESIDE_CHIP, height: 16, size: 14, least: 6 };
  side.paragraph(whole(name, 'name', 'bold', room), BESIDE_CHIP, PHOTO_PLACE.y + 0.4);
  // Both may have 160 characters: three lines each of the smallest size.
  const below = { width: right - MARGIN, height: 6.2, least: SMALLEST };
  const end = side.paragraph(whole(post, 'post', 'bold', { ...below, size: 10 }), MARGIN, BELOW_CHIP);
  side.paragraph(whole(unit, 'unit', 'regular', { ...below, size: 8.5 }), MARGIN, end + 1.3, 0.15);
}

function numberAndDay(side: Side, { number, validUntil }: Badge, { labels }: BadgeTexts): void {
  drawFoot(side, FOOT);
  const day = validUntil.split('-').toReversed().join('/');
  const width = CARD.width - MARGIN - PHOTO_PLACE.x;
  labelled(side, labels.number, formatPrintedNumber(number), MARGIN, PHOTO_PLACE.x - MARGIN);
  labelled(side, labels.validUntil, day, PHOTO_PLACE.x, width);
}

function labelled(side: Side, label: string, value: string, x: number, width: number): void {
  side.line(oneLine(label, 'regular', 5.5, width), x, FOOT + 2.6, SOFT);
  side.line(oneLine(value, 'bold', 11, width), x, FOOT + 6.2);
}
