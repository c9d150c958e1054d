import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Prompt } from '../../cli/cards/prompt.ts';
import { isThePerson } from '../../cli/commands/card-provision.ts';
import { Declined, EXIT, UsageError } from '../../cli/command.ts';
import { Screen } from '../../cli/screen.ts';
import type { CardHolder } from '../../src/card/office.ts';
import { LAUNCHED } from '../support/command-line.ts';
import { until } from '../support/driver-processes.ts';
import { missingJudge } from '../support/judges.ts';
import { Sheet } from './station/keyboard.ts';

const ASKS_PINS = join(import.meta.dirname, '../support/asks-pins.ts');
const QUESTION = { es: 'NIP:', en: 'PIN:' };

afterEach(() => void vi.restoreAllMocks());

interface Terminal {
  readonly prompt: Prompt;
  /** What stands on the screen. */
  readonly shown: string[];
  /** Whether the terminal gives keys as they are pressed, and shows none. */
  readonly raw: boolean[];
  press(...chunks: readonly Buffer[]): void;
  /** Until so many questions have been shown. */
  asked(times?: number): Promise<void>;
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
    asked: (times = 1) => until(() => shown.filter((text) => text === 'PIN: ').length >= times, 'the question'),
  };
}

test('a secret is typed key by key without being shown, mended with the keys that erase, and wiped where it came in', async () => {
  const { prompt, shown, raw, press, asked } = terminal(true);
  const answer = prompt.askSecret(QUESTION);
  await asked();
  const keys = [Buffer.from('90ñ'), Buffer.from('\x7f8x\b'), Buffer.from('17\r')];
  press(...keys);
  expect(Buffer.from(await answer).toString()).toBe('90817');
  expect(keys.every((chunk) => chunk.every((byte) => byte === 0))).toBe(true);
  expect(raw).toEqual([true]);
  await prompt.close();
  expect(shown.join('')).toBe('<echo off>PIN: \n<echo on>');
});

test('a secret of more than any PIN has is cut, and where the terminal ends there is none', async () => {
  const long = terminal(true);
  const answer = long.prompt.askSecret(QUESTION);
  await long.asked();
  long.press(Buffer.from('1'.repeat(100)), Buffer.from('\n'));
  expect((await answer).length).toBe(64);
  const ended = terminal(true);
  const none = ended.prompt.askSecret(QUESTION).catch((why: unknown) => why);
  await ended.asked();
  ended.press(Buffer.from('12\x04'));
  expect(await none).toBeInstanceOf(UsageError);
  await ended.prompt.close();
  expect(ended.raw).toEqual([true, false]);
});

test('where nobody sits at a terminal, each secret is a line', async () => {
  const { prompt, press } = terminal(false);
  press(Buffer.from('123456\n654321\n'));
  expect(Buffer.from(await prompt.askSecret(QUESTION)).toString()).toBe('123456');
  expect(await prompt.askHidden(QUESTION)).toBe('654321');
  await prompt.close();
});

test('a secret that is interrupted leaves the terminal as it was, and ends the command with a last word', async () => {
  const { prompt, shown, press, asked } = terminal(true);
  const answer = prompt.askHidden(QUESTION).catch((why: unknown) => why);
  await asked();
  press(Buffer.from('9081\x03'));
  const error = (await answer) as Declined;
  expect(error).toBeInstanceOf(Declined);
  expect([error.exit, error.text.es]).toEqual([EXIT.interrupted, expect.stringMatching(/no se hizo nada más/)]);
  await prompt.close();
  expect(shown.slice(-2)).toEqual(['\n', '<echo on>']);
});

test('any other question that is interrupted ends the command with a last word, and nothing listens on', async () => {
  const before = process.listenerCount('SIGINT');
  const { prompt } = terminal(false);
  const answer = prompt.ask(QUESTION).catch((why: unknown) => why);
  await new Promise((resolve) => setImmediate(resolve));
  process.emit('SIGINT');
  expect(await answer).toMatchObject({ name: 'Declined', exit: EXIT.interrupted });
  expect(process.listenerCount('SIGINT')).toBe(before);
  await prompt.close();
});

test('what was typed before a secret is asked for is none of it, and what shows may be typed between two secrets', async () => {
  const { prompt, shown, raw, press, asked } = terminal(true);
  prompt.hide();
  press(Buffer.from('11112222\r'));
  const first = prompt.askHidden(QUESTION);
  press(Buffer.from('33334444\r'));
  await asked();
  press(Buffer.from('1234\r5678\r'));
  expect(await first).toBe('1234');
  const second = prompt.askHidden(QUESTION);
  await asked(2);
  press(Buffer.from('4321\r'));
  expect(await second).toBe('4321');
  expect(raw).toEqual([true]);
  const line = prompt.ask(QUESTION);
  await asked(3);
  press(Buffer.from('yes\n'));
  expect(await line).toBe('yes');
  expect(raw).toEqual([true, false, true]);
  await prompt.close();
  expect(shown.at(-1)).toBe('<echo on>');
});

test('a reserved name is on the screen while it is asked for, is called so, and does not stay, however the question ends', async () => {
  const holder = { officialId: 'E439M3PJ', name: 'Eva Luz Ñandú', isReserved: true } as CardHolder;
  const [isTTY, columns] = [process.stderr.isTTY, process.stderr.columns];
  Object.assign(process.stderr, { isTTY: true, columns: 40 });
  try {
    for (const end of ['s\n', 'n\n', '\x03']) {
      const { prompt, shown, press } = terminal(true);
      const sheet = new Sheet(40);
      sheet.write('Above\n');
      const asked = isThePerson(prompt, holder).catch((why: unknown) => why);
      await until(() => shown.join('').includes('Eva Luz'), 'the question');
      expect(shown.join('')).toMatch(/Eva Luz Ñandú\?.*reserved/);
      // As the terminal does, which shows what is typed.
      const echo = shown.length;
      if (end === '\x03') process.emit('SIGINT');
      else press(Buffer.from(end));
      expect(await asked).toEqual(end === '\x03' ? expect.any(Declined) : end === 's\n');
      sheet.write(shown.slice(0, echo).join(''));
      sheet.write(end === '\x03' ? '^C' : end);
      sheet.write(shown.slice(echo).join(''));
      expect(sheet.rows.join('\n')).toMatch(/^Above\nIs it name reserved \(E439M3PJ\)\? \[y\/N\] ?[sn]?\n+$/);
      await prompt.close();
      vi.restoreAllMocks();
    }
  } finally {
    Object.assign(process.stderr, { isTTY, columns });
  }
});

test('where what is written cannot be taken away, a reserved name is not written', async () => {
  const { prompt, shown, press } = terminal(false);
  const asked = isThePerson(prompt, { officialId: 'E439M3PJ', name: 'Eva Luz', isReserved: true } as CardHolder);
  press(Buffer.from('y\n'));
  expect(await asked).toBe(true);
  expect(shown.join('')).not.toContain('Eva');
  await prompt.close();
});

const noTerminal = missingJudge('script');

describe.skipIf(noTerminal)(`at a terminal ${noTerminal ?? ''}`, { timeout: 60_000 }, () => {
  /** The program, and then whatever reads next, as a shell does. @param then what is typed, once this was shown */
  async function session(then: readonly (readonly [shown: string, typed: string])[]): Promise<string> {
    const program = `${process.execPath} --disable-warning=ExperimentalWarning ${ASKS_PINS}`;
    const after =
      'echo "[exit $?]"; stty -a | tr -s "; " "\\n" | grep -x -e echo -e -echo; read -t 1 next; echo "[next: $next]"';
    const child = spawn('script', ['-qec', `bash -c '${program}; ${after}'`, '/dev/null'], { env: LAUNCHED });
    let seen = '';
    child.stdout.on('data', (part: Buffer) => void (seen += String(part)));
    const ended = once(child, 'close');
    for (const [shown, typed] of then) {
      await until(() => seen.includes(shown), shown);
      child.stdin.write(typed);
    }
    await until(() => seen.includes('[next:'), 'the end');
    child.stdin.end();
    await ended;
    return seen;
  }

  test('a PIN that nobody asked for yet, or any more, appears nowhere, and is no answer', async () => {
    const seen = await session([
      ['[before first]', '90817263\r'],
      ['first: ', '12345678\r'],
      ['[before second]', '90817263\r'],
      ['second: ', '87654321\r'],
      ['[after both]', '90817263\r'],
    ]);
    expect(seen).toContain('[answers: 87654321 12345678]');
    expect(seen).not.toContain('90817263');
    expect(seen).toMatch(/\[exit 0\]\s+echo\s+\[next: \]/);
  });

  test('Ctrl+C ends the command also while nothing is asked, and the terminal is as it was', async () => {
    const seen = await session([
      ['first: ', '12345678\r'],
      ['[before second]', '9081\x03'],
    ]);
    expect(seen).not.toContain('9081');
    expect(seen).toMatch(/\[exit 130\]\s+echo\s+\[next: \]/);
  });
});
