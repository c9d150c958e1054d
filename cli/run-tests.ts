/**
 * `./cotejo test [--long] [FILTER…]`: brings the judges, checks the code, runs the tests, and ends with one line
 * `N passed, N failed, N skipped`. Exit 0 only if nothing failed. A filter (part of a path) runs only those tests.
 */
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import type { TestModule } from 'vitest/node';
import { buildNfcPcsc } from './build-nfc-pcsc.ts';
import { EXIT, UsageError, type Text } from './command.ts';
import { askedLanguage, languageOf, refuseOtherLanguage } from './language.ts';
import { installJudges } from './system-packages.ts';

const HELP: Text = {
  es: `./cotejo test [--long] [FILTRO…]

Revisa tipos, estilo, código sin uso y formato, y pasa las pruebas.

  --long        también las pruebas largas, sin límite de tiempo
  FILTRO        parte de una ruta: pasa sólo esas pruebas (./cotejo test cli/help)
  --lang es|en  idioma de los mensajes
  --help        esta ayuda`,
  en: `./cotejo test [--long] [FILTER…]

Checks types, lint, unused code and format, and runs the tests.

  --long        the long tests as well, without a limit of time
  FILTER        part of a path: runs only those tests (./cotejo test cli/help)
  --lang es|en  language of the messages
  --help        this help`,
};

/** When what hangs is given up. The aim is 20 minutes on two cores; a machine that others use as well may need more. */
const BUDGET_MINUTES = 40;

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
  const say = (text: Text): string => text[languageOf(words, process.env)];
  try {
    const { long, filters, help } = readWords(words);
    if (!help) return await runAll(long, filters);
    console.log(say(HELP));
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`cotejo: ${say(error.text)}\n${say(HELP)}`);
    return EXIT.usage;
  }
}

interface Asked {
  readonly long: boolean;
  readonly filters: readonly string[];
  readonly help: boolean;
}

/** @throws UsageError for an option that there is none of, or a language that we do not speak */
function readWords(words: readonly string[]): Asked {
  const language = askedLanguage(words);
  refuseOtherLanguage(language);
  const at = words.indexOf('--lang');
  const rest = at < 0 ? words : words.toSpliced(at, 2);
  const options = rest.filter((word) => word.startsWith('-') && !word.startsWith('--lang='));
  const unknown = options.find((word) => !['--long', '--help', '-h'].includes(word));
  if (unknown !== undefined)
    throw new UsageError({ es: `no se entiende «${unknown}»`, en: `not understood: "${unknown}"` });
  return {
    long: options.includes('--long'),
    filters: rest.filter((word) => !word.startsWith('-')),
    help: options.includes('--help') || options.includes('-h'),
  };
}

async function runAll(long: boolean, filters: readonly string[]): Promise<number> {
  process.chdir(root);
  prepareEnvironment(long);

  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  const leftOut = [...installJudges()];
  const withoutAddon = buildNfcPcsc();
  if (withoutAddon !== undefined) leftOut.push(`left out: readers of cards through nfc-pcsc: ${withoutAddon}`);
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
