import { closeSync, constants, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { isBusy } from './sql/failure.ts';

const OWNER_ONLY = 0o600;

/** Made by us, so that no moment exists in which others can read it; SQLite gives -wal and -shm the same mode. */
export function makeOwnerOnly(path: string): void {
  try {
    closeSync(openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, OWNER_ONLY));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

/** What is held until it is closed. */
export interface HeldLock {
  close(): void;
}

/**
 * Holds `path` for this process until it closes or dies: an exclusive lock of the system on a database of its own, which the
 * kernel lets go of even after kill -9. `undefined` while somebody else holds it.
 */
export function holdLock(path: string): HeldLock | undefined {
  makeOwnerOnly(path);
  const lock = new DatabaseSync(path, { timeout: 0 });
  try {
    // A journal in memory: taking the lock writes nothing, so it works on a full disk.
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw error;
    return undefined;
  }
}
