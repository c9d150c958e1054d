import { chmod, lstat, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Config } from '../config.ts';

/** A socket's path is held in 108 bytes on Linux, in 104 on macOS and the BSDs, the closing zero included. */
const MOST_PATH_BYTES = 103;
const OWNER_ONLY = 0o600;

function fits(path: string): boolean {
  return new TextEncoder().encode(path).length <= MOST_PATH_BYTES;
}

/** Where the path of a socket is written down that would be too long inside the data folder. */
function noteOf({ socketFile }: Pick<Config, 'socketFile'>): string {
  return `${socketFile}.path`;
}

/** A socket that a short path can name, in a folder of its own that only its owner may enter. */
async function makeShortPath(): Promise<string> {
  const places = [process.env['XDG_RUNTIME_DIR'], tmpdir(), '/tmp'].filter((place) => place !== undefined);
  for (const place of places.filter((one) => fits(join(one, 'cotejo-XXXXXX', 's')))) {
    try {
      return join(await mkdtemp(join(place, 'cotejo-')), 's');
    } catch {
      // Not writable: the next place.
    }
  }
  throw new Error('no folder whose path is short enough for a socket');
}

/**
 * Listens on the owner-only socket of an installation. Whoever calls holds the data: a socket that is found there was
 * left by a process that died, and is replaced.
 * @returns what closes it, when its last connection is closed, and takes it away
 */
export async function listenLocally(server: Server, config: Pick<Config, 'socketFile'>): Promise<() => Promise<void>> {
  const note = noteOf(config);
  await removeLeftOver(config);
  const short = fits(config.socketFile) ? undefined : await makeShortPath();
  const path = short ?? config.socketFile;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
  // The folder lets nobody else in meanwhile.
  await chmod(path, OWNER_ONLY);
  if (short !== undefined) {
    await writeFile(`${note}.new`, short, { mode: OWNER_ONLY });
    await rename(`${note}.new`, note);
  }
  return async () => {
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await removeLeftOver(config);
  };
}

async function removeLeftOver(config: Pick<Config, 'socketFile'>): Promise<void> {
  const moved = await movedSocket(config);
  if (moved !== undefined) await rm(dirname(moved), { recursive: true, force: true });
  await rm(noteOf(config), { force: true });
  await rm(config.socketFile, { force: true });
}

/** The socket elsewhere that the note in the data folder names; nothing but a socket folder of ours and its owner's. */
async function movedSocket(config: Pick<Config, 'socketFile'>): Promise<string | undefined> {
  try {
    const path = await readFile(noteOf(config), 'utf8');
    const folder = dirname(path);
    const { uid, mode } = await lstat(folder);
    const ours = /\/cotejo-[A-Za-z0-9]{6}\/s$/.test(path) && uid === process.getuid?.() && (mode & 0o077) === 0;
    return ours ? path : undefined;
  } catch {
    return undefined;
  }
}

/** Where a running service of this installation would listen. */
export async function findLocalSocket(config: Pick<Config, 'socketFile'>): Promise<string> {
  return (await movedSocket(config)) ?? config.socketFile;
}
