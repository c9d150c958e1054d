import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import { toBase64 } from '../../src/core/base64.ts';
import { fromHex } from '../../src/core/bytes.ts';
import { brokenRules, launchAt } from './chromium.ts';
import { ORIGIN, type Person } from './production-office.ts';
import { tlsProxy } from './tls-proxy.ts';

const HOST = new URL(ORIGIN).hostname;

/** A browser of somebody's, with a virtual authenticator. */
export interface Device {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly cdp: CDPSession;
  readonly authenticatorId: string;
}

type Fetch = (request: Request, env: object) => Response | Promise<Response>;

/** Chromium in front of an office behind TLS, at its own address. */
export class OfficeDevices {
  readonly #browser: Browser;
  readonly #stop: () => Promise<void>;

  private constructor(browser: Browser, stop: () => Promise<void>) {
    this.#browser = browser;
    this.#stop = stop;
  }

  static async open(fetch: Fetch, folder: string): Promise<OfficeDevices> {
    const listener = getRequestListener(fetch as never);
    const server = createServer((request, response) => void listener(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const proxy = await tlsProxy(mkdtempSync(join(folder, 'proxy-')), HOST, (server.address() as AddressInfo).port);
    const browser = await launchAt(HOST, proxy);
    return new OfficeDevices(browser, async () => {
      await browser.close();
      await proxy.close();
      server.close();
    });
  }

  close(): Promise<void> {
    return this.#stop();
  }

  /** A browser of somebody's, with the passkey that they made elsewhere, if any. */
  async device(person?: Person): Promise<Device> {
    const viewport = { width: 390, height: 844 };
    const context = await this.#browser.newContext({ viewport, locale: 'es-MX', acceptDownloads: true });
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    await cdp.send('WebAuthn.enable');
    const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
        ...{ isUserVerified: true, automaticPresenceSimulation: true },
      },
    });
    if (person) {
      const { id, privateKey } = person.passkey.passkeys[0]!;
      const key = new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' }));
      const credential = {
        ...{ credentialId: toBase64(id), isResidentCredential: true, rpId: HOST, signCount: 1 },
        ...{ privateKey: toBase64(key), userHandle: toBase64(fromHex(person.id)!) },
      };
      await cdp.send('WebAuthn.addCredential', { authenticatorId, credential });
    }
    return { page, context, cdp, authenticatorId };
  }

  /** By keyboard alone. */
  async logIn({ page }: Device, path = '/oficina'): Promise<void> {
    await page.goto(`${ORIGIN}${path}`);
    await page.waitForSelector('#login');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForSelector('nav');
  }

  /** With scripts of the test's own, in a tab where the page's policy does not stop them. */
  async brokenRulesOf({ page, context }: Device): ReturnType<typeof brokenRules> {
    const other = await this.#browser.newContext({ bypassCSP: true, javaScriptEnabled: true });
    await other.addCookies(await context.cookies());
    const tab = await other.newPage();
    await tab.goto(page.url());
    const found = await brokenRules(tab);
    await other.close();
    return found;
  }
}
