import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { letter } from '../pdf/build.ts';
import { letterOf, openOffice } from '../support/office.ts';
import { codeOfAct } from '../support/refuses.ts';
import { signPdf } from '../support/sign-pdf.ts';
import { makeThrowawayChain } from '../support/throwaway-chain.ts';

/* A signature beyond those that are judged would be told by nobody: it is not made, and nothing is recorded of it. */

const office = await openOffice();
const { services, director, subdirector } = office;
const leaves = async (): Promise<number> => (await services.log.head()).size;

test('a document whose signatures leave no room for one that is judged is refused before anything is recorded', async () => {
  const stranger = makeThrowawayChain();
  let document = letter('BT ET');
  for (let i = 0; i < 31; i++) document = await signPdf(document, stranger, { fieldName: `Ajena${i}` });
  const signed = await services.signOficio(letterOf(director, document), randomUUID());
  expect((await services.verifyPdf(signed.document)).state).toBe('current');
  const more = await signPdf(document, stranger, { fieldName: 'Ajena31' });
  stranger.remove();
  const before = await leaves();
  expect(await codeOfAct(() => services.signOficio(letterOf(director, more), randomUUID()))).toBe('signature/too-many');
  const request = { id: signed.oficio.id, signerId: subdirector.id };
  expect(await codeOfAct(() => services.countersignOficio(request))).toBe('signature/too-many');
  expect(await leaves()).toBe(before);
});
