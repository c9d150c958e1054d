import { createInterface, type Interface } from 'node:readline';
import type { ReadStream } from 'node:tty';
import { Declined, EXIT, UsageError, type Text } from '../command.ts';
import type { Screen } from '../screen.ts';

const ENTER = ['\r', '\n'];
const ERASE = ['\b', '\x7f'];
const INTERRUPT = '\x03';
const END = '\x04';
const MOST_CHARACTERS = 64;

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
    if (this.isTerminal) return this.#typed(question);
    this.#show(question);
    return this.#line();
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
  #typed(question: Text): Promise<string> {
    const input = this.#input;
    input.setRawMode(true);
    this.#show(question);
    return new Promise<string>((resolve, reject) => {
      let typed = '';
      const finish = (settle: () => void): void => {
        input.off('data', read);
        input.setRawMode(false);
        input.pause();
        process.stderr.write('\n');
        settle();
      };
      const read = (chunk: Buffer): void => {
        for (const key of chunk.toString('utf8')) {
          if (ENTER.includes(key)) return finish(() => resolve(typed));
          // The terminal does not see it now.
          if (key === INTERRUPT) return finish(() => reject(interrupted()));
          if (key === END) return finish(() => reject(noAnswer()));
          if (ERASE.includes(key)) typed = typed.slice(0, -1);
          else if (typed.length < MOST_CHARACTERS) typed += key;
        }
      };
      input.on('data', read);
      input.resume();
    });
  }
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
