import { constants } from 'node:fs';
import { access, open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemRandom } from '../src/adapters/system.ts';
import { equal, toHex } from '../src/core/bytes.ts';
import { Outage, Refusal } from '../src/core/refusal.ts';
import { MAX_FILE_BYTES } from '../src/verifier/index.ts';
import type { EntryCode } from '../src/texts/code.ts';

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

/** @throws Refusal `file/not-found`, `file/not-a-file`, `file/too-large`, `file/unreadable` */
export async function readInput(path: string, most: number = MAX_FILE_BYTES): Promise<Uint8Array> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new Refusal<EntryCode>('file/not-a-file', 'not a file', { path });
    if (found.size > most) throw new Refusal<EntryCode>('file/too-large', `${found.size} bytes`, { path, most });
    return new Uint8Array(await readFile(path));
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const code = codeOf(error);
    throw new Refusal<EntryCode>(code === 'ENOENT' ? 'file/not-found' : 'file/unreadable', code, {
      path,
      reason: code,
    });
  }
}

/** A device, a pipe or a folder is never replaced; a link to a file is. */
async function refuseNoFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found && !found.isFile()) throw new Refusal<EntryCode>('file/not-a-file', 'not a file', { path });
}

/** Whether something has this name already. */
export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/**
 * Before an act that cannot be taken back: whether what it makes can be put where it is wanted.
 * @throws Refusal `file/not-a-file`; Outage `file/unwritable`
 */
export async function checkOutput(path: string): Promise<void> {
  await refuseNoFile(path);
  await stat(path).catch((error: unknown) => {
    const reason = codeOf(error);
    // Any other answer than that nothing is there yet: a name that is too long, a folder that nobody may look into.
    if (reason !== 'ENOENT') throw new Outage<EntryCode>('file/unwritable', reason, { path, reason }, { cause: error });
  });
  await checkFolder(dirname(path), path);
}

/**
 * Where a file with this name may be the only copy of something else: only the same bytes are written over without a word.
 * @throws Refusal `file/would-replace` with the `folio` of the letter that should go there, `file/not-a-file`, `file/unreadable`
 */
export async function refuseOtherBytes(path: string, bytes: Uint8Array, folio: string): Promise<void> {
  if (!(await exists(path))) return;
  await refuseNoFile(path);
  if ((await stat(path)).size === bytes.length && equal(await readInput(path), bytes)) return;
  throw new Refusal<EntryCode>('file/would-replace', 'another file has the name of the output', { path, folio });
}

/**
 * Before an act: whatever has the name of the output is not its own.
 * @param option in which another name can be given
 * @throws Refusal `file/would-replace`
 */
export async function refuseExisting(path: string, option: '-o' | '--root-out' | '--report' = '-o'): Promise<void> {
  if (!(await exists(path))) return;
  throw new Refusal<EntryCode>('file/would-replace', 'the output is there already', { path, option });
}

/** The same of a folder for many files; `path` is what is named as not writable. @throws Outage `file/unwritable` */
export async function checkFolder(folder: string, path: string = folder): Promise<void> {
  try {
    await access(folder, constants.W_OK);
  } catch (error) {
    const reason = codeOf(error);
    throw new Outage<EntryCode>('file/unwritable', reason, { path, reason }, { cause: error });
  }
}

/**
 * Writes aside, then renames: the name shows either nothing new or the whole file.
 * @param mode who may read it
 * @throws Refusal `file/not-a-file`; Outage `file/disk-full`, `file/unwritable`
 */
export async function writeOutput(path: string, bytes: Uint8Array, mode = 0o644): Promise<void> {
  await refuseNoFile(path);
  // Not after its name: that may be as long as names can be.
  const aside = join(dirname(path), `.cotejo.${toHex(systemRandom(6))}.tmp`);
  try {
    const file = await open(aside, 'wx', mode);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, path);
  } catch (error) {
    await unlink(aside).catch(() => {});
    const reason = codeOf(error);
    const code: EntryCode = reason === 'ENOSPC' || reason === 'EDQUOT' ? 'file/disk-full' : 'file/unwritable';
    throw new Outage<EntryCode>(code, reason, { path, reason }, { cause: error });
  }
}
