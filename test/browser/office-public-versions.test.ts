import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withOffice } from '../../src/http/office/app.ts';
import { BLACK_BOX, blackedOut, textAt } from '../support/blacked-out.ts';
import { picture } from '../support/chromium.ts';
import { makeLetterDesk, type LetterDesk } from '../support/letter-desk.ts';
import { officeOver, type OpenedOffice } from '../support/office-browser.ts';
import { noOfficeChromium as missing, officeChromium, type OfficeChromium } from '../support/office-chromium.ts';
import { ORIGIN } from '../support/production-office.ts';
import { appOver } from '../support/public-app.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();

describe.skipIf(missing)(`public versions in Chromium ${missing ?? ''}`, { timeout: 240_000 }, () => {
  let made: LetterDesk;
  let opened: OpenedOffice;
  let chromium: OfficeChromium;

  beforeAll(async () => {
    made = await makeLetterDesk();
    opened = officeOver(made.office.services);
    const both = withOffice(appOver(made.office.services).app.fetch, opened.app.fetch, ORIGIN);
    const fetch: OpenedOffice['app']['fetch'] = async (request, env) => both(request, (env ?? {}) as object);
    chromium = await officeChromium({ app: { fetch } }, folder);
  }, 120_000);
  afterAll(async () => {
    await chromium.close();
    made.office.remove();
    expect(opened.failures).toEqual([]);
  });

  test('a clerk publishes one with their passkey, what is covered is refused in place, and anybody reads it', async () => {
    const [covered, clean] = ['tapado.pdf', 'tachado.pdf'].map((name) => join(folder, name));
    writeFileSync(covered!, blackedOut({ content: textAt(72, 700, 'CURP XEXX010101') + BLACK_BOX }));
    writeFileSync(clean!, blackedOut());
    const clerk = await chromium.device(made.who('clerk'));
    const { page } = clerk;
    await chromium.logIn(clerk, `/oficina/oficios/${made.letter.id}`);
    await page.goto(`${ORIGIN}/oficina/oficios/${made.letter.id}`);
    await page.click('a:text-is("Versión pública")');
    await page.waitForSelector('#publicar');
    await page.setInputFiles('#document', covered!);
    await page.fill('#ground', 'LGTAIP art. 115; resolución CT-12/2026');
    await page.click('button:text-is("Pedir que se publique")');
    await page.waitForSelector('[role=alert]:not([hidden])');
    expect(await page.textContent('[role=alert]:not([hidden])')).toContain('CURP XEXX010101');
    expect(await page.inputValue('#ground'), 'nothing is lost').toContain('CT-12/2026');
    await picture(page, 'office-version-refused');
    await page.setInputFiles('#document', clean!);
    await page.click('button:text-is("Pedir que se publique")');
    await page.waitForSelector('#authorise');
    await picture(page, 'office-version-confirm');
    await page.click('#button');
    await page.waitForSelector('text=Listo: se hizo');
    await page.goto(`${ORIGIN}/oficina/oficios/${made.letter.id}/version-publica`);
    await page.waitForSelector('.card');
    await picture(page, 'office-version');
    expect(await chromium.brokenRulesOf(clerk)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);

    await page.goto(made.letter.seal!.toLowerCase());
    await page.waitForSelector('a:has-text("Leer la versión pública")');
    await picture(page, 'version-letter');
    await page.goto(ORIGIN);
    await page.setInputFiles('input[type=file]', clean!);
    await page.click('form:has(input[type=file]) button');
    await page.waitForSelector('h1:has-text("Es la versión pública del oficio")');
    await picture(page, 'version-file');
  });
});
