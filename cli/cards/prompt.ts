import { createInterface, type Interface } from 'node:readline';
import type { ReadStream } from 'node:tty';
import { Declined, EXIT, UsageError, type Text } from '../command.ts';
import type { Screen } from '../screen.ts';
import { harmless, wiping } from '../terminal-rows.ts';
import { HiddenKeys } from './hidden-keys.ts';

/** So long, at most, what is still being typed at the end is kept from whoever reads next. */
const LAST_KEYS_MS = 2_000;

/**
 * Asks whoever sits at the terminal; where standard input is none, each answer is the next line of it. Never a command's argument
 * or the environment, which other programs of the machine can read.
 */
export class Prompt {
  readonly #screen: Screen;
  readonly #input: ReadStream;
  readonly #keys: HiddenKeys;
  #lines: { readonly reader: Interface; readonly next: AsyncIterator<string> } | undefined;

  /** @param options of a secret, `mostBytes` in UTF-8: what comes after is dropped */
  constructor(screen: Screen, input: ReadStream = process.stdin, options: { readonly mostBytes?: number } = {}) {
    this.#screen = screen;
    this.#input = input;
    this.#keys = new HiddenKeys(input, options.mostBytes);
  }

  /** Whether a person is there. */
  get isTerminal(): boolean {
    return Boolean(this.#input.isTTY);
  }

  /**
   * From now on nothing that is typed at a terminal appears, but the answers of `ask`, and what is typed while nothing is asked is
   * dropped: for work in which a PIN is asked for, before anybody may type it.
   */
  hide(): void {
    if (this.isTerminal) this.#keys.begin();
  }

  /** What is typed, without the spaces around it. @throws UsageError where nothing comes any more */
  async ask(question: Text): Promise<string> {
    const wasHidden = this.#keys.isOn;
    if (wasHidden) await this.#keys.quiet();
    this.#keys.end();
    try {
      this.#show(question);
      return (await this.#line()).trim();
    } finally {
      if (wasHidden) this.#keys.begin();
    }
  }

  /** The same, and nothing of it appears. */
  async askHidden(question: Text): Promise<string> {
    return Buffer.from(await this.askSecret(question)).toString('utf8');
  }

  /**
   * The same as bytes, which whoever asked wipes when they are done with them.
   * @returns UTF-8
   */
  async askSecret(question: Text): Promise<Uint8Array> {
    if (this.isTerminal) return this.#typed(question);
    this.#show(question);
    return Buffer.from(await this.#line(), 'utf8');
  }

  /**
   * Whether it was answered with yes; anything else is no.
   * @param kept what stays of the question when it is over, however it ends; where it cannot be taken away, it is asked instead
   */
  async confirm(question: Text, kept?: Text): Promise<boolean> {
    const hint = this.#screen.say({ es: '[s/N]', en: '[y/N]' });
    const hinted = ({ es, en }: Text): Text => ({ es: harmless(`${es} ${hint}`), en: harmless(`${en} ${hint}`) });
    const answer = await (kept ? this.#askOver(hinted(question), hinted(kept)) : this.ask(hinted(question)));
    return /^(?:s[ií]?|y(?:es)?)$/i.test(answer);
  }

  async #askOver(question: Text, kept: Text): Promise<string> {
    if (!this.isTerminal || !process.stderr.isTTY) return this.ask(kept);
    let answer = '';
    try {
      return (answer = await this.ask(question));
    } finally {
      const columns = process.stderr.columns || 80;
      const shown = `${this.#screen.say(question)} ${answer}`;
      // Enter, and what ends a question otherwise, went to the next row.
      process.stderr.write(`\x1b[1A${wiping(shown, columns)}${this.#screen.say(kept)} ${harmless(answer)}\n`);
    }
  }

  /** The terminal as it was; what is still being typed does not appear at whatever asks next. */
  async close(): Promise<void> {
    this.#closeLines();
    if (this.#keys.isOn) await this.#keys.quiet(LAST_KEYS_MS);
    this.#keys.end();
  }

  #closeLines(): void {
    this.#lines?.reader.close();
    this.#lines = undefined;
  }

  #show(question: Text): void {
    this.#screen.progressDone();
    process.stderr.write(`${this.#screen.say(question)} `);
  }

  async #line(): Promise<string> {
    if (!this.#lines) {
      const reader = createInterface({ input: this.#input, terminal: false });
      this.#lines = { reader, next: reader[Symbol.asyncIterator]() };
    }
    const { done, value } = await orInterrupted(this.#lines.next.next(), () => {
      process.stderr.write('\n');
      return Promise.reject(interrupted());
    });
    if (done && this.isTerminal) process.stderr.write('\n');
    if (done) throw noAnswer();
    if (this.isTerminal) this.#closeLines();
    return value;
  }

  async #typed(question: Text): Promise<Uint8Array> {
    const typed = await this.#keys.read(() => this.#show(question));
    process.stderr.write('\n');
    if (typed.is === 'answered') return typed.bytes;
    throw typed.is === 'interrupted' ? interrupted() : noAnswer();
  }
}

/**
 * What comes of it, unless somebody stops the command first: they are told what is. A second time the process ends at once.
 * @param stopped rejects with what they are told; where the work ends before it does, that counts
 */
export async function orInterrupted<Value>(work: Promise<Value>, stopped: () => Promise<never>): Promise<Value> {
  const { promise, resolve } = Promise.withResolvers<never>();
  const stop = (): void => resolve(stopped());
  process.once('SIGINT', stop);
  try {
    return await Promise.race([work, promise]);
  } finally {
    process.off('SIGINT', stop);
  }
}

function interrupted(): Declined {
  return new Declined(
    {
      es: 'Se interrumpió en la pregunta: no se hizo nada más. Puede repetir la orden.',
      en: 'Stopped at the question: nothing more was done. The command may be repeated.',
    },
    EXIT.interrupted,
  );
}

function noAnswer(): UsageError {
  return new UsageError({
    es: 'falta una respuesta: escríbala en la terminal, o una por línea en la entrada estándar',
    en: 'an answer is missing: type it at the terminal, or give one a line on standard input',
  });
}
