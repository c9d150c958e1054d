import { constants } from 'node:fs';
import { mkdir, open, readdir, realpath, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { equal, toHex } from '../../core/bytes.ts';
import { isRefusal, Outage, Refusal } from '../../core/refusal.ts';
import { readRemovableKey, writeKeyFile } from '../keys.ts';
import { createUnlock, type Custodian, type UnlockOptions } from '../keys/unlock.ts';
import type { SoftwareKey } from '../software-key.ts';
import { systemRandom } from '../system.ts';
import type { MediaCode, MediaOutageCode } from './media-code.ts';

/** A removable medium that is to hold the root's key. */
export interface RootMedium {
  /** Where it is mounted, or a folder on it. */
  readonly folder: string;
  readonly custodian: Custodian;
}

export interface MediaOptions {
  /** For tests and rehearsals: a disk that fails takes every copy of the root with it. */
  readonly acceptSameDisk?: boolean;
}

/** What lies on a medium of somebody's: its root's key id, and whether it was founded with. */
export interface FoundRoot {
  readonly folder: string;
  readonly keyId: string;
}

const START = 'cotejo-raiz-';
/** Of a root's folder on a medium, with its key id. */
export const ROOT_FOLDER: RegExp = /^cotejo-raiz-([0-9a-f]{16})$/;
export const ROOT_KEY_NAME = 'raiz';
export const ROOT_CERTIFICATE_FILE = 'raiz.cer';
const CHARTER_FILE = 'carta.cbor';
const READ_ME_FILE = 'LEAME.txt';
/** FAT knows no modes: the encryption protects what lies there. */
const ANY_MODES = { acceptOpenModes: true } as const;
/** More than all that is written to it. */
const PROBE_BYTES = 128 * 1024;

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

function unwritable(path: string, error: unknown): Outage {
  const reason = error instanceof Outage ? String(error.facts['reason'] ?? 'unknown') : (codeOf(error) ?? 'unknown');
  return new Outage<MediaOutageCode>('founding/medium-unwritable', `${path}: ${reason}`, { path, reason });
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } catch (error) {
    // Some file systems of media know no such thing for a folder.
    if (codeOf(error) !== 'EINVAL' && codeOf(error) !== 'EPERM') throw error;
  } finally {
    await folder.close();
  }
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await syncFolder(dirname(path));
}

/** The nearest folder that is there: where the data folder will be made. */
async function placeOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const above = dirname(path);
    if (codeOf(error) !== 'ENOENT' || above === path) throw error;
    return placeOf(above);
  }
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`));
}

/** @throws Refusal `founding/medium-not-a-folder` */
export async function checkFolder(path: string): Promise<string> {
  const found = await stat(path).catch(codeOf);
  if (typeof found === 'object' && found.isDirectory()) return realpath(path);
  throw new Refusal<MediaCode>('founding/medium-not-a-folder', `${path} is no folder`, { path });
}

/**
 * Whether the media can take the root's key: folders on two disks that are not the data folder's, with room, writable. Asked before
 * anybody begins, so that nobody stops halfway.
 * @throws Refusal `founding/medium-not-a-folder`, `founding/media-same-disk`; Outage `founding/medium-unwritable`
 */
export async function checkRootMedia(
  folders: readonly string[],
  dataFolder: string,
  { acceptSameDisk = false }: MediaOptions = {},
): Promise<void> {
  const media: { readonly path: string; readonly real: string; readonly device: bigint }[] = [];
  for (const path of folders) {
    const real = await checkFolder(path);
    media.push({ path, real, device: (await stat(real, { bigint: true })).dev });
  }
  const place = await placeOf(dataFolder);
  const data = await realpath(dataFolder).catch(() => dataFolder);
  const { dev } = await stat(place, { bigint: true });
  for (const [i, { path, real, device }] of media.entries()) {
    const same = media.slice(0, i).find((other) => {
      const nested = isWithin(other.real, real) || isWithin(real, other.real);
      return nested || (!acceptSameDisk && other.device === device);
    });
    const inData = isWithin(data, real) || (!acceptSameDisk && device === dev);
    const other = same?.path ?? (inData ? dataFolder : undefined);
    if (other !== undefined) {
      throw new Refusal<MediaCode>('founding/media-same-disk', `${path} and ${other}`, { path, other });
    }
    await probe(real);
  }
}

async function probe(folder: string): Promise<void> {
  const path = join(folder, `.cotejo-${toHex(systemRandom(8))}.tmp`);
  try {
    await writeDurably(path, new Uint8Array(PROBE_BYTES));
  } catch (error) {
    throw unwritable(folder, error);
  } finally {
    await rm(path, { force: true }).catch(() => {});
  }
}

/** What lies on a medium, also of a founding that was stopped. */
export async function rootsOn(folder: string): Promise<readonly (FoundRoot & { readonly isWhole: boolean })[]> {
  const names = await readdir(folder).catch(() => []);
  const found: (FoundRoot & { readonly isWhole: boolean })[] = [];
  for (const name of names.toSorted((a, b) => (a < b ? -1 : 1))) {
    const keyId = ROOT_FOLDER.exec(name)?.[1];
    if (keyId === undefined) continue;
    const path = join(folder, name);
    const isWhole = await stat(join(path, CHARTER_FILE)).then(
      () => true,
      () => false,
    );
    found.push({ folder: path, keyId, isWhole });
  }
  return found;
}

/**
 * Takes away what a founding that was stopped left on a medium: a key that nothing was founded with, as the charter is written last.
 * Whole ones are told and left alone: somebody's installation may stand on them.
 */
export async function clearMedium(
  folder: string,
): Promise<{ readonly removed: readonly FoundRoot[]; readonly kept: readonly FoundRoot[] }> {
  const all = await rootsOn(folder);
  const removed = all.filter(({ isWhole }) => !isWhole);
  try {
    for (const { folder: path } of removed) await rm(path, { recursive: true });
  } catch (error) {
    throw unwritable(folder, error);
  }
  return { removed, kept: all.filter(({ isWhole }) => isWhole) };
}

/** Where this root's key lies on a medium. */
function placeOn({ folder }: Pick<RootMedium, 'folder'>, { keyId }: Pick<SoftwareKey, 'keyId'>): string {
  return join(folder, `${START}${keyId}`);
}

/**
 * Writes the root's key to a medium, encrypted under its custodian's passphrase, and reads it back from there with that passphrase.
 * @throws Outage `founding/medium-unwritable`, `founding/medium-unreliable`; Refusal `keys/passphrase-weak`
 */
export async function writeRootKey(medium: RootMedium, root: SoftwareKey, options: UnlockOptions = {}): Promise<void> {
  const folder = placeOn(medium, root);
  try {
    await mkdir(folder, { mode: 0o700 });
    const encryption = await createUnlock(folder, [medium.custodian], { ...options, ...ANY_MODES });
    try {
      await writeKeyFile(folder, ROOT_KEY_NAME, root, encryption, ANY_MODES);
    } finally {
      encryption.close();
    }
    await syncFolder(medium.folder);
  } catch (error) {
    if (isRefusal(error)) throw error;
    throw unwritable(medium.folder, error);
  }
  const read = await readRemovableKey(folder, ROOT_KEY_NAME, medium.custodian.passphrase).catch(() => undefined);
  if (read && equal(read.signer.spki, root.signer.spki)) return;
  const path = medium.folder;
  throw new Outage<MediaOutageCode>('founding/medium-unreliable', `${path}: another key than was written`, { path });
}

/** What lies beside the root's key, for whoever finds the medium in years. */
export interface RootPapers {
  /** DER certificate of the root. */
  readonly certificate: Uint8Array;
  /** Signed by the root; written last: what lies on a medium without it was never founded with. */
  readonly charter: Uint8Array;
  readonly readMe: string;
}

/** @throws Outage `founding/medium-unwritable` */
export async function completeMedium(medium: RootMedium, root: SoftwareKey, papers: RootPapers): Promise<void> {
  const folder = placeOn(medium, root);
  try {
    await writeDurably(join(folder, ROOT_CERTIFICATE_FILE), papers.certificate);
    await writeDurably(join(folder, READ_ME_FILE), Buffer.from(papers.readMe, 'utf8'));
    await writeDurably(join(folder, CHARTER_FILE), papers.charter);
  } catch (error) {
    throw unwritable(medium.folder, error);
  }
}

/** Takes the root's key from a medium where nothing was founded with it. What cannot be taken away is, at the next try. */
export async function forgetRootKey(medium: RootMedium, root: SoftwareKey): Promise<void> {
  await rm(placeOn(medium, root), { recursive: true, force: true }).catch(() => {});
}
