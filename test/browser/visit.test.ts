import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unixSeconds } from '../../src/core/time.ts';
import type { Oficio } from '../../src/oficio/oficio.ts';
import { brokenRules, browse, noBrowser, picture, type BrowsedApp } from '../support/chromium.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { letterOf, TWO_PAGES } from '../support/office.ts';
import { appOver } from '../support/public-app.ts';

describe.skipIf(noBrowser)(`the page of a letter that announces a visit, in Chromium ${noBrowser ?? ''}`, () => {
  let installation: Installation;
  let under: BrowsedApp;
  let letter: Oficio;

  beforeAll(async () => {
    installation = await makeInstallation({ origin: 'http://localhost:8080/verifica' });
    const { services, register, issue } = installation;
    const director = await register({ name: 'Guadalupe Ríos Tenorio', post: 'Directora' }, true);
    const other = await register({ name: 'Óscar Peña Ávila', post: 'Verificador' });
    await issue(director, 'signer');
    const from = unixSeconds(services.clock() - 60);
    const visit = { place: 'Durango 212', from, to: unixSeconds(from + 18_000), officials: [director.id, other.id] };
    const addressee = { name: 'Lidia Mora', isPublic: true };
    const request = letterOf(director, TWO_PAGES, { type: 'orden-de-visita', visit, addressee });
    letter = (await services.signOficio(request, 'a visit')).oficio;
    const received = { receivedAt: services.clock(), how: 'notifier', name: 'Rosa Vega' };
    await services.receptions.receive({ letter: letter.id, received, idempotencyKey: 'received' });
    under = await browse(appOver(services).app);
  });
  afterAll(async () => {
    await under.close();
    installation.remove();
  });

  test('shows who alone comes with their photo, without a script, on a narrow screen, and breaks no rule of axe-core', async () => {
    await under.inTab(async (page) => {
      await page.setViewportSize({ width: 320, height: 640 });
      await page.goto(`${under.origin}/verifica/?q=${letter.typedCode}`);
      expect(await page.locator('.visitors li').count()).toBe(2);
      const photo = page.locator('.visitors img');
      expect(
        await photo.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth),
      ).toBeGreaterThan(100);
      const text = await page.innerText('main');
      for (const said of ['Durango 212', 'Óscar Peña', 'Se entregó el', 'Lidia Mora']) expect(text).toContain(said);
      expect(text).not.toContain('Rosa');
      await picture(page, 'letter-visit');
      const [content, screen] = await page.locator('html').evaluate((html) => [html.scrollWidth, html.clientWidth]);
      expect(content).toBe(screen);
    });
    await under.inTab(
      async (page) => {
        await page.goto(`${under.origin}/verifica/?q=${letter.typedCode}`);
        expect(await brokenRules(page)).toEqual([]);
      },
      { javaScriptEnabled: true, bypassCSP: true },
    );
  });
});
