import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { devInstitution } from '../../keys-dev/institution.ts';
import { VERDICT_OF_STATE, type State } from '../../src/core/verdict.ts';
import type { LetterSubject, LetterTexts } from '../../src/verifier/index.ts';
import { answerPage } from '../../verifier-web/answer-page.ts';
import { toneOf, type Tone } from '../../verifier-web/facts.ts';
import { homePage } from '../../verifier-web/home-page.ts';
import { problemPage } from '../../verifier-web/problem-page.ts';
import { en } from '../../verifier-web/texts/en.ts';
import { es } from '../../verifier-web/texts/es.ts';
import type { PageProblem, Sentences } from '../../verifier-web/texts/texts.ts';
import {
  HOSTILE,
  letter,
  credential,
  stranger,
  answerOf,
  inFile,
  factsOf,
  textOf,
  titleOf,
} from '../support/page-answers.ts';

const TONES: Readonly<Record<State, Tone>> = {
  current: 'confirmed',
  unconfirmed: 'wait',
  'stale-status': 'wait',
  'folio-only': 'wait',
  unsigned: 'wait',
  copy: 'wait',
  'unknown-issuer': 'wait',
  replayed: 'wait',
  'plain-tag': 'wait',
  'not-found': 'wait',
  unreadable: 'wait',
  'not-yet-valid': 'wait',
  expired: 'wait',
  suspended: 'wait',
  revoked: 'stop',
  cancelled: 'stop',
  replaced: 'wait',
  'not-yet-signed': 'wait',
  ended: 'stop',
  altered: 'stop',
  'changed-after-signing': 'stop',
  'not-registered': 'stop',
  'not-authorised': 'stop',
  'not-ours': 'stop',
  'unknown-tag': 'stop',
};
const STATES = Object.keys(TONES) as State[];
const SUBJECTS = { letter, credential, stranger };
const CASES = STATES.flatMap((state) => Object.keys(SUBJECTS).map((kind) => [state, kind] as const));

describe('every state', () => {
  test('has a tone', () => {
    expect(STATES.toSorted()).toEqual(Object.keys(VERDICT_OF_STATE).toSorted());
  });

  test.for(CASES)('%s of a %s has its answer in title and heading, its tone and a telephone', ([state, kind]) => {
    const facts = factsOf(answerOf(state, SUBJECTS[kind as keyof typeof SUBJECTS]));
    expect(toneOf(facts.answer)).toBe(TONES[state]);
    for (const texts of [es, en]) {
      const page = answerPage(facts, texts, '/verifica/?lang=en');
      const { answer } = texts.sentences(facts);
      expect(answer).toMatch(/\.$/);
      expect(page.match(/<h1/g)).toHaveLength(1);
      expect(/<h1[^>]*>(.*?)<\/h1>/s.exec(page)![1]).toBe(titleOf(page));
      expect(page).toContain(`<section class="verdict ${TONES[state]}">`);
      expect(page).toContain(`<p class="word">${texts.tones[TONES[state]]}</p>`);
      expect(page).toContain('href="tel:911"');
      expect(page).toContain('href="tel:5500000000"');
      expect(page).toContain(`<html lang="${texts.lang}">`);
      expect(textOf(page)).not.toMatch(/\bundefined\b|\bnull\b|NaN|\[object/);
    }
  });

  test.for(CASES)('%s of a %s lets nothing that came from outside be markup', ([state, kind]) => {
    const facts = factsOf(answerOf(state, SUBJECTS[kind as keyof typeof SUBJECTS]), {
      photo: '/foto/"><script>',
      wanted: HOSTILE,
      asked: { text: HOSTILE, field: kind === 'credential' ? 'credential' : 'letter' },
      unit: { name: HOSTILE, coveredSince: '2026-01-01', telephone: HOSTILE },
    });
    for (const texts of [es, en]) {
      const page = answerPage(facts, texts, '/?q="><script>&lang=en');
      expect(page).not.toContain('<script');
      // What is left after its attributes are taken away is a tag that we wrote.
      expect(page.replaceAll(/="[^"<>]*"/g, '')).not.toMatch(/<[^>]*['"=]/);
    }
  });

  test.for(CASES)('%s of a %s says no English word on the Spanish page', ([state, kind]) => {
    const page = answerPage(factsOf(answerOf(state, SUBJECTS[kind as keyof typeof SUBJECTS])), es, '/?lang=en');
    const words = textOf(page.replaceAll(/<code>.*?<\/code>/gs, '').replaceAll(/<a [^>]*lang="en".*?<\/a>/gs, ''));
    expect(words).not.toMatch(/\b(?:the|of|and|with|not|found|letter|office|check(?:ed)?|good|your|call)\b/i);
  });

  test.for(CASES)('%s of a %s is one answer of at most 14 kB', ([state, kind]) => {
    const page = answerPage(factsOf(answerOf(state, SUBJECTS[kind as keyof typeof SUBJECTS])), es, '/?lang=en');
    expect(gzipSync(page).length).toBeLessThan(5_000);
    expect(Buffer.byteLength(page)).toBeLessThan(14_000);
  });
});

describe('the page of an answer', () => {
  test('never calls a code valid without asking to compare, and says what the letter asks for', () => {
    const page = textOf(answerPage(factsOf(answerOf('current', letter)), es, '/'));
    expect(page).toContain('Este código sí es de la Alcaldía de Ejemplo. Ahora compara tu papel.');
    expect(page).toContain('Pide $1,250.00');
    expect(page).toContain('¿Es igual a tu papel?');
    expect(page).not.toMatch(/válido|firma inválida|hash|PKI/i);
    const free = answerPage(factsOf(answerOf('current', { ...letter, amount: 0 })), es, '/');
    expect(textOf(free)).toContain('No pide dinero');
  });

  test('says nothing about money where nobody declared an amount', () => {
    const { amount: _, ...silent } = letter;
    expect(textOf(answerPage(factsOf(answerOf('folio-only', silent)), es, '/'))).not.toMatch(/dinero|\$/);
  });

  test('leads from "es diferente" to what to do, without a script', () => {
    const page = answerPage(factsOf(answerOf('current', letter)), es, '/');
    expect(page).toContain('href="#no"');
    const [before, told] = [page.slice(page.indexOf('id="no"'), page.indexOf('class="told"')), '<div class="told">'];
    expect(textOf(before)).toContain('Tu papel es distinto del original.');
    expect(textOf(before).match(/No pagues/g)).toHaveLength(1);
    expect(before).toContain('href="tel:089"');
    // The style takes the answer away while the other is shown: it comes after it.
    expect(page.slice(page.indexOf(told))).toContain('<section class="verdict confirmed">');
    expect(before.match(/href="tel:911"/g)).toHaveLength(1);
  });

  test.for(['altered', 'not-registered', 'not-authorised', 'not-ours'] as const)(
    'does not repeat what a %s code says of itself',
    (state) => {
      const page = textOf(answerPage(factsOf(answerOf(state, letter)), es, '/'));
      expect(page).not.toContain('0042');
      expect(page).not.toContain('$');
    },
  );

  test('ends a stop with what not to do, a wait with whom to ask', () => {
    const stop = textOf(answerPage(factsOf(answerOf('altered', stranger)), es, '/'));
    expect(stop).toContain('No pagues. No entregues documentos. No discutas.');
    expect(stop).toContain('55 5036 3301');
    const wait = textOf(answerPage(factsOf(answerOf('unsigned', stranger)), es, '/'));
    expect(wait).toContain('Espera; no decidas todavía. Confirma en el 55 1111 2222 ext. 4012.');
    expect(wait).toContain('Esta unidad sella sus oficios desde el 1 de enero de 2026');
  });

  test('says of a whole file that nobody changed it, and asks for no paper', () => {
    const page = answerPage(factsOf(inFile(answerOf('current', letter))), es, '/');
    expect(titleOf(page)).toBe('Este archivo sí es de la Alcaldía de Ejemplo y nadie lo cambió.');
    expect(textOf(page)).toContain('Pide $1,250.00');
    expect(textOf(page)).not.toMatch(/papel/);
    expect(page).not.toContain('href="#no"');
    const el = { ...devInstitution, shortName: 'el Municipio' };
    expect(es.sentences(factsOf(inFile(answerOf('current', letter)), { institution: el })).answer).toContain(
      'sí es del Municipio y',
    );
  });

  test('names an amount where the letter stands; of a copy and of what ended, as what the genuine letter asked for', () => {
    const naming = STATES.filter((state) =>
      textOf(answerPage(factsOf(answerOf(state, letter)), es, '/')).includes('1,250'),
    );
    expect(naming.toSorted()).toEqual(['cancelled', 'copy', 'current', 'replaced', 'unconfirmed']);
    for (const state of ['cancelled', 'copy', 'replaced'] as const) {
      const [asked, free] = [letter, { ...letter, amount: 0 }].map((one) =>
        textOf(answerPage(factsOf(answerOf(state, one)), es, '/')),
      );
      expect(asked).toContain('El oficio auténtico pedía $1,250.00.');
      expect(asked).not.toContain('Pide $');
      expect(free).toContain('El oficio auténtico no pedía dinero.');
    }
    expect(es.sentences(factsOf(answerOf('replaced', letter))).action).toBe(
      'Solicita que te den el oficio nuevo. No pagues con éste.',
    );
  });

  test('sends nobody to ask for a replacement that is not in force either', () => {
    const of = (replacement: LetterSubject['replacement']): readonly Sentences[] =>
      [es, en].map((texts) =>
        texts.sentences(factsOf(answerOf('replaced', { ...letter, ...(replacement && { replacement }) }))),
      );
    const [folio, later] = ['AC/DGG/SCI/0043/2026', 'AC/DGG/SCI/0044/2026'];
    expect(of({ folio: later, state: 'current' })[0]).toEqual({
      answer: `A este oficio lo sustituye el ${later}.`,
      action: 'Solicita que te den el oficio nuevo. No pagues con éste.',
    });
    expect(of({ folio, state: 'cancelled' })[0]!.answer).toBe(
      `A este oficio lo sustituyó el ${folio}, que también se canceló.`,
    );
    for (const state of STATES.filter((one) => one !== 'current')) {
      for (const { answer, action } of of({ folio: later, state })) {
        expect(answer).toContain(`${folio}`);
        expect(answer).toContain(later);
        expect(action).toMatch(/^(?:No pagues con ninguno|Do not pay with any)/);
      }
    }
  });

  test('says once what not to do', () => {
    for (const [state, subject] of [
      ['revoked', credential],
      ['altered', stranger],
    ] as const) {
      const page = textOf(answerPage(factsOf(answerOf(state, subject)), es, '/'));
      expect(page.match(/discutas/g)).toHaveLength(1);
    }
  });

  test.for(['not-found', 'expired', 'suspended', 'revoked', 'ended'] as const)(
    'tells whoever stands behind the door not to open to a credential that is %s',
    (state) => {
      for (const reason of ['keyCompromise', 'superseded']) {
        const facts = factsOf(answerOf(state, { ...credential, reason }));
        expect(es.sentences(facts).action).toMatch(/No abras/);
        expect(en.sentences(facts).action).toMatch(/Do not open/);
      }
    },
  );

  test('dials an extension after a pause', () => {
    const institution = { ...devInstitution, telephone: '55 2452 3110 ext. 4012' };
    const page = answerPage(factsOf(answerOf('altered', stranger), { institution }), es, '/');
    expect(page).toContain('href="tel:5524523110,4012"');
  });

  test('uses the texts of the institution for the type of letter', () => {
    const institution = {
      ...devInstitution,
      letterTexts: { requerimiento: { payment: 'Se paga en Tesorería.', expired: 'Pide una prórroga.' }, '': {} },
    };
    expect(answerPage(factsOf(answerOf('current', letter), { institution }), es, '/')).toContain(
      'Se paga en Tesorería.',
    );
    expect(answerPage(factsOf(answerOf('expired', letter), { institution }), es, '/')).toContain('Pide una prórroga.');
    const other = { ...letter, type: 1 };
    expect(answerPage(factsOf(answerOf('current', other), { institution }), es, '/')).not.toContain('Tesorería');
  });

  test('tells the texts of the institution in English where they are there, else in Spanish that is marked', () => {
    const spanish = { payment: 'Se paga en Tesorería.', expired: 'Pide una prórroga.' };
    const english = { ...spanish, paymentEn: 'Paid at the Treasury.', expiredEn: 'Ask for more time.' };
    const page = (state: State, texts: LetterTexts, of = en): string => {
      const institution = { ...devInstitution, letterTexts: { '': texts } };
      return answerPage(factsOf(answerOf(state, letter), { institution }), of, '/');
    };
    for (const [state, told, untold] of [
      ['current', english.paymentEn, spanish.payment],
      ['expired', english.expiredEn, spanish.expired],
    ] as const) {
      expect(page(state, english)).toContain(told);
      expect(page(state, english)).not.toContain(untold);
      expect(page(state, spanish)).toContain(`<span lang="es-MX">${untold}</span>`);
      expect(page(state, english, es)).not.toContain(told);
    }
  });

  test('says of an amount whom to ask, where the institution says nothing of how it is paid', () => {
    const institution = { ...devInstitution, letterTexts: {} };
    const page = (amount: number): string =>
      textOf(answerPage(factsOf(answerOf('current', { ...letter, amount }), { institution }), es, '/'));
    expect(page(100)).toContain('Antes de pagar, pregunta en el 55 1111 2222 ext. 4012 cómo se paga.');
    expect(page(0)).not.toContain('Antes de pagar, pregunta');
  });

  test('names the changes that were made after signing, with the page', () => {
    const facts = factsOf(inFile(answerOf('changed-after-signing', letter), 'forbidden-changes'));
    expect(es.sentences(facts).answer).toBe(
      'Le agregaron o quitaron algo después de firmarse: contenido cambiado, página 2.',
    );
  });

  test('says on every page of a development installation that nothing counts', () => {
    const facts = factsOf(answerOf('current', letter), { dev: true });
    for (const page of [answerPage(facts, es, '/'), homePage(facts, es, '/'), problemPage(facts, es, 'failure', '/')]) {
      expect(textOf(page)).toContain('PRUEBA: instalación de desarrollo. Nada de esto vale.');
    }
  });
});

describe('the home page', () => {
  const home = homePage(factsOf(answerOf('current', letter)), es, '/verifica/?lang=en');

  test('has four ways in, and a form for each thing that can be checked', () => {
    for (const way of ['oficio', 'puerta', 'llamada', 'denuncia']) {
      expect(home).toContain(`href="#${way}"`);
      expect(home).toContain(`id="${way}"`);
    }
    expect(home).toContain('action="/verifica/"');
    expect(home).toContain('action="/verifica/documentos?lang=es" enctype="multipart/form-data"');
  });

  test('has a field for the credential of whoever is at the door', () => {
    const door = home.slice(home.indexOf('id="puerta"'), home.indexOf('id="llamada"'));
    expect(door).toContain('<label for="numero">Número de la credencial</label>');
    expect(door).toMatch(/<form method="get" action="\/verifica\/".*<input id="numero" name="q"/s);
    expect(door).toContain('<input type="hidden" name="de" value="puerta">');
  });

  test('labels every field', () => {
    const ids = [...home.matchAll(/<input id="([^"]+)"/g)].map((match) => match[1]);
    expect(ids).toEqual(['q', 'pdf', 'numero']);
    for (const id of ids) expect(home).toContain(`<label for="${id}">`);
  });

  test('uses no id twice', () => {
    const ids = [...home.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test.for<PageProblem>(['no-page', 'too-large', 'no-file', 'tap-not-kept', 'too-often', 'busy', 'failure'])(
  'the page of the problem %s never sounds like false',
  (problem) => {
    for (const texts of [es, en]) {
      const page = problemPage(factsOf(answerOf('current', letter)), texts, problem, '/');
      expect(page).toContain('class="verdict wait"');
      expect(titleOf(page)).toBe(texts.problem(problem).answer);
      expect(page).toContain('href="tel:5500000000"');
    }
  },
);
