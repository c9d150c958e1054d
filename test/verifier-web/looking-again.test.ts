import { describe, expect, test } from 'vitest';
import { VERDICT_OF_STATE, type State } from '../../src/core/verdict.ts';
import type { Answer } from '../../src/verifier/index.ts';
import { answerPage } from '../../verifier-web/answer-page.ts';
import { homePage } from '../../verifier-web/home-page.ts';
import { en } from '../../verifier-web/texts/en.ts';
import { es } from '../../verifier-web/texts/es.ts';
import { letter, stranger, answerOf, unreadAt, factsOf, textOf, titleOf } from '../support/page-answers.ts';

const STATES = Object.keys(VERDICT_OF_STATE) as State[];

describe('what could not be looked up', () => {
  const CASES: readonly (readonly [Answer, string | undefined, string])[] = [
    [unreadAt('pdf/format', 'pdf/not-a-pdf: no header'), undefined, 'Ese archivo no es un PDF.'],
    [unreadAt('pdf/format', 'pdf/encrypted: it is'), undefined, 'Ese archivo tiene contraseña.'],
    [unreadAt('pdf/format', 'pdf/truncated: ends early'), undefined, 'No pudimos leer ese archivo PDF.'],
    [unreadAt('signature/integrity', 'another kind'), undefined, 'No pudimos revisarlo.'],
    [unreadAt('seal/format', 'neither'), 'hola', 'Eso no es un folio ni un código.'],
    [unreadAt('seal/format', 'not a seal'), 'https://alcaldia.example/V/AA', 'No pudimos revisarlo.'],
    [unreadAt('seal/format', 'not a seal'), undefined, 'No pudimos revisarlo.'],
    [
      unreadAt('seal/typed-code', 'wrong', 'not-found'),
      'K7QW3M9XT2PB',
      'Parece que una letra o un número está mal escrito.',
    ],
    [unreadAt('seal/code-short', 'short'), 'K7QW3M9XT2P', 'A ese código le falta una letra o un número.'],
    [unreadAt('seal/code-long', 'long'), 'K7QW3M9XT2PBB', 'A ese código le sobra una letra o un número.'],
    [unreadAt('oficio/folio-year', 'no year'), 'AC/DGG/0001', 'A ese folio le falta el año.'],
    [unreadAt('credential/format', 'not a serial number'), 'Juan', 'Ese no es un número de credencial.'],
  ];

  test.for(CASES)('%#: says why, waits, names a telephone and has a way on', ([answer, text, title]) => {
    const facts = factsOf(answer, text === undefined ? {} : { asked: { text, field: 'letter' } });
    for (const texts of [es, en]) {
      const page = answerPage(facts, texts, '/');
      expect(page).toContain('<section class="verdict wait">');
      expect(textOf(page)).toContain(texts.waitEnding('55 1111 2222 ext. 4012'));
      expect(page).toContain('<input id="q"');
      expect(page.includes('id="pdf"')).toBe(answer.checks[0]!.check === 'pdf/format');
    }
    expect(titleOf(answerPage(facts, es, '/'))).toBe(title);
  });

  const fieldsOf = (page: string): readonly string[] =>
    [...page.matchAll(/<input [^>]*>/g)].map(([input]) => input).filter((one) => !/hidden/.test(one));

  test.for(['not-found', 'unreadable'] as const)(
    '%s has the field again with what was typed, and nothing else is remembered',
    (state) => {
      const text = `AC/"><b>'&`;
      for (const field of ['letter', 'credential'] as const) {
        const page = answerPage(factsOf(answerOf(state, stranger), { asked: { text, field } }), es, '/');
        const inputs = fieldsOf(page);
        expect(inputs).toHaveLength(1);
        expect(inputs[0]).toContain(field === 'letter' ? 'id="q"' : 'id="numero"');
        expect(inputs[0]).toContain('value="AC/&quot;&gt;&lt;b&gt;&#39;&amp;"');
        expect(inputs[0]).toContain('autocomplete="off"');
        expect(page.includes('name="de" value="puerta"')).toBe(field === 'credential');
      }
    },
  );

  test('a folio that exists asks for the code, in an empty field before everything else', () => {
    const asked = { text: 'AC/DGG/SCI/0042/2026', field: 'letter' } as const;
    const page = answerPage(factsOf(answerOf('folio-only', letter), { asked }), es, '/');
    expect(page).toContain('<label for="q">Código de 12 letras y números</label>');
    expect(fieldsOf(page)).toHaveLength(1);
    expect(fieldsOf(page)[0]).not.toContain('value=');
    expect(page.indexOf('<input id="q"')).toBeLessThan(page.indexOf('<dl'));
  });

  test('a file that is not believed leads to the code that it shows, and a stop to the original file', () => {
    for (const texts of [es, en]) {
      for (const state of ['unsigned', 'altered', 'changed-after-signing'] as const) {
        const file = answerPage(factsOf({ ...answerOf(state, stranger), signatures: [] }), texts, '/');
        expect(fieldsOf(file).map((field) => field.includes('id="q"') && !field.includes('value='))).toEqual([true]);
        const seal = answerPage(factsOf(answerOf(state, stranger)), texts, '/');
        expect(fieldsOf(seal)).toEqual([]);
        if (state !== 'unsigned') expect(textOf(file)).toMatch(/original/);
      }
      expect(textOf(answerPage(factsOf(answerOf('altered', stranger)), texts, '/'))).not.toMatch(/original/);
    }
  });

  test('a file without a signature is not said to have no code, which may be drawn on it', () => {
    const { answer, action } = es.sentences(factsOf(answerOf('unsigned', stranger)));
    expect(answer).not.toMatch(/código/);
    expect(action).toMatch(/cuadro de puntos.*12 letras y números.*anteriores.*Eso no quiere decir que sea falso/);
  });

  test('nothing that was answered is asked again', () => {
    const asked = { text: 'K7QW-3M9X-T2PA', field: 'letter' } as const;
    const asking = STATES.filter((state) =>
      fieldsOf(answerPage(factsOf(answerOf(state, letter), { asked }), es, '/')).some((one) => one.includes('K7QW')),
    );
    expect(asking.toSorted()).toEqual(['not-found', 'unreadable']);
  });

  test('calls a code twelve letters and digits wherever somebody is to type it', () => {
    const pages = STATES.map((state) => answerPage(factsOf(answerOf(state, stranger)), es, '/'));
    for (const page of [homePage(factsOf(answerOf('current', letter)), es, '/'), ...pages]) {
      expect(textOf(page).replaceAll('12 letras y números', '')).not.toContain('12 letras');
    }
  });
});
