import { readFileSync } from 'node:fs';
import type { KeyEncryption } from '../src/adapters/keys/encryption.ts';

import { readConfig } from '../src/config.ts';
import { findCommand, nounFirst, readArguments } from './arguments.ts';
import { isTold, type Client } from './client.ts';
import { Declined, EXIT, StillWaits, UsageError, type Command, type Exit } from './command.ts';
import { allCommands, commandsOf } from './commands/index.ts';
import { refuseNoFolder } from './data-folder.ts';
import { explain, noteUnsignedHead } from './explain.ts';
import { namingFields } from './field-names.ts';
import { commandHelp, helpOn, showHelp } from './help.ts';
import { askedLanguage, languageOf, refuseOtherLanguage, type Environment } from './language.ts';
import { Output } from './output.ts';
import { refuseOwnFiles } from './own-files.ts';
import { Screen } from './screen.ts';

/** Where a command writes: data, and what is said of it. */
export interface Streams {
  readonly out: NodeJS.WriteStream;
  readonly messages: NodeJS.WriteStream;
}

function makeScreen(words: readonly string[], env: Environment, output: Output, { messages }: Streams): Screen {
  const json = words.includes('--json');
  return new Screen({
    language: languageOf(words, env),
    json,
    out: output,
    messages,
    colour: !json && output.isTTY && messages.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
  });
}

function version(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** @throws UsageError where somebody has taken it away meanwhile */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    throw new UsageError({
      es: 'la carpeta en que está ya no existe: pase a otra (cd) y repita la orden',
      en: 'the folder you are in is gone: go to another one (cd) and repeat the command',
    });
  }
}

async function run(command: Command, words: readonly string[], screen: Screen, env: Environment): Promise<Exit> {
  const given = readArguments(command, words);
  if (given.flag('help')) {
    showHelp(screen, commandHelp(screen, command));
    return EXIT.done;
  }
  const config = readConfig(env, workingFolder());
  await refuseNoFolder(config.dataFolder);
  for (const name of ['out', 'out-dir']) {
    const path = given.text(name);
    if (path !== undefined) await refuseOwnFiles(path, config);
  }
  let client: Promise<Client> | undefined;
  // Loaded when asked for: help and wrong command lines answer without the service behind them.
  const unlock = async (): Promise<KeyEncryption | undefined> =>
    (await import('./unlock-keys.ts')).unlockKeys(config, screen);
  const wait = !given.flag('no-wait');
  const open = async (): Promise<Client> => (await import('./remote/reach.ts')).reach(config, { unlock, screen, wait });
  const close = async (): Promise<void> => (await client?.catch(() => undefined))?.close();
  let exit: Exit;
  try {
    exit = await namingFields(command, screen, () =>
      command.run({ given, screen, config, client: () => (client ??= open()) }),
    );
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
  try {
    await close();
    return exit;
  } catch (error) {
    return noteUnsignedHead(error, screen, exit);
  }
}

/** What failed, told in the reader's language, and the exit code that the contract gives it. */
function report(error: unknown, screen: Screen, env: Environment, command: string): Exit {
  if (error instanceof UsageError) {
    if (screen.json) screen.data({ error: { code: 'usage', what: screen.say(error.text) } });
    screen.note(`cotejo: ${screen.say(error.text)}`);
    screen.note(screen.say({ es: `Ayuda: ./cotejo ${command}--help`, en: `Help: ./cotejo ${command}--help` }));
    return EXIT.usage;
  }
  if (error instanceof Declined) {
    if (screen.json) screen.data({ error: { code: 'declined', what: screen.say(error.text) } });
    screen.note(screen.say(error.text));
    return error.exit;
  }
  if (error instanceof StillWaits) {
    if (screen.json) screen.data({ approval: error.approval });
    return EXIT.undetermined;
  }
  if (isTold(error)) {
    return explain(error, screen);
  }
  const detail = error instanceof Error ? error : new Error(String(error));
  const what = screen.say({
    es: `falla interna (${detail.name}). Nada quedó a medias.`,
    en: `internal fault (${detail.name}). Nothing was left half done.`,
  });
  const next = screen.say({ es: 'Repórtela con el comando que usó.', en: 'Report it with the command you used.' });
  if (screen.json) screen.data({ error: { code: 'internal', what, next } });
  screen.note(`cotejo: ${what} ${next}`);
  if (env['COTEJO_DEBUG']) screen.note(detail.stack ?? detail.message);
  return EXIT.bug;
}

/** The help where no command is asked for, or only its noun: a program that asked for none is told so. */
function listCommands(screen: Screen, listed: readonly Command[], asked: boolean): Exit {
  if (!asked && screen.json) {
    const names = listed.map(({ name }) => name).join(', ');
    throw new UsageError({ es: `falta la orden, una de: ${names}`, en: `missing the command, one of: ${names}` });
  }
  showHelp(screen, helpOn(screen, listed));
  return asked ? EXIT.done : EXIT.usage;
}

async function obey(words: readonly string[], screen: Screen, env: Environment): Promise<Exit> {
  const [noun] = words;
  const ofNoun = noun === undefined ? [] : await commandsOf(noun);
  const found = findCommand(ofNoun, words);
  try {
    refuseOtherLanguage(askedLanguage(words));
    if (noun === '--version') {
      if (screen.json) screen.data({ version: version() });
      screen.line(`cotejo ${version()}`);
      return EXIT.done;
    }
    if (found) return await run(found.command, found.rest, screen, env);
    // What stands first is a name, unless there is none.
    const nothing = noun === undefined || noun === '--json' || noun.startsWith('--lang');
    const isHelp = noun === '--help' || noun === '-h' || noun === 'help';
    if (nothing || isHelp) return listCommands(screen, await allCommands(), isHelp);
    const verb = words[1]?.startsWith('-') ? undefined : words[1];
    if (ofNoun.length === 0 || verb !== undefined) {
      const asked = ofNoun.length === 0 ? noun : `${noun} ${verb}`;
      throw new UsageError({ es: `no hay orden «${asked}»`, en: `no command "${asked}"` });
    }
    return listCommands(screen, ofNoun, words.includes('--help') || words.includes('-h'));
  } catch (error) {
    return report(error, screen, env, found ? `${found.command.name} ` : '');
  }
}

/** What was not done was told on the messages as well. */
const NOT_DONE: ReadonlySet<Exit> = new Set([EXIT.usage, EXIT.declined, EXIT.bug, EXIT.outage, EXIT.interrupted]);

/** Does what the words of a command line ask for. Resolves to the exit code. */
export async function commandLine(typed: readonly string[], env: Environment, streams: Streams): Promise<Exit> {
  const words = nounFirst(typed);
  const output = new Output(streams.out);
  const screen = makeScreen(words, env, output, streams);
  const exit = await obey(words, screen, env);
  try {
    await output.arrived();
    return exit;
  } catch (error) {
    const { accomplished } = screen;
    if (NOT_DONE.has(exit) && !accomplished) return exit;
    if (accomplished) screen.note(screen.say(accomplished));
    return report(error, screen, env, '');
  }
}
