import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatLocalTime } from '../../src/core/time.ts';
import { picture } from '../support/chromium.ts';
import { portrait } from '../support/installation.ts';
import { makeLetterDesk, type LetterDesk } from '../support/letter-desk.ts';
import { officeOver, type OpenedOffice } from '../support/office-browser.ts';
import { noOfficeChromium, officeChromium, type OfficeChromium } from '../support/office-chromium.ts';
import { ORIGIN } from '../support/production-office.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();

describe.skipIf(noOfficeChromium)(`receptions in Chromium ${noOfficeChromium ?? ''}`, { timeout: 240_000 }, () => {
  let made: LetterDesk;
  let opened: OpenedOffice;
  let chromium: OfficeChromium;

  beforeAll(async () => {
    made = await makeLetterDesk();
    opened = officeOver(made.office.services);
    chromium = await officeChromium(opened, folder);
  }, 120_000);
  afterAll(async () => {
    await chromium.close();
    made.office.remove();
    expect(opened.failures).toEqual([]);
  });

  test('a clerk finds the letter, registers who received it with a photo, and corrects it', async () => {
    const photo = join(folder, 'acuse.jpg');
    writeFileSync(photo, portrait());
    const clerk = await chromium.device(made.who('clerk'));
    const { page } = clerk;
    await chromium.logIn(clerk);
    await page.click('nav a:has-text("Acuses")');
    await picture(page, 'office-receptions-find');
    expect(await chromium.brokenRulesOf(clerk)).toEqual([]);
    await page.fill('#oficio', made.letter.folio);
    await page.keyboard.press('Enter');
    await page.waitForSelector('#registrar');
    const [day = '', hour = ''] = formatLocalTime(made.office.services.clock()).split(' ');
    await page.fill('#day', day);
    await page.fill('#hour', '23:59');
    await page.fill('#name', 'Rosa Vega');
    await page.fill('#office', 'Contraloría');
    await page.check('input[value=notifier]');
    await page.setInputFiles('#photo', photo);
    await page.click('button:text-is("Registrar")');
    await page.waitForSelector('[role=alert]:not([hidden])');
    expect(await page.textContent('[role=alert]:not([hidden])')).toContain('todavía no llega');
    expect(await page.inputValue('#name'), 'nothing is lost').toBe('Rosa Vega');
    await picture(page, 'office-receptions-refused');
    await page.fill('#hour', hour);
    await page.click('button:text-is("Registrar")');
    await page.waitForSelector('.card');
    expect(await page.textContent('.card')).toContain('Rosa Vega');
    await picture(page, 'office-receptions');
    expect(await chromium.brokenRulesOf(clerk)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);

    await page.click('.card a:has-text("Corregir")');
    await page.waitForSelector('#reason');
    expect(await page.inputValue('#name')).toBe('Rosa Vega');
    await page.fill('#name', 'Rosa Vega Luna');
    await page.fill('#reason', 'Faltaba un apellido');
    await picture(page, 'office-receptions-correct');
    expect(await chromium.brokenRulesOf(clerk)).toEqual([]);
    await page.click('button:has-text("Registrar la corrección")');
    await page.waitForSelector('text=ya no cuenta');
    expect(new URL(page.url()).href).toBe(`${ORIGIN}/oficina/oficios/${made.letter.id}/acuses`);
    expect(await page.locator('.card').count()).toBe(2);
  });

  test('what somebody typed is not shown to the next person in their tab', async () => {
    const device = await chromium.device(made.who('clerk'));
    const { page } = device;
    await chromium.logIn(device);
    const form = `${ORIGIN}/oficina/oficios/nuevo`;
    await page.goto(form);
    await page.fill('#subject', 'Embargo a Juana');
    await page.reload();
    expect(await page.inputValue('#subject'), 'theirs stays').toBe('Embargo a Juana');
    await made.office.services.door.endSessions(made.who('clerk').id);
    await chromium.hand(device, made.who('stranger'));
    await chromium.logIn(device, '/oficina/oficios/nuevo');
    await page.waitForSelector('#subject');
    expect(await page.inputValue('#subject')).toBe('');
    expect(await page.evaluate('Object.values(sessionStorage).join()')).not.toContain('Juana');
  });
});
