import type { Brand } from '../core/brand.ts';
import { drawPrintedNumber, formatPrintedNumber, parsePrintedNumber } from '../core/printed-number.ts';
import type { Random } from '../core/random.ts';
import type { CalendarDay, UnixSeconds } from '../core/time.ts';
import type { OfficialId } from '../directory/official.ts';
import type { TagBatch } from './ntag424/sun.ts';

/**
 * Twelve symbols of Crockford's base 32, the last one a check symbol: what is printed on a card and people type. Drawn at
 * random, it tells nothing.
 */
export type CardNumber = Brand<string, 'CardNumber'>;

/** 55 random bits and their check symbol. The ledger refuses a number that is taken; draw again. */
export function drawCardNumber(random: Random): CardNumber {
  return drawPrintedNumber(random) as CardNumber;
}

/** `XXXX-XXXX-XXXX`, as it is printed. */
export function formatCardNumber(number: CardNumber): string {
  return formatPrintedNumber(number);
}

/** What somebody typed from a card: small letters, spaces, hyphens and look-alikes are forgiven; `undefined` for anything else. */
export function parseCardNumber(text: string): CardNumber | undefined {
  return parsePrintedNumber(text) as CardNumber | undefined;
}

/** `registered`: recorded, maybe being written. `active`: all of it was proven. `ended` is for good. */
export type CardState = 'registered' | 'active' | 'ended';

/** Why a card counts no more; kept for auditors. */
export const CARD_END_REASONS = ['lost', 'stolen', 'damaged', 'replaced', 'wiped', 'left'] as const;
export type CardEndReason = (typeof CARD_END_REASONS)[number];

export function isCardEndReason(text: string): text is CardEndReason {
  return CARD_END_REASONS.some((reason) => reason === text);
}

/** The tag in a card's body, as it was given to it before anything was written there. */
export interface CardTag {
  /** 14 hexadecimal digits, capitals (`formatTagUid`). */
  readonly uid: string;
  readonly batch: TagBatch;
  /** 1 to 255: one more each time that a tag of this number was given keys, in this card or an earlier one. */
  readonly keyVersion: number;
}

/** A body with a PIV chip, a tag, or both, and whose it is: docs/formats/act-records.md. */
export interface Card {
  readonly number: CardNumber;
  readonly officialId: OfficialId;
  /** 32 hexadecimal digits: a version 4 UUID, in the CHUID and in every certificate of the card. */
  readonly guid: string;
  /** The last day of the card and of whatever is certified for it. */
  readonly expires: CalendarDay;
  readonly state: CardState;
  readonly registeredAt: UnixSeconds;
  readonly registeredLeaf: number;
  readonly tag?: CardTag;
  /** The last one: each time that the tag was given keys has a leaf. */
  readonly tagLeaf?: number;
  readonly activatedAt?: UnixSeconds;
  /** SHA-256 of the certificates with which it became active, hexadecimal, in order: whoever let it count, let these count. */
  readonly certified?: readonly string[];
  readonly activatedLeaf?: number;
  readonly ended?: { readonly at: UnixSeconds; readonly reason: CardEndReason };
  readonly endedLeaf?: number;
  /** Said after it had ended for another reason. */
  readonly stolen?: { readonly at: UnixSeconds };
  readonly stolenLeaf?: number;
}

/** Why it counts no more, as it is known now; `undefined` where it counts, or nobody can read the reason any more. */
export function endReasonOf({ ended, stolenLeaf }: Pick<Card, 'ended' | 'stolenLeaf'>): CardEndReason | undefined {
  return stolenLeaf === undefined ? ended?.reason : 'stolen';
}

/** Why the register of cards declines. */
export type CardRegisterCode =
  /** No card has this number, GUID or tag (`asked`). */
  | 'card/not-found'
  /** The person has a card already (`number`): it is ended first. */
  | 'card/has-one'
  /** The card was ended (`number`, `reason`). */
  | 'card/ended'
  /** The card is active (`number`): nothing is issued for it or written on it any more. */
  | 'card/already-active'
  /** The tag is part of another card (`uid`, `number`), or this card has another tag. */
  | 'card/tag-taken'
  /** The tag holds keys already, and not of this card (`uid`; `number` of the card that gave them, where we did). */
  | 'card/tag-not-blank'
  /** Since it was proven, a tag of the same number was given other keys (`uid`, `proven`, `present`): it does not count. */
  | 'card/tag-given-anew'
  /** The tag was given out as often as there are versions of its keys (`uid`). */
  | 'card/tag-worn-out'
  /** The person gets nothing for this slot: a reserved name signs no letters (`slot`). */
  | 'card/slot-not-allowed'
  /** A slot has no credential that was proven (`number`, `slot`). */
  | 'card/not-proven'
  /** What was written on it is not what is known of the card and its person (`number`): it may have changed meanwhile. */
  | 'card/content-differs'
  /** The key that counts for this card is not in this body (`number`): it is in another one, or failed. */
  | 'card/proven-elsewhere'
  /** Its secrets are told only while it lies in a reader and its own key says so (`number`). */
  | 'card/proof-missing'
  /** What was signed is no challenge that was drawn for this, or one that was used or is older than two minutes (`number`). */
  | 'card/challenge-unknown'
  /** Another key signed than that of the card, or something else (`number`). */
  | 'card/proof-wrong'
  /** The card is in use and has no chip of which anything was proven: it has no secrets (`number`). */
  | 'card/no-key-proven'
  /** It was begun days ago, and nothing of it was proven (`number`): its secrets are not told any more. */
  | 'card/making-expired'
  /** What is on it was revoked, although the card was not ended (`number`). */
  | 'card/revoked'
  /** Something on it is suspended (`number`): it gets no other PIN until that is resumed. */
  | 'card/suspended';
