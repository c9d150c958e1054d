import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { KeyEncryption } from '../src/adapters/keys/encryption.ts';
import { findLocalSocket } from '../src/adapters/local-socket.ts';
import { Outage } from '../src/core/refusal.ts';
import type { Config } from '../src/config.ts';
import type { HttpCode } from '../src/texts/code.ts';
import { Client, MOST_ANSWER_BYTES, type Transport } from './client.ts';

/** A service that says nothing for so long has stopped, whatever its socket says. */
const MOST_SILENCE_MS = 60_000;

export interface SocketOptions {
  readonly silenceMs?: number;
  /** Aborted when no answer is wanted any more: one that does not come keeps no command from ending. */
  readonly over?: AbortSignal;
}

/**
 * One request over the owner-only socket of a running service.
 * @throws Outage `http/unavailable` where it stopped before it answered: what it did is not known
 */
export function overSocket(path: string, options: SocketOptions = {}): Transport {
  const ask = asking(path, options);
  return (request) =>
    ask(request).catch((error: unknown) => {
      const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      throw new Outage<HttpCode>('http/unavailable', reason, { reason }, { cause: error });
    });
}

function asking(path: string, { silenceMs = MOST_SILENCE_MS, over }: SocketOptions): Transport {
  return async (request) => {
    const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer());
    const url = new URL(request.url);
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = httpRequest(
        {
          socketPath: path,
          method: request.method,
          path: url.pathname + url.search,
          headers: { ...Object.fromEntries(request.headers), ...(body && { 'content-length': body.length }) },
          ...(over && { signal: over }),
        },
        resolve,
      );
      sent.on('error', reject);
      // Of silence, before the answer and within it.
      sent.setTimeout(silenceMs, () => sent.destroy(Object.assign(new Error('silent'), { code: 'ETIMEDOUT' })));
      sent.end(body);
    });
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of answer as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > MOST_ANSWER_BYTES) throw Object.assign(new Error('without end'), { code: 'EMSGSIZE' });
      chunks.push(chunk);
    }
    const headers = new Headers();
    for (const [name, value] of Object.entries(answer.headers)) if (typeof value === 'string') headers.set(name, value);
    return new Response(new Uint8Array(Buffer.concat(chunks)), { status: answer.statusCode ?? 500, headers });
  };
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
