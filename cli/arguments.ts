import { parseArgs } from 'node:util';
import { inBoth, UsageError, type Command, type Given, type OptionSpec, type Text } from './command.ts';

/** Options that every command takes. */
export const COMMON_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  json: { type: 'boolean', help: { es: 'un documento JSON para programas', en: 'one JSON document for programs' } },
  lang: { type: 'string', value: 'es|en', help: { es: 'idioma de los mensajes', en: 'language of the messages' } },
  'no-wait': {
    type: 'boolean',
    help: {
      es: 'si hace falta que alguien lo confirme, no esperar a que lo haga',
      en: 'if somebody has to confirm it, do not wait until they do',
    },
  },
  help: { type: 'boolean', short: 'h', help: { es: 'esta ayuda', en: 'this help' } },
};

/** The command whose name the words begin with, longest first, and the words that are left. */
export function findCommand(
  commands: readonly Command[],
  words: readonly string[],
): { readonly command: Command; readonly rest: readonly string[] } | undefined {
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(' ');
    const command = words.length >= length ? commands.find((candidate) => candidate.name === name) : undefined;
    if (command) return { command, rest: words.slice(length) };
  }
  return undefined;
}

/** The words with the options of every command, which may stand before noun and verb, put behind them. */
export function nounFirst(words: readonly string[]): readonly string[] {
  const options: string[] = [];
  const names: string[] = [];
  let at = 0;
  for (; at < words.length && names.length < 2; at++) {
    const word = words[at]!;
    if (!word.startsWith('-')) names.push(word);
    // Help and version without a command are of the program itself.
    else if (word === '--lang') options.push(word, ...words.slice(++at, at + 1));
    else if (word === '--json' || word.startsWith('--lang=')) options.push(word);
    else break;
  }
  const rest = words.slice(at);
  return names.length > 0 ? [...names, ...options, ...rest] : [...rest, ...options];
}

/** @throws UsageError for an unknown option, a missing value, a missing or superfluous argument */
export function readArguments(command: Command, words: readonly string[]): Given {
  const specs = { ...COMMON_OPTIONS, ...command.options };
  const parsed = parse(specs, words);
  const values = new Map<string, readonly (string | boolean)[]>();
  for (const [name, value] of Object.entries(parsed.values)) {
    if (value !== undefined) values.set(name, value);
  }
  const given: Given = {
    positionals: parsed.positionals,
    text: (name) => values.get(name)?.map(String).at(-1),
    need: (name) => values.get(name)?.map(String).at(-1) ?? missing([option(name, specs[name])]),
    require(names, before = []) {
      const absent = [...before, ...names.filter((name) => !values.has(name)).map((name) => option(name, specs[name]))];
      if (absent.length > 0) missing(absent);
    },
    texts: (name) => values.get(name)?.map(String) ?? [],
    flag: (name) => values.get(name)?.at(-1) === true,
  };
  if (given.flag('help')) return given;
  const count = parsed.positionals.length;
  const required = Object.keys(specs).filter((name) => specs[name]?.required);
  given.require(required, count < (command.minPositionals ?? 0) ? [inBoth(command.positionals ?? '')] : []);
  if (count > (command.maxPositionals ?? command.minPositionals ?? 0)) {
    const extra = parsed.positionals.at(-1)!;
    throw new UsageError({ es: `sobra el argumento «${extra}»`, en: `unexpected argument "${extra}"` });
  }
  return given;
}

/** An option as it is to be typed: in short where it is known so, with the place of its value where nobody would guess it. */
function option(name: string, { short, value, source }: Partial<OptionSpec> = {}): Text {
  const placed = inBoth(value ?? '');
  const told = (language: keyof Text): string => {
    if (source) return `--${name} ${placed[language]} (${source[language]})`;
    return short === undefined ? `--${name}` : `-${short} ${placed[language]}`.trimEnd();
  };
  return { es: told('es'), en: told('en') };
}

function missing(absent: readonly Text[]): never {
  const told = (language: keyof Text): string => absent.map((one) => one[language]).join(', ');
  throw new UsageError({
    es: `${absent.length > 1 ? 'faltan' : 'falta'}: ${told('es')}`,
    en: `missing: ${told('en')}`,
  });
}

interface Parsed {
  readonly values: Readonly<Record<string, readonly (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
}

function parse(specs: Readonly<Record<string, OptionSpec>>, words: readonly string[]): Parsed {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [
      name,
      { type: spec.type, multiple: true, ...(spec.short ? { short: spec.short } : {}) },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
    // Of two values nobody can tell which was meant.
    const given = values as Parsed['values'];
    const repeated = Object.keys(given).find((name) => !specs[name]!.multiple && given[name]!.length > 1);
    if (repeated === undefined) return { values: given, positionals };
    throw new UsageError({ es: `--${repeated} va una sola vez`, en: `--${repeated} is given once` });
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const found = /'(-[^' ]*)/.exec(error instanceof Error ? error.message : '')?.[1] ?? words.join(' ');
    if (error instanceof Error && 'code' in error && error.code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') {
      throw new UsageError({
        es: `el valor de ${found} falta, sobra o empieza con guion (si ha de empezar así: ${found}=-…)`,
        en: `the value of ${found} is missing, superfluous or begins with a hyphen (if it has to: ${found}=-…)`,
      });
    }
    throw new UsageError({ es: `no se entiende «${found}»`, en: `not understood: "${found}"` });
  }
}
