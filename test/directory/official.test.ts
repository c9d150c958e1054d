import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { systemRandom } from '../../src/adapters/system.ts';
import { readFields, type OfficialInput } from '../../src/directory/fields.ts';
import { drawOfficialId, mandateAt, parseOfficialId, type Ended } from '../../src/directory/official.ts';
import { foldText, holdsPersonalKey, readText } from '../../src/directory/text.ts';
import { parseUnitCode } from '../../src/directory/unit.ts';
import type { CalendarDay } from '../../src/core/time.ts';
import { at, someone } from './samples.ts';

function problemsOf(changes: Partial<OfficialInput>): string[] {
  const read = readFields({ ...someone, ...changes });
  return 'problems' in read ? read.problems.map(({ field, code }) => `${field} ${code}`) : [];
}

describe('an id', () => {
  test('is drawn in the form that its parser reads', () => {
    for (let i = 0; i < 200; i++) {
      const id = drawOfficialId(systemRandom);
      expect(parseOfficialId(id)).toBe(id);
    }
  });

  test('is read as people type it', () => {
    expect(parseOfficialId(' oi1l-2zk7 ')).toBe('01112ZK7');
    expect(parseOfficialId('0111-2ZU7')).toBeUndefined();
    expect(parseOfficialId('0111-2ZK')).toBeUndefined();
  });

  test('is never a CURP, an RFC or an employee number', () => {
    expect(parseOfficialId('GOMC800101HDFXXX09')).toBeUndefined();
    expect(parseOfficialId('GOMC800101AB1')).toBeUndefined();
    expect(parseOfficialId('123456')).toBeUndefined();
  });
});

describe('fields', () => {
  test('of a complete official are accepted, in NFC and with single spaces', () => {
    const read = readFields({ ...someone, name: ' Mari\u0301a\t de la O ' });
    expect('fields' in read && read.fields).toMatchObject({
      name: 'María de la O',
      unit: 'AF/DGG/SCI',
      publication: { state: 'public' },
      contact: { phone: '55 2452 3110 ext. 4012', mail: 'mercados@alcaldia.example' },
    });
  });

  test.each<[string, Partial<OfficialInput>]>([
    ['name directory/text-missing', { name: ' ' }],
    ['name directory/text-too-long', { name: 'x'.repeat(121) }],
    ['name directory/text-too-long', { name: 'x'.repeat(1_000_000) }],
    ['name directory/text-formula', { name: '=HYPERLINK("http://evil.example")' }],
    ['post directory/text-formula', { post: '@SUM(1)' }],
    ['name directory/text-forbidden-character', { name: 'Ana \u202Eanilo' }],
    ['name directory/text-forbidden-character', { name: 'A\u200bna' }],
    ['name directory/text-forbidden-character', { name: 'An\u0000a' }],
    // Not seen, or another script's and for mathematics.
    ...['A\u115fna', 'Ana\u2800', 'A\u034fna', '\u0410na', 'An\u{1d44e}', '\uff21na'].map(
      (name): [string, Partial<OfficialInput>] => ['name directory/text-forbidden-character', { name }],
    ),
    ['name directory/text-forbidden-character', { name: 'A\u0301\u0301\u0301\u0301\u0301na' }],
    ['name directory/text-forbidden-character', { name: 'Ana \ud800' }],
    ['name directory/text-garbled', { name: 'MarÃ­a' }],
    ['name directory/text-garbled', { name: 'Mar\ufffda' }],
    ['name directory/text-garbled', { name: 'Mu¤oz' }],
    ['name directory/text-garbled', { name: 'Mu–oz' }],
    ['name directory/text-garbled', { name: 'Jos\u0082' }],
    ['post directory/text-garbled', { post: 'Subdirecci—n' }],
    ['post directory/personal-key', { post: 'Jefa GOMC800101MDFXXX09' }],
    ['unit directory/unit-code-malformed', { unit: 'Dirección General' }],
    ['unit directory/text-missing', { unit: '' }],
    ['powers directory/text-missing', { powers: [] }],
    ['powers directory/list-too-long', { powers: Array<string>(41).fill('Firmar') }],
    ['mayAsk directory/text-too-long', { mayAsk: ['x'.repeat(201)] }],
    ['validFrom directory/day-malformed', { validFrom: '2026-02-30' }],
    ['validFrom directory/text-missing', { validFrom: '' }],
    ['validUntil directory/day-out-of-range', { validUntil: '2926-01-01' }],
    ['validUntil directory/days-reversed', { validUntil: '2025-01-01' }],
    ['publication directory/publication-unknown', { publication: 'quizás' }],
    ['legalGround directory/legal-ground-missing', { publication: 'reserved' }],
    ['legalGround directory/legal-ground-unexpected', { legalGround: 'Art. 183' }],
    ['phone directory/phone-malformed', { phone: '5.52452E+09' }],
    ['mail directory/mail-malformed', { mail: 'Ana <ana@alcaldia.example>' }],
  ])('are refused: %s', (problem, changes) => {
    expect(problemsOf(changes)).toEqual([problem]);
  });

  test('tell everything that is wrong at once', () => {
    expect(problemsOf({ name: '', validFrom: 'ayer', phone: 'no hay' }).length).toBe(3);
  });

  test('are read again from what they say', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60 });
    const refusedOrStable = fc.property(text, (value) => {
      const read = readText(value, { max: 60 });
      const again = 'text' in read ? readText(read.text, { max: 60 }) : read;
      expect(again).toEqual(read);
    });
    expect(fc.check(refusedOrStable).failed).toBe(false);
  });
});

describe('a personal key', () => {
  test.each([
    'GOMC800101HDFXXX09',
    'gomc800101hdfxxx09',
    'foto_GOMC800101HDFXXX09.jpg',
    'RFC: GOMC-800101-AB1',
    'GOMC800101AB1',
    'GOMC 800101 AB1',
    'GOMC800101',
    'ABC010203XY1',
    'ÑUÑE991231Q2A',
  ])('is seen in %s', (text) => {
    expect(holdsPersonalKey(text)).toBe(true);
  });

  test.each([
    'AC/DGG/SCI/0042/2026',
    '55 2452 3110 ext. 4012',
    'Acuerdo publicado el 16/01/2026',
    'DOF 160725 de una Ley',
    'Durango 212, C.P. 06700',
    'SG/DGPDI/DEA/002/2020',
  ])('is not seen in %s', (text) => {
    expect(holdsPersonalKey(text)).toBe(false);
  });
});

test('names fold alike whatever their accents, case and hyphens', () => {
  expect(foldText('  María de la O. NÚÑEZ-Gómez ')).toBe('maria de la o nunez gomez');
});

describe('a unit code', () => {
  test.each([
    ['AC/DGG/SCI', 'AC/DGG/SCI'],
    [' ac / dgg ', 'AC/DGG'],
    ['AC//SCI', undefined],
    ['AC/', undefined],
    ['2026/AC', undefined],
    ['AC/DIRECCIÓN', undefined],
    [Array(9).fill('A').join('/'), undefined],
  ])('%s is read as %s', (text, code) => {
    expect(parseUnitCode(text)).toBe(code);
  });
});

describe('a mandate', () => {
  const days = { validFrom: '2026-01-16' as CalendarDay, validUntil: '2026-11-20' as CalendarDay };
  const ended: Ended = { on: '2026-06-01' as CalendarDay, reason: 'resigned' };

  test.each([
    ['not-yet', '2026-01-16T05:59:59Z'],
    ['current', '2026-01-16T06:00:00Z'],
    ['current', '2026-11-21T05:59:59Z'],
    ['expired', '2026-11-21T06:00:00Z'],
  ])('is %s at %s, by the civil day of Mexico City', (mandate, time) => {
    expect(mandateAt(days, at(time))).toBe(mandate);
  });

  test('without a last day goes on', () => {
    expect(mandateAt({ validFrom: days.validFrom }, at('2090-01-01T00:00:00Z'))).toBe('current');
  });

  test('ends on the day that was announced, and stays ended after its last day', () => {
    expect(mandateAt({ ...days, ended }, at('2026-05-31T18:00:00Z'))).toBe('current');
    expect(mandateAt({ ...days, ended }, at('2026-06-01T18:00:00Z'))).toBe('ended');
    expect(mandateAt({ ...days, ended }, at('2027-06-01T18:00:00Z'))).toBe('ended');
  });
});
