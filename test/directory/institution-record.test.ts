import { expect, test } from 'vitest';
import { devInstitution } from '../../keys-dev/institution.ts';
import { decodeCbor, encodeCbor } from '../../src/core/cbor.ts';
import type { LetterTexts } from '../../src/directory/institution.ts';
import { institutionRecord } from '../../src/directory/record.ts';

function recordOf(letterTexts: Readonly<Record<string, LetterTexts>>): Uint8Array {
  return institutionRecord({ ...devInstitution, letterTexts });
}

test('the record of an institution without English texts is what earlier releases wrote', () => {
  const items = decodeCbor(recordOf({ '': { payment: 'En caja' }, oficio: { expired: 'Llama' } })) as unknown[];
  const texts = new Map([
    ['', ['En caja', null]],
    ['oficio', [null, 'Llama']],
  ]);
  expect(items.at(-1)).toEqual(texts);
  expect(recordOf({ '': { payment: 'En caja' }, oficio: { expired: 'Llama' } })).toEqual(
    encodeCbor([...(items.slice(0, -1) as never[]), texts]),
  );
});

test('the log commits to English texts as well: each one changes the record', () => {
  const records = [
    { payment: 'En caja' },
    { payment: 'En caja', paymentEn: 'At the counter' },
    { payment: 'En caja', expiredEn: 'At the counter' },
    { payment: 'En caja', paymentEn: '' },
  ].map((texts) => recordOf({ '': texts }));
  expect(new Set(records.map((record) => record.toString())).size).toBe(records.length);
});
