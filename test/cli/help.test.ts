import { describe, expect, test } from 'vitest';
import { allCommands } from '../../cli/commands/index.ts';
import { commandHelp, helpOn } from '../../cli/help.ts';
import { Screen } from '../../cli/screen.ts';
import type { Command } from '../../cli/command.ts';

/** What the help of a command shows. */
function helpOf(command: Command, language: 'es' | 'en'): string {
  const out = { write: () => {} };
  const screen = new Screen({ language, json: false, out, messages: out, colour: false });
  return [...commandHelp(screen, command), ...helpOn(screen, [command])].join('\n');
}

const SPANISH =
  /[áéíóúñ¿«]|\b(?:AAAA|ASIENTO|ASUNTO|CARGO|CARPETA|CLAVE|ENTRADA|LISTA|MOTIVO|NOMBRE|SALIDA|SERIE|SIGLAS|TEXTO|TIPO)\b/;
const ENGLISH = /\b(?:the|of|with|YYYY|ADDRESS|CODE|FOLDER|ID|LEAF|NAME|REASON|SERIAL|SUBJECT|TEXT|TYPE)\b/;

describe.each((await allCommands()).map((command) => [command.name, command] as const))(
  'the help of %s',
  (_, command) => {
    test('is in one language', () => {
      expect(helpOf(command, 'en')).not.toMatch(SPANISH);
      expect(helpOf(command, 'es')).not.toMatch(ENGLISH);
    });

    test('has no line that a terminal breaks more than once', () => {
      for (const language of ['es', 'en'] as const) {
        for (const line of helpOf(command, language).split('\n')) expect(line.length, line).toBeLessThan(200);
      }
    });
  },
);
