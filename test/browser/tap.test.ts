import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CardEndReason } from '../../src/card/card.ts';
import { appOver } from '../support/public-app.ts';
import { brokenRules, browse, noBrowser, picture, type BrowsedApp } from '../support/chromium.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { makeTaggedCard, type TaggedCard } from '../support/tagged-cards.ts';

describe.skipIf(noBrowser)(`a tap in Chromium ${noBrowser ?? ''}`, () => {
  let installation: Installation;
  let card: TaggedCard;
  let under: BrowsedApp;

  beforeAll(async () => {
    installation = await makeInstallation({ origin: 'http://localhost:8080/verifica' });
    card = await newCard('Guadalupe Ríos Tenorio');
    under = await browse(appOver(installation.services, { taps: { burst: 1_000_000, secondsEach: 1 } }).app);
  });
  afterAll(async () => {
    await under.close();
    installation.remove();
  });

  const addressOf = (path: string): string => `${under.origin}/verifica${path}`;
  async function newCard(name?: string, options?: { readonly isActive: boolean }): Promise<TaggedCard> {
    const official = await installation.register(name === undefined ? {} : { name }, true);
    return makeTaggedCard(installation.services, official, options);
  }

  function ended(reason: CardEndReason): (page: Page) => Promise<unknown> {
    return async (page) => {
      const other = await newCard();
      await installation.services.cards.end({ number: other.number, reason });
      return page.goto(addressOf(await other.tap()));
    };
  }

  const tap = async (page: Page): Promise<void> => {
    await page.goto(addressOf(await card.tap()));
  };

  /** Each page of a tap, and how a resident gets there. */
  const PAGES: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
    current: tap,
    async replayed(page) {
      const path = await card.tap();
      await page.goto(addressOf(path));
      await page.goto(addressOf(path));
    },
    async 'unknown-tag'(page) {
      await page.goto(addressOf('/c/7K3M/xyz'));
    },
    async 'plain-tag'(page) {
      await page.goto(addressOf(`/c/${card.number}`));
    },
    async link(page) {
      await page.goto(addressOf(`${await card.tap()}?fbclid=x`));
    },
    async 'not-kept'(page) {
      await page.goto(addressOf('/c/resultado/AAAAAAAAAAAAAAAAAAAAAA'));
    },
    'being-made': async (page) => page.goto(addressOf(await (await newCard(undefined, { isActive: false })).tap())),
    stolen: ended('stolen'),
    lost: ended('lost'),
    async suspended(page) {
      const other = await newCard();
      await installation.services.suspendCredential(other.serial);
      await page.goto(addressOf(await other.tap()));
    },
    async left(page) {
      const official = await installation.register({}, true);
      const other = await makeTaggedCard(installation.services, official);
      await installation.services.endOfficial({ id: official.id, reason: 'resigned' });
      await page.goto(addressOf(await other.tap()));
    },
  };

  test.for(Object.entries(PAGES))('%s is complete without a script, and fits a narrow screen', async ([name, open]) => {
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

  // The others are made of the same parts.
  test.for(['current', 'replayed', 'link', 'stolen'])(
    '%s breaks no rule of axe-core, by day and by night',
    async (name) => {
      await under.inTab(
        async (page) => {
          await PAGES[name]!(page);
          for (const colorScheme of ['light', 'dark'] as const) {
            await page.emulateMedia({ colorScheme });
            expect(await brokenRules(page), colorScheme).toEqual([]);
          }
        },
        { javaScriptEnabled: true, bypassCSP: true },
      );
    },
  );

  test('shows answer, photo and what to compare on the first screen of a telephone', async () => {
    await under.inTab(async (page) => {
      await tap(page);
      const photo = (await page.locator('img.photo').boundingBox())!;
      expect(photo.y + photo.height).toBeLessThanOrEqual(844);
    });
  });

  test('is found again by a reload and in the other language, and not by going back', async () => {
    await under.inTab(async (page) => {
      const path = await card.tap();
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
    await under.inTab(async (page) => {
      await page.goto(addressOf(`${await card.tap()}?utm_source=x`));
      await page.getByRole('button', { name: 'Yo la acerqué: revisar' }).click();
      expect(await page.title()).toBe('Sí trabaja aquí.');
    });
  });
});
