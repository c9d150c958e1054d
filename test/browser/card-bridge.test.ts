import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Desk, type DeskDeps } from '../../cli/bridge/desk.ts';
import { openBridge, type Bridge } from '../../cli/bridge/server.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { systemClock, systemRandom } from '../../src/adapters/system.ts';
import { DRIVERS } from '../../hardware/pcsc/driver.ts';
import { insertVirtualCard } from '../../hardware/pcsc/virtual-reader.ts';
import type { SoftPivState } from '../../hardware/soft-piv/state.ts';
import { concat } from '../../src/core/bytes.ts';
import { BRIDGE_ADDRESS, BRIDGE_PORT } from '../../src/http/card-bridge.ts';
import type { OfferedLetter } from '../../src/oficio/check-prepared.ts';
import { knownStaff } from '../../src/http/staff/known.ts';
import { insertCard, PIN } from '../card/station/station-kit.ts';
import { picture } from '../support/chromium.ts';
import { clerksDay, type ClerksDay } from '../support/clerks-day.ts';
import { LAUNCHED, MAIN } from '../support/command-line.ts';
import { until } from '../support/driver-processes.ts';
import { makeInstallation } from '../support/installation.ts';
import { letterOf, TWO_PAGES } from '../support/office.ts';
import { missingDriver, missingPcscd, startPcscd } from '../support/pcscd.ts';
import { officeOver, type OpenedOffice } from '../support/office-browser.ts';
import { noOfficeChromium, officeChromium, type Device, type OfficeChromium } from '../support/office-chromium.ts';
import { cardOfficial, productionCard } from '../support/production-card.ts';
import { ORIGIN, type Person } from '../support/production-office.ts';
import { hasShared, sharedPath } from '../support/shared.ts';
import { personalCard, sitDown, type Signing } from '../support/signing-station.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
const missing = noOfficeChromium ?? (hasShared ? undefined : 'the shared samples are not here');

describe.skipIf(missing)(`the bridge to a card in Chromium ${missing ?? ''}`, { timeout: 240_000 }, () => {
  let day: ClerksDay;
  let opened: OpenedOffice;
  let devices: OfficeChromium;
  let marta: Person;
  let state: SoftPivState;
  let bridge: Bridge | undefined;
  const codes: string[] = [];

  beforeAll(async () => {
    day = await clerksDay();
    const { office, hr, approver } = day;
    const id = await cardOfficial(office, hr, 'Marta Sol', 'Subdirectora de Ejemplo', 'AE/DX');
    state = (await productionCard(office, [hr, approver], id)).state;
    marta = await office.enrol('Marta Sol', ['signer'], office.founders, id);
    opened = officeOver(office.services);
    devices = await officeChromium(opened, folder);
  }, 120_000);
  afterEach(async () => {
    await bridge?.close();
    bridge = undefined;
  });
  afterAll(async () => {
    await devices.close();
    day.office.remove();
    expect(opened.failures).toEqual([]);
  });

  async function open(deps: Pick<DeskDeps, 'sign' | 'station'>): Promise<void> {
    bridge = await openBridge({
      ...{ origin: ORIGIN, port: BRIDGE_PORT, desk: new Desk({ ...deps, failed: () => {} }) },
      ...{ clock: systemClock, random: systemRandom, primitives: nodePrimitives },
      showCode: (code) => void codes.push(code),
      tell: () => {},
    });
  }

  async function looked(device: Device, name: string): Promise<void> {
    const { page } = device;
    await picture(page, `bridge-${name}-390`);
    await page.setViewportSize({ width: 1280, height: 900 });
    await picture(page, `bridge-${name}-1280`);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await devices.brokenRulesOf(device), name).toEqual([]);
  }

  async function letter(page: Page, subject: string): Promise<void> {
    await page.goto(`${ORIGIN}/oficina/oficios/nuevo`);
    await page.setInputFiles('#document', sharedPath('samples', 'oficio-libreoffice.pdf'));
    await page.selectOption('#type', 'oficio');
    await page.check('input[name=money][value=no]');
    await page.fill('#subject', subject);
    await page.selectOption('#signerId', { label: 'Marta Sol, Subdirectora de Ejemplo (AE/DX), con su tarjeta' });
    await page.click('button:has-text("mandarlo a firma")');
    await page.waitForSelector('text=Espera la tarjeta de Marta Sol');
  }

  test('a letter goes from a clerk to the card of its signer, and by their passkey is signed', async () => {
    const clerk = await devices.device(day.clerk);
    await devices.logIn(clerk, '/oficina/oficios');
    await letter(clerk.page, 'Poda de árboles');
    await looked(clerk, 'waits');
    await letter(clerk.page, 'Bacheo de la calle');

    const staff = knownStaff(day.office.services);
    let sitting: Signing | undefined;
    const says = Promise.withResolvers<void>();
    const signer = await devices.device(marta);
    const { page } = signer;
    const complaints: string[] = [];
    page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await devices.logIn(signer, '/oficina/oficios');
    await page.click('button:has-text("Firmar con mi tarjeta")');
    await page.waitForSelector('[data-trouble]:not([hidden])');
    expect(await page.textContent('[data-trouble]')).toContain('Marque al menos un oficio');
    for (const box of await page.locator('#for-card input[type=checkbox]').all()) await box.check();
    await page.click('button:has-text("Firmar con mi tarjeta")');
    await page.waitForSelector('[data-missing]:not([hidden])');
    await looked(signer, 'missing');

    for (const box of await page.locator('#for-card input[type=checkbox]').all()) await box.check();
    await open({
      async sign(letters, tell) {
        sitting = sitDown(day.office.services, insertCard(state), {
          transport: async (request) => staff.answer(request, await day.office.callerOf(marta)),
          meanwhile: () => says.promise,
          tell,
        });
        return sitting.bridge(letters);
      },
      station: async () => {},
    });
    // By keyboard alone.
    await page.focus('[data-start]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#bridge-code:focus');
    await page.keyboard.type('0000-0000');
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=Ese código no es');
    await looked(signer, 'code');
    await page.fill('#bridge-code', codes.at(-1)!.toLowerCase());
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=Escriba su NIP en la terminal');
    await picture(page, 'bridge-pin');
    expect(sitting!.seen).toContain('Bacheo de la calle');
    says.resolve();
    await page.waitForSelector('#checked.done');
    await looked(signer, 'confirm');
    expect(new URL(page.url()).pathname).toMatch(/^\/oficina\/solicitudes\/[0-9a-f]{32}$/);
    await page.click('#button');
    await page.waitForSelector('text=Listo: se hizo');

    for (const { id } of await day.office.services.oficios.listNewest({ limit: 2 })) {
      const file = concat(...(await day.office.services.signedFile(id))!);
      expect(await day.office.services.verifyPdf(file)).toMatchObject({ verdict: 'valid', state: 'current' });
    }
    // Where no bridge was, and the code that was wrong, the browser says so as well.
    expect(complaints.filter((text) => !/ERR_CONNECTION_REFUSED|status of 403/.test(text))).toEqual([]);
  });

  test('a no in the terminal is told, and nothing is signed', async () => {
    const clerk = await devices.device(day.clerk);
    await devices.logIn(clerk, '/oficina/oficios');
    await letter(clerk.page, 'Alumbrado');
    const path = new URL(clerk.page.url()).pathname;
    const staff = knownStaff(day.office.services);
    await open({
      sign: (letters, tell) =>
        sitDown(day.office.services, insertCard(state), {
          transport: async (request) => staff.answer(request, await day.office.callerOf(marta)),
          says: false,
          tell,
        }).bridge(letters),
      station: async () => {},
    });
    const signer = await devices.device(marta);
    await devices.logIn(signer, path);
    const { page } = signer;
    await page.click('button:has-text("Firmar con mi tarjeta")');
    await page.waitForSelector('#bridge-code:focus');
    await page.fill('#bridge-code', codes.at(-1)!);
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=se contestó que no: no se firmó nada');
    await looked(signer, 'no');
    const [newest] = await day.office.services.oficios.listNewest({ limit: 1 });
    expect(newest).toMatchObject({ subject: 'Alumbrado', state: 'sealed' });
  });

  test('recursos humanos opens the station of the machine; a page without the panel may not speak to the bridge', async () => {
    await open({
      sign: async () => [],
      async station(told) {
        told('http://127.0.0.1:9/#abc');
        await new Promise((resolve) => setTimeout(resolve, 4_000));
      },
    });
    const hr = await devices.device(day.hr);
    await devices.logIn(hr, '/oficina/personal');
    const { page } = hr;
    await page.click('summary:has-text("Tarjetas")');
    await page.click('button:has-text("Abrir la estación")');
    await page.waitForSelector('#bridge-code:focus');
    await page.fill('#bridge-code', codes.at(-1)!);
    await page.keyboard.press('Enter');
    await page.waitForSelector('a:has-text("Ir a la estación")');
    expect(await page.getAttribute('a:has-text("Ir a la estación")', 'href')).toBe('http://127.0.0.1:9/#abc');
    await looked(hr, 'station');
    await page.goto(`${ORIGIN}/oficina/solicitudes`);
    const asked = page.evaluate((address) => fetch(address).then(() => 'answered', String), BRIDGE_ADDRESS);
    expect(await asked).toContain('Failed to fetch');
  });
});

const noReader =
  missingPcscd() ?? (DRIVERS.some((driver) => missingDriver(driver) === undefined) ? undefined : 'no driver');

describe.skipIf(noReader)(`the command, at a reader ${noReader ?? ''}`, { timeout: 240_000 }, () => {
  test('shows the letter, and signs it after a yes and the PIN at the terminal', async () => {
    const driver = DRIVERS.find((one) => missingDriver(one) === undefined)!;
    const pcscd = await startPcscd();
    const office = await makeInstallation();
    const ana = await office.register({ name: 'Ana Pérez Núñez' });
    const { state, card } = await personalCard(office.services, ana);
    const serial = (await office.services.cards.certificates(card.number)).find(({ slot }) => slot === '9C')!.serial;
    const asked = { ...letterOf(ana, TWO_PAGES), serial };
    const offered = (await office.services.prepareElsewhere(asked, 'of the bridge')) as OfferedLetter;
    const { id, folio } = offered.letter;
    const { origin } = office.services.charter;
    // The command holds the data from here on.
    office.close();
    const inserted = await insertVirtualCard({ powerUp: () => insertCard(state), port: pcscd.readers[0]!.port });
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', MAIN, 'card', 'bridge', '--wait', '30'],
      {
        env: {
          ...LAUNCHED,
          COTEJO_DATA: office.config.dataFolder,
          COTEJO_CARD_DRIVER: driver,
          PCSCLITE_CSOCK_NAME: pcscd.socket,
          HOME: folder,
        },
      },
    );
    let seen = '';
    child.stderr.on('data', (part: Buffer) => void (seen += String(part)));
    const ended = once(child, 'close');
    const told = (text: string): Promise<unknown> =>
      until(() => seen.includes(text), `${text}, after: ${seen}`, 60_000);
    let token = '';
    const ask = async (path: string, body?: unknown): Promise<Record<string, unknown>> => {
      const headers = {
        origin: new URL(origin).origin,
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
      };
      const init = body === undefined ? { headers } : { headers, method: 'POST', body: JSON.stringify(body) };
      return (await (await fetch(`${BRIDGE_ADDRESS}${path}`, init)).json()) as Record<string, unknown>;
    };
    try {
      await told('El puente está listo');
      await ask('/code', {});
      await told('No lo diga a nadie');
      const { token: given } = await ask('/pair', { code: /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(seen)![0] });
      token = String(given);
      await ask('/sign', { letters: [id] });
      await told('¿Es el oficio que quiere firmar?');
      expect(seen).toContain(folio);
      const path = /\/\S+cotejo-firmar-\S+\.pdf/.exec(seen)![0];
      expect([statSync(path).mode & 0o777, statSync(dirname(path)).mode & 0o777]).toEqual([0o600, 0o700]);
      expect(await ask('/work')).toMatchObject({ is: 'working', step: 'look' });
      child.stdin.write('s\n');
      await told('NIP');
      child.stdin.write(`${PIN}\n`);
      await told('La tarjeta firmó 1 de 1');
      expect(await ask('/work')).toEqual({ is: 'done', letters: [{ letter: id, outcome: 'signed' }] });
      expect(seen).not.toContain(PIN);
      child.kill('SIGINT');
      expect(await ended).toEqual([0, null]);
      expect(existsSync(path)).toBe(false);
    } finally {
      child.kill('SIGKILL');
      await inserted.pull();
      await pcscd.remove();
      office.remove();
    }
  });
});
