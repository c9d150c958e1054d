import { describe, expect, test } from 'vitest';
import { devInstitution } from '../../keys-dev/institution.ts';
import { unixSeconds } from '../../src/core/time.ts';
import type { Answer } from '../../src/verifier/index.ts';
import { answerPage } from '../../verifier-web/answer-page.ts';
import { dialled, shownTelephone, withTelephones } from '../../verifier-web/telephone.ts';
import { en } from '../../verifier-web/texts/en.ts';
import { es } from '../../verifier-web/texts/es.ts';

const answer: Answer = {
  verdict: 'invalid',
  state: 'altered',
  dev: true,
  subject: { kind: 'unknown' },
  checks: [],
  checkedAt: unixSeconds(1_795_284_000),
};
const facts = { base: '', host: 'alcaldia.example', dev: true, answer };

describe('telephones', () => {
  test('are labelled in the language of the page; where only Spanish is there, it is marked as such', () => {
    const institution = {
      ...devInstitution,
      telephones: [{ label: 'Denuncia', number: '088' }, ...devInstitution.telephones],
    };
    const english = answerPage({ ...facts, institution }, en, '/');
    expect(english).toContain('<span>In danger</span> <b>911</b>');
    expect(english).toContain('<span lang="es-MX">Denuncia</span>');
    const spanish = answerPage({ ...facts, institution }, es, '/');
    expect(spanish).toContain('<span>Si hay peligro</span> <b>911</b>');
    expect(spanish).toContain('<span>Denuncia</span>');
  });

  test('begin with that of the unit, where the answer says to call it', () => {
    const unit = { name: 'Jefatura de Verificación', coveredSince: '2026-01-01', telephone: '55 1111 2222 ext. 5' };
    const waiting: Answer = { ...answer, verdict: 'undetermined', state: 'unconfirmed' };
    const page = answerPage({ ...facts, answer: waiting, unit, institution: devInstitution }, es, '/');
    expect(page).toContain('<a href="tel:5511112222,5"><span>Jefatura de Verificación</span>');
    const stop = answerPage({ ...facts, unit, institution: devInstitution }, es, '/');
    expect(stop).not.toContain('tel:5511112222,5');
  });

  test('are shown in one form, however they are configured, and dialled as they are', () => {
    const shown: Readonly<Record<string, string>> = {
      '5500000000': '55 0000 0000',
      '(55) 1234-5678 ext. 9': '55 1234 5678 ext. 9',
      '+52 81 8300 0000': '81 8300 0000',
      '777-123-4567': '777 123 4567',
      '800 0044800': '800 004 4800',
      '911': '911',
      '*0311': '*0311',
      '+1 212 555 0100': '+1 212 555 0100',
    };
    for (const [number, told] of Object.entries(shown)) {
      expect(shownTelephone(number)).toBe(told);
      const page = answerPage({ ...facts, institution: { ...devInstitution, telephone: number } }, es, '/');
      expect(page).toContain(`<b>${told}</b>`);
      expect(page).toContain(`href="${dialled(number)}"`);
    }
  });

  test('in a sentence of advice are links, as long as they are known and stand alone', () => {
    const numbers = ['5500000000', '55 0000 0000 ext. 12', '911'];
    const told = withTelephones('Llama al 55 0000 0000 ext. 12, al 55 0000 0000 o al 911; no al 9112 <b>.', numbers);
    expect(told.markup.match(/href="[^"]+"/g)).toEqual([
      'href="tel:5500000000,12"',
      'href="tel:5500000000"',
      'href="tel:911"',
    ]);
    expect(told.markup).toContain('&lt;b&gt;');
    const waiting: Answer = { ...answer, verdict: 'undetermined', state: 'not-found' };
    for (const texts of [es, en]) {
      const page = answerPage({ ...facts, answer: waiting, institution: devInstitution }, texts, '/');
      expect(page.match(/<a class="tel" href="tel:5500000000">55 0000 0000<\/a>\./g)).toHaveLength(2);
    }
  });
});
