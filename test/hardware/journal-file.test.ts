import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileJournal } from '../../hardware/journal-file.ts';
import { systemRandom } from '../../src/adapters/system.ts';
import { drawCardNumber, type CardNumber } from '../../src/card/card.ts';
import type { JournalLine } from '../../src/card/station/journal.ts';
import { unixSeconds } from '../../src/core/time.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const NUMBER = drawCardNumber(systemRandom);
const OTHER = drawCardNumber(systemRandom);

function line(at: number, card = NUMBER): JournalLine {
  return { at: unixSeconds(at), card, step: 'write-object', phase: 'intent', of: 'chuid' };
}

test('what was appended is read again, of each card by itself', async () => {
  const journal = fileJournal(join(temporaryFolder(), 'cards'));
  expect(await journal.linesOf(NUMBER)).toEqual([]);
  const lines: readonly JournalLine[] = [
    line(1),
    { ...line(2), phase: 'done' },
    { at: unixSeconds(3), card: NUMBER, step: 'prove', phase: 'unknown', of: '9A', serial: '4f'.repeat(16) },
    { at: unixSeconds(4), card: NUMBER, step: 'activate', phase: 'declined' },
  ];
  for (const one of lines) await journal.append(one);
  await journal.append(line(5, OTHER));
  expect(await journal.linesOf(NUMBER)).toEqual(lines);
  expect(await journal.linesOf(OTHER)).toEqual([line(5, OTHER)]);
});

test('only its owner reads it', async () => {
  const folder = join(temporaryFolder(), 'cards');
  await fileJournal(folder).append(line(1));
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, `${NUMBER}.jsonl`)).mode & 0o777).toBe(0o600);
});

test('a last line that was torn anywhere is passed over, and the next one stands by itself', async () => {
  const folder = temporaryFolder();
  const path = join(folder, `${NUMBER}.jsonl`);
  const journal = fileJournal(folder);
  await journal.append(line(1));
  const whole = statSync(path).size;
  await journal.append(line(2));
  for (let size = statSync(path).size - 1; size > whole; size--) {
    truncateSync(path, size);
    // Without its line feed it is whole.
    const kept = size === 2 * whole - 1 ? [line(1), line(2)] : [line(1)];
    expect(await journal.linesOf(NUMBER)).toEqual(kept);
  }
  appendFileSync(path, '\0\0\0');
  await journal.append(line(3));
  expect(await journal.linesOf(NUMBER)).toEqual([line(1), line(3)]);
});

test('what a program that is killed has appended is there', async () => {
  const folder = temporaryFolder();
  const home = new URL('../../hardware/journal-file.ts', import.meta.url).href;
  const script = `
    const { fileJournal } = await import('${home}');
    const journal = fileJournal(${JSON.stringify(folder)});
    for (let at = 0; ; at++) {
      await journal.append({ ...${JSON.stringify(line(0))}, at });
      process.stdout.write(at + '\\n');
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script]);
  let told = '';
  child.stdout.on('data', (part: Buffer) => void (told += String(part)));
  while (told.split('\n').length < 20) await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'close');
  const count = told.trimEnd().split('\n').length;
  const lines = await fileJournal(folder).linesOf(NUMBER);
  expect(lines.length).toBeGreaterThanOrEqual(count);
  expect(lines.map(({ at }) => at)).toEqual(lines.map((_, at) => at));
});

test('a disk that cannot be written is an outage, before anything is done', async () => {
  const folder = join(temporaryFolder(), 'cards');
  mkdirSync(join(folder, `${NUMBER}.jsonl`), { recursive: true });
  const journal = fileJournal(folder);
  const outage = { code: 'card/journal-unwritable', facts: { reason: 'EISDIR' } };
  await expect(journal.append(line(1))).rejects.toMatchObject(outage);
  await expect(journal.linesOf(NUMBER)).rejects.toMatchObject(outage);
});

test.each(['../../escaped', 'x/y', ''])('what is no number of a card names no file: %j', async (text) => {
  const journal = fileJournal(temporaryFolder());
  await expect(journal.append(line(1, text as CardNumber))).rejects.toThrow(TypeError);
  await expect(journal.linesOf(text as CardNumber)).rejects.toThrow(TypeError);
});
