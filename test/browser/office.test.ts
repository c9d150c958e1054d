import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { picture } from '../support/chromium.ts';
import { officeOver, type OpenedOffice } from '../support/office-browser.ts';
import { noOfficeChromium, officeChromium, type Device, type OfficeChromium } from '../support/office-chromium.ts';
import { ORIGIN, ProductionOffice, type Person } from '../support/production-office.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();

describe.skipIf(noOfficeChromium)(`the office in Chromium ${noOfficeChromium ?? ''}`, { timeout: 240_000 }, () => {
  let office: ProductionOffice;
  let opened: OpenedOffice;
  let chromium: OfficeChromium;
  const device = (person?: Person): Promise<Device> => chromium.device(person);
  const logIn = (one: Device, path?: string): Promise<void> => chromium.logIn(one, path);
  const brokenRulesOf = (one: Device): ReturnType<OfficeChromium['brokenRulesOf']> => chromium.brokenRulesOf(one);

  beforeAll(async () => {
    office = await ProductionOffice.make();
    opened = officeOver(office.services);
    chromium = await officeChromium(opened, folder);
  }, 60_000);
  afterAll(async () => {
    await chromium.close();
    office.remove();
    expect(opened.failures).toEqual([]);
  });

  test('a founder logs in and invites, and whoever was invited makes a passkey that waits', async () => {
    const founder = await device(office.founders[0]);
    await founder.page.goto(`${ORIGIN}/oficina`);
    await picture(founder.page, 'office-login');
    expect(await brokenRulesOf(founder)).toEqual([]);
    await logIn(founder);
    expect(await founder.page.textContent('h1')).toBe('Ana Pérez');
    await picture(founder.page, 'office-home');
    expect(await brokenRulesOf(founder)).toEqual([]);

    await founder.page.click('nav a:has-text("Personas")');
    await picture(founder.page, 'office-people-empty');
    expect(await brokenRulesOf(founder)).toEqual([]);
    await founder.page.fill('#name', 'Rosa Recursos');
    await founder.page.check('input[value=hr]');
    await founder.page.focus('#until');
    await founder.page.click('button:has-text("Invitar")');
    const address = (await founder.page.textContent('.address'))!;
    const code = (await founder.page.locator('.print li').allTextContents()).join('-');
    await picture(founder.page, 'office-invited');
    await founder.page.reload();
    expect(await founder.page.textContent('.address'), 'a reload makes nothing new').toBe(address);

    const guest = await device();
    await guest.page.goto(address);
    await picture(guest.page, 'office-invitation');
    expect(await brokenRulesOf(guest)).toEqual([]);
    await guest.page.fill('#code', code.toLowerCase());
    await guest.page.keyboard.press('Enter');
    await guest.page.waitForSelector('#make button:enabled');
    await picture(guest.page, 'office-make');
    expect(await brokenRulesOf(guest)).toEqual([]);
    await guest.page.click('#button');
    await guest.page.waitForSelector('#done:not([hidden])');
    expect(await guest.page.evaluate('document.activeElement.id')).toBe('done-title');
    const shown = (await guest.page.locator('#print li').allTextContents()).join(' ');
    await picture(guest.page, 'office-made');

    await founder.page.goto(`${ORIGIN}/oficina/personas`);
    expect((await founder.page.locator('.print li').allTextContents()).join(' ')).toBe(shown);
    await picture(founder.page, 'office-people-pending');
    expect(await brokenRulesOf(founder)).toEqual([]);

    await guest.page.goto(`${ORIGIN}/oficina`);
    await guest.page.click('#button');
    await guest.page.waitForSelector('#trouble:not([hidden])');
    expect(await guest.page.textContent('#trouble')).toContain('no está aprobada todavía');
    await picture(guest.page, 'office-not-yet');

    // What waits by then is walked by both founders in `test/flows/office-day.test.ts`.
    await founder.page.click('button:has-text("pedir su aprobación")');
    await founder.page.waitForSelector('#checked.done');
    expect(await founder.page.textContent('h1')).toBe('Dar de alta una llave de acceso: Rosa Recursos');
    await picture(founder.page, 'office-request');
    expect(await brokenRulesOf(founder)).toEqual([]);
    await founder.page.goto(`${ORIGIN}/oficina/solicitudes`);
    await picture(founder.page, 'office-requests');
    expect(await brokenRulesOf(founder)).toEqual([]);
  });

  test('somebody whose session ended goes on with what they had typed', async () => {
    const person = await office.enrol('Hilda Rojas', ['hr']);
    const one = await device(person);
    await logIn(one, '/oficina/personas');
    expect(new URL(one.page.url()).pathname, 'where they wanted to go').toBe('/oficina/personas');
    await one.page.fill('#name', 'Óscar Nuño');
    await one.page.check('input[value=clerk]');
    await office.services.door.endSessions(person.id);
    await one.page.click('button:text-is("Invitar")');
    await one.page.waitForSelector('#login button:enabled');
    await picture(one.page, 'office-session-over');
    await one.page.keyboard.press('Tab');
    await one.page.keyboard.press('Enter');
    await one.page.waitForSelector('#kept:not([hidden])');
    expect(await one.page.evaluate('document.activeElement.textContent')).toBe('Siga donde estaba');
    expect([await one.page.inputValue('#name'), await one.page.isChecked('input[value=clerk]')]).toEqual(['Óscar Nuño', true]); // prettier-ignore
    await picture(one.page, 'office-kept');
    await one.page.click('button:text-is("Invitar")');
    expect(await one.page.textContent('h1')).toBe('Invitación para Óscar Nuño');
  });

  test('nobody confirms what the service shows otherwise than it asks for', async () => {
    const hr = await office.enrol('Rita Luna', ['hr']);
    const one = await device(hr);
    await logIn(one);
    const unit = { code: 'ZZ', name: 'Unidad que se muestra', coveredSince: '2026-01-01' };
    const ask = `fetch('/api/v1/staff/units', {method: 'POST', headers: {'content-type': 'application/json'}, body: ${JSON.stringify(JSON.stringify(unit))}}).then((a) => a.json())`;
    const { approval } = await one.page.evaluate<{ approval: { id: string } }>(ask);
    const path = `${ORIGIN}/oficina/solicitudes/${approval.id}`;
    await one.page.goto(path);
    await one.page.waitForSelector('#checked.done');
    expect(await one.page.textContent('#checked')).toContain('Unidad que se muestra');
    await picture(one.page, 'office-request-checked');
    const shown = await one.page.evaluate<{ records: string[] }>(
      `fetch('/api/v1/staff/approvals/${approval.id}').then((answer) => answer.json())`,
    );
    const records = shown.records.map((record) => `${record.slice(0, -4)}AAAA`);
    await one.page.route('**/api/v1/staff/approvals/*', (route) => route.fulfill({ json: { ...shown, records } }));
    await one.page.goto(path);
    await one.page.waitForSelector('#trouble:not([hidden])');
    expect(await one.page.textContent('#trouble')).toContain('no es lo que esta página muestra');
    expect(await one.page.isDisabled('#authorise button')).toBe(true);
    await picture(one.page, 'office-request-lie');
  });

  test('somebody who leaves takes nothing along', async () => {
    const one = await device(office.founders[1]);
    await logIn(one);
    await one.page.click('button:text-is("Salir")');
    await one.page.waitForSelector('#login button:enabled');
    expect((await one.context.cookies()).map(({ name }) => name)).toEqual([]);
    await one.page.goBack();
    await one.page.waitForSelector('#login button:enabled');
  });

  test('nobody logs in with a device that does not know its holder', async () => {
    const one = await device(office.founders[0]);
    await one.cdp.send('WebAuthn.setUserVerified', { authenticatorId: one.authenticatorId, isUserVerified: false });
    await one.page.goto(`${ORIGIN}/oficina`);
    await one.page.click('#button');
    await one.page.waitForSelector('#trouble:not([hidden])');
    expect(await one.page.textContent('#trouble')).toContain('No se usó ninguna llave');
    expect(await one.context.cookies()).toMatchObject([{ name: '__Host-cotejo-entrada' }]);
  });
});
