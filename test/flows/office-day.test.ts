import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { portrait } from '../support/installation.ts';
import { noOfficeChromium, type Device } from '../support/office-chromium.ts';
import { OFFICE, OfficeSteps } from '../support/office-steps.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { WholeOffice } from '../support/whole-office.ts';

const folder = temporaryFolder();
/** As LibreOffice writes what a clerk typed. */
const PDF = join(import.meta.dirname, '../samples/oficio-libreoffice.pdf');

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
  /** Ids in the directory. */
  const ids = new Map<string, string>();

  beforeAll(async () => {
    office = await WholeOffice.found(folder, async () => {});
    await office.serve();
    steps = new OfficeSteps(office.chromium, 'day');
  }, 180_000);
  afterAll(() => office?.close());

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

  test('a clerk declares a series and has its first letter signed', async () => {
    await clerk.page.click('nav a:has-text("Oficios")');
    await clerk.page.click('a:has-text("Numeración")');
    await clerk.page.selectOption('#unit', 'AE/DX');
    await clerk.page.fill('#first', '101');
    await clerk.page.click('button:text-is("Declarar")');
    await clerk.page.waitForURL('**/solicitudes/*');
    await steps.confirm(clerk);
    const folio = await steps.newLetter(clerk, { file: PDF, subject: 'Poda de árboles', signer: 'Inés Robles' });
    expect(folio).toBe('AE/DX/0101/2026');
    await steps.look(clerk, 'letter');
    await ines.page.goto(OFFICE);
    await steps.look(ines, 'home-letter');
    await ines.page.click('a:has-text("Revisar y confirmar")');
    await ines.page.click('[aria-labelledby=own] .card a');
    await steps.look(ines, 'sign');
    await steps.confirm(ines);
    await steps.look(ines, 'signed');
    await clerk.page.reload();
    await clerk.page.waitForSelector('text=Firmado y vigente');
    const [download] = await Promise.all([
      clerk.page.waitForEvent('download'),
      clerk.page.click('a:has-text("Descargar")'),
    ]);
    const file = await download.path();
    expect(readFileSync(file).subarray(0, 5).toString()).toBe('%PDF-');
  });
});
