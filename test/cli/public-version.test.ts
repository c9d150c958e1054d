import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PublicVersionView } from '../../src/http/staff/public-versions.ts';
import type { SignedOficio } from '../../src/oficio/complete.ts';
import { BLACK_BOX, blackedOut, textAt } from '../support/blacked-out.ts';
import { json, type Done, type ErrorDocument } from '../support/command-line.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { cotejo } from '../support/warm-command-line.ts';

const folder = temporaryFolder();
const [clean, covered] = ['tachado.pdf', 'tapado.pdf'].map((name) => join(folder, name)) as [string, string];
const GROUND = ['--ground', 'LGTAIP art. 115; resolución CT-12/2026'];
let office: Installation;
let letter: SignedOficio;

beforeAll(async () => {
  office = await makeInstallation();
  await office.issue(await office.register({ name: 'Ana Pérez Núñez', post: 'Directora' }), 'signer');
  letter = await office.sign();
  writeFileSync(clean, blackedOut());
  writeFileSync(covered, blackedOut({ content: textAt(72, 700, 'CURP XEXX010101') + BLACK_BOX }));
  // The commands hold the data from here on.
  office.close();
});
afterAll(() => office.remove());

const run = (...words: readonly string[]): Done => cotejo(office.config.dataFolder, words);
const version = (...more: readonly string[]): Done => run('oficio', 'public-version', letter.oficio.folio, ...more);

describe('oficio public-version', { timeout: 120_000 }, () => {
  test('publishes a file, once however often it is said, and its file verifies as a copy', () => {
    const done = version(clean, ...GROUND);
    expect(done.status, done.stderr).toBe(0);
    for (const said of [letter.oficio.folio, 'publicada', 'CT-12/2026']) expect(done.stdout).toContain(said);
    const one = json<PublicVersionView>(version(clean, ...GROUND, '--json'));
    expect(one.state).toBe('current');
    const shown = json<{ publicVersions: readonly PublicVersionView[] }>(
      run('oficio', 'show', letter.oficio.folio, '--json'),
    );
    expect(shown.publicVersions.map(({ id }) => id)).toEqual([one.id]);
    const verified = run('verify', clean);
    expect(verified.status).toBe(3);
    expect(verified.stdout).toContain('La versión pública registrada: una copia para leer');
    expect(verified.stdout).not.toContain(letter.oficio.subject);
  });

  test('declines what lies under a box, and takes it once somebody looked', () => {
    const declined = version(covered, ...GROUND, '--json');
    expect([declined.status, json<ErrorDocument>(declined).error.code]).toEqual([2, 'oficio/public-version-covered']);
    expect(version(covered, ...GROUND, '--accept-covered').status).toBe(0);
    expect(run('verify', clean).stdout).toContain('se cambió por otra');
  });

  test('withdraws it, with a reason', () => {
    expect(version('--withdraw', '--reason', 'Faltó tachar').stdout).toContain('retirada');
    expect(run('verify', covered).stdout).toContain('se retiró');
  });

  test('wants a file with its ground, or withdrawal with its reason', () => {
    for (const words of [[], [clean], [clean, '--withdraw', '--reason', 'x'], ['--withdraw']]) {
      expect([words, version(...words).status]).toEqual([words, 2]);
    }
    expect(run('oficio', 'public-version', letter.oficio.folio, join(folder, 'nada.pdf'), ...GROUND).status).toBe(2);
  });
});
