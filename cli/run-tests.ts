/**
 * `./cotejo test [--long] [FILTER…]`: brings the judges, checks the code, runs the tests, and ends with one line
 * `N passed, N failed, N skipped`. Exit 0 only if nothing failed. A filter (part of a path) runs only those tests.
 */
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import type { TestModule } from 'vitest/node';
import { installJudges } from './system-packages.ts';

const BUDGET_MINUTES = 20;

const root = join(import.meta.dirname, '..');
const bin = join(root, 'node_modules', '.bin');

/** Each counts as one test. */
const CHECKS: readonly (readonly [string, ...string[]])[] = [
  ['tsc', '-p', 'tsconfig.json'],
  ['tsc', '-p', 'src/tsconfig.json'],
  ['oxlint', '--type-aware'],
  ['knip', '--no-progress'],
  ['prettier', '--check', '--log-level=warn', '.'],
];

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

async function main(words: readonly string[]): Promise<number> {
  const long = words.includes('--long');
  const filters = words.filter((word) => word !== '--long');
  const unknown = filters.find((word) => word.startsWith('-'));
  if (unknown !== undefined) {
    console.error(`unknown option ${unknown}; usage: ./cotejo test [--long] [FILTER…]`);
    return 2;
  }
  process.chdir(root);
  prepareEnvironment(long);

  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  const leftOut = installJudges();
  if (filters.length === 0) for (const check of CHECKS) tally[(await passes(check)) ? 'passed' : 'failed'] += 1;
  await runVitest(filters, long ? undefined : BUDGET_MINUTES, tally);
  for (const sentence of leftOut) console.log(sentence);

  const { passed, failed, skipped } = tally;
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

/** Tests see the Node of this process first, and none of the settings of an installation that happens to be configured. */
function prepareEnvironment(long: boolean): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('COTEJO_')) delete process.env[name];
  if (long) process.env['COTEJO_LONG'] = '1';
  process.env['PATH'] = [bin, process.env['PATH'] ?? ''].join(delimiter);
}

async function passes([command, ...args]: readonly [string, ...string[]]): Promise<boolean> {
  const started = performance.now();
  const child = spawn(join(bin, command), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => output.push(part));
  child.stderr.on('data', (part: Buffer) => output.push(part));
  const status = await new Promise<number | null>((resolve) => {
    child.on('error', (error) => {
      output.push(Buffer.from(String(error)));
      resolve(null);
    });
    child.on('close', resolve);
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? '✓' : '✗'} ${[command, ...args].join(' ')} (${seconds} s)`);
  if (status !== 0) console.log(Buffer.concat(output).toString('utf8'));
  return status === 0;
}

async function runVitest(filters: readonly string[], minutes: number | undefined, tally: Tally): Promise<void> {
  // Loaded here, so that the checks above can say why nothing loads.
  const { createVitest } = await import('vitest/node');
  // A forgotten `.only` must not pass for a full run.
  const vitest = await createVitest('test', { watch: false, allowOnly: false });
  try {
    const run = vitest.start([...filters]);
    const inTime = await Promise.race([run.then(() => true), after(minutes)]);
    if (!inTime) {
      tally.failed += 1;
      console.log(`✗ the tests did not end within ${minutes} minutes`);
    }
  } catch (error) {
    tally.failed += 1;
    console.log(`✗ ${String(error)}`);
  }
  for (const module of vitest.state.getTestModules()) count(module, tally);
  tally.failed += vitest.state.getUnhandledErrors().length;
  // What hangs must not keep the result from being told.
  await Promise.race([vitest.close(), after(0.5)]);
}

function after(minutes: number | undefined): Promise<false> {
  return new Promise((resolve) => {
    if (minutes !== undefined) setTimeout(resolve, minutes * 60_000, false).unref();
  });
}

/** Adds the results of one file, and lists what it skipped with the reason: a note, or what the name says. */
function count(module: TestModule, tally: Tally): void {
  const skip = (name: string, note?: string): void => {
    tally.skipped += 1;
    console.log(`skipped: ${module.relativeModuleId} > ${name}${note === undefined ? '' : `: ${note}`}`);
  };
  const suites = [...module.children.allSuites()];
  // A file that does not load, or a hook that throws, fails without failing a test; what it kept from running is not skipped.
  const failures = [module, ...suites].reduce((sum, part) => sum + part.errors().length, 0);
  tally.failed += failures;
  for (const test of module.children.allTests()) {
    const result = test.result();
    if (result.state === 'passed') tally.passed += 1;
    // A test that never ended is one that failed.
    else if (result.state !== 'skipped') tally.failed += 1;
    else if (failures === 0 || test.options.mode !== 'run' || result.note !== undefined)
      skip(test.fullName, result.note);
  }
  // Without what it reads its tests from, a suite may have none.
  for (const suite of suites) if (suite.state() === 'skipped' && suite.children.size === 0) skip(suite.fullName);
}

const status = await main(process.argv.slice(2));
// Whatever a test left open must not keep the process; what was printed must arrive first.
process.stdout.write('', () => process.exit(status));
