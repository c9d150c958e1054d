import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { SeatState } from '../../cli/station/board.ts';
import { withFaults } from '../../hardware/faults.ts';
import { factoryState } from '../../hardware/soft-piv/state.ts';
import { systemRandom } from '../../src/adapters/system.ts';
import { drawCardNumber, formatCardNumber } from '../../src/card/card.ts';
import { personOf } from '../../src/card/station/work-card.ts';
import { Outage } from '../../src/core/refusal.ts';
import type { PublicApp } from '../../src/http/app.ts';
import { PIN } from '../card/station/station-kit.ts';
import { chip } from '../cli/station/kit.ts';
import { openStationPage, type OpenedPage } from '../cli/station/page-kit.ts';
import { brokenRules, browse, noBrowser, picture, withProfile, type BrowsedApp } from '../support/chromium.ts';
import { fakeOffice } from '../support/fake-office.ts';
import { portrait } from '../support/installation.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let opened: OpenedPage | undefined;

async function open(...given: Parameters<typeof openStationPage>): Promise<OpenedPage> {
  return (opened = await openStationPage(...given));
}

afterEach(async () => {
  await opened?.close();
  opened = undefined;
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

  test('has both fields of a PIN and the button in a low window, and Enter goes from one field to the other', async () => {
    const { page, station } = await open();
    const low = { javaScriptEnabled: true, bypassCSP: false, viewport: { width: 1366, height: 625 } };
    await browser.inTab(async (tab) => {
      await tab.goto(page.address());
      station.readers.put('A', chip(factoryState(systemRandom)));
      await tab.waitForSelector('.asking img');
      await tab.click('.asking button');
      await tab.waitForSelector('input.pin');
      await tab.waitForSelector('.asking img');
      await picture(tab, 'station-low');
      const expectInWindow = async (...all: readonly string[]): Promise<void> => {
        for (const seen of all) {
          const { y, height } = (await tab.locator(seen).boundingBox())!;
          expect(y, seen).toBeGreaterThanOrEqual(0);
          expect(y + height, seen).toBeLessThan(625);
        }
      };
      await expectInWindow('.name', '#pin-1', '#again-1', 'form button');
      await tab.keyboard.type('123456');
      await tab.keyboard.press('Enter');
      await tab.keyboard.type('123456');
      await tab.keyboard.press('Enter');
      await tab.waitForSelector('.said:not([hidden])');
      await picture(tab, 'station-low-said');
      await expectInWindow('.said', '#pin-1', '#again-1', 'form button');
      await tab.keyboard.type(PIN);
      await tab.keyboard.press('Enter');
      expect(await tab.evaluate('document.activeElement.id')).toBe('again-1');
      await tab.keyboard.type(PIN);
      await tab.keyboard.press('Enter');
      await tab.waitForSelector('.done');
    }, low);
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

  test('leaves nothing of a PIN in the document at any moment, nor in what the browser keeps', async () => {
    const { page, station } = await open();
    const profile = temporaryFolder();
    await withProfile(profile, async (tab) => {
      await tab.goto(page.address());
      station.readers.put('A', chip(factoryState(systemRandom)));
      await tab.waitForSelector('.asking img');
      await tab.click('.asking button');
      await tab.waitForSelector('input.pin');
      expect(await tab.locator('input[type=password]').count()).toBe(0);
      const inputs = (): Promise<string> =>
        tab.evaluate(
          `[...document.querySelectorAll('input')].map(({ value }) => value).join() + document.body.innerHTML`,
        );
      for (const key of [...'19081', 'Home', 'Delete', 'End', ...'726x', 'Backspace', '3']) {
        await tab.keyboard.press(key);
        expect(await inputs()).not.toMatch(/9081|7263|081,/);
      }
      expect(await tab.inputValue('#pin-1')).toBe('•'.repeat(PIN.length));
      await tab.keyboard.press('Control+KeyZ');
      expect(await tab.inputValue('#pin-1')).toBe('•'.repeat(PIN.length));
      await tab.focus('#again-1');
      // What is selected is typed over.
      await tab.keyboard.type('000');
      await tab.keyboard.press('Control+KeyA');
      await tab.keyboard.type(PIN);
      await tab.keyboard.press('Enter');
      await tab.waitForSelector('.done');
      expect(await inputs()).not.toContain(PIN);
      expect(await tab.evaluate('JSON.stringify({ ...sessionStorage, ...localStorage })')).not.toContain(PIN);
    });
    const kept = readdirSync(profile, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    const paths = kept.map(({ parentPath, name }) => join(parentPath, name));
    expect(paths.length).toBeGreaterThan(20);
    const holds = (path: string): boolean => {
      const bytes = readFileSync(path);
      return bytes.includes(PIN) || bytes.includes(Buffer.from(PIN, 'utf16le'));
    };
    expect(paths.filter(holds)).toEqual([]);
    for (const [name, table] of [
      ['Login Data', 'logins'],
      ['Web Data', 'autofill'],
    ] as const) {
      const file = new DatabaseSync(
        paths.find((path) => basename(path) === name)!,
        { readOnly: true },
      );
      expect(file.prepare(`select count(*) as n from ${table}`).get(), table).toEqual({ n: 0 });
      file.close();
    }
  });

  test('shows that a card was pulled too early, whose it is and what to do, until it is done at whatever reader', async () => {
    const { page, station, office, view } = await open();
    const state = factoryState(systemRandom);
    await inTab(async (tab) => {
      await tab.goto(page.address());
      station.readers.put('A', () => withFaults(chip(state)(), [{ kind: 'pull', at: 70, when: 'before' }]));
      const torn = new Promise<void>((resolve) =>
        station.board.onEvent(({ kind, seat }) => {
          if (kind === 'state' && seat.state.is === 'failed') resolve();
        }),
      );
      await station.agree('A');
      await torn;
      station.readers.pull('A');
      await tab.waitForSelector('.torn');
      const [card] = [...office.cards.values()];
      const number = formatCardNumber(card!.number);
      expect(await tab.textContent('.torn .tornWhat')).toContain('Ana Pérez Núñez');
      expect(await tab.textContent('.torn .next')).toContain(number);
      // And nothing that asks for any other card.
      expect(await tab.textContent('.torn')).not.toContain('Meta una tarjeta');
      expect(await tab.textContent('#awaited')).toContain(`${number} de Ana Pérez Núñez`);
      await picture(tab, 'station-torn');
      station.readers.put('B', chip(state));
      await tab.waitForSelector('.done');
      await tab.waitForSelector('.torn', { state: 'detached' });
      expect(await tab.isHidden('#awaited')).toBe(true);
      view.ending = true;
      page.refresh();
      await tab.waitForSelector('#banner:not([hidden])');
      await picture(tab, 'station-ending');
    });
  });

  test('lists what was made here alone, asks for no card once it ends, and says what follows from a missing photo', async () => {
    const office = fakeOffice({ others: 1 });
    const { page, station, view } = await open('es', { office });
    const number = drawCardNumber(systemRandom);
    const [ana, beto] = await Promise.all(
      [office.ana, office.beto].map(async (id) => personOf(await office.holder(id))),
    );
    await inTab(async (tab) => {
      await tab.goto(page.address());
      await tab.waitForSelector('#seat-3');
      for (const [person, made] of [
        [ana!, 'here'],
        [beto!, 'before'],
      ] as const)
        station.board.show(1, { is: 'done', person, number, made, seconds: 0.6 });
      await tab.locator('.name', { hasText: beto!.name }).waitFor();
      expect(await tab.textContent('#recent ol')).toContain(ana!.name);
      expect(await tab.textContent('#recent ol')).not.toContain(beto!.name);
      station.board.show(1, { is: 'empty' });
      station.readers.put('B', chip(factoryState(systemRandom)));
      await tab.waitForSelector('.asking .noFace');
      await tab.setViewportSize({ width: 360, height: 740 });
      await picture(tab, 'station-no-photo');
      // A line of a few words each, not of one.
      expect((await tab.locator('#count').boundingBox())!.height).toBeLessThan(70);
      station.readers.pull('B');
      await tab.waitForSelector('.asking', { state: 'detached' });
      view.ended = true;
      page.refresh();
      await tab.waitForSelector('#banner:not([hidden])');
      await tab.waitForFunction(`!/Meta /.test(document.querySelector('main').innerText)`);
      await picture(tab, 'station-ended');
    });
  });

  test('does not say that somebody has no photo where it could not be asked for', async () => {
    const office = fakeOffice({ photo: portrait(), others: 1 });
    const { page, station } = await open('es', { office });
    const holder = await office.holder(office.ana);
    await inTab(async (tab) => {
      await tab.route('**/photo?*', (route) => route.fulfill({ status: 404 }));
      await tab.goto(page.address());
      await tab.waitForSelector('#seat-3');
      station.board.show(1, { is: 'asking', question: { id: 1, kind: 'offer', holder, why: 'next' } });
      await tab.locator('.photo', { hasText: 'No se pudo mostrar la fotografía' }).waitFor();
      expect(await tab.isVisible('.noFace')).toBe(false);
      await picture(tab, 'station-photo-unknown');
    });
  });

  test('keeps nothing of a reserved name when the card is gone', async () => {
    const office = fakeOffice({ photo: portrait(), others: 1 });
    const { holder } = office;
    office.holder = async (id) => ({ ...(await holder(id)), isReserved: id === office.ana });
    const { page, station } = await open('es', { office });
    await inTab(async (tab) => {
      await tab.goto(page.address());
      station.readers.put('A', chip(factoryState(systemRandom)));
      await tab.waitForSelector('.asking img');
      expect(await tab.textContent('.name')).toBe('Ana Pérez Núñez');
      const listen = `globalThis.revoked = [];
        const { revokeObjectURL } = URL;
        URL.revokeObjectURL = (address) => (revoked.push(address), revokeObjectURL.call(URL, address));`;
      await tab.evaluate(listen);
      await station.agree('A');
      await tab.waitForSelector('.done');
      await picture(tab, 'station-reserved');
      const photo = await tab.getAttribute('.done img', 'src');
      station.readers.pull('A');
      await tab.waitForSelector('#seats .empty');
      expect(await tab.textContent('#recent')).toContain(`nombre reservado (${office.ana})`);
      expect(await tab.content()).not.toMatch(/Ana Pérez|Inspectora/);
      await expect.poll(() => tab.evaluate('revoked'), { timeout: 5_000 }).toContain(photo);
    });
  });

  test('keeps the rules of accessible pages, whatever a reader shows', async () => {
    const { page, station, office } = await open();
    const holder = await office.holder(office.ana);
    const person = personOf(holder);
    const number = drawCardNumber(systemRandom);
    const error = new Outage('card/removed', 'pulled');
    const states: readonly SeatState[] = [
      { is: 'looking' },
      { is: 'working', person, stage: 'keys' },
      { is: 'tag', person, turn: false },
      { is: 'tag', person, turn: true },
      { is: 'done', person, number, made: 'here', seconds: 8 },
      { is: 'failed', person, number, error },
      { is: 'empty', torn: { is: 'failed', person, number, error } },
      { is: 'put-off', person },
      { is: 'not-needed' },
      { is: 'tag-not-awaited' },
      { is: 'asking', question: { id: 1, kind: 'offer', holder, why: 'next' } },
      { is: 'asking', question: { id: 2, kind: 'pin', holder, why: 'next' } },
    ];
    const dark = { colorScheme: 'dark', viewport: { width: 1600, height: 900 } } as const;
    for (const scheme of [{ viewport: { width: 1600, height: 900 } }, dark]) {
      await browser.inTab(
        async (tab) => {
          await tab.goto(page.address());
          await tab.waitForSelector('.seat');
          for (const [i, state] of states.entries()) {
            station.board.show((i % 3) + 1, state);
            await tab.waitForSelector(`#seat-${(i % 3) + 1}`);
            if (i % 3 !== 2) continue;
            await tab.waitForFunction(`document.querySelectorAll('#seats > :not(.empty:not(.torn))').length === 3`);
            expect(await brokenRules(tab)).toEqual([]);
            await picture(tab, `station-states-${Math.floor(i / 3)}-${'colorScheme' in scheme ? 'dark' : 'light'}`);
          }
        },
        { javaScriptEnabled: true, bypassCSP: true, ...scheme },
      );
    }
  });
});
