import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { Refusal } from '../src/core/refusal.ts';
import type { Config } from '../src/config.ts';
import type { EntryCode } from '../src/texts/code.ts';

type Places = Pick<Config, 'databaseFile' | 'keysFolder' | 'socketFile'>;

/** The one path of a file that may not be there yet, whatever links its folder was called by. */
async function placeOf(path: string): Promise<string> {
  const folder = dirname(resolve(path));
  return join(await realpath(folder).catch(() => folder), basename(path));
}

/** What a path leads to, by links of its own as well. */
async function targetOf(path: string): Promise<string> {
  return realpath(path).catch(() => placeOf(path));
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`));
}

/** Also where the system tells no capitals from small letters, and for a second name of the file. */
async function areSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((path) => stat(path, { bigint: true }).catch(() => undefined)));
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}

/**
 * Before anything is done: whether what a command writes, a file or a folder of many, would be put where the database, the
 * socket or the keys of the installation lie. No option makes that good.
 * @throws Refusal `file/of-installation`
 */
export async function refuseOwnFiles(path: string, { databaseFile, keysFolder, socketFile }: Places): Promise<void> {
  const files = ['', '-wal', '-shm', '-journal', '.lock'].map((end) => `${databaseFile}${end}`);
  files.push(socketFile, `${socketFile}.path`);
  const wanted = [await placeOf(path), await targetOf(path)];
  const [keys, named] = [
    await targetOf(keysFolder),
    await Promise.all(files.flatMap((one) => [placeOf(one), targetOf(one)])),
  ];
  const isOwn =
    wanted.some((one) => isWithin(keys, one) || named.includes(one)) ||
    (await Promise.all([...files, keysFolder].map((own) => areSameFile(own, path)))).includes(true) ||
    (await areSameFile(keysFolder, dirname(resolve(path))));
  if (isOwn) throw new Refusal<EntryCode>('file/of-installation', 'a file of the installation itself', { path });
}
