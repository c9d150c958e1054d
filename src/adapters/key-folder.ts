import { constants } from 'node:fs';
import { link, lstat, mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { toHex } from '../core/bytes.ts';
import { Outage, Refusal } from '../core/refusal.ts';
import { holdLock, type HeldLock } from './held-lock.ts';
import type { KeysCode } from './keys-code.ts';
import { systemPause, systemRandom } from './system.ts';

const MAX_FILE_BYTES = 16_384;

/** On Windows the mode says nothing: access lists protect the folder there. */
const HAS_MODES = process.platform !== 'win32';

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** @throws Outage `keys/unavailable` for what the disk refuses */
export async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal || !(error instanceof Error && 'syscall' in error)) throw error;
    const reason = 'code' in error ? String(error.code) : 'unknown';
    throw new Outage<KeysCode>('keys/unavailable', `the key folder: ${reason}`, { reason }, { cause: error });
  }
}

/** An empty file, which the rename to its name replaces: whoever comes second is refused. @throws Refusal `keys/exists` */
async function takeName(path: string): Promise<void> {
  try {
    await (await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600)).close();
  } catch (error) {
    if (isCode(error, 'EEXIST')) throw new Refusal<KeysCode>('keys/exists', 'a key of this name is there already');
    throw error;
  }
}

/** @throws Refusal `keys/damaged` */
export function damagedKey(name: string, what: string): never {
  throw new Refusal<KeysCode>('keys/damaged', `key ${name}: ${what}`, { name });
}

export interface KeyFolderOptions {
  /** For a removable medium, whose file system may know no modes: only what is encrypted may lie there. */
  readonly acceptOpenModes?: boolean;
}

/** What a file system without links (FAT, exFAT) answers. */
const NO_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL']);
/** Nobody takes so long to replace a small file. */
const MOST_WAIT_MS = 10_000;
const TURN_MS = 20;

/**
 * Files of the owner's (0600) in a folder of the owner's (0700). One is written once, wholly or not at all, and never
 * overwritten but by `replacing`. Calls may run at once, also from several processes. All throw Outage `keys/unavailable`.
 */
export class KeyFolder {
  readonly #folder: string;
  readonly #acceptOpenModes: boolean;

  constructor(folder: string, options: KeyFolderOptions = {}) {
    this.#folder = folder;
    this.#acceptOpenModes = options.acceptOpenModes ?? false;
  }

  /** Durable before it resolves. @throws Refusal `keys/exists`, `keys/permissions` */
  write(file: string, text: string): Promise<void> {
    return onDisk(async () => {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await this.#checkMode(this.#folder);
      const path = join(this.#folder, file);
      // A rename would replace a key that somebody else has just made; a link refuses to.
      await this.#writeAside(path, text, (aside) => this.#linkTo(aside, path));
      await this.#syncFolder();
    });
  }

  async #linkTo(aside: string, path: string): Promise<void> {
    try {
      await link(aside, path);
    } catch (error) {
      if (isCode(error, 'EEXIST')) throw new Refusal<KeysCode>('keys/exists', 'a key of this name is there already');
      if (!(error instanceof Error && 'code' in error && NO_LINKS.has(String(error.code)))) throw error;
      await takeName(path);
      await rename(aside, path);
    }
  }

  async #writeAside(path: string, text: string, place: (aside: string) => Promise<void>): Promise<void> {
    const aside = `${path}.${toHex(systemRandom(8))}.tmp`;
    const file = await open(aside, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
      await place(aside);
    } finally {
      await file.close();
      await unlink(aside).catch((error: unknown) =>
        isCode(error, 'ENOENT') ? undefined : Promise.reject(error as Error),
      );
    }
  }

  /**
   * Puts what `make` gives in the place of a file that is there, which `make` may read meanwhile: one at a time, also of several
   * processes. At every moment the name shows the one text or the other, whole. Durable before it resolves.
   * @throws Refusal `keys/permissions`, and those of `make`
   */
  replacing(file: string, make: () => Promise<string>): Promise<void> {
    return onDisk(async () => {
      await this.#checkMode(this.#folder);
      const lock = await this.#hold(`${file}.lock`);
      try {
        const text = await make();
        await this.#removeLeftBehind(`${file}.`);
        const path = join(this.#folder, file);
        await this.#writeAside(path, text, (aside) => rename(aside, path));
        await this.#syncFolder();
      } finally {
        lock.close();
      }
    });
  }

  async #hold(file: string): Promise<HeldLock> {
    for (let waited = 0; waited < MOST_WAIT_MS; waited += TURN_MS) {
      const lock = holdLock(join(this.#folder, file));
      if (lock) return lock;
      await systemPause(TURN_MS);
    }
    throw new Outage<KeysCode>('keys/unavailable', 'the key folder: somebody else changes it', { reason: 'EBUSY' });
  }

  /** Of a change that was killed. Whoever calls holds the lock. */
  async #removeLeftBehind(start: string): Promise<void> {
    const names = await readdir(this.#folder);
    for (const name of names.filter((one) => one.startsWith(start) && one.endsWith('.tmp'))) {
      await unlink(join(this.#folder, name));
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
    if (HAS_MODES && !this.#acceptOpenModes && (mode & 0o077) !== 0) {
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
