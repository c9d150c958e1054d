import { setImmediate } from 'node:timers/promises';
import type { CborValue } from '../../core/cbor.ts';
import type { RegisterFinding } from '../../log/claim.ts';
import { readRecord } from '../../log/record.ts';
import { leafHead, LeafKind, openLeaf, type Leaf } from '../../log/leaf.ts';
import { isDishonest } from '../../log/vouch.ts';
import {
  DOCUMENT_KINDS,
  isInputOf,
  isSignedAs,
  isVersionOf,
  leavesBefore,
  loggedDocuments,
  partsBefore,
} from '../logged/documents.ts';
import { subjectOf } from '../logged/subject.ts';
import type { JudgeDeps } from './judge-rows.ts';
import { sqlOficios } from './oficios.ts';

const noun = 'document';
const PAGE = 256;

/**
 * What is wrong with the file that stands under a leaf: it is compared with what the leaf commits to, one letter in memory
 * at a time. A leaf whose opening is gone says nothing of its file, and is a finding of the log's own audit.
 */
export async function compareDocument(deps: JudgeDeps, index: number, leaf: Leaf): Promise<RegisterFinding[]> {
  const { data, primitives } = deps;
  if (!DOCUMENT_KINDS.has(leaf.kind)) return [];
  await setImmediate();
  const { findDocument } = sqlOficios(data);
  const record = await recordOf(deps, index, leaf);
  const key = record ? keyOf(record) : '';
  const bytes = await findDocument(index);
  if (!bytes) return [{ problem: 'leaf-without-row', noun, key, leaf: index }];
  if (!record) return [];
  const differs: RegisterFinding = { problem: 'row-differs', noun, key, leaf: index, field: 'bytes' };
  if (leaf.kind === LeafKind.oficioIntent) return isInputOf(record, bytes, primitives) ? [] : [differs];
  if (leaf.kind === LeafKind.oficioPublicVersion) return isVersionOf(record, bytes, primitives) ? [] : [differs];
  return (await isSignedHere(deps, index, record, bytes)) ? [] : [differs];
}

/** Where what it was appended to was exchanged or is gone, that is the finding, and not the signature over it. */
async function isSignedHere(
  { data, log, primitives }: JudgeDeps,
  index: number,
  record: readonly CborValue[],
  bytes: Uint8Array,
): Promise<boolean> {
  const rows = sqlOficios(data);
  try {
    const before = await partsBefore(rows, log, index, primitives);
    if (!before || isSignedAs(record, before, bytes, primitives)) return true;
    // Each of them by itself: one that is not as the log has it is named there.
    const { findDocument } = loggedDocuments(rows, log, primitives);
    for (const leaf of (await leavesBefore(log, index, primitives)) ?? []) await findDocument(leaf);
    return false;
  } catch (error) {
    // A log that is damaged or cannot be read any more is for its own audit to name.
    if (isDishonest(error)) return true;
    throw error;
  }
}

async function recordOf(
  { log, primitives }: JudgeDeps,
  index: number,
  leaf: Leaf,
): Promise<readonly CborValue[] | undefined> {
  const opening = await log.opening(index);
  return opening && openLeaf(leaf, opening, primitives) ? readRecord(opening.record) : undefined;
}

function keyOf(record: readonly CborValue[]): string {
  return subjectOf(record)?.key ?? '';
}

/** Files that no act of a letter brought. */
export async function* strayDocuments({ data, log }: JudgeDeps): AsyncGenerator<RegisterFinding> {
  for (let after = -1; ;) {
    const page = data.select(`SELECT idx FROM document WHERE idx > ? ORDER BY idx LIMIT ${PAGE}`, [after]);
    for (const row of page) {
      const leaf = Number(row['idx']);
      const [entry] = await log.storedEntries(leaf, leaf + 1);
      const { kind } = (entry && leafHead(entry.entry)) ?? {};
      if (kind === undefined || !DOCUMENT_KINDS.has(kind))
        yield { problem: 'row-without-leaf', noun, key: String(leaf), leaf };
      after = leaf;
    }
    if (page.length < PAGE) return;
  }
}
