import { once } from 'node:events';
import { createServer, get, type RequestListener } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { boundConnections, inTurn, type ConnectionLimits } from '../../src/adapters/connections.ts';
import { networkOfPeer } from '../../src/http/caller.ts';
import { serveInstallation } from '../../src/node.ts';
import { makeInstallation } from '../support/installation.ts';

const cleanUp: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const act of cleanUp.splice(0).toReversed()) await act();
});

const GENEROUS: ConnectionLimits = {
  ...{ mostOfNetwork: 100, networkOf: () => 'all', sweepMilliseconds: 50 },
  pace: { graceSeconds: 60, bytesPerSecond: 1 },
};

async function listen(answer: RequestListener, limits: Partial<ConnectionLimits> = {}): Promise<number> {
  const server = createServer(answer);
  boundConnections(server, { ...GENEROUS, ...limits });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUp.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

/** A connection that reads nothing until it is told to. */
async function silent(port: number, text: string): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  cleanUp.push(() => void socket.destroy());
  socket.pause().on('error', () => {});
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

const asked = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
const closed = async (socket: Socket): Promise<string> => {
  let text = '';
  socket.on('data', (data) => (text += data.toString('latin1'))).resume();
  if (!socket.closed) await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return text;
};

describe('requests that are sent ahead', () => {
  test('are answered in turn, each when the one before it was', async () => {
    let now = 0;
    let most = 0;
    const slowly: RequestListener = (request, response) => {
      most = Math.max(most, ++now);
      setTimeout(() => {
        now--;
        response.end(`<${request.url}>`);
      }, 5);
    };
    const port = await listen(inTurn(slowly, 8));
    const paths = Array.from({ length: 9 }, (_, i) => `/${i}`);
    const socket = await silent(
      port,
      paths
        .map(asked)
        .join('')
        .replace(/\r\n\r\n$/, '\r\nConnection: close\r\n\r\n'),
    );
    const text = await closed(socket);
    expect(text.match(/<[^>]+>/g)).toEqual(paths.map((path) => `<${path}>`));
    expect(most).toBe(1);
  });

  test('wait until the answer before them is taken, and are no reason to keep more than that one', async () => {
    let begun = 0;
    const large: RequestListener = (_, response) => {
      begun++;
      response.end(Buffer.alloc(64 << 20));
    };
    const port = await listen(inTurn(large, 8));
    await silent(port, asked('/').repeat(8));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(begun).toBe(1);
  });

  test('in their hundreds close the connection, and keep nobody else waiting', async () => {
    const installation = await makeInstallation();
    installation.close();
    cleanUp.push(() => installation.remove());
    const lines: string[] = [];
    const options = { writeTelemetry: (line: string) => void lines.push(line), stopAtSignals: false };
    const config = { ...installation.config, listen: { host: '127.0.0.1', port: 0 } };
    const { address, stop } = await serveInstallation(config, options);
    cleanUp.push(stop);
    // Requests that Node would refuse by itself, out of turn, are no way past.
    const refused = ['GET / HTTP/1.1\r\n\r\n', 'GET / HTTP/1.1\r\nHost: localhost\r\nExpect: nothing\r\n\r\n'];
    const sent = [asked('/api/openapi.json'), ...refused];
    const many = Array.from({ length: 21 }, (_, i) =>
      silent(address.port, asked('/api/openapi.json') + sent[i % 3]!.repeat(500)),
    );
    const sockets = await Promise.all(many);
    const [home] = await once(get(`http://127.0.0.1:${address.port}/healthz`, { agent: false }), 'response');
    expect(home.statusCode).toBe(200);
    const texts = await Promise.all(sockets.map(closed));
    expect(texts.every((text) => text.split('HTTP/1.1').length <= 10)).toBe(true);
    expect(lines.filter((line) => line.includes('openapi')).length).toBeLessThan(21 * 9 + 1);
  });
});

describe('an answer', () => {
  const large = Buffer.alloc(32 << 20);

  test('that nobody reads is not kept', async () => {
    const pace = { graceSeconds: 0.2, bytesPerSecond: 1 << 30 };
    const ended = Promise.withResolvers<boolean>();
    const port = await listen(
      (_, response) => {
        response.on('close', () => ended.resolve(response.writableFinished));
        response.end(large);
      },
      { pace },
    );
    await silent(port, asked('/'));
    expect(await ended.promise).toBe(false);
  });

  test('that is read slowly, but fast enough, is given whole, however long it takes', async () => {
    const pace = { graceSeconds: 0.01, bytesPerSecond: 1 << 20 };
    const port = await listen((_, response) => void response.end(large), { pace });
    const socket = await silent(port, asked('/'));
    let length = 0;
    socket.on('data', (data) => {
      length += data.length;
      socket.pause();
      setTimeout(() => socket.resume(), 1);
    });
    socket.resume();
    await expect.poll(() => length, { timeout: 30_000 }).toBeGreaterThanOrEqual(large.length);
  }, 40_000);
});

describe('connections of one network', () => {
  test('are closed beyond their number, until one ends', async () => {
    const port = await listen((_, response) => void response.end('here'), { mostOfNetwork: 3 });
    const first = await Promise.all([1, 2, 3].map(() => silent(port, asked('/'))));
    expect(await closed(await silent(port, asked('/')))).toBe('');
    first[0]!.destroy();
    const answered = async (): Promise<boolean> => {
      const socket = await silent(port, asked('/').replace(/\r\n$/, 'Connection: close\r\n\r\n'));
      return (await closed(socket)).includes('here');
    };
    await expect.poll(answered).toBe(true);
  });

  test('are told apart as for requests, and a proxy on this machine is none', () => {
    expect(['127.0.0.1', '::1', '::ffff:127.0.0.1', undefined].map(networkOfPeer)).toEqual(Array(4).fill(undefined));
    expect(['203.0.113.7', '::ffff:203.0.113.9'].map(networkOfPeer)).toEqual(['203.0.113', '203.0.113']);
  });
});
