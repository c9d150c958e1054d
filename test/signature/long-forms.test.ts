import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { fromLatin1 } from '../../src/core/bytes.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { freeFieldName } from '../../src/signature/prepare.ts';
import { verifySignatures, type SignatureFinding } from '../../src/signature/verify.ts';
import { PdfBuilder } from '../pdf/build.ts';
import { missingJudge } from '../support/judges.ts';
import { signPdf } from '../support/sign-pdf.ts';
import { makeThrowawayChain, type ThrowawayChain } from '../support/throwaway-chain.ts';

/** A form of so many fields, whose names have forty letters and a number. */
function form(fields: number, more = ''): Uint8Array {
  const pdf = new PdfBuilder();
  const numbers = Array.from({ length: fields }, (_, i) => 20 + i);
  pdf.object(1, '<</Type/Catalog/Pages 2 0 R/AcroForm 5 0 R>>');
  pdf.object(2, '<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 612 792]>>');
  pdf.object(3, '<</Type/Page/Parent 2 0 R/Contents 4 0 R>>');
  pdf.stream(4, '', 'BT ET');
  pdf.object(5, `<</Fields[${numbers.map((number) => `${number} 0 R`).join(' ')}${more}]>>`);
  for (const number of numbers) pdf.object(number, `<</FT/Tx/T(${'x'.repeat(40)}${number})/V(1)>>`);
  pdf.table();
  return pdf.done();
}

const judge = (pdf: Uint8Array): Promise<readonly SignatureFinding[]> =>
  verifySignatures(openPdf(pdf, primitives), { primitives });

const missing = missingJudge('openssl');

describe.skipIf(missing)(`a signature that locks the fields of a long form ${missing ?? ''}`, () => {
  let chain: ThrowawayChain;
  beforeAll(() => {
    chain = makeThrowawayChain();
  });
  afterAll(() => chain.remove());

  test.each([300, 1500, 6000])('stands, and under a later one: %i fields', async (fields) => {
    const once = await signPdf(form(fields), chain);
    const twice = await signPdf(once, chain);
    expect((await judge(once)).map(({ integrity }) => integrity)).toEqual(['intact']);
    expect((await judge(twice)).map(({ integrity }) => integrity)).toEqual(['allowed-changes', 'intact']);
  });

  test('whose dictionary does not end stands for nothing', async () => {
    const signed = await signPdf(form(1500), chain);
    const [{ byteRange }] = (await judge(signed)) as [SignatureFinding];
    const broken = signed.slice();
    const end = Buffer.from(signed).indexOf('endobj', byteRange!.gapEnd);
    broken.set(fromLatin1('endobx'), end);
    const [finding] = await judge(broken);
    expect(['intact', 'allowed-changes']).not.toContain(finding?.integrity);
  });
});

describe('the name of a new field', () => {
  test('is none that a field has, nor one that fields stand below', () => {
    const pdf = new PdfBuilder();
    pdf.object(1, '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R 6 0 R 8 0 R]>>>>');
    pdf.object(2, '<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 612 792]>>');
    pdf.object(3, '<</Type/Page/Parent 2 0 R/Contents 4 0 R>>');
    pdf.stream(4, '', 'BT ET');
    pdf.object(5, '<</FT/Tx/T(Cotejo)/V(1)>>');
    pdf.object(6, '<</T(Cotejo-2)/Kids[7 0 R]>>');
    pdf.object(7, '<</FT/Tx/T(x)/V(1)/Parent 6 0 R>>');
    pdf.object(8, '<</FT/Tx/T(Cotejo-3b)/V(1)>>');
    pdf.table();
    expect(freeFieldName(openPdf(pdf.done(), primitives), 'Cotejo')).toBe('Cotejo-3');
  });
});
