import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';

export const MAIN: string = join(import.meta.dirname, '../../cli/main.ts');

/**
 * What a process of ours is given as the launcher does, and nothing else of our environment: what Node compiled is kept, so that the next
 * one begins sooner.
 */
export const LAUNCHED: Readonly<Record<string, string>> = {
  PATH: process.env['PATH'] ?? '',
  NODE_COMPILE_CACHE: join(tmpdir(), 'cotejo-test-compiled'),
};

/** What `./cotejo …` did. */
export interface Done {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line in a process of its own, on this data folder; nothing else of our environment reaches it. `input`: standard input. */
export function cotejo(
  dataFolder: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input?: string,
): Done {
  const run = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...words], {
    env: { ...LAUNCHED, COTEJO_DATA: dataFolder, ...env },
    encoding: 'utf8',
    ...(input !== undefined && { input }),
    timeout: 60_000,
    maxBuffer: 64 << 20,
  });
  return { status: run.status ?? -1, stdout: run.stdout, stderr: run.stderr };
}

/** The same with standard output going to this device or file. */
export function cotejoInto(output: string, dataFolder: string, words: readonly string[]): Omit<Done, 'stdout'> {
  const file = openSync(output, 'a');
  try {
    const run = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...words], {
      env: { ...LAUNCHED, COTEJO_DATA: dataFolder },
      encoding: 'utf8',
      stdio: ['ignore', file, 'pipe'],
      timeout: 60_000,
    });
    return { status: run.status ?? -1, stderr: run.stderr };
  } finally {
    closeSync(file);
  }
}

/** A program that is not waited for in this thread: what it asks of its surroundings may be answered here. */
export async function runAside(
  program: string,
  args: readonly string[],
  { env, input }: { readonly env: Readonly<Record<string, string>>; readonly input: string },
): Promise<Done> {
  const child = spawn(program, args, { env, timeout: 90_000 });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (part: Buffer) => void (stdout += String(part)));
  child.stderr.on('data', (part: Buffer) => void (stderr += String(part)));
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [status] = (await once(child, 'close')) as [number | null];
  return { status: status ?? -1, stdout, stderr };
}

/** The one JSON document on standard output; fails where there is none, or more. */
export function json<Value>({ stdout, stderr }: Done): Value {
  try {
    return JSON.parse(stdout) as Value;
  } catch {
    return expect.fail(`not one JSON document: ${stdout.slice(0, 500)}\n${stderr}`);
  }
}

export interface ErrorDocument {
  readonly error: { readonly code: string; readonly what: string; readonly next: string };
}
