import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/system.ts';
import { dayInMexicoCity, unixSeconds } from '../../src/core/time.ts';
import type { DistinctiveView, WithdrawnView } from '../../src/http/staff/distinctives.ts';
import { json, type ErrorDocument, type Done } from '../support/command-line.ts';
import { cotejo } from '../support/warm-command-line.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';

let installation: Installation;
let data: string;
let folder: string;
let id: string;
let reserved: string;

const dayAhead = (days: number): string => dayInMexicoCity(unixSeconds(systemClock() + days * 86_400));
const written = (day: string): string => day.split('-').toReversed().join('/');
const EVIDENCE = `trust-exam=${dayAhead(300)}:C3/2026-0117, link-analysis=${written(dayAhead(200))},training=${dayAhead(100)}`;

const run = (...words: readonly string[]): Done => cotejo(data, ['distinctive', ...words]);
const grant = (...more: readonly string[]): Done =>
  run('grant', '--official', id, '--evidence', EVIDENCE, '--json', ...more);
const codeOf = (outcome: Done): string => json<ErrorDocument>(outcome).error.code;

beforeAll(async () => {
  installation = await makeInstallation();
  id = (await installation.register({ name: 'Ana Paz' }, true)).id;
  reserved = (await installation.register({ name: 'Eva Luz', publication: 'reserved', legalGround: 'Art. 113' })).id;
  data = installation.config.dataFolder;
  folder = mkdtempSync(join(data, '..', 'out-'));
  installation.close();
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  installation.remove();
});

describe('distinctive', () => {
  test('grant takes days as offices write them, and says until when; again it answers as before', () => {
    const done = grant();
    expect(done.status, done.stderr).toBe(0);
    const granted = json<DistinctiveView>(done);
    expect(granted).toMatchObject({ state: 'current', until: dayAhead(100), holder: { id, name: 'Ana Paz' } });
    expect(granted.evidence).toEqual([
      { kind: 'trust-exam', until: dayAhead(300), reference: 'C3/2026-0117' },
      { kind: 'link-analysis', until: dayAhead(200) },
      { kind: 'training', until: dayAhead(100) },
    ]);
    expect(json(grant())).toEqual(granted);
    const shown = run('show', granted.number.toLowerCase());
    expect(shown.status).toBe(0);
    for (const told of ['Ana Paz', 'control de confianza', 'C3/2026-0117', 'vigente', dayAhead(100)]) {
      expect(shown.stdout).toContain(told);
    }
  });

  test('grant declines what is missing or of another form, with a code', () => {
    const on = (evidence: string): Done => run('grant', '--official', id, '--evidence', evidence, '--json');
    expect(on('trust-exam').status).toBe(2);
    expect(codeOf(on(`trust-exam=${dayAhead(3)}`))).toBe('distinctive/evidence-missing');
    expect(codeOf(on(EVIDENCE.replace('trust-exam', 'examen')))).toBe('distinctive/evidence-unknown');
    expect(codeOf(on(EVIDENCE.replace(dayAhead(100), '2027-02-30')))).toBe('directory/day-malformed');
    expect(codeOf(grant('--until', dayAhead(101)))).toBe('distinctive/until');
  });

  test('badge writes the PDF, and replaces another file only where it is told to', () => {
    const { number } = json<DistinctiveView>(grant());
    const out = join(folder, 'distintivo.pdf');
    const done = run('badge', number, '-o', out);
    expect([done.status, done.stdout]).toEqual([0, '']);
    expect(done.stderr).toContain('100 %');
    expect(readFileSync(out).subarray(0, 5).toString()).toBe('%PDF-');
    writeFileSync(out, 'something else');
    expect(codeOf(run('badge', number, '-o', out, '--json'))).toBe('file/would-replace');
    expect(run('badge', number, '-o', out, '--overwrite').status).toBe(0);
    expect(codeOf(run('badge', '0000-0000-0001', '-o', join(folder, 'no.pdf'), '--json'))).toBe(
      'distinctive/not-found',
    );
  });

  test('what its QR says is to be verified', () => {
    const { number } = json<DistinctiveView>(grant());
    const done = cotejo(data, ['verify', `HTTP://LOCALHOST:8080/B/${number}`]);
    expect(done.status).toBe(0);
    expect(done.stdout).toMatch(/Distintivo +\S+, hasta el/);
    expect(done.stdout).toContain('Un número impreso se puede copiar');
  });

  test('list shows them by state and by how soon they end, without the name of who is under reserve', () => {
    const theirs = run('grant', '--official', reserved, '--evidence', EVIDENCE, '--until', dayAhead(5), '--json');
    expect(theirs.stdout).not.toContain('Eva Luz');
    const listed = run('list');
    expect(listed.stdout).toContain('Ana Paz');
    expect(listed.stdout).toContain('reservado');
    expect(listed.stdout).not.toContain('Eva Luz');
    const soon = run('list', '--expiring', '30', '--json').stdout.trim().split('\n');
    expect(soon.map((line) => (JSON.parse(line) as DistinctiveView).holder.id)).toEqual([reserved]);
    expect(run('list', '--state', 'retirado').stderr).toContain('0 en total');
    expect(run('list', '--state', 'roto').status).toBe(2);
    expect(codeOf(run('list', '--official', '00000000', '--json'))).toBe('directory/official-unknown');
  });

  test('withdraw takes the one of a person, or one by its number, and says when they have another', () => {
    const first = json<DistinctiveView>(grant());
    const next = json<DistinctiveView>(grant('--until', dayAhead(50)));
    expect(next.number).not.toBe(first.number);
    const old = run('withdraw', first.number, '--reason', 'conduct');
    expect(old.status, old.stderr).toBe(0);
    // Renewed it was: the first reason stands, and the one that counts is named.
    expect(old.stderr).toContain('queda el primer motivo');
    expect(old.stderr).toContain('OJO');
    const done = run('withdraw', '--official', id, '--reason', 'conduct', '--json');
    const withdrawn = json<WithdrawnView>(done);
    expect(withdrawn).toMatchObject({ number: next.number, state: 'withdrawn', reason: 'conduct' });
    expect(withdrawn).not.toHaveProperty('stillInForce');
    expect(codeOf(run('withdraw', '--official', id, '--reason', 'conduct', '--json'))).toBe('distinctive/none');
    expect(run('withdraw', '--reason', 'conduct').status).toBe(2);
    expect(run('withdraw', first.number, '--official', id, '--reason', 'conduct').status).toBe(2);
    expect(run('withdraw', first.number, '--reason', 'renewed').status).toBe(2);
    const over = cotejo(data, ['verify', next.number]);
    expect([over.status, over.stdout]).toEqual([1, expect.stringContaining('Este distintivo se retiró (revoked)')]);
    expect(over.stdout).not.toContain('se puede copiar');
  });
});
