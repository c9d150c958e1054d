import { expect, test } from 'vitest';
import { devInstitution } from '../../keys-dev/institution.ts';
import { unixSeconds } from '../../src/core/time.ts';
import type { Answer } from '../../src/verifier/index.ts';
import { answerPage } from '../../verifier-web/answer-page.ts';
import { html } from '../../verifier-web/html.ts';
import { en } from '../../verifier-web/texts/en.ts';
import { es } from '../../verifier-web/texts/es.ts';

const letter: Answer = {
  verdict: 'valid',
  state: 'current',
  dev: true,
  subject: { kind: 'oficio', folio: 'AC/DGG/0007/2026' },
  checks: [],
  checkedAt: unixSeconds(1_795_284_000),
};
const facts = { base: '', host: 'alcaldia.example', dev: true, institution: devInstitution };

test('names who else signed the file: which letter, or that it is nobody of ours', () => {
  const own = { field: 'Cotejo', signer: 'Ana', trusted: true, folio: 'AC/DGG/0007/2026' };
  const other = { field: 'Otra', signer: 'Eva Ruiz', trusted: false, folio: 'AC/DGG/0666/2026' };
  const rest = { integrity: 'intact', coverage: 'whole-file', changes: [] } as const;
  const answer = {
    ...letter,
    signatures: [
      { ...own, ...rest },
      { ...other, ...rest },
    ],
  };
  const page = answerPage({ ...facts, answer }, es, '/').toString();
  expect(page).toContain(`Eva Ruiz: ${es.words.otherCertificate}`);
  expect(page).toContain(es.words.otherCertificate);
  expect(page).toContain(`${es.words.ourCertificate}. ${es.words.folio} AC/<wbr>DGG/<wbr>0007/<wbr>2026`);
  expect(page).not.toContain('0666');
  const alone = { ...answer, signatures: answer.signatures.slice(0, 1) };
  expect(answerPage({ ...facts, answer: alone }, es, '/').toString()).not.toContain(es.words.ourCertificate);
});

test.each(['Alcaldía: AUTÉNTICO. Dudas', 'Llama al 5512345678', 'Eva <script>', '\u202eavE', 'a'.repeat(61)])(
  'repeats nothing of a stranger that is no name: %s',
  (signer) => {
    const signature = {
      field: signer,
      signer,
      trusted: false,
      integrity: 'intact',
      coverage: 'whole-file',
      changes: [],
    } as const;
    for (const state of ['unknown-issuer', 'current'] as const) {
      const answer = { ...letter, state, subject: { kind: 'unknown', signer } as const, signatures: [signature] };
      for (const texts of [es, en]) {
        const page = answerPage({ ...facts, answer }, texts, '/').toString();
        expect(page).not.toContain(html`${signer}`.toString());
      }
    }
  },
);
