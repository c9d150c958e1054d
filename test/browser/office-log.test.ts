import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withOffice } from '../../src/http/office/app.ts';
import { auditedOffice, type AuditedOffice } from '../support/audited-office.ts';
import { picture } from '../support/chromium.ts';
import { officeOver, type OpenedOffice } from '../support/office-browser.ts';
import {
  noOfficeChromium as missing,
  officeChromium,
  type Device,
  type OfficeChromium,
} from '../support/office-chromium.ts';
import { ORIGIN } from '../support/production-office.ts';
import { appOver } from '../support/public-app.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();

describe.skipIf(missing)(`the auditor's day in Chromium ${missing ?? ''}`, { timeout: 180_000 }, () => {
  let audited: AuditedOffice;
  let opened: OpenedOffice;
  let devices: OfficeChromium;
  /** A tile of which a bit is changed on the way. */
  let tampered: string | undefined;

  beforeAll(async () => {
    audited = await auditedOffice();
    await audited.services.publishCheckpoint();
    opened = officeOver(audited.services);
    const both = withOffice(appOver(audited.services).app.fetch, opened.app.fetch, ORIGIN);
    const fetch: OpenedOffice['app']['fetch'] = async (request, env) => {
      const answer = await both(request, (env ?? {}) as object);
      if (tampered === undefined || !request.url.includes(tampered)) return answer;
      const bytes = new Uint8Array(await answer.arrayBuffer());
      bytes[20]! ^= 1;
      return new Response(bytes, answer);
    };
    devices = await officeChromium({ app: { fetch } }, folder);
  }, 90_000);
  afterAll(async () => {
    await devices.close();
    audited.remove();
    expect(opened.failures).toEqual([]);
  });

  /** As it is on a telephone and on a desk, and without a broken rule. */
  async function looked(device: Device, name: string): Promise<void> {
    const { page } = device;
    await picture(page, `log-${name}`);
    await page.setViewportSize({ width: 1280, height: 900 });
    await picture(page, `log-${name}-wide`);
    await page.setViewportSize({ width: 320, height: 844 });
    expect(await page.evaluate('document.documentElement.scrollWidth'), name).toBe(320);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await devices.brokenRulesOf(device), name).toEqual([]);
  }

  async function verify(page: Page): Promise<string> {
    await page.click('button:text-is("Verificar")');
    await page.waitForSelector('#result h2');
    return (await page.textContent('#result'))!;
  }

  test('she finds what nobody authorised, opens it, takes the list along, and verifies the log by herself', async () => {
    const auditor = await devices.device(audited.auditor);
    const { page } = auditor;
    await devices.logIn(auditor);
    await page.click('nav a:has-text("Bitácora")');
    expect(await page.textContent('main')).toContain('NO AUTORIZADO');
    await looked(auditor, 'list');

    await page.click('summary:has-text("Buscar y filtrar")');
    await page.selectOption('#resultado', 'not-authorised');
    await page.click('button:text-is("Buscar")');
    expect(await page.locator('.card').count()).toBe(1);
    await looked(auditor, 'filtered');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.click('a:has-text("Descargar lo filtrado")'),
    ]);
    const csv = readFileSync(await download.path(), 'utf8');
    expect([download.suggestedFilename(), csv.split('\r\n').length]).toEqual(['bitacora.csv', 3]);

    await page.click('.card a');
    expect(await page.textContent('main')).toContain('es la copia de un acto anterior');
    await page.click('summary:has-text("Con qué derecho")');
    await looked(auditor, 'act');

    await page.click('a:has-text("que este asiento está publicado")');
    const first = await verify(page);
    expect(first).toContain('La bitácora publicada cuadra');
    expect(first).toContain('es el que está publicado en ese lugar');
    expect(first).toContain('Es la primera vez en este navegador');
    await looked(auditor, 'verified');

    // The head that held is here the next time.
    await page.reload();
    expect(await page.inputValue('#kept')).toContain('verifica.example.mx');
    expect(await verify(page)).toContain('son los mismos que cuando se guardó aquella cabeza');

    tampered = '/log/tile/0/';
    expect(await verify(page)).toContain('Lo publicado no cuadra');
    await picture(page, 'log-tampered');
    tampered = '/log/tile/entries/';
    expect(await verify(page)).toContain('lo publicado del asiento 0');
    tampered = '/trust-list';
    expect(await verify(page)).toContain('No se pudo verificar');
    tampered = undefined;
    await page.evaluate('localStorage.setItem("cotejo:raiz", "00")');
    expect(await verify(page)).toContain('La llave raíz no es la que este navegador conocía');
  });

  test('the whole audit goes on in the page and names what is wrong', async () => {
    const auditor = await devices.device(audited.auditor);
    const { page } = auditor;
    await devices.logIn(auditor, '/oficina/bitacora/revocaciones');
    await looked(auditor, 'revocations');
    await page.click('.tabs a:has-text("Revisión completa")');
    await looked(auditor, 'audit');
    await page.click('button:text-is("Empezar la revisión")');
    await page.waitForSelector('.stop h2');
    expect(await page.textContent('main')).toContain('no lo autorizó nadie que pudiera');
    await picture(page, 'log-audited');
    await page.setViewportSize({ width: 1280, height: 900 });
    await picture(page, 'log-audited-wide');
  });
});
