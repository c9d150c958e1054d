import { styleText } from 'node:util';
import type { Text } from './command.ts';

export type Tone = 'good' | 'wait' | 'bad' | 'faint' | 'strong';

const STYLES: Readonly<Record<Tone, Parameters<typeof styleText>[0]>> = {
  good: 'green',
  wait: 'yellow',
  bad: 'red',
  faint: 'dim',
  strong: 'bold',
};

interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** The colours of `STYLES`, and nothing else that a terminal obeys. */
const OUR_COLOURS = /(\x1b\[(?:1|2|22|31|32|33|39)m)/;
/** Characters that move, hide or turn round what a terminal shows. */
const UNSHOWN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** What came from outside may hold anything: names of files, what a PDF says of itself, the answer of a service. */
function shown(text: string): string {
  return text
    .split(OUR_COLOURS)
    .map((part, i) => (i % 2 === 1 ? part : part.replaceAll(UNSHOWN, '\ufffd')))
    .join('');
}

/** A line that came from outside must not look like the next fact. */
export function oneLine(text: string): string {
  return text.replaceAll('\n', '\ufffd');
}

function shownLines(text: string): string {
  return text.split('\n').map(shown).join('\n');
}

/** The same for JSON, where such characters may stand as they are in a string. */
function escaped(json: string): string {
  return json.replaceAll(UNSHOWN, (character) =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}

/**
 * What a person or a program sees: data on stdout, messages and progress on stderr. Colour only on a terminal that wants
 * it (NO_COLOR is kept), and never the only carrier of a meaning.
 */
export class Screen {
  readonly language: 'es' | 'en';
  readonly json: boolean;
  readonly #out: Stream;
  readonly #messages: Stream;
  /** Whether colour is wanted where this goes. */
  readonly colour: boolean;
  #progressShown = false;
  /** What was done by now and cannot be taken back: told where the answer that says so is lost. */
  accomplished: Text | undefined;

  constructor(options: { language: 'es' | 'en'; json: boolean; out: Stream; messages: Stream; colour: boolean }) {
    this.language = options.language;
    this.json = options.json;
    this.#out = options.out;
    this.#messages = options.messages;
    this.colour = options.colour;
  }

  say(text: Text): string {
    return text[this.language];
  }

  paint(tone: Tone, text: string): string {
    return this.colour ? styleText(STYLES[tone], shownLines(text), { validateStream: false }) : text;
  }

  /** One JSON document, or one line of a list. */
  data(value: unknown): void {
    this.#clearProgress();
    this.#out.write(escaped(JSON.stringify(value)) + '\n');
  }

  /** A line for people on stdout; programs asked for `--json` and do not get it. */
  line(text: string = ''): void {
    this.#clearProgress();
    if (!this.json) this.#out.write(this.#clean(text) + '\n');
  }

  /** Lines of our own making, colours and all: nothing from outside. */
  picture(text: string): void {
    if (!this.json) this.#out.write(text + '\n');
  }

  /** Without colour there is nothing that a terminal should obey. */
  #clean(text: string): string {
    return this.colour ? shownLines(text) : text.replaceAll(UNSHOWN, (sign) => (sign === '\n' ? sign : '\ufffd'));
  }

  /** A message beside the data. */
  note(text: string): void {
    this.#clearProgress();
    this.#messages.write(this.#clean(text) + '\n');
  }

  /** Long work: one line that is written over, on a terminal only. */
  progress(text: string): void {
    if (!this.#messages.isTTY) return;
    const width = Math.max(20, (this.#messages.columns ?? 80) - 1);
    this.#messages.write(`\r\x1b[2K${text.replaceAll(UNSHOWN, '\ufffd').slice(0, width)}`);
    this.#progressShown = true;
  }

  progressDone(): void {
    this.#clearProgress();
  }

  #clearProgress(): void {
    if (this.#progressShown) this.#messages.write('\r\x1b[2K');
    this.#progressShown = false;
  }

  /** Columns as wide as their widest cell; where there is no row, that there is none. */
  table(headers: readonly string[], cells: readonly (readonly string[])[]): void {
    if (cells.length === 0) return this.line(this.say({ es: '(ninguno)', en: '(none)' }));
    const rows = cells.map((row) => row.map(oneLine));
    const widths = headers.map((header, i) => Math.max(header.length, ...rows.map((row) => (row[i] ?? '').length)));
    const format = (row: readonly string[]): string =>
      row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]!))).join('  ');
    this.line(this.paint('strong', format(headers)));
    for (const row of rows) this.line(format(row));
  }

  /** Facts of one thing: names aligned, empty ones left out. */
  facts(facts: readonly (readonly [name: string, value: string | undefined])[]): void {
    const given = facts.filter((fact): fact is readonly [string, string] => Boolean(fact[1]));
    const width = Math.max(0, ...given.map(([name]) => name.length));
    for (const [name, value] of given) this.line(`  ${this.paint('faint', name.padEnd(width))}  ${oneLine(value)}`);
  }
}
