import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { picture } from '../support/chromium.ts';
import { officeOver, type OpenedOffice } from '../support/office-browser.ts';
import { noOfficeChromium, officeChromium, type Device, type OfficeChromium } from '../support/office-chromium.ts';
import { ORIGIN, ProductionOffice, type Person } from '../support/production-office.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
const FROM = { host: 'oficialia-3', network: '192.0.2' };

describe.skipIf(noOfficeChromium)(`programs in Chromium ${noOfficeChromium ?? ''}`, { timeout: 120_000 }, () => {
  let office: ProductionOffice;
  let opened: OpenedOffice;
  let chromium: OfficeChromium;
  let hr: Person;

  beforeAll(async () => {
    office = await ProductionOffice.make();
    hr = await office.enrol('Hilda Rojas', ['hr']);
    opened = officeOver(office.services);
    chromium = await officeChromium(opened, folder);
  }, 60_000);
  afterAll(async () => {
    await chromium.close();
    office.remove();
    expect(opened.failures).toEqual([]);
  });

  async function look(one: Device, name: string): Promise<void> {
    await picture(one.page, name);
    expect(await chromium.brokenRulesOf(one), name).toEqual([]);
  }

  test('somebody lets a command line in by its code and their passkey, and refuses another one', async () => {
    const { door } = office.services;
    const one = await chromium.device(hr);
    const asked = await door.askDeviceLogin(FROM);
    await chromium.logIn(one, '/oficina/dispositivo');
    await look(one, 'office-device-code');
    await one.page.fill('#code', asked.userCode.toLowerCase());
    await one.page.keyboard.press('Enter');
    await one.page.waitForSelector('form[data-passkey=allow] button:enabled');
    await look(one, 'office-device');
    await one.page.click('#button');
    await one.page.waitForSelector('h2:text-is("Permitido")');
    await look(one, 'office-device-allowed');
    const looked = await door.pollDevice(asked.deviceCode, FROM);
    expect(looked).toMatchObject({ outcome: 'allowed', name: 'Hilda Rojas' });

    const other = await door.askDeviceLogin(FROM);
    await one.page.goto(`${ORIGIN}/oficina/dispositivo`);
    await one.page.fill('#code', other.userCode);
    await one.page.keyboard.press('Enter');
    await one.page.click('button:text-is("No fui yo: rechazar")');
    await one.page.waitForSelector('h2:text-is("Rechazado")');
    expect(await door.pollDevice(other.deviceCode, FROM)).toEqual({ outcome: 'denied' });
  });

  test('somebody makes the token of a program, sees it once, and ends it', async () => {
    const one = await chromium.device(hr);
    await chromium.logIn(one, '/oficina/programas');
    await look(one, 'office-programs-none');
    await one.page.fill('#label', 'Nómina');
    await one.page.check('input[value=hr]');
    await one.page.fill('#until', new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10));
    await one.page.click('button:text-is("Hacer su clave")');
    expect(await one.page.textContent('.address')).toMatch(/^cotejo_[\w-]{43}$/);
    await look(one, 'office-program-made');
    await one.page.goto(`${ORIGIN}/oficina/programas`);
    await look(one, 'office-programs');
    await one.page.click('button:has-text("Terminar")');
    await one.page.waitForSelector('text=Ninguno, por ahora.');
  });

  test('whoever lost every device is invited anew from their card', async () => {
    const one = await chromium.device(hr);
    await chromium.logIn(one, '/oficina/personas');
    await one.page.click('summary:has-text("Perdió todos sus dispositivos")');
    await look(one, 'office-recovery');
    await one.page.click('button:has-text("Invitar a reponer su llave")');
    expect(await one.page.textContent('h1')).toBe('Invitación para Hilda Rojas');
  });
});
