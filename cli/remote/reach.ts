import type { KeyEncryption } from '../../src/adapters/keys/encryption.ts';
import { Refusal } from '../../src/core/refusal.ts';
import type { Config } from '../../src/config.ts';
import type { RemoteCode } from '../../src/texts/code.ts';
import { Client } from '../client.ts';
import { connect, findService } from '../connect.ts';
import { exists } from '../files.ts';
import type { Screen } from '../screen.ts';
import { readLogins, type StoredLogin } from './login-file.ts';
import { overTls } from './over-tls.ts';
import { waitingForPeople } from './wait.ts';

interface ReachOptions {
  readonly screen: Screen;
  readonly wait: boolean;
  unlock(): Promise<KeyEncryption | undefined>;
}

const INSTALLATION = '/api/v1/staff/installation';

/**
 * Whom a command asks: the service of `COTEJO_REMOTE`; else the installation of this machine, in the name of whoever logged in at its
 * address, if anybody did; else, where there is none, the service that was logged in at last.
 * @throws Refusal `remote/login-needed`, `remote/login-file`, and as `connect`
 */
export async function reach(config: Config, { screen, wait, unlock }: ReachOptions): Promise<Client> {
  const remote = config.remote ?? (await remoteInstead(config));
  if (remote === undefined) return connect(config, unlock);
  const login = (await readLogins(config)).logins[remote];
  if (!login) throw new Refusal<RemoteCode>('remote/login-needed', 'nobody is logged in there', { remote });
  return remoteClient(remote, login, { screen, wait });
}

/** A service elsewhere in the name of somebody. */
export function remoteClient(
  remote: string,
  { token }: StoredLogin,
  { screen, wait }: Pick<ReachOptions, 'screen' | 'wait'>,
): Client {
  const over = new AbortController();
  const send = overTls(remote, token, { over: over.signal });
  const plain = new Client(send, async () => {});
  const origin = async (): Promise<string> => (await plain.get<{ origin: string }>(INSTALLATION)).origin;
  return new Client(send, async () => over.abort(), waitingForPeople({ screen, wait, origin }));
}

async function remoteInstead(config: Config): Promise<string | undefined> {
  const { logins, last } = await readLogins(config);
  if (Object.keys(logins).length === 0) return undefined;
  if (!(await exists(config.databaseFile))) return last !== undefined && Object.hasOwn(logins, last) ? last : undefined;
  const origin = await originOfService(config);
  return origin !== undefined && Object.hasOwn(logins, origin) ? origin : undefined;
}

/** The public address of the service that runs here; none of one for tests, where whoever reaches it may do everything. */
export async function originOfService(config: Config): Promise<string | undefined> {
  const service = await findService(config);
  if (!service) return undefined;
  try {
    const { dev, origin } = await service.get<{ dev: boolean; origin: string }>(INSTALLATION);
    return dev ? undefined : origin;
  } catch {
    // One that is locked: it is told by whoever asks it for something.
    return undefined;
  } finally {
    await service.close();
  }
}
