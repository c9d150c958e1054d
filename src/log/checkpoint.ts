import { fromBase64, toBase64 } from '../core/base64.ts';
import type { Primitives } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import type { Signer } from '../core/signer.ts';
import type { LogCode } from './code.ts';
import { openNote, signNote, type NoteKey } from './note.ts';

/** What a log says of itself (https://c2sp.org/tlog-checkpoint). */
export interface Checkpoint {
  /** Which log: a schema-less address, which is also the name of its key. */
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  /** Further lines; we write none. */
  readonly extensions?: readonly string[];
}

function malformed(what: string): never {
  throw new Refusal<LogCode>('log/checkpoint-malformed', what);
}

/** @throws Refusal `log/checkpoint-malformed`; also for more than 2^53 entries */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n');
  if (lines.pop() !== '') malformed('no newline at the end');
  const [origin = '', size = '', encoded = '', ...extensions] = lines;
  if (lines.length < 3) malformed('fewer than three lines');
  if (lines.includes('')) malformed('an empty line');
  if (!/^(?:0|[1-9]\d*)$/.test(size) || !Number.isSafeInteger(Number(size))) malformed('not a size');
  const root = fromBase64(encoded);
  if (root?.length !== 32) return malformed('not a root hash');
  return { origin, size: Number(size), root, ...(extensions.length > 0 && { extensions }) };
}

export function formatCheckpoint({ origin, size, root, extensions = [] }: Checkpoint): string {
  if (!Number.isSafeInteger(size) || size < 0 || root.length !== 32) throw new RangeError('not a checkpoint');
  return [origin, size, toBase64(root), ...extensions].map((line) => `${line}\n`).join('');
}

/** The signed note; the log's key has the name of the log. */
export function signCheckpoint(
  checkpoint: Checkpoint,
  signer: Signer,
  hasher: Pick<Primitives, 'digest'>,
): Promise<string> {
  return signNote(formatCheckpoint(checkpoint), checkpoint.origin, signer, hasher);
}

/**
 * The checkpoint that the log with this key signed.
 * @throws Refusal `log/note-malformed`, `log/note-unsigned`, `log/note-forged`, `log/checkpoint-malformed`,
 *   `log/wrong-origin` when it speaks of another log
 */
export async function openCheckpoint(
  note: string,
  key: NoteKey,
  primitives: Pick<Primitives, 'verify'>,
): Promise<Checkpoint> {
  const { text } = await openNote(note, [key], primitives);
  const checkpoint = parseCheckpoint(text);
  if (checkpoint.origin !== key.name) {
    const facts = { found: checkpoint.origin, expected: key.name };
    throw new Refusal<LogCode>('log/wrong-origin', `a checkpoint of ${checkpoint.origin}, not ${key.name}`, facts);
  }
  return checkpoint;
}
