import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openSqlite } from '../../src/adapters/sqlite.ts';
import { encodePem } from '../../src/authority/pem.ts';
import type { Config } from '../../src/config.ts';
import type { Credential } from '../../src/credential/credential.ts';
import { badDocuments, missingMakers } from '../support/bad-documents.ts';
import { json, type Done, type ErrorDocument } from '../support/command-line.ts';
import { cotejo } from '../support/warm-command-line.ts';
import { installDevelopment } from '../support/installation.ts';
import { appoint, issueTo, openData, sample, type Staff } from '../support/office.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { makeTestAuthorities } from '../support/authorities.ts';

// Every command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

const folder = temporaryFolder();
const LETTER = join(folder, 'oficio.pdf');

let config: Config;
let staff: Staff;
let signer: Credential;

beforeAll(async () => {
  config = await installDevelopment({ within: folder });
  const { services } = await openData(config);
  staff = await appoint(services);
  signer = await issueTo(services, staff.director, 'signer');
  services.close();
  writeFileSync(LETTER, sample('oficio-2-paginas.pdf'));
});

function run(...words: readonly string[]): Done {
  return cotejo(config.dataFolder, words);
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The words that sign `input` as the director. */
function signing(input: string, output: string, ...more: readonly string[]): string[] {
  const what = ['--signer', staff.director.id, '--type', 'oficio', '--amount', '0', '--subject', 'Prueba'];
  return ['oficio', 'sign', input, '-o', output, ...what, ...more];
}

interface SignedView {
  readonly folio: string;
  readonly seal: string;
  readonly code: string;
  readonly path: string;
}

/** Exit and code of a command that is refused, in `--json`. */
function refused(...words: readonly string[]): readonly [number, string] {
  const done = run(...words, '--json');
  return [done.status, json<ErrorDocument>(done).error.code];
}

describe('signing and verifying', () => {
  const output = join(folder, 'firmado.pdf');
  let signed: SignedView;

  test('a letter is done: 0, with one JSON document and the file in its place', () => {
    const done = run(...signing(LETTER, output, '--json'));
    expect(done.status, done.stderr).toBe(0);
    signed = json<SignedView>(done);
    expect(signed).toMatchObject({ folio: expect.stringMatching(/^AE\/DGG\/0001\//), path: output });
    expect(readFileSync(output).subarray(0, 5).toString()).toBe('%PDF-');
  });

  test('the same command again gives the same letter', () => {
    const before = readFileSync(output);
    rmSync(output);
    expect(json<SignedView>(run(...signing(LETTER, output, '--json'))).folio).toBe(signed.folio);
    expect(Buffer.compare(readFileSync(output), before)).toBe(0);
  });

  test('what is valid ends with 0, invalid with 1, undetermined with 3, and several with the worst of 1, 3, 0', () => {
    const bytes = new Uint8Array(readFileSync(output));
    bytes[2000]! ^= 1;
    const altered = file('alterado.pdf', bytes);
    const at = signed.seal.length - 10;
    const wrong = signed.seal.slice(0, at) + (signed.seal[at] === 'A' ? 'B' : 'A') + signed.seal.slice(at + 1);
    const cases = [
      ['current', output],
      ['current', signed.seal],
      ['current', signed.code],
      ['current', signer.serial],
      ['altered', altered],
      ['altered', wrong],
      ['unreadable', `${signed.seal}AA`],
      ['unsigned', LETTER],
      ['folio-only', signed.folio],
      ['not-found', 'AE/DGG/9999/2026'],
    ] as const;
    const all = run('verify', ...cases.map(([, target]) => target), '--json');
    expect(all.status).toBe(1);
    const answers = all.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly state: string; readonly dev: boolean });
    expect(answers.map(({ state }) => state)).toEqual(cases.map(([state]) => state));
    expect(answers.every(({ dev }) => dev)).toBe(true);
    expect(run('verify', altered).status).toBe(1);
    expect(run('verify', output, LETTER).status).toBe(3);
    const one = run('verify', output, '--json');
    expect([one.status, json<{ state: string }>(one).state]).toEqual([0, 'current']);
  });

  test("another authority's certificate is undetermined", async () => {
    const { certificates } = await makeTestAuthorities();
    const path = file('ajeno.pem', encodePem('CERTIFICATE', certificates.oficios.encoded));
    const done = run('verify', path, '--json');
    expect([done.status, json<{ state: string }>(done).state]).toEqual([3, 'unknown-issuer']);
  });

  test('a file that is not there is no verdict', () => {
    expect(refused('verify', join(folder, 'no-esta.pdf'))).toEqual([2, 'file/not-found']);
  });

  test('a file that is not there keeps no other from being looked at: 2, unless one is not valid', () => {
    const nowhere = join(folder, 'no-esta.pdf');
    const all = run('verify', nowhere, output, LETTER, '--json');
    expect(all.status).toBe(2);
    const lines = all.stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { target: nowhere, error: { code: 'file/not-found' } },
      { target: output, state: 'current' },
      { target: LETTER, state: 'unsigned' },
    ]);
    const altered = new Uint8Array(readFileSync(output));
    altered[2000]! ^= 1;
    expect(run('verify', nowhere, file('otro-alterado.pdf', altered)).status).toBe(1);
    expect(run('verify', nowhere, output).stderr).toContain(`✗ ${nowhere}:\n`);
  });
});

describe(`what is no letter${missingMakers ? ` (without the encrypted one: ${missingMakers})` : ''}`, () => {
  test('ends with 2 or 4 and its code, and leaves no file', { timeout: 120_000 }, async () => {
    const some = ['a text', 'half of a letter', 'a bomb', 'an encrypted letter'];
    const documents = (await badDocuments()).filter(({ name }) => some.includes(name));
    expect(documents.length).toBe(missingMakers ? 3 : 4);
    for (const { name, bytes, code, exit } of documents) {
      const output = join(folder, 'nunca.pdf');
      const input = file('malo.pdf', bytes);
      expect(refused(...signing(input, output)), name).toEqual([exit, code]);
      expect(readdirSync(folder).filter((found) => found.includes('nunca'))).toEqual([]);
    }
  });
});

describe('a list of letters', () => {
  test('signs the good ones, reports each bad line, and ends with the worst', () => {
    const out = join(folder, 'firmados');
    mkdirSync(out);
    writeFileSync(join(folder, 'otro.pdf'), sample('oficio-libreoffice.pdf'));
    const list = file(
      'lista.csv',
      [
        'archivo;tipo;monto;asunto;firmante',
        `oficio.pdf;oficio;0;Uno;${staff.director.id}`,
        `no-esta.pdf;oficio;0;Dos;${staff.director.id}`,
        `otro.pdf;notificacion;1,250.00;Tres;${staff.director.id}`,
      ].join('\r\n'),
    );
    const done = run('oficio', 'sign', '--list', list, '--out-dir', out, '--json');
    expect(done.status).toBe(2);
    const lines = done.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toMatchObject([
      { line: 2, outcome: 'signed' },
      { line: 3, outcome: 'refused', error: { code: 'file/not-found' } },
      { line: 4, outcome: 'signed' },
    ]);
    expect(readdirSync(out).toSorted()).toEqual(['oficio-firmado.pdf', 'otro-firmado.pdf']);
  });
});

describe('the directory', () => {
  test('takes the good rows of a list and reports the broken ones with their line', () => {
    const csv = file(
      'gente.csv',
      [
        'Nombre,Cargo,Unidad,Atribuciones,Fecha de alta,Fotografía',
        'Ana Ríos Peña,Inspectora,AE,Revisar,16/01/2026,',
        'Luis Soto,Inspector,NO/HAY,Revisar,16/01/2026,',
        'Eva Luna,Inspectora,AE,Revisar,31/02/2026,',
        '"Sin cerrar,Inspector,AE,Revisar,16/01/2026,',
      ].join('\n'),
    );
    const done = run('official', 'import', csv, '--json');
    expect(done.status).toBe(4);
    const report = json<{ counts: object; rows: { line: number; outcome: string; problems: { code: string }[] }[] }>(
      done,
    );
    expect(report.counts).toMatchObject({ registered: 1 });
    expect(report.rows.filter(({ outcome }) => outcome === 'refused').map(({ line }) => line)).toEqual([3, 4, 5]);
  });

  test('refuses a photo that is none, and a person twice', () => {
    const person = [
      '--name',
      'Raúl Cruz',
      '--post',
      'Guardia',
      '--unit',
      'AE',
      '--from',
      '2026-01-01',
      '--power',
      'Ver',
    ];
    const photo = file('foto.jpg', 'no soy una foto');
    expect(refused('official', 'add', ...person, '--photo', photo)).toEqual([2, 'directory/photo-unreadable']);
    expect(run('official', 'add', ...person).status).toBe(0);
    expect(refused('official', 'add', ...person)).toEqual([4, 'directory/official-already-registered']);
  });
});

describe('a credential', () => {
  test('is revoked once: the second time is declined', () => {
    const issued = run('credential', 'issue', '--official', staff.inspector.id, '--json');
    const { serial } = json<{ serial: string }>(issued);
    expect(run('verify', serial).status).toBe(0);
    expect(run('credential', 'revoke', serial, '--reason', 'superseded').status).toBe(0);
    expect(run('verify', serial).status).toBe(1);
    expect(refused('credential', 'revoke', serial, '--reason', 'superseded')).toEqual([
      4,
      'credential/already-revoked',
    ]);
  });
});

describe('usage', () => {
  test.each([
    [['no-hay-tal-orden']],
    [['oficio', 'bailar']],
    [['verify']],
    [['verify', '--no-hay']],
    [['oficio', 'sign', LETTER, '-o', 'x.pdf', '--signer', 'X', '--type', 'carta', '--amount', '0', '--subject', 'x']],
    [
      [
        'oficio',
        'sign',
        LETTER,
        '-o',
        'x.pdf',
        '--signer',
        'X',
        '--type',
        'oficio',
        '--amount',
        '1250,00',
        '--subject',
        'x',
      ],
    ],
  ])('that is wrong ends with 2: %j', (words) => {
    const done = run(...words);
    expect(done.status).toBe(2);
    expect(done.stderr).not.toBe('');
  });

  test('asks for --type and --amount: nothing is declared by default', () => {
    const words = signing(LETTER, join(folder, 'x.pdf'));
    for (const option of ['--type', '--amount']) {
      const at = words.indexOf(option);
      const done = run(...words.toSpliced(at, 2));
      expect([done.status, done.stderr.includes(option)]).toEqual([2, true]);
    }
  });

  test('speaks Spanish, and English where it is asked to', () => {
    const spanish = 'no hay orden';
    const english = 'no command';
    const said = (words: readonly string[], env: Readonly<Record<string, string>> = {}): string =>
      cotejo(config.dataFolder, ['xyz', ...words], env).stderr;
    expect(said([])).toContain(spanish);
    expect(said([], { LANG: 'de_DE.UTF-8' })).toContain(spanish);
    expect(said(['--lang', 'en'])).toContain(english);
    expect(said([], { LANG: 'en_US.UTF-8' })).toContain(english);
    expect(said(['--lang', 'es'], { LANG: 'en_US.UTF-8' })).toContain(spanish);
  });
});

describe('the data', () => {
  test('of nobody are refused, and nobody founds a real installation without being there', () => {
    const nowhere = join(folder, 'vacia');
    const listed = cotejo(nowhere, ['official', 'list', '--json']);
    expect([listed.status, json<ErrorDocument>(listed).error.code]).toEqual([4, 'installation/none']);
    expect(() => statSync(nowhere)).toThrow();
    const made = cotejo(nowhere, ['init', '--json']);
    expect([made.status, json<ErrorDocument>(made).error.code]).toEqual([2, 'usage']);
    const superfluous = cotejo(nowhere, ['init', '--dev', '--founder', 'Ana', '--json']);
    expect([superfluous.status, json<ErrorDocument>(superfluous).error.code]).toEqual([2, 'usage']);
    expect(refused('init', '--dev')).toEqual([4, 'installation/exists']);
  });

  test('in use by another program are an outage: 75', () => {
    const held = openSqlite(config.databaseFile);
    try {
      expect(refused('official', 'list')).toEqual([75, 'data/in-use']);
    } finally {
      held.close();
    }
    expect(run('official', 'list').status).toBe(0);
  });

  test('of a newer version, of another program, or damaged are refused, and nothing is changed', async () => {
    const other = await installDevelopment({ within: folder });
    const code = (): readonly [number, string] => {
      const done = cotejo(other.dataFolder, ['official', 'list', '--json']);
      return [done.status, json<ErrorDocument>(done).error.code];
    };
    const pragma = (statement: string): void => {
      const { database, close } = openSqlite(other.databaseFile);
      database.exec(statement);
      close();
    };
    pragma('PRAGMA user_version = 99');
    expect(code()).toEqual([4, 'data/newer']);
    writeFileSync(other.databaseFile, 'x'.repeat(8192));
    expect(code()).toEqual([75, 'log/corrupt']);
    rmSync(dirname(other.dataFolder), { recursive: true });
  });
});

/** Why no small disk can be made; undefined when one is there. */
function mountSmallDisk(path: string): string | undefined {
  if (process.platform !== 'linux') return 'needs tmpfs';
  try {
    mkdirSync(path, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k,mode=700', 'cotejo-test', path], { stdio: 'pipe' });
    afterAll(() => execFileSync('umount', ['--lazy', path]));
    return undefined;
  } catch {
    return 'a small file system can only be mounted by root';
  }
}

const disk = join(folder, 'disco');
const noDisk = mountSmallDisk(disk);
describe.skipIf(noDisk)(`a full disk for what is written${noDisk ? ` (skipped: ${noDisk})` : ''}`, () => {
  test('is an outage that leaves no half of a file; the retry gives the same folio', () => {
    const output = join(disk, 'firmado.pdf');
    const words = signing(LETTER, output, '--idempotency-key', 'disco lleno');
    expect(refused(...words)).toEqual([75, 'file/disk-full']);
    expect(readdirSync(disk)).toEqual([]);
    expect(run(...words).stderr).toMatch(/El oficio AE\/DGG\/\d+\/\d+ sí quedó firmado\.\n.*oficio show AE\/DGG/);
    const letters = run('oficio', 'list', '--json').stdout.trimEnd().split('\n');
    execFileSync('mount', ['-o', 'remount,size=4m', disk]);
    const { folio } = json<SignedView>(run(...words, '--json'));
    expect(run('verify', output).status).toBe(0);
    expect(letters.map((line) => (JSON.parse(line) as SignedView).folio)).toContain(folio);
    expect(run('oficio', 'list', '--json').stdout.trimEnd().split('\n')).toHaveLength(letters.length);
  });
});
