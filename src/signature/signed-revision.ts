import { concat } from '../core/bytes.ts';
import { isRefusal } from '../core/refusal.ts';
import { failed, passed, unknown, type Check } from '../core/verdict.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { readIndirect, type IndirectObject } from '../pdf/indirect.ts';
import { gapHolds, type ByteRange } from './byte-range.ts';
import { NO_CHANGES, type Changes } from './change.ts';
import { FieldLocks } from './field-lock.ts';
import { permissionOfDocument, readForm, readSignatures, type SignatureEntry } from './fields.ts';
import { sameObject } from './graph.ts';
import { compareRevisions } from './revisions.ts';

/** A signature in the revision that it signs, and what was done to that since. */
export interface RevisionFinding {
  readonly check: Check;
  /** Absent where they were not looked for: the signature does not hold anyway, or there is too much to compare. */
  readonly changes: Changes | undefined;
  /** The signature as it stands in the part that it signs. */
  readonly as: SignatureEntry;
}

/**
 * Finds the signature in what it signed, and compares that with the file as it is. A dictionary that is not in its own
 * signed part, or whose `/Contents` is elsewhere than the gap, belongs to signature wrapping.
 */
export function judgeRevision(
  doc: PdfDocument,
  entry: SignatureEntry,
  range: ByteRange,
  coverage: 'whole' | 'revision',
): RevisionFinding {
  try {
    if (coverage === 'whole') return { check: checkContents(doc, entry, range), changes: NO_CHANGES, as: entry };
    const signed = doc.at(range.end);
    const entries = readSignatures(signed, readForm(signed));
    const same = entries.find(({ field }) => field.name === entry.field.name);
    if (!same || !sameObject(same.byteRange, entry.byteRange)) {
      const check = failed('signature/contents', 'the signature is not in the part that it signs');
      return { check, changes: undefined, as: entry };
    }
    const check = checkContents(signed, same, range);
    if (check.outcome === 'fail') return { check, changes: undefined, as: same };
    const locks = new FieldLocks(
      entries.flatMap((one) => one.locks),
      doc,
    );
    const rules = { permission: permissionOfDocument(signed, entries), locks };
    return { check, changes: compareRevisions(signed, doc, rules), as: same };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (error.code === 'pdf/too-large') {
      const check = unknown('signature/changes', `too much to compare: ${error.code}: ${error.message}`);
      return { check, changes: undefined, as: entry };
    }
    const detail = `${error.code}: ${error.message}`;
    const check = unknown('signature/contents', `the signed part cannot be read: ${detail}`);
    return { check, changes: { list: [{ kind: 'unreadable', allowed: false, detail }], further: 0 }, as: entry };
  }
}

/** How much of what follows /Contents is read at first: a lock that names the fields of a long form is longer. */
const FIRST_TAIL = 1 << 16;

/** The gap is the value of the one /Contents of this dictionary. */
function checkContents(signed: PdfDocument, entry: SignatureEntry, range: ByteRange): Check {
  const name = 'signature/contents';
  const { bytes } = signed;
  const { contents } = entry;
  if (!contents || !gapHolds(bytes, range, contents)) return failed(name, '/Contents is not what stands in the gap');
  const holder = entry.ref ?? entry.field.ref;
  const place = holder && signed.xrefEntry(holder.number);
  if (place?.kind !== 'offset') return failed(name, 'the signature dictionary is not an object of its own');
  // The object again, without its long string: what the reader forgives is not forgiven here.
  const head = bytes.subarray(place.offset, range.gapStart);
  // Copied and read again, for each field that says it holds this signature.
  signed.spend(head.length);
  const found = head.length > 0 ? readAround(signed, head, range) : undefined;
  if (!found || found.end <= head.length) return failed(name, 'the gap is outside the dictionary');
  if (found.finding) {
    return failed(name, `readers may understand the signature dictionary differently: ${found.finding}`);
  }
  return passed(name, `${contents.length} bytes reserved`);
}

/** The object whose text begins with `head` and goes on behind the gap. @throws Refusal `pdf/malformed`, `pdf/too-large` */
function readAround(signed: PdfDocument, head: Uint8Array, { gapEnd, end }: ByteRange): IndirectObject | undefined {
  for (let length = FIRST_TAIL; ; length *= 4) {
    const tail = signed.bytes.subarray(gapEnd, Math.min(end, gapEnd + length));
    try {
      return readIndirect(concat(head, EMPTY_STRING, tail), 0, () => undefined);
    } catch (error) {
      if (!isRefusal(error, 'pdf/malformed') || gapEnd + length >= end) throw error;
      // It may have been cut off: once more, with what that costs.
      signed.spend(head.length + 4 * length);
    }
  }
}

const EMPTY_STRING = Uint8Array.of(0x3c, 0x3e);
