import { EventEmitter } from 'node:events';
import type { ReadStream } from 'node:tty';
import { Typist } from '../../../cli/station/typist.ts';

/** A keyboard, or a pipe, without a terminal. */
export class Keyboard extends EventEmitter {
  isTTY = true;
  isRaw = false;
  setRawMode(isRaw: boolean): void {
    this.isRaw = isRaw;
  }
  resume(): void {}
  pause(): void {}
  press(text: string | Uint8Array): void {
    this.emit('data', Buffer.from(text as string));
  }
}

/** A terminal of so many columns, as a person sees it: what was written over is gone. */
export class Sheet {
  readonly isTTY = true;
  readonly columns: number;
  /** All that was ever written. */
  written = '';
  readonly #rows: string[] = [''];
  #row = 0;
  #column = 0;

  constructor(columns = 80) {
    this.columns = columns;
  }

  write(text: string): void {
    this.written += text;
    for (const [sign] of text.matchAll(/\x1b\[\d*[A-Za-z]|[^]/gu)) this.#put(sign);
  }

  /** Rows as they stand now. */
  get rows(): readonly string[] {
    return this.#rows.map((row) => row.trimEnd());
  }

  #put(sign: string): void {
    if (sign === '\r') this.#column = 0;
    else if (sign === '\n') this.#down();
    else if (sign === '\b') this.#column = Math.max(0, this.#column - 1);
    else if (sign === '\x1b[2K') this.#rows[this.#row] = '';
    else if (sign === '\x1b[1A') this.#row = Math.max(0, this.#row - 1);
    else if (sign.startsWith('\x1b') || sign < ' ') return;
    else {
      if (this.#column === this.columns) this.#down();
      const now = this.#rows[this.#row]!.padEnd(this.#column);
      this.#rows[this.#row] = now.slice(0, this.#column) + sign + now.slice(this.#column + 1);
      this.#column++;
    }
  }

  #down(): void {
    this.#column = 0;
    if (++this.#row === this.#rows.length) this.#rows.push('');
  }
}

export interface Hands {
  readonly keys: Keyboard;
  readonly typist: Typist;
  readonly sheet: Sheet;
  readonly interrupts: () => number;
  readonly presses: () => number;
}

const open = new Set<Typist>();

/** Closes all that `handsAt` opened. */
export function handsDown(): void {
  for (const typist of open) typist.close();
  open.clear();
}

/** Somebody at a terminal. */
export function handsAt(sheet: Sheet = new Sheet()): Hands {
  const keys = new Keyboard();
  let [interrupts, presses] = [0, 0];
  const typist = new Typist(keys as unknown as ReadStream, {
    output: sheet,
    interrupted: () => void interrupts++,
    pressed: () => void presses++,
  });
  open.add(typist);
  return { keys, typist, sheet, interrupts: () => interrupts, presses: () => presses };
}
