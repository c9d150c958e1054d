import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/system.ts';
import { unixSeconds, type UnixSeconds } from '../../src/core/time.ts';
import { brokenRules, browse, noBrowser, picture, type BrowsedApp } from '../support/chromium.ts';
import { makeInstallation, SUBJECT, type Installation } from '../support/installation.ts';
import { appOver } from '../support/public-app.ts';

const PHONE = { width: 360, height: 740 };

describe.skipIf(noBrowser)(`the resident's page in Chromium ${noBrowser ?? ''}`, () => {
  let installation: Installation;
  let under: BrowsedApp;
  let ahead = 0;
  let document: Uint8Array;
  const pages: Record<string, { readonly path: string; readonly ahead?: number }> = {};

  beforeAll(async () => {
    const clock = (): UnixSeconds => unixSeconds(systemClock() + ahead);
    installation = await makeInstallation({ clock, origin: 'http://localhost:8080/verifica' });
    const signed = await installation.sign({ amount: 125_000 });
    const short = await installation.sign({ expires: unixSeconds(systemClock() + 600) });
    const { serial } = await installation.issue(await installation.register({ name: 'Guadalupe Ríos Tenorio' }, true));
    const replaced = await installation.sign({ amount: 125_000 });
    const reason = 'Fe de erratas';
    await installation.services.endOficio(replaced.oficio.id, { reason, replacedBy: signed.oficio });
    document = signed.document;
    const pathOf = (sealText: string | undefined): string => `/V/${sealText!.split('/V/')[1]!}`;
    const seal = pathOf(signed.oficio.sealText);
    Object.assign(pages, {
      home: { path: '/' },
      current: { path: seal },
      'folio-only': { path: `/?q=${signed.oficio.folio}` },
      'not-ours': { path: `/?q=${encodeURIComponent('https://cdmx-verifica.example/v/AAAA')}` },
      altered: { path: seal.slice(0, 203) + (seal[203] === 'A' ? 'B' : 'A') + seal.slice(204) },
      expired: { path: pathOf(short.oficio.sealText), ahead: 3600 },
      credential: { path: `/?q=${serial}` },
      mistyped: { path: '/?q=hola' },
      door: { path: '/?de=puerta&q=0a' },
      differs: { path: `${seal}#no` },
      replaced: { path: pathOf(replaced.oficio.sealText) },
      'no-page': { path: '/nada' },
    });
    under = await browse(appOver(installation.services).app);
  });
  afterAll(async () => {
    await under.close();
    installation.remove();
  });

  /** Runs `use` on a page that is open; whatever the browser complains about fails the test. */
  async function at(
    name: string,
    use: (page: Page) => Promise<void>,
    options: BrowserContextOptions = {},
  ): Promise<void> {
    ahead = pages[name]!.ahead ?? 0;
    await under.inTab(
      async (page) => {
        await page.goto(`${under.origin}/verifica${pages[name]!.path}`);
        await use(page);
      },
      { viewport: PHONE, ...options },
    );
  }

  const NAMES = [
    'home',
    'current',
    'folio-only',
    'not-ours',
    'altered',
    'expired',
    'credential',
    'mistyped',
    'door',
    'replaced',
    'no-page',
  ];

  test.for(NAMES)('%s is complete without a script, and fits a narrow screen at any size of text', async (name) => {
    await at(name, async (page) => {
      expect(await page.locator('h1').count()).toBe(1);
      expect(await page.title()).toBe(await page.locator('h1').innerText());
      for (const width of [360, 320]) {
        await page.setViewportSize({ width, height: PHONE.height });
        const box = await page.locator('html').evaluate((html) => [html.scrollWidth, html.clientWidth]);
        expect(box[0]).toBe(box[1]);
      }
      // Text at 200 % on a screen of 640 px is a screen of 320 px with the page zoomed to 400 % on a desk.
      const targets = await page.locator('a, button, input:not([type=hidden]), summary').all();
      for (const target of targets) {
        if (!(await target.isVisible())) continue;
        expect((await target.boundingBox())!.height).toBeGreaterThanOrEqual(48);
      }
      await page.setViewportSize(PHONE);
      await picture(page, name);
    });
  });

  test.for([...NAMES, 'differs'])('%s breaks no rule of axe-core, by day and by night', async (name) => {
    // The checker is a script, which the page's own policy rightly refuses.
    await at(
      name,
      async (page) => {
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          expect(await brokenRules(page), colorScheme).toEqual([]);
        }
      },
      { javaScriptEnabled: true, bypassCSP: true },
    );
  });

  test('puts the answer under the reader: the heading has the focus', async () => {
    await at(
      'current',
      async (page) => {
        expect(await page.evaluate('document.activeElement.tagName')).toBe('H1');
      },
      { javaScriptEnabled: true, bypassCSP: true },
    );
  });

  test('answers "es diferente" and "es igual" without a script', async () => {
    await at('current', async (page) => {
      const [yes, no] = [page.locator('#si'), page.locator('#no')];
      expect([await yes.isVisible(), await no.isVisible()]).toEqual([false, false]);
      await page.getByRole('link', { name: 'No, es diferente' }).click();
      expect([await yes.isVisible(), await no.isVisible()]).toEqual([false, true]);
      expect(await no.innerText()).toContain('Tu papel es distinto del original.');
      expect(await page.getByText('Confirmado').filter({ visible: true }).count()).toBe(0);
      expect(await page.getByText('089').filter({ visible: true }).count()).toBe(1);
      await picture(page, 'differs');
      await page.getByRole('link', { name: 'Volver a comparar' }).click();
      await page.getByRole('link', { name: 'Sí, es igual' }).click();
      expect([await yes.isVisible(), await no.isVisible()]).toEqual([true, false]);
    });
  });

  test('keeps the question whether the paper is the same in sight while it is compared', async () => {
    await at(
      'current',
      async (page) => {
        for (const name of ['Sí, es igual', 'No, es diferente']) {
          const { y, height } = (await page.getByRole('link', { name }).boundingBox())!;
          expect(y + height).toBeLessThanOrEqual(844);
        }
        await picture(page, 'first-screen', { fullPage: false });
      },
      { viewport: { width: 390, height: 844 } },
    );
  });

  test('judges a PDF that is chosen on the home page', async () => {
    await at('home', async (page) => {
      const file = { name: 'oficio.pdf', mimeType: 'application/pdf', buffer: Buffer.from(document) };
      await page.getByLabel('¿Lo tienes como archivo PDF?').setInputFiles(file);
      await page.getByRole('button', { name: 'Revisar el archivo' }).click();
      expect(await page.locator('h1').innerText()).toContain('Este archivo sí es de');
      await picture(page, 'file');
      expect(await page.locator('dl').innerText()).toContain(SUBJECT);
    });
  });

  test('answers what is typed, and keeps the question when the language is changed', async () => {
    await at('home', async (page) => {
      await page.getByLabel('Folio o código de 12 letras y números').fill('ae dgg sci 1 2026');
      await page.getByRole('button', { name: 'Revisar', exact: true }).click();
      expect(await page.title()).toBe('Ese folio existe; eso no prueba tu papel.');
      await page.getByRole('link', { name: 'English' }).click();
      expect(await page.title()).toBe('That number exists; it does not prove your paper.');
    });
  });

  test('shows the picture of an official', async () => {
    await at('credential', async (page) => {
      const width = await page.locator('img.photo').evaluate((image) => (image as HTMLImageElement).naturalWidth);
      expect(width).toBeGreaterThan(100);
    });
  });
});
