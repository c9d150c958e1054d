/** Whoever had a letter signed does not believe a service either that what it delivers is that letter. */
import { cardGuidOf } from '../authority/card-name.ts';
import { readCertificate, tryReadCertificate, verifyCertificateSignature } from '../authority/certificate.ts';
import { ATTRIBUTE, findAttribute, sameName } from '../authority/name.ts';
import { equal, toHex, toLatin1 } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal, Refusal } from '../core/refusal.ts';
import type { UnixSeconds } from '../core/time.ts';
import { openPdf } from '../pdf/document.ts';
import { isPdf } from '../pdf/object.ts';
import type { SealOrigin } from '../seal/address.ts';
import { SEAL_ENTRY, sealInSignature } from '../seal/in-signature.ts';
import { findSeal } from '../seal/open.ts';
import type { SealClaims } from '../seal/seal.ts';
import { preparedDocument, type Prepared } from '../signature/prepare.ts';
import { verifySignatures, type SignatureFinding } from '../signature/verify.ts';
import { claimedInSignature } from './countersignature.ts';
import type { OficioCode } from './oficio.ts';
import { beginsAsSealed } from './seal-of.ts';
import { OFICIO_TYPES, type OficioType } from './type.ts';

/** What a file has to be that a service delivers as signed. */
export interface ExpectedLetter {
  /** The document before it was sealed. */
  readonly input: Uint8Array;
  /** DER: on the card. */
  readonly certificate: Uint8Array;
  /** As it was laid out here; else `earlier`. */
  readonly prepared?: Prepared;
  /** Of a letter that was signed by an earlier run, maybe with an earlier card of the same person: what its seal has to say. */
  readonly earlier?: SealedOrder;
}

/** What was ordered, as far as a seal says it: neither subject nor place. */
export interface SealedOrder {
  readonly id: string;
  readonly folio: string;
  readonly type: OficioType;
  /** Centavos. */
  readonly amount: number;
  readonly expires?: UnixSeconds;
}

export function deliveredDiffers(what: string): never {
  throw new Refusal<OficioCode>('oficio/delivered-differs', `not the letter that was signed: ${what}`);
}

/**
 * The file begins with the document that was ordered, and its last signature covers all of it and is of the card's key. Of a letter that
 * was laid out here every byte outside the place of the signature is the one that was laid out; of one that was signed before,
 * the seal under the signature says what was ordered: a service may have several of one document.
 * @throws Refusal `oficio/delivered-differs`
 */
export async function checkSigned(
  primitives: Primitives,
  { input, certificate, prepared, earlier }: ExpectedLetter,
  delivered: Uint8Array,
): Promise<void> {
  if (!equal(delivered.subarray(0, input.length), input)) deliveredDiffers('another document');
  if (prepared) {
    const laidOut = preparedDocument(input, prepared);
    const { gapStart, gapEnd } = prepared.byteRange;
    const isSame =
      delivered.length === laidOut.length &&
      equal(delivered.subarray(0, gapStart), laidOut.subarray(0, gapStart)) &&
      equal(delivered.subarray(gapEnd), laidOut.subarray(gapEnd));
    if (!isSame) deliveredDiffers('other bytes');
  }
  const last = (await signaturesOf(primitives, delivered)).at(-1);
  if (last?.coverage !== 'whole' || last.integrity !== 'intact') deliveredDiffers('no signature of the whole file');
  if (!last.certificate) deliveredDiffers('a signature of nobody');
  const isOfCard = equal(last.certificate.encoded, certificate);
  const isOfEarlierCard = earlier !== undefined && cardGuidOf(last.certificate) !== undefined;
  if (!isOfCard && !(isOfEarlierCard && (await isOfSameHolder(primitives, certificate, last)))) {
    deliveredDiffers('the signature of another');
  }
  // A signature that the document had before is not the one of this letter.
  if ((last.byteRange?.gapStart ?? 0) < input.length) deliveredDiffers('no new signature');
  if (earlier) checkSeal(last, input, earlier, primitives);
}

/** A countersignature that a service says was made before, by whoever holds the card. */
export interface EarlierCountersignature {
  /** DER: on the card. */
  readonly certificate: Uint8Array;
  readonly letter: string;
  readonly ordinal: number;
  /** Where the letter's seal may lead. */
  readonly origins: readonly SealOrigin[];
  /** Whether this is the letter that was named. */
  isNamed(claims: SealClaims): boolean;
}

/**
 * The last signature of the file covers all of it, is of the person of the card, and says that it countersigns the letter that was ordered.
 * @throws Refusal `oficio/delivered-differs`
 */
export async function checkCountersignedBefore(
  primitives: Primitives,
  { certificate, letter, ordinal, origins, isNamed }: EarlierCountersignature,
  delivered: Uint8Array,
): Promise<void> {
  const findings = await signaturesOf(primitives, delivered);
  const last = findings.at(-1);
  if (last?.coverage !== 'whole' || last.integrity !== 'intact') deliveredDiffers('no signature of the whole file');
  const isOfCard = last.certificate !== undefined && equal(last.certificate.encoded, certificate);
  if (!isOfCard && !(await isOfSameHolder(primitives, certificate, last))) deliveredDiffers('the signature of another');
  const claimed = claimedInSignature(last.dictionary);
  if (claimed?.letter !== letter || claimed.ordinal !== ordinal) deliveredDiffers('a signature of something else');
  const own = findings.findLast(({ dictionary }) => claimedInSignature(dictionary) === undefined);
  const claims = own && sealInSignature(own.dictionary, { origins })?.claims;
  if (!claims || toHex(claims.id) !== letter || !isNamed(claims)) deliveredDiffers('the seal of another letter');
  if (!beginsAsSealed(claims, delivered, primitives)) deliveredDiffers('the seal of another document');
}

/** Whether the same person signed by another certificate, that the very key certified which certified the one at hand. */
async function isOfSameHolder(
  primitives: Primitives,
  present: Uint8Array,
  { certificate: earlier, cms }: SignatureFinding,
): Promise<boolean> {
  const own = readCertificate(present);
  const holder = findAttribute(own.subject, ATTRIBUTE.serialNumber);
  if (!earlier || holder === undefined) return false;
  if (findAttribute(earlier.subject, ATTRIBUTE.serialNumber) !== holder || !sameName(earlier.issuer, own.issuer)) {
    return false;
  }
  for (const encoded of cms?.certificates ?? []) {
    const issuer = tryReadCertificate(encoded);
    if (!issuer || !sameName(issuer.subject, own.issuer)) continue;
    const certified = [own, earlier].map((one) => verifyCertificateSignature(one, issuer.key, primitives));
    if ((await Promise.all(certified)).every(Boolean)) return true;
  }
  return false;
}

/** The seal stands under the signature: where it leads was checked before that was made. */
function checkSeal(
  { dictionary }: SignatureFinding,
  input: Uint8Array,
  order: SealedOrder,
  primitives: Primitives,
): void {
  const entry = dictionary.entries.get(SEAL_ENTRY);
  const text = isPdf(entry, 'string') ? toLatin1(entry.bytes) : '';
  const claims = findSeal(text.slice(text.lastIndexOf('/') + 1), { origins: [] })?.claims;
  const isOrdered =
    claims &&
    toHex(claims.id) === order.id &&
    claims.folio === order.folio &&
    claims.type === OFICIO_TYPES[order.type] &&
    claims.amount === order.amount &&
    claims.expiresAt === order.expires &&
    claims.length === input.length &&
    beginsAsSealed(claims, input, primitives);
  if (!isOrdered) deliveredDiffers('the seal of another order');
}

async function signaturesOf(primitives: Primitives, bytes: Uint8Array): Promise<readonly SignatureFinding[]> {
  try {
    return await verifySignatures(openPdf(bytes, primitives), { primitives });
  } catch (error) {
    if (isRefusal(error)) return deliveredDiffers('a file that cannot be read');
    throw error;
  }
}
