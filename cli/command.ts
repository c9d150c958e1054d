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
} as const;

export type Exit = (typeof EXIT)[keyof typeof EXIT];

/** The same sentence in both languages. */
export interface Text {
  readonly es: string;
  readonly en: string;
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
}

/** What the person typed, after the options were checked against the command's own. */
export interface Given {
  readonly positionals: readonly string[];
  text(name: string): string | undefined;
  /** The value of a required option. */
  need(name: string): string;
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
  run(context: Context): Promise<Exit>;
}

/** @throws UsageError that names them all, unless `text` is one of `allowed` */
export function oneOf<Word extends string>(option: string, text: string, allowed: readonly Word[]): Word {
  const found = allowed.find((word) => word === text);
  if (found !== undefined) return found;
  const words = allowed.join(', ');
  throw new UsageError({
    es: `--${option} es uno de: ${words}; no «${text}»`,
    en: `--${option} is one of: ${words}; not "${text}"`,
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
