import type { Role } from '../../src/access/role.ts';
import { picture } from './chromium.ts';
import { FOUNDING_ORIGIN } from './founding-day.ts';
import type { Device, OfficeChromium } from './office-chromium.ts';

/** The office of the installation that people founded themselves. */
export const OFFICE: string = `${FOUNDING_ORIGIN}/oficina`;

export interface Invitee {
  readonly role: Role;
  /** Without an id of the directory. */
  readonly name?: string;
  readonly official?: string;
  readonly unit?: string;
}

export interface MadeLetter {
  readonly id: string;
  readonly folio: string;
}

/** What people of the office do, page by page, as a finger does it. */
export class OfficeSteps {
  readonly #chromium: OfficeChromium;
  /** Before the name of each picture. */
  readonly #prefix: string;
  #count = 0;

  constructor(chromium: OfficeChromium, prefix: string) {
    this.#chromium = chromium;
    this.#prefix = prefix;
  }

  /** A picture for people to look at, in the order of the day. */
  async look({ page }: Device, name: string, width = 390): Promise<void> {
    if (width !== 390) await page.setViewportSize({ width, height: 900 });
    await picture(page, `${this.#prefix}-${String(++this.#count).padStart(2, '0')}-${name}`);
    if (width !== 390) await page.setViewportSize({ width: 390, height: 844 });
  }

  async logIn(device: Device, path = '/oficina'): Promise<void> {
    await this.#chromium.logIn(device, path);
  }

  /** Invites somebody, who makes a passkey on a device of their own. */
  async invite(inviter: Device, { role, name, official, unit }: Invitee): Promise<Device> {
    const { page } = inviter;
    await page.goto(`${OFFICE}/personas`);
    if (name !== undefined) await page.fill('#name', name);
    if (official !== undefined) await page.fill('#official', official);
    await page.check(`input[name=role][value=${role}]`);
    if (unit !== undefined) await page.fill('#unit', unit);
    await page.click('button:text-is("Invitar")');
    const address = (await page.textContent('.address'))!;
    const code = (await page.locator('.print li').allTextContents()).join('');
    const guest = await this.#chromium.device();
    await guest.page.goto(address);
    await guest.page.fill('#code', code);
    await guest.page.click('button');
    await guest.page.click('#make button');
    await guest.page.waitForSelector('#done:not([hidden])');
    return guest;
  }

  /** Two who approve compare what the guests' pages show, and let them in with the roles that were proposed. */
  async approve([first, second]: readonly [Device, Device], guests: readonly Device[]): Promise<void> {
    const { page } = first;
    for (const guest of guests) {
      const shown = (await guest.page.locator('#print li').allTextContents()).join('');
      await page.goto(`${OFFICE}/personas`);
      const card = page.locator('.card', { has: page.locator('.print') }).filter({ hasText: shown });
      await card.locator('button:has-text("pedir su aprobación")').click();
      await this.confirm(first);
    }
    await this.confirmAll(second);
    // The roles, once the passkeys are enrolled.
    await this.confirmAll(first);
  }

  /** Confirms, one after another, all that waits for whoever looks. @returns how many */
  async confirmAll(device: Device): Promise<number> {
    const { page } = device;
    for (let count = 0; ; count++) {
      await page.goto(`${OFFICE}/solicitudes`);
      const link = page.locator('[aria-labelledby=own] .card a').first();
      if ((await link.count()) === 0) return count;
      await link.click();
      await this.confirm(device);
    }
  }

  /** Confirms the one thing that the first page says waits; `looked`: with it before them. */
  async confirmFromHome(device: Device, looked: () => Promise<void>): Promise<void> {
    const { page } = device;
    await page.goto(OFFICE);
    await page.click('a:has-text("Revisar y confirmar")');
    await page.click('[aria-labelledby=own] .card a');
    await looked();
    await this.confirm(device);
  }

  /** Confirms what the page shows, once it was checked there. What comes next is shown then. */
  async confirm({ page }: Device): Promise<void> {
    await page.waitForSelector('#checked.done');
    const loaded = page.waitForEvent('load');
    await page.click('#authorise button');
    await loaded;
  }

  /** Human resources registers a unit. */
  async setUnit(
    hr: Device,
    { code, name, parent }: Readonly<Record<'code' | 'name' | 'parent', string>>,
  ): Promise<void> {
    const { page } = hr;
    await page.goto(`${OFFICE}/personal/unidades`);
    await page.fill('#code', code);
    await page.fill('#unit-name', name);
    await page.selectOption('#parent', parent);
    await page.fill('#coveredSince', '2026-01-01');
    await page.click('button:has-text("Pedir que se registre")');
    await page.waitForURL('**/solicitudes/*');
    await this.confirm(hr);
  }

  /** Human resources registers somebody, and is at their page then. @returns their id */
  async register(
    hr: Device,
    { name, post, unit }: Readonly<Record<'name' | 'post' | 'unit', string>>,
    photo: Uint8Array,
  ): Promise<string> {
    const { page } = hr;
    await page.goto(`${OFFICE}/personal/nueva`);
    await page.fill('#name', name);
    await page.fill('#post', post);
    await page.selectOption('#unit', unit);
    await page.fill('#powers', 'Firmar oficios');
    await page.fill('#neverAsks', 'Dinero en efectivo');
    await page.fill('#validFrom', '2026-01-16');
    await page.setInputFiles('#photo', { name: 'retrato.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(photo) });
    await page.waitForSelector('[data-crop-tools]:not([hidden])');
    await page.click('button:has-text("Registrar")');
    await page.waitForURL('**/solicitudes/*');
    await this.confirm(hr);
    await page.goto(`${OFFICE}/personal`);
    await page.click(`.cards a:has-text("${name}")`);
    await page.waitForSelector('img.face');
    return new URL(page.url()).pathname.split('/').at(-1)!;
  }

  /** A clerk makes a letter of a file, and is at its page then. */
  async newLetter(
    clerk: Device,
    { file, subject, signer }: Readonly<Record<'file' | 'subject' | 'signer', string>>,
  ): Promise<MadeLetter> {
    const { page } = clerk;
    await page.goto(`${OFFICE}/oficios/nuevo`);
    await page.setInputFiles('#document', file);
    await page.waitForSelector('#sheet:not([hidden]) #seal:not([hidden])');
    await page.selectOption('#type', 'oficio');
    await page.check('input[name=money][value=no]');
    await page.fill('#subject', subject);
    const option = await page.locator('#signerId option', { hasText: signer }).getAttribute('value');
    await page.selectOption('#signerId', option);
    await page.click('button:has-text("mandarlo a firma")');
    await page.waitForURL(/\/oficios\/[0-9a-f]{16}$/);
    const folio = (await page.textContent('h1'))!.replace('Oficio ', '');
    return { id: new URL(page.url()).pathname.split('/').at(-1)!, folio };
  }
}
