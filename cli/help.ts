import { COMMON_OPTIONS } from './arguments.ts';
import { inBoth, type Command, type OptionSpec } from './command.ts';
import type { Screen } from './screen.ts';

/** Help for people, or the same text as a document: programs read no lines. */
export function showHelp(screen: Screen, lines: readonly string[]): void {
  if (screen.json) screen.data({ help: lines.join('\n') });
  for (const line of lines) screen.line(line);
}

/** What these commands do. */
export function helpOn(screen: Screen, commands: readonly Command[]): readonly string[] {
  const width = Math.max(...commands.map((command) => command.name.length));
  return [
    screen.say({
      es: 'Cotejo: comprobar en segundos si una persona o un oficio vienen de la alcaldía.',
      en: 'Cotejo: tell within seconds whether a person or a letter comes from the borough.',
    }),
    '',
    ...commands.map(({ name, summary }) => `  ${screen.paint('strong', name.padEnd(width))}  ${screen.say(summary)}`),
    '',
    screen.say({
      es: 'Cada orden explica sus opciones con --help. Para probarlo todo: ./cotejo demo. Para pasar las pruebas: ./cotejo test',
      en: 'Each command explains its options with --help. To try everything: ./cotejo demo. To run the tests: ./cotejo test',
    }),
  ];
}

function nameOf(screen: Screen, name: string, spec: OptionSpec): string {
  const short = spec.short ? `-${spec.short}, ` : '';
  return `${short}--${name}${spec.type === 'string' ? ` ${screen.say(inBoth(spec.value ?? '…'))}` : ''}`;
}

/** How a command is called, and what each of its options does. */
export function commandHelp(screen: Screen, command: Command): readonly string[] {
  const options = Object.entries({ ...command.options, ...COMMON_OPTIONS });
  const required = options
    .filter(([, spec]) => spec.required)
    .map(([name, spec]) => nameOf(screen, name, { ...spec, short: '' }));
  const width = Math.max(...options.map(([name, spec]) => nameOf(screen, name, spec).length));
  return [
    ['./cotejo', command.name, screen.say(inBoth(command.positionals ?? '')), ...required].filter(Boolean).join(' '),
    '',
    screen.say(command.summary),
    '',
    ...options.flatMap(([name, spec]) => [
      `  ${nameOf(screen, name, spec).padEnd(width)}  ${screen.say(spec.help)}`,
      ...Object.entries(spec.words ?? {}).map(
        ([word, meaning]) => `  ${' '.repeat(width)}    ${word}: ${screen.say(meaning)}`,
      ),
    ]),
  ];
}
