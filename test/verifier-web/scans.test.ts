import { expect, test } from 'vitest';
import { devInstitution } from '../../keys-dev/institution.ts';
import { unixSeconds } from '../../src/core/time.ts';
import { unknown, type Check } from '../../src/core/verdict.ts';
import { en } from '../../verifier-web/texts/en.ts';
import { es } from '../../verifier-web/texts/es.ts';
import type { PageFacts } from '../../verifier-web/facts.ts';

function unsigned(...checks: readonly Check[]): PageFacts {
  return {
    ...{ institution: devInstitution, base: '', host: 'verifica.alcaldia.example', dev: false },
    answer: {
      ...{ verdict: 'undetermined', state: 'unsigned', dev: false, subject: { kind: 'unknown' }, signatures: [] },
      ...{ checks, checkedAt: unixSeconds(1_795_284_000) },
    },
  };
}

test('a file whose pictures nobody could look at is not said to have no code: its code is to be scanned', () => {
  const unseen = unsigned(unknown('document/pictures', 'pictures'));
  expect(es.sentences(unseen).answer).toBe(
    'No pudimos leer las imágenes de este archivo: escanea su código con el teléfono.',
  );
  expect(en.sentences(unseen).answer).toContain('scan its code');
  expect(es.sentences(unsigned()).answer).toBe('No encontramos firma nuestra en este archivo.');
});
