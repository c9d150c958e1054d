import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/*
 * What servers on the loopback address share: the page of a station, and the bridge. Anybody on the machine may open connections to them,
 * and any page that a browser of the machine shows may try.
 */

/** No name: what a name leads to can be changed. */
export const LOOPBACK = '127.0.0.1';

const MOST_BODY_BYTES = 4_096;

/** So long a request may take to come, which is small. */
export const SERVER_TIMES = {
  requestTimeout: 10_000,
  headersTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
} as const;

/** Of every answer: nothing from elsewhere is loaded, and nobody else shows the page or keeps it. */
export const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    ...["default-src 'none'", "script-src 'self'", "style-src 'self'", 'img-src blob:', "connect-src 'self'"],
    ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
    ...["require-trusted-types-for 'script'", "trusted-types 'none'"],
  ].join('; '),
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Answered with this status, and nothing about why. */
export class Declined extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`status ${status}`);
    this.status = status;
  }
}

/** @param port 0: any that is free @returns the port @throws what listening there ends in */
export async function listenOnLoopback(server: Server, port = 0): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, resolve);
  });
  return (server.address() as AddressInfo).port;
}

export async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    setTimeout(() => server.closeAllConnections(), 500).unref();
  });
}

/** What whoever asks shows as theirs (RFC 6750 §2.1). */
export function tokenIn({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  return /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
}

/** @throws Declined for what is no small JSON object */
export async function readJson(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  if (request.headers['content-type'] !== 'application/json') throw new Declined(415);
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MOST_BODY_BYTES) throw new Declined(413);
    parts.push(part);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(parts).toString('utf8'));
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch {
    // As what is no object.
  }
  throw new Declined(400);
}

export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  send(response, status, 'application/json', JSON.stringify(value));
}

export function send(response: ServerResponse, status: number, type: string, body: string | Uint8Array): void {
  const text = type.startsWith('text/') || type === 'application/json';
  response.writeHead(status, { 'content-type': text ? `${type}; charset=utf-8` : type });
  response.end(body);
}
