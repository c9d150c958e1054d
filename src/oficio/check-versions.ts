import { FIELD_BYTES, holderAlgorithmFor } from '../authority/algorithm.ts';
import { readCertificate } from '../authority/certificate.ts';
import { ecdsaDerToRaw } from '../asn1/ecdsa.ts';
import { equal } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal, Refusal } from '../core/refusal.ts';
import type { LogCode } from '../log/code.ts';
import { openPdf } from '../pdf/document.ts';
import { readByteRange, readGap, signedParts, type ByteRange } from '../signature/byte-range.ts';
import { encodeSignedData, signedAttributes } from '../signature/cms.ts';
import { gapOf } from '../signature/complete.ts';
import { readForm, readSignatures } from '../signature/fields.ts';
import { readSignedData } from '../signature/signed-data.ts';

/** The signature with which a version of a letter ends, as its leaf has it. */
export interface RecordedSignature {
  readonly leaf: number;
  /** Of the version, in bytes. */
  readonly length: number;
  /** SHA-256 of the signed byte ranges, and of the signer's certificate. */
  readonly byteRangeDigest: Uint8Array;
  readonly certificateDigest: Uint8Array;
  /** What it says of itself besides, and its value (ECDSA: raw `r || s`): of a countersignature. */
  readonly claim?: Uint8Array;
  readonly signature?: Uint8Array;
}

export interface CheckVersionsDeps {
  readonly primitives: Primitives;
  /** DER of what belongs into the chain of a signer's certificate. */
  readonly signerChain: readonly Uint8Array[];
}

/**
 * Whether the signatures of a file are those of the log, gap and all. The digest to which a leaf commits leaves the gap out, and what is signed
 * next covers it for good: it has to be what we write of certificate, attributes and value, and the value that of the certificate's key. Of
 * a letter its leaf has no value: of the two that ECDSA can be rewritten to, each is one.
 * @throws Refusal `log/corrupt`, whose facts name the leaf; those of reading the document
 */
export async function checkVersions(
  deps: CheckVersionsDeps,
  file: Uint8Array,
  recorded: readonly RecordedSignature[],
): Promise<void> {
  const document = openPdf(file, deps.primitives);
  const ranges = readSignatures(document, readForm(document)).flatMap(({ byteRange }) => {
    const range = readByteRange(byteRange, file.length);
    return typeof range === 'string' ? [] : [range];
  });
  for (const one of recorded) {
    let found = false;
    for (const range of ranges) found ||= range.end === one.length && (await isRecorded(deps, file, range, one));
    if (found) continue;
    const { leaf: index } = one;
    const facts = { noun: 'document', key: String(index), index };
    throw new Refusal<LogCode>('log/corrupt', `the signature of entry ${index} is not what the log says of it`, facts);
  }
}

async function isRecorded(
  { primitives, signerChain }: CheckVersionsDeps,
  file: Uint8Array,
  range: ByteRange,
  { byteRangeDigest, certificateDigest, claim, signature }: RecordedSignature,
): Promise<boolean> {
  const isDigest = (digest: Uint8Array, ...parts: readonly Uint8Array[]): boolean =>
    equal(primitives.digest('SHA-256', ...parts), digest);
  const contents = readGap(file, range);
  if (!contents || !isDigest(byteRangeDigest, ...signedParts(file, range))) return false;
  try {
    const data = readSignedData(contents);
    const certificate = data.certificates.find((one) => isDigest(certificateDigest, one));
    const key = certificate && readCertificate(certificate).key;
    const algorithm = key && holderAlgorithmFor(key.algorithm);
    if (!certificate || !algorithm) return false;
    const value =
      key.algorithm.kind === 'EC' ? ecdsaDerToRaw(data.signature, FIELD_BYTES[key.algorithm.curve]) : data.signature;
    if (signature && !equal(value, signature)) return false;
    const attributes = signedAttributes(byteRangeDigest, { algorithm: 'SHA-256', value: certificateDigest }, claim);
    const written = encodeSignedData({
      certificates: [certificate, ...signerChain],
      attributes,
      signature: value,
      digestAlgorithm: 'SHA-256',
      signatureAlgorithm: algorithm,
    });
    const isAsWritten = equal(file.subarray(range.gapStart, range.gapEnd), gapOf(written, range));
    return isAsWritten && (await primitives.verify(algorithm, key.spki, attributes, value));
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}
