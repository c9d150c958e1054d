import type { Brand } from '../core/brand.ts';
import { concat, fromHex, toHex } from '../core/bytes.ts';
import { encodeCbor, type CborValue } from '../core/cbor.ts';
import { isTime, type UnixSeconds } from '../core/time.ts';
import { isPdf, pdfString, type PdfDict, type PdfString } from '../pdf/object.ts';
import type { Oficio, OficioId } from './oficio.ts';

/** Hexadecimal of a random 64-bit number: sixteen digits. */
export type CountersignatureId = Brand<string, 'CountersignatureId'>;

const ID_BYTES = 8;

/** What of a countersignature its file shows. */
export interface ClaimedCountersignature {
  readonly id: CountersignatureId;
  readonly letter: OficioId;
  /** Its place among those of its letter, from 1. */
  readonly ordinal: number;
}

/** One that is about to be made, as it was recorded before. */
export interface CountersignIntent extends ClaimedCountersignature {
  /** SHA-256 of the version of the file on which it is put. */
  readonly baseDigest: Uint8Array;
  /** The signature's /M. */
  readonly at: UnixSeconds;
  readonly signer: Oficio['signer'];
  /** Of the leaf that will tell of it; it stands in the signature dictionary too. */
  readonly salt: Uint8Array;
  readonly leaf: number;
}

/** A further signature of an official on a letter that another one signed. */
export interface Countersignature extends CountersignIntent {
  readonly signedLeaf: number;
  /** SHA-256 of the signed byte ranges, and of the signer's certificate. */
  readonly byteRangeDigest: Uint8Array;
  readonly certificateDigest: Uint8Array;
  /** Over the signed attributes that follow from both and from its claim; ECDSA: raw `r || s`. */
  readonly signature: Uint8Array;
}

/** What the log tells of the countersignatures of one letter. */
export interface Countersignatures {
  /** Those that count, in order: the first has ordinal 1. */
  readonly made: readonly Countersignature[];
  /** Recorded and never finished, in order: no leaf about any of them has their signature. */
  readonly waiting: readonly CountersignIntent[];
  /** The first leaf about them that nobody can read any more. */
  readonly unread?: number;
}

/** More would make a file that takes long to judge. */
export const MAX_COUNTERSIGNATURES = 16;

export function intentOfCountersignature(intent: Omit<CountersignIntent, 'leaf'>): Uint8Array {
  const { id, letter, ordinal, baseDigest, at, signer, salt } = intent;
  const { officialId, serial, name, post } = signer;
  const who: CborValue[] = [officialId, fromHex(serial)!, name, post];
  const ids = [fromHex(id)!, fromHex(letter)!];
  return encodeCbor([1, 'oficio/countersign-intent', ...ids, ordinal, baseDigest, at, ...who, salt]);
}

/** What a leaf `oficio/countersigned` commits to. All of it stands in the file: whoever holds it can recompute it. */
export type CountersignedRecord = ClaimedCountersignature &
  Pick<Countersignature, 'byteRangeDigest' | 'certificateDigest' | 'signature'>;

export function encodeCountersignedRecord(record: CountersignedRecord): Uint8Array {
  const { id, letter, ordinal, byteRangeDigest, certificateDigest, signature } = record;
  const ids = [fromHex(id)!, fromHex(letter)!];
  return encodeCbor([1, 'oficio/countersigned', ...ids, byteRangeDigest, certificateDigest, ordinal, signature]);
}

/** `undefined` for a record that we never wrote. */
export function readCountersignIntent(
  [, act, id, letter, ordinal, baseDigest, at, officialId, serial, name, post, salt]: readonly CborValue[],
  leaf: number,
): CountersignIntent | undefined {
  if (act !== 'oficio/countersign-intent') return undefined;
  const claimed = claimedOf(id, letter, ordinal);
  const isPerson = typeof officialId === 'string' && typeof name === 'string' && typeof post === 'string';
  if (!claimed || !isPerson || typeof at !== 'number' || !isTime(at)) return undefined;
  if (!(baseDigest instanceof Uint8Array && serial instanceof Uint8Array && salt instanceof Uint8Array))
    return undefined;
  if (salt.length !== 32) return undefined;
  return { ...claimed, baseDigest, at, signer: { officialId, name, post, serial: toHex(serial) }, salt, leaf };
}

/** Likewise. */
export function readCountersignedRecord([
  ,
  act,
  id,
  letter,
  byteRangeDigest,
  certificateDigest,
  ordinal,
  signature,
]: readonly CborValue[]): CountersignedRecord | undefined {
  if (act !== 'oficio/countersigned') return undefined;
  const claimed = claimedOf(id, letter, ordinal);
  if (!claimed || !(byteRangeDigest instanceof Uint8Array && certificateDigest instanceof Uint8Array)) return undefined;
  return signature instanceof Uint8Array ? { ...claimed, byteRangeDigest, certificateDigest, signature } : undefined;
}

function claimedOf(
  id: CborValue | undefined,
  letter: CborValue | undefined,
  ordinal: CborValue | undefined,
): ClaimedCountersignature | undefined {
  if (!(id instanceof Uint8Array && letter instanceof Uint8Array)) return undefined;
  if (id.length !== ID_BYTES || letter.length !== ID_BYTES) return undefined;
  if (typeof ordinal !== 'number' || ordinal < 1 || ordinal > MAX_COUNTERSIGNATURES) return undefined;
  return { id: toHex(id) as CountersignatureId, letter: toHex(letter) as OficioId, ordinal };
}

/**
 * What the key of who countersigns signs besides the bytes of the file: of which letter, in which place, when, and by which leaf. Without
 * it any signature that was ever made with the key could be told, by the log alone, as one of another letter.
 */
export function claimOfCountersignature({
  id,
  letter,
  ordinal,
  at,
  salt,
}: ClaimedCountersignature & Pick<CountersignIntent, 'at' | 'salt'>): Uint8Array {
  return encodeCbor([1, 'oficio/countersigns', fromHex(letter)!, fromHex(id)!, ordinal, at, salt]);
}

/** Entry of a signature dictionary that makes it a countersignature: letter, id, ordinal in one byte. */
export const COUNTERSIGN_ENTRY = 'Cotejo.Countersigns';

export function countersignEntry({ id, letter, ordinal }: ClaimedCountersignature): PdfString {
  return pdfString(concat(fromHex(letter)!, fromHex(id)!, Uint8Array.of(ordinal)), true);
}

/** What a signature says that it countersigns, not yet verified; `undefined` where it does not, or not in our form. */
export function claimedInSignature({ entries }: PdfDict): ClaimedCountersignature | undefined {
  const entry = entries.get(COUNTERSIGN_ENTRY);
  if (!isPdf(entry, 'string') || entry.bytes.length !== 2 * ID_BYTES + 1) return undefined;
  const { bytes } = entry;
  return claimedOf(bytes.slice(ID_BYTES, 2 * ID_BYTES), bytes.slice(0, ID_BYTES), bytes[2 * ID_BYTES]);
}
