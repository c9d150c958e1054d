import type { CalendarDay } from '../core/time.ts';
import type { OfficialId } from '../directory/official.ts';
import type { CardSlot } from '../credential/on-card.ts';
import type { AccessChallenge, AccessPurpose, AccessRequest } from './access-proof.ts';
import type { Card, CardEndReason, CardNumber } from './card.ts';
import type { TagKeys } from './ntag424/keys.ts';
import type { TagBatch } from './ntag424/sun.ts';
import type { TagUid } from './ntag424/uid.ts';
import type { ManagementAlgorithm } from './piv/reference.ts';
import type { PrintedInformation } from './piv/printed-information.ts';

/** Whose card it is to be: what the operator compares with who stands there, and what is written on chip and plastic. */
export interface CardHolder {
  readonly officialId: OfficialId;
  readonly name: string;
  readonly post: string;
  readonly unit: string;
  /** Whether the name is reserved: such a person gets no key for letters. */
  readonly isReserved: boolean;
  /** JPEG of at most 12,500 bytes: what the chip has room for. */
  readonly photo?: Uint8Array;
  /** The texts of the printed information object, each fitted to its length in bytes. */
  readonly printed: Pick<PrintedInformation, 'name' | 'affiliation' | 'issuer' | 'organization' | 'unit'>;
  /** What is issued for this person's card. */
  readonly slots: readonly CardSlot[];
  /** The last day of a card that is registered today. */
  readonly expires: CalendarDay;
  /** The card that the person has now, registered or active. */
  readonly card?: Card;
  /** Of a card that is being made: how often its management key was told, to whatever station, by the log. */
  readonly cardOpenings?: number;
  /** Of a card that is being made: whether a key of it was ever proven, revoked by now or not; where that cannot be read, it may have been. */
  readonly isCardProven?: boolean;
}

/** A certificate for the key of a slot. Its card may be activated, and all of it counts then, once each was proven. */
export interface CardCertificate {
  readonly slot: CardSlot;
  /** 32 hexadecimal digits. */
  readonly serial: string;
  /** DER. */
  readonly certificate: Uint8Array;
  readonly isProven: boolean;
  /** Whether it says of its holder what the directory says now: with another one no card becomes active. */
  readonly isUpToDate: boolean;
}

/** Derived from the card's GUID, always the same ones; neither logged nor kept. */
export type ManagementKeys = (algorithm: ManagementAlgorithm) => Uint8Array;

/** By what right a secret of a card is asked for, or its key gives way. */
export type Opening = Omit<AccessRequest, 'purpose'>;

/** What `personaliseTag` and `wipeTag` want to know of a tag. */
export interface TagAssignment {
  readonly origin: string;
  readonly batch: TagBatch;
  readonly keyVersion: number;
  readonly keys: TagKeys;
}

/** What is said of a tag by who asks for its keys. */
export interface TagRequest {
  /** Whether each of its keys is the factory's, as it says. */
  readonly isBlank: boolean;
  /** What the station calls itself, as in `Opening`. */
  readonly station?: string;
}

/** A tag, and of which version the keys are that it proved. */
export interface ProvenTag {
  readonly uid: TagUid;
  readonly keyVersion: number;
}

/** Serial number, digits of its UID or GUID: how a card is known that lies in a reader. */
export type CardIdentity = { readonly number: string } | { readonly guid: string } | { readonly tagUid: string };

/**
 * The office as the station sees it. What the station tells is believed only as far as it is proven. Every act may be asked
 * for again and answers as before; each is durable before it resolves. All throw the refusals of directory, credentials and
 * log, and the outages of the ledger.
 */
export interface CardOffice {
  /** @throws Refusal `directory/official-unknown`, `credential/no-mandate` */
  holder(officialId: string): Promise<CardHolder>;
  /**
   * The same key answers with the same card. Recorded before anything is written on a chip.
   * @throws Refusal `card/has-one`, `credential/no-mandate`, `log/retry-differs`
   */
  register(request: { readonly officialId: string; readonly idempotencyKey: string }): Promise<Card>;
  /** By a tag: the card that it is, or was last, part of. */
  find(by: CardIdentity): Promise<Card | undefined>;
  /** What was issued for the card and is not revoked, by slot. @throws Refusal `card/not-found` */
  certificates(number: CardNumber): Promise<readonly CardCertificate[]>;
  /**
   * What the card in the reader has to sign for this purpose, drawn afresh; `undefined` where nothing
   * has to be: of a card of which nothing was proven yet, for three days, and of one that ended, so that it can be wiped.
   * @throws Refusal `card/not-found`, `card/making-expired`, `card/no-key-proven`, `card/revoked`, `card/suspended`;
   *   `card/ended`, `card/already-active` where its key is to give way
   */
  accessChallenge(number: CardNumber, purpose: AccessPurpose): Promise<AccessChallenge | undefined>;
  /**
   * What writes on the chip. Each telling stands in the log.
   * @throws Refusal `card/proof-missing`, `card/challenge-unknown`, `card/proof-wrong`, and as `accessChallenge`
   */
  managementKey(opening: Opening): Promise<ManagementKeys>;
  /** Eight digits: what sets a PIN. @throws as `managementKey` */
  puk(opening: Opening): Promise<string>;
  /**
   * The key of 9E of a card that is being made, revoked by now, says that it gives way to another: for three days, until the next
   * one is proven, what opens the card is told without proof. Nothing is told by this.
   * @throws as `managementKey`
   */
  replaceKey(opening: Opening): Promise<void>;
  /**
   * Makes the tag part of the card before anything is written on it, and tells its keys: of a card that is being made, and of one
   * that ended, with which its tag is wiped; of one that is active to nobody. What says that it is blank gets keys of another
   * version each time, which nothing was told before; what does not, has those that were given last, and has to prove them
   * before it is told any. Each telling stands in the log.
   * @throws Refusal `card/not-found`, `card/ended`, `card/already-active`, `card/tag-taken`, `card/tag-worn-out`;
   *   `card/tag-not-blank` for a tag that holds keys and is not part of this card
   */
  assignTag(number: CardNumber, uid: TagUid, request: TagRequest): Promise<TagAssignment>;
  /**
   * Issues for a slot, on hold, to the key that signed the PKCS#10 request. The same key answers with the same certificate; what
   * was issued for another key of the slot is revoked before.
   * @throws Refusal `card/not-found`, `card/ended`, `card/already-active`, `card/slot-not-allowed`, `authority/…`
   */
  certify(request: {
    readonly number: CardNumber;
    readonly slot: CardSlot;
    /** DER or PEM. */
    readonly csr: Uint8Array;
  }): Promise<CardCertificate>;
  /** 32 bytes that serve once, within two minutes. @throws Refusal `credential/not-on-card`, `credential/not-found` */
  challenge(serial: string): Promise<Uint8Array>;
  /**
   * The signature over `cardProofBytes` by the key of the certificate: ECDSA raw `r || s`, RSA PKCS#1 v1.5.
   * @throws Refusal `credential/challenge-unknown`, `credential/proof-wrong`, `credential/already-revoked`
   */
  prove(request: {
    readonly serial: string;
    readonly challenge: Uint8Array;
    readonly signature: Uint8Array;
  }): Promise<void>;
  /**
   * Revokes what was issued for a slot whose key is another one now (`superseded`).
   * @throws Refusal `credential/not-on-card`; `card/already-active`: of a card in use people revoke; `log/opening-missing` where
   * nobody can read any more whether it is in use
   */
  discard(serial: string): Promise<void>;
  /**
   * The security object: DER of a CMS ContentInfo around the list of hashes (`encodeHashList`), which the office composes by
   * itself of what it knows of the card and its person.
   * @param request.bytes the list of what the station wrote: the same
   * @throws Refusal `card/content-differs`, `card/not-found`, `card/ended`, `card/already-active`
   */
  signContent(request: { readonly number: CardNumber; readonly bytes: Uint8Array }): Promise<Uint8Array>;
  /**
   * Lets a card count: just this body. One that is active already is answered to the body that it is of.
   * @param request.serials the certificates whose keys are in the chip at hand, and were proven; none of a tag alone
   * @param request.tag the tag that was assigned, proven at the reader to have the keys of this version: addresses up to `counter`
   *   count as used
   * @throws Refusal `card/not-proven` unless all slots of the holder are, or nothing was ever issued for it and there is a tag;
   *   `card/proven-elsewhere` where other certificates are in force; `card/content-differs` where they say of the holder what the
   *   directory said before; `card/tag-given-anew` where other keys of the tag are;
   *   `card/slot-not-allowed`, `card/tag-taken`, `card/ended`
   */
  activate(request: {
    readonly number: CardNumber;
    readonly serials: readonly string[];
    readonly tag?: ProvenTag & { readonly counter: number };
  }): Promise<Card>;
  /**
   * Revokes all that was issued for the card, then ends it: for good, and as often as it takes. Of one that has ended its first
   * reason is kept, but that it was stolen is said besides.
   * @throws Refusal `card/not-found`
   */
  end(request: { readonly number: CardNumber; readonly reason: CardEndReason }): Promise<Card>;
}
