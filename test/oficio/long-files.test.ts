import { expect, test } from 'vitest';
import { concat } from '../../src/core/bytes.ts';
import { MAX_FILE_BYTES, MAX_LETTER_BYTES } from '../../src/verifier/index.ts';
import { PdfBuilder } from '../pdf/build.ts';
import { openOffice, refusedForNothing } from '../support/office.ts';

const office = await openOffice();
const { services, subdirector } = office;

/** As long as a letter may be, with a form: each signature locks its fields by name. */
function longest(fields: number, letters: number): Uint8Array {
  const pdf = new PdfBuilder();
  const numbers = Array.from({ length: fields }, (_, i) => 20 + i);
  pdf.object(1, '<</Type/Catalog/Pages 2 0 R/AcroForm 5 0 R>>');
  pdf.object(2, '<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 612 792]>>');
  pdf.object(3, '<</Type/Page/Parent 2 0 R/Contents 4 0 R>>');
  pdf.stream(4, '', 'BT ET');
  pdf.object(5, `<</Fields[${numbers.map((number) => `${number} 0 R`).join(' ')}]>>`);
  for (const number of numbers) pdf.object(number, `<</FT/Tx/T(${'x'.repeat(letters)}${number})/V(1)>>`);
  pdf.stream(6, '', new Uint8Array(MAX_LETTER_BYTES - pdf.length - 30 * fields - 1000).fill(0x61));
  pdf.table();
  return pdf.done();
}

test('nothing is signed whose file nobody could have verified', { timeout: 120_000 }, async () => {
  const { oficio } = await office.sign(longest(1000, 700));
  const request = { id: oficio.id, signerId: subdirector.id };
  const act = (): Promise<unknown> => services.countersignOficio(request);
  expect(await refusedForNothing(services, act)).toBe('oficio/file-too-long');
  const file = concat(...(await services.signedFile(oficio.id))!);
  expect(file.length).toBeLessThan(MAX_FILE_BYTES);
  expect((await services.verifyPdf(file)).state).toBe('current');
  await expect(office.sign(longest(1000, 1100))).rejects.toMatchObject({ code: 'oficio/file-too-long' });
});
