import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { picture } from '../support/chromium.ts';
import { noOfficeChromium, officeChromium, type Device, type OfficeChromium } from '../support/office-chromium.ts';
import { officeOver, type OpenedOffice } from '../support/office-browser.ts';
import { ORIGIN, ProductionOffice, type Person } from '../support/production-office.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
const PLACE = `${ORIGIN}/oficina/personal`;

describe.skipIf(noOfficeChromium)(
  `a day of human resources in Chromium ${noOfficeChromium ?? ''}`,
  { timeout: 240_000 },
  () => {
    let office: ProductionOffice;
    let opened: OpenedOffice;
    let devices: OfficeChromium;
    let hr: Person;
    let approver: Person;

    beforeAll(async () => {
      office = await ProductionOffice.make();
      hr = await office.enrol('Hilda Rojas', ['hr']);
      approver = await office.enrol('Óscar Lara', ['approver']);
      const unit = { code: 'AE', name: 'Alcaldía de Ejemplo', coveredSince: '2026-01-01' };
      await office.act([hr], () => office.services.setUnit(unit));
      opened = officeOver(office.services);
      devices = await officeChromium(opened, folder);
    }, 120_000);
    afterAll(async () => {
      await devices.close();
      office.remove();
      expect(opened.failures).toEqual([]);
    });

    /** As a telephone and a desk show it, and by the rules of axe. */
    async function looked(device: Device, name: string): Promise<void> {
      const { page } = device;
      await picture(page, `hr-${name}-390`);
      expect(await page.evaluate('document.documentElement.scrollWidth'), name).toBeLessThanOrEqual(390);
      await page.setViewportSize({ width: 1280, height: 900 });
      await picture(page, `hr-${name}-1280`);
      await page.setViewportSize({ width: 390, height: 844 });
      expect(await devices.brokenRulesOf(device), name).toEqual([]);
    }

    /** Confirms what the page shows, and says where it is. */
    async function confirm({ page }: Device): Promise<string> {
      await page.waitForSelector('#checked.done');
      const at = page.url();
      await page.click('#authorise button');
      await page.waitForSelector('text=/Ya confirmó: .*|Listo: se hizo/');
      return at;
    }

    test('a person is registered with a cropped photo and gets a credential of two people', async () => {
      const desk = await devices.device(hr);
      const { page } = desk;
      await devices.logIn(desk, '/oficina/personal');
      await looked(desk, 'empty');
      await page.click('a:has-text("Registrar a una persona")');
      await page.fill('#name', 'Inés Robles');
      await page.fill('#post', 'Directora General');
      await page.selectOption('#unit', 'AE');
      await page.fill('#powers', 'Firmar oficios');
      await page.fill('#neverAsks', 'Dinero en efectivo');
      await page.fill('#validFrom', '2026-01-16');
      const half = await sharp({ create: { width: 900, height: 500, channels: 3, background: '#245' } })
        .composite([
          {
            input: await sharp({ create: { width: 300, height: 300, channels: 3, background: '#eca' } })
              .png()
              .toBuffer(),
            left: 580,
            top: 90,
          },
        ]) // prettier-ignore
        .png()
        .toBuffer();
      await page.setInputFiles('#photo', { name: 'retrato.png', mimeType: 'image/png', buffer: half });
      await page.waitForSelector('[data-crop-tools]:not([hidden])');
      await page.focus('canvas');
      for (let i = 0; i < 40; i++) await page.keyboard.press('ArrowRight');
      await page.keyboard.press('+');
      await looked(desk, 'new');

      // What was typed stands after a reload; a session that ended is begun again in the page.
      await page.reload();
      expect(await page.inputValue('#name')).toBe('Inés Robles');
      await page.setInputFiles('#photo', { name: 'retrato.png', mimeType: 'image/png', buffer: half });
      await page.waitForSelector('[data-crop-tools]:not([hidden])');
      await office.services.door.endSessions(hr.id);
      await page.click('button:has-text("Registrar")');
      await page.waitForSelector('#again[open]');
      await picture(page, 'hr-again-390');
      const asked: string[] = [];
      page.on('request', (request) => asked.push(new URL(request.url()).pathname));
      await page.click('#again button:has-text("Entrar")');
      await page.waitForURL('**/solicitudes/*');
      // Two questions at once would take each other's answer.
      expect(asked.filter((path) => path === '/oficina/entrada/opciones')).toHaveLength(1);
      await confirm(desk);

      await page.goto(PLACE);
      await page.click('.cards a');
      await page.waitForSelector('img.face');
      expect(await page.evaluate('document.querySelector("img.face").naturalWidth')).toBeGreaterThan(100);
      await page.click('summary:has-text("Emitir una credencial")');
      await page.click('button:has-text("Pedir que se emita")');
      await page.waitForURL('**/solicitudes/*');
      const waiting = await confirm(desk);
      const second = await devices.device(approver);
      await devices.logIn(second, new URL(waiting).pathname);
      await confirm(second);

      await page.goto(PLACE);
      await page.click('.cards a');
      await page.waitForSelector('text=vigente');
      await looked(desk, 'person');
      // Leaving is walked in `test/flows/office-day.test.ts`.
      await page.click('summary:has-text("Dar de baja")');
      await picture(page, 'hr-leaving-390');
    });
  },
);
