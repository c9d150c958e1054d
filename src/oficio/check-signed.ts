/** Whoever had a letter signed does not believe a service either that what it delivers is that letter. */
import { equal } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal, Refusal } from '../core/refusal.ts';
import { openPdf } from '../pdf/document.ts';
import { preparedDocument, type Prepared } from '../signature/prepare.ts';
import { verifySignatures, type SignatureFinding } from '../signature/verify.ts';
import type { OficioCode } from './oficio.ts';

/** What a file has to be that a service delivers as signed. */
export interface ExpectedLetter {
  /** The document before it was sealed. */
  readonly input: Uint8Array;
  /** DER: on the card. */
  readonly certificate: Uint8Array;
  /** As it was laid out here; absent of a letter that was signed by an earlier run. */
  readonly prepared?: Prepared;
}

export function deliveredDiffers(what: string): never {
  throw new Refusal<OficioCode>('oficio/delivered-differs', `not the letter that was signed: ${what}`);
}

/**
 * The file begins with the document that was ordered, and its last signature covers all of it and is of the card's key. Of a letter that
 * was laid out here every byte outside the place of the signature is the one that was laid out.
 * @throws Refusal `oficio/delivered-differs`
 */
export async function checkSigned(
  primitives: Primitives,
  { input, certificate, prepared }: ExpectedLetter,
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
  const last = await lastSignature(primitives, delivered);
  if (last?.coverage !== 'whole' || last.integrity !== 'intact') deliveredDiffers('no signature of the whole file');
  if (!last.certificate || !equal(last.certificate.encoded, certificate)) deliveredDiffers('the signature of another');
  // A signature that the document had before is not the one of this letter.
  if ((last.byteRange?.gapStart ?? 0) < input.length) deliveredDiffers('no new signature');
}

async function lastSignature(primitives: Primitives, bytes: Uint8Array): Promise<SignatureFinding | undefined> {
  try {
    return (await verifySignatures(openPdf(bytes, primitives), { primitives })).at(-1);
  } catch (error) {
    if (isRefusal(error)) return deliveredDiffers('a file that cannot be read');
    throw error;
  }
}
