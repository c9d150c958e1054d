import { existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import axe from 'axe-core';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import type { PublicApp } from '../../src/http/app.ts';
import type { TlsProxy } from './tls-proxy.ts';

const CHROMIUM = '/usr/bin/chromium';
/** Why there is no browser here; absent where there is one. */
export const noBrowser: string | undefined = existsSync(CHROMIUM)
  ? undefined
  : `${CHROMIUM} not installed (apt-get install chromium)`;

/** A folder to leave pictures of the pages in, for people to look at. */
const PICTURES = process.env['COTEJO_TEST_PICTURES'];

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

/** The public service on a port of this machine, and a browser in front of it. */
export interface BrowsedApp {
  /** Where it listens: `http://127.0.0.1:port`. */
  readonly origin: string;
  /** Runs `use` in a new tab, without scripts unless told. Whatever the browser complains about is thrown. */
  inTab(use: (page: Page) => Promise<void>, options?: BrowserContextOptions): Promise<void>;
  close(): Promise<void>;
}

/** A browser that finds `host` at a port of this machine, over TLS that its home folder trusts. */
export function launchAt(host: string, { port, home }: Pick<TlsProxy, 'port' | 'home'>): Promise<Browser> {
  const args = [...flags(), `--host-resolver-rules=MAP ${host}:443 127.0.0.1:${port}`];
  return chromium.launch({
    executablePath: CHROMIUM,
    args,
    env: { ...process.env, HOME: home } as Record<string, string>,
  });
}

export async function browse(app: Pick<PublicApp, 'fetch'>): Promise<BrowsedApp> {
  const listener = getRequestListener(app.fetch);
  const server = createServer((request, response) => void listener(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...flags()] });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async inTab(use, options = {}) {
      const viewport = { width: 390, height: 844 };
      const context = await browser.newContext({ viewport, javaScriptEnabled: false, locale: 'es-MX', ...options });
      try {
        const page = await context.newPage();
        const complaints: string[] = [];
        page.on('console', (message) => complaints.push(message.text()));
        page.on('requestfailed', (request) => {
          // Going elsewhere meanwhile is no failure.
          if (request.failure()?.errorText !== 'net::ERR_ABORTED') complaints.push(`failed: ${request.url()}`);
        });
        await use(page);
        const found = complaints.filter((text) => !/404 \(Not Found\)|Autofocus processing was blocked/.test(text));
        if (found.length > 0) throw new Error(found.join('\n'));
      } finally {
        await context.close();
      }
    },
    async close() {
      await browser.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

function flags(): readonly string[] {
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return [
    ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
    ...['--disable-component-update', '--disable-sync', ...asRoot],
  ];
}

/** Runs `use` in a browser that keeps what it learns in a folder, as people's own do. */
export async function withProfile(folder: string, use: (page: Page) => Promise<void>): Promise<void> {
  const context = await chromium.launchPersistentContext(folder, { executablePath: CHROMIUM, args: [...flags()] });
  try {
    await use(context.pages()[0] ?? (await context.newPage()));
  } finally {
    await context.close();
  }
}

/** Which rules of axe-core the page breaks, each with the elements. Its tab runs scripts (`bypassCSP`). */
export async function brokenRules(
  page: Page,
): Promise<readonly (readonly [rule: string, elements: readonly string[]])[]> {
  await page.evaluate(axe.source);
  const found = (await page.evaluate(`axe.run(document, { runOnly: ${JSON.stringify(RULES)} })`)) as AxeResult;
  return found.violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)]);
}

/** Leaves a picture for people to look at, where they asked for it. */
export async function picture(
  page: Page,
  name: string,
  { fullPage = true }: { readonly fullPage?: boolean } = {},
): Promise<void> {
  if (!PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage });
}
