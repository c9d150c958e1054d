import type { Primitives, SignatureAlgorithm } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import { openPdf } from '../pdf/document.ts';
import { gapHolds, readByteRange, type ByteRange } from './byte-range.ts';
import { encodeSignedData } from './cms.ts';
import type { SignatureCode } from './code.ts';
import { readForm, readSignatures } from './fields.ts';
import { preparedOf, type Prepared, type SignerChoice } from './prepare.ts';

/** The second half: what came back from whoever holds the key. */
export interface SignatureValue {
  /** Over `Prepared.toBeSigned`; ECDSA: raw `r || s`. */
  readonly signature: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  /** DER; the signer's first, the one whose digest was signed, then its chain. */
  readonly certificates: readonly Uint8Array[];
}

const HEX = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

/**
 * The appended bytes with the signature filled in; no other byte and no length changes. The signature is not verified
 * here: verify the result before it counts.
 * @throws Refusal `signature/too-long` when it does not fit in the reserved room; what `encodeSignedData` throws
 */
export function completeSignature(prepared: Prepared, value: SignatureValue): Uint8Array {
  const cms = encodeSignedData({
    certificates: value.certificates,
    attributes: prepared.toBeSigned,
    signature: value.signature,
    digestAlgorithm: prepared.digestAlgorithm,
    signatureAlgorithm: value.algorithm,
  });
  const appended = prepared.appended.slice();
  appended.set(gapOf(cms, prepared.byteRange), prepared.byteRange.gapStart - prepared.originalLength);
  return appended;
}

/**
 * What stands in a gap of this size: `<`, the CMS in hexadecimal digits, zeros, `>`.
 * @throws Refusal `signature/too-long` when it does not fit
 */
export function gapOf(cms: Uint8Array, { gapStart, gapEnd }: Pick<ByteRange, 'gapStart' | 'gapEnd'>): Uint8Array {
  const room = (gapEnd - gapStart - 2) / 2;
  if (cms.length > room) {
    const facts = { bytes: cms.length, room };
    throw new Refusal<SignatureCode>('signature/too-long', 'the signature does not fit in its place', facts);
  }
  const gap = new Uint8Array(gapEnd - gapStart).fill(HEX[0]!);
  gap[0] = 0x3c;
  gap[gap.length - 1] = 0x3e;
  let at = 1;
  for (let i = 0; i < cms.length; i++) {
    gap[at++] = HEX[cms[i]! >> 4]!;
    gap[at++] = HEX[cms[i]! & 15]!;
  }
  return gap;
}

function notPrepared(message: string): never {
  throw new Refusal<SignatureCode>('signature/not-prepared', message);
}

/**
 * `Prepared` from the prepared document alone, so that the client computes what it signs from the file that it shows, and
 * a service that stopped can go on. Its `appended` is the whole document, behind an original of no bytes.
 * @throws Refusal `signature/not-prepared` unless exactly one signature waits, over the whole file; what reading throws
 */
export function readPrepared(prepared: Uint8Array, signer: SignerChoice, primitives: Primitives): Prepared {
  const doc = openPdf(prepared, primitives);
  const waiting = readSignatures(doc, readForm(doc)).filter(({ contents }) => contents?.every((byte) => byte === 0));
  const [entry] = waiting;
  if (!entry || waiting.length !== 1) notPrepared(`${waiting.length} signatures wait to be filled in, expected one`);
  if (entry.subFilter !== 'ETSI.CAdES.detached') notPrepared('another kind of signature');
  const range = readByteRange(entry.byteRange, prepared.length);
  if (typeof range === 'string') notPrepared(range);
  if (range.end !== prepared.length) notPrepared('the signature does not cover the whole file');
  if (!gapHolds(prepared, range, entry.contents!)) notPrepared('the gap is not the empty /Contents');
  return preparedOf(prepared.subarray(0, 0), prepared, range, signer, primitives);
}

/** What the key signs, recomputed from the prepared document. @throws Refusal like `readPrepared` */
export function bytesToSign(prepared: Uint8Array, signer: SignerChoice, primitives: Primitives): Uint8Array {
  return readPrepared(prepared, signer, primitives).toBeSigned;
}
