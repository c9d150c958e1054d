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

/** Where the staff API has letters. */
export const LETTERS_API = '/api/v1/staff/oficios';

/** The one path of a file that may not be there yet, whatever the folder was called. */
async function fullPath(path: string): Promise<string> {
  const folder = dirname(resolve(path));
  return join(await realpath(folder).catch(() => folder), basename(path));
}

/**
 * Names the order so that the same command, run again after a stop, finishes the same letter, and run again after it was
 * finished, gives the same letter back: by what it asks for, never by how or from where that was typed.
 */
function keyOf(order: ReadOrder, document: Uint8Array, output: string, how: 'held' | 'card'): string {
  const digest = createHash('sha256')
    .update(document)
    .update(JSON.stringify({ ...order, output, ...(how === 'card' && { card: true }) }));
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
  const [made] = await client.get<OficioView[]>(`${LETTERS_API}${query}`);
  if (made?.leaves.signed !== undefined) {
    const ours = await client.getBytes(`${LETTERS_API}/${made.id}/document?version=0`);
    if (equal(await readInput(path), ours)) return;
  }
  throw new Refusal<EntryCode>('file/would-replace', 'another file has the name of the output', { path, act: 'sign' });
}

/** The letter is signed by now, whatever becomes of its file: whoever is told of the file is told that as well. */
function withFolio(error: unknown, folio: string): unknown {
  if (!(error instanceof Outage)) return error;
  return new Outage(error.code, error.message, { ...error.facts, folio }, { cause: error });
}

/** An order that was read, with its document, before anything is asked of the service. */
export interface OpenedOrder {
  readonly read: ReadOrder;
  readonly document: Uint8Array;
  readonly idempotencyKey: string;
}

/**
 * Reads an order and its file, and sees that the output may be written: before a folio is taken.
 * @param how `card` where it is to be signed by one: another letter than one that a key kept here signs
 */
export async function openOrder(
  client: Client,
  order: LetterOrder,
  how: 'held' | 'card' = 'held',
): Promise<OpenedOrder> {
  const read = readOrder(order);
  const document = await readInput(order.input, MAX_LETTER_BYTES);
  await refuseSameFile(order);
  await checkOutput(order.output);
  const path = await fullPath(order.output);
  const idempotencyKey = order.idempotencyKey ?? keyOf(read, document, path, how);
  if (!order.overwrite) await refuseOtherFile(client, path, idempotencyKey);
  return { read, document, idempotencyKey };
}

/** What the service takes: the order and the document. `more` stands beside what was read. */
export function formOf(
  { read, document, idempotencyKey }: OpenedOrder,
  more: { readonly serial?: string } = {},
): FormData {
  const form = new FormData();
  form.set('request', JSON.stringify({ ...read, ...more, idempotencyKey }));
  form.set('document', new File([new Uint8Array(document)], 'documento.pdf', { type: 'application/pdf' }));
  return form;
}

/**
 * Writes a signed letter where it was ordered: aside first, then renamed.
 * @param check what the file has to stand before anything is written
 */
export async function deliver(
  client: Client,
  oficio: SealedView,
  { output }: LetterOrder,
  check?: (signed: Uint8Array) => Promise<void>,
): Promise<SignedLetter> {
  // As it was signed, whoever countersigned it since.
  const signed = await client.getBytes(`${LETTERS_API}/${oficio.id}/document?version=0`);
  await check?.(signed);
  await writeOutput(await fullPath(output), signed).catch((error: unknown) => {
    throw withFolio(error, oficio.folio);
  });
  return { oficio, path: resolve(output) };
}

/** Signs one letter with a key that is kept here, and writes it. */
export async function signLetter(client: Client, order: LetterOrder): Promise<SignedLetter> {
  const opened = await openOrder(client, order);
  return deliver(client, await client.postForm<SealedView>(LETTERS_API, formOf(opened)), order);
}
