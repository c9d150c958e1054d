/** What an auditor reads: leaves of a letter, an edited register, a log that was rewritten, and a proof. */
import { DatabaseSync } from 'node:sqlite';
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { auditSentence, registerSentence } from '../../src/texts/audit.ts';
import type { Config } from '../../src/config.ts';
import type { Oficio } from '../../src/oficio/oficio.ts';
import { json, type Done } from '../support/command-line.ts';
import { cotejo } from '../support/warm-command-line.ts';
import { installDevelopment } from '../support/installation.ts';
import { appoint, issueTo, letterOf, openData, TWO_PAGES } from '../support/office.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { setInRecord } from '../support/worked-register.ts';

vi.setConfig({ testTimeout: 120_000 });

const folder = temporaryFolder();
let config: Config;
let letter: Oficio;

beforeAll(async () => {
  config = await installDevelopment({ within: folder });
  const { services } = await openData(config);
  const staff = await appoint(services);
  await issueTo(services, staff.director, 'signer');
  const signed = await services.signOficio(letterOf(staff.director, TWO_PAGES), 'auditada');
  await services.endOficio(signed.oficio.id, { reason: 'Se expidió por error' });
  letter = (await services.oficios.find(signed.oficio.id))!.record;
  await services.publishCheckpoint();
  services.close();
});

const run = (...words: readonly string[]): Done => cotejo(config.dataFolder, words);

function edit(sql: string): void {
  const database = new DatabaseSync(config.databaseFile);
  database.exec(sql);
  database.close();
}

describe('the leaves of a letter', () => {
  test('are all shown, to people and to programs', () => {
    const { intentLeaf, signedLeaf, endedLeaf } = letter;
    const shown = run('oficio', 'show', letter.folio).stdout;
    expect(shown).toContain(`intención ${intentLeaf}, firmado ${signedLeaf}, cancelado ${endedLeaf}`);
    expect(run('oficio', 'show', letter.folio, '--lang', 'en').stdout).toContain(
      `intent ${intentLeaf}, signed ${signedLeaf}, cancelled ${endedLeaf}`,
    );
    expect(json(run('oficio', 'show', letter.folio, '--json'))).toMatchObject({
      leaf: endedLeaf,
      leaves: { intent: intentLeaf, signed: signedLeaf, ended: endedLeaf },
    });
  });
});

const sha256 = (...parts: readonly Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();

describe('a proof', () => {
  test('is checked with nothing but SHA-256, as docs/verdicts.md shows', () => {
    const proof = json<{ entry: string; leafHash: string; path: string[]; sides: string[]; checkpoint: string }>(
      run('log', 'prove', String(letter.intentLeaf), '--json'),
    );
    let hash = sha256(Uint8Array.of(0), Buffer.from(proof.entry, 'base64'));
    expect(hash.toString('base64')).toBe(proof.leafHash);
    for (const [i, sibling] of proof.path.entries()) {
      const other = Buffer.from(sibling, 'base64');
      const pair = proof.sides[i] === 'left' ? [other, hash] : [hash, other];
      hash = sha256(Uint8Array.of(1), ...pair);
    }
    expect(hash.toString('base64')).toBe(proof.checkpoint.split('\n')[2]);
  });

  test('says what each hash is', () => {
    const spanish = run('log', 'prove', String(letter.signedLeaf)).stdout;
    expect(spanish).toMatch(new RegExp(`Asiento +${letter.signedLeaf} de \\d+\n`));
    expect(spanish).toMatch(/Resumen del asiento +[A-Za-z0-9+/]{43}=\n/);
    expect(spanish).toMatch(/ 1 +(izquierda|derecha) +[A-Za-z0-9+/]{43}=\n/);
    expect(spanish).toContain('Cabeza firmada');
    expect(run('log', 'prove', String(letter.signedLeaf), '--lang', 'en').stdout).toMatch(
      /Leaf hash .*\n[^]* 1 +(left|right) /,
    );
  });
});

describe('an audit', () => {
  test('names an edited letter by its folio, the field in words, and the leaf', () => {
    edit(setInRecord('oficio', letter.id, "'$.subject'", "'Pague'"));
    const spanish = run('log', 'audit');
    expect(spanish.status).toBe(1);
    expect(spanish.stdout).toContain(
      `oficio ${letter.folio}: «asunto» no es como se asentó (asiento ${letter.intentLeaf}): alguien cambió la base de datos`,
    );
    expect(spanish.stdout).toContain('row-differs');
    const english = run('log', 'audit', '--lang', 'en').stdout;
    expect(english).toContain(`letter ${letter.folio}: "subject" is not as leaf ${letter.intentLeaf} has it`);
    edit(setInRecord('oficio', letter.id, "'$.subject'", `'${letter.subject}'`));
  });

  test('tells of a rewritten log in the language of the reader', () => {
    const at = { from: 17, to: 21 };
    expect(auditSentence({ problem: 'checkpoint-differs', ...at }, 'es')).toBe(
      'los asientos 17 a 21 no llevan a la cabeza firmada de 22 asientos: alguien los cambió después de firmada',
    );
    expect(auditSentence({ problem: 'checkpoint-differs', ...at }, 'en')).toBe(
      'leaves 17 to 21 do not lead to the signed head of 22 leaves: somebody changed them after it was signed',
    );
    const row = { problem: 'leaf-without-row', noun: 'credential', key: '0a', leaf: 4 } as const;
    expect(registerSentence(row, 'es')).toBe(
      'credencial 0a: se asentó (asiento 4), pero ya no está en la base de datos',
    );
    expect(registerSentence({ ...row, problem: 'row-without-leaf' }, 'en')).toBe(
      'credential 0a: no act in the log made it',
    );
  });
});
