import { describe, expect, test } from 'vitest';
import { utf8 } from '../../src/core/bytes.ts';
import { badDocuments, missingMakers } from '../support/bad-documents.ts';
import { openOffice } from '../support/office.ts';
import { codeOfAct } from '../support/refuses.ts';
import { makeTestAuthorities } from '../support/authorities.ts';
import { processorTime } from '../support/processor-time.ts';

const office = await openOffice();
const { services } = office;
const documents = await badDocuments();
const note = missingMakers ? ` (without the encrypted and the certified one: ${missingMakers})` : '';

/** Of processor time: more than any of them may take. */
const MILLISECONDS = 8000;

describe(`instead of a letter${note}`, () => {
  test.each(documents.map((document) => [document.name, document] as const))(
    '%s is refused in bounded time, and takes no folio',
    async (_, { bytes, code }) => {
      const before = await services.oficios.listSeries();
      const taken = await processorTime(async () => expect(await codeOfAct(() => office.sign(bytes))).toBe(code));
      expect(taken).toBeLessThan(MILLISECONDS);
      expect(await services.oficios.listSeries()).toEqual(before);
    },
  );

  test.each(documents.map((document) => [document.name, document] as const))(
    '%s is judged in bounded time, and never valid',
    async (_, { bytes }) => {
      const taken = await processorTime(async () => {
        const answer = await services.verifyPdf(bytes);
        expect(answer.verdict).toBe('undetermined');
        expect(['unreadable', 'unsigned', 'unknown-issuer']).toContain(answer.state);
      });
      expect(taken).toBeLessThan(MILLISECONDS);
    },
  );
});

describe('instead of a seal', () => {
  test.each([
    ['nothing', ''],
    ['blanks', '   '],
    ['a word', 'hola'],
    ['a megabyte', 'A'.repeat(1 << 20)],
    ['another alphabet', '١٢٣٤'.repeat(50)],
    ['an address of ours without a seal', 'https://verifica.alcaldia.example/'],
  ])('%s is undetermined', async (_, text) => {
    expect((await services.verifyTyped(text)).verdict).toBe('undetermined');
  });

  test('a seal with something behind it, or one letter short, cannot be read', async () => {
    const { sealText } = (await office.sign()).oficio;
    for (const text of [`${sealText}A`, `${sealText}AAAAAAAA`, sealText!.slice(0, -1), `${sealText}=`]) {
      expect((await services.verifyTyped(text)).state, text.slice(-10)).toBe('unreadable');
    }
  });

  test('a folio or code with one wrong letter is not found', async () => {
    const { folio, typedCode } = (await office.sign()).oficio;
    expect((await services.verifyTyped(folio.replace('/0', '/9'))).state).toBe('not-found');
    const wrong = (typedCode.startsWith('0') ? '1' : '0') + typedCode.slice(1);
    expect((await services.verifyTyped(wrong)).state).toBe('not-found');
  });
});

describe('instead of a certificate of ours', () => {
  test("another authority's certificate is of an unknown issuer", async () => {
    const { certificates } = await makeTestAuthorities(services.clock());
    const answer = await services.verifyCertificate(certificates.oficios.encoded);
    expect(answer).toMatchObject({ verdict: 'undetermined', state: 'unknown-issuer' });
  });

  test('anything else cannot be read', async () => {
    for (const bytes of [new Uint8Array(0), utf8('hola'), Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff)]) {
      expect(await services.verifyCertificate(bytes)).toMatchObject({ state: 'unreadable' });
    }
  });
});
