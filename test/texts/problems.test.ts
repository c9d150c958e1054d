import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printable } from '../../src/texts/problem-text.ts';
import { CODES, isCode, problemText, type Language } from '../../src/texts/problems.ts';
import { problemsEn } from '../../src/texts/problems.en.ts';
import { problemsEs } from '../../src/texts/problems.es.ts';

const root = join(import.meta.dirname, '../..');
const LANGUAGES: readonly Language[] = ['es', 'en'];

/** Facts as the domain gives them, all at once: each text takes those that it knows. */
const FULL = {
  folio: 'AC/DGG/SCI/0042/2026',
  unit: 'AC/DGG/SCI',
  signerUnit: 'AC/DGA',
  found: 'xyz',
  expected: '3',
  max: 25_000_000,
  most: 25_000_000,
  limit: 2000,
  field: 'name',
  mandate: 'expired',
  state: 'replaced',
  official: 'K7Q2-M9XA',
  serial: '0A1B2C',
  path: '/var/lib/cotejo',
  column: 'cargo',
  line: 7,
  number: 42,
  year: 2026,
  host: 'impostor.example',
  width: 40,
  height: 50,
  pages: 3,
  page: '4',
  since: '2026-11-22T01:00:00Z',
};

/** Every code that is thrown by its name somewhere in the project. */
function thrownCodes(): readonly string[] {
  const files = globSync('{src,cli,keys-dev}/**/*.ts', { cwd: root });
  const text = files.map((file) => readFileSync(join(root, file), 'utf8')).join('\n');
  return [...text.matchAll(/new (?:Refusal|Outage)(?:<[\w<>| ]+>)?\(\s*'([^']+)'/g)].map((match) => match[1]!);
}

describe('every code', () => {
  test('has a text in both languages, and no text lacks its code', () => {
    expect(Object.keys(problemsEn).toSorted()).toEqual(Object.keys(problemsEs).toSorted());
    expect(CODES.length).toBeGreaterThan(150);
  });

  test('that is thrown anywhere has a text', () => {
    const thrown = thrownCodes();
    expect(thrown.length).toBeGreaterThan(80);
    expect([...new Set(thrown)].filter((code) => !isCode(code))).toEqual([]);
  });
});

/** What a clerk should not have to read. Command names and values to type are said as they are. */
const INSIDE = /\b(stack|null|undefined|NaN|TypeError|exception|hash|PKI|X\.?509|ASN|DER|CBOR|COSE|JSON|byte|digest)/i;
const ENGLISH = /\b(the|file|error|failed|invalid|certificate|please)\b/i;

describe.each(LANGUAGES)('the texts in %s', (language) => {
  for (const [name, facts] of [
    ['without any fact', {}],
    ['with facts', FULL],
  ] as const) {
    test(`are whole sentences ${name}: what is wrong, and what to do next`, () => {
      for (const code of CODES) {
        const { what, next } = problemText(code, facts, language);
        for (const text of [what, next]) {
          expect(text, code).toMatch(/^[A-ZÁÉÍÓÚÑ][^]{8,}[.]$/);
          expect(text, code).not.toMatch(/ {2}|\s[.,;:)](?!\/)|\.\.|: ?\.(?!\/)|«»|""|\(\s*\)|undefined|NaN/);
        }
        expect(what.length, code).toBeLessThan(240);
        expect(next.length, code).toBeLessThan(240);
      }
    });
  }

  test('use no words from inside the program', () => {
    for (const code of CODES) {
      const { what, next } = problemText(code, {}, language);
      expect(`${what} ${next}`, code).not.toMatch(INSIDE);
    }
  });

  test('call a leaf and a head of the log by one word', () => {
    if (language === 'en') return;
    for (const code of CODES) {
      const { what, next } = problemText(code, FULL, language);
      expect(`${what} ${next}`, code).not.toMatch(/registros? (?:de|en) la bitácora|corte firmado|registro dudoso/i);
    }
  });

  test('say how long to wait, as the header does', () => {
    const told = (retryAfter?: number): string =>
      problemText('http/too-many-requests', retryAfter === undefined ? {} : { retryAfter }, language).next;
    expect(told(1)).toMatch(/\b1 (?:segundo|second)\b/);
    expect(told(7)).toMatch(/\b7 (?:segundos|seconds)\b/);
    expect(told()).not.toMatch(/\d/);
  });

  test('say which fields of a row differ, and with which option it is updated', () => {
    const { what, next } = problemText('directory/row-differs', { different: 'phone, photo' }, language);
    expect(what).toContain(language === 'es' ? 'teléfono, fotografía' : 'telephone, photo');
    expect(next).toContain('--update');
  });

  test('name what was found', () => {
    expect(problemText('oficio/folio-taken', FULL, language).what).toContain('AC/DGG/SCI/0042/2026');
    expect(problemText('seal/other-host', FULL, language).what).toContain('impostor.example');
    expect(problemText('file/too-large', { most: 26_214_400 }, language).what).toContain('25 MB');
  });

  test('say something for a code of a newer release', () => {
    expect(problemText('card/not-known-yet', {}, language).next).not.toBe('');
    expect(problemText('constructor', {}, language)).toEqual(problemText('card/not-known-yet', {}, language));
  });
});

test('nobody is told to use a printed card again: it bears name, face and number of somebody else', () => {
  const page = (path: string): string => readFileSync(join(root, path), 'utf8');
  const rowOf = (path: string, command: string): string =>
    page(path)
      .split('\n')
      .find((line) => line.startsWith('|') && line.includes(command))!;
  const left = 'official end';
  for (const text of [rowOf('docs/es/tarjetas.md', left), problemText('card/ended', {}, 'es').next])
    expect(text).toMatch(/card wipe.*impres|impres.*card wipe/);
  for (const text of [rowOf('docs/cards.md', left), problemText('card/ended', {}, 'en').next])
    expect(text).toMatch(/card wipe.*printed|printed.*card wipe/);
});

test('the Spanish texts are in Spanish, and address the reader as usted', () => {
  for (const code of CODES) {
    const { what, next } = problemText(code, {}, 'es');
    expect(`${what} ${next}`, code).not.toMatch(ENGLISH);
    expect(`${what} ${next}`, code).not.toMatch(/\b(tú|te|tus?|revisa|escribe|vuelve|intenta)\b/i);
  }
});

describe('a fact from a stranger', () => {
  test('brings no control character or change of direction to a terminal', () => {
    const hostile = 'evil\u001b[2J\u0007\u202egro.example\n\u009b31m';
    const { what } = problemText('seal/other-host', { host: hostile }, 'es');
    expect(what).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(what).toContain('evil');
  });

  test('is bounded, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const shown = printable(text);
        expect(shown.length).toBeLessThanOrEqual(121);
        expect(shown).not.toMatch(/\p{C}/u);
      }),
    );
  });

  test('of another type than text or number is left out', () => {
    const facts = { folio: { toString: () => 'no' } } as unknown as Record<string, string>;
    expect(problemText('oficio/folio-taken', facts, 'es')).toEqual(problemText('oficio/folio-taken', {}, 'es'));
  });
});
