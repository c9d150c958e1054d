import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Founding } from '../../src/access/founding.ts';
import { serveFounding, type FoundingService } from '../../src/founding.ts';
import { picture } from '../support/chromium.ts';
import { FOUNDING_ORIGIN, NAMES, newFounding } from '../support/founding-day.ts';
import { chromiumAt, noOfficeChromium, type Device, type OfficeChromium } from '../support/office-chromium.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
const missing = noOfficeChromium;
const HOST = new URL(FOUNDING_ORIGIN).hostname;

describe.skipIf(missing)(`founders in Chromium ${missing ?? ''}`, { timeout: 120_000 }, () => {
  let founding: Founding;
  let service: FoundingService;
  let chromium: OfficeChromium;
  const lines: string[] = [];

  beforeEach(async () => {
    founding = newFounding();
    service = await serveFounding(founding, { host: '127.0.0.1', port: 0 }, (line) => lines.push(line));
    chromium = await chromiumAt(FOUNDING_ORIGIN, service.address.port, folder);
  });
  afterEach(async () => {
    await chromium.close();
    await service.close();
    expect(lines.splice(0)).toEqual([]);
  });

  async function openInvitation({ page }: Device, i: number): Promise<void> {
    await page.goto(service.addresses()[i]!);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#make button:enabled');
  }

  async function shown({ page }: Device): Promise<string> {
    await page.waitForSelector('#done:not([hidden])');
    return (await page.locator('#print li').allTextContents()).join(' ');
  }

  test('make their passkeys by keyboard, over the real address, and see what the terminal shows', async () => {
    const devices = [await chromium.device(), await chromium.device()];
    for (const [i, one] of devices.entries()) {
      await one.page.goto(service.addresses()[i]!);
      if (i === 0) await picture(one.page, 'founding-invitation');
      expect(await chromium.brokenRulesOf(one)).toEqual([]);
      await openInvitation(one, i);
      expect(new URL(one.page.url()).pathname).toBe('/oficina/fundacion');
      if (i === 0) await picture(one.page, 'founding-make');
      await one.page.keyboard.press('Tab');
      await one.page.keyboard.press('Enter');
      expect(await shown(one)).toBe(founding.seats[i]!.fingerprint);
      expect(await one.page.evaluate('document.activeElement.id')).toBe('done-title');
      if (i === 0) await picture(one.page, 'founding-made');
      const { credentials } = await one.cdp.send('WebAuthn.getCredentials', { authenticatorId: one.authenticatorId });
      expect(credentials).toMatchObject([{ rpId: HOST, isResidentCredential: true }]);
    }
    expect(founding.close(founding.seats.map(({ fingerprint }) => fingerprint!))).toMatchObject(
      NAMES.map((name) => ({ name })),
    );
  });

  test('make one anew, and the newest counts', async () => {
    const one = await chromium.device();
    await openInvitation(one, 0);
    await one.page.click('#button');
    const first = await shown(one);
    await one.page.click('#button');
    await expect.poll(() => shown(one)).not.toBe(first);
    expect(await shown(one)).toBe(founding.seats[0]!.fingerprint);
    await one.page.reload();
    expect(await shown(one)).toBe(founding.seats[0]!.fingerprint);
    expect(await chromium.brokenRulesOf(one)).toEqual([]);
  });

  test('are told where the device does not know its holder, and may try again', async () => {
    const one = await chromium.device(undefined, false);
    await openInvitation(one, 0);
    await one.page.click('#button');
    await one.page.waitForSelector('#trouble:not([hidden])');
    expect(await one.page.textContent('#trouble')).toContain('No se hizo la llave');
    await picture(one.page, 'founding-trouble');
    expect(founding.seats[0]!.fingerprint).toBeUndefined();
    await one.cdp.send('WebAuthn.setUserVerified', { authenticatorId: one.authenticatorId, isUserVerified: true });
    await one.page.click('#button');
    expect(await shown(one)).toBe(founding.seats[0]!.fingerprint);
  });

  test('do not make two on one device', async () => {
    const one = await chromium.device();
    await openInvitation(one, 0);
    await one.page.click('#button');
    await shown(one);
    // The other's address in the same browser: it is the other's from here on.
    await openInvitation(one, 1);
    expect(await one.page.textContent('h1')).toBe(NAMES[1]);
    await one.page.click('#button');
    await one.page.waitForSelector('#trouble:not([hidden])');
    expect(await one.page.textContent('#trouble')).toContain('otra persona fundadora');
    expect(founding.seats[1]!.fingerprint).toBeUndefined();
  });

  test('find an address that was used, or a page that is not there yet, explained', async () => {
    const [one, other] = [await chromium.device(), await chromium.device()];
    await openInvitation(one, 0);
    await other.page.goto(service.addresses()[0]!);
    expect(await other.page.textContent('main')).toContain('ya se usó');
    await picture(other.page, 'founding-used');
    await other.page.goto(`${FOUNDING_ORIGIN}/`);
    expect(await other.page.textContent('main')).toContain('se está fundando');
  });
});
