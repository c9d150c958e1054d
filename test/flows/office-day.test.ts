import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DRIVERS } from '../../hardware/pcsc/driver.ts';
import { insertVirtualCard } from '../../hardware/pcsc/virtual-reader.ts';
import { factoryState } from '../../hardware/soft-piv/state.ts';
import { systemClock, systemRandom } from '../../src/adapters/system.ts';
import { formatLocalTime } from '../../src/core/time.ts';
import { insertCard, PIN } from '../card/station/station-kit.ts';
import { json } from '../support/command-line.ts';
import { FOUNDING_ORIGIN } from '../support/founding-day.ts';
import { portrait } from '../support/installation.ts';
import { noOfficeChromium, type Device } from '../support/office-chromium.ts';
import { OFFICE, OfficeSteps, type MadeLetter } from '../support/office-steps.ts';
import { missingDriver, missingPcscd, startPcscd, type Pcscd } from '../support/pcscd.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { WholeOffice } from '../support/whole-office.ts';

const folder = temporaryFolder();
/** As LibreOffice writes what a clerk typed. */
const PDF = join(import.meta.dirname, '../samples/oficio-libreoffice.pdf');

const YEAR = formatLocalTime(systemClock()).slice(0, 4);
const driver = DRIVERS.find((one) => missingDriver(one) === undefined);
const noReader = missingPcscd() ?? (driver ? undefined : 'no library for card readers loads');

/** Whom the office registers: who signs, and who signs as well. */
const INES = { name: 'Inés Robles', post: 'Directora de Ejemplo', unit: 'AE/DX' };
const RAUL = { name: 'Raúl Cano', post: 'Director de Obras', unit: 'AE/OP' };

describe.skipIf(noOfficeChromium)(`the days of an office ${noOfficeChromium ?? ''}`, { timeout: 240_000 }, () => {
  let office: WholeOffice;
  let steps: OfficeSteps;
  let hr: Device;
  let approver: Device;
  let auditor: Device;
  let clerk: Device;
  let ines: Device;
  let raul: Device;
  /** Who is handed a letter, and has no part in the office. */
  let resident: Device;
  let first: MadeLetter & { readonly address?: string };
  /** Of the card that is made. */
  let number: string | undefined;
  let pcscd: Pcscd | undefined;
  /** Ids in the directory. */
  const ids = new Map<string, string>();

  beforeAll(async () => {
    office = await WholeOffice.found(folder, async () => {});
    await office.serve();
    steps = new OfficeSteps(office.chromium, 'day');
    resident = await office.chromium.device();
  }, 180_000);
  afterAll(async () => {
    await office?.close();
    await pcscd?.remove();
  });

  test('the founders let human resources, an approver and an auditor in', async () => {
    const [ana, luis] = office.founders as [Device, Device];
    await steps.logIn(ana);
    hr = await steps.invite(ana, { role: 'hr', name: 'Hilda Rojas' });
    approver = await steps.invite(ana, { role: 'approver', name: 'Óscar Lara' });
    auditor = await steps.invite(ana, { role: 'auditor', name: 'Aída Torres' });
    await steps.logIn(luis);
    await steps.approve([ana, luis], [hr, approver, auditor]);
    for (const one of [hr, approver, auditor]) await steps.logIn(one);
    await steps.look(hr, 'home');
  });

  test('human resources registers units and people, whose credentials a second person approves', async () => {
    for (const [code, name, parent] of [
      ['AE', 'Alcaldía de Ejemplo', ''],
      ['AE/DX', 'Dirección de Ejemplo', 'AE'],
      ['AE/OP', 'Obras Públicas', 'AE'],
    ] as const) {
      await steps.setUnit(hr, { code, name, parent });
    }
    await steps.look(hr, 'units');
    for (const person of [INES, RAUL]) {
      ids.set(person.name, await steps.register(hr, person, portrait()));
      await hr.page.click('summary:has-text("Emitir una credencial")');
      await hr.page.click('button:has-text("Pedir que se emita")');
      await steps.confirm(hr);
    }
    await approver.page.goto(OFFICE);
    await steps.look(approver, 'home');
    await approver.page.click('a:has-text("Revisar y confirmar")');
    await steps.look(approver, 'requests');
    expect(await steps.confirmAll(approver)).toBe(2);
    clerk = await steps.invite(hr, { role: 'clerk', name: 'Carlos Clave', unit: 'AE/DX' });
    ines = await steps.invite(hr, { role: 'signer', official: ids.get(INES.name)! });
    raul = await steps.invite(hr, { role: 'signer', official: ids.get(RAUL.name)! });
    const [ana] = office.founders as [Device];
    await steps.approve([approver, ana], [clerk, ines, raul]);
    for (const one of [clerk, ines, raul]) await steps.logIn(one);
    await steps.look(ines, 'home');
  });

  test('a clerk declares a series and has a letter signed, and signed by another as well', async () => {
    const { page } = clerk;
    await page.click('nav a:has-text("Oficios")');
    await page.click('a:has-text("Numeración")');
    await page.selectOption('#unit', 'AE/DX');
    await page.fill('#first', '101');
    await page.click('button:text-is("Declarar")');
    await page.waitForURL('**/solicitudes/*');
    await steps.confirm(clerk);
    await steps.look(clerk, 'series-declared');
    first = await steps.newLetter(clerk, { file: PDF, subject: 'Poda de árboles', signer: INES.name });
    expect(first.folio).toBe(`AE/DX/0101/${YEAR}`);
    await steps.look(clerk, 'letter-waits');
    await steps.confirmFromHome(ines, async () => {
      await ines.page.waitForSelector('#checked.done');
      await steps.look(ines, 'sign');
    });
    await steps.look(ines, 'signed');

    await page.reload();
    await page.waitForSelector('text=Firmado y vigente');
    await page.click('summary:has-text("Pedir otra firma")');
    await page.selectOption('#signerId', ids.get(RAUL.name)!);
    await page.click('button:has-text("Pedir su firma")');
    await page.waitForSelector('text=Espera a Raúl Cano');
    await steps.look(clerk, 'letter-waits-for-another');
    await steps.confirmFromHome(raul, async () => {
      await raul.page.waitForSelector('#checked.done');
      await steps.look(raul, 'countersign');
    });
    await steps.look(raul, 'countersigned');
    await page.reload();
    await page.waitForSelector('text=También lo firmó Raúl Cano');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('a:has-text("Descargar")')]);
    const verified = await office.locally(['verify', await download.path(), '--json']);
    expect(json(verified)).toMatchObject({ verdict: 'valid', dev: false });
    first = { ...first, address: (await page.textContent('.address'))! };
  });

  test('the letter is delivered, and whoever scans it reads that it is valid, and that somebody received it', async () => {
    const { page } = clerk;
    await page.click('a:has-text("Acuses: quién lo recibió")');
    const [day = '', hour = ''] = formatLocalTime(systemClock()).split(' ');
    await page.fill('#day', day);
    await page.fill('#hour', hour);
    await page.fill('#name', 'Rosa Vega');
    await page.fill('#office', 'Contraloría');
    await page.setInputFiles('#photo', { name: 'acuse.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(portrait()) });
    await page.click('button:text-is("Registrar")');
    await page.waitForSelector('.card:has-text("Rosa Vega")');
    await steps.look(clerk, 'received');
    await resident.page.goto(first.address!);
    await resident.page.waitForSelector('.verdict.confirmed');
    expect(await resident.page.textContent('main')).toContain('Se entregó el');
    await steps.look(resident, 'public-delivered');
  });

  test('two more are signed by one look at the key; one of them is cancelled, the other replaces the first', async () => {
    const { page } = clerk;
    const second = await steps.newLetter(clerk, { file: PDF, subject: 'Poda, corregido', signer: INES.name });
    const third = await steps.newLetter(clerk, { file: PDF, subject: 'Aviso de obra', signer: INES.name });
    await ines.page.click('nav a:has-text("Oficios")');
    for (const box of await ines.page.locator('input[name=approval]').all()) await box.check();
    await steps.look(ines, 'sign-several');
    await ines.page.click('button:has-text("Firmar los que marqué")');
    await ines.page.waitForURL('**/solicitudes/*');
    await ines.page.waitForSelector('#checked.done');
    await steps.look(ines, 'sign-two');
    await steps.confirm(ines);
    await steps.look(ines, 'signed-two');

    const endings = [
      {
        letter: third,
        summary: 'Cancelarlo',
        fields: { 'cancel-reason': 'La obra no se hará' },
        sure: 'cancel-sure',
        tone: 'stop',
      },
      {
        ...{ letter: first, summary: 'Sustituirlo por otro', sure: 'replace-sure', tone: 'wait' },
        fields: { by: second.folio, 'replace-reason': 'Decía otra calle' },
      },
    ];
    for (const { letter, summary, fields, sure, tone } of endings) {
      await page.goto(`${OFFICE}/oficios/${letter.id}`);
      const address = (await page.textContent('.address'))!;
      await page.click(`summary:has-text("${summary}")`);
      for (const [id, value] of Object.entries(fields)) await page.fill(`#${id}`, value);
      await page.check(`#${sure}`);
      await page.click(`details[open] button:has-text("Pedir que se")`);
      await page.waitForURL('**/solicitudes/*');
      await steps.confirm(clerk);
      await steps.look(clerk, sure);
      await page.click('a:has-text("Ir al oficio")');
      await steps.look(clerk, `${sure}-letter`);
      await resident.page.goto(address);
      await resident.page.waitForSelector(`.verdict.${tone}`);
      await steps.look(resident, `${sure}-public`);
    }
    expect(await resident.page.textContent('main')).toContain(second.folio);
  });

  test.skipIf(noReader)(
    `human resources makes a card from a command line that they let in, and two people confirm it ${noReader ?? ''}`,
    async () => {
      const login = office.remotely(['login']);
      const code = await login.told(/ {2}([0-9A-Z]{4}-[0-9A-Z]{4})\n/);
      await hr.page.goto(`${OFFICE}/dispositivo`);
      await hr.page.fill('#code', code);
      await hr.page.keyboard.press('Enter');
      await hr.page.click('#button');
      await hr.page.waitForSelector('h2:text-is("Permitido")');
      expect(await login.done).toMatchObject({ status: 0 });

      pcscd = await startPcscd();
      const state = factoryState(systemRandom);
      const card = await insertVirtualCard({
        powerUp: () => insertCard(state),
        port: pcscd.readers[0]!.port,
      });
      const env = { COTEJO_CARD_DRIVER: driver!, PCSCLITE_CSOCK_NAME: pcscd.socket };
      const words = ['card', 'provision', '--official', ids.get(INES.name)!, '--json', '--wait', '60'];
      const making = office.remotely(words, { env, input: `${PIN}\n${PIN}\n` });
      const address = await making.told(/(https:\/\/\S+\/solicitudes\/[0-9a-f]{32})/);
      for (const one of [hr, approver]) {
        await one.page.goto(address);
        await one.page.waitForSelector('#checked.done');
        await steps.look(one, 'card');
        await steps.confirm(one);
      }
      const made = await making.done;
      expect(made.status, made.stderr).toBe(0);
      number = json<{ card: { number: string; state: string } }>(made).card.number;
      const verified = await office.remotely(['card', 'verify', '--json', '--wait', '60'], { env }).done;
      expect(json(verified)).toMatchObject({ verdict: 'valid', state: 'current' });
      await card.pull();
      await resident.page.goto(`${FOUNDING_ORIGIN}/b/${number}`);
      await resident.page.waitForSelector('.verdict.confirmed');
      await steps.look(resident, 'badge');
    },
  );

  test('whoever is dismissed is so everywhere within a second', async () => {
    const { page } = hr;
    await page.goto(`${OFFICE}/personal/${ids.get(INES.name)!}`);
    await steps.look(hr, 'person');
    const serial = /credencial\/([0-9a-f]+)\/suspender/.exec(await page.content())![1]!;
    const pages = [`/?q=${serial}`, ...(number === undefined ? [] : [`/b/${number}`])];
    const isRed = async (path: string): Promise<boolean> => /class="verdict stop/.test(await office.publicPage(path));
    for (const path of pages) expect(await isRed(path), path).toBe(false);
    await page.click('summary:has-text("Dar de baja")');
    await page.selectOption('#leaving', 'dismissed');
    await page.click('button:has-text("Pedir la baja")');
    await page.waitForURL('**/solicitudes/*');
    await page.waitForSelector('#checked.done');
    await steps.look(hr, 'dismissal');
    const answered = page.waitForResponse('**/confirmar').then(() => performance.now());
    const confirmed = steps.confirm(hr);
    const since = await answered;
    for (const path of pages) {
      while (!(await isRed(path))) {
        expect(performance.now() - since, path).toBeLessThan(1000);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      expect(performance.now() - since, path).toBeLessThan(1000);
    }
    await confirmed;
    await steps.look(hr, 'dismissed');
    await resident.page.goto(`${FOUNDING_ORIGIN}${pages.at(-1)!}`);
    await resident.page.waitForSelector('.verdict.stop');
    await steps.look(resident, 'public-dismissed');
    await ines.page.goto(OFFICE);
    await ines.page.waitForSelector('#login button:enabled');
  });

  test('an auditor looks at all of it, verifies the log alone, and the command line agrees', async () => {
    const { page } = auditor;
    await page.goto(OFFICE);
    await page.click('nav a:has-text("Bitácora")');
    await steps.look(auditor, 'log');
    expect(await page.locator('.card:has-text("NO AUTORIZADO")').count()).toBe(0);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.click('a:has-text("para una hoja de cálculo")'),
    ]);
    const lines = readFileSync(await download.path(), 'utf8')
      .trimEnd()
      .split('\r\n');
    await page.click('.tabs a:has-text("Revisión completa")');
    await page.click('button:text-is("Empezar la revisión")');
    await page.waitForSelector('h2:text-is("Todo cuadra")', { timeout: 60_000 });
    await steps.look(auditor, 'audited');
    await page.goto(`${OFFICE}/bitacora/verificar`);
    await page.click('button:text-is("Verificar")');
    await page.waitForSelector('#result h2');
    expect(await page.textContent('#result')).toContain('La bitácora publicada cuadra');
    await steps.look(auditor, 'verified');
    const audit = await office.locally(['log', 'audit', '--json']);
    expect([audit.status, audit.stderr]).toEqual([0, '']);
    expect(json(audit)).toMatchObject({ sound: true, findings: [] });
    // A line of headings, and one for each leaf.
    expect(lines.length - 1).toBeGreaterThan(60);
    for (const kind of ['failure', 'alert']) expect(office.telemetry).not.toContain(`"kind":"${kind}"`);
  });
});
