import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/system.ts';
import { dayInMexicoCity, unixSeconds } from '../../src/core/time.ts';
import { EVIDENCE_KINDS } from '../../src/directory/distinctive/distinctive.ts';
import type { Official } from '../../src/directory/official.ts';
import { brokenRules, browse, noBrowser, picture, type BrowsedApp } from '../support/chromium.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { appOver } from '../support/public-app.ts';
import { makeCard } from '../support/soft-slots.ts';

describe.skipIf(noBrowser)(`the page of a distinctive in Chromium ${noBrowser ?? ''}`, () => {
  let installation: Installation;
  let under: BrowsedApp;
  /** What is asked for, by what its page shows. */
  const asked: Record<string, string> = {};

  beforeAll(async () => {
    installation = await makeInstallation({ origin: 'http://localhost:8080/verifica' });
    const { services, register } = installation;
    const until = dayInMexicoCity(unixSeconds(systemClock() + 100 * 86_400));
    const evidence = EVIDENCE_KINDS.map((kind) => ({ kind, until }));
    const grantTo = async ({ id }: Official): Promise<string> =>
      (await services.distinctives.grant({ officialId: id, evidence })).number;
    const official = await register({ name: 'Guadalupe Ríos Tenorio' }, true);
    asked['current'] = await grantTo(official);
    asked['beside-a-card'] = (await makeCard(services, official)).card.number;
    const other = await register();
    asked['withdrawn'] = await grantTo(other);
    await services.distinctives.withdraw({ number: asked['withdrawn'] as never, reason: 'conduct' });
    under = await browse(appOver(services).app);
  });
  afterAll(async () => {
    await under.close();
    installation.remove();
  });

  const SHOWN = ['current', 'withdrawn', 'beside-a-card'] as const;

  test.for(SHOWN)('%s is complete without a script, and fits a narrow screen', async (shown) => {
    await under.inTab(async (page) => {
      await page.setViewportSize({ width: 360, height: 740 });
      await page.goto(`${under.origin}/verifica/b/${asked[shown]}`);
      expect(await page.title()).toBe(await page.locator('h1').innerText());
      expect(await page.locator('img.photo').count()).toBe(shown === 'withdrawn' ? 0 : 1);
      await picture(page, `distinctive-${shown}`);
      await page.setViewportSize({ width: 320, height: 640 });
      const [content, screen] = await page.locator('html').evaluate((html) => [html.scrollWidth, html.clientWidth]);
      expect(content).toBe(screen);
    });
  });

  test.for(SHOWN)('%s breaks no rule of axe-core', async (shown) => {
    await under.inTab(
      async (page) => {
        await page.goto(`${under.origin}/verifica/b/${asked[shown]}`);
        expect(await brokenRules(page)).toEqual([]);
      },
      { javaScriptEnabled: true, bypassCSP: true },
    );
  });
});
