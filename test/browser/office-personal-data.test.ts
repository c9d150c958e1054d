import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatTime } from '../../src/core/time.ts';
import type { Page } from 'playwright-core';
import { brokenRules, picture } from '../support/chromium.ts';
import { makeLetterDesk, type LetterDesk } from '../support/letter-desk.ts';
import { officeOver, type OpenedOffice } from '../support/office-browser.ts';
import { noOfficeChromium, officeChromium, type OfficeChromium } from '../support/office-chromium.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();

describe.skipIf(noOfficeChromium)(`personal data in Chromium ${noOfficeChromium ?? ''}`, { timeout: 240_000 }, () => {
  let made: LetterDesk;
  let opened: OpenedOffice;
  let chromium: OfficeChromium;

  beforeAll(async () => {
    made = await makeLetterDesk();
    const received = { receivedAt: formatTime(made.office.services.clock()), how: 'notifier', name: 'Rosa Vega Luna' };
    const body = { received, idempotencyKey: 'one reception' };
    await made.desk.post(made.who('clerk'), `/oficios/${made.letter.id}/receptions`, body);
    opened = officeOver(made.office.services);
    chromium = await officeChromium(opened, folder);
  }, 120_000);
  afterAll(async () => {
    await chromium.close();
    made.office.remove();
    expect(opened.failures).toEqual([]);
  });

  /** Of a page that is no address: a search is sent in the body. */
  async function brokenRulesShown(page: Page): ReturnType<typeof brokenRules> {
    const tab = await page.context().newPage();
    await tab.setContent(await page.content());
    const found = await brokenRules(tab);
    await tab.close();
    return found;
  }

  test('human resources finds a person, hands over what is kept, and erases a reception with their passkey', async () => {
    const hr = await chromium.device(made.who('hr'));
    const { page } = hr;
    const fits = (): Promise<unknown> => page.evaluate('document.documentElement.scrollWidth <= innerWidth');
    await chromium.logIn(hr);
    await page.click('nav a:has-text("Datos personales")');
    await picture(page, 'office-data');
    expect(await chromium.brokenRulesOf(hr)).toEqual([]);
    expect(await fits()).toBe(true);
    await page.fill('#busca', 'Inés Robles');
    await page.keyboard.press('Enter');
    await page.waitForSelector('h1:has-text("¿De quién?")');
    await picture(page, 'office-data-found');
    expect(await brokenRulesShown(page)).toEqual([]);
    await page.click('button:has-text("Ver lo que se guarda de Inés Robles") >> nth=0');
    await page.waitForSelector('h1:has-text("Lo que se guarda de Inés Robles")');
    await picture(page, 'office-data-official');
    expect(await brokenRulesShown(page)).toEqual([]);
    expect(await fits()).toBe(true);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.click('button:has-text("Guardar para entregar o imprimir")'),
    ]);
    expect(download.suggestedFilename()).toBe('datos-personales.html');
    const read = await page.context().newPage();
    await read.setContent(readFileSync(await download.path(), 'utf8'));
    expect(await read.textContent('h1')).toBe('Datos personales de Inés Robles');
    await picture(read, 'office-data-handed-over');
    await read.close();

    await page.click('nav a:has-text("Datos personales")');
    await page.fill('#busca', 'rosa vega');
    await page.keyboard.press('Enter');
    await page.click('button:has-text("Buscarla así en los oficios")');
    await page.waitForSelector('dd:has-text("Rosa Vega Luna")');
    await page.focus('summary:has-text("Borrar a quien recibió")');
    await page.keyboard.press('Enter');
    await page.fill('input[name=reference]', 'Rosa Vega');
    await page.click('button:has-text("Pedir que se borre")');
    await page.waitForSelector('[role=alert]:not([hidden])');
    expect(await page.inputValue('input[name=reference]'), 'nothing is lost').toBe('Rosa Vega');
    await picture(page, 'office-data-erase');
    expect(await brokenRulesShown(page)).toEqual([]);
    await page.fill('input[name=reference]', 'ARCO-12/2026');
    await page.click('button:has-text("Pedir que se borre")');
    await page.waitForSelector('#authorise');
    await page.click('#button');
    await page.waitForSelector('text=Listo: se hizo');
    const [held] = await made.office.services.receptions.listOf(
      (await made.office.services.oficios.find(made.letter.id as never))!.record,
    );
    expect(held).toMatchObject({ erased: { ground: 'cancellation', reference: 'ARCO-12/2026' } });
  });
});
