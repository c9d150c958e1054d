import { createInterface, type Interface } from 'node:readline';
import type { ReadStream } from 'node:tty';
import { Declined, EXIT, UsageError, type Text } from '../command.ts';
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
    const { done, value } = await uninterrupted(this.#lines.next.next());
    if (done) throw noAnswer();
    if (this.isTerminal) this.close();
    return value;
  }

  /** The terminal gives each key as it is pressed, and shows none: before anybody is told that it does not. */
  #typed(question: Text): Promise<Uint8Array> {
    const input = this.#input;
    input.setRawMode(true);
    this.#show(question);
    return new Promise<Uint8Array>((resolve, reject) => {
      const typed = new Uint8Array(MOST_BYTES);
      let length = 0;
      let isDone = false;
      const finish = (settle: () => void): void => {
        isDone = true;
        input.off('data', read);
        input.setRawMode(false);
        input.pause();
        process.stderr.write('\n');
        settle();
      };
      const read = (chunk: Buffer): void => {
        const keys = Uint8Array.from(chunk);
        chunk.fill(0);
        for (const key of keys) {
          if (key === ENTER || key === LINE_FEED) finish(() => resolve(typed.slice(0, length)));
          // The terminal does not see it now.
          else if (key === INTERRUPT) finish(() => reject(interrupted()));
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

/** Whoever stops the command at a question is told that nothing more happens. */
async function uninterrupted<Value>(answer: Promise<Value>): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => {
    process.stderr.write('\n');
    reject(interrupted());
  };
  process.once('SIGINT', stop);
  try {
    return await Promise.race([answer, promise]);
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
