import { PassThrough, Readable } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { afterEach, describe, expect, test } from 'vitest';
import { NobodyTypes, Typist } from '../../../cli/station/typist.ts';
import { handsAt, handsDown, Sheet } from './keyboard.ts';

const open = { isHidden: false };
const hidden = { isHidden: true };
const signal = (): AbortSignal => new AbortController().signal;

describe('the keyboard of a station', () => {
  afterEach(handsDown);

  test('shows nothing of a PIN, also when a message comes meanwhile', async () => {
    const { keys, typist, sheet } = handsAt();
    const read = typist.read('PIN: ', { ...hidden, signal: signal() });
    keys.press('9081');
    typist.aside(() => sheet.write('a message\n'));
    keys.press('7263x\x7f\r');
    expect(await read).toBe('90817263');
    expect(sheet.rows).toEqual(['a message', 'PIN:', '']);
  });

  test('drops what comes behind Enter in the same piece, and shows none of it: it may be a PIN', async () => {
    const { keys, typist, sheet, interrupts } = handsAt();
    const answer = typist.read('Is it Ana? ', { ...open, signal: signal() });
    keys.press('y\r48291375\r\x03');
    expect(await answer).toBe('y');
    const next = typist.read('PIN: ', { ...hidden, signal: signal() });
    keys.press('90817263\r');
    expect(await next).toBe('90817263');
    expect(sheet.written).toBe('Is it Ana? y\nPIN: \n');
    expect(interrupts()).toBe(1);
  });

  test('drops what was typed before anything was asked', async () => {
    const { keys, typist, presses } = handsAt();
    keys.press('s\r');
    expect(presses()).toBe(1);
    const read = typist.read('? ', { ...open, signal: signal() });
    keys.press('n\r');
    expect(await read).toBe('n');
  });

  test.each([
    ['arrows, in any pieces', ['1\x1b[A2', '\x1b', '[1;5', 'C3\x1bOP4\r'], '1234'],
    ['Escape by itself, which swallows nothing', ['12\x1b', '34\r'], '1234'],
    ['a letter that comes in two pieces', [Uint8Array.of(0xc3), Uint8Array.of(0xb1, 0x0d)], 'ñ'],
    ['keys with Alt, and what begins as a sequence before Enter', ['1\x1bx2\x1b[\r'], '12'],
  ])('reads past %s', async (_, pieces, typed) => {
    const { keys, typist } = handsAt();
    const read = typist.read('? ', { ...open, signal: signal() });
    for (const piece of pieces) keys.press(piece);
    expect(await read).toBe(typed);
  });

  test('ends a question with its signal, and the next one begins empty', async () => {
    const { keys, typist } = handsAt();
    const controller = new AbortController();
    const first = typist.read('? ', { ...open, signal: controller.signal });
    keys.press('s');
    controller.abort(new Error('pulled'));
    await expect(first).rejects.toThrow('pulled');
    const second = typist.read('? ', { ...open, signal: signal() });
    keys.press('\r');
    expect(await second).toBe('');
  });

  test('shows nothing of a PIN in the question that follows, where the card is pulled while it is typed', async () => {
    const { keys, typist, sheet } = handsAt();
    const controller = new AbortController();
    const pin = typist.read('PIN: ', { ...hidden, signal: controller.signal });
    keys.press('9081');
    controller.abort(new Error('pulled'));
    await expect(pin).rejects.toThrow('pulled');
    const next = typist.read('Is it Beto? ', { ...open, signal: signal() });
    for (const key of '7263') {
      keys.press(key);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    keys.press('\r');
    await new Promise((resolve) => setTimeout(resolve, 200));
    keys.press('y\r');
    expect(await next).toBe('y');
    expect(sheet.written).toBe('PIN: \nIs it Beto? y\n');
  });

  test('leaves of a question what is to be kept, however many rows it took, and nothing that a terminal obeys', async () => {
    const { keys, typist, sheet } = handsAt(new Sheet(20));
    const asked = '[1] Is it Carla Ek Pech, Inspectora de Verificación? ';
    const kept = (typed: string): string => `[1] reserved ${typed}`;
    const read = typist.read(`${asked}\x1b[2J`, { ...open, signal: signal(), kept });
    typist.aside(() => sheet.write('a message\n'));
    keys.press('yn\x7f\r');
    await read;
    expect(sheet.rows.filter(Boolean)).toEqual(['a message', '[1] reserved y']);
    expect(sheet.written).not.toContain('\x1b[2J');
  });

  test('hears Ctrl+C at any time, and gives the terminal back', async () => {
    const { keys, typist, interrupts } = handsAt();
    expect(keys.isRaw).toBe(true);
    keys.press('\x03');
    const read = typist.read('PIN: ', { ...hidden, signal: signal() });
    keys.press('12\x03');
    expect(interrupts()).toBe(2);
    typist.close();
    await expect(read).rejects.toBeInstanceOf(NobodyTypes);
    expect(keys.isRaw).toBe(false);
  });
});

describe('a station whose standard input is no terminal', () => {
  function piped<Input extends Readable>(input: Input): { readonly input: Input; readonly typist: Typist } {
    const nothing = (): void => {};
    const options = { output: { write: nothing }, interrupted: nothing, pressed: nothing };
    return { input, typist: new Typist(input as unknown as ReadStream, options) };
  }

  test('gives each question the next line, in whatever pieces they come', async () => {
    const { input, typist } = piped(new PassThrough());
    const first = typist.read('? ', { ...open, signal: signal() });
    await new Promise((resolve) => setImmediate(resolve));
    input.write('s\n90817263\r\n908');
    expect(await first).toBe('s');
    expect(await typist.read('PIN: ', { ...hidden, signal: signal() })).toBe('90817263');
    input.end('17263\nlast');
    expect(await typist.read('PIN: ', { ...hidden, signal: signal() })).toBe('90817263');
    expect(await typist.read('? ', { ...open, signal: signal() })).toBe('last');
    await expect(typist.read('? ', { ...open, signal: signal() })).rejects.toBeInstanceOf(NobodyTypes);
  });

  test('takes few thousand lines ahead and no more, and loses none', async () => {
    let sent = 0;
    const lines = function* (): Generator<string> {
      while (sent < 20_000) yield `${sent++}\n`;
    };
    const { typist } = piped(Readable.from(lines(), { objectMode: false }));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(sent).toBeLessThan(10_000);
    for (let line = 0; line < 20_000; line++) {
      expect(await typist.read('? ', { ...open, signal: signal() })).toBe(String(line));
    }
  });
});
