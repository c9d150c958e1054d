import { constants } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Refusal } from '../../src/core/refusal.ts';
import type { Config } from '../../src/config.ts';
import type { RemoteCode } from '../../src/texts/code.ts';
import { writeOutput } from '../files.ts';

const MOST_BYTES = 65_536;
/** Nobody but their owner. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
const OF_OTHERS = 0o077;

/** As whom, and with which secret, commands ask a service. */
export interface StoredLogin {
  readonly token: string;
  /** Of the person, as the service told it. */
  readonly name: string;
}

/** Who is logged in where, from this account. */
export interface StoredLogins {
  /** By the address of the service. */
  readonly logins: Readonly<Record<string, StoredLogin>>;
  /** The address that was logged in at last. */
  readonly last?: string;
}

const NONE: StoredLogins = { logins: {} };

type Where = Pick<Config, 'loginFile'>;

function refuse(path: string, reason: string): never {
  throw new Refusal<RemoteCode>('remote/login-file', reason, { path });
}

/** @throws Refusal `remote/login-file` for one that others may read or write, or that no command of ours wrote */
export async function readLogins({ loginFile: path }: Where): Promise<StoredLogins> {
  if (path === undefined) return NONE;
  // No link: it could lead to a file that somebody else keeps.
  const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : refuse(path, String(code));
  });
  if (!file) return NONE;
  try {
    const { mode, uid, size } = await file.stat();
    const own = process.getuid?.();
    // Windows has no such modes: the profile's folder is its owner's there.
    if (own !== undefined && ((mode & OF_OTHERS) !== 0 || uid !== own)) refuse(path, 'others may read it');
    if (size > MOST_BYTES) refuse(path, `${size} bytes`);
    return parsed(await file.readFile('utf8')) ?? refuse(path, 'not as it was written');
  } finally {
    await file.close();
  }
}

function parsed(text: string): StoredLogins | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('logins' in value)) return undefined;
  const { logins } = value;
  if (typeof logins !== 'object' || logins === null) return undefined;
  const known = Object.entries(logins as Record<string, unknown>).map(([remote, one]): [string, StoredLogin] => {
    const { token, name } = (one ?? {}) as Partial<Record<keyof StoredLogin, unknown>>;
    return [remote, { token: String(token), name: String(name) }];
  });
  if (!known.every(([, { token }]) => /^[\w-]{43}$/.test(token))) return undefined;
  const last = 'last' in value && typeof value.last === 'string' ? value.last : undefined;
  return { logins: Object.fromEntries(known), ...(last !== undefined && { last }) };
}

/** Puts a login in, or without one takes it away. @throws Refusal `remote/login-file`; Outage of writing */
export async function keepLogin(where: Where, remote: string, login?: StoredLogin): Promise<void> {
  const path = where.loginFile ?? refuse('HOME', 'the account has no home');
  // One that cannot be read is what whoever logs in anew wants to be rid of.
  const { logins, last } = await readLogins(where).catch(() => NONE);
  const { [remote]: _, ...others } = logins;
  const all: StoredLogins = login
    ? { logins: { ...others, [remote]: login }, last: remote }
    : { logins: others, ...(last !== undefined && last !== remote && { last }) };
  if (Object.keys(all.logins).length === 0) return rm(path, { force: true });
  await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
  await writeOutput(path, new TextEncoder().encode(`${JSON.stringify(all)}\n`), FILE_MODE);
}
