import { expect, test } from 'vitest';
import { concat, toLatin1 } from '../../src/core/bytes.ts';
import { PdfBuilder } from '../pdf/build.ts';
import { openOffice } from '../support/office.ts';

const office = await openOffice();
const { services, subdirector } = office;

const CANDIDATES = 1200;

/** A draft whose page, which signing writes again, has so many texts of a signed range. */
function draft(ranges: readonly string[]): Uint8Array {
  const pdf = new PdfBuilder();
  const all = Array.from(
    { length: CANDIDATES },
    (_, i) => `<</ByteRange[${(ranges[i] ?? '0 111111 111177 6171').padEnd(22)}]>>`,
  );
  const piece = `<</Z<</LastModified(D:20260101000000Z)/Private[${all.join('')}]>>>>`;
  pdf.object(1, '<</Type/Catalog/Pages 2 0 R>>');
  pdf.object(2, '<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 612 792]>>');
  pdf.object(3, `<</Type/Page/Parent 2 0 R/Contents 4 0 R/PieceInfo${piece}>>`);
  pdf.stream(4, '', 'BT ET');
  pdf.table();
  return pdf.done();
}

test('a letter whose draft holds texts of other signed ranges is the one that was recorded, and can be countersigned', async () => {
  const probe = await office.sign(draft([]));
  const text = toLatin1(probe.document);
  const salt = text.indexOf('/Cotejo.Salt <', probe.oficio.inputLength) + '/Cotejo.Salt '.length;
  // How long the code on the page is differs from letter to letter.
  const ranges = Array.from({ length: CANDIDATES }, (_, i) => {
    const [start, end, total] = [salt, salt + 66, text.length].map((at) => at + i - CANDIDATES / 2);
    return `0 ${start} ${end} ${total! - end!}`;
  });
  for (const first of ['', '0 111111 111122 6171']) {
    const { oficio, document } = await office.sign(draft([first, ...ranges.slice(1)].filter(Boolean)));
    expect(concat(...(await services.signedFile(oficio.id))!)).toEqual(document);
    const request = { id: oficio.id, signerId: subdirector.id };
    expect((await services.countersignOficio(request)).countersignature.ordinal).toBe(1);
    expect((await services.verifyPdf(concat(...(await services.signedFile(oficio.id))!))).state).toBe('current');
  }
  expect((await services.auditLog()).sound).toBe(true);
});
