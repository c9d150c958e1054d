import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Prompt } from '../../cli/cards/prompt.ts';
import { Declined, EXIT } from '../../cli/command.ts';
import type { Screen } from '../../cli/screen.ts';

const PIN = { es: 'NIP (no se ve):', en: 'PIN (nothing is shown):' };
const screen = { say: ({ es }: { es: string }) => es, progressDone: () => {} } as unknown as Screen;

/** What happened at the terminal, in order. */
let events: string[];
let spy: { mockRestore(): void };
beforeEach(() => {
  events = [];
  spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    events.push(String(text));
    return true;
  });
});
afterEach(() => spy.mockRestore());

/** A terminal that echoes what is typed unless its raw mode is on. */
function terminal(): ReadStream {
  const input = Object.assign(new EventEmitter(), {
    isTTY: true,
    setRawMode: (on: boolean) => void events.push(on ? 'echo off' : 'echo on'),
    resume: () => {},
    pause: () => {},
  });
  return input as unknown as ReadStream;
}

describe('a question whose answer is not shown', () => {
  test('says so when the terminal shows nothing any more, not before', async () => {
    const input = terminal();
    const answer = new Prompt(screen, input).askHidden(PIN);
    input.emit('data', Buffer.from('90817263\r'));
    expect(await answer).toBe('90817263');
    expect(events).toEqual(['echo off', `${PIN.es} `, 'echo on', '\n']);
  });

  test('that is interrupted leaves the terminal as it was, and ends the command with a last word', async () => {
    const input = terminal();
    const answer = new Prompt(screen, input).askHidden(PIN);
    input.emit('data', Buffer.from('9081\x03'));
    const error: unknown = await answer.catch((why: unknown) => why);
    expect(error).toBeInstanceOf(Declined);
    expect((error as Declined).exit).toBe(EXIT.interrupted);
    expect((error as Declined).text.es).toMatch(/no se hizo nada más/);
    expect(events.slice(-2)).toEqual(['echo on', '\n']);
  });
});

test('any other question that is interrupted ends the command with a last word, and nothing listens on', async () => {
  const before = process.listenerCount('SIGINT');
  const prompt = new Prompt(screen, new PassThrough() as unknown as ReadStream);
  const answer = prompt.ask(PIN).catch((why: unknown) => why);
  await new Promise((resolve) => setImmediate(resolve));
  process.emit('SIGINT');
  expect(await answer).toMatchObject({ name: 'Declined', exit: EXIT.interrupted });
  expect(process.listenerCount('SIGINT')).toBe(before);
  prompt.close();
});
