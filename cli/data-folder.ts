import { lstat, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Refusal } from '../src/core/refusal.ts';
import type { EntryCode } from '../src/texts/code.ts';

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

function notAFolder(path: string): Refusal<EntryCode> {
  return new Refusal<EntryCode>('data/not-a-folder', `the data folder ${path} is none`, { path });
}

/** A link whose end is not there: making a folder of its name is refused by the system. */
async function isDangling(path: string): Promise<boolean> {
  const isLink = await lstat(path).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
  if (isLink) return true;
  const above = dirname(path);
  return above !== path && (await stat(above).catch(codeOf)) === 'ENOENT' && isDangling(above);
}

/**
 * Whether the data folder is a folder, or may become one.
 * @throws Refusal `data/not-a-folder` where it is a file, lies under one, or behind a link that leads nowhere
 */
export async function refuseNoFolder(path: string): Promise<void> {
  const found = await stat(path).catch(codeOf);
  if (typeof found !== 'string') {
    if (!found.isDirectory()) throw notAFolder(path);
    return;
  }
  // Whatever else is in the way is told by whoever opens the data.
  if (found === 'ENOTDIR' || found === 'ELOOP' || (found === 'ENOENT' && (await isDangling(path)))) {
    throw notAFolder(path);
  }
}

/** Where the system makes no folder at all: `/proc`, a read-only disk, a name that is too long. */
const NEVER: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'EROFS', 'ENAMETOOLONG', 'EINVAL', 'ELOOP']);

/** What `make` gives, which makes the data folder. @throws Refusal `data/not-a-folder` where none can be made */
export async function makingFolder<Result>(path: string, make: () => Promise<Result>): Promise<Result> {
  try {
    return await make();
  } catch (error) {
    const isFolder =
      error instanceof Error && 'syscall' in error && ['mkdir', 'rename'].includes(String(error.syscall));
    throw isFolder && NEVER.has(codeOf(error)) ? notAFolder(path) : error;
  }
}
