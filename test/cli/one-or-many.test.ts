/** Options of one letter and of a list of them: what one would leave out without a word is refused. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { json, type Done, type ErrorDocument } from '../support/command-line.ts';
import { cotejo } from '../support/warm-command-line.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

// Every command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

const folder = temporaryFolder();
const LIST = join(folder, 'oficios.csv');
writeFileSync(LIST, 'archivo;tipo;monto;asunto\nuno.pdf;oficio;0;Uno\n');

/** In a folder without an installation: what is refused there before anything is opened. */
const sign = (...words: readonly string[]): Done => cotejo(join(folder, 'sin-datos'), ['oficio', 'sign', ...words]);

describe('a list of letters', () => {
  const many = ['--list', LIST, '--out-dir', folder, '--signer', 'E439M3PJ'];

  test.each([
    [['--expires', '31/12/2099'], /con --list, «--expires» va en la columna «vence»/],
    [['--folio', 'AE/DGG/0041/2026'], /con --list, «--folio» va en la columna «folio»/],
    [['--subject', 'Uno'], /con --list, «--subject» va en la columna «asunto»/],
    [['--amount', '0'], /con --list, «--amount» va en la columna «monto»/],
    [['--type', 'oficio'], /con --list, «--type» va en la columna «tipo»/],
    [['otro.pdf'], /con --list, «otro\.pdf» va en la columna «archivo»/],
    [['-o', 'salida.pdf'], /con --list, «--out» no se usa[^\n]*--out-dir/],
    [['--at', '1:10,10'], /con --list, «--at» no se usa[^\n]*aparte/],
    [['--idempotency-key', 'una llave larga'], /con --list, «--idempotency-key» no se usa/],
  ])('refuses what it would leave out, and says where it goes: %j', (words, said) => {
    const done = sign(...many, ...words);
    expect([done.status, done.stderr]).toEqual([2, expect.stringMatching(said)]);
    expect(json<ErrorDocument>(sign(...many, ...words, '--json')).error.code).toBe('usage');
    expect(sign(...many, ...words, '--lang', 'en').stderr).toMatch(/with --list, "/);
    expect(readdirSync(folder)).toEqual(['oficios.csv']);
  });
});

describe('one letter', () => {
  const one = ['uno.pdf', '-o', 'salida.pdf', '--signer', 'E439M3PJ', '--type', 'oficio', '--amount', '0'];

  test('does not take the folder of a list', () => {
    const done = sign(...one, '--subject', 'Uno', '--out-dir', folder);
    expect([done.status, done.stderr]).toEqual([2, expect.stringMatching(/--out-dir va con --list[^\n]*-o/)]);
  });

  test('is one: several are told of lists', () => {
    const done = sign(...one, '--subject', 'Uno', 'dos.pdf', 'tres.pdf');
    expect([done.status, done.stderr]).toEqual([2, expect.stringMatching(/«dos\.pdf»[^\n]*--list/)]);
  });
});
