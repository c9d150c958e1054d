import { setImmediate } from 'node:timers/promises';
import type { CborValue } from '../../core/cbor.ts';
import { toHex } from '../../core/bytes.ts';
import { readRecord, type RegisterFinding } from '../../log/claim.ts';
import { leafHead, LeafKind, openLeaf, type Leaf } from '../../log/leaf.ts';
import { decodeClaims } from '../../seal/seal.ts';
import { isInputOf, isSignedAs } from '../logged/documents.ts';
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
  if (leaf.kind !== LeafKind.oficioIntent && leaf.kind !== LeafKind.oficioSigned) return [];
  await setImmediate();
  const { findDocument } = sqlOficios(data);
  const record = await recordOf(deps, index, leaf);
  const key = record ? keyOf(record) : '';
  const bytes = await findDocument(index);
  if (!bytes) return [{ problem: 'leaf-without-row', noun, key, leaf: index }];
  if (!record) return [];
  const differs: RegisterFinding = { problem: 'row-differs', noun, key, leaf: index, field: 'bytes' };
  if (leaf.kind === LeafKind.oficioIntent) return isInputOf(record, bytes, primitives) ? [] : [differs];
  const input = leaf.ref === undefined ? undefined : await findDocument(leaf.ref);
  return !input || isSignedAs(record, input, bytes, primitives) || !(await isInputWhole(deps, leaf.ref!, input))
    ? []
    : [differs];
}

/** Where the input was exchanged, that is the finding, and not the signature over it. */
async function isInputWhole({ log, primitives }: JudgeDeps, index: number, input: Uint8Array): Promise<boolean> {
  const record = readRecord((await log.opening(index))?.record ?? new Uint8Array());
  return record !== undefined && isInputOf(record, input, primitives);
}

async function recordOf(
  { log, primitives }: JudgeDeps,
  index: number,
  leaf: Leaf,
): Promise<readonly CborValue[] | undefined> {
  const opening = await log.opening(index);
  return opening && openLeaf(leaf, opening, primitives) ? readRecord(opening.record) : undefined;
}

function keyOf([, act, what]: readonly CborValue[]): string {
  if (!(what instanceof Uint8Array)) return '';
  return toHex(act === 'oficio/intent' ? decodeClaims(what).id : what);
}

/** Files that no act of a letter brought. */
export async function* strayDocuments({ data, log }: JudgeDeps): AsyncGenerator<RegisterFinding> {
  for (let after = -1; ;) {
    const page = data.select(`SELECT idx FROM document WHERE idx > ? ORDER BY idx LIMIT ${PAGE}`, [after]);
    for (const row of page) {
      const leaf = Number(row['idx']);
      const [entry] = await log.storedEntries(leaf, leaf + 1);
      const { kind } = (entry && leafHead(entry.entry)) ?? {};
      const isOfLetter = kind === LeafKind.oficioIntent || kind === LeafKind.oficioSigned;
      if (!isOfLetter) yield { problem: 'row-without-leaf', noun, key: String(leaf), leaf };
      after = leaf;
    }
    if (page.length < PAGE) return;
  }
}
