import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { picture } from '../support/chromium.ts';
import { clerksDay, type ClerksDay } from '../support/clerks-day.ts';
import { officeOver, type OpenedOffice } from '../support/office-browser.ts';
import { noOfficeChromium, officeChromium, type Device, type OfficeChromium } from '../support/office-chromium.ts';
import { ORIGIN } from '../support/production-office.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
const missing = noOfficeChromium;
const PDF = join(import.meta.dirname, '../samples/oficio-libreoffice.pdf');

describe.skipIf(missing)(`a clerk's day in Chromium ${missing ?? ''}`, { timeout: 240_000 }, () => {
  let day: ClerksDay;
  let opened: OpenedOffice;
  let devices: OfficeChromium;

  beforeAll(async () => {
    day = await clerksDay();
    opened = officeOver(day.office.services);
    devices = await officeChromium(opened, folder);
  }, 120_000);
  afterAll(async () => {
    await devices.close();
    day.office.remove();
    expect(opened.failures).toEqual([]);
  });

  /** As a telephone and a desk show it, and by the rules of axe. */
  async function looked(device: Device, name: string): Promise<void> {
    const { page } = device;
    await picture(page, `clerk-${name}-390`);
    await page.setViewportSize({ width: 1280, height: 900 });
    await picture(page, `clerk-${name}-1280`);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await devices.brokenRulesOf(device), name).toEqual([]);
  }

  async function complaintsOf(page: Page): Promise<string[]> {
    const found: string[] = [];
    page.on('console', (message) => void (message.type() === 'error' && found.push(message.text())));
    page.on('pageerror', (error) => found.push(String(error)));
    return found;
  }

  test('from an empty inbox to a letter that is signed, downloaded and judged valid', async () => {
    const clerk = await devices.device(day.clerk);
    const { page } = clerk;
    const complaints = await complaintsOf(page);
    await devices.logIn(clerk, '/oficina/oficios');
    await looked(clerk, 'empty');
    await page.click('a:has-text("Hacer el primer oficio")');
    await looked(clerk, 'new');

    // What is no PDF is said at its field, as soon as it is chosen.
    await page.setInputFiles('#document', { name: 'a.pdf', mimeType: 'application/pdf', buffer: Buffer.from('no') });
    await page.waitForSelector('#document-told:not([hidden])');
    await picture(page, 'clerk-not-a-pdf');
    await page.setInputFiles('#document', PDF);
    await page.waitForSelector('#sheet:not([hidden]) #seal:not([hidden])');
    await page.waitForFunction('document.getElementById("canvas").width > 300');
    await picture(page, 'clerk-preview');

    // By keyboard alone: over the text it is refused, back where it is blank it is not.
    await page.focus('#seal');
    for (let i = 0; i < 30 && (await page.isHidden('#place-told')); i++) await page.keyboard.press('Shift+ArrowUp');
    expect(await page.textContent('#place-told')).toContain('taparía algo impreso');
    await picture(page, 'clerk-covers');
    await page.click('#by-itself');
    await page.focus('#seal');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowLeft');
    expect(await page.isHidden('#place-told')).toBe(true);
    const [left, top] = [await page.inputValue('#left'), await page.inputValue('#top')];

    await page.selectOption('#type', 'oficio');
    await page.check('input[name=money][value=no]');
    await page.fill('#subject', 'Solicitud de poda de árboles');
    await page.selectOption('#signerId', { label: 'Inés Robles, Directora de Ejemplo (AE/DX)' });
    await page.fill('#folio', 'nada que sea un folio');
    await page.click('button:has-text("mandarlo a firma")');
    await page.waitForSelector('#folio[aria-invalid=true]');
    await picture(page, 'clerk-refused');
    expect(await page.inputValue('#subject'), 'nothing is lost').toBe('Solicitud de poda de árboles');
    await page.fill('#folio', '');
    await page.click('button:has-text("mandarlo a firma")');
    await page.waitForSelector('h1:has-text("Oficio AE/DX/0001/2026")');
    await looked(clerk, 'waiting');

    const signer = await devices.device(day.signer);
    await devices.logIn(signer, '/oficina/oficios');
    await looked(signer, 'to-sign');
    await signer.page.check('input[name=approval]');
    await signer.page.click('button:has-text("Firmar los que marqué")');
    await signer.page.waitForSelector('#checked.done');
    await looked(signer, 'confirm');
    await signer.page.click('#button');
    await signer.page.waitForSelector('text=Listo: se hizo');

    await page.reload();
    await page.waitForSelector('text=Firmado y vigente');
    await looked(clerk, 'signed');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('a:has-text("Descargar")')]);
    expect(download.suggestedFilename()).toBe('AE-DX-0001-2026.pdf');
    const file = new Uint8Array(readFileSync(await download.path()));
    expect((await day.office.services.verifyPdf(file)).verdict).toBe('valid');
    const [letter] = await day.office.services.oficios.listNewest({ limit: 1 });
    expect(letter!.place, 'where it was put by hand').toEqual({ page: 4, left: Number(left), top: Number(top) });

    await page.goto(`${ORIGIN}/oficina/oficios`);
    await looked(clerk, 'list');
    await page.goto(`${ORIGIN}/oficina/oficios/series`);
    await looked(clerk, 'series');
    // The answer 422 of a field that was wrong is told by the browser as well.
    expect(complaints.filter((text) => !/status of 4\d\d/.test(text))).toEqual([]);
  });
});
