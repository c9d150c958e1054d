import { PassThrough } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { afterEach, expect, test, vi } from 'vitest';
import { Prompt } from '../../cli/cards/prompt.ts';
import { Declined, EXIT, UsageError } from '../../cli/command.ts';
import { Screen } from '../../cli/screen.ts';

const QUESTION = { es: 'NIP:', en: 'PIN:' };

afterEach(() => void vi.restoreAllMocks());

interface Terminal {
  readonly prompt: Prompt;
  /** What stands on the screen. */
  readonly shown: string[];
  /** Whether the terminal gives keys as they are pressed, and shows none. */
  readonly raw: boolean[];
  press(...chunks: readonly Buffer[]): void;
}

function terminal(isTTY: boolean): Terminal {
  const shown: string[] = [];
  const raw: boolean[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => shown.push(String(text)) > 0);
  const setRawMode = (mode: boolean): void => {
    raw.push(mode);
    shown.push(mode ? '<echo off>' : '<echo on>');
  };
  const input = Object.assign(new PassThrough(), { isTTY, setRawMode });
  const stream = { write: (text: string) => void shown.push(text) };
  const screen = new Screen({ language: 'en', json: false, out: stream, messages: stream, colour: false });
  return {
    prompt: new Prompt(screen, input as unknown as ReadStream),
    shown,
    raw,
    press: (...chunks) => {
      for (const chunk of chunks)
        if (isTTY) input.emit('data', chunk);
        else input.write(chunk);
    },
  };
}

test('a secret is typed key by key without being shown, mended with the keys that erase, and wiped where it came in', async () => {
  const { prompt, shown, raw, press } = terminal(true);
  const answer = prompt.askSecret(QUESTION);
  const keys = [Buffer.from('90ñ'), Buffer.from('\x7f8x\b'), Buffer.from('17\r')];
  press(...keys);
  expect(Buffer.from(await answer).toString()).toBe('90817');
  expect(keys.every((chunk) => chunk.every((byte) => byte === 0))).toBe(true);
  expect(raw).toEqual([true, false]);
  expect(shown.join('')).toBe('<echo off>PIN: <echo on>\n');
});

test('a secret of more than any PIN has is cut, and where the terminal ends there is none', async () => {
  const long = terminal(true);
  const answer = long.prompt.askSecret(QUESTION);
  long.press(Buffer.from('1'.repeat(100)), Buffer.from('\n'));
  expect((await answer).length).toBe(64);
  const ended = terminal(true);
  const none = ended.prompt.askSecret(QUESTION);
  ended.press(Buffer.from('12\x04'));
  await expect(none).rejects.toBeInstanceOf(UsageError);
  expect(ended.raw).toEqual([true, false]);
});

test('where nobody sits at a terminal, each secret is a line', async () => {
  const { prompt, press } = terminal(false);
  press(Buffer.from('123456\n654321\n'));
  expect(Buffer.from(await prompt.askSecret(QUESTION)).toString()).toBe('123456');
  expect(await prompt.askHidden(QUESTION)).toBe('654321');
  prompt.close();
});

test('a secret that is interrupted leaves the terminal as it was, and ends the command with a last word', async () => {
  const { prompt, shown, press } = terminal(true);
  const answer = prompt.askHidden(QUESTION).catch((why: unknown) => why);
  press(Buffer.from('9081\x03'));
  const error = (await answer) as Declined;
  expect(error).toBeInstanceOf(Declined);
  expect([error.exit, error.text.es]).toEqual([EXIT.interrupted, expect.stringMatching(/no se hizo nada más/)]);
  expect(shown.slice(-2)).toEqual(['<echo on>', '\n']);
});

test('any other question that is interrupted ends the command with a last word, and nothing listens on', async () => {
  const before = process.listenerCount('SIGINT');
  const { prompt } = terminal(false);
  const answer = prompt.ask(QUESTION).catch((why: unknown) => why);
  await new Promise((resolve) => setImmediate(resolve));
  process.emit('SIGINT');
  expect(await answer).toMatchObject({ name: 'Declined', exit: EXIT.interrupted });
  expect(process.listenerCount('SIGINT')).toBe(before);
  prompt.close();
});
