import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { appOver, type AppUnderTest } from '../support/public-app.ts';

const BASE = 'https://alcaldia.example/verifica';
const pdf = { 'content-type': 'application/pdf' };
let installation: Installation;
let under: AppUnderTest;
beforeAll(async () => {
  installation = await makeInstallation({ origin: BASE });
  under = appOver(installation.services);
});
afterAll(() => installation.remove());

describe('a file that is sent', () => {
  test('of more than 25 MB is refused, whatever its length says', async () => {
    const most = 25 * 1024 * 1024;
    const told = await under.app.request(`${BASE}/api/v1/documents/verify`, {
      method: 'POST',
      body: 'x',
      headers: { ...pdf, 'content-length': String(most + 1) },
    });
    expect([told.status, ((await told.json()) as any).code]).toEqual([413, 'http/too-large']);
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1 << 20;
        controller.enqueue(new Uint8Array(1 << 20));
      },
    });
    const request = new Request(`${BASE}/api/v1/documents/verify`, {
      method: 'POST',
      body: endless,
      headers: pdf,
      duplex: 'half',
    } as RequestInit);
    const stopped = await under.app.request(request);
    expect([stopped.status, ((await stopped.json()) as any).code]).toEqual([413, 'http/too-large']);
    expect(sent).toBeLessThan(most + (4 << 20));
  });

  test.for([{ mostUnfinished: 1 }, { mostUnfinishedEach: 1 }])(
    'is not read while too many others are: %o',
    async (most) => {
      const crowded = appOver(installation.services, most);
      let feed: ReadableStreamDefaultController<Uint8Array> | undefined;
      const slow = new ReadableStream<Uint8Array>({ start: (controller) => void (feed = controller) });
      const address = `${BASE}/api/v1/documents/verify`;
      const options = { method: 'POST', headers: pdf };
      const first = crowded.app.request(
        new Request(address, { ...options, body: slow, duplex: 'half' } as RequestInit),
      );
      const second = await crowded.app.request(address, { ...options, body: 'x' });
      expect(((await second.clone().json()) as any).code).toBe('http/unavailable');
      expect([second.status, second.headers.get('retry-after')]).toEqual([503, '5']);
      const elsewhere = { incoming: { socket: { remoteAddress: '198.51.100.1' } } };
      const third = await crowded.app.request(address, { ...options, body: 'x' }, elsewhere);
      expect(third.status).toBe('mostUnfinished' in most ? 503 : 200);
      feed!.enqueue(new Uint8Array([1]));
      feed!.close();
      expect((await first).status).toBe(200);
      expect((await crowded.app.request(address, { ...options, body: 'x' })).status).toBe(200);
    },
  );

  const endlessly = (): Request => {
    let timer: NodeJS.Timeout | undefined;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => void (timer = setInterval(() => controller.enqueue(new Uint8Array([1])), 20)),
      cancel: () => clearInterval(timer),
    });
    const init = { method: 'POST', headers: pdf, body, duplex: 'half' } as RequestInit;
    return new Request(`${BASE}/api/v1/documents/verify`, init);
  };

  test('keeps nobody out while it comes slowly, and is refused in the end', async () => {
    const pace = { seconds: 60, bytesPerSecond: 4096, graceSeconds: 1 };
    const crowded = appOver(installation.services, { mostUploads: 1, mostUploadsEach: 1, pace });
    const slow = [1, 2].map(async () => crowded.app.request(endlessly()));
    const elsewhere = { incoming: { socket: { remoteAddress: '198.51.100.1' } } };
    const address = `${BASE}/api/v1/documents/verify`;
    const other = await crowded.app.request(address, { method: 'POST', headers: pdf, body: 'x' }, elsewhere);
    expect(other.status).toBe(200);
    for (const response of await Promise.all(slow))
      expect([response.status, ((await response.json()) as any).code]).toEqual([503, 'http/unavailable']);
    expect((await crowded.app.request(address, { method: 'POST', headers: pdf, body: 'x' })).status).toBe(200);
  });

  test('takes the place of one that only holds it, where all places are taken', async () => {
    const pace = { seconds: 60, bytesPerSecond: 1, graceSeconds: 60 };
    const crowded = appOver(installation.services, { mostUnfinished: 2, pace });
    const idle = [1, 2].map(async (n) => {
      const from = { incoming: { socket: { remoteAddress: `198.51.${n}.1` } } };
      return crowded.app.request(endlessly(), {}, from);
    });
    const address = `${BASE}/api/v1/documents/verify`;
    const send = async (): Promise<number> =>
      (await crowded.app.request(address, { method: 'POST', headers: pdf, body: 'x' })).status;
    // Of one that has only begun nobody can tell.
    expect(await send()).toBe(503);
    await new Promise((resolve) => setTimeout(resolve, 2100));
    expect(await send()).toBe(200);
    expect(await send()).toBe(200);
    expect((await Promise.race(idle)).status).toBe(503);
  });

  test('is refused when it takes too long, however fast it began', async () => {
    const pace = { seconds: 1, bytesPerSecond: 1, graceSeconds: 0 };
    const { app } = appOver(installation.services, { pace });
    expect((await app.request(endlessly())).status).toBe(503);
  });
});
