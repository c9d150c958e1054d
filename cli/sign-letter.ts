import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { equal } from '../src/core/bytes.ts';
import { Outage, Refusal } from '../src/core/refusal.ts';
import type { EntryCode } from '../src/texts/code.ts';
import type { OficioView, SealedView } from '../src/http/staff/views.ts';
import { MAX_LETTER_BYTES } from '../src/verifier/index.ts';
import type { Client } from './client.ts';
import { checkOutput, exists, readInput, writeOutput } from './files.ts';
import { readOrder, type LetterOrder, type ReadOrder } from './letter-order.ts';

const API = '/api/v1/staff/oficios';

/** The one path of a file that may not be there yet, whatever the folder was called. */
async function fullPath(path: string): Promise<string> {
  const folder = dirname(resolve(path));
  return join(await realpath(folder).catch(() => folder), basename(path));
}

/**
 * Names the order so that the same command, run again after a stop, finishes the same letter, and run again after it was
 * finished, gives the same letter back: by what it asks for, never by how or from where that was typed.
 */
function keyOf(order: ReadOrder, document: Uint8Array, output: string): string {
  const digest = createHash('sha256')
    .update(document)
    .update(JSON.stringify({ ...order, output }));
  return `cli/${digest.digest('hex')}`;
}

export interface SignedLetter {
  readonly oficio: SealedView;
  /** Absolute path of the signed file. */
  readonly path: string;
}

/** The document before sealing is what somebody may want to sign again: it is never overwritten. */
async function refuseSameFile({ input, output }: LetterOrder): Promise<void> {
  const [from, to] = await Promise.all([input, output].map((path) => realpath(path).catch(() => resolve(path))));
  if (from !== to) return;
  throw new Refusal<EntryCode>('file/same-as-input', 'the signed file would replace the original', { path: output });
}

/** Only what this order wrote itself is written over without a word: another file may be the only copy of a letter. */
async function refuseOtherFile(client: Client, path: string, idempotencyKey: string): Promise<void> {
  if (!(await exists(path))) return;
  const query = `?idempotencyKey=${encodeURIComponent(idempotencyKey)}`;
  const [made] = await client.get<OficioView[]>(`${API}${query}`);
  if (made?.leaves.signed !== undefined) {
    const ours = await client.getBytes(`${API}/${made.id}/document`);
    if (equal(await readInput(path), ours)) return;
  }
  throw new Refusal<EntryCode>('file/would-replace', 'another file has the name of the output', { path });
}

/** The letter is signed by now, whatever becomes of its file: whoever is told of the file is told that as well. */
function withFolio(error: unknown, folio: string): unknown {
  if (!(error instanceof Outage)) return error;
  return new Outage(error.code, error.message, { ...error.facts, folio }, { cause: error });
}

/** Signs one letter and writes it beside: aside first, then renamed. */
export async function signLetter(client: Client, order: LetterOrder): Promise<SignedLetter> {
  const read = readOrder(order);
  const document = await readInput(order.input, MAX_LETTER_BYTES);
  await refuseSameFile(order);
  await checkOutput(order.output);
  const path = await fullPath(order.output);
  const idempotencyKey = order.idempotencyKey ?? keyOf(read, document, path);
  if (!order.overwrite) await refuseOtherFile(client, path, idempotencyKey);
  const form = new FormData();
  form.set('request', JSON.stringify({ ...read, idempotencyKey }));
  form.set('document', new File([new Uint8Array(document)], 'documento.pdf', { type: 'application/pdf' }));
  const oficio = await client.postForm<SealedView>(API, form);
  const signed = await client.getBytes(`${API}/${oficio.id}/document`);
  await writeOutput(path, signed).catch((error: unknown) => {
    throw withFolio(error, oficio.folio);
  });
  return { oficio, path: resolve(order.output) };
}
