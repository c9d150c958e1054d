import { request as httpRequest } from 'node:http';
import type { KeyEncryption } from '../src/adapters/keys/encryption.ts';
import { findLocalSocket } from '../src/adapters/local-socket.ts';
import { Outage } from '../src/core/refusal.ts';
import type { Config } from '../src/config.ts';
import type { HttpCode } from '../src/texts/code.ts';
import { Client, type Transport } from './client.ts';
import { exchanging, type ExchangeOptions } from './exchange.ts';

/**
 * One request over the owner-only socket of a running service.
 * @throws Outage `http/unavailable` where it stopped before it answered: what it did is not known
 */
export function overSocket(path: string, options: ExchangeOptions = {}): Transport {
  const ask = exchanging({ send: httpRequest, options: { socketPath: path } }, options);
  return (request) =>
    ask(request).catch((error: unknown) => {
      const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      throw new Outage<HttpCode>('http/unavailable', reason, { reason }, { cause: error });
    });
}

/**
 * The installation of `config`: through the socket of the service that holds its data, or else the data themselves.
 * @param unlock what opens the keys where this process opens the data; asked before it holds them
 * @throws Refusal `installation/none`; Outage `data/in-use` when another program than a service holds the data
 */
export async function connect(
  config: Config,
  unlock: () => Promise<KeyEncryption | undefined> = async () => undefined,
): Promise<Client> {
  const service = await findService(config);
  if (service) return service;
  // Most of the program: not loaded where a service does the work.
  const { openInstallation } = await import('./open-installation.ts');
  const unlocked = await unlock();
  try {
    return await openInstallation(config, unlocked);
  } catch (error) {
    // One that began meanwhile.
    const held = error instanceof Outage && error.code === 'data/in-use';
    const begun = held ? await findService(config) : undefined;
    if (!begun) throw error;
    return begun;
  }
}

/** The running service, also one that waits for the passphrase of its keys. */
export async function findService(config: Config): Promise<Client | undefined> {
  const socket = await findLocalSocket(config);
  if (!(await isAnswering(socket))) return undefined;
  const over = new AbortController();
  return new Client(overSocket(socket, { over: over.signal }), async () => over.abort());
}

async function isAnswering(socket: string): Promise<boolean> {
  try {
    const probe = new Request('http://cotejo.local/api/v1/staff/installation');
    const answer = await overSocket(socket)(probe);
    // One that is locked says so to whatever is asked.
    return answer.ok || ((await answer.json()) as { code?: unknown }).code === 'keys/locked';
  } catch {
    return false;
  }
}
