import { equal } from '../../core/bytes.ts';
import type { CborValue } from '../../core/cbor.ts';
import type { Primitives } from '../../core/primitives.ts';
import { isRefusal, Refusal } from '../../core/refusal.ts';
import { readRecord } from '../../log/claim.ts';
import type { LogCode } from '../../log/code.ts';
import { LeafKind } from '../../log/leaf.ts';
import { openedLeaf } from '../../log/vouch.ts';
import { readCountersignedRecord } from '../../oficio/countersignature.ts';
import type { OficioStore } from '../../oficio/store.ts';
import { ObjectParser } from '../../pdf/parse.ts';
import { readByteRange, readGap, signedParts, type ByteRange } from '../../signature/byte-range.ts';
import { loggedCountersignatures } from './countersignatures.ts';
import type { WitnessLog } from './first-leaves.ts';

type Digests = Pick<Primitives, 'digest' | 'hmac' | 'verify'>;
type Log = Pick<WitnessLog, 'leaf' | 'opening' | 'referring' | 'isFirst' | 'hasCome' | 'firstOfCredential'>;
type Documents = Pick<OficioStore, 'findDocument'>;

/** Whether `input` is the document to which the record of an intent commits. */
export function isInputOf(
  record: readonly CborValue[],
  input: Uint8Array,
  { digest }: Pick<Primitives, 'digest'>,
): boolean {
  const [, act, , inputDigest] = record;
  return act === 'oficio/intent' && inputDigest instanceof Uint8Array && equal(digest('SHA-256', input), inputDigest);
}

/**
 * Whether what was appended to `before`, the parts of a file, is signed as the record of a signature has it: the digest of the signed bytes, which
 * are all but one gap of hexadecimal digits. The value in the gap is for those who verify the file.
 */
export function isSignedAs(
  record: readonly CborValue[],
  before: readonly Uint8Array[],
  appended: Uint8Array,
  { digest }: Pick<Primitives, 'digest'>,
): boolean {
  const [, act, , , byteRangeDigest] = record;
  const isSignature = act === 'oficio/signed' || act === 'oficio/countersigned';
  if (!isSignature || !(byteRangeDigest instanceof Uint8Array)) return false;
  const range = rangeOf(
    appended,
    before.reduce((sum, { length }) => sum + length, 0),
  );
  return range !== undefined && equal(digest('SHA-256', ...before, ...signedParts(appended, range)), byteRangeDigest);
}

/** The kinds of leaves under which a file is kept. */
export const DOCUMENT_KINDS: ReadonlySet<LeafKind> = new Set([
  LeafKind.oficioIntent,
  LeafKind.oficioSigned,
  LeafKind.oficioCountersigned,
]);

/**
 * The parts of the file to which what is kept with leaf `index`, that of a signature, was appended: document, signature, and the
 * countersignatures before it. `undefined` where one of them is gone.
 * @throws Refusal `log/opening-missing` where nobody can read any more which those are
 */
export async function partsBefore(
  rows: Documents,
  log: Log,
  index: number,
  primitives: Digests,
): Promise<readonly Uint8Array[] | undefined> {
  const leaves = await leavesBefore(log, index, primitives);
  const parts: Uint8Array[] = [];
  for (const leaf of leaves ?? []) {
    const part = await rows.findDocument(leaf);
    if (!part) return undefined;
    parts.push(part);
  }
  return leaves && parts;
}

/** The leaves under which those parts are kept. @throws Refusal likewise */
export async function leavesBefore(
  log: Log,
  index: number,
  primitives: Digests,
): Promise<readonly number[] | undefined> {
  const leaf = await openedLeaf(log, index, primitives);
  if (leaf?.ref === undefined || leaf.kind !== LeafKind.oficioCountersigned) {
    return leaf?.ref === undefined ? undefined : [leaf.ref];
  }
  const letter = readCountersignedRecord(readRecord(leaf.record) ?? [])?.letter;
  const signedLeaf = (await log.leaf(leaf.ref))?.ref;
  const intentLeaf = signedLeaf === undefined ? undefined : (await log.leaf(signedLeaf))?.ref;
  if (letter === undefined || signedLeaf === undefined || intentLeaf === undefined) return undefined;
  const { made } = await loggedCountersignatures(log, { id: letter, signedLeaf }, primitives);
  return [intentLeaf, signedLeaf, ...made.map((one) => one.signedLeaf).filter((one) => one < index)];
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
export function loggedDocuments(rows: Documents, log: Log, primitives: Digests): Documents {
  const isAsLogged = async (index: number, bytes: Uint8Array): Promise<boolean> => {
    const leaf = await openedLeaf(log, index, primitives);
    const record = leaf && readRecord(leaf.record);
    if (leaf?.kind === LeafKind.oficioIntent) return isInputOf(record ?? [], bytes, primitives);
    if (!leaf || !DOCUMENT_KINDS.has(leaf.kind)) return false;
    const before = await partsBefore(rows, log, index, primitives);
    return before !== undefined && isSignedAs(record ?? [], before, bytes, primitives);
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
