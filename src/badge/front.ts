import { formatCardNumber } from '../card/card.ts';
import { Refusal } from '../core/refusal.ts';
import { readJpeg } from '../pdf/jpeg.ts';
import { mm, shorten } from '../seal/typeset.ts';
import type { Badge, BadgeCode, BadgeTexts } from './badge.ts';
import {
  BRAND,
  GOLD,
  INNER,
  LABEL_GRAY,
  LABEL_SIZE,
  LINE,
  MARGIN,
  PAPER,
  SMALLEST,
  TEST,
  WHITE,
  band,
  whole,
} from './layout.ts';
import { CARD, capHeight, paragraphHeight, Side, type Box } from './side.ts';
import { fitOrCut } from './typeset.ts';

/** By which the resources of the front know the photo. */
export const PHOTO_NAME = 'Photo';

/** A JPEG file as a PDF image has it: its data as they are. */
export interface CardPhoto {
  readonly jpeg: Uint8Array;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly colours: 'DeviceGray' | 'DeviceRGB';
}

const HEAD = 12;
const FOOT = 45.4;
export const PHOTO_PLACE: Box = { x: 59.1, y: 14.8, width: 22.5, height: 28.1 };
/**
 * The contacts of a chip (ISO/IEC 7816-2: 10.25 to 19.87 mm from the left edge, 19.23 to 28.55 mm from the upper one) with the
 * plate around them: nothing is printed there, whether this card has a chip or not.
 */
export const CHIP: Box = { x: 8, y: 17, width: 14.1, height: 13.8 };
const BESIDE_CHIP = 24;
const BELOW_CHIP = 32;
const COLUMN = PHOTO_PLACE.x - MARGIN;

/** @throws Refusal `badge/photo-unreadable` */
export function readPhoto(jpeg: Uint8Array): CardPhoto {
  const header = readJpeg(jpeg);
  if (header?.components !== 1 && header?.components !== 3) {
    throw new Refusal<BadgeCode>('badge/photo-unreadable', 'not a JPEG file in gray or three colours');
  }
  const { width, height, components } = header;
  return { jpeg, width, height, colours: components === 1 ? 'DeviceGray' : 'DeviceRGB' };
}

/**
 * The side with the face: whose card it is, of which institution, its number and its last day.
 * @throws Refusal `badge/text-too-long`
 */
export function drawFront(badge: Badge, photo: CardPhoto | undefined, texts: BadgeTexts): Side {
  const side = new Side();
  head(side, badge, texts);
  if (photo) showPhoto(side, photo);
  else noPhoto(side, badge, texts);
  holder(side, badge, texts);
  foot(side, badge, texts);
  return side;
}

function head(side: Side, { institution, dev }: Badge, texts: BadgeTexts): void {
  side.fill(band(0, HEAD), dev ? TEST : BRAND);
  side.fill(band(HEAD, HEAD + 0.7), GOLD);
  const name = whole(institution.name, 'institution', 'bold', { width: INNER, height: 6.4, size: 14, least: 6 });
  const title = shorten(dev ? texts.testTitle : texts.title, 'regular', 8, 6, mm(INNER));
  const gap = 1.7;
  const high = paragraphHeight(name) + gap + capHeight(title);
  const end = side.paragraph(name, MARGIN, (HEAD - high) / 2, WHITE);
  side.line(title, MARGIN, end + gap + capHeight(title), WHITE);
}

function showPhoto(side: Side, { width, height }: CardPhoto): void {
  // It fills its frame; what is too wide is cut at both sides, what is too high at its foot: faces are above the middle.
  const scale = Math.max(PHOTO_PLACE.width / width, PHOTO_PLACE.height / height);
  const shown = { width: width * scale, height: height * scale };
  const x = PHOTO_PLACE.x - (shown.width - PHOTO_PLACE.width) / 2;
  side.image(PHOTO_NAME, PHOTO_PLACE, { x, y: PHOTO_PLACE.y, ...shown });
  side.outline(PHOTO_PLACE, LINE, 0.4);
}

/** The page tells the whole ground, however long it is. */
function noPhoto(side: Side, { holder: person }: Badge, texts: BadgeTexts): void {
  side.fill(PHOTO_PLACE, PAPER);
  side.outline(PHOTO_PLACE, LINE, 0.4);
  const words = person.state === 'reserved' ? texts.reservedBy(person.legalGround) : texts.noPhoto;
  const place = { width: mm(PHOTO_PLACE.width - 2.4), height: mm(PHOTO_PLACE.height - 2.4), size: 7, least: 5 };
  const set = fitOrCut(words, 'regular', place);
  const top = PHOTO_PLACE.y + (PHOTO_PLACE.height - paragraphHeight(set)) / 2;
  side.paragraph(set, PHOTO_PLACE.x + PHOTO_PLACE.width / 2, top, LABEL_GRAY, 'centre');
}

function holder(side: Side, badge: Badge, texts: BadgeTexts): void {
  const { holder: person, post, unit } = badge;
  const width = PHOTO_PLACE.x - 2 - BESIDE_CHIP;
  const named = person.state === 'public' ? person.name : texts.reserved;
  const name = whole(named, 'name', 'bold', { width, height: 16, size: 14, least: 6 });
  side.paragraph(name, BESIDE_CHIP, PHOTO_PLACE.y + 0.4);
  // Both may have 160 characters: three lines each of the smallest size.
  const below = { width: COLUMN - 2, height: 6.2, least: SMALLEST };
  const end = side.paragraph(whole(post, 'post', 'bold', { ...below, size: 10 }), MARGIN, BELOW_CHIP);
  side.paragraph(whole(unit, 'unit', 'regular', { ...below, size: 8.5 }), MARGIN, end + 1.3, 0.15);
}

function foot(side: Side, { number, validUntil }: Badge, texts: BadgeTexts): void {
  side.fill(band(FOOT, CARD.height), PAPER);
  side.fill(band(FOOT, FOOT + 0.25), GOLD);
  const { labels } = texts;
  const label = FOOT + 2.6;
  const baseline = FOOT + 6.2;
  side.line(shorten(labels.number, 'regular', LABEL_SIZE, 5, mm(COLUMN)), MARGIN, label, LABEL_GRAY);
  side.line({ text: formatCardNumber(number), face: 'bold', size: 11 }, MARGIN, baseline);
  if (validUntil === undefined) return;
  side.line(
    shorten(labels.validUntil, 'regular', LABEL_SIZE, 5, mm(PHOTO_PLACE.width)),
    PHOTO_PLACE.x,
    label,
    LABEL_GRAY,
  );
  const day = validUntil.split('-').toReversed().join('/');
  side.line({ text: day, face: 'bold', size: 11 }, PHOTO_PLACE.x, baseline);
}
