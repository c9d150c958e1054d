import { Refusal } from '../core/refusal.ts';
import { type Face, mm } from '../seal/typeset.ts';
import type { BadgeCode, WholeText } from './badge.ts';
import { BLEED, CARD, type Box, type Colour } from './side.ts';
import { type Breaking, fit, type Paragraph } from './typeset.ts';

/** The colours of the public page. */
export const BRAND: Colour = [0.42, 0.082, 0.196];
export const GOLD: Colour = [0.722, 0.576, 0.353];
export const PAPER: Colour = [0.965, 0.953, 0.933];
export const LINE: Colour = [0.75, 0.72, 0.68];
/** Of what a development installation prints, in place of the brand. */
export const TEST: Colour = [0.114, 0.102, 0.098];

export const WHITE = 1;
export const LABEL_GRAY = 0.35;
export const LABEL_SIZE = 5.5;
/** Nothing that is read is smaller. */
export const SMALLEST = 5;

/** Millimetres from the edge within which a cut or a slot may fall. */
export const MARGIN = 4;
export const INNER: number = CARD.width - 2 * MARGIN;

/** A band over the whole width, into the bleed at both ends; at the upper or lower edge into that as well. */
export function band(top: number, bottom: number): Box {
  const from = top <= 0 ? -BLEED : top;
  const to = bottom >= CARD.height ? CARD.height + BLEED : bottom;
  return { x: -BLEED, y: from, width: CARD.width + 2 * BLEED, height: to - from };
}

/** How large a text may be, in millimetres and points. */
export interface Room {
  readonly width: number;
  readonly height: number;
  readonly size: number;
  readonly least: number;
}

/** @throws Refusal `badge/text-too-long` naming `what`: a text that people compare is never cut */
export function whole(
  text: string,
  what: WholeText,
  face: Face,
  { width, height, size, least }: Room,
  breaking?: Breaking,
): Paragraph {
  const set = fit(text, face, { width: mm(width), height: mm(height), size, least }, breaking);
  if (set) return set;
  const { length } = text;
  throw new Refusal<BadgeCode>('badge/text-too-long', `the ${what} of ${length} characters does not fit`, {
    what,
    length,
  });
}
