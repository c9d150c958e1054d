/** What a clerk meets at the command line: settings, units, people, and what is said when something is wrong. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { announcement } from '../../cli/announcement.ts';
import { checkSentence } from '../../cli/demo/check-sentence.ts';
import { terminalQr } from '../../cli/terminal-qr.ts';
import { systemClock } from '../../src/adapters/system.ts';
import type { Config } from '../../src/config.ts';
import { dayInMexicoCity } from '../../src/core/time.ts';
import { PERSON_REASONS } from '../../src/credential/credential.ts';
import { END_REASONS } from '../../src/directory/official.ts';
import { json, type Done, type ErrorDocument } from '../support/command-line.ts';
import { cotejo } from '../support/warm-command-line.ts';
import { installDevelopment } from '../support/installation.ts';
import { appoint, openData, type Staff } from '../support/office.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

// Every command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

const folder = temporaryFolder();
let config: Config;
let staff: Staff;

beforeAll(async () => {
  config = await installDevelopment({ within: folder });
  const { services } = await openData(config);
  staff = await appoint(services);
  services.close();
});

const run = (...words: readonly string[]): Done => cotejo(config.dataFolder, words);

describe('a setting that cannot be', () => {
  test.each([['serve'], ['init', '--dev'], ['unit', 'list']])('is named with its form by %s %s', (...words) => {
    const elsewhere = join(folder, 'sin-crear');
    const env = { COTEJO_LISTEN: 'localhost:99999' };
    const spanish = cotejo(elsewhere, words, env);
    expect(spanish.status).toBe(2);
    expect(spanish.stderr).toMatch(/COTEJO_LISTEN = «localhost:99999»[^]*puerto del 0 al 65535[^]*config\/malformed/);
    expect(cotejo(elsewhere, [...words, '--lang', 'en'], env).stderr).toMatch(/a port from 0 to 65535/);
  });

  test.each(['0.0.0.0:8080', '[::]:8080', '[::1]:8080', 'localhost:0'])(
    'as the permanent address, %s, is refused by init',
    (listen) => {
      const elsewhere = join(folder, 'sin-direccion');
      const done = cotejo(elsewhere, ['init', '--dev'], { COTEJO_LISTEN: listen });
      expect(done.status).toBe(2);
      expect(done.stderr).toMatch(/COTEJO_ORIGIN[^]*config\/origin-missing/);
      expect(existsSync(elsewhere)).toBe(false);
    },
  );

  test('of the institution names the field and its form', () => {
    const file = join(folder, 'institucion.json');
    writeFileSync(file, '{"name":"Al"}');
    const done = cotejo(join(folder, 'sin-crear'), ['init', '--dev'], { COTEJO_INSTITUTION: file });
    expect(done.status).toBe(2);
    expect(done.stderr).toMatch(/«name»: texto de 3 a 64 caracteres/);
  });
});

describe('unit set', () => {
  test('keeps what is not given, and removes what is given empty', () => {
    const phone = '55 1234 5678';
    expect(run('unit', 'set', 'AE/ARCH', '--name', 'Archivo', '--since', '1/01/2026', '--phone', phone).status).toBe(0);
    const renamed = run('unit', 'set', 'AE/ARCH', '--name', 'Archivo General', '--json');
    expect(json(renamed)).toMatchObject({
      name: 'Archivo General',
      coveredSince: '2026-01-01',
      phone: expect.stringContaining('1234'),
    });
    expect(json(run('unit', 'set', 'AE/ARCH', '--phone', '', '--json'))).not.toHaveProperty('phone');
    for (const [lang, words] of [
      ['es', 'vacío lo quita'],
      ['en', 'empty removes it'],
    ] as const) {
      expect(run('unit', 'set', '--help', '--lang', lang).stdout).toContain(words);
    }
  });
});

describe('a promotion', () => {
  test('is told to end the earlier post first, with the order to use', () => {
    const { id, unit } = staff.director;
    const post = ['--name', staff.director.name, '--post', 'Alcaldesa', '--unit', unit, '--from', '2026-11-01'];
    const add = ['official', 'add', ...post, '--power', 'Gobernar', '--supersedes', id];
    const declined = run(...add, '--json');
    expect([declined.status, json<ErrorDocument>(declined).error.code]).toEqual([4, 'directory/superseded-not-ended']);
    expect(declined.stderr).toContain(`sigue en su cargo anterior`);
    expect(declined.stderr).toContain(`./cotejo official end ${id} --reason transferred`);
    expect(run('official', 'end', id, '--reason', 'transferred').status).toBe(0);
    const promoted = json<{ supersedes: string; post: string }>(run(...add, '--json'));
    expect(promoted).toMatchObject({ supersedes: id, post: 'Alcaldesa' });
  });
});

describe('a letter', () => {
  const letter = join(folder, 'carta.pdf');
  const signing = ['--signer', 'X', '--amount', '0', '--subject', 'x', '-o', join(folder, 'y.pdf')];

  test('with a type or a last day that is none is refused with its code, and what to write', () => {
    writeFileSync(letter, '%PDF-1.7');
    const type = run('oficio', 'sign', letter, ...signing, '--type', 'carta');
    expect([type.status, type.stderr]).toEqual([
      2,
      expect.stringMatching(/«carta»[^]*citatorio[^]*oficio\/type-unknown/),
    ]);
    const day = run('oficio', 'sign', letter, ...signing, '--type', 'oficio', '--expires', '12/31/2026');
    expect(day.status).toBe(2);
    expect(day.stderr).toMatch(/dd\/mm\/aaaa[^]*AAAA-MM-DD[^]*oficio\/expires-malformed/);
  });

  test('without its options is told all that is missing at once', () => {
    expect(run('oficio', 'sign', '--signer', 'X', '--amount', '0').stderr).toContain(
      'faltan: ENTRADA.pdf, -o SALIDA.pdf, --type, --subject\n',
    );
    expect(run('oficio', 'sign', letter, ...signing, '--lang', 'en').stderr).toContain('missing: --type\n');
    expect(run('card', 'provision').stderr).toContain('falta: --official CLAVE (la da ./cotejo official list)\n');
    expect(run('card', 'badge', '46E7-M3T5-TE4D').stderr).toContain('falta: -o SALIDA.pdf\n');
    expect(run('official', 'end', '--lang', 'en').stderr).toContain('missing: ID, --reason\n');
  });

  test('whose amount is none is told in which option', () => {
    const others = signing.filter((_, i) => i !== 2 && i !== 3);
    const words = ['oficio', 'sign', letter, ...others, '--type', 'oficio'];
    expect(run(...words, '--amount', '-5').stderr).toContain('el valor de --amount falta, sobra o empieza con guion');
    expect(run(...words, '--amount=-5').stderr).toContain('«--amount»: eso no es una cantidad en pesos: «-5»');
  });

  test('under a key of another length than is taken is told the length', () => {
    for (const command of [
      ['oficio', 'sign', letter, ...signing, '--type', 'oficio'],
      ['credential', 'issue', '--official', 'X'],
    ]) {
      const done = run(...command, '--idempotency-key', 'corta');
      expect([done.status, done.stderr]).toEqual([2, expect.stringContaining('de 8 a 200 caracteres, no 5')]);
    }
  });

  test('of a list whose line is refused is named with its file', () => {
    const list = join(folder, 'dobles.csv');
    const rows = ['archivo;tipo;monto;asunto;Notas', 'a/uno.pdf;oficio;;A;', 'b/uno.pdf;oficio;0;B;', '"'];
    writeFileSync(list, rows.join('\n'));
    const done = run('oficio', 'sign', '--list', list, '--out-dir', folder, '--signer', staff.inspector.id);
    expect(done.stderr).toContain('Aviso: columnas sin usar: Notas\n');
    expect(done.stderr).toMatch(/renglón 2 .*a\/uno\.pdf:\n.*«monto»: eso no es una cantidad en pesos \(está vacío\)/);
    expect(done.stderr).toMatch(/renglón 3 .*b\/uno\.pdf:\n.*mismo nombre que el del renglón 2/);
    expect(done.stderr).toMatch(/renglón 4:\n/);
    const english = run('oficio', 'sign', '--list', list, '--out-dir', folder, '--signer', 'X', '--lang', 'en');
    expect(english.stderr).toContain('cotejo: "monto": this is not an amount in pesos (it is empty)');
    expect(english.stderr).not.toContain('«');
  });
});

describe('a word that is none of those allowed', () => {
  test.each([
    [['credential', 'issue', '--official', 'X', '--kind', 'director'], /«director»/, ['staff', 'signer']],
    [['official', 'end', 'X', '--reason', 'se fue'], /«se fue»/, END_REASONS],
    [['credential', 'revoke', '0a', '--reason', 'cACompromise'], /«cACompromise»/, PERSON_REASONS],
  ] as const)('is answered with all of them: %j', (words, found, allowed) => {
    const done = run(...words);
    expect(done.status).toBe(2);
    expect(done.stderr).toMatch(found);
    for (const word of allowed) expect(done.stderr).toContain(word);
    expect(done.stderr).not.toMatch(/(?<!«)cACompromise/);
    const english = run(...words, '--lang', 'en');
    for (const word of allowed) expect(english.stderr).toContain(word);
    const help = run(...words.slice(0, 2), '--help').stdout;
    for (const word of allowed) expect(help).toMatch(new RegExp(`^ +${word}: \\S`, 'm'));
  });
});

describe('an official', () => {
  const who = [
    '--unit',
    'AE',
    '--from',
    '2026-01-01',
    '--power',
    'Ver',
    '--phone',
    '55 1234 5678',
    '--mail',
    'a@b.gob.mx',
  ];

  test('is shown with photo, telephone and mail', () => {
    const photo = join(import.meta.dirname, '../../keys-dev/photos/persona-1.jpg');
    const person = ['--name', 'Eva Paz Luna', '--post', 'Guardia', ...who, '--photo', photo];
    const added = run('official', 'add', ...person).stdout;
    expect(added).toMatch(/Foto +480 × 600 pixeles\n/);
    expect(added).toMatch(/Teléfono +.*1234.*\n/);
    expect(added).toMatch(/Correo +a@b\.gob\.mx\n/);
  });

  test('that is reserved is marked in the list', () => {
    const person = ['--name', 'Ana Sol Mar', '--post', 'Escolta', ...who, '--reserved-ground', 'Acuerdo CT/12'];
    expect(run('official', 'add', ...person).status).toBe(0);
    expect(run('official', 'list').stdout).toMatch(/Ana Sol Mar, Escolta \(reservada su publicación\)\n/);
    expect(run('official', 'list', '--lang', 'en').stdout).toMatch(/Ana Sol Mar, Escolta \(reserved\)\n/);
  });
});

describe('an end', () => {
  test('on a day to come, however written, can be corrected until then, and tells which credentials go with it', () => {
    const what = ['--unit', 'AE', '--from', '01/01/2026', '--until', '30/06/2100', '--power', 'Ver', '--json'];
    const add = run('official', 'add', '--name', 'Rita Sanz Gil', '--post', 'Auxiliar', ...what);
    const { id, ...rest } = json<{ id: string }>(add);
    expect(rest).toMatchObject({ validFrom: '2026-01-01', validUntil: '2100-06-30' });
    const { serial } = json<{ serial: string }>(run('credential', 'issue', '--official', id, '--json'));
    const end = (...more: readonly string[]): Done => run('official', 'end', id, '--reason', 'resigned', ...more);
    expect(end('--on', '31/01/2099').stdout).toContain(
      `El 2099-01-31 se revocará su credencial ${serial} (identifica)`,
    );
    const refused = run('official', 'import', listOf('Rita Sanz Gil'), '--check').stdout;
    expect(refused).toContain('tiene registrada su baja a partir del 2099-01-31');
    expect(json(end('--on', '2099-01-30', '--json'))).toMatchObject({
      ended: { on: '2099-01-30' },
      credentials: [{ serial, state: 'issued' }],
    });
    expect(json<ErrorDocument>(end('--json')).error.code).toBe('directory/unchanged');
    const today = dayInMexicoCity(systemClock());
    expect(end('--on', today).stdout).toContain(`Se revocó su credencial ${serial} (identifica)`);
    expect(end('--json', '--on', '2099-01-30')).toMatchObject({ status: 4 });
  });

  const listOf = (name: string): string => {
    const list = join(folder, 'una.csv');
    writeFileSync(list, `nombre;cargo;unidad;desde;atribuciones\n${name};Auxiliar;AE;2026-01-16;Ver\n`);
    return list;
  };
});

describe('a credential', () => {
  test('is shown with its kind in words, and the leaf from which its acts are void', () => {
    const issued = run('credential', 'issue', '--official', staff.inspector.id, '--kind', 'signer', '--json');
    const { serial } = json<{ serial: string }>(issued);
    expect(run('credential', 'show', serial).stdout).toMatch(/Tipo +firma oficios \(signer\)\n/);
    expect(run('credential', 'list').stdout).toMatch(/ firma oficios +/);
    const revoked = run('credential', 'revoke', serial, '--reason', 'keyCompromise', '--compromised-from', '3');
    expect(revoked.stdout).toMatch(/Sin valor desde +asiento 3\n/);
    expect(run('credential', 'show', serial, '--lang', 'en').stdout).toMatch(/Void from +leaf 3\n/);
  });

  test('goes by the number printed on letters as well, and its certificate is saved again', () => {
    const { serial, certificate } = json<{ serial: string; certificate: string }>(
      run('credential', 'issue', '--official', staff.inspector.id, '--json'),
    );
    const printed = BigInt(`0x${serial}`).toString();
    const out = join(folder, 'otra-vez.pem');
    expect(run('credential', 'show', printed, '-o', out).stdout).not.toContain('BEGIN');
    expect(readFileSync(out, 'utf8')).toBe(certificate);
    for (const [verb, state] of [
      ['suspend', 'suspended'],
      ['resume', 'issued'],
    ] as const) {
      expect(json(run('credential', verb, printed, '--json'))).toMatchObject({ serial, state });
    }
    const stolen = run('credential', 'revoke', printed, '--reason', 'keyCompromise', '--json');
    expect(json(stolen)).toMatchObject({ serial, state: 'revoked', reason: 'keyCompromise' });
  });

  test('is not issued where its certificate could not be saved', () => {
    const issue = ['credential', 'issue', '--official', staff.subdirector.id, '-o', join(folder, 'no-esta', 'c.pem')];
    const done = run(...issue, '--json');
    expect([done.status, json<ErrorDocument>(done).error.code]).toEqual([75, 'file/unwritable']);
    expect(run('credential', 'list', '--official', staff.subdirector.id, '--json').stdout).toBe('');
  });
});

describe('the service', () => {
  test.each([
    ['http://localhost:8080', 'localhost', 8080, undefined],
    ['https://verifica.example/v', '127.0.0.1', 8080, '127.0.0.1:8080'],
    ['http://localhost:8080', '::1', 9090, '[::1]:9090'],
  ])('of %s on %s:%d says where it listens when that is elsewhere', (origin, host, port, told) => {
    const service = { origin, dev: true, institution: 'Alcaldía', address: { host, port } };
    expect(announcement(service).es).toContain(`${origin}/`);
    for (const text of Object.values(announcement(service))) {
      if (told === undefined) expect(text).not.toMatch(/atiende|listens/);
      else expect(text).toContain(told);
    }
  });
});

describe('a folder, a device, a file of colours', () => {
  test('a device is not called a folder', () => {
    expect(run('verify', '/dev/null').stderr).toMatch(/no es un archivo/);
  });

  test('a folder for signed letters that is not there is told once, and nothing is signed', () => {
    const list = join(folder, 'tres.csv');
    const rows = ['archivo;tipo;monto;asunto', 'x.pdf;oficio;0;A', 'y.pdf;oficio;0;B'];
    writeFileSync(list, rows.join('\n'));
    const words = ['oficio', 'sign', '--list', list, '--out-dir', join(folder, 'no-esta'), '--signer', 'X'];
    const done = run(...words);
    expect(done.status).toBe(75);
    expect(done.stderr.match(/file\/unwritable/g)).toHaveLength(1);
    expect(done.stderr).toContain('no-esta');
    expect(done.stderr).not.toContain('renglón');
  });

  test('a QR for a file has no colour codes', async () => {
    expect(await terminalQr('http://localhost/', false)).not.toContain('\x1b');
    expect(await terminalQr('http://localhost/', true)).toContain('\x1b');
  });

  test('the demonstration tells its checks in words, and lists every letter', () => {
    const check = { check: { es: 'La bitácora', en: 'The log' }, expected: 'sound', found: 'sound', held: true };
    expect(checkSentence(check, 'es')).toBe('La bitácora: íntegra');
    expect(checkSentence({ ...check, found: 'not sound', held: false }, 'es')).toBe(
      'La bitácora: NO íntegra (se esperaba: íntegra)',
    );
    expect(checkSentence({ ...check, expected: 'current', found: 'current' }, 'es')).toBe(
      'La bitácora: Es nuestro y está vigente',
    );
    expect(checkSentence(check, 'en')).toBe('The log: sound');
  });
});

describe('the options of every command', () => {
  test('stand before the noun as well, and between noun and verb', () => {
    expect(run('--lang', 'en', 'unit', 'list').stdout).toContain('SEALS SINCE');
    expect(run('--lang=en', 'unit', 'list').stdout).toContain('SEALS SINCE');
    const whole = run('unit', 'list', '--json').stdout;
    expect(whole).toContain('"code"');
    expect(run('--json', 'unit', 'list').stdout).toBe(whole);
    expect(run('unit', '--json', 'list').stdout).toBe(whole);
    expect(run('--lang', 'en', '--help').stdout).toContain('Each command explains');
    expect(run('--lang', 'en', 'no-such').stderr).toContain('no command "no-such"');
    expect(run('--lang', 'en').status).toBe(2);
    expect(run('--no-hay', 'unit', 'list').status).toBe(2);
  });
});
