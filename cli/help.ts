import { COMMON_OPTIONS } from './arguments.ts';
import { inBoth, type Command, type OptionSpec } from './command.ts';
import type { Screen } from './screen.ts';

export function showHelp(screen: Screen, commands: readonly Command[]): void {
  screen.line(
    screen.say({
      es: 'Cotejo: comprobar en segundos si una persona o un oficio vienen de la alcaldía.',
      en: 'Cotejo: tell within seconds whether a person or a letter comes from the borough.',
    }),
  );
  screen.line();
  const width = Math.max(...commands.map((command) => command.name.length));
  for (const command of commands) {
    screen.line(`  ${screen.paint('strong', command.name.padEnd(width))}  ${screen.say(command.summary)}`);
  }
  screen.line();
  screen.line(
    screen.say({
      es: 'Cada orden explica sus opciones con --help. Para probarlo todo: ./cotejo demo. Para pasar las pruebas: ./cotejo test',
      en: 'Each command explains its options with --help. To try everything: ./cotejo demo. To run the tests: ./cotejo test',
    }),
  );
}

function nameOf(screen: Screen, name: string, spec: OptionSpec): string {
  const short = spec.short ? `-${spec.short}, ` : '';
  return `${short}--${name}${spec.type === 'string' ? ` ${screen.say(inBoth(spec.value ?? '…'))}` : ''}`;
}

export function showCommandHelp(screen: Screen, command: Command): void {
  const options = Object.entries({ ...command.options, ...COMMON_OPTIONS });
  const required = options
    .filter(([, spec]) => spec.required)
    .map(([name, spec]) => nameOf(screen, name, { ...spec, short: '' }));
  screen.line(
    ['./cotejo', command.name, screen.say(inBoth(command.positionals ?? '')), ...required].filter(Boolean).join(' '),
  );
  screen.line();
  screen.line(screen.say(command.summary));
  screen.line();
  const width = Math.max(...options.map(([name, spec]) => nameOf(screen, name, spec).length));
  for (const [name, spec] of options) {
    screen.line(`  ${nameOf(screen, name, spec).padEnd(width)}  ${screen.say(spec.help)}`);
    for (const [word, meaning] of Object.entries(spec.words ?? {}))
      screen.line(`  ${' '.repeat(width)}    ${word}: ${screen.say(meaning)}`);
  }
}
