import { constants } from 'node:fs';
import { open, readdir, realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { Refusal, type Facts } from '../core/refusal.ts';
import type { DirectoryCode } from '../directory/code.ts';
import { PHOTO_LIMITS, type PhotoFolder } from '../directory/photo.ts';

function refuse(code: DirectoryCode, message: string, facts: Facts = {}): never {
  throw new Refusal<DirectoryCode>(code, message, facts);
}

function isAbsent(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG' || code === 'ELOOP';
}

/** A file that may not be opened, or is none (a socket), is this photo's fault alone. */
async function reading<Result>(file: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    const reason = 'code' in error ? String(error.code) : 'unknown';
    return refuse('directory/photo-unreadable', `the file of the photo: ${reason}`, { file, reason });
  }
}

/** As Windows and macOS compare names: offices write `JUAN.JPG` in the list of a file called `juan.jpg`. */
function fold(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** The parts of a name below the folder; anything that could lead elsewhere is refused before the disk is asked. */
function partsOf(name: string): readonly string[] {
  if (name.length > 255 || /[\p{C}]/u.test(name) || /^(?:[\\/]|[A-Za-z]:|~)/.test(name)) {
    refuse('directory/photo-outside-folder', 'the name of the photo is not one inside the folder');
  }
  const parts = name.split(/[\\/]/).filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) refuse('directory/photo-outside-folder', 'the name of the photo leads out of the folder');
  if (parts.length === 0) refuse('directory/photo-missing', 'no name');
  return parts;
}

/**
 * The photos in `folder` and below it. A link may point to another place of the folder, not out of it; only plain files
 * are read, never more than a photo may have.
 */
export function openPhotoFolder(folder: string): PhotoFolder {
  const listings = new Map<string, Promise<ReadonlyMap<string, string>>>();
  const listing = (directory: string): Promise<ReadonlyMap<string, string>> => {
    const known = listings.get(directory);
    if (known) return known;
    const read = readdir(directory).then((names) => new Map(names.map((name) => [fold(name), name])));
    listings.set(directory, read);
    return read;
  };

  const locate = async (parts: readonly string[]): Promise<string> => {
    const path = join(folder, ...parts);
    try {
      return await realpath(path);
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
    try {
      const names = await listing(dirname(path));
      const name = names.get(fold(parts.at(-1)!));
      if (name !== undefined) return await realpath(join(dirname(path), name));
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
    return refuse('directory/photo-missing', 'no such file beside the list', { file: parts.join('/') });
  };

  const readFrom = async (parts: readonly string[]): Promise<Uint8Array> => {
    const path = await locate(parts);
    const root = await realpath(folder);
    if (!path.startsWith(root.endsWith(sep) ? root : root + sep)) {
      refuse('directory/photo-outside-folder', 'the photo is a link that leads out of the folder');
    }
    // NOFOLLOW: the file could have become a link since. NONBLOCK: opening a pipe would wait for its writer.
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
      (error: unknown) => (isAbsent(error) ? refuse('directory/photo-missing', 'gone') : Promise.reject(error)),
    );
    try {
      const stat = await file.stat();
      if (!stat.isFile()) refuse('directory/photo-missing', 'not a plain file');
      if (stat.size > PHOTO_LIMITS.inputBytes) refuse('directory/photo-too-large', `${stat.size} bytes`);
      const bytes = new Uint8Array(stat.size);
      let filled = 0;
      while (filled < bytes.length) {
        const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return bytes.subarray(0, filled);
    } finally {
      await file.close();
    }
  };
  return async (name) => {
    const parts = partsOf(name);
    return reading(parts.join('/'), () => readFrom(parts));
  };
}
