import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Client, MOST_ANSWER_BYTES } from '../../cli/client.ts';
import { overSocket } from '../../cli/connect.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function listening(server: Server): Promise<string> {
  const path = join(temporaryFolder(), 's');
  server.listen(path);
  await once(server, 'listening');
  return path;
}

test.each([
  ['says nothing', 0],
  ['stops in the middle', 3],
])('a service that %s is given up', async (_, bytes) => {
  const server = createServer(
    (request, response) => void (request.resume(), bytes && response.write('x'.repeat(bytes))),
  );
  const path = await listening(server);
  const client = new Client(overSocket(path, { silenceMs: 200 }), async () => {});
  await expect(client.getBytes('/x')).rejects.toMatchObject({ code: 'http/unavailable' });
  server.closeAllConnections();
  server.close();
});

test('a service that says nothing keeps no command from ending', async () => {
  const server = createServer(() => {});
  const path = await listening(server);
  const over = new AbortController();
  const answer = new Client(overSocket(path, { over: over.signal }), async () => over.abort());
  const asked = expect(answer.getBytes('/x')).rejects.toMatchObject({ code: 'http/unavailable' });
  await once(server, 'request');
  await answer.close();
  await asked;
  server.closeAllConnections();
  server.close();
});

test.each([
  ['is no JSON', 200, '<html>'],
  ['is cut off', 200, '{"number":"4'],
  ['is a problem of no form', 500, '[]'],
])('an answer that %s is unexpected', async (_, status, body) => {
  const client = new Client(
    async () => new Response(body, { status }),
    async () => {},
  );
  await expect(client.get('/x')).rejects.toMatchObject({ code: 'http/unexpected' });
});

test('an answer without end is read no further than the largest that there is', async () => {
  let told = 0;
  const chunk = new Uint8Array(1 << 20);
  const body = (): ReadableStream =>
    new ReadableStream({ pull: (to) => (told++ < 200 ? to.enqueue(chunk) : to.close()) });
  const client = new Client(
    async () => new Response(body()),
    async () => {},
  );
  await expect(client.getBytes('/x')).rejects.toMatchObject({ code: 'http/unexpected' });
  expect(told).toBeLessThan(MOST_ANSWER_BYTES / chunk.length + 5);
  await expect(client.get('/x')).rejects.toMatchObject({ code: 'http/unexpected' });
});
