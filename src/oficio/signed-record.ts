import { encodeCbor } from '../core/cbor.ts';

/** What a leaf `oficio/signed` commits to: only what the file shows, so that whoever holds it can recompute it. */
export interface SignedRecord {
  /** The seal's random id. */
  readonly id: Uint8Array;
  /** SHA-256 of the document before sealing. */
  readonly inputDigest: Uint8Array;
  /** SHA-256 of the bytes that the signature covers. */
  readonly byteRangeDigest: Uint8Array;
  /** SHA-256 of the signer's certificate. */
  readonly certificateDigest: Uint8Array;
}

export function encodeSignedRecord(record: SignedRecord): Uint8Array {
  const { id, inputDigest, byteRangeDigest, certificateDigest } = record;
  return encodeCbor([1, 'oficio/signed', id, inputDigest, byteRangeDigest, certificateDigest]);
}
