import { once } from 'node:events';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { PageFound } from '../../../cli/station/page-view.ts';
import { factoryState } from '../../../hardware/soft-piv/state.ts';
import { systemRandom } from '../../../src/adapters/system.ts';
import { drawCardNumber, formatCardNumber } from '../../../src/card/card.ts';
import { until } from '../../support/driver-processes.ts';
import { provision, stationOf } from '../../card/station/station-kit.ts';
import { fakeOffice } from '../../support/fake-office.ts';
import { portrait } from '../../support/installation.ts';
import { chip } from './kit.ts';
import { openStationPage, type OpenedPage } from './page-kit.ts';

let opened: OpenedPage | undefined;

async function open(...given: Parameters<typeof openStationPage>): Promise<OpenedPage> {
  return (opened = await openStationPage(...given));
}

afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

interface Asked {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** As another program of this machine would, with whatever headers it likes. */
function askPage(
  address: string,
  path: string,
  { method = 'GET', headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Asked> {
  const { port } = new URL(address);
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let text = '';
      response.on('data', (part: Buffer) => void (text += String(part)));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Opens the page with a new address. @returns what its requests have */
async function enter({
  page,
}: Pick<OpenedPage, 'page'>): Promise<{ address: string; headers: Record<string, string> }> {
  const address = page.address();
  const { origin, hash } = new URL(address);
  const body = JSON.stringify({ code: hash.slice(1) });
  const headers = { 'content-type': 'application/json', origin };
  const { text } = await askPage(address, '/open', { method: 'POST', headers, body });
  const { token } = JSON.parse(text) as { token: string };
  return { address, headers: { authorization: `Bearer ${token}` } };
}

/** Opens the page with a new address, and does not read what it is told. */
async function stall({ page }: OpenedPage): Promise<Socket> {
  const address = page.address();
  const { origin, host, port, hash } = new URL(address);
  const headers = { 'content-type': 'application/json', origin };
  const body = JSON.stringify({ code: hash.slice(1) });
  const { text } = await askPage(address, '/open', { method: 'POST', headers, body });
  const { token } = JSON.parse(text) as { token: string };
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => {});
  socket.pause();
  socket.write(`GET /board HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\n\r\n`);
  await once(socket, 'readable');
  return socket;
}

/** Tells what happens, so many times, each a line of 400 kB. */
async function tell({ page, view }: OpenedPage, times: number): Promise<void> {
  const { shown } = view;
  const long = vi.spyOn(view, 'shown', 'get').mockReturnValue({ ...shown, recent: ['x'.repeat(400_000)] });
  for (let i = 0; i < times; i++) {
    page.refresh();
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
  }
  long.mockRestore();
}

describe('the page of a station', () => {
  const json = { 'content-type': 'application/json' };

  test('opens once, for the code of its address, and says so where somebody else comes with it', async () => {
    const { page, refused } = await open();
    const address = page.address();
    const { origin, hash } = new URL(address);
    const body = JSON.stringify({ code: hash.slice(1) });
    const headers = { ...json, origin };
    const first = await askPage(address, '/open', { method: 'POST', headers, body });
    expect(first.status).toBe(200);
    const { token } = JSON.parse(first.text) as { token: string };
    expect(token).not.toBe(hash.slice(1));
    expect((await askPage(address, '/open', { method: 'POST', headers, body })).status).toBe(403);
    expect(refused).toEqual([1]);
    const bearer = { authorization: `Bearer ${token}` };
    expect((await askPage(address, '/people?q=ana', { headers: bearer })).status).toBe(200);
    // A new address closes what was open under the one before, once it is used.
    const next = new URL(page.address()).hash.slice(1);
    await askPage(address, '/open', { method: 'POST', headers, body: JSON.stringify({ code: next }) });
    expect((await askPage(address, '/people?q=ana', { headers: bearer })).status).toBe(401);
  });

  test('answers wrong codes late, tells the terminal once for many, and the right one opens all the same', async () => {
    const { page, refused } = await open();
    const address = page.address();
    const { origin, hash } = new URL(address);
    const headers = { ...json, origin };
    const post = (code: string): Promise<Asked> =>
      askPage(address, '/open', { method: 'POST', headers, body: JSON.stringify({ code }) });
    const guess = hash[1] === 'A' ? 'B' : 'A';
    const began = performance.now();
    const wrong = Array.from({ length: 40 }, () => post(guess + hash.slice(2)));
    await until(() => refused.includes(10), 'the guesses have come');
    const right = await post(hash.slice(1));
    expect([right.status, performance.now() - began < 900]).toEqual([200, true]);
    expect((await Promise.all(wrong)).map(({ status }) => status)).toEqual(wrong.map(() => 403));
    expect(performance.now() - began).toBeGreaterThan(950);
    expect(refused).toEqual([1, 10]);
    // Whoever is in stays in, however many more come.
    const { token } = JSON.parse(right.text) as { token: string };
    await Promise.all(Array.from({ length: 40 }, () => post('x')));
    const bearer = { authorization: `Bearer ${token}` };
    expect((await askPage(address, '/people?q=ana', { headers: bearer })).status).toBe(200);
  });

  test('lets nobody fill it with connections that say nothing, or say it slowly', { timeout: 30_000 }, async () => {
    const { page } = await open();
    const address = page.address();
    const { origin, port, hash } = new URL(address);
    const headers = { ...json, origin };
    const body = JSON.stringify({ code: hash.slice(1) });
    const { text } = await askPage(address, '/open', { method: 'POST', headers, body });
    const bearer = { authorization: `Bearer ${(JSON.parse(text) as { token: string }).token}` };
    const board = await fetch(new URL('/board', address), { headers: bearer });
    const reader = board.body!.getReader();
    await reader.read();

    const heads = [
      '',
      'GET / HTTP/1.1\r\nHost: ',
      `POST /open HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: ${origin}`,
    ];
    const slowBody = `${heads[2]}\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{`;
    const began = performance.now();
    const sockets = await Promise.all(
      Array.from({ length: 120 }, async (_, i) => {
        const socket = connect(Number(port), '127.0.0.1');
        socket.on('error', () => {});
        await once(socket, 'connect');
        socket.write([...heads, slowBody][i % 4]!);
        // One byte now and then, so that it is never idle.
        const drip = setInterval(() => socket.write('a'), 500);
        socket.once('close', () => clearInterval(drip));
        return socket;
      }),
    );
    const left = (): number => sockets.filter(({ closed }) => !closed).length;
    await until(() => left() <= 48, 'those that are too many go', 2_000);
    expect((await askPage(address, '/people?q=ana', { headers: bearer })).status).toBe(200);
    await until(() => left() === 0, 'all of them go', 10_000);
    expect(performance.now() - began).toBeLessThan(7_000);
    // The page of the station was let alone.
    const next = reader.read();
    opened!.station.readers.put('A', chip(factoryState(systemRandom)));
    expect((await next).done).toBe(false);
    await reader.cancel();
  });

  test('outlives one that does not read, however much waits for it when the next one is opened', async () => {
    const station = await open();
    const faults: Error[] = [];
    const note = (error: Error): void => void faults.push(error);
    process.on('uncaughtExceptionMonitor', note);
    // The system takes some MB before anything waits here.
    for (let lines = 0; lines < 24; lines++) {
      const socket = await stall(station);
      await tell(station, lines);
      const next = await stall(station);
      await tell(station, 1);
      for (const one of [socket, next]) one.destroy();
    }
    process.off('uncaughtExceptionMonitor', note);
    expect(faults).toEqual([]);
  });

  test('cuts one that does not read, and keeps no more than a MB for it', async () => {
    const station = await open();
    const socket = await stall(station);
    await tell(station, 100);
    let read = 0;
    socket.on('data', (part: Buffer) => void (read += part.length));
    await until(() => socket.closed, 'it is cut', 5_000);
    expect(read).toBeLessThan(20_000_000);
  });

  test.each([
    ['another host, as of a name that was turned to this machine', { host: 'evil.example' }, 421],
    ['the same machine by another name', { host: 'localhost' }, 421],
    ['a page of elsewhere', { origin: 'https://evil.example' }, 403],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }, 403],
    ['a frame or link of elsewhere', { 'sec-fetch-site': 'cross-site' }, 403],
    ['no origin at all', {}, 403],
  ])('declines what comes from %s', async (_, extra: Record<string, string>, status) => {
    const { page } = await open();
    const address = page.address();
    const { origin, hash } = new URL(address);
    const body = JSON.stringify({ code: hash.slice(1) });
    const own = 'origin' in extra || Object.keys(extra).length === 0 ? {} : { origin };
    const headers = { ...json, ...own, ...extra };
    expect((await askPage(address, '/open', { method: 'POST', headers, body })).status).toBe(status);
    // The code was not used up by that.
    expect((await askPage(address, '/open', { method: 'POST', headers: { ...json, origin }, body })).status).toBe(200);
  });

  test('tells of whoever is looked for and does not wait why, and of nobody else', async () => {
    const { page, office, station } = await open();
    const { address, headers } = await enter({ page });
    const people = async (): Promise<PageFound> =>
      JSON.parse((await askPage(address, '/people?q=ana', { headers })).text) as PageFound;
    expect(await people()).toMatchObject({ people: [{ officialId: office.ana }], others: [] });
    const number = drawCardNumber(systemRandom);
    station.queue.settle(office.ana, { state: 'done', number, made: 'before' });
    expect(await people()).toEqual({ people: [], others: [expect.stringContaining(formatCardNumber(number))] });
  });

  test('shows the photo of whoever is on the list or at a reader, and of nobody else; none is told as none', async () => {
    const office = fakeOffice({ photo: portrait(), others: 1 });
    const { holder } = office;
    office.holder = async (id) => {
      const { photo, ...held } = await holder(id);
      return id === office.beto ? held : { ...held, ...(photo && { photo }) };
    };
    const { page, station } = await open('es', { office, people: [office.beto] });
    const { address, headers } = await enter({ page });
    const photoOf = async (id: string): Promise<number> =>
      (await askPage(address, `/photo?of=${id}`, { headers })).status;
    expect([await photoOf(office.beto), await photoOf(office.ana)]).toEqual([204, 404]);
    const state = factoryState(systemRandom);
    await provision(stationOf(office), chip(state)());
    const { number } = [...office.cards.values()][0]!;
    station.readers.put('A', chip(state));
    expect(await station.shows('A', 'done')).toMatchObject({ made: 'before', number });
    expect(await photoOf(office.ana)).toBe(200);
    station.readers.pull('A');
    await station.shows('A', 'empty');
    expect(await photoOf(office.ana)).toBe(404);
  });

  test('tells nobody anything without its token, and loads nothing from elsewhere', async () => {
    const { page, office } = await open();
    const address = page.address();
    for (const path of ['/board', '/people?q=a', `/photo?of=${office.ana}`]) {
      expect((await askPage(address, path)).status, path).toBe(401);
      expect((await askPage(address, path, { headers: { authorization: 'Bearer x' } })).status, path).toBe(401);
    }
    const { headers, text } = await askPage(address, '/');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['cache-control']).toBe('no-store');
    expect(text).not.toMatch(/https?:|Ana|Beto/);
  });
});
