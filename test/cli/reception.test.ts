import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatLocalTime } from '../../src/core/time.ts';
import type { ReceptionView } from '../../src/http/staff/receptions.ts';
import type { SignedOficio } from '../../src/oficio/complete.ts';
import { cotejo, json, type Done, type ErrorDocument } from '../support/command-line.ts';
import { makeInstallation, portrait, type Installation } from '../support/installation.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
const photo = join(folder, 'acuse.jpg');
const notes = join(folder, 'notas.txt');
let office: Installation;
let letter: SignedOficio;
/** As a clerk types it. */
let today: string;

beforeAll(async () => {
  office = await makeInstallation();
  const ana = await office.register({ name: 'Ana Pérez Núñez', post: 'Directora' });
  await office.issue(ana, 'signer');
  letter = await office.sign();
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
