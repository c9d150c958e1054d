import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { PageView } from '../../cli/station/page-view.ts';
import { openPage, type StationPage } from '../../cli/station/page-server.ts';
import { factoryState } from '../../hardware/soft-piv/state.ts';
import { systemRandom } from '../../src/adapters/system.ts';
import type { PublicApp } from '../../src/http/app.ts';
import { PIN } from '../card/station/station-kit.ts';
import { chip, tryStation, type TriedStation } from '../cli/station/kit.ts';
import { until } from '../support/driver-processes.ts';
import { brokenRules, browse, noBrowser, picture, type BrowsedApp } from '../support/chromium.ts';
import { fakeOffice, type FakeOffice } from '../support/fake-office.ts';
import { portrait } from '../support/installation.ts';

interface Opened {
  readonly office: FakeOffice;
  readonly station: TriedStation;
  readonly page: StationPage;
  readonly view: PageView;
  /** The counts of wrong codes of which the terminal was told. */
  readonly refused: readonly number[];
}

let opened: Opened | undefined;

async function open(language: 'es' | 'en' = 'es'): Promise<Opened> {
  const office = fakeOffice({ photo: portrait(), others: 3 });
  const station = await tryStation(office);
  const { board, queue } = station;
  const refused: number[] = [];
  const view = new PageView(board, queue, language);
  const page = await openPage({
    ...{ board, queue, view, office, language },
    stop: () => station.seats.stop(),
    refused: (times) => void refused.push(times),
  });
  return (opened = { office, station, page, view, refused });
}

afterEach(async () => {
  await opened?.page.close();
  await opened?.station.stop();
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
    await until(() => left() < 48, 'those that are too many go');
    expect((await askPage(address, '/people?q=ana', { headers: bearer })).status).toBe(200);
    await until(() => left() === 0, 'all of them go', 10_000);
    expect(performance.now() - began).toBeLessThan(7_000);
    // The page of the station was let alone.
    const next = reader.read();
    opened!.station.readers.put('A', chip(factoryState(systemRandom)));
    expect((await next).done).toBe(false);
    await reader.cancel();
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

describe.skipIf(noBrowser)(`a station in Chromium ${noBrowser ?? ''}`, { timeout: 120_000 }, () => {
  let browser: BrowsedApp;
  beforeAll(async () => {
    browser = await browse({ fetch: () => new Response('') } as unknown as PublicApp);
  });
  afterAll(() => browser.close());

  const inTab = (use: (page: Page) => Promise<void>): Promise<void> =>
    browser.inTab(use, { javaScriptEnabled: true, bypassCSP: false, viewport: { width: 1440, height: 900 } });

  test('shows whose card it will be, and makes it by keyboard alone', async () => {
    const { page, station, office } = await open();
    await inTab(async (tab) => {
      await tab.goto(page.address());
      await tab.waitForSelector('#seat-3');
      expect(tab.url()).not.toContain('#');
      const state = factoryState(systemRandom);
      station.readers.put('A', chip(state));
      await tab.waitForSelector('.asking img');
      await picture(tab, 'station-offer');
      expect(await tab.textContent('.name')).toBe('Ana Pérez Núñez');
      // Enter that was meant for something else confirms nobody.
      await tab.keyboard.press('Enter');
      expect(station.board.questions[0]?.question.kind).toBe('offer');
      await tab.keyboard.press('Tab');
      await tab.keyboard.press('Enter');
      await tab.waitForSelector('input.pin');
      await tab.keyboard.type('123456');
      await tab.keyboard.press('Tab');
      await tab.keyboard.type('123456');
      await tab.keyboard.press('Enter');
      await tab.waitForSelector('.said:not([hidden])');
      await picture(tab, 'station-pin');
      await tab.keyboard.type(PIN);
      await tab.keyboard.press('Tab');
      await tab.keyboard.type(PIN);
      await tab.keyboard.press('Enter');
      await tab.waitForSelector('.done');
      expect(await tab.textContent('#count')).toContain('1 de 5 tarjetas listas');
      expect(station.queue.find(office.ana)?.standing.state).toBe('done');
      expect(await tab.content()).not.toContain(PIN);
    });
  });

  test('goes on after it is loaded again, shows several readers, and leaves typing alone', async () => {
    const { page, station } = await open('en');
    await inTab(async (tab) => {
      await tab.goto(page.address());
      await tab.waitForSelector('.seat');
      await tab.reload();
      await tab.waitForSelector('.seat');
      station.readers.put('A', chip(factoryState(systemRandom)));
      await tab.waitForSelector('.asking');
      await tab.click('.asking button');
      await tab.waitForSelector('input.pin');
      await tab.keyboard.type('9081');
      // Another card comes while somebody types.
      station.readers.put('B', chip(factoryState(systemRandom)));
      await tab.waitForSelector('#seat-2 ~ div button');
      await tab.keyboard.type('7263');
      expect(await tab.inputValue('#pin-1')).toBe('•'.repeat(PIN.length));
      await tab.fill('#again-1', PIN);
      await tab.keyboard.press('Enter');
      await tab.waitForSelector('.done');
      await tab.fill('#other-2', 'persona 4');
      await tab.waitForSelector('.found button');
      await tab.click('.found button');
      await tab.locator('.asking .name', { hasText: 'Persona 4' }).waitFor();
      station.readers.put('C', () => ({
        ...chip(factoryState(systemRandom))(),
        transmit: async () => Uint8Array.of(0x6a, 0x82),
      }));
      await tab.waitForSelector('.failed');
      await picture(tab, 'station-three');
    });
  });

  test('keeps the rules of accessible pages', async () => {
    const { page, station } = await open();
    station.readers.put('A', chip(factoryState(systemRandom)));
    await browser.inTab(
      async (tab) => {
        await tab.goto(page.address());
        await tab.waitForSelector('.asking img');
        expect(await brokenRules(tab)).toEqual([]);
        await tab.click('.asking button');
        await tab.waitForSelector('input.pin');
        expect(await brokenRules(tab)).toEqual([]);
      },
      { javaScriptEnabled: true, bypassCSP: true },
    );
  });
});
