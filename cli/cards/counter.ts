import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { checkSuccessor, type SeenTrust } from '../../src/authority/trust-list.ts';
import {
  bundleAge,
  MAX_BUNDLE_BYTES,
  openCardBundle,
  type CardBundleCode,
  type OpenedBundle,
} from '../../src/card/bundle.ts';
import { fromBase64, toBase64 } from '../../src/core/base64.ts';
import { fromUtf8, utf8 } from '../../src/core/bytes.ts';
import { Refusal } from '../../src/core/refusal.ts';
import { formatTime, isTime, type Clock, type UnixSeconds } from '../../src/core/time.ts';
import { UsageError } from '../command.ts';
import { exists, readInput, writeOutput } from '../files.ts';
import { readCertificateFile } from './makers.ts';

/** What a counter without network remembers, so that nobody brings it another root or an older list. */
interface CounterNotes {
  /** SubjectPublicKeyInfo. */
  readonly root: Uint8Array;
  readonly trust: SeenTrust;
  readonly madeAt: UnixSeconds;
}

/** Beside the data folder, as an installation is made in an empty one. */
const ENDING = '.counter.json';
const MAX_NOTES_BYTES = 20_000;

export interface CounterFiles {
  readonly bundle: string;
  /** Certificate of the root, DER or PEM: the first time, and never needed again. */
  readonly root?: string | undefined;
  /** The notes are kept beside it. */
  readonly dataFolder: string;
  readonly clock: Clock;
}

/**
 * The list that this counter goes by, believed, and noted: but for one of a time that has not come here, by which no card is
 * accepted, and which would have every list refused that is made until then.
 * @throws UsageError where no root is known yet; Refusal `card/root-differs`, `card/bundle-older`, `authority/trust-list-regress`,
 *   `authority/trust-list-fork`, `card/counter-notes-damaged`, and as `openCardBundle` and files are read
 */
export async function openForCounter({ bundle: path, root, dataFolder, clock }: CounterFiles): Promise<OpenedBundle> {
  const noted = `${dataFolder}${ENDING}`;
  const notes = await readNotes(noted);
  const given = root === undefined ? undefined : (await readCertificateFile(root)).key.spki;
  if (given && notes && toBase64(given) !== toBase64(notes.root)) {
    throw new Refusal<CardBundleCode>('card/root-differs', 'another root than the one noted', { path: noted });
  }
  const known = notes?.root ?? given;
  if (!known) throw new UsageError(NO_ROOT);
  const opened = await openCardBundle(await readInput(path, MAX_BUNDLE_BYTES), known, nodePrimitives);
  if (notes) refuseOlder(notes, opened);
  if (bundleAge(opened, clock()) === 'future') return opened;
  await mkdir(dirname(noted), { recursive: true });
  await writeOutput(noted, encodeNotes(known, opened));
  return opened;
}

function refuseOlder({ trust, madeAt }: CounterNotes, opened: OpenedBundle): void {
  if (opened.madeAt < madeAt) {
    const facts = { found: formatTime(opened.madeAt), seen: formatTime(madeAt) };
    throw new Refusal<CardBundleCode>('card/bundle-older', 'older than one seen before', facts);
  }
  checkSuccessor(trust, opened.trust);
}

const NO_ROOT = {
  es: 'esta ventanilla todavía no conoce la raíz: la primera vez indique --root con el certificado raíz de la institución (su página lo da en /ca/raiz.cer)',
  en: 'this counter does not know the root yet: the first time give --root with the root certificate of the institution (its page has it at /ca/raiz.cer)',
};

function encodeNotes(root: Uint8Array, { trust, madeAt }: OpenedBundle): Uint8Array {
  const { charter, list, charterDigest, listDigest } = trust;
  const notes = {
    ...{ version: 1, root: toBase64(root), madeAt },
    charter: { number: charter.number, digest: toBase64(charterDigest) },
    list: { number: list.number, digest: toBase64(listDigest) },
  };
  return utf8(`${JSON.stringify(notes)}\n`);
}

/** @throws Refusal `card/counter-notes-damaged`: what is not understood is never taken for nothing */
async function readNotes(path: string): Promise<CounterNotes | undefined> {
  if (!(await exists(path))) return undefined;
  const text = fromUtf8(await readInput(path, MAX_NOTES_BYTES));
  const notes = text === undefined ? undefined : notesIn(text);
  if (notes) return notes;
  throw new Refusal<CardBundleCode>('card/counter-notes-damaged', 'not the notes of a counter', { path });
}

function notesIn(text: string): CounterNotes | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const notes = recordOf(value);
  const root = bytesOf(notes?.['root']);
  const [charter, list] = [sequelOf(notes?.['charter']), sequelOf(notes?.['list'])];
  const madeAt = notes?.['madeAt'];
  if (notes?.['version'] !== 1 || !root || !charter || !list || typeof madeAt !== 'number' || !isTime(madeAt)) {
    return undefined;
  }
  const trust: SeenTrust = { charter, list, charterDigest: charter.digest, listDigest: list.digest };
  return { root, trust, madeAt };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
}

function bytesOf(value: unknown): Uint8Array | undefined {
  return typeof value === 'string' ? fromBase64(value) : undefined;
}

function sequelOf(value: unknown): { readonly number: number; readonly digest: Uint8Array } | undefined {
  const fields = recordOf(value);
  const [number, digest] = [fields?.['number'], bytesOf(fields?.['digest'])];
  return typeof number === 'number' && digest?.length === 32 ? { number, digest } : undefined;
}
