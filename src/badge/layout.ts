import { Refusal } from '../core/refusal.ts';
import { toWinAnsi } from '../seal/font/win-ansi.ts';
import type { Face } from '../seal/typeset.ts';
import type { Badge, BadgeCode, WholeText } from './badge.ts';
import { BLEED, CARD, type Box, type Colour, type Side } from './side.ts';
import { type Breaking, fit, type Paragraph, type Room } from './typeset.ts';

/** The colours of the public page. */
export const BRAND: Colour = [0.42, 0.082, 0.196];
export const GOLD: Colour = [0.722, 0.576, 0.353];
/** Of what a development installation prints, in place of the brand. */
export const TEST: Colour = [0.114, 0.102, 0.098];
export const PAPER: Colour = [0.965, 0.953, 0.933];
export const LINE: Colour = [0.75, 0.72, 0.68];

export const WHITE = 1;
export const SOFT = 0.35;

/** Points. Nothing that is read is smaller. */
export const SMALLEST = 5;

/** Millimetres from the edge within which a cut or a slot may fall. */
export const MARGIN = 4;
export const INNER: number = CARD.width - 2 * MARGIN;

/** From one edge to the other, into the bleed. */
function band(top: number, bottom: number): Box {
  return { x: -BLEED, y: top, width: CARD.width + 2 * BLEED, height: bottom - top };
}

/** The coloured head of a side, down to `bottom`, with its line below. */
export function drawHead(side: Side, { dev }: Badge, bottom: number): void {
  side.fill(band(-BLEED, bottom), dev ? TEST : BRAND);
  side.fill(band(bottom, bottom + 0.7), GOLD);
}

/** The foot of a side, from `top` on, with its line above. */
export function drawFoot(side: Side, top: number): void {
  side.fill(band(top, CARD.height + BLEED), PAPER);
  side.fill(band(top, top + 0.25), GOLD);
}

/**
 * What people compare, with nothing lost.
 * @throws Refusal `badge/text-too-long`, `badge/text-unprintable`, naming `what`
 */
export function whole(text: string, what: WholeText, face: Face, room: Room, breaking?: Breaking): Paragraph {
  const { length } = text;
  if (toWinAnsi(text).includes('?') && !text.includes('?')) {
    throw new Refusal<BadgeCode>('badge/text-unprintable', `the ${what} has a letter that our fonts lack`, { what });
  }
  const set = fit(text, face, room, breaking);
  if (set) return set;
  const facts = { what, length };
  throw new Refusal<BadgeCode>('badge/text-too-long', `the ${what} of ${length} characters does not fit`, facts);
}
