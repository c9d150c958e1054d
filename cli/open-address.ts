import { spawn } from 'node:child_process';

/** What each system opens an address with; no shell reads it. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Opens a page in whoever's browser, where there is one: its address was shown, so nothing is told of one that does not open. */
export function openAddress(address: string): void {
  if (!/^https:\/\/[\w.:[\]/-]+$/.test(address)) return;
  const [program, ...words] = OPENERS[process.platform] ?? ['xdg-open'];
  const opened = spawn(program, [...words, address], { stdio: 'ignore', detached: true });
  opened.on('error', () => {});
  opened.unref();
}
