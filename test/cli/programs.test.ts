/** What programs get of what is no command: a document each time. */
import { describe, expect, test, vi } from 'vitest';
import { cotejo, json, type Done, type ErrorDocument } from '../support/command-line.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

// Every command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

const folder = temporaryFolder();
const run = (...words: readonly string[]): Done => cotejo(`${folder}/sin-datos`, words);

describe('with --json', () => {
  test.each([[['--json']], [['unit', '--json']], [['--json', '--lang', 'en']]])(
    'no command is wrong usage: %j',
    (words) => {
      const done = run(...words);
      expect([done.status, json<ErrorDocument>(done).error.code]).toEqual([2, 'usage']);
      expect(done.stderr).toContain('unit list');
    },
  );

  test('the version and the help are documents', () => {
    expect(json(run('--version', '--json'))).toEqual({ version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
    for (const words of [
      ['--help', '--json'],
      ['unit', '--help', '--json'],
      ['verify', '--json', '--help'],
    ]) {
      const done = run(...words);
      expect([done.status, json(done)]).toEqual([0, { help: expect.stringContaining('--help') }]);
    }
  });
});

test('a bug is a document as well, and ends with 70', () => {
  // A fault that no code is for, in what every command asks first.
  const breaks = "--import=data:text/javascript,process.cwd=()=>{throw(new(TypeError)('x'))}";
  const done = cotejo(`${folder}/sin-datos`, ['unit', 'list', '--json'], { NODE_OPTIONS: breaks });
  expect([done.status, json<ErrorDocument>(done).error.code]).toEqual([70, 'internal']);
  expect(done.stderr).toContain('falla interna (TypeError)');
});

test('a language that nobody here speaks is refused', () => {
  for (const words of [
    ['unit', 'list', '--lang', 'fr'],
    ['--lang=fr', '--version'],
    ['--lang', 'fr'],
  ]) {
    const done = run(...words);
    expect([done.status, done.stderr]).toEqual([2, expect.stringContaining('--lang es «es» o «en», no «fr»')]);
  }
});
