import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Refusal } from '../core/refusal.ts';
import type { DataCode } from './data-code.ts';

function isForbidden(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM');
}

/** The account of this number, by name where the system's own list has it. */
function accountName(uid: number): string {
  try {
    const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
    const fields = lines.map((line) => line.split(':')).find(([, , id]) => id === String(uid));
    return fields?.[0] || String(uid);
  } catch {
    return String(uid);
  }
}

/** Who owns the file, or else the first folder above it that can be looked at. */
function ownerOf(path: string): string | undefined {
  for (let at = path; ; at = dirname(at)) {
    try {
      return accountName(statSync(at).uid);
    } catch {
      if (at === dirname(at)) return undefined;
    }
  }
}

function refuse(path: string): never {
  const owner = ownerOf(path);
  const facts = { path, ...(owner !== undefined && { owner }) };
  throw new Refusal<DataCode>('data/not-permitted', `this account may not use ${path}`, facts);
}

async function permitted<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (isForbidden(error)) refuse(path);
    throw error;
  }
}

/**
 * Whether there is a database, and not an empty file: opening for writing would make one of it.
 * @throws Refusal `data/not-permitted` (facts `path`, `owner`) where this account may not even look, or not write
 */
export function databaseExists(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return statSync(path).size > 0;
  } catch (error) {
    if (isForbidden(error)) refuse(path);
    return existsSync(path);
  }
}

/** Whether the folder holds something; one that is not there holds nothing. @throws Refusal `data/not-permitted` */
export async function isOccupied(folder: string): Promise<boolean> {
  const found = permitted(folder, () => readdir(folder));
  return (await found.catch((error: unknown) => (error instanceof Refusal ? Promise.reject(error) : []))).length > 0;
}

/** Makes the owner-only folder, and those above it. @throws Refusal `data/not-permitted` */
export async function makeFolder(folder: string): Promise<void> {
  const above = dirname(folder);
  await permitted(above, async () => {
    await mkdir(above, { recursive: true });
    await mkdir(folder, { mode: 0o700 });
  });
}
