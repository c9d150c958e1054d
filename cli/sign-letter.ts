import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { formatTime, parseDay, startOfDay, unixSeconds } from '../src/core/time.ts';
import { Refusal } from '../src/core/refusal.ts';
import { foldText } from '../src/directory/text.ts';
import type { EntryCode } from '../src/texts/code.ts';
import type { SealedView } from '../src/http/staff/views.ts';
import { parseAmount } from '../src/oficio/amount.ts';
import { isOficioType, OFICIO_TYPES } from '../src/oficio/type.ts';
import { MAX_LETTER_BYTES } from '../src/verifier/index.ts';
import type { Client } from './client.ts';
import { UsageError } from './command.ts';
import { checkOutput, readInput, writeOutput } from './files.ts';

const API = '/api/v1/staff/oficios';

/** One letter as the command line asks for it: what is typed, not yet judged. */
export interface LetterOrder {
  readonly input: string;
  readonly output: string;
  readonly signer: string;
  readonly type: string;
  readonly amount: string;
  readonly subject: string;
  readonly folio?: string;
  readonly expires?: string;
  readonly place?: string;
  readonly idempotencyKey?: string;
}

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

/** The end of that day in Mexico City. */
function expiryOf(text: string): string {
  const day = parseDay(text);
  if (!day)
    throw new UsageError({ es: `«${text}» no es una fecha AAAA-MM-DD`, en: `"${text}" is not a date YYYY-MM-DD` });
  return formatTime(unixSeconds(startOfDay(day) + 86_400 - 1));
}

/** As people write it: `Notificación`, `Orden de visita`. */
function typeOf(text: string): string {
  const folded = foldText(text).replaceAll(' ', '-');
  if (isOficioType(folded)) return folded;
  const names = Object.keys(OFICIO_TYPES).join(', ');
  throw new UsageError({
    es: `el tipo «${text}» no es uno de: ${names}`,
    en: `the type "${text}" is none of: ${names}`,
  });
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
  const document = await readInput(order.input, MAX_LETTER_BYTES);
  await refuseSameFile(order);
  await checkOutput(order.output);
  const request = {
    signerId: order.signer,
    type: typeOf(order.type),
    amount: parseAmount(order.amount),
    subject: order.subject,
    ...(order.folio !== undefined && { folio: order.folio }),
    ...(order.expires !== undefined && { expires: expiryOf(order.expires) }),
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
