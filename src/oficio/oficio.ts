import type { Brand } from '../core/brand.ts';
import { fromHex } from '../core/bytes.ts';
import type { UnixSeconds } from '../core/time.ts';
import { SEAL_ID_BYTES, sealId } from '../seal/seal.ts';
import { typedCodeOf, type TypedCode } from '../seal/text.ts';
import type { Delivery } from './delivery.ts';
import type { Folio } from './folio.ts';
import type { OficioType } from './type.ts';

/** Hexadecimal of the seal's random 64-bit `cti`: sixteen digits. */
export type OficioId = Brand<string, 'OficioId'>;

/**
 * `sealed`: recorded, and its seal may exist, but no signature counts (a draft: `not-yet-signed`). `signed`: its leaf is
 * in the log. `cancelled` and `replaced` are final.
 */
export type OficioState = 'sealed' | 'signed' | 'cancelled' | 'replaced';

export type OficioCode =
  | 'oficio/not-found'
  | 'oficio/folio-taken'
  | 'oficio/folio-other-unit'
  | 'oficio/folio-other-year'
  | 'oficio/not-signed'
  | 'oficio/already-cancelled'
  | 'oficio/replacement-not-signed'
  | 'oficio/active-content'
  | 'oficio/changing-content'
  | 'oficio/signature-broken'
  | 'oficio/place-breaks-signature'
  | 'oficio/earlier-ended'
  /** It carries a signature by a certificate of ours that no act of ours made. */
  | 'oficio/earlier-not-registered'
  | 'oficio/subject-malformed'
  | 'oficio/reason-malformed'
  /** Accents of a subject or a reason were lost before it came here. */
  | 'oficio/text-garbled'
  | 'oficio/expires-in-past'
  | 'oficio/own-check-failed'
  | 'oficio/unit-unknown'
  | 'oficio/signer-not-found'
  | 'oficio/signer-reserved'
  | 'oficio/signer-changed'
  | 'oficio/signer-without-mandate'
  | 'oficio/signer-without-credential'
  | 'oficio/signer-key-elsewhere'
  | 'oficio/signer-suspended'
  /** The key on the card is of a kind with which no letter is signed (`found`). */
  | 'oficio/signer-key-unfit'
  /** The letter was prepared for another certificate than the one that is to sign now (`folio`, `serial`). */
  | 'oficio/prepared-for-another'
  /** What is handed in for signing, or comes back from it, is not the seal of this letter (`folio`). */
  | 'oficio/seal-not-of-letter'
  /** The signature is not by the key of the signer's certificate, over what was prepared (`folio`). */
  | 'oficio/signature-wrong'
  /** What a service wants signed is not what was ordered (`what`). */
  | 'oficio/prepared-differs'
  /** What a service delivers as the signed letter is another file, or another letter. */
  | 'oficio/delivered-differs'
  /** A letter is countersigned only while it is in force (`folio`, `state`). */
  | 'oficio/not-in-force'
  /** Whoever is to countersign signed the letter itself (`folio`, `signer`). */
  | 'oficio/already-signer'
  /** As many countersigned it as may (`folio`, `most`). */
  | 'oficio/countersigned-by-most'
  /** With one more signature the file would be longer than what anybody can have verified (`folio`, `most` in bytes). */
  | 'oficio/file-too-long'
  /** What was prepared to be countersigned is not what would be signed now (`folio`): another one was faster, or it took too long. */
  | 'oficio/overtaken'
  /** The file is none of the versions of the letter that were recorded (`folio`). */
  | 'oficio/another-version'
  /** A file to countersign has no letter of ours in it. */
  | 'oficio/no-letter-in-file'
  /** A letter is said to have been received at a time that is to come (`folio`, `now`). */
  | 'oficio/received-in-future'
  /** Or before it was sealed (`folio`, `sealedAt`). */
  | 'oficio/received-before-letter'
  /** Or when it had ended (`folio`, `state`, `endedAt`). */
  | 'oficio/received-after-end'
  /** A way in which no letter is received (`found`). */
  | 'oficio/reception-way'
  | 'oficio/reception-not-found'
  /** What is to be corrected was corrected before, or says that nothing was received (`found`). */
  | 'oficio/reception-corrected'
  /** As many receptions of one letter are registered as may be (`most`). */
  | 'oficio/receptions-most'
  /** There are no details beside the letter that could be erased (`folio`). */
  | 'oficio/details-none'
  /** Details are kept as long as they are needed (`folio`, `until`). */
  | 'oficio/details-needed'
  /** The number of a request is none (`found`). */
  | 'oficio/erasure-reference'
  /** The ground of a public version is empty, too long, or no line of text (`length`, `most`). */
  | 'oficio/ground-malformed'
  | 'oficio/public-version-not-found'
  /** Another one took its place (`found`). */
  | 'oficio/public-version-over'
  /** This very file is the one in force (`found`). */
  | 'oficio/public-version-same'
  | 'oficio/public-version-most'
  /** The file has more than its pages show (`what`, `page`). */
  | 'oficio/public-version-hides'
  /** The file still has what the office keeps apart (`field`, `page`). */
  | 'oficio/public-version-names'
  /** Text lies under something that was painted over it (`page`, `text`). */
  | 'oficio/public-version-covered'
  /** The file shows the code of another letter (`folio`, `found`). */
  | 'oficio/public-version-other-letter'
  /** A letter of this type announces no visit (`type`). */
  | 'oficio/visit-type'
  /** A visit that ends before it begins, is over, or takes more than `most` days (`from`, `to`). */
  | 'oficio/visit-window'
  /** Nobody comes, or more than `most` do (`found`). */
  | 'oficio/visit-officials'
  /** Who is to come cannot be compared with the directory, or has no mandate by then (`official`, `why`). */
  | 'oficio/visit-official';

/** Where the clerk wants the seal: millimetres from the upper left corner of the visible page, as one reads it. */
export interface GivenPlace {
  /** From 1. */
  readonly page: number;
  readonly left: number;
  readonly top: number;
}

/** A letter as the register keeps it. */
export interface Oficio {
  readonly id: OficioId;
  readonly folio: Folio;
  readonly unit: string;
  readonly year: number;
  readonly number: number;
  /** Twelve symbols without hyphens, from the id. */
  readonly typedCode: string;
  readonly type: OficioType;
  /** What the letter asks for, in centavos; 0 = it asks for no money. */
  readonly amount: number;
  readonly subject: string;
  readonly expires?: UnixSeconds;
  readonly state: OficioState;
  readonly signer: {
    readonly officialId: string;
    readonly name: string;
    readonly post: string;
    /** Serial number of the certificate that signs, hexadecimal. */
    readonly serial: string;
  };
  readonly inputLength: number;
  /** SHA-256 of the document before sealing. */
  readonly inputDigest: Uint8Array;
  /** The claims' `iat`, the signature's /M, and the time printed. */
  readonly sealedAt: UnixSeconds;
  readonly pages: number;
  readonly statusIndex: number;
  /** Of the key that seals: the first 4 bytes of SHA-256 of its SPKI, hexadecimal. */
  readonly sealKid: string;
  readonly place?: GivenPlace;
  /** Whom it is for and what visit it announces; absent where nobody said. */
  readonly delivery?: Delivery;
  readonly alreadySigned: boolean;
  /** Salt of the *signed* leaf; it stands in the signature dictionary too. */
  readonly salt: Uint8Array;
  readonly intentLeaf: number;
  readonly signedLeaf?: number;
  readonly signedAt?: UnixSeconds;
  /** SHA-256 of the signed byte ranges, and of the signer's certificate. */
  readonly byteRangeDigest?: Uint8Array;
  readonly certificateDigest?: Uint8Array;
  /** The text of the QR; absent until the letter is signed. */
  readonly sealText?: string;
  readonly ended?: { readonly at: UnixSeconds; readonly reason: string; readonly replacedBy?: Folio };
  readonly endedLeaf?: number;
  /** The leaf of its last countersignature. */
  readonly countersignedLeaf?: number;
}

/** The typed code that follows from a letter's id, whatever its row says of it; `undefined` where that is no id. */
export function codeOfLetter({ id }: Pick<Oficio, 'id'>): TypedCode | undefined {
  const bytes = typeof id === 'string' ? fromHex(id) : undefined;
  return bytes?.length === SEAL_ID_BYTES ? typedCodeOf(sealId(bytes)) : undefined;
}

/** The largest subject that a letter may be registered with. */
export const MAX_SUBJECT = 300;
