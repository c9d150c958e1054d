import { createInterface } from 'node:readline';
import type { ReadStream } from 'node:tty';
import { harmless, wiping } from '../terminal-rows.ts';
import { Keys } from './keys.ts';

const ENTER = ['\r', '\n'];
const ERASE = ['\b', '\x7f'];
const INTERRUPT = '\x03';
const END = '\x04';
const MOST_CHARACTERS = 64;
/** Lines that came before they were asked for; whoever sends more waits. */
const MOST_LINES = 1_000;
/** Whoever was typing a PIN that is not asked for any more has stopped when no key came for so long. */
const QUIET_MS = 1_000;

/** Nobody types any more. */
export class NobodyTypes extends Error {}

export interface TypistOptions {
  /** Where questions are shown, beside the data: standard error. */
  readonly output: { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown };
  /** Whoever sits there presses Ctrl+C. */
  readonly interrupted: () => void;
  /** Enter, where nothing is asked. */
  readonly pressed: () => void;
}

export interface Asked {
  /** Nothing of what is typed appears. */
  readonly isHidden: boolean;
  /** Aborted when the question is over. */
  readonly signal: AbortSignal;
  /** What stays of the line when the question is over, given what was typed and seen; unless told, the line as it stands. */
  readonly kept?: (typed: string) => string | undefined;
}

interface Reading extends Asked {
  readonly question: string;
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
  /** When the last key of a PIN came that is not asked for any more. */
  #lastStray = -Infinity;
  #close: () => void = () => {};
  /** Goes on with lines, where there were too many. */
  #more: () => void = () => {};

  constructor(input: ReadStream, options: TypistOptions) {
    this.#input = input;
    this.#options = options;
    if (input.isTTY) this.#listen();
    else this.#readLines();
  }

  /** Somebody sits there, who sees what is asked: what is written over is gone. */
  get isTerminal(): boolean {
    return Boolean(this.#input.isTTY && this.#options.output.isTTY);
  }

  /** @throws NobodyTypes where nothing comes any more, and what `signal` is aborted with */
  async read(text: string, asked: Asked): Promise<string> {
    const question = harmless(text);
    const { signal } = asked;
    if (this.#isStray()) await this.#quiet(signal);
    signal.throwIfAborted();
    if (!this.#input.isTTY) {
      this.#options.output.write(`${question}\n`);
      const waiting = this.#nextLine();
      if (waiting !== undefined) return waiting;
    }
    if (this.#isOver) throw new NobodyTypes();
    let reading: Reading | undefined;
    let abort = (): void => {};
    try {
      return await new Promise<string>((settle, fail) => {
        reading = { ...asked, question, settle, fail, typed: '' };
        abort = () => this.#abort(signal.reason as Error);
        signal.addEventListener('abort', abort);
        this.#reading = reading;
        if (this.#input.isTTY) this.#draw(reading);
      });
    } finally {
      signal.removeEventListener('abort', abort);
      if (this.#input.isTTY && reading) this.#leave(reading);
    }
  }

  /** Has `tell` write something, above what is being asked. */
  aside(tell: () => void): void {
    const reading = this.isTerminal ? this.#reading : undefined;
    if (reading) this.#wipe(reading);
    tell();
    if (reading) this.#draw(reading);
  }

  close(): void {
    this.#close();
    this.#end();
  }

  // ---- What is shown ----

  #shown({ question, isHidden, typed }: Reading): string {
    return question + (isHidden ? '' : typed);
  }

  #draw(reading: Reading): void {
    this.#options.output.write(this.#shown(reading));
  }

  /** All rows that the question takes. */
  #wipe(reading: Reading): void {
    this.#options.output.write(wiping(this.#shown(reading), this.#columns));
  }

  #leave(reading: Reading): void {
    const kept = reading.kept?.(reading.isHidden ? '' : reading.typed);
    if (kept !== undefined && this.isTerminal) {
      this.#wipe(reading);
      this.#options.output.write(harmless(kept));
    }
    this.#options.output.write('\n');
  }

  get #columns(): number {
    return this.#options.output.columns ?? 80;
  }

  // ---- A keyboard ----

  #listen(): void {
    const input = this.#input;
    const keys = new Keys();
    const hear = (piece: Buffer): void => this.#hear(keys.of(piece));
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
  #hear(keys: readonly string[]): void {
    const asked = this.#reading;
    for (const key of keys) {
      if (key === INTERRUPT) this.#options.interrupted();
      else if (this.#reading === asked) this.#key(key);
    }
  }

  #key(key: string): void {
    const reading = this.#reading;
    if (!reading) {
      if (this.#isStray()) this.#lastStray = ENTER.includes(key) ? -Infinity : performance.now();
      else if (ENTER.includes(key)) this.#options.pressed();
      return;
    }
    if (ENTER.includes(key) || key === END) {
      this.#reading = undefined;
      return key === END ? reading.fail(new NobodyTypes()) : reading.settle(reading.typed);
    }
    if (ERASE.includes(key)) this.#erase(reading);
    else if (reading.typed.length < MOST_CHARACTERS && !/\p{C}/u.test(key)) {
      reading.typed += key;
      if (!reading.isHidden) this.#options.output.write(key);
    }
  }

  #erase(reading: Reading): void {
    const [erased] = [...reading.typed].slice(-1);
    if (erased === undefined) return;
    // A step back from the beginning of a row leads nowhere.
    if (!reading.isHidden) this.#wipe(reading);
    reading.typed = reading.typed.slice(0, -erased.length);
    if (!reading.isHidden) this.#draw(reading);
  }

  /** The card was pulled while somebody types its PIN: the rest of it must not appear in the next question. */
  #abort(reason: Error): void {
    const reading = this.#reading;
    this.#reading = undefined;
    if (reading?.isHidden && this.#input.isTTY) this.#lastStray = performance.now();
    reading?.fail(reason);
  }

  #isStray(): boolean {
    return performance.now() - this.#lastStray < QUIET_MS;
  }

  async #quiet(signal: AbortSignal): Promise<void> {
    while (this.#isStray() && !signal.aborted && !this.#isOver) {
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS / 10));
    }
  }

  // ---- Lines ----

  #readLines(): void {
    const reader = createInterface({ input: this.#input, terminal: false });
    reader.on('line', (line) => {
      const reading = this.#reading;
      // Of several lines in one piece, the next ones are for the questions that follow.
      this.#reading = undefined;
      if (reading) return reading.settle(line);
      if (this.#lines.push(line) >= MOST_LINES) reader.pause();
    });
    reader.once('close', () => this.#end());
    this.#close = () => reader.close();
    this.#more = () => reader.resume();
  }

  #nextLine(): string | undefined {
    const line = this.#lines.shift();
    if (this.#lines.length < MOST_LINES && !this.#isOver) this.#more();
    return line;
  }

  #end(): void {
    this.#isOver = true;
    this.#reading?.fail(new NobodyTypes());
    this.#reading = undefined;
  }
}
