import { fromBase64, toBase64 } from '../core/base64.ts';
import { Refusal } from '../core/refusal.ts';
import type { LogCode } from './code.ts';
import type { EntryProof } from './entry-proof.ts';

/** A proof as one text, to keep beside a document (https://c2sp.org/tlog-proof). We write no extra data. */
const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
const MAX_PROOF = 100_000;

export function formatProof({ index, path, checkpoint }: EntryProof): string {
  return [FIRST_LINE, `index ${index}`, ...path.map(toBase64), '', checkpoint].join('\n');
}

/** Data that somebody added is skipped: nothing vouches for it. @throws Refusal `log/proof-malformed` */
export function parseProof(text: string): EntryProof {
  const refuse = (what: string): never => {
    throw new Refusal<LogCode>('log/proof-malformed', what);
  };
  if (text.length > MAX_PROOF) refuse('longer than a proof may be');
  const gap = text.indexOf('\n\n');
  if (gap < 0) refuse('no checkpoint');
  const [first, ...lines] = text.slice(0, gap).split('\n');
  if (first !== FIRST_LINE) refuse('another format or version');
  if (lines[0]?.startsWith('extra ')) {
    if (!fromBase64(lines.shift()!.slice('extra '.length))) refuse('extra data that is not base64');
  }
  const index = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? '')?.[1] ?? refuse('no index');
  if (!Number.isSafeInteger(Number(index))) refuse('an index beyond 2^53');
  if (lines.length > 64) refuse('a path longer than any tree is high');
  const path = lines.map((line) => {
    const hash = fromBase64(line);
    return hash?.length === 32 ? hash : refuse('a hash that is not one');
  });
  return { index: Number(index), path, checkpoint: text.slice(gap + 2) };
}
