import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import { toBase64 } from '../../src/core/base64.ts';
import { fromHex } from '../../src/core/bytes.ts';
import { brokenRules, launchAt, noBrowser } from './chromium.ts';
import type { OpenedOffice } from './office-browser.ts';
import { ORIGIN, type Person } from './production-office.ts';
import { noCertutil, tlsProxy, type TlsProxy } from './tls-proxy.ts';

/** Why the office is not tried in Chromium here; absent where it is. */
export const noOfficeChromium: string | undefined = noBrowser ?? noCertutil;

/** A browser of somebody's, with a virtual authenticator. */
export interface Device {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly cdp: CDPSession;
  readonly authenticatorId: string;
}

/** A service at its own address, over TLS, in real browsers. */
export interface OfficeChromium {
  readonly proxy: TlsProxy;
  /** With the passkey that they made elsewhere, if any; `isUserVerified`: whether the device knows its holder. */
  device(person?: Person, isUserVerified?: boolean): Promise<Device>;
  /** The device is somebody's now, and has their passkey alone. */
  hand(device: Device, person: Person): Promise<void>;
  /** By keyboard alone. */
  logIn(device: Device, path?: string): Promise<void>;
  /** What axe finds on the page, in a tab where the page's policy does not stop it. */
  brokenRulesOf(device: Device): ReturnType<typeof brokenRules>;
  close(): Promise<void>;
}

/** @param folder where the proxy keeps its keys */
export async function officeChromium(
  { app }: { readonly app: Pick<OpenedOffice['app'], 'fetch'> },
  folder: string,
): Promise<OfficeChromium> {
  const listener = getRequestListener(app.fetch);
  const server = createServer((request, response) => void listener(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const chromium = await chromiumAt(ORIGIN, (server.address() as AddressInfo).port, folder);
  const close = async (): Promise<void> => {
    await chromium.close();
    server.close();
  };
  return { ...chromium, close };
}

/**
 * Browsers that find the service which listens at `port` of this machine at `origin`.
 * @param folder where the proxy keeps its keys
 */
export async function chromiumAt(origin: string, port: number, folder: string): Promise<OfficeChromium> {
  const host = new URL(origin).hostname;
  const proxy = await tlsProxy(mkdtempSync(join(folder, 'proxy-')), host, port);
  const browser = await launchAt(host, proxy);
  const hand = async ({ cdp, authenticatorId }: Device, person: Person): Promise<void> => {
    const { id, privateKey } = person.passkey.passkeys[0]!;
    const key = new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' }));
    const credential = {
      ...{ credentialId: toBase64(id), isResidentCredential: true, rpId: host, signCount: 1 },
      ...{ privateKey: toBase64(key), userHandle: toBase64(fromHex(person.id)!) },
    };
    await cdp.send('WebAuthn.clearCredentials', { authenticatorId });
    await cdp.send('WebAuthn.addCredential', { authenticatorId, credential });
  };
  return {
    proxy,
    async device(person, isUserVerified = true) {
      const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'es-MX' });
      const page = await context.newPage();
      const cdp = await context.newCDPSession(page);
      await cdp.send('WebAuthn.enable');
      const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
          ...{ isUserVerified, automaticPresenceSimulation: true },
        },
      });
      const device = { page, context, cdp, authenticatorId };
      if (person) await hand(device, person);
      return device;
    },
    hand,
    async logIn({ page }, path = '/oficina') {
      await page.goto(`${origin}${path}`);
      await page.waitForSelector('#login button:enabled');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.waitForSelector('nav');
    },
    async brokenRulesOf({ page, context }) {
      const other = await browser.newContext({ bypassCSP: true, javaScriptEnabled: true });
      await other.addCookies(await context.cookies());
      const tab = await other.newPage();
      await tab.goto(page.url());
      const found = await brokenRules(tab);
      await other.close();
      return found;
    },
    async close() {
      await browser.close();
      await proxy.close();
    },
  };
}
