import type { Client } from './client.ts';
import type { Screen } from './screen.ts';
import type { Config } from '../src/config.ts';

/** What the process returns: the contract of every command. */
export const EXIT = {
  done: 0,
  invalid: 1,
  usage: 2,
  undetermined: 3,
  declined: 4,
  bug: 70,
  outage: 75,
  interrupted: 130,
} as const;

export type Exit = (typeof EXIT)[keyof typeof EXIT];

/** The same sentence in both languages. */
export interface Text {
  readonly es: string;
  readonly en: string;
}

/** Somebody thought better of it, at a question: no fault of anybody, and nothing to mend. */
export class Declined extends Error {
  readonly text: Text;
  readonly exit: Exit;

  /** @param exit `interrupted` where they did not answer but stopped the command */
  constructor(text: Text, exit: Exit = EXIT.declined) {
    super(text.en);
    this.name = 'Declined';
    this.text = text;
    this.exit = exit;
  }
}

/** What was asked for waits for people, and the command was told not to wait with it. */
export class StillWaits extends Error {
  readonly approval: { readonly id: string; readonly address: string };

  constructor(approval: { readonly id: string; readonly address: string }) {
    super('people have to authorise it');
    this.name = 'StillWaits';
    this.approval = approval;
  }
}

/** What stands for a value, where both languages call it alike. */
export function inBoth(text: string | Text): Text {
  return typeof text === 'string' ? { es: text, en: text } : text;
}

export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** May be given several times. */
  readonly multiple?: boolean;
  readonly required?: boolean;
  /** What stands for the value in the help: `FILE.csv`. */
  readonly value?: string | Text;
  readonly help: Text;
  /** Where the value is to be had, for whoever left it out. */
  readonly source?: Text;
  /** The words that it takes, where they are few: the help shows them one a line. */
  readonly words?: Meanings<string>;
}

/** Of an option that takes the id of somebody. */
export const IDS: Text = { es: 'la da ./cotejo official list', en: './cotejo official list tells it' };

/** What the person typed, after the options were checked against the command's own. */
export interface Given {
  readonly positionals: readonly string[];
  text(name: string): string | undefined;
  /** The value of a required option. */
  need(name: string): string;
  /** @throws UsageError that names all of these options that are missing, after `before` */
  require(names: readonly string[], before?: readonly Text[]): void;
  texts(name: string): readonly string[];
  flag(name: string): boolean;
}

export interface Context {
  readonly given: Given;
  readonly screen: Screen;
  readonly config: Config;
  /** The installation: through the running service's socket where there is one, else the data itself. */
  readonly client: () => Promise<Client>;
}

export interface Command {
  /** `oficio sign`, `verify`. */
  readonly name: string;
  readonly summary: Text;
  /** Positional arguments as the help shows them: `IN.pdf`. */
  readonly positionals?: string | Text;
  readonly minPositionals?: number;
  readonly maxPositionals?: number;
  readonly options?: Readonly<Record<string, OptionSpec>>;
  /** Fields of what is sent, and the option or argument that each is typed in: `coveredSince`, `--since`. */
  readonly fields?: Readonly<Record<string, string | Text>>;
  run(context: Context): Promise<Exit>;
}

/** Words that an option takes, and what each means. */
export type Meanings<Word extends string> = Readonly<Record<Word, Text>>;

/** The words with their meanings: `retired (se jubiló), …` */
function explained(meanings: Meanings<string>): Text {
  const told = (language: keyof Text): string =>
    Object.entries(meanings)
      .map(([word, text]) => `${word} (${text[language]})`)
      .join(', ');
  return { es: told('es'), en: told('en') };
}

/** @throws UsageError that names and explains them all, unless `text` is one of them */
export function oneOf<Word extends string>(option: string, text: string, meanings: Meanings<Word>): Word {
  const isOne = (word: string): word is Word => Object.hasOwn(meanings, word);
  if (isOne(text)) return text;
  const { es, en } = explained(meanings);
  throw new UsageError({
    es: `--${option} es uno de: ${es}; no «${text}»`,
    en: `--${option} is one of: ${en}; not "${text}"`,
  });
}

/** As the service bounds it. */
const KEY_LENGTH = { least: 8, most: 200 } as const;

/** @throws UsageError for `--idempotency-key` of another length than the service takes */
export function idempotencyKeyOf(given: Given): string | undefined {
  const key = given.text('idempotency-key');
  if (key === undefined || (key.length >= KEY_LENGTH.least && key.length <= KEY_LENGTH.most)) return key;
  const { least, most } = KEY_LENGTH;
  throw new UsageError({
    es: `--idempotency-key lleva de ${least} a ${most} caracteres, no ${key.length}`,
    en: `--idempotency-key has ${least} to ${most} characters, not ${key.length}`,
  });
}

/** The command line is wrong: says how it should have been, exits with 2. */
export class UsageError extends Error {
  readonly text: Text;

  constructor(text: Text) {
    super(text.en);
    this.name = 'UsageError';
    this.text = text;
  }
}
