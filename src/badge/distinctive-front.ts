import { formatPrintedNumber } from '../core/printed-number.ts';
import type { Badge, DistinctiveTexts } from './badge.ts';
import { BRAND, drawFoot, drawHead, GOLD, LINE, MARGIN, PAPER, SMALLEST, SOFT, TEST, WHITE, whole } from './layout.ts';
import { coverOf, PHOTO_NAME, type CardPhoto } from './photo.ts';
import { CARD, Side, type Box, type Corner } from './side.ts';
import { fitOrCut, heightOf, oneLine } from './typeset.ts';

const HEAD = 16.6;
const FOOT = 44.8;
export const DISTINCTIVE_PHOTO: Box = { x: MARGIN, y: 18.6, width: 19.8, height: 24.4 };
/** Where name, post and unit stand. */
const BESIDE = DISTINCTIVE_PHOTO.x + DISTINCTIVE_PHOTO.width + 3;
const RIGHT = CARD.width - MARGIN;
/** The shield at the end of the head, by which a distinctive is known from afar. */
const SHIELD = { x: 70, y: 2.4, width: 11.6, height: 12 } as const;
/** Of the foot: number, where the code is, and last day. */
const NUMBER = 30;
const CODE = 47;
const THIRD = 22;
const WORDS = SHIELD.x - MARGIN - 2;

/**
 * The side with the face: what the distinctive says, of whom, and its last day, larger than on a card, as it is worn on clothes.
 * @throws Refusal `badge/text-too-long`, `badge/text-unprintable`
 */
export function drawDistinctive(badge: Badge, photo: CardPhoto | undefined, texts: DistinctiveTexts): Side {
  const side = new Side();
  head(side, badge, texts);
  if (photo) side.image(PHOTO_NAME, coverOf(DISTINCTIVE_PHOTO, photo), DISTINCTIVE_PHOTO);
  else noPhoto(side, badge, texts);
  side.outline(DISTINCTIVE_PHOTO, LINE, 0.4);
  person(side, badge, texts);
  foot(side, badge, texts);
  return side;
}

function head(side: Side, badge: Badge, texts: DistinctiveTexts): void {
  drawHead(side, badge, HEAD);
  const room = { width: WORDS, height: 3.4, size: 8, least: SMALLEST };
  side.paragraph(whole(badge.institution.name, 'institution', 'regular', room), MARGIN, 2.2, WHITE);
  side.line(oneLine(badge.dev ? texts.testTitle : texts.title, 'bold', 10, WORDS), MARGIN, 7.8, WHITE);
  // Its accent stands clear of the line above.
  side.line(oneLine(texts.claim, 'bold', 19, WORDS), MARGIN, 14.8, WHITE);
  shield(side, badge.dev);
}

/** A shield in gold with a tick in the colour of the head: no letter in it is to be read. */
function shield(side: Side, dev: boolean): void {
  const { x, y, width, height } = SHIELD;
  const at = ([across, down]: Corner): Corner => [x + across * width, y + down * height];
  const sides: Corner[] = [
    [0.5, 0],
    [1, 0.14],
  ];
  // Down to its point, bent as an ellipse.
  for (let step = 0; step <= 12; step++) {
    const turn = (step / 12) * (Math.PI / 2);
    sides.push([0.5 + 0.5 * Math.cos(turn), 0.5 + 0.5 * Math.sin(turn)]);
  }
  const left = sides.slice(1, -1).toReversed();
  side.polygon([...sides, ...left.map(([across, down]): Corner => [1 - across, down])].map(at), GOLD);
  const tick: readonly Corner[] = [
    [0.22, 0.48],
    [0.32, 0.38],
    [0.45, 0.51],
    [0.7, 0.25],
    [0.8, 0.35],
    [0.45, 0.72],
  ];
  side.polygon(tick.map(at), dev ? TEST : BRAND);
}

/** Why there is none. A legal ground may lose its end here: the page has all of it. */
function noPhoto(side: Side, { holder }: Badge, texts: DistinctiveTexts): void {
  const { x, y, width, height } = DISTINCTIVE_PHOTO;
  side.fill(DISTINCTIVE_PHOTO, PAPER);
  const words = holder.state === 'reserved' ? texts.reservedBy(holder.legalGround) : texts.noPhoto;
  const set = fitOrCut(words, 'regular', { width: width - 2, height: height - 2, size: 6.5, least: SMALLEST });
  side.paragraph(set, x + width / 2, y + (height - heightOf(set)) / 2, SOFT, 'centre');
}

function person(side: Side, { holder, post, unit }: Badge, texts: DistinctiveTexts): void {
  const width = RIGHT - BESIDE;
  const name = holder.state === 'public' ? holder.name : texts.reserved;
  const room = { width, height: 10.4, size: 17, least: 6 };
  let end = side.paragraph(whole(name, 'name', 'bold', room), BESIDE, DISTINCTIVE_PHOTO.y + 0.2);
  const below = { width, height: 6.2, least: SMALLEST };
  end = side.paragraph(whole(post, 'post', 'bold', { ...below, size: 11 }), BESIDE, end + 1.8);
  side.paragraph(whole(unit, 'unit', 'regular', { ...below, size: 9.5 }), BESIDE, end + 1.4, 0.15);
}

/** Whoever sees it worn learns as well that there is a code to scan. */
function foot(side: Side, { number, validUntil }: Badge, { labels, code }: DistinctiveTexts): void {
  drawFoot(side, FOOT);
  side.line(oneLine(labels.number, 'regular', 5.5, THIRD), MARGIN, FOOT + 2.6, SOFT);
  side.line(oneLine(formatPrintedNumber(number), 'bold', 11, NUMBER), MARGIN, FOOT + 6.5);
  side.line(oneLine(code.label, 'regular', 5.5, THIRD), CODE, FOOT + 2.6, SOFT, 'centre');
  side.line(oneLine(code.place, 'bold', 8, THIRD), CODE, FOOT + 6.5, 0, 'centre');
  const day = validUntil.split('-').toReversed().join('/');
  side.line(oneLine(labels.validUntil, 'regular', 5.5, THIRD), RIGHT, FOOT + 2.6, SOFT, 'right');
  side.line(oneLine(day, 'bold', 13, THIRD), RIGHT, FOOT + 6.5, 0, 'right');
}
