import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Official } from '../../src/directory/official.ts';
import { formatLocalTime } from '../../src/core/time.ts';
import type { ReceptionView } from '../../src/http/staff/receptions.ts';
import type { SignedOficio } from '../../src/oficio/complete.ts';
import { json, type Done, type ErrorDocument } from '../support/command-line.ts';
import { cotejo } from '../support/warm-command-line.ts';
import { makeInstallation, portrait, type Installation } from '../support/installation.ts';
import { TWO_PAGES } from '../support/office.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
const photo = join(folder, 'acuse.jpg');
const notes = join(folder, 'notas.txt');
let office: Installation;
let letter: SignedOficio;
/** As a clerk types it. */
let today: string;
let ana: Official;
const input = join(folder, 'carta.pdf');

beforeAll(async () => {
  office = await makeInstallation();
  ana = await office.register({ name: 'Ana Pérez Núñez', post: 'Directora' });
  await office.issue(ana, 'signer');
  letter = await office.sign();
  writeFileSync(input, TWO_PAGES);
  writeFileSync(photo, portrait());
  writeFileSync(notes, 'no es una foto');
  const [date, time] = formatLocalTime(letter.oficio.sealedAt).split(' ') as [string, string];
  today = `${date.split('-').toReversed().join('/')} ${time}`;
  // The commands hold the data from here on.
  office.close();
});
afterAll(() => office.remove());

const run = (...words: readonly string[]): Done => cotejo(office.config.dataFolder, words);
const receive = (...more: readonly string[]): Done => run('oficio', 'receive', letter.oficio.folio, ...more);
const whole = (): readonly string[] => ['--at', today, '--by', 'Rosa Vega', '--how', 'window'];

describe('oficio receive', { timeout: 120_000 }, () => {
  test('registers who received it, once however often it is said, and oficio show tells it', () => {
    const words = [...whole(), '--office', 'Contraloría', '--office-folio', '4711', '--photo', photo];
    const done = receive(...words);
    expect(done.status, done.stderr).toBe(0);
    for (const said of [letter.oficio.folio, 'Rosa Vega', 'Contraloría', 'folio 4711', 'en ventanilla', 'con foto']) {
      expect(done.stdout).toContain(said);
    }
    const again = json<ReceptionView>(receive(...words, '--json'));
    const shown = json<{ receptions: readonly ReceptionView[] }>(run('oficio', 'show', letter.oficio.folio, '--json'));
    expect(shown.receptions).toHaveLength(1);
    expect(shown.receptions[0]).toMatchObject({ id: again.id, name: 'Rosa Vega', hasPhoto: true, state: 'registered' });
    expect(run('oficio', 'show', letter.oficio.folio).stdout).toContain('Rosa Vega');
  });

  test('corrects one with its reason, or says that it never was', () => {
    const first = json<ReceptionView>(receive(...whole(), '--post', 'Auxiliar', '--json'));
    const right = json<ReceptionView>(
      receive(...whole(), '--corrects', first.id, '--reason', 'Otra persona', '--json'),
    );
    expect(right).toMatchObject({ corrects: first.id, reason: 'Otra persona', name: 'Rosa Vega' });
    const never = receive('--corrects', right.id, '--never', '--reason', 'Fue otro oficio');
    expect(never.stdout).toContain('no hubo tal recepción');
    const { receptions } = json<{ receptions: readonly ReceptionView[] }>(
      run('oficio', 'show', letter.oficio.folio, '--json'),
    );
    expect(receptions.slice(-3).map(({ state }) => state)).toEqual(['corrected', 'corrected', 'never']);
    expect(run('log', 'audit').status).toBe(0);
  });

  test.each([
    [['--by', 'Rosa', '--how', 'window'], '--at'],
    [['--at', 'ayer', '--by', 'Rosa', '--how', 'window'], '31/12/2026 14:05'],
    [['--at', '31/02/2026 10:00', '--by', 'Rosa', '--how', 'window'], '31/12/2026 14:05'],
    [['--at', '30/11/2026 10:00', '--by', 'Rosa', '--how', 'dove'], 'notifier (por notificador)'],
    [['--never', '--reason', 'x'], '--corrects'],
    [['--never', '--corrects', '0000000000000000', '--reason', 'x', '--by', 'Rosa'], '--never'],
    [['--corrects', '0000000000000000', '--never'], '--reason'],
  ])('%j is no command', (words, said) => {
    const done = receive(...words);
    expect([done.status, done.stderr]).toEqual([2, expect.stringContaining(said)]);
  });

  test('tells which option is wrong, and refuses what is no photo', () => {
    const nobody = receive('--at', today, '--by', ' ', '--how', 'window');
    expect([nobody.status, nobody.stderr]).toEqual([2, expect.stringContaining('--by')]);
    const refused = receive(...whole(), '--photo', notes, '--json');
    expect([refused.status, json<ErrorDocument>(refused).error.code]).toEqual([2, 'directory/photo-unreadable']);
    const future = receive('--at', '31/12/2099 10:00', '--by', 'Rosa', '--how', 'mail', '--json');
    expect(json<ErrorDocument>(future).error.code).toBe('oficio/received-in-future');
  });
});

describe('oficio sign', { timeout: 120_000 }, () => {
  const order = (type: string): readonly string[] => [
    ...['oficio', 'sign', input, '-o', join(folder, `${type}.pdf`), '--signer', ana.id, '--amount', '0'],
    ...['--subject', 'Visita', '--type', type, '--overwrite'],
  ];
  const VISIT = ['--visit-place', 'Durango 212', '--visit-from', '02/01/2099 09:00', '--visit-to', '02/01/2099 14:00'];

  test('takes whom a letter is for and who comes; oficio show tells it', () => {
    const whom = ['--addressee', 'Lidia Mora', '--addressee-post', 'Dueña', '--addressee-address', 'Colima 9'];
    const done = run(...order('orden-de-visita'), ...whom, ...VISIT, '--visit-official', ana.id, '--json');
    expect(done.status, done.stderr).toBe(0);
    const { folio } = json<{ folio: string }>(done);
    const { stdout } = run('oficio', 'show', folio);
    for (const said of ['Lidia Mora, Dueña · Colima 9', 'Durango 212', ana.id]) expect(stdout).toContain(said);
    const code = json<{ code: string }>(run('oficio', 'show', folio, '--json')).code;
    const checked = run('verify', code);
    expect(checked.stdout).toContain('Ana Pérez Núñez, Directora');
    expect(checked.stdout).not.toContain('Lidia');
  });

  test.each([
    [['--addressee-public'], '--addressee'],
    [[...VISIT], '--visit-official'],
    [['--visit-official', 'AAAAAAAA'], '--visit-place'],
    [['--visit-from', 'hoy', '--visit-to', 'x', '--visit-place', 'x', '--visit-official', 'A'], '31/12/2026 14:05'],
  ])('%j is no command', (words, said) => {
    const done = run(...order('notificacion'), ...words);
    expect([done.status, done.stderr]).toEqual([2, expect.stringContaining(said)]);
  });

  test('of a list has nothing of one letter, and a wrong name is told with its option', () => {
    const listed = run('oficio', 'sign', '--list', input, '--out-dir', folder, '--addressee', 'Lidia');
    expect([listed.status, listed.stderr]).toEqual([2, expect.stringContaining('--addressee')]);
    const wrong = run(...order('oficio'), '--addressee', '=1+1');
    expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining('--addressee')]);
  });
});
