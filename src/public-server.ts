import { createServer, type IncomingMessage, type Server } from 'node:http';
import { getRequestListener, RequestError } from '@hono/node-server';
import { boundConnections, inTurn, type ConnectionLimits } from './adapters/connections.ts';
import type { Config } from './config.ts';
import { Outage } from './core/refusal.ts';
import { networkOfPeer } from './http/caller.ts';
import { malformedRequest, problemOf } from './http/problem.ts';
import { INERT_POLICY } from './http/security-headers.ts';

/** Slow callers hold a socket, not a worker, and not for ever. A file of 25 MB may take its time over a telephone. */
const SERVER_LIMITS = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 120_000,
  keepAliveTimeout: 10_000,
  connectionsCheckingInterval: 2_000,
  // Node's own answer would be given out of turn.
  requireHostHeader: false,
} as const;
const MOST_CONNECTIONS = 2_000;
const MOST_REQUESTS_EACH = 1_000;
/** Behind the one that is being answered. */
const MOST_REQUESTS_AHEAD = 8;
/** As for files that come: a slow telephone is served, whoever reads nothing holds an answer for seconds. */
const CONNECTION_LIMITS: ConnectionLimits = {
  mostOfNetwork: 400,
  networkOf: networkOfPeer,
  pace: { graceSeconds: 10, bytesPerSecond: 4096 },
  sweepMilliseconds: 1_000,
};

const ADDRESS_CODES: Readonly<Record<string, 'http/address-in-use' | 'http/address-unavailable'>> = {
  EADDRINUSE: 'http/address-in-use',
  EACCES: 'http/address-unavailable',
  EADDRNOTAVAIL: 'http/address-unavailable',
  ENOTFOUND: 'http/address-unavailable',
  EAI_AGAIN: 'http/address-unavailable',
};

/** What never became a request for the application: an address that is none, by its host or by its form. */
function answerNoRequest(error: unknown): Response {
  const found = error instanceof RequestError ? malformedRequest(error.message) : error;
  const { status, body } = problemOf(found);
  const headers = {
    'content-type': 'application/problem+json',
    'content-security-policy': INERT_POLICY,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  };
  return new Response(JSON.stringify(body), { status, headers });
}

/** RFC 9110 §10.1.1 has no other expectation. */
function isContinue({ headers }: IncomingMessage): boolean {
  return headers.expect?.toLowerCase() === '100-continue';
}

/** A server for anybody: bounded in what it holds for callers who send or read slowly. */
export function serverOf(fetch: (request: Request, env: object) => Response | Promise<Response>): Server {
  const listener = getRequestListener(fetch, { overrideGlobalObjects: false, errorHandler: answerNoRequest });
  const answer = inTurn((request, response) => {
    if (request.headers.host === undefined && request.httpVersion === '1.1') response.writeHead(400).end();
    else if (request.headers.expect !== undefined && !isContinue(request)) response.writeHead(417).end();
    else void listener(request, response);
  }, MOST_REQUESTS_AHEAD);
  const server = createServer(SERVER_LIMITS, answer);
  server.on('checkExpectation', answer);
  boundConnections(server, CONNECTION_LIMITS);
  server.maxConnections = MOST_CONNECTIONS;
  server.maxRequestsPerSocket = MOST_REQUESTS_EACH;
  return server;
}

/** @throws Outage `http/address-in-use`, `http/address-unavailable` */
export async function listenPublicly(
  server: Server,
  { host, port }: Config['listen'],
): Promise<{ readonly host: string; readonly port: number }> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code ?? 'unknown';
      const code = ADDRESS_CODES[reason];
      const facts = { address: `${host}:${port}`, reason };
      reject(code ? new Outage(code, `cannot listen on ${host}:${port}`, facts, { cause: error }) : error);
    });
    server.listen(port, host, resolve);
  });
  server.removeAllListeners('error');
  const address = server.address();
  return { host, port: typeof address === 'object' && address ? address.port : port };
}

/**
 * Whether the service could listen there now, for whoever has much to do before it does.
 * @throws Outage `http/address-in-use`, `http/address-unavailable`
 */
export async function checkAddress(listen: Config['listen']): Promise<void> {
  const server = createServer();
  await listenPublicly(server, listen);
  await new Promise((resolve) => server.close(resolve));
}
