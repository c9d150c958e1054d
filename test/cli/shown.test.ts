/** What people are shown of things: in their words, whole, and that there is none. */
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { Config } from '../../src/config.ts';
import { json, type Done, type ErrorDocument } from '../support/command-line.ts';
import { cotejo } from '../support/warm-command-line.ts';
import { installDevelopment } from '../support/installation.ts';
import { appoint, issueTo, openData, TWO_PAGES, type Staff } from '../support/office.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

// Every command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

const folder = temporaryFolder();
const SIGNED = join(folder, 'firmada.pdf');
let config: Config;
let staff: Staff;
let folio: string;

const run = (...words: readonly string[]): Done => cotejo(config.dataFolder, words);
const refused = (...words: readonly string[]): readonly [number, string] => {
  const done = run(...words, '--json');
  return [done.status, json<ErrorDocument>(done).error.code];
};

beforeAll(async () => {
  config = await installDevelopment({ within: folder });
  const { services } = await openData(config);
  staff = await appoint(services);
  await issueTo(services, staff.director, 'signer');
  services.close();
  const input = join(folder, 'carta.pdf');
  writeFileSync(input, TWO_PAGES);
  const what = ['--type', 'notificacion', '--amount', '1250', '--subject', 'Pago', '--expires', '31/12/2099'];
  const words = ['oficio', 'sign', input, '-o', SIGNED, '--signer', staff.director.id, ...what, '--json'];
  folio = json<{ folio: string }>(run(...words)).folio;
});

describe('a letter', () => {
  test('is shown and verified with its type in words, what it asks for and until when', () => {
    for (const { stdout } of [run('oficio', 'show', folio), run('verify', SIGNED)]) {
      expect(stdout).toMatch(/Tipo +Notificación\n/);
      expect(stdout).toMatch(/Pide +\$1,250\.00.*\n/);
      expect(stdout).toMatch(/Vence +2099-12-31\n/);
    }
    expect(run('verify', SIGNED, '--lang', 'en').stdout).toMatch(/Type +Notification\n/);
  });

  test('is verified with who signed and in which post, and its unit by name', () => {
    const { name, post, unit } = staff.director;
    const { stdout } = run('verify', SIGNED);
    expect(stdout).toMatch(new RegExp(`Firma +${name}, ${post}\n`));
    expect(stdout).toMatch(new RegExp(`Unidad +\\S.+ \\(${unit}\\)\n`));
    const { subject } = json<{ subject: { unit: string } }>(run('verify', SIGNED, '--json'));
    expect(subject.unit).toBe(unit);
  });

  test('that was altered has no signer of a question mark', () => {
    const altered = readFileSync(SIGNED);
    altered[2000]! ^= 1;
    writeFileSync(join(folder, 'alterada.pdf'), altered);
    const { stdout } = run('verify', join(folder, 'alterada.pdf'));
    expect(stdout).toMatch(/Firma Cotejo: alterada/);
    expect(stdout).not.toContain(', ?');
  });

  test('is not saved over another file, and nothing is said of signing', () => {
    const other = join(folder, 'otro.txt');
    writeFileSync(other, 'algo');
    const done = run('oficio', 'show', folio, '-o', other);
    expect([done.status, done.stderr]).toEqual([4, expect.stringContaining(`no es el oficio ${folio}`)]);
    expect(done.stderr).not.toContain('firmó');
    const nowhere = run('oficio', 'show', folio, '-o', join(folder, 'no', 'esta.pdf')).stderr;
    expect(nowhere).toContain('(no existe la carpeta)');
    expect(nowhere).not.toContain('ENOENT');
  });

  test.each(['41', 'AE-DGG-0001-2026'])('by %s, which is no name, is told how folios are written', (name) => {
    const { status, stderr } = run('oficio', 'show', name);
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/no es un folio ni un código[^]*AC\/DGG\/SCI\/0042\/2026/),
    ]);
  });

  test('whose seal would lie outside is told the sizes of page and seal', () => {
    const words = [
      '--signer',
      staff.director.id,
      '--type',
      'oficio',
      '--amount',
      '0',
      '--subject',
      'x',
      '--at',
      '1:900,900',
    ];
    const done = run('oficio', 'sign', join(folder, 'carta.pdf'), '-o', join(folder, 'x.pdf'), ...words);
    expect(done.stderr).toMatch(/página mide 21\d × 2\d\d mm; el sello, 180 × 56 mm, o 100 × 98 mm si es alto/);
  });
});

describe('a credential', () => {
  test('is listed with the name of its holder, and shown with the reason of its end in words', () => {
    const row = run('credential', 'list').stdout;
    expect(row).toContain(`${staff.director.id}  ${staff.director.name}`);
    const issued = run('credential', 'issue', '--official', staff.inspector.id, '--json');
    const { serial } = json<{ serial: string }>(issued);
    expect(run('credential', 'revoke', serial, '--reason', 'superseded').stdout).toMatch(/Motivo +otra la sustituye\n/);
    expect(run('credential', 'list', '--help').stdout).toContain('--state vigente|suspendida|revocada|preparada');
  });

  test('of nobody in the directory is refused; of somebody without one, there is none', () => {
    expect(refused('credential', 'list', '--official', 'ZZZZZZZZ')).toEqual([4, 'directory/official-unknown']);
    expect(run('credential', 'list', '--official', staff.subdirector.id).stdout).toBe('(ninguno)\n');
    const small = run('credential', 'list', '--official', staff.director.id.toLowerCase(), '--json');
    expect(json(small)).toMatchObject({ officialId: staff.director.id });
  });
});

describe('a unit', () => {
  test('is shown whole when it is set and later, and listed with its telephone and what it belongs to', () => {
    const more = ['--parent', 'AE', '--phone', '55 1234 5678', '--address', 'Calle 1'];
    const done = run('unit', 'set', 'AE/ARCH', '--name', 'Archivo', '--since', '2026-01-01', ...more);
    for (const { stdout } of [done, run('unit', 'show', 'ae/arch')]) {
      expect(stdout).toMatch(/Depende de +AE\n +Teléfono +.*5678\n +Domicilio +Calle 1\n/);
    }
    expect(run('unit', 'list').stdout).toMatch(/AE\/ARCH +2026-01-01 +AE +.*5678 +Archivo\n/);
    expect(json(run('unit', 'show', 'AE/ARCH', '--json'))).toMatchObject({ address: 'Calle 1' });
  });

  test('that is not there is refused, and one without letters has none', () => {
    expect(refused('unit', 'show', 'NADA')).toEqual([4, 'directory/unit-unknown']);
    expect(refused('oficio', 'list', '--unit', 'NADA')).toEqual([4, 'directory/unit-unknown']);
    expect(run('oficio', 'list', '--unit', 'AE', '--lang', 'en').stdout).toBe('(none)\n');
  });

  test('that is wrong is told by the option or argument that was typed', () => {
    const since = run('unit', 'set', 'AE/X', '--name', 'X', '--since', '31/02/2026').stderr;
    expect(since).toContain('«--since»');
    expect(run('unit', 'set', 'á', '--name', 'X', '--since', '2026-01-01').stderr).toContain('en «SIGLAS»');
    const person = ['--name', 'Ana Luz', '--post', 'Guardia', '--unit', 'AE', '--power', 'Ver'];
    expect(run('official', 'add', ...person, '--from', 'ayer').stderr).toContain('en «--from»');
  });
});

describe('an official', () => {
  const add = (name: string, ...more: readonly string[]): string => {
    const photo = join(import.meta.dirname, '../../keys-dev/photos/persona-1.jpg');
    const person = ['--name', name, '--post', 'Guardia', '--unit', 'AE', '--power', 'Ver', '--photo', photo];
    return json<{ id: string }>(run('official', 'add', ...person, '--json', ...more)).id;
  };

  test('who will leave has a photo until then, and the reason is shown; who is not in office is marked', () => {
    const coming = add('Rita Sanz Gil', '--from', '2026-01-01');
    const ended = run('official', 'end', coming, '--reason', 'retired', '--on', '2099-01-31').stdout;
    expect(ended).toMatch(/Baja +2099-01-31\n +Motivo +se jubiló\n/);
    expect(ended).toMatch(/Foto +480 × 600 pixeles\n/);
    const gone = add('Eva Paz Luna', '--from', '2026-01-01');
    expect(run('official', 'end', gone, '--reason', 'resigned').stdout).not.toContain('Foto');
    add('Ana Sol Mar', '--from', '2099-01-01');
    const list = run('official', 'list').stdout;
    expect(list).toMatch(/Rita Sanz Gil, Guardia\n/);
    expect(list).toMatch(/Eva Paz Luna, Guardia \(ya dejó el cargo\)\n/);
    expect(list).toMatch(/Ana Sol Mar, Guardia \(todavía no empieza\)\n/);
  });
});

describe('a setting of init', () => {
  test('that leads elsewhere is named with its value', () => {
    const nowhere = join(folder, 'nueva');
    const env = { COTEJO_DATABASE_URL: 'sqlite:/elsewhere/a.sqlite' };
    const { stderr } = cotejo(nowhere, ['init', '--dev'], env);
    expect(stderr).toMatch(/: COTEJO_DATABASE_URL = «sqlite:\/elsewhere\/a\.sqlite»[^]*dentro de la carpeta de datos/);
    const keys = cotejo(nowhere, ['init', '--dev'], { COTEJO_KEYS: 'file:/elsewhere' }).stderr;
    expect(keys).toContain(': COTEJO_KEYS = «file:/elsewhere»');
  });

  test.each([60, 200])('that is an address of %i characters is told how long it may be', (length) => {
    const origin = `https://${'a.'.repeat(length)}`.slice(0, length - 1) + 'x';
    const { status, stderr } = cotejo(join(folder, 'nueva'), ['init', '--dev'], { COTEJO_ORIGIN: origin });
    expect([status, stderr]).toEqual([2, expect.stringMatching(/de 59 caracteres a lo más[^]*seal\/origin/)]);
  });
});

test('the demonstration finds out at the beginning that its address is in use', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const nowhere = join(folder, 'demostracion');
  const done = cotejo(nowhere, ['demo', '--json'], { COTEJO_LISTEN: `127.0.0.1:${port}` });
  expect([done.status, json<ErrorDocument>(done).error.code]).toEqual([75, 'http/address-in-use']);
  expect(done.stderr).not.toContain('PRUEBA');
  server.close();
});

test('the tests explain themselves in both languages, and refuse what they do not know', () => {
  const tests = (...words: readonly string[]): Done => {
    const run = spawnSync(process.execPath, [join(import.meta.dirname, '../../cli/run-tests.ts'), ...words], {
      env: { PATH: process.env['PATH'] ?? '' },
      encoding: 'utf8',
    });
    return { status: run.status ?? -1, stdout: run.stdout, stderr: run.stderr };
  };
  expect(tests('--help')).toMatchObject({ status: 0, stdout: expect.stringMatching(/--long[^]*FILTRO/) });
  expect(tests('-h', '--lang', 'en')).toMatchObject({ status: 0, stdout: expect.stringMatching(/--long[^]*FILTER/) });
  expect(tests('--no-hay')).toMatchObject({ status: 2, stderr: expect.stringContaining('no se entiende «--no-hay»') });
  expect(tests('--lang', 'fr')).toMatchObject({ status: 2, stderr: expect.stringContaining('no «fr»') });
});
