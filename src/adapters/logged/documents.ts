import { equal } from '../../core/bytes.ts';
import type { CborValue } from '../../core/cbor.ts';
import type { Primitives } from '../../core/primitives.ts';
import { isRefusal, Refusal } from '../../core/refusal.ts';
import { readRecord } from '../../log/claim.ts';
import type { LogCode } from '../../log/code.ts';
import { LeafKind } from '../../log/leaf.ts';
import { openedLeaf, type VouchingLog } from '../../log/vouch.ts';
import type { OficioStore } from '../../oficio/store.ts';
import { ObjectParser } from '../../pdf/parse.ts';
import { readByteRange, readGap, signedParts, type ByteRange } from '../../signature/byte-range.ts';

type Digests = Pick<Primitives, 'digest' | 'hmac'>;
type Documents = Pick<OficioStore, 'findDocument'>;

/** Whether `input` is the document to which the record of an intent commits. */
export function isInputOf(record: readonly CborValue[], input: Uint8Array, { digest }: Digests): boolean {
  const [, act, , inputDigest] = record;
  return act === 'oficio/intent' && inputDigest instanceof Uint8Array && equal(digest('SHA-256', input), inputDigest);
}

/**
 * Whether what was appended to `input` is signed as the record of a signature has it: the digest of the signed bytes, which
 * are all but one gap of hexadecimal digits. The value in the gap is for those who verify the file.
 */
export function isSignedAs(
  record: readonly CborValue[],
  input: Uint8Array,
  appended: Uint8Array,
  { digest }: Digests,
): boolean {
  const [, act, , , byteRangeDigest] = record;
  if (act !== 'oficio/signed' || !(byteRangeDigest instanceof Uint8Array)) return false;
  const range = rangeOf(appended, input.length);
  if (!range) return false;
  const [before, after] = signedParts(appended, range);
  return equal(digest('SHA-256', input, before, after), byteRangeDigest);
}

const KEY = [...'/ByteRange'].map((letter) => letter.charCodeAt(0));

/** The signed range of the one signature in what was appended to so many bytes, counted from there. */
function rangeOf(appended: Uint8Array, length: number): ByteRange | undefined {
  for (let at = appended.indexOf(KEY[0]!); at >= 0; at = appended.indexOf(KEY[0]!, at + 1)) {
    if (!KEY.every((byte, i) => appended[at + i] === byte)) continue;
    const found = readRangeAt(appended, at + KEY.length, length);
    if (!found) continue;
    const range = { gapStart: found.gapStart - length, gapEnd: found.gapEnd - length, end: appended.length };
    // Nothing but digits may be left out: other bytes there could be another range.
    if (found.end === length + appended.length && range.gapStart > at && readGap(appended, range)) return range;
  }
  return undefined;
}

function readRangeAt(appended: Uint8Array, at: number, length: number): ByteRange | undefined {
  try {
    const range = readByteRange(new ObjectParser(appended, at, appended.length).object(), length + appended.length);
    return typeof range === 'string' ? undefined : range;
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

/**
 * `rows`, of which a file is found only as the leaf under which it stands commits to it: files are handed out, and letters
 * completed with them.
 * @throws Refusal `log/corrupt`, whose facts name the leaf
 */
export function loggedDocuments(rows: Documents, log: VouchingLog, primitives: Digests): Documents {
  const isAsLogged = async (index: number, bytes: Uint8Array): Promise<boolean> => {
    const leaf = await openedLeaf(log, index, primitives);
    const record = leaf && readRecord(leaf.record);
    if (leaf?.kind === LeafKind.oficioIntent) return isInputOf(record ?? [], bytes, primitives);
    if (leaf?.kind !== LeafKind.oficioSigned || leaf.ref === undefined) return false;
    const input = await rows.findDocument(leaf.ref);
    return input !== undefined && isSignedAs(record ?? [], input, bytes, primitives);
  };
  return {
    async findDocument(index) {
      const bytes = await rows.findDocument(index);
      if (!bytes || (await isAsLogged(index, bytes))) return bytes;
      const facts = { noun: 'document', key: String(index), index };
      throw new Refusal<LogCode>('log/corrupt', `the file of entry ${index} is not what the log says of it`, facts);
    },
  };
}
