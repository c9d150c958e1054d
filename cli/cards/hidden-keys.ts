import type { ReadStream } from 'node:tty';

// The keys of a terminal that gives them as they are pressed.
const ENTER = 0x0d;
const LINE_FEED = 0x0a;
const BACKSPACE = 0x08;
const DELETE = 0x7f;
const INTERRUPT = 0x03;
const END = 0x04;
/** More than any PIN has. */
const MOST_BYTES = 64;
/** Nobody reads a question and begins to answer it in less: what came within it was typed before. */
const QUIET_MS = 300;

/** How a question ended. `bytes` of UTF-8 are wiped by whoever gets them. */
export type Typed = { readonly is: 'answered'; readonly bytes: Uint8Array } | { readonly is: 'interrupted' | 'ended' };

interface Reading {
  readonly settle: (typed: Typed) => void;
  /** The question is shown; before that, what is typed was meant for something else. */
  isOpen: boolean;
}

/**
 * A terminal on which nothing that is typed appears, between the questions neither: whoever takes a PIN for refused types it again
 * while the card is still at work. What comes while nothing is asked answers no question either, as it would spend a try.
 */
export class HiddenKeys {
  readonly #input: ReadStream;
  readonly #typed: Uint8Array;
  #length = 0;
  #reading: Reading | undefined;
  #isOn = false;
  /** When the last key came that is none of the answer to come. */
  #lastKey = -Infinity;

  constructor(input: ReadStream, mostBytes: number = MOST_BYTES) {
    this.#input = input;
    this.#typed = new Uint8Array(mostBytes);
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  begin(): void {
    if (this.#isOn) return;
    this.#isOn = true;
    this.#input.setRawMode(true);
    this.#input.on('data', this.#hear);
    this.#input.resume();
  }

  /** What is typed appears again, and waits for whoever reads next. */
  end(): void {
    if (!this.#isOn) return;
    this.#isOn = false;
    this.#input.off('data', this.#hear);
    this.#input.setRawMode(false);
    this.#input.pause();
  }

  /** Shows a question when nobody types any more, and reads its answer. */
  async read(show: () => void): Promise<Typed> {
    this.begin();
    const { promise, resolve } = Promise.withResolvers<Typed>();
    const reading: Reading = { settle: resolve, isOpen: false };
    this.#reading = reading;
    await Promise.race([this.quiet(), promise]);
    if (this.#reading === reading) {
      reading.isOpen = true;
      show();
    }
    return promise;
  }

  /** Until all that was typed has come and no key did for a while: it is dropped. */
  async quiet(mostMs: number = Infinity): Promise<void> {
    const until = performance.now() + mostMs;
    await arrived();
    for (let left = this.#left(); left > 0 && performance.now() < until; left = this.#left()) {
      await new Promise((resolve) => setTimeout(resolve, left));
    }
  }

  #left(): number {
    return this.#lastKey + QUIET_MS - performance.now();
  }

  readonly #hear = (chunk: Buffer): void => {
    const keys = Uint8Array.from(chunk);
    chunk.fill(0);
    for (const key of keys) this.#press(key);
    keys.fill(0);
  };

  #press(key: number): void {
    const reading = this.#reading;
    if (!reading?.isOpen) {
      this.#lastKey = performance.now();
      if (key !== INTERRUPT) return;
      if (reading) return this.#finish(reading, { is: 'interrupted' });
      // The terminal does not see it now: as if it did.
      process.kill(process.pid, 'SIGINT');
    } else if (key === ENTER || key === LINE_FEED) {
      this.#finish(reading, { is: 'answered', bytes: this.#typed.slice(0, this.#length) });
    } else if (key === INTERRUPT) this.#finish(reading, { is: 'interrupted' });
    else if (key === END) this.#finish(reading, { is: 'ended' });
    else if (key === BACKSPACE || key === DELETE) {
      do this.#length = Math.max(0, this.#length - 1);
      while (this.#length > 0 && isContinuation(this.#typed[this.#length]!));
    } else if (this.#length < this.#typed.length) this.#typed[this.#length++] = key;
  }

  #finish(reading: Reading, typed: Typed): void {
    this.#reading = undefined;
    this.#typed.fill(0);
    this.#length = 0;
    this.#lastKey = performance.now();
    reading.settle(typed);
  }
}

/** Until what was typed by now has been read: a whole turn of looking what came, after what is left of the one that goes on. */
async function arrived(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Of a character in UTF-8, but not its first byte. */
function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}
