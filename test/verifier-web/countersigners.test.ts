import { expect, test } from 'vitest';
import type { Countersigner } from '../../src/verifier/index.ts';
import { answerPage } from '../../verifier-web/answer-page.ts';
import { en } from '../../verifier-web/texts/en.ts';
import { es } from '../../verifier-web/texts/es.ts';
import { answerOf, factsOf, HOSTILE, letter, textOf } from '../support/page-answers.ts';

const beto: Countersigner = { name: 'Beto Ruiz', post: 'Contralor', serial: '0c', state: 'current' };
const reserved: Countersigner = { legalGround: 'Artículo 113', post: 'Directora', serial: '0d', state: 'current' };

function shown(countersigners: readonly Countersigner[], texts = es): string {
  const answer = answerOf('current', { ...letter, countersigners });
  return answerPage(factsOf(answer), texts, '/').toString();
}

test('who countersigned is named with their post, and that paper does not show it', () => {
  expect(textOf(shown([beto]))).toMatch(/También firma\s+Beto Ruiz,\s+Contralor\s+Va en el archivo/);
  expect(textOf(shown([beto], en))).toMatch(/Also signed by\s+Beto Ruiz,\s+Contralor\s+In the file/);
});

test('a reserved name is not told, one that does not count is said not to, and nobody is named where nobody did', () => {
  const page = textOf(shown([reserved, { ...beto, state: 'revoked' }]));
  expect(page).toMatch(/persona con datos reservados,\s+Directora/);
  expect(page).toContain('Artículo 113');
  expect(page).toMatch(/Beto Ruiz,\s+Contralor\s*\. Esta firma no cuenta\./);
  expect(page.match(/no cuenta/g)).toHaveLength(1);
  expect(textOf(shown([]))).not.toContain('También firma');
});

test('in the list of signatures one that does not count is said not to', () => {
  const rest = { field: 'F', trusted: true, integrity: 'intact', coverage: 'whole-file', changes: [] } as const;
  const folio = 'AC/DGG/0007/2026';
  const listed = (state: Countersigner['state']): string => {
    const signatures = [
      { ...rest, folio },
      { ...rest, signer: 'Beto Ruiz', countersigns: folio, countersignerState: state },
    ];
    return textOf(answerPage(factsOf({ ...answerOf('current', letter), signatures }), es, '/').toString());
  };
  expect(listed('current')).toMatch(/Firma también el folio/);
  expect(listed('current')).not.toContain('no cuenta');
  expect(listed('revoked')).toMatch(/Firma también el folio[^]*Esta firma no cuenta\./);
});

test('whatever a name holds stays text', () => {
  expect(shown([{ ...beto, name: HOSTILE, post: HOSTILE }])).not.toContain('<script>alert');
});
