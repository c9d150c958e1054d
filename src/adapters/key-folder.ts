import { constants } from 'node:fs';
import { link, lstat, mkdir, open, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { toHex } from '../core/bytes.ts';
import { Outage, Refusal } from '../core/refusal.ts';
import type { KeysCode } from './keys-code.ts';
import { systemRandom } from './system.ts';

const MAX_FILE_BYTES = 16_384;

/** On Windows the mode says nothing: access lists protect the folder there. */
const HAS_MODES = process.platform !== 'win32';

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal || !(error instanceof Error && 'syscall' in error)) throw error;
    const reason = 'code' in error ? String(error.code) : 'unknown';
    throw new Outage<KeysCode>('keys/unavailable', `the key folder: ${reason}`, { reason }, { cause: error });
  }
}

/** @throws Refusal `keys/damaged` */
export function damagedKey(name: string, what: string): never {
  throw new Refusal<KeysCode>('keys/damaged', `key ${name}: ${what}`, { name });
}

/**
 * Files of the owner's (0600) in a folder of the owner's (0700). One is written once, wholly or not at all, and never
 * overwritten. Calls may run at once, also from several processes. All throw Outage `keys/unavailable`.
 */
export class KeyFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Durable before it resolves. @throws Refusal `keys/exists`, `keys/permissions` */
  write(file: string, text: string): Promise<void> {
    return onDisk(async () => {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await this.#checkMode(this.#folder);
      await this.#writeAside(join(this.#folder, file), text);
      await this.#syncFolder();
    });
  }

  async #writeAside(path: string, text: string): Promise<void> {
    const aside = `${path}.${toHex(systemRandom(8))}.tmp`;
    const file = await open(aside, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
      // A rename would replace a key that somebody else has just made; a link refuses to.
      await link(aside, path);
    } catch (error) {
      if (isCode(error, 'EEXIST')) throw new Refusal<KeysCode>('keys/exists', 'a key of this name is there already');
      throw error;
    } finally {
      await file.close();
      await unlink(aside);
    }
  }

  /** The name is durable only when the folder is. */
  async #syncFolder(): Promise<void> {
    if (!HAS_MODES) return;
    const folder = await open(this.#folder, constants.O_RDONLY);
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  async #checkMode(path: string): Promise<void> {
    const { mode } = await lstat(path);
    if (HAS_MODES && (mode & 0o077) !== 0) {
      throw new Refusal<KeysCode>('keys/permissions', `${path} is open to others: chmod go= on it`, { path });
    }
  }

  /** What the file of the key `name` says, or `undefined`. @throws Refusal `keys/permissions`, `keys/damaged` */
  read(file: string, name: string): Promise<string | undefined> {
    const path = join(this.#folder, file);
    return onDisk(async () => {
      try {
        const found = await lstat(path);
        if (!found.isFile() || found.size > MAX_FILE_BYTES) damagedKey(name, 'not a key file');
        await this.#checkMode(this.#folder);
        await this.#checkMode(path);
        return await readFile(path, 'utf8');
      } catch (error) {
        if (isCode(error, 'ENOENT')) return undefined;
        throw error;
      }
    });
  }

  /** The names of the files that end so, without the end, in order. */
  list(end: string): Promise<readonly string[]> {
    return onDisk(async () => {
      try {
        const files = await readdir(this.#folder);
        return files
          .filter((file) => file.endsWith(end))
          .map((file) => file.slice(0, -end.length))
          .toSorted();
      } catch (error) {
        if (isCode(error, 'ENOENT')) return [];
        throw error;
      }
    });
  }
}
