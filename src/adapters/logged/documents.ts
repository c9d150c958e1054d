import { concat, equal } from '../../core/bytes.ts';
import type { CborValue } from '../../core/cbor.ts';
import type { Primitives } from '../../core/primitives.ts';
import { isRefusal, Refusal } from '../../core/refusal.ts';
import { readRecord } from '../../log/record.ts';
import type { LogCode } from '../../log/code.ts';
import { LeafKind } from '../../log/leaf.ts';
import { openedLeaf } from '../../log/vouch.ts';
import { readCountersignedRecord } from '../../oficio/countersignature.ts';
import { readPublicVersion } from '../../oficio/public-version.ts';
import type { OficioStore } from '../../oficio/store.ts';
import { openPdf } from '../../pdf/document.ts';
import { readByteRange, readGap, signedParts, type ByteRange } from '../../signature/byte-range.ts';
import { readForm, readSignatures } from '../../signature/fields.ts';
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

/** Whether `file` is the public version to which the record of one commits. */
export function isVersionOf(
  record: readonly CborValue[],
  file: Uint8Array,
  { digest }: Pick<Primitives, 'digest'>,
): boolean {
  const version = readPublicVersion(record);
  return version !== undefined && equal(digest('SHA-256', file), version.sha256);
}

/**
 * Whether what was appended to `before`, the parts of a file, is signed as the record of a signature has it: the digest of the signed bytes, which
 * are all but one gap of hexadecimal digits. The value in the gap is for those who verify the file.
 */
export function isSignedAs(
  record: readonly CborValue[],
  before: readonly Uint8Array[],
  appended: Uint8Array,
  primitives: Primitives,
): boolean {
  const [, act, , , byteRangeDigest] = record;
  const isSignature = act === 'oficio/signed' || act === 'oficio/countersigned';
  if (!isSignature || !(byteRangeDigest instanceof Uint8Array)) return false;
  const file = concat(...before, appended);
  // Nothing but digits may be left out: other bytes there could be another range.
  return rangesBehind(file, file.length - appended.length, primitives).some(
    (range) =>
      readGap(file, range) && equal(primitives.digest('SHA-256', ...signedParts(file, range)), byteRangeDigest),
  );
}

/** The kinds of leaves under which a file is kept. */
export const DOCUMENT_KINDS: ReadonlySet<LeafKind> = new Set([
  LeafKind.oficioIntent,
  LeafKind.oficioSigned,
  LeafKind.oficioCountersigned,
  LeafKind.oficioPublicVersion,
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

/**
 * The ranges of the signatures that were written behind the first `length` bytes of a file and cover all of it: where a
 * reader finds them, through its form. The text of one may stand anywhere, also in what was there before and was written again.
 */
function rangesBehind(file: Uint8Array, length: number, primitives: Primitives): readonly ByteRange[] {
  try {
    const document = openPdf(file, primitives);
    return readSignatures(document, readForm(document)).flatMap(({ ref, byteRange }) => {
      const place = ref && document.xrefEntry(ref.number);
      if (place?.kind !== 'offset' || place.offset < length) return [];
      const range = readByteRange(byteRange, file.length);
      return typeof range !== 'string' && range.end === file.length && range.gapStart > length ? [range] : [];
    });
  } catch (error) {
    if (isRefusal(error)) return [];
    throw error;
  }
}

/**
 * `rows`, of which a file is found only as the leaf under which it stands commits to it: files are handed out, and letters
 * completed with them.
 * @throws Refusal `log/corrupt`, whose facts name the leaf
 */
export function loggedDocuments(rows: Documents, log: Log, primitives: Primitives): Documents {
  const isAsLogged = async (index: number, bytes: Uint8Array): Promise<boolean> => {
    const leaf = await openedLeaf(log, index, primitives);
    const record = leaf && readRecord(leaf.record);
    if (leaf?.kind === LeafKind.oficioIntent) return isInputOf(record ?? [], bytes, primitives);
    if (leaf?.kind === LeafKind.oficioPublicVersion) return isVersionOf(record ?? [], bytes, primitives);
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
