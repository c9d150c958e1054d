import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Refusal } from '../src/core/refusal.ts';
import type { EntryCode } from '../src/texts/code.ts';
import type { SealedView } from '../src/http/staff/views.ts';
import { MAX_LETTER_BYTES } from '../src/verifier/index.ts';
import type { Client } from './client.ts';
import { UsageError } from './command.ts';
import { checkOutput, readInput, writeOutput } from './files.ts';
import { readOrder, type LetterOrder } from './letter-order.ts';

const API = '/api/v1/staff/oficios';

function placeOf(text: string): object {
  const match = /^(\d{1,5}):(\d{1,4}(?:\.\d{1,2})?),(\d{1,4}(?:\.\d{1,2})?)$/.exec(text);
  if (!match) {
    throw new UsageError({
      es: `--at se escribe PÁGINA:IZQUIERDA,ARRIBA en milímetros (por ejemplo 2:20,180), no «${text}»`,
      en: `--at is written PAGE:LEFT,TOP in millimetres (for example 2:20,180), not "${text}"`,
    });
  }
  return { page: Number(match[1]), left: Number(match[2]), top: Number(match[3]) };
}

/**
 * Names the order so that the same command, run again after a stop, finishes the same letter, and run again after it was
 * finished, gives the same letter back.
 */
function keyOf(order: LetterOrder, document: Uint8Array): string {
  const { output, ...rest } = order;
  const digest = createHash('sha256')
    .update(document)
    .update(JSON.stringify({ ...rest, output: resolve(output) }));
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

/** Signs one letter and writes it beside: aside first, then renamed. */
export async function signLetter(client: Client, order: LetterOrder): Promise<SignedLetter> {
  const read = readOrder(order);
  const document = await readInput(order.input, MAX_LETTER_BYTES);
  await refuseSameFile(order);
  await checkOutput(order.output);
  const request = {
    signerId: order.signer,
    ...read,
    subject: order.subject,
    ...(order.folio !== undefined && { folio: order.folio }),
    ...(order.place !== undefined && { place: placeOf(order.place) }),
    idempotencyKey: order.idempotencyKey ?? keyOf(order, document),
  };
  const form = new FormData();
  form.set('request', JSON.stringify(request));
  form.set('document', new File([new Uint8Array(document)], 'documento.pdf', { type: 'application/pdf' }));
  const oficio = await client.postForm<SealedView>(API, form);
  await writeOutput(order.output, await client.getBytes(`${API}/${oficio.id}/document`));
  return { oficio, path: resolve(order.output) };
}
