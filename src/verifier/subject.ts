import type { CardNumber } from '../card/card.ts';
import type { DistinctiveNumber } from '../directory/distinctive/distinctive.ts';
import type { Integrity, State, Verdict } from '../core/verdict.ts';
import type { CalendarDay, UnixSeconds } from '../core/time.ts';
import type { PublicVersionState } from '../oficio/public-version.ts';
import type { Change } from '../signature/change.ts';

/** What an answer is about. A field is present only where this way of asking may show it. */
export type Subject = LetterSubject | CredentialSubject | DistinctiveSubject | UnknownSubject;

export interface LetterSubject {
  readonly kind: 'oficio';
  readonly folio: string;
  readonly unit?: string;
  /** When it was sealed. */
  readonly sealedAt?: UnixSeconds;
  readonly expires?: UnixSeconds;
  /** Number of `oficio/type.ts`. */
  readonly type?: number;
  /** Centavos; 0 = asks for no money. */
  readonly amount?: number;
  /** Printed pages. */
  readonly pages?: number;
  readonly subject?: string;
  readonly signer?: LetterSigner;
  /** Who signed it besides, in order; absent where nobody did. Of a file those whose signature it carries. */
  readonly countersigners?: readonly Countersigner[];
  /**
   * The day on which it was first received, of a letter in force: whoever is shown it later may be shown a copy. Never told to whom has its
   * folio alone, and never who received it, or where.
   */
  readonly receivedOn?: CalendarDay;
  /** Whom it is for, where that was chosen to be told, of a letter in force. */
  readonly addressee?: { readonly name: string; readonly post?: string };
  /** The visit that a letter in force announces: whoever opens the door compares. */
  readonly visit?: AnnouncedVisit;
  /** Of a file that is registered as the public version of this letter: since when, by which ground, and what became of it. */
  readonly publicVersion?: {
    readonly state: PublicVersionState;
    readonly ground: string;
    /** RFC 3339. */
    readonly registeredAt: string;
  };
  /** The public version that is published of a letter in force: `/version-publica/{id}.pdf`. Never told to whom has its folio alone. */
  readonly availablePublicVersion?: { readonly id: string; readonly ground: string; readonly registeredAt: string };
  /** Of a file: the letters that it has below this one and that do not count any more; absent where there are none. */
  readonly endedBelow?: readonly EndedLetter[];
  /** When it was cancelled or replaced, and by which folio. */
  readonly endedAt?: UnixSeconds;
  readonly replacedBy?: string;
  /** Where `replacedBy` leads in the end. */
  readonly replacement?: Replacement;
}

/** When somebody comes, and who: nobody else. Never told to whoever has the folio alone. */
export interface AnnouncedVisit {
  /** RFC 3339. */
  readonly from: string;
  readonly to: string;
  readonly place?: string;
  readonly officials: readonly Visitor[];
}

/** Somebody who is to come: `current` while they work here; of who left, and of whom nothing is known, no name is told. */
export interface Visitor extends Pick<
  CredentialSubject,
  'officialId' | 'name' | 'legalGround' | 'post' | 'unit' | 'photo'
> {
  readonly officialId: string;
  readonly state: 'current' | 'ended';
}

/** The last of the letters that replaced each other, and what became of it: `current` is the one to ask for. */
export interface Replacement {
  readonly folio: string;
  readonly state: State;
}

/** A letter over which another one was signed, and what became of it since. */
export interface EndedLetter {
  readonly folio: string;
  readonly state: State;
}

/** Who signed: named, or under reserve by now, with the norm and resolution that say so. The paper keeps the name. */
export interface LetterSigner {
  readonly name?: string;
  readonly legalGround?: string;
  readonly post: string;
  readonly serial: string;
}

/**
 * Whether a countersignature counts: `current`; or the key was in other hands (`revoked`), or who signed had no right to (`not-authorised`).
 * `unconfirmed` where the register was not asked. The letter is what its own signature makes it, whatever became of these.
 */
export type CountersignerState = 'current' | 'revoked' | 'not-authorised' | 'unconfirmed';

/** Who countersigned: an official as the register names them, or, where it was not asked, as their certificate does. */
export interface Countersigner {
  readonly name?: string;
  readonly legalGround?: string;
  readonly post?: string;
  readonly serial: string;
  /** RFC 3339, as the signature says. */
  readonly signedAt?: string;
  readonly state: CountersignerState;
}

export interface CredentialSubject {
  readonly kind: 'credential';
  /** Absent where a card was asked for that holds no certificate. */
  readonly serial?: string;
  /** The number of the card by which it was asked for. */
  readonly card?: CardNumber;
  /** Of a tap: how many before it were read and not opened, since the last one that was. Absent where none were. */
  readonly skippedTaps?: number;
  readonly credentialKind?: 'staff' | 'signer' | 'card';
  readonly officialId?: string;
  readonly name?: string;
  readonly post?: string;
  readonly unit?: string;
  readonly powers?: readonly string[];
  readonly mayAsk?: readonly string[];
  readonly neverAsks?: readonly string[];
  /** Why name and photo are not published: norm and resolution. Present for a reserved official. */
  readonly legalGround?: string;
  /** Hexadecimal SHA-256 of the photo that the profile names. */
  readonly photo?: string;
  readonly notAfter?: UnixSeconds;
  readonly reason?: string;
  readonly endedOn?: string;
  /** Where the person has a distinctive in force, or it was withdrawn from them; told of who has a mandate and a good credential. */
  readonly distinctive?: ToldDistinctive;
}

export type ToldDistinctive =
  | { readonly state: 'current'; readonly until: CalendarDay }
  | { readonly state: 'revoked'; readonly withdrawnOn?: CalendarDay };

/** The badge "libre de extorsión", by the number that is printed on it. */
export interface DistinctiveSubject extends Pick<
  CredentialSubject,
  'officialId' | 'name' | 'post' | 'unit' | 'powers' | 'mayAsk' | 'neverAsks' | 'legalGround' | 'photo' | 'endedOn'
> {
  readonly kind: 'distinctive';
  readonly number: DistinctiveNumber;
  /** The last day. */
  readonly until: CalendarDay;
  readonly withdrawnOn?: CalendarDay;
  /** Only where it may be in other hands. */
  readonly reason?: 'lost' | 'stolen';
}

export interface UnknownSubject {
  readonly kind: 'unknown';
  /** The host that a foreign code leads to. */
  readonly host?: string;
  /** Who signed, where the certificate of somebody else says so. */
  readonly signer?: string;
}

/** What was found about one signature of a file. */
export interface SignatureReport {
  readonly field: string;
  readonly integrity: Integrity | 'unknown';
  /** Whether it can be judged, and its signer's chain leads to a root of the trust list. */
  readonly trusted: boolean;
  readonly signer?: string;
  readonly serial?: string;
  /** Claimed by the signer. */
  readonly signedAt?: string;
  readonly coverage: 'whole-file' | 'earlier-revision';
  /** What was done to the file afterwards. */
  readonly changes: readonly Change[];
  /** How many more changes there are than are told: absent where that is all of them. */
  readonly moreChanges?: number;
  /** Folio of the letter that this signature is registered for. */
  readonly folio?: string;
  /** Folio of the letter that it countersigns: where the log has it, or was not asked. */
  readonly countersigns?: string;
  /** Whether that counts; goes with `countersigns`. */
  readonly countersignerState?: CountersignerState;
}

export type Answer = Verdict<Subject, SignatureReport>;
