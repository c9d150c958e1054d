import type { Institution } from '../directory/institution.ts';
import type { CardNumber } from '../card/card.ts';
import type { DistinctiveNumber } from '../directory/distinctive/distinctive.ts';
import type { CalendarDay } from '../core/time.ts';

/** What is printed on a card, or a distinctive. The number is all that a machine reads from it: the rest is for eyes. */
export interface Badge {
  readonly number: CardNumber | DistinctiveNumber;
  readonly institution: Pick<Institution, 'name' | 'address' | 'telephone'>;
  /** Public base address without a trailing slash. */
  readonly origin: string;
  readonly holder: BadgeHolder;
  readonly post: string;
  /** The name of the unit. */
  readonly unit: string;
  /** The telephone that confirms the person, where it is not the institution's. */
  readonly telephone?: string;
  /** The last day. */
  readonly validUntil: CalendarDay;
  /** Whether the card has a tag that a telephone reads. */
  readonly hasTag: boolean;
  /** Of a development installation. */
  readonly dev: boolean;
}

/** Who carries it; of a reserved official neither name nor photo is printed anywhere. */
export type BadgeHolder =
  | {
      readonly state: 'public';
      readonly name: string;
      /** A JPEG file in gray or colour. */
      readonly photo?: Uint8Array;
    }
  | {
      readonly state: 'reserved';
      /** Norm and resolution under which name and photo are reserved. */
      readonly legalGround: string;
    };

/** What is compared with the person or the page, and so is never cut. */
export type WholeText = 'institution' | 'name' | 'post' | 'unit' | 'address';

export type BadgeCode =
  /** A text that has to be whole does not fit its place (`what`, a `WholeText`; `length` in characters). */
  | 'badge/text-too-long'
  /** The same with a letter that the fonts of cards lack (`what`). */
  | 'badge/text-unprintable'
  /** The photo is no JPEG that every printer reads. */
  | 'badge/photo-unreadable';

/** The words of a card, in the language of the institution: from a catalogue, never from here. */
export interface BadgeTexts {
  readonly title: string;
  /** Instead of `title` on what a development installation prints. */
  readonly testTitle: string;
  readonly labels: { readonly number: string; readonly validUntil: string };
  /** Instead of the name of a reserved official, and instead of the photo why. */
  readonly reserved: string;
  reservedBy(legalGround: string): string;
  /** Instead of the photo, where there is none. */
  readonly noPhoto: string;

  /** The heading of the back. */
  readonly check: string;
  /** What to do, in this order; the address of the page is printed below the second one. */
  readonly steps: {
    /** With a telephone that is held to the tag, or with its camera alone. */
    readonly tap: string;
    readonly scan: string;
    readonly address: string;
    /** With or without a photo on the page. */
    readonly compare: string;
    readonly ask: string;
  };
  /** What a card proves by itself, which is nothing. */
  readonly copied: string;
  /** For who has no camera. */
  readonly typed: string;
  readonly telephone: string;
  /** What it is for. */
  readonly purpose: string;
  found(address: string): string;
}

/** The same of a distinctive. */
export interface DistinctiveTexts extends BadgeTexts {
  /** What it says of who wears it, below the title. */
  readonly claim: string;
  /** Where the code is that is scanned: what it is, and on which side. */
  readonly code: { readonly label: string; readonly place: string };
}

/** What is to be printed of whom the card is. */
export function photoOf({ holder }: Pick<Badge, 'holder'>): Uint8Array | undefined {
  return holder.state === 'public' ? holder.photo : undefined;
}

/** What the QR says: an address that any camera opens, in the characters of alphanumeric mode. */
export function badgeAddress({ origin, number }: Pick<Badge, 'origin' | 'number'>): string {
  return `${origin.toUpperCase()}/B/${number}`;
}
