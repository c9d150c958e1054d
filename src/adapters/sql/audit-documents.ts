import { setImmediate } from 'node:timers/promises';
import { toHex } from '../../core/bytes.ts';
import { readRecord, type RegisterFinding } from '../../log/claim.ts';
import { LeafKind } from '../../log/leaf.ts';
import { openedLeaf, type OpenedLeaf } from '../../log/vouch.ts';
import { decodeClaims } from '../../seal/seal.ts';
import { isInputOf, isSignedAs } from '../logged-documents.ts';
import type { JudgeDeps } from './judge-rows.ts';
import { sqlOficios } from './oficios.ts';

const noun = 'document';
const PAGE = 256;

/**
 * What is wrong with the stored files of letters: each is compared with the leaf under which it stands, one letter in memory
 * at a time. A leaf whose opening is gone says nothing of its file, and is a finding of the log's own audit.
 */
export async function* compareDocuments(deps: JudgeDeps): AsyncGenerator<RegisterFinding> {
  const { log, primitives } = deps;
  for (const intent of await log.ofKinds([LeafKind.oficioIntent])) {
    await setImmediate();
    const opened = await openedLeaf(log, intent, primitives);
    const signed = (await log.referring(intent)).filter(({ kind }) => kind === LeafKind.oficioSigned);
    yield* compareLetter(
      deps,
      intent,
      opened,
      signed.map(({ index }) => index),
    );
  }
  yield* strayDocuments(deps);
}

async function* compareLetter(
  { data, log, primitives }: JudgeDeps,
  intent: number,
  opened: OpenedLeaf | undefined,
  signed: readonly number[],
): AsyncGenerator<RegisterFinding> {
  const { findDocument } = sqlOficios(data);
  const record = opened && readRecord(opened.record);
  const key = record?.[2] instanceof Uint8Array ? toHex(decodeClaims(record[2]).id) : '';
  const input = await findDocument(intent);
  if (!input) yield { problem: 'leaf-without-row', noun, key, leaf: intent };
  else if (record && !isInputOf(record, input, primitives)) {
    yield { problem: 'row-differs', noun, key, leaf: intent, field: 'bytes' };
  }
  for (const leaf of signed) {
    const appended = await findDocument(leaf);
    const outcome = await openedLeaf(log, leaf, primitives);
    if (!appended) yield { problem: 'leaf-without-row', noun, key, leaf };
    else if (outcome && input && !isSignedAs(readRecord(outcome.record) ?? [], input, appended, primitives)) {
      yield { problem: 'row-differs', noun, key, leaf, field: 'bytes' };
    }
  }
}

/** Files that no act of a letter brought. */
async function* strayDocuments({ data, log }: JudgeDeps): AsyncGenerator<RegisterFinding> {
  for (let after = -1; ;) {
    const page = data.select(`SELECT idx FROM document WHERE idx > ? ORDER BY idx LIMIT ${PAGE}`, [after]);
    for (const row of page) {
      const leaf = Number(row['idx']);
      const { kind } = (await log.leaf(leaf)) ?? {};
      const isOfLetter = kind === LeafKind.oficioIntent || kind === LeafKind.oficioSigned;
      if (!isOfLetter) yield { problem: 'row-without-leaf', noun, key: String(leaf), leaf };
      after = leaf;
    }
    if (page.length < PAGE) return;
  }
}
