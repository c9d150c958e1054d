import { createInterface, type Interface } from 'node:readline';
import type { ReadStream } from 'node:tty';
import { UsageError, type Text } from '../command.ts';
import type { Screen } from '../screen.ts';

// The keys of a terminal that gives them as they are pressed.
const ENTER = 0x0d;
const LINE_FEED = 0x0a;
const BACKSPACE = 0x08;
const DELETE = 0x7f;
const INTERRUPT = 0x03;
const END = 0x04;
const MOST_BYTES = 64;

/**
 * Asks whoever sits at the terminal; where standard input is none, each answer is the next line of it. Never a command's argument
 * or the environment, which other programs of the machine can read.
 */
export class Prompt {
  readonly #screen: Screen;
  readonly #input: ReadStream;
  #lines: { readonly reader: Interface; readonly next: AsyncIterator<string> } | undefined;

  constructor(screen: Screen, input: ReadStream = process.stdin) {
    this.#screen = screen;
    this.#input = input;
  }

  /** Whether a person is there. */
  get isTerminal(): boolean {
    return Boolean(this.#input.isTTY);
  }

  /** What is typed, without the spaces around it. @throws UsageError where nothing comes any more */
  async ask(question: Text): Promise<string> {
    this.#show(question);
    return (await this.#line()).trim();
  }

  /** The same, and nothing of it appears. */
  async askHidden(question: Text): Promise<string> {
    this.#show(question);
    const typed = this.isTerminal ? await this.#typed() : await this.#line();
    process.stderr.write('\n');
    return typed;
  }

  /**
   * The same as bytes, which whoever asked wipes when they are done with them.
   * @returns UTF-8
   */
  async askSecret(question: Text): Promise<Uint8Array> {
    this.#show(question);
    const typed = this.isTerminal ? await this.#typedBytes() : Buffer.from(await this.#line(), 'utf8');
    process.stderr.write('\n');
    return typed;
  }

  /** Whether it was answered with yes; anything else is no. */
  async confirm(question: Text): Promise<boolean> {
    const hint = this.#screen.say({ es: '[s/N]', en: '[y/N]' });
    const answer = await this.ask({ es: `${question.es} ${hint}`, en: `${question.en} ${hint}` });
    return /^(?:s[ií]?|y(?:es)?)$/i.test(answer);
  }

  close(): void {
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
    const { done, value } = await this.#lines.next.next();
    if (done) throw noAnswer();
    if (this.isTerminal) this.close();
    return value;
  }

  async #typed(): Promise<string> {
    return Buffer.from(await this.#typedBytes()).toString('utf8');
  }

  /** The terminal gives each key as it is pressed, and shows none. */
  #typedBytes(): Promise<Uint8Array> {
    const input = this.#input;
    input.setRawMode(true);
    return new Promise<Uint8Array>((resolve, reject) => {
      const typed = new Uint8Array(MOST_BYTES);
      let length = 0;
      let isDone = false;
      const finish = (settle: () => void): void => {
        isDone = true;
        input.off('data', read);
        input.setRawMode(false);
        input.pause();
        settle();
      };
      const read = (chunk: Buffer): void => {
        const keys = Uint8Array.from(chunk);
        chunk.fill(0);
        for (const key of keys) {
          if (key === ENTER || key === LINE_FEED) finish(() => resolve(typed.slice(0, length)));
          // As the terminal itself does, which does not see it now.
          else if (key === INTERRUPT) finish(() => process.kill(process.pid, 'SIGINT'));
          else if (key === END) finish(() => reject(noAnswer()));
          else if (key === BACKSPACE || key === DELETE) {
            do length = Math.max(0, length - 1);
            while (length > 0 && isContinuation(typed[length]!));
          } else if (length < MOST_BYTES) typed[length++] = key;
          if (isDone) break;
        }
        keys.fill(0);
        if (isDone) typed.fill(0);
      };
      input.on('data', read);
      input.resume();
    });
  }
}

/** Of a character in UTF-8, but not its first byte. */
function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

function noAnswer(): UsageError {
  return new UsageError({
    es: 'falta una respuesta: escríbala en la terminal, o una por línea en la entrada estándar',
    en: 'an answer is missing: type it at the terminal, or give one a line on standard input',
  });
}
