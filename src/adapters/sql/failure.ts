import { Outage, Refusal } from '../../core/refusal.ts';
import type { LogCode, LogOutageCode } from '../../log/code.ts';

/** Result codes of SQLite (https://sqlite.org/rescode.html), the low byte of an extended one. */
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;
/** Its shared memory, a file beside the database, could not grow. */
const IOERR_SHMSIZE = 4874;
const CONSTRAINT_PRIMARYKEY = 1555;
const CONSTRAINT_UNIQUE = 2067;

function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode : undefined;
}

/** Whether SQLite refused a row because a value that must be unique is taken. */
export function isTaken(error: unknown): boolean {
  const code = resultCode(error);
  return code === CONSTRAINT_UNIQUE || code === CONSTRAINT_PRIMARYKEY;
}

export function isBusy(error: unknown): boolean {
  return ((resultCode(error) ?? 0) & 0xff) === BUSY;
}

/** Whether the file itself could not be opened, by SQLite or by the system. */
export function isUnopenable(error: unknown): boolean {
  return resultCode(error) === CANTOPEN || (error instanceof Error && 'syscall' in error);
}

/** What `error` means to the caller: an outage or a refusal where it is one, else `error` itself (a bug). */
export function sqliteFailure(error: unknown): unknown {
  const code = resultCode(error);
  const options = { cause: error };
  switch (code === undefined ? undefined : code === IOERR_SHMSIZE ? FULL : code & 0xff) {
    case FULL:
      return new Outage<LogOutageCode>('log/disk-full', 'the disk of the database is full', {}, options);
    case BUSY:
    case LOCKED:
    case READONLY:
    case IOERR:
    case CANTOPEN:
      return new Outage<LogOutageCode>('log/unavailable', 'the database does not answer', { sqlite: code! }, options);
    case CORRUPT:
    case NOTADB:
      return new Refusal<LogCode>('log/corrupt', 'the database is damaged', { sqlite: code! });
    default:
      return error;
  }
}
