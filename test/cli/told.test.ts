/** What people and programs are told of an act beside its outcome. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/adapters/system.ts';
import type { Config } from '../../src/config.ts';
import { dayInMexicoCity, formatTime, unixSeconds } from '../../src/core/time.ts';
import type { Credential } from '../../src/credential/credential.ts';
import { letter } from '../pdf/build.ts';
import { json, type Done, type ErrorDocument } from '../support/command-line.ts';
import { cotejo } from '../support/warm-command-line.ts';
import { installDevelopment } from '../support/installation.ts';
import { appoint, issueTo, openData, sample, type Staff } from '../support/office.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

// Every command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

const folder = temporaryFolder();
let config: Config;
let staff: Staff;
let signer: Credential;
/** Issued at 19:30 in Mexico City, when UTC has the next day. */
let badge: Credential;

/** 01:30 of the next day in UTC. */
const EVENING = unixSeconds((Math.floor(systemClock() / 86_400) + 1) * 86_400 + 5400);

beforeAll(async () => {
  config = await installDevelopment({ within: folder });
  const { services } = await openData(config);
  staff = await appoint(services);
  signer = await issueTo(services, staff.director, 'signer');
  services.close();
  const evening = await openData(config, { clock: () => EVENING });
  badge = await issueTo(evening.services, staff.inspector, 'staff');
  evening.services.close();
});

const run = (...words: readonly string[]): Done => cotejo(config.dataFolder, words);

/** Signs a sample as the director. */
function sign(name: string, ...more: readonly string[]): Done {
  const input = join(folder, name);
  writeFileSync(input, sample(name));
  const by = more.includes('--signer') ? [] : ['--signer', staff.director.id];
  const to = more.includes('-o') ? [] : ['-o', join(folder, `firmado-${name}`)];
  const what = [...by, '--type', 'oficio', '--amount', '0', '--subject', 'Prueba'];
  return run('oficio', 'sign', input, ...to, ...what, ...more);
}

describe('a letter that is void because its key was stolen', () => {
  test('is told so when it is shown, listed, signed anew and replaced by, and when the key is revoked', async () => {
    const { services } = await openData(config);
    const thief = await issueTo(services, staff.subdirector, 'signer');
    services.close();
    const to = ['-o', join(folder, 'robado.pdf'), '--signer', staff.subdirector.id];
    const signed = sign('oficio-chromium.pdf', ...to, '--json');
    const { folio, leaves } = json<{ folio: string; leaves: { signed: number } }>(signed);
    const from = String(leaves.signed);
    const grounds = ['--reason', 'keyCompromise', '--compromised-from', from];
    const revoked = run('credential', 'revoke', thief.serial, ...grounds);
    expect(revoked.stdout).toContain(`Oficios que anula: 1 (${folio}).`);

    const shown = run('oficio', 'show', folio);
    expect(shown.stdout).toMatch(/Estado +anulado por robo de la llave\n/);
    expect(shown.stdout).toContain(`no cuenta desde el asiento ${from}\n`);
    expect(run('oficio', 'show', folio, '--lang', 'en').stdout).toMatch(/State +void: the key was stolen\n/);
    expect(json(run('oficio', 'show', folio, '--json'))).toMatchObject({ state: 'void', voidFrom: leaves.signed });
    expect(run('oficio', 'list').stdout).toMatch(new RegExp(`${folio}.*anulado por robo de la llave`));

    const anew = sign('oficio-chromium.pdf', '-o', join(folder, 'otra-vez.pdf'), '--json');
    const standing = json<{ folio: string; earlierInForce: string[] }>(anew);
    expect(standing.earlierInForce).toEqual([]);
    const replaced = run('oficio', 'replace', standing.folio, '--reason', 'Error', '--by', folio, '--json');
    expect(json<ErrorDocument>(replaced).error.code).toBe('oficio/replacement-not-signed');
  });
});

describe('a second signature', () => {
  test('says what becomes of the file when the first letter ends, and so it is', () => {
    const first = join(folder, 'primera.pdf');
    const second = join(folder, 'segunda.pdf');
    const input = join(folder, 'dos.pdf');
    writeFileSync(input, sample('oficio-2-paginas.pdf'));
    const what = ['--signer', staff.director.id, '--type', 'oficio', '--amount', '0', '--subject', 'Dos firmas'];
    const { folio } = json<{ folio: string }>(run('oficio', 'sign', input, '-o', first, ...what, '--json'));
    const again = run('oficio', 'sign', first, '-o', second, ...what);
    expect(again.stderr).toMatch(
      /ese oficio termina después \(se cancela, se sustituye o vence\), este sigue valiendo/,
    );
    expect(run('oficio', 'sign', first, '-o', second, ...what, '--lang', 'en').stderr).toMatch(
      /this one stays in force/,
    );
    expect(run('verify', second).status).toBe(0);
    run('oficio', 'cancel', folio, '--reason', 'Error');
    const later = run('verify', second, '--json');
    expect([later.status, json(later)]).toMatchObject([
      0,
      { subject: { endedBelow: [{ folio, state: 'cancelled' }] } },
    ]);
    expect(run('verify', first).status).toBe(1);
  });
});

test('whoever cancels a letter that replaces others is told so, and whoever checks those that neither is in force', () => {
  const signed = (name: string): string =>
    json<{ folio: string }>(sign('oficio-pdfa2b.pdf', '-o', join(folder, name), '--json')).folio;
  const [older, newer] = [signed('sustituido.pdf'), signed('sustituto.pdf')];
  expect(run('oficio', 'replace', older, '--by', newer, '--reason', 'Error').stdout).not.toContain('Sustituye a');
  expect(run('verify', older).stdout).toContain('Lo sustituye otro (replaced)');
  expect(run('oficio', 'cancel', newer, '--reason', 'Error').stdout).toContain(`Sustituye a ${older}.`);
  const { stdout } = run('verify', older);
  expect(stdout).toContain('Lo sustituye otro, que tampoco está vigente (replaced)');
  expect(stdout).toContain(`${newer}: Se canceló (cancelled)`);
});

test('a letter is shown, also with words before its folio, with the day of its signature, its last day and its pages, when it is signed and later', () => {
  const more = ['--expires', '31/12/2099', '-o', join(folder, 'con-fecha.pdf')];
  const done = sign('oficio-pdfa2b.pdf', ...more);
  const { folio, pages } = json<{ folio: string; pages: number }>(sign('oficio-pdfa2b.pdf', ...more, '--json'));
  for (const { stdout } of [done, run('oficio', 'show', `Oficio núm. ${folio}`)]) {
    expect(stdout).toMatch(/Firmado +\d{4}-\d\d-\d\d \d\d:\d\d \(UTC−6\)\n/);
    expect(stdout).toMatch(/Vence +2099-12-31\n/);
    expect(stdout).toMatch(new RegExp(`Páginas +${pages}\\n`));
  }
});

test('a document that was signed before is signed with a notice that names its folio', () => {
  const original = sign('oficio-libreoffice.pdf', '-o', join(folder, 'una-salida.pdf'));
  const folio = /Folio +(\S+)/.exec(original.stdout)![1]!;
  const again = sign('oficio-libreoffice.pdf', '-o', join(folder, 'otra-salida.pdf'));
  expect(again.status).toBe(0);
  expect(again.stderr).toContain(`este documento ya se firmó como ${folio}, que sigue vigente`);
  expect(again.stderr).toContain('cancele o sustituya uno de los dos');
  for (const name of ['tercera', 'cuarta']) sign('oficio-libreoffice.pdf', '-o', join(folder, `${name}.pdf`));
  const many = sign('oficio-libreoffice.pdf', '-o', join(folder, 'quinta.pdf')).stderr;
  expect(many).toMatch(/como (\S+, ){2}\S+ y otros 1, que siguen vigentes; .*cancele o sustituya los que sobren/);
});

describe('where the seal went', () => {
  test('is told to people, and that a page was added for it', () => {
    expect(sign('oficio-2-paginas.pdf').stdout).toMatch(/Sello +página 3 de 3, agregada para el sello/);
    const place = ['--at', '1:10,10'];
    expect(sign('oficio-pdfa2b.pdf', ...place).stdout).toMatch(/Sello +página 1 de \d+\n/);
    expect(sign('oficio-pdfa2b.pdf', ...place, '--lang', 'en').stdout).toMatch(/Seal +page 1 of \d+\n/);
  });

  test('over what is printed there is told, to people and to programs', () => {
    const name = 'oficio-libreoffice.pdf';
    const over = sign(name, '--at', '1:10,20');
    expect(over.stderr).toMatch(/El sello quedó encima de algo impreso en la página 1/);
    expect(sign(name, '--at', '1:10,20', '--lang', 'en').stderr).toMatch(
      /The seal lies over something printed on page 1/,
    );
    expect(json(sign(name, '--at', '1:10,20', '--json'))).toMatchObject({ sealCovers: true });
    const blank = join(folder, 'en-blanco.pdf');
    writeFileSync(blank, letter());
    const what = ['--signer', staff.director.id, '--type', 'oficio', '--amount', '0', '--subject', 'Prueba'];
    const free = run(
      'oficio',
      'sign',
      blank,
      '-o',
      join(folder, 'sin-tapar.pdf'),
      ...what,
      '--at',
      '1:10,20',
      '--json',
    );
    expect(json(free)).toMatchObject({ sealCovers: false });
    expect(free.stderr).toBe('');
  });

  test('is told to programs, also when the same order is given again', () => {
    const first = json(sign('oficio-2-paginas.pdf', '--json'));
    expect(first).toMatchObject({ sealPage: 3, pageAppended: true, pages: 3 });
    expect(json(sign('oficio-2-paginas.pdf', '--json'))).toEqual(first);
    expect(json(sign('oficio-pdfa2b.pdf', '--at', '1:10,10', '--json'))).toMatchObject({
      sealPage: 1,
      pageAppended: false,
    });
  });

  test('is told for each letter of a list, and that one was cancelled meanwhile', () => {
    writeFileSync(join(folder, 'lista.csv'), 'archivo;tipo;monto;asunto\noficio-2-paginas.pdf;oficio;0;De la lista\n');
    const words = ['oficio', 'sign', '--list', join(folder, 'lista.csv'), '--out-dir', folder];
    const asked = [...words, '--signer', staff.director.id];
    const first = run(...asked).stdout;
    expect(first).toMatch(/✓ Firmado .*\(página 3 de 3, agregada para el sello\)/);
    expect(first).toContain('1 de 1 firmados');
    const again = run(...asked).stdout;
    expect(again).toContain('✓ Ya firmado ');
    expect(again).toMatch(/0 de 1 firmados en \d+ s; ya firmados antes: 1\n/);
    const told = json<{ folio: string }>(run(...asked, '--json'));
    expect(told).toMatchObject({ state: 'signed', outcome: 'already-signed', sealPage: 3, pageAppended: true });
    run('oficio', 'cancel', told.folio, '--reason', 'Error');
    const late = run(...asked);
    expect(late.stdout).toContain('! Ya firmado, cancelado ');
    expect(late.stderr).toContain(`ya no vale: el ${told.folio} está cancelado`);
    expect(run(...asked, '--lang', 'en').stderr).toContain(`${told.folio} is cancelled`);
    expect(json(run(...asked, '--json'))).toMatchObject({ state: 'cancelled', outcome: 'already-signed' });
  });
});

describe('what was found on verifying', () => {
  test('is told in Spanish, in English on request, and to programs always alike', () => {
    const file = join(folder, 'firmado-oficio-2-paginas.pdf');
    const spanish = run('verify', file).stdout;
    expect(spanish).toMatch(/✓ log\/inclusion: el asiento \d+ está en la bitácora/);
    expect(spanish).toContain('Firma Cotejo: íntegra, ');
    expect(spanish).not.toMatch(/\b(the|bytes are|nothing|not|good)\b/);
    expect(run('verify', file, '--lang', 'en').stdout).toMatch(/✓ log\/inclusion: leaf \d+ is in the log/);
    const inSpanish = json<{ checks: object; signatures: object }>(run('verify', file, '--json'));
    const inEnglish = json<{ checks: object; signatures: object }>(run('verify', file, '--json', '--lang', 'en'));
    expect(inSpanish.checks).toEqual(inEnglish.checks);
    expect(inSpanish.checks).toContainEqual({ check: 'seal/dates', outcome: 'pass', detail: 'in force' });
    expect(inSpanish.signatures).toMatchObject([{ integrity: 'intact' }]);
  });

  test('of a file that cannot be read has the code and the words of the refusal', () => {
    const cut = join(folder, 'cortado.pdf');
    writeFileSync(cut, readFileSync(join(folder, 'firmado-oficio-2-paginas.pdf')).subarray(0, 20_000));
    expect(run('verify', cut).stdout).toMatch(/\? pdf\/format: pdf\/truncated: El archivo PDF está incompleto/);
  });
});

describe('when a credential begins, ends and is suspended', () => {
  test('is told to people by the calendar of Mexico City, to programs in UTC', () => {
    const [first, last] = [badge.notBefore, badge.notAfter].map(dayInMexicoCity);
    expect(run('credential', 'list').stdout).toMatch(new RegExp(`${badge.serial}.* ${last} `));
    const shown = run('credential', 'show', badge.serial).stdout;
    expect(shown).toMatch(new RegExp(`Desde +${first} 19:30 \\(UTC−6\\)`));
    expect(formatTime(badge.notBefore).slice(0, 10)).not.toBe(first);
    expect(json(run('credential', 'show', badge.serial, '--json'))).toMatchObject({
      notBefore: formatTime(badge.notBefore),
      notAfter: formatTime(badge.notAfter),
    });
  });

  test('a suspended signer cannot sign, and is told since when and what to do', () => {
    const shown = run('credential', 'suspend', signer.serial).stdout;
    expect(shown).toMatch(/Suspendida +\d{4}-\d\d-\d\d \d\d:\d\d \(UTC−6\)/);
    const refused = sign('oficio-chromium.pdf');
    expect(refused.status).toBe(4);
    const words = refused.stderr.replaceAll('\n', ' ');
    expect(words).toMatch(/suspendida desde el \d{4}-\d\d-\d\d \d\d:\d\d, hora de la Ciudad de México/);
    expect(words).toContain(`./cotejo credential resume ${signer.serial}`);
    expect(words).toContain('elija a otra persona');
    const { error } = json<ErrorDocument & { error: { facts: object } }>(sign('oficio-chromium.pdf', '--json'));
    expect(error).toMatchObject({
      code: 'oficio/signer-suspended',
      facts: { signer: staff.director.id, serial: signer.serial, since: expect.stringMatching(/Z$/) },
    });
    run('credential', 'resume', signer.serial);
    expect(sign('oficio-chromium.pdf').status).toBe(0);
  });
});

test('each row that an import refuses has its code behind the words', () => {
  const list = join(folder, 'personas.csv');
  writeFileSync(list, 'nombre;cargo;unidad;desde;atribuciones\nAna Ríos;Jefa;NADA;30/02/2026;Firmar\n');
  const done = run('official', 'import', list, '--check');
  expect(done.status).toBe(4);
  expect(done.stdout).toMatch(/✗ renglón 2 · desde: .* directory\/day-malformed\n/);
});

test('checking a list tells whom it would add, but no reserved name', () => {
  const list = join(folder, 'nuevas.csv');
  const rows = ['Inés  Mora;Jefa;;', 'Luz Vera;Escolta;reservado;Acuerdo CT/12'];
  const head = 'nombre;cargo;publicación;fundamento;unidad;desde;atribuciones';
  writeFileSync(list, [head, ...rows.map((row) => `${row};AE;2026-01-16;Firmar`)].join('\n'));
  const done = run('official', 'import', list, '--check');
  expect(done.stdout).toContain('+ renglón 2: Inés Mora\n+ renglón 3: nombre reservado\n');
  expect(run('official', 'import', list, '--check', '--json').stdout).not.toContain('Vera');
});

test('a list may be long, and tells of people whose name somebody has in another post', () => {
  const list = join(folder, 'larga.csv');
  const head = 'nombre;cargo;unidad;desde;atribuciones';
  const row = (name: string, post: string): string => `${name};${post};AE;2026-01-16;Notificar`;
  const rows = Array.from({ length: 205 }, (_, i) => row(`Persona Larga ${i}`, 'Notificadora'));
  writeFileSync(list, [head, ...rows].join('\n'));
  expect(run('official', 'import', list).stdout).not.toContain('ya hay alguien');
  const listed = run('official', 'list', '--name', 'persona larga', '--json').stdout.trimEnd().split('\n');
  expect(new Set(listed).size).toBe(205);
  writeFileSync(list, [head, row('PERSONA LARGA 7', 'Jefa')].join('\n'));
  const promoted = run('official', 'import', list, '--check').stdout.replaceAll('\n', ' ');
  expect(promoted).toMatch(/! renglón 2: ya hay alguien con este nombre .*official end \w{8} --reason transferred/);
});

test('a certificate replaces no file unasked, and another credential in force is told', () => {
  const precious = join(folder, 'carta.pdf');
  writeFileSync(precious, 'only copy');
  const { serial } = json<{ serial: string }>(run('credential', 'issue', '--official', staff.inspector.id, '--json'));
  for (const words of [
    ['issue', '--official', staff.inspector.id],
    ['show', serial],
  ]) {
    const refused = run('credential', ...words, '-o', precious);
    expect([refused.status, refused.stderr]).toEqual([4, expect.stringContaining('file/would-replace')]);
    expect(readFileSync(precious, 'utf8')).toBe('only copy');
  }
  const again = run('credential', 'issue', '--official', staff.inspector.id, '-o', precious, '--overwrite');
  expect(again.status).toBe(0);
  expect(readFileSync(precious, 'utf8')).toContain('BEGIN CERTIFICATE');
  expect(again.stderr.replaceAll('\n', ' ')).toContain(serial);
});

test('an option that is given twice is not guessed', () => {
  const done = sign('oficio-chromium.pdf', '--amount', '900');
  expect([done.status, done.stderr]).toEqual([2, expect.stringContaining('--amount va una sola vez')]);
});

describe('folio series', () => {
  const series = (...words: readonly string[]): Done => run('folio', 'series', 'ae/dgg', '2027', ...words);
  const size = (): number => json<{ size: number }>(run('log', 'checkpoint', '--json')).size;

  test('shows what it was asked for, however the unit is written, and looking declares nothing', () => {
    expect(series('--gap', '5:Hoja dañada').stdout).toMatch(/AE\/DGG +2027 +1 +— +5\n/);
    const before = size();
    expect(series().stdout).toMatch(/AE\/DGG +2027 +1 +— +5\n/);
    expect(size()).toBe(before);
  });

  test('that is not there is refused with what to do, and not made', () => {
    const before = size();
    const done = run('folio', 'series', 'AE/DGG', '2098');
    expect([done.status, done.stderr]).toEqual([
      4,
      expect.stringMatching(/de AE\/DGG en 2098[^]*--first[^]*oficio\/series-none/),
    ]);
    expect(size()).toBe(before);
    expect(run('folio', 'series').stdout).not.toContain('2098');
  });

  test('says in Spanish what is wrong with a range', () => {
    expect(series('--gap', '4-6:Otra').stderr).toContain('ese intervalo se encima con otro (5)');
    expect(series('--gap', '9').stderr).toContain('a ese hueco le falta su motivo (9)');
    expect(series('--printed', '9-7').stderr).toContain('ese intervalo va al revés o se sale de los números (9-7)');
    expect(series('--gap', '9', '--lang', 'en').stderr).toContain('that gap lacks its reason (9)');
  });

  test('says which option cannot be understood', () => {
    for (const words of [series('--first', 'diez'), run('folio', 'series', '--gap', '5:Sin unidad')]) {
      expect(words.status).toBe(2);
      expect(words.stderr).toMatch(/--first es un número, no «diez»|faltan las siglas de la unidad y el año/);
    }
  });

  test('names the letter that has a declared number', () => {
    const { folio } = json<{ folio: string }>(sign('oficio-2-paginas.pdf', '--json'));
    const [number, year] = [Number(folio.split('/').at(-2)), folio.split('/').at(-1)!];
    const done = run('folio', 'series', 'AE/DGG', year, '--gap', `${number}:Hoja dañada`);
    expect(done.status).toBe(4);
    expect(done.stderr).toContain(`El folio ${folio} ya lo tiene un oficio`);
    expect(done.stderr).toContain('oficio/series-number-used');
  });
});
