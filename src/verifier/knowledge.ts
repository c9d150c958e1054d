import type { UsedAct } from '../access/judge.ts';
import type { TrustList } from '../authority/trust-list.ts';
import type { CardNumber } from '../card/card.ts';
import type { CalendarDay, UnixSeconds } from '../core/time.ts';
import type { Distinctive } from '../directory/distinctive/distinctive.ts';
import type { EntryProof } from '../log/entry-proof.ts';
import type { Opening } from '../log/leaf.ts';
import type { Countersignature } from '../oficio/countersignature.ts';
import type { Visit } from '../oficio/delivery.ts';
import type { PublicVersion, PublicVersionRecord, PublicVersionState } from '../oficio/public-version.ts';
import type { Statuses } from '../revocation/status-list.ts';
import type { SealPlaces } from '../seal/open.ts';
import type { ReadPicture } from './find-pictured-seal.ts';

/** A letter as the origin's register tells it to the verifier. Digests and salts are bytes, ids hexadecimal. */
export interface RegisteredLetter {
  readonly id: string;
  readonly folio: string;
  readonly unit: string;
  readonly type: number;
  /** Centavos; 0 = asks for no money. */
  readonly amount: number;
  readonly subject: string;
  readonly state: 'sealed' | 'signed' | 'cancelled' | 'replaced';
  readonly sealedAt: UnixSeconds;
  readonly expires?: UnixSeconds;
  readonly pages: number;
  /** Bytes of the document before sealing. */
  readonly inputLength: number;
  readonly statusIndex: number;
  readonly endedAt?: UnixSeconds;
  readonly replacedBy?: string;
  readonly signer: {
    readonly officialId: string;
    readonly name: string;
    readonly post: string;
    readonly serial: string;
  };
  /** The legal ground of who signed and is under reserve by now, whenever that began: then no answer names them. */
  readonly signerReserved?: string;
  /**
   * Leaf index from which acts with the signer's key are void: where its credential was revoked, or, for a key that was
   * stolen, since when.
   */
  readonly signerVoidFrom?: number;
  /** What the signer lacked when the letter was signed, as the log stood at its leaf; absent where nothing. */
  readonly signerWrong?: 'official' | 'mandate' | 'suspended' | 'reserved' | 'credential';
  readonly inputDigest: Uint8Array;
  /** The text of the QR; absent until the letter was sealed. */
  readonly sealText?: string;
  readonly signed?: {
    readonly leaf: number;
    readonly salt: Uint8Array;
    readonly byteRangeDigest: Uint8Array;
    readonly certificateDigest: Uint8Array;
  };
  /**
   * Present where nobody can read any more what the leaf of its signature says, which then only a file shows: SHA-256 of the certificate
   * that was issued to its signer, with which it has to be signed; empty where nobody can read that either.
   */
  readonly signedUnread?: Uint8Array;
  /** The day on which it was first received, as registered; absent where nobody registered that it was. */
  readonly receivedOn?: CalendarDay;
  /** Whom it is for, where whoever registered it chose to tell; where they are is told to nobody. */
  readonly addressee?: { readonly name: string; readonly post?: string };
  /** The visit that it announces; the place is absent where nobody can tell it any more. */
  readonly visit?: Pick<Visit, 'from' | 'to'> & {
    readonly place?: string;
    readonly officials: readonly RegisteredVisitor[];
  };
  /** Those who signed it besides, in order; absent where nobody did. */
  readonly countersignatures?: readonly RegisteredCountersignature[];
  /** A leaf about further ones that nobody can read any more. */
  readonly countersignatureUnread?: number;
  /** The public version that is published of it. */
  readonly publicVersion?: Pick<PublicVersion, 'id' | 'at' | 'ground'>;
}

/** A public version as the origin's register tells it, whatever became of it. */
export interface RegisteredPublicVersion {
  readonly version: PublicVersionRecord;
  readonly state: PublicVersionState;
  readonly leaf: number;
  readonly salt: Uint8Array;
  readonly letter: RegisteredLetter;
}

/** A countersignature as the origin's register tells it: whose leaf is in the log, whether or not it counts. */
export interface RegisteredCountersignature
  extends
    Pick<Countersignature, 'id' | 'ordinal' | 'at' | 'salt' | 'byteRangeDigest' | 'certificateDigest' | 'signature'>,
    Pick<RegisteredLetter, 'signer' | 'signerReserved' | 'signerVoidFrom' | 'signerWrong'> {
  readonly leaf: number;
  /** DER of who signed; absent where it is gone. */
  readonly certificate?: Uint8Array;
}

/** Who is to come, as the directory has them today; of whom nobody can read any more who they are, the id alone. */
export interface RegisteredVisitor {
  readonly id: string;
  readonly mandate?: RegisteredCredential['official']['mandate'];
  /** Deterministic CBOR. */
  readonly profile?: Uint8Array;
}

/** A certificate as the origin's register tells it. */
export interface RegisteredCredential {
  readonly serial: string;
  readonly kind: 'staff' | 'signer' | 'card';
  readonly state: 'prepared' | 'issued' | 'suspended' | 'revoked';
  /** DER; absent until it is issued. */
  readonly certificate?: Uint8Array;
  /** The profile that the certificate binds, deterministic CBOR. */
  readonly profile: Uint8Array;
  readonly statusAt?: UnixSeconds;
  readonly revocationReason?: string;
  readonly issued?: { readonly leaf: number; readonly salt: Uint8Array; readonly record: Uint8Array };
  /** The leaf with which its card became active; absent where it did not, or where it is on no card. */
  readonly activatedLeaf?: number;
  /** What the key on its card signed; absent where none did, or where it is on no card. */
  readonly proof?: { readonly challenge: Uint8Array; readonly signature: Uint8Array };
  readonly official: {
    readonly id: string;
    readonly mandate: 'current' | 'not-yet' | 'expired' | 'ended';
    readonly endedOn?: string;
    /** The legal ground of who is under reserve by now, whenever that began: then no answer names them. */
    readonly reserved?: string;
  };
}

/** A card as the origin's register tells it, as the log has it. */
export interface RegisteredCard {
  readonly number: CardNumber;
  /** 32 hexadecimal digits: what its certificates name. */
  readonly guid: string;
  /** Its last day. */
  readonly expires: CalendarDay;
  readonly state: 'registered' | 'active' | 'ended';
  readonly ended?: { readonly at: UnixSeconds; readonly reason: string };
  /** Serial numbers of what was issued for it, that of slot 9A first; none where it is a tag alone. */
  readonly credentials: readonly string[];
  /** Whose it is, and their public profile of today: deterministic CBOR. */
  readonly official: RegisteredCredential['official'] & { readonly profile: Uint8Array };
}

/** What only the origin can answer about cards. The promises of `Register` hold. */
export interface CardRegister {
  findByNumber(number: CardNumber): Promise<RegisteredCard | undefined>;
}

/** A distinctive as the origin's register tells it, as the log has it. */
export interface RegisteredDistinctive extends Pick<Distinctive, 'number' | 'until' | 'withdrawn' | 'withdrawnLeaf'> {
  /** Whether a credential of its person is suspended. */
  readonly isUnderReview: boolean;
  readonly official: RegisteredCard['official'];
}

/** What only the origin can answer about distinctives. The promises of `Register` hold. */
export interface DistinctiveRegister {
  findByNumber(number: string): Promise<RegisteredDistinctive | undefined>;
  /** The one that this person was granted last; `undefined` as well where that cannot be read any more. */
  newestOf(officialId: string): Promise<Omit<RegisteredDistinctive, 'official'> | undefined>;
}

/** A leaf and the proof that it stands in the log. */
export interface LeafProof {
  readonly entry: Uint8Array;
  readonly proof: EntryProof;
}

/**
 * What only the origin can answer. The verifier believes none of it where the log or a signature can show it.
 * Reads may run at once; an absent thing is `undefined`; an outage throws.
 */
export interface Register {
  /** The time up to which the register knows every act. */
  readonly asOf: UnixSeconds;
  letter(id: string): Promise<RegisteredLetter | undefined>;
  /** The leaf that registered a letter of which `letter` knows nothing because nobody can read any more what that leaf says. */
  unreadLetter(id: string): Promise<number | undefined>;
  letterByFolio(folio: string): Promise<RegisteredLetter | undefined>;
  /** The letter of a typed code: twelve symbols without hyphens. */
  letterByCode(code: string): Promise<RegisteredLetter | undefined>;
  /** Of the file that has this SHA-256. */
  publicVersion(sha256: Uint8Array): Promise<RegisteredPublicVersion | undefined>;
  credential(serial: string): Promise<RegisteredCredential | undefined>;
  /**
   * Whether the name in a certificate of this number may be told: not where it was made for somebody who is under reserve by now, nor
   * where nobody can read any more for whom. A certificate that is none of ours may say what it likes.
   */
  mayName(serial: string): Promise<boolean>;
  leaf(index: number): Promise<LeafProof | undefined>;
  /** What leaf `index` commits to, with the evidence of who authorised it; believed only where the leaf shows it. */
  opening(index: number): Promise<Opening | undefined>;
  /** Whether a passkey had ended before leaf `before`, or other roles had been set, by the whole log. */
  hasAccessChanged(by: AccessAsked): Promise<boolean>;
  /** Whether an earlier leaf is the same act by the same statement, by the whole log. */
  wasUsed(act: UsedAct): Promise<boolean>;
}

/** A passkey with the roles that somebody had, by their leaves. */
export interface AccessAsked {
  readonly enrolment: number;
  readonly roles: number;
  readonly before: number;
}

/** A status list that was verified, and when it was made. */
export interface KnownStatusList {
  readonly statuses: Statuses;
  readonly issuedAt: UnixSeconds;
  readonly expiresAt: UnixSeconds;
}

/** What a verifier goes by. Without a register it is offline or a replica, and never says `valid`. */
export interface Knowledge {
  readonly trust: TrustList;
  readonly places: SealPlaces;
  /** By the id that the trust list gives them. */
  readonly statusLists: ReadonlyMap<number, KnownStatusList>;
  readonly register?: Register;
  /** Goes with `register`; absent where no card was ever made. */
  readonly cards?: CardRegister;
  /** Likewise; absent where nobody ever got one. */
  readonly distinctives?: DistinctiveRegister;
  /** Absent where pictures cannot be decoded: a scan is then an unsigned file whose pictures nobody looked at. */
  readonly readPicture?: ReadPicture;
}
