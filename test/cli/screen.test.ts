import { describe, expect, test } from 'vitest';
import { Screen } from '../../cli/screen.ts';

const EVIL = 'a\x1b[2J\x1b]0;title\x07\u009b31m\u202e\u2028\rb';

function written(act: (screen: Screen) => void, options: { colour?: boolean; json?: boolean } = {}): string {
  let text = '';
  const stream = { isTTY: true, columns: 500, write: (part: string) => (text += part) };
  const { colour = false, json = false } = options;
  act(new Screen({ language: 'en', json, colour, out: stream, messages: stream }));
  return text;
}

const WAYS: readonly (readonly [string, (screen: Screen) => void])[] = [
  ['a line', (screen) => screen.line(EVIL)],
  ['a painted line', (screen) => screen.line(screen.paint('bad', EVIL))],
  ['a message', (screen) => screen.note(EVIL)],
  ['progress', (screen) => screen.progress(EVIL)],
  ['facts', (screen) => screen.facts([['name', `${EVIL}\n  state  valid`]])],
  ['a table', (screen) => screen.table(['one', EVIL], [[`${EVIL}\nmore`, EVIL]])],
];

describe.each([false, true])('what came from outside, with colour %s', (colour) => {
  test.each(WAYS)('commands no terminal from %s', (_, act) => {
    const ours = /\x1b\[(?:1|2|22|31|32|33|39)m|^\r\x1b\[2K/g;
    const text = written(act, { colour }).replaceAll(ours, '');
    expect(text).toContain('a\ufffd[2J');
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });
});

test('a value of several lines is one fact', () => {
  expect(written((screen) => screen.facts([['name', 'x\n  state  valid']]))).toBe('  name  x\ufffd  state  valid\n');
});

test('our own colours stay where they are wanted, and nowhere else', () => {
  const act = (screen: Screen): void => screen.line(`${screen.paint('good', 'yes')} and\nno`);
  expect(written(act, { colour: true })).toBe('\x1b[32myes\x1b[39m and\nno\n');
  expect(written((screen) => screen.line('\x1b[32myes\x1b[39m'))).toBe('\ufffd[32myes\ufffd[39m\n');
});

test('JSON says the same without a character that a terminal obeys', () => {
  const text = written((screen) => screen.data({ [EVIL]: EVIL }), { json: true });
  expect(text.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(JSON.parse(text)).toEqual({ [EVIL]: EVIL });
});

test('what is shown while something takes long is wiped before a line or JSON comes', () => {
  const wiped = '\r\x1b[2K';
  expect(written((screen) => (screen.progress('[4] free'), screen.line('Made')))).toBe(
    `${wiped}[4] free${wiped}Made\n`,
  );
  const json = (screen: Screen): void => (screen.progress('[4] free'), screen.data({ made: 1 }));
  expect(written(json, { json: true })).toBe(`${wiped}[4] free${wiped}{"made":1}\n`);
});
