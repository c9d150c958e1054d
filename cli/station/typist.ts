import { createInterface } from 'node:readline';
import type { ReadStream } from 'node:tty';

const ENTER = ['\r', '\n'];
const ERASE = ['\b', '\x7f'];
const INTERRUPT = '\x03';
const END = '\x04';
const MOST_CHARACTERS = 64;

/** Nobody types any more. */
export class NobodyTypes extends Error {}

export interface TypistOptions {
  /** Whoever sits there presses Ctrl+C. */
  readonly interrupted: () => void;
  /** Enter, where nothing is asked. */
  readonly pressed: () => void;
  /** Writes beside the data: to standard error. */
  readonly write: (text: string) => void;
}

interface Reading {
  readonly question: string;
  readonly isHidden: boolean;
  readonly settle: (line: string) => void;
  readonly fail: (error: Error) => void;
  typed: string;
}

/**
 * One keyboard for many questions, one after the other; each may end before it is answered, and messages may come meanwhile,
 * which appear above it. What is typed while nothing is asked is dropped: it was meant for something else. Where standard
 * input is no terminal, each answer is the next line of it.
 */
export class Typist {
  readonly #input: ReadStream;
  readonly #options: TypistOptions;
  #reading: Reading | undefined;
  #lines: string[] = [];
  #isOver = false;
  #close: () => void = () => {};

  constructor(input: ReadStream, options: TypistOptions) {
    this.#input = input;
    this.#options = options;
    if (input.isTTY) this.#listen();
    else this.#readLines();
  }

  get isTerminal(): boolean {
    return Boolean(this.#input.isTTY);
  }

  /** @throws NobodyTypes where nothing comes any more, and what `signal` is aborted with */
  async read(
    question: string,
    { isHidden, signal }: { readonly isHidden: boolean; readonly signal: AbortSignal },
  ): Promise<string> {
    signal.throwIfAborted();
    this.#options.write(this.isTerminal ? question : `${question}\n`);
    const waiting = this.#lines.shift();
    if (waiting !== undefined) return waiting;
    if (this.#isOver) throw new NobodyTypes();
    let abort = (): void => {};
    try {
      return await new Promise<string>((settle, fail) => {
        abort = () => fail(signal.reason as Error);
        signal.addEventListener('abort', abort);
        this.#reading = { question, isHidden, settle, fail, typed: '' };
      });
    } finally {
      this.#reading = undefined;
      signal.removeEventListener('abort', abort);
      if (this.isTerminal) this.#options.write('\n');
    }
  }

  /** Has `tell` write something, above what is being asked. */
  aside(tell: () => void): void {
    const reading = this.isTerminal ? this.#reading : undefined;
    if (reading) this.#options.write('\r\x1b[2K');
    tell();
    if (reading) this.#options.write(reading.question + (reading.isHidden ? '' : reading.typed));
  }

  close(): void {
    this.#close();
    this.#end();
  }

  #listen(): void {
    const input = this.#input;
    const hear = (chunk: Buffer): void => {
      // An escape sequence is one key, and none that is asked for.
      const text = chunk.toString('utf8');
      if (!text.startsWith('\x1b')) this.#keys(text);
    };
    const restore = (): void => void input.setRawMode(false);
    input.setRawMode(true);
    input.on('data', hear);
    input.resume();
    process.once('exit', restore);
    this.#close = () => {
      input.off('data', hear);
      input.pause();
      restore();
      process.off('exit', restore);
    };
  }

  /** What comes in one piece behind an answer was meant for a question that nobody has seen: dropped, as it may be a PIN. */
  #keys(text: string): void {
    const asked = this.#reading;
    for (const key of text) {
      if (key === INTERRUPT) this.#options.interrupted();
      else if (this.#reading === asked) this.#key(key);
    }
  }

  #key(key: string): void {
    const reading = this.#reading;
    if (!reading) {
      if (ENTER.includes(key)) this.#options.pressed();
      return;
    }
    if (ENTER.includes(key) || key === END) {
      this.#reading = undefined;
      return key === END ? reading.fail(new NobodyTypes()) : reading.settle(reading.typed);
    }
    if (ERASE.includes(key)) {
      const [erased] = [...reading.typed].slice(-1);
      if (erased === undefined) return;
      reading.typed = reading.typed.slice(0, -erased.length);
      if (!reading.isHidden) this.#options.write('\b \b');
    } else if (reading.typed.length < MOST_CHARACTERS && !/\p{C}/u.test(key)) {
      reading.typed += key;
      if (!reading.isHidden) this.#options.write(key);
    }
  }

  #readLines(): void {
    const reader = createInterface({ input: this.#input, terminal: false });
    reader.on('line', (line) => {
      if (this.#reading) this.#reading.settle(line);
      else this.#lines.push(line);
    });
    reader.once('close', () => this.#end());
    this.#close = () => reader.close();
  }

  #end(): void {
    this.#isOver = true;
    this.#reading?.fail(new NobodyTypes());
  }
}
