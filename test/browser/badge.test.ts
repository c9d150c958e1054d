import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { brokenRules, browse, noBrowser, picture, type BrowsedApp } from '../support/chromium.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { appOver } from '../support/public-app.ts';
import { makeCard } from '../support/soft-slots.ts';

describe.skipIf(noBrowser)(`the page of a badge in Chromium ${noBrowser ?? ''}`, () => {
  let installation: Installation;
  let under: BrowsedApp;
  /** What is asked for, by what its page shows. */
  const asked: Record<string, string> = { mistyped: '46E7-M3T5-TE4C' };

  beforeAll(async () => {
    installation = await makeInstallation({ origin: 'http://localhost:8080/verifica' });
    const { services, register } = installation;
    const current = await makeCard(services, await register({ name: 'Guadalupe Ríos Tenorio' }, true));
    const hidden = await register({ name: 'Nombre Que Se Reserva' }, true);
    const reserved = await makeCard(services, hidden);
    await services.changeOfficial({
      id: hidden.id,
      changes: { publication: 'reserved', legalGround: 'Art. 113 de la Ley de Transparencia' },
    });
    const stolen = await makeCard(services, await register());
    await services.cards.end({ number: stolen.card.number, reason: 'stolen' });
    for (const [shown, { card }] of Object.entries({ current, reserved, stolen })) asked[shown] = card.number;
    under = await browse(appOver(services).app);
  });
  afterAll(async () => {
    await under.close();
    installation.remove();
  });

  const SHOWN = ['current', 'reserved', 'stolen', 'mistyped'] as const;

  test.for(SHOWN)('%s is complete without a script, and fits a narrow screen', async (shown) => {
    await under.inTab(async (page) => {
      await page.goto(`${under.origin}/verifica/b/${asked[shown]}`);
      expect(await page.title()).toBe(await page.locator('h1').innerText());
      expect(await page.locator('img.photo').count()).toBe(shown === 'current' ? 1 : 0);
      await picture(page, `badge-${shown}`);
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
