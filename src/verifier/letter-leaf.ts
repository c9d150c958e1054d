import { fromHex } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal } from '../core/refusal.ts';
import { decodeLeaf, LeafKind, openLeaf, type Leaf, type Opening } from '../log/leaf.ts';
import { parseNoteKey } from '../log/note.ts';
import { provesEntry } from '../log/entry-proof.ts';
import { encodeSignedRecord, type SignedRecord } from '../oficio/signed-record.ts';
import type { Inquiry } from './inquiry.ts';
import type { Knowledge, RegisteredLetter, Register } from './knowledge.ts';

/** What the log shows of a letter's signature. */
export type LeafFinding = 'shown' | 'not-shown' | 'not-published';

function readLeaf(entry: Uint8Array): Leaf | undefined {
  try {
    return decodeLeaf(entry);
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

/**
 * Whether the log holds the leaf of this letter's signature: the outcome, never the intent. `shown` is what the leaf must commit to:
 * where there is a file, recomputed from it.
 */
export function findSignedLeaf(
  inquiry: Inquiry,
  knowledge: Knowledge & { readonly register: Register },
  index: number,
  shown: { readonly salt: Uint8Array; readonly record: SignedRecord },
  primitives: Primitives,
): Promise<LeafFinding> {
  const expected: ExpectedLeaf = {
    kind: LeafKind.oficioSigned,
    record: encodeSignedRecord(shown.record),
    salt: shown.salt,
    check: 'log/signed-leaf',
    good: 'the leaf commits to this letter, its signed bytes and its signer',
    bad: 'the leaf is not of this letter as it was signed',
  };
  return findLeaf(inquiry, knowledge, index, expected, primitives);
}

/** What a leaf has to be, and how that is called. */
export interface ExpectedLeaf extends Pick<Opening, 'record' | 'salt'> {
  readonly kind: LeafKind;
  readonly check: string;
  readonly good: string;
  readonly bad: string;
}

/** Whether the log, under a checkpoint of the key that the charter names, holds at `index` the leaf that is expected. */
export async function findLeaf(
  inquiry: Inquiry,
  knowledge: Knowledge & { readonly register: Register },
  index: number,
  { kind, record, salt, check, good, bad }: ExpectedLeaf,
  primitives: Primitives,
): Promise<LeafFinding> {
  const found = await knowledge.register.leaf(index);
  if (!found) {
    inquiry.unknown('log/inclusion', `no checkpoint covers leaf ${index} yet`);
    return 'not-published';
  }
  const key = parseNoteKey(knowledge.trust.charter.logKey, primitives);
  const included = found.proof.index === index && (await provesEntry(found.proof, found.entry, key, primitives));
  if (!inquiry.holds('log/inclusion', included, `leaf ${index} is in the log`, 'the log does not show this leaf')) {
    return 'not-shown';
  }
  const leaf = readLeaf(found.entry);
  const commits = leaf?.kind === kind && openLeaf(leaf, { record, salt }, primitives);
  return inquiry.holds(check, commits, good, bad) ? 'shown' : 'not-shown';
}

/** The record as the register alone tells it, for answers without the file. */
export function recordOfRegister(
  letter: RegisteredLetter,
  signed: NonNullable<RegisteredLetter['signed']>,
): SignedRecord {
  return {
    id: fromHex(letter.id)!,
    inputDigest: letter.inputDigest,
    byteRangeDigest: signed.byteRangeDigest,
    certificateDigest: signed.certificateDigest,
  };
}
