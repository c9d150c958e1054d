import { describe, expect, test } from 'vitest';
import { devInstitution } from '../../keys-dev/institution.ts';
import { unixSeconds } from '../../src/core/time.ts';
import type { Answer } from '../../src/verifier/index.ts';
import { answerPage } from '../../verifier-web/answer-page.ts';
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
});
