import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unixSeconds } from '../../src/core/time.ts';
import type { RegisteredCard } from '../../src/verifier/index.ts';
import { appOver } from '../support/public-app.ts';
import { brokenRules, browse, noBrowser, picture, type BrowsedApp } from '../support/chromium.ts';
import { CARD, tappedInstallation, type TappedInstallation } from '../support/tapped.ts';

describe.skipIf(noBrowser)(`a tap in Chromium ${noBrowser ?? ''}`, () => {
  let installation: TappedInstallation;
  let active: RegisteredCard;
  let under: BrowsedApp;

  beforeAll(async () => {
    installation = await tappedInstallation({ origin: 'http://localhost:8080/verifica' });
    active = installation.card;
    under = await browse(appOver(installation.services, { taps: { burst: 1_000_000, secondsEach: 1 } }).app);
  });
  afterAll(async () => {
    await under.close();
    installation.remove();
  });

  const at = unixSeconds(1_795_284_000);
  const addressOf = (path: string): string => `${under.origin}/verifica${path}`;
  const tap = async (page: Page): Promise<void> => {
    await page.goto(addressOf(await installation.tap()));
  };

  /** Each page of a tap, and how a resident gets there. */
  const PAGES: Readonly<Record<string, (page: Page) => Promise<void>>> = {
    current: tap,
    async replayed(page) {
      const path = await installation.tap();
      await page.goto(addressOf(path));
      await page.goto(addressOf(path));
    },
    async 'unknown-tag'(page) {
      await page.goto(addressOf('/c/7K3M/xyz'));
    },
    async 'plain-tag'(page) {
      await page.goto(addressOf(`/c/${CARD}`));
    },
    async link(page) {
      await page.goto(addressOf(`${await installation.tap()}?fbclid=x`));
    },
    async 'not-kept'(page) {
      await page.goto(addressOf('/c/resultado/AAAAAAAAAAAAAAAAAAAAAA'));
    },
    async 'being-made'(page) {
      installation.card = { ...active, state: 'registered' };
      await tap(page);
    },
    async stolen(page) {
      installation.card = { ...active, state: 'ended', ended: { at, reason: 'stolen' } };
      await tap(page);
    },
    async lost(page) {
      installation.card = { ...active, state: 'ended', ended: { at, reason: 'lost' } };
      await tap(page);
    },
    async left(page) {
      installation.card = { ...active, official: { ...active.official, mandate: 'ended', endedOn: '2026-03-12' } };
      await tap(page);
    },
  };

  test.for(Object.entries(PAGES))('%s is complete without a script, and fits a narrow screen', async ([name, open]) => {
    installation.card = active;
    await under.inTab(async (page) => {
      await open(page);
      expect(await page.title()).toBe(await page.locator('h1').innerText());
      await picture(page, `tap-${name}`);
      await picture(page, `tap-${name}-first-screen`, { fullPage: false });
      await page.setViewportSize({ width: 320, height: 640 });
      const [content, screen] = await page.locator('html').evaluate((html) => [html.scrollWidth, html.clientWidth]);
      expect(content).toBe(screen);
      for (const target of await page.locator('a:visible, button:visible, summary:visible').all()) {
        expect((await target.boundingBox())!.height).toBeGreaterThanOrEqual(48);
      }
    });
  });

  test.for(Object.entries(PAGES))('%s breaks no rule of axe-core, by day and by night', async ([, open]) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      installation.card = active;
      await under.inTab(
        async (page) => {
          await open(page);
          expect(await brokenRules(page)).toEqual([]);
        },
        { javaScriptEnabled: true, bypassCSP: true, colorScheme },
      );
    }
  });

  test('shows answer, photo and what to compare on the first screen of a telephone', async () => {
    installation.card = active;
    await under.inTab(async (page) => {
      await tap(page);
      const photo = (await page.locator('img.photo').boundingBox())!;
      expect(photo.y + photo.height).toBeLessThanOrEqual(844);
    });
  });

  test('is found again by a reload and in the other language, and not by going back', async () => {
    installation.card = active;
    await under.inTab(async (page) => {
      const path = await installation.tap();
      await page.goto(addressOf(path));
      expect(page.url()).toContain('/c/resultado/');
      await page.reload();
      expect(await page.title()).toBe('Sí trabaja aquí.');
      await page.getByRole('link', { name: 'English' }).click();
      expect(await page.title()).toBe('Yes, this person works here.');
      await page.goto(addressOf(path));
      expect(await page.title()).toBe('Acerca otra vez la credencial a TU teléfono.');
    });
  });

  test('is not used up by a link that was looked at, but by its button', async () => {
    installation.card = active;
    await under.inTab(async (page) => {
      await page.goto(addressOf(`${await installation.tap()}?utm_source=x`));
      await page.getByRole('button', { name: 'Yo la acerqué: revisar' }).click();
      expect(await page.title()).toBe('Sí trabaja aquí.');
    });
  });
});
