import { once } from 'node:events';
import { Agent, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { expect, test } from 'vitest';
import { makeInstallation } from '../support/installation.ts';
import { appOver } from '../support/public-app.ts';
import { makeTaggedCard } from '../support/tagged-cards.ts';

const ORIGIN = 'https://alcaldia.example/verifica';
const AT_ONCE = process.env['COTEJO_LONG'] ? 10_000 : 1_000;
/** Over which they come. */
const CONNECTIONS = 200;

test(`of ${AT_ONCE} uses of one tap at once, over HTTP, one is answered`, { timeout: 1_800_000 }, async () => {
  const installation = await makeInstallation({ origin: ORIGIN });
  const card = await makeTaggedCard(installation.services, await installation.register());
  const { app } = appOver(installation.services, { taps: { burst: 1_000_000, secondsEach: 1 } });
  const { pathname } = new URL(ORIGIN + (await card.tap()));
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  // On a busy machine a connection may lie still for long: closed meanwhile, it would be none of the ten thousand.
  const serverOptions = { keepAliveTimeout: 600_000 };
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1', serverOptions });
  try {
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const use = (): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const headers = { host: 'alcaldia.example' };
        const request = get(`http://127.0.0.1:${port}${pathname}`, { agent, headers }, (response) => {
          response.resume().once('end', () => resolve(response.statusCode));
        });
        request.once('error', reject);
      });
    const statuses = await Promise.all(Array.from({ length: AT_ONCE }, use));
    expect(statuses.filter((status) => status === 303)).toHaveLength(1);
    expect(statuses.filter((status) => status === 200)).toHaveLength(AT_ONCE - 1);
  } finally {
    agent.destroy();
    server.close();
    installation.remove();
  }
});
