import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { nodePrimitives as primitives } from '../src/adapters/primitives.ts';
import { equal, toHex } from '../src/core/bytes.ts';
import { isRefusal, Outage, Refusal } from '../src/core/refusal.ts';
import { parseOfficialId } from '../src/directory/official.ts';
import type { CountersignedView } from '../src/http/staff/countersignatures.ts';
import type { OficioView } from '../src/http/staff/views.ts';
import type { OficioCode } from '../src/oficio/oficio.ts';
import { deliveredDiffers } from '../src/oficio/check-signed.ts';
import { openPdf } from '../src/pdf/document.ts';
import { sealOrigin } from '../src/seal/address.ts';
import { sealInSignature } from '../src/seal/in-signature.ts';
import { readForm, readSignatures } from '../src/signature/fields.ts';
import type { EntryCode } from '../src/texts/code.ts';
import { MAX_FILE_BYTES } from '../src/verifier/index.ts';
import type { Client } from './client.ts';
import { checkOutput, exists, readInput, writeOutput } from './files.ts';
import { LETTERS_API } from './sign-letter.ts';

/** A letter that somebody wants countersigned. */
export interface CountersignOrder {
  /** A file of it, its folio, or its code. */
  readonly target: string;
  readonly output: string;
  /** Empty where the card says it. */
  readonly signer: string;
  readonly overwrite: boolean;
}

/** A letter that was found, before anything is signed. */
export interface OpenedTarget {
  readonly letter: OficioView;
  /** What names it: the id that the file carries, or what was typed. */
  readonly name: string;
  /** The file that was given; absent where the letter was named. */
  readonly file?: Uint8Array;
  readonly installation: Installation;
}

interface Installation {
  readonly dev: boolean;
  readonly origin: string;
}

/** Meant as a file even when none has this name. */
const FILE_NAME = /\.pdf$/i;

/** @throws Refusal of the file, `oficio/no-letter-in-file`; ApiProblem `oficio/not-found` and the like */
export async function openTarget(client: Client, { target, output }: CountersignOrder): Promise<OpenedTarget> {
  const installation = await client.get<Installation>('/api/v1/staff/installation');
  const isFile = (await exists(target)) || FILE_NAME.test(target);
  const file = isFile ? await readInput(target, MAX_FILE_BYTES) : undefined;
  if (file) await refuseSameFile(target, output);
  await checkOutput(output);
  const name = file ? letterIn(file, installation) : target;
  const [letter] = await client.get<OficioView[]>(`${LETTERS_API}?name=${encodeURIComponent(name)}`);
  return { letter: letter!, name, installation, ...(file && { file }) };
}

/** The file that was given is what somebody may still need as it is. */
async function refuseSameFile(input: string, output: string): Promise<void> {
  const [from, to] = await Promise.all([input, output].map((path) => realpath(path).catch(() => resolve(path))));
  if (from !== to) return;
  throw new Refusal<EntryCode>('file/same-as-input', 'the signed file would replace the original', { path: output });
}

/** The id of the last letter of ours in a file. @throws Refusal `oficio/no-letter-in-file` */
function letterIn(file: Uint8Array, { origin, dev }: Installation): string {
  try {
    const document = openPdf(file, primitives);
    const places = { origins: [sealOrigin(origin, { allowHttp: dev })] };
    const seals = readSignatures(document, readForm(document)).flatMap(
      ({ dict }) => sealInSignature(dict, places) ?? [],
    );
    // Of several the one that was sealed last vouches for all of the file.
    const last = seals.toSorted((a, b) => a.claims.length - b.claims.length).at(-1);
    if (last) return toHex(last.claims.id);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  throw new Refusal<OficioCode>('oficio/no-letter-in-file', 'no signature with a seal of ours');
}

/** SHA-256 of the file that was given, as the service takes it. */
export function digestOf({ file }: OpenedTarget): { readonly fileDigest?: string } {
  return file ? { fileDigest: createHash('sha256').update(file).digest('hex') } : {};
}

/** The version of a letter with so many countersignatures. */
export function versionOf(client: Client, id: string, countersignatures: number): Promise<Uint8Array> {
  return client.getBytes(`${LETTERS_API}/${id}/document?version=${countersignatures}`);
}

/**
 * Only what this order wrote itself is written over without a word.
 * @throws Refusal `file/would-replace`
 */
export async function refuseOtherFile(
  client: Client,
  { letter }: OpenedTarget,
  { output: path, overwrite, signer }: CountersignOrder,
): Promise<void> {
  if (overwrite || !(await exists(path))) return;
  const theirs = letter.countersigners?.findLast(({ officialId }) => officialId === parseOfficialId(signer));
  if (theirs && equal(await readInput(path), await versionOf(client, letter.id, theirs.ordinal))) return;
  throw new Refusal<EntryCode>('file/would-replace', 'another file has the name of the output', { path, act: 'sign' });
}

export interface CountersignedLetter {
  readonly oficio: CountersignedView;
  /** Absolute path of the file. */
  readonly path: string;
}

/**
 * Writes the version that they countersigned where it was ordered.
 * @param check what the file has to stand before anything is written
 */
export async function deliverCountersigned(
  client: Client,
  oficio: CountersignedView,
  { file }: OpenedTarget,
  { output }: CountersignOrder,
  check?: (signed: Uint8Array) => Promise<void>,
): Promise<CountersignedLetter> {
  const signed = await versionOf(client, oficio.id, oficio.countersignature.ordinal);
  const isOfFile = !file || isVersionOf(signed, file);
  if (!isOfFile) deliveredDiffers('another document');
  await check?.(signed);
  await writeOutput(resolve(output), signed).catch((error: unknown) => {
    // It is countersigned by now, whatever becomes of its file.
    if (!(error instanceof Outage)) throw error;
    throw new Outage(error.code, error.message, { ...error.facts, folio: oficio.folio }, { cause: error });
  });
  return { oficio, path: resolve(output) };
}

/** Of two versions of a letter the shorter one is the beginning of the longer one. */
function isVersionOf(one: Uint8Array, other: Uint8Array): boolean {
  const length = Math.min(one.length, other.length);
  return equal(one.subarray(0, length), other.subarray(0, length));
}

/** Countersigns with a key that is kept here. */
export async function countersignLetter(client: Client, order: CountersignOrder): Promise<CountersignedLetter> {
  const opened = await openTarget(client, order);
  await refuseOtherFile(client, opened, order);
  const path = `${LETTERS_API}/${opened.letter.id}/countersignatures`;
  const oficio = await client.post<CountersignedView>(path, { signerId: order.signer, ...digestOf(opened) });
  return deliverCountersigned(client, oficio, opened, order);
}
