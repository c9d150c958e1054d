import { realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { Refusal } from '../../core/refusal.ts';
import { isOccupied } from '../data-access.ts';
import { FileSecrets } from '../file-secrets.ts';
import { damagedKey, KeyFolder } from '../key-folder.ts';
import type { KeysCode } from '../keys-code.ts';
import { readKeyFile } from '../keys.ts';
import type { KeyEncryption } from './encryption.ts';
import { listKeyFiles, namesOfFiles, type ListedFile } from './listing.ts';
import { parseUnlock, UNLOCK_FILE } from './unlock-file.ts';

/** A medium may know no modes. */
const ON_MEDIUM = { acceptOpenModes: true } as const;

export interface KeyPlaces {
  readonly dataFolder: string;
  readonly keysFolder: string;
}

/** The path without links, also of what is not there yet. */
async function placeOf(path: string): Promise<string> {
  const whole = resolve(path);
  return realpath(whole).catch(async () => {
    const above = dirname(whole);
    return above === whole ? whole : join(await placeOf(above), basename(whole));
  });
}

async function refuseInside(to: string, { dataFolder, keysFolder }: KeyPlaces): Promise<void> {
  const place = await placeOf(to);
  for (const own of [dataFolder, keysFolder]) {
    const way = relative(await placeOf(own), place);
    if (way !== '' && (way === '..' || way.startsWith(`..${sep}`) || resolve(way) === way)) continue;
    throw new Refusal<KeysCode>('keys/backup-inside', 'a backup inside the data folder', { path: to });
  }
}

/**
 * Copies every file of the key folder as it lies, `unlock.json` included, into a new or empty folder, and reads each back. Durable
 * before it resolves.
 * @returns the names of the files
 * @throws Refusal `keys/backup-inside`, `keys/backup-occupied`, `keys/damaged` where another text is read back, `keys/permissions`
 * @throws Outage `keys/unavailable`
 */
export async function backUpKeys(places: KeyPlaces, to: string): Promise<readonly string[]> {
  await refuseInside(to, places);
  if (await isOccupied(to)) {
    throw new Refusal<KeysCode>('keys/backup-occupied', 'the folder of the backup is not empty', { path: to });
  }
  const from = new KeyFolder(places.keysFolder);
  const copy = new KeyFolder(to, ON_MEDIUM);
  const names = await namesOfFiles(places.keysFolder);
  for (const name of names) {
    const text = (await from.read(name, name)) ?? damagedKey(name, 'gone meanwhile');
    await copy.write(name, text);
    if ((await copy.read(name, name)) !== text) damagedKey(name, 'not read back as it was written');
  }
  return names;
}

export interface BackupFinding {
  readonly file: string;
  /** `other`: whole, and of another key than the installation's. */
  readonly problem: 'missing' | 'damaged' | 'other';
}

type Judged = BackupFinding['problem'] | undefined;

/**
 * Whether a backup holds every key and secret of the installation, each the same, and opens each.
 * @param encryption of the backup, opened by a custodian; absent where all lies in clear
 * @throws Outage `keys/unavailable`
 */
export async function checkBackup(
  keysFolder: string,
  backup: string,
  encryption?: KeyEncryption,
): Promise<{ readonly files: number; readonly findings: readonly BackupFinding[] }> {
  const from = new KeyFolder(keysFolder);
  const copy = new KeyFolder(backup, ON_MEDIUM);
  const findings: BackupFinding[] = [];
  const judge = async (file: string, judged: () => Promise<Judged>): Promise<void> => {
    const problem = await judged().catch((error: unknown): Judged => {
      if (error instanceof Refusal) return error.code === 'keys/other-encryption' ? 'other' : 'damaged';
      throw error;
    });
    if (problem) findings.push({ file, problem });
  };
  const unlock = await from.read(UNLOCK_FILE, UNLOCK_FILE);
  if (unlock !== undefined) {
    // Custodians may have come and gone since; the key that they open never changes.
    await judge(UNLOCK_FILE, async () => {
      const text = await copy.read(UNLOCK_FILE, UNLOCK_FILE);
      if (text === undefined) return 'missing';
      return parseUnlock(text).kekId === parseUnlock(unlock).kekId ? undefined : 'other';
    });
  }
  const files = await listKeyFiles(keysFolder);
  for (const listed of files) {
    await judge(listed.file, async () => {
      const text = await copy.read(listed.file, listed.name);
      if (text === undefined) return 'missing';
      const opened = encryption && listed.isEncrypted ? await opensOf(backup, listed, encryption) : undefined;
      return opened ?? (text === (await from.read(listed.file, listed.name)) ? undefined : 'other');
    });
  }
  return { files: files.length + (unlock === undefined ? 0 : 1), findings };
}

async function opensOf(backup: string, { name, is, keyId }: ListedFile, encryption: KeyEncryption): Promise<Judged> {
  if (is === 'key') {
    const found = await readKeyFile(backup, name, encryption, ON_MEDIUM);
    return found?.keyId === keyId ? undefined : 'other';
  }
  await new FileSecrets(backup, { encryption }, ON_MEDIUM).get(name);
  return undefined;
}
