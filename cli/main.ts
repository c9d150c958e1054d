import { readFileSync } from 'node:fs';
import { Outage, Refusal } from '../src/core/refusal.ts';
import { readConfig } from '../src/config.ts';
import { findCommand, nounFirst, readArguments } from './arguments.ts';
import { ApiProblem, type Client } from './client.ts';
import { EXIT, UsageError, type Command, type Exit } from './command.ts';
import { commands } from './commands/index.ts';
import { explain, noteUnsignedHead } from './explain.ts';
import { showCommandHelp, showHelp } from './help.ts';
import { refuseOwnFiles } from './own-files.ts';
import { Screen } from './screen.ts';

type Environment = Readonly<Record<string, string | undefined>>;

function languageOf(words: readonly string[], env: Environment): 'es' | 'en' {
  const at = words.indexOf('--lang');
  const asked = at >= 0 ? words[at + 1] : words.find((word) => word.startsWith('--lang='))?.slice('--lang='.length);
  const locale = asked ?? env['LC_ALL'] ?? env['LC_MESSAGES'] ?? env['LANG'] ?? '';
  return locale.startsWith('en') ? 'en' : 'es';
}

function makeScreen(words: readonly string[], env: Environment): Screen {
  const terminal = process.stdout.isTTY && process.stderr.isTTY;
  return new Screen({
    language: languageOf(words, env),
    json: words.includes('--json'),
    out: process.stdout,
    messages: process.stderr,
    colour: Boolean(terminal) && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
  });
}

function version(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

async function run(command: Command, words: readonly string[], screen: Screen, env: Environment): Promise<Exit> {
  const given = readArguments(command, words);
  if (given.flag('help')) {
    showCommandHelp(screen, command);
    return EXIT.done;
  }
  const config = readConfig(env, process.cwd());
  for (const name of ['out', 'out-dir']) {
    const path = given.text(name);
    if (path !== undefined) await refuseOwnFiles(path, config);
  }
  let client: Promise<Client> | undefined;
  // Loaded when asked for: help and wrong command lines answer without the service behind them.
  const open = async (): Promise<Client> => (await import('./connect.ts')).connect(config);
  try {
    return await command.run({ given, screen, config, client: () => (client ??= open()) });
  } finally {
    const opened = await client?.catch(() => undefined);
    // The act stands, and so does its answer.
    await opened?.close().catch((error: unknown) => noteUnsignedHead(error, screen));
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
  if (error instanceof ApiProblem || error instanceof Refusal || error instanceof Outage) {
    return explain(error, screen);
  }
  const detail = error instanceof Error ? error : new Error(String(error));
  screen.note(
    screen.say({
      es: `cotejo: falla interna (${detail.name}). Nada quedó a medias; repórtela con el comando que usó.`,
      en: `cotejo: internal fault (${detail.name}). Nothing was left half done; report it with the command you used.`,
    }),
  );
  if (env['COTEJO_DEBUG']) screen.note(detail.stack ?? detail.message);
  return EXIT.bug;
}

async function main(typed: readonly string[], env: Environment): Promise<Exit> {
  const words = nounFirst(typed);
  const screen = makeScreen(words, env);
  if (words[0] === '--version') {
    screen.line(`cotejo ${version()}`);
    return EXIT.done;
  }
  // What stands first is a name, unless there is none.
  const nothing = words[0] === undefined || words[0] === '--json' || words[0].startsWith('--lang');
  if (nothing || words[0] === '--help' || words[0] === '-h' || words[0] === 'help') {
    showHelp(screen, commands);
    return nothing ? EXIT.usage : EXIT.done;
  }
  const found = findCommand(commands, words);
  try {
    if (found) return await run(found.command, found.rest, screen, env);
    const noun = commands.filter((command) => command.name.startsWith(`${words[0]} `));
    const verb = words[1]?.startsWith('-') ? undefined : words[1];
    if (noun.length === 0 || verb !== undefined) {
      const asked = noun.length === 0 ? words[0]! : `${words[0]} ${verb}`;
      throw new UsageError({ es: `no hay orden «${asked}»`, en: `no command "${asked}"` });
    }
    showHelp(screen, noun);
    return words[1] === '--help' ? EXIT.done : EXIT.usage;
  } catch (error) {
    return report(error, screen, env, found ? `${found.command.name} ` : '');
  }
}

// A closed pipe (`cotejo … | head`) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.done);
  throw error;
});
process.exitCode = await main(process.argv.slice(2), process.env);
