import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { concat } from '../../src/core/bytes.ts';
import type { Official } from '../../src/directory/official.ts';
import type { CountersignedView } from '../../src/http/staff/countersignatures.ts';
import type { OficioView } from '../../src/http/staff/views.ts';
import type { SignedOficio } from '../../src/oficio/complete.ts';
import { json, type Done, type ErrorDocument } from '../support/command-line.ts';
import { cotejo } from '../support/warm-command-line.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
let office: Installation;
let ana: Official;
let beto: Official;
let letter: SignedOficio;
let ended: SignedOficio;
const signed = join(folder, 'firmado.pdf');
const out = join(folder, 'refrendado.pdf');

beforeAll(async () => {
  office = await makeInstallation();
  ana = await office.register({ name: 'Ana Pérez Núñez', post: 'Directora' });
  beto = await office.register({ name: 'Beto Ruiz', post: 'Contralor' });
  for (const person of [ana, beto]) await office.issue(person, 'signer');
  letter = await office.sign();
  ended = await office.sign();
  await office.services.endOficio(ended.oficio.id, { reason: 'Error' });
  writeFileSync(signed, letter.document);
  // The commands hold the data from here on.
  office.close();
});
afterAll(() => office.remove());

const run = (...words: readonly string[]): Done => cotejo(office.config.dataFolder, words);
const countersign = (target: string, who: Official, output: string, ...more: readonly string[]): Done =>
  run('oficio', 'countersign', target, '-o', output, '--signer', who.id, ...more);

function refusalOf(done: Done): readonly [number, string] {
  return [done.status, json<ErrorDocument>(done).error.code];
}

describe('oficio countersign', { timeout: 120_000 }, () => {
  test('writes the letter with one more signature, tells who, and writes it again when it is repeated', () => {
    const done = countersign(signed, ana, out);
    expect(done.status, done.stderr).toBe(0);
    for (const said of ['✓ Refrendado', letter.oficio.folio, `${ana.name}, ${ana.post}`, out]) {
      expect(done.stdout).toContain(said);
    }
    const file = readFileSync(out);
    expect(file.subarray(0, letter.document.length).equals(letter.document)).toBe(true);
    const again = countersign(signed, ana, out, '--json');
    expect(json<CountersignedView>(again)).toMatchObject({
      ...{ folio: letter.oficio.folio, state: 'signed', repeated: true, path: out },
      countersignature: { ordinal: 1, name: ana.name, post: ana.post, officialId: ana.id, state: 'signed' },
      countersigners: [{ name: ana.name }],
    });
    expect(readFileSync(out).equals(file)).toBe(true);
  });

  test('of what was countersigned before, by folio, adds another; each gets back what they signed', () => {
    const both = join(folder, 'dos.pdf');
    const done = json<CountersignedView>(countersign(letter.oficio.folio, beto, both, '--json'));
    expect(done.countersignature.ordinal).toBe(2);
    const file = readFileSync(both);
    expect(file.subarray(0, readFileSync(out).length).equals(readFileSync(out))).toBe(true);
    const first = readFileSync(out);
    expect(countersign(both, ana, out).status).toBe(0);
    expect(readFileSync(out).equals(first), 'hers ends with her signature').toBe(true);
  });

  test('is told by list, show and verify; show saves the newest version', () => {
    const list = run('oficio', 'list', '--lang', 'en').stdout;
    expect(list).toContain('signed, 2 countersignatures');
    const shown = run('oficio', 'show', letter.oficio.folio);
    expect(shown.stdout).toMatch(/Refrenda +Ana Pérez Núñez, Directora[\s\S]+Refrenda +Beto Ruiz, Contralor/);
    expect(shown.stdout).toMatch(/firmado \d+, refrendo \d+, refrendo \d+/);
    const saved = join(folder, 'guardado.pdf');
    expect(run('oficio', 'show', letter.oficio.folio, '-o', saved).status).toBe(0);
    const verdict = run('verify', saved);
    expect(verdict.status).toBe(0);
    expect(verdict.stdout).toMatch(/Refrenda +Ana Pérez Núñez, Directora\n +Refrenda +Beto Ruiz, Contralor\n/);
    expect(run('verify', letter.oficio.sealText!).stdout).toMatch(/Refrenda +Beto Ruiz, Contralor/);
    const told = json<OficioView>(run('oficio', 'show', letter.oficio.folio, '--json'));
    expect(told.countersigners!.map(({ name, ordinal }) => [name, ordinal])).toEqual([
      [ana.name, 1],
      [beto.name, 2],
    ]);
  });

  test('signing the document again gives back the letter as it was signed', () => {
    const [input, output] = [join(folder, 'carta.pdf'), join(folder, 'carta-firmada.pdf')];
    writeFileSync(input, concat(letter.document.subarray(0, letter.oficio.inputLength), new Uint8Array([0x0a])));
    const asked = ['--signer', letter.oficio.signer.officialId, '--type', 'oficio', '--amount', '0', '--subject', 'X'];
    const sign = (): Done => run('oficio', 'sign', input, '-o', output, ...asked, '--json');
    const { folio } = json<OficioView>(sign());
    const file = readFileSync(output);
    expect(countersign(folio, ana, join(folder, 'carta-refrendada.pdf')).status).toBe(0);
    expect(json(sign())).toMatchObject({ folio, repeated: true });
    expect(readFileSync(output).equals(file)).toBe(true);
  });

  test('declines, with what to do, and writes nothing', () => {
    const other = join(folder, 'otro.pdf');
    writeFileSync(other, 'something else');
    const fresh = join(folder, 'nuevo.pdf');
    const changed = join(folder, 'cambiado.pdf');
    writeFileSync(changed, Buffer.concat([letter.document, Buffer.from('\n')]));
    const signer = { id: letter.oficio.signer.officialId } as Official;
    expect(refusalOf(countersign(signed, beto, other, '--json'))).toEqual([4, 'file/would-replace']);
    expect(refusalOf(countersign(signed, beto, signed, '--json'))).toEqual([4, 'file/same-as-input']);
    expect(refusalOf(countersign(signed, signer, fresh, '--json'))).toEqual([4, 'oficio/already-signer']);
    expect(refusalOf(countersign(changed, beto, fresh, '--json'))).toEqual([4, 'oficio/another-version']);
    expect(refusalOf(countersign(other, beto, fresh, '--json'))).toEqual([2, 'oficio/no-letter-in-file']);
    expect(refusalOf(countersign(ended.oficio.folio, beto, fresh, '--json'))).toEqual([4, 'oficio/not-in-force']);
    expect(readFileSync(other, 'latin1')).toBe('something else');
    expect(() => readFileSync(fresh)).toThrow('ENOENT');
    const overwritten = countersign(signed, beto, other, '--overwrite', '--json');
    expect(json(overwritten)).toMatchObject({ repeated: true });
  });

  test.each([
    [[], 'ARCHIVO.pdf'],
    [[signed, '--signer', 'X'], '-o'],
    [[signed, '-o', out, '--signer', 'X', '--reader', '1'], '--card'],
  ])('with %j is wrong usage', (words, said) => {
    const done = run('oficio', 'countersign', ...words);
    expect([done.status, done.stderr]).toEqual([2, expect.stringContaining(said)]);
  });

  test('a theft of the key tells on which letters a countersignature does not count any more', () => {
    const { countersigners } = json<OficioView>(run('oficio', 'show', letter.oficio.folio, '--json'));
    const { serial, leaf } = countersigners!.find(({ name }) => name === beto.name)!;
    const words = ['credential', 'revoke', serial, '--reason', 'keyCompromise', '--compromised-from', String(leaf)];
    expect(json(run(...words, '--json'))).toMatchObject({
      ...{ voidLetters: 0, voidCountersignatures: 1, voidCountersigned: [letter.oficio.folio] },
    });
    const shown = run('oficio', 'show', letter.oficio.folio).stdout;
    expect(shown).toMatch(/Beto Ruiz, Contralor \([^)]+\)+: anulado por robo de la llave/);
    expect(shown).toMatch(/Estado +firmado\n/);
    expect(run('oficio', 'list').stdout).toContain('firmado, 1 refrendo');
    const verdict = run('verify', join(folder, 'dos.pdf'));
    expect([verdict.status, verdict.stdout]).toEqual([
      0,
      expect.stringContaining('no cuenta: su llave estaba en otras manos'),
    ]);
  });
});
