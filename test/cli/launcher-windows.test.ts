import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const repository = join(import.meta.dirname, '..', '..');
const read = (name: string): string => readFileSync(join(repository, name), 'utf8');
const windows = read('cotejo.cmd');
const unix = read('cotejo');

// cmd.exe itself is on Windows only: this is what can be seen of the script without it.
describe('the launcher for Windows', () => {
  test('is written as cmd.exe reads it: lines that end with CR LF, ASCII alone', () => {
    expect(
      windows
        .split('\n')
        .slice(0, -1)
        .every((line) => line.endsWith('\r')),
    ).toBe(true);
    expect(windows).toMatch(/^[\t\r\n -~]*$/);
  });

  test('leads only to labels that are there', () => {
    const labels = new Set([...windows.matchAll(/^:(\w+)/gm)].map(([, label]) => label));
    const used = [...windows.matchAll(/(?:goto|call) :(\w+)/g)].map(([, label]) => label);
    expect(used.length).toBeGreaterThan(10);
    expect(used.filter((label) => !labels.has(label))).toEqual([]);
  });

  test('installs what the other launcher does, for the same Node, and notes it in the same place', () => {
    const flags = '--include=optional --ignore-scripts --loglevel=error --no-update-notifier';
    expect(unix).toContain(flags);
    expect(windows).toContain(`npm ci --omit=dev ${flags}`);
    expect(unix).toContain('-ge 24');
    expect(windows).toContain('%major% lss 24');
    expect(windows).toContain(String.raw`%modules%\.cotejo\production.json`);
  });

  test('hands over every word, and the exit status', () => {
    const [, after] = windows.split(String.raw`"%node%" --disable-warning=ExperimentalWarning "%root%cli\main.ts" %*`);
    expect(after?.trimStart()).toMatch(/^exit \/b %errorlevel%/);
  });
});
