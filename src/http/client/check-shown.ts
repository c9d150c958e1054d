import { batchOf } from '../../access/batch.ts';
import { challengeOf, type Statement } from '../../access/statement.ts';
import { fromBase64Url } from '../../core/base64.ts';
import { equal, toHex } from '../../core/bytes.ts';
import type { CborValue } from '../../core/cbor.ts';
import type { Primitives } from '../../core/primitives.ts';
import { isTime } from '../../core/time.ts';
import { readRecord } from '../../log/record.ts';
import { readGap, signedParts } from '../../signature/byte-range.ts';
import type { PendingView, ShownApproval } from '../staff/approval-views.ts';

type Hasher = Pick<Primitives, 'digest'>;

/** What the page was shown is not what the passkey would sign: a service that lies, or a fault of ours. */
export class Differs extends Error {
  readonly what: 'statement' | 'records' | 'challenge' | 'letter';

  constructor(what: Differs['what']) {
    super(`another ${what} than is shown`);
    this.what = what;
  }
}

/** What a passkey signs, made here of the records themselves. */
export interface CheckedActs {
  readonly action: string;
  readonly challenge: Uint8Array<ArrayBuffer>;
  readonly records: readonly (readonly CborValue[])[];
}

function bytesOf(text: string): Uint8Array {
  const bytes = fromBase64Url(text);
  if (!bytes) throw new Differs('statement');
  return bytes;
}

function statementOf({ action, count, target, key, at, size, root }: PendingView['statement']): Statement {
  if (!isTime(at)) throw new Differs('statement');
  return { action, count, size, at, target: bytesOf(target), key: bytesOf(key), root: bytesOf(root) };
}

/** What is asked to be signed, and that it is these records. @throws Differs */
export async function checkActs(
  shown: Pick<ShownApproval, 'statement' | 'records' | 'challenge'>,
  primitives: Hasher,
): Promise<CheckedActs> {
  const statement = statementOf(shown.statement);
  const encoded = shown.records.map(bytesOf);
  const records = encoded.map((one) => readRecord(one) ?? []);
  const { count, target } = await batchOf(encoded, primitives);
  if (count !== statement.count || !equal(target, statement.target)) throw new Differs('records');
  if (records.some(([, action]) => action !== statement.action)) throw new Differs('statement');
  const challenge = challengeOf(statement, primitives);
  if (!equal(challenge, bytesOf(shown.challenge))) throw new Differs('challenge');
  return { action: statement.action, challenge: new Uint8Array(challenge), records };
}

const BYTE_RANGE = /\/ByteRange\s*\[\s*0\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]/g;

/** Where the records by which somebody signs a letter have its id; in both the digest of the signed bytes is the fifth item. */
const LETTER_AT: Readonly<Record<string, number>> = { 'oficio/signed': 2, 'oficio/countersigned': 3 };

/** Whether somebody signs a letter by an act, whose file has to be seen. */
export function signsLetter([, action]: readonly CborValue[]): boolean {
  return typeof action === 'string' && Object.hasOwn(LETTER_AT, action);
}

/** That the file of each letter that is signed is shown. @throws Differs */
export function expectLetters({ records }: CheckedActs, { letters = [] }: Pick<ShownApproval, 'letters'>): void {
  if (records.some(signsLetter) && letters.length !== records.length) throw new Differs('letter');
}

/**
 * Whether `file` is the letter of a record by which it is signed: all of its bytes but a gap that holds zeros alone have the digest in the
 * record. Which of the ranges in the file that is, says the digest.
 * @throws Differs
 */
export function checkLetter(record: readonly CborValue[], id: string, file: Uint8Array, { digest }: Hasher): void {
  const letter = signsLetter(record) ? record[LETTER_AT[record[1] as string]!] : undefined;
  const byteRangeDigest = record[4];
  const isOfLetter = letter instanceof Uint8Array && toHex(letter) === id;
  if (!isOfLetter || !(byteRangeDigest instanceof Uint8Array)) throw new Differs('letter');
  const text = new TextDecoder('latin1').decode(file);
  for (const [, start, end, rest] of text.matchAll(BYTE_RANGE)) {
    const range = { gapStart: Number(start), gapEnd: Number(end), end: Number(end) + Number(rest) };
    if (range.end !== file.length || range.gapStart >= range.gapEnd) continue;
    if (readGap(file, range)?.some((byte) => byte !== 0) !== false) continue;
    if (equal(digest('SHA-256', ...signedParts(file, range)), byteRangeDigest)) return;
  }
  throw new Differs('letter');
}
