import { randomUUID } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { systemRandom } from '../../src/adapters/system.ts';
import { fromLatin1, toHex } from '../../src/core/bytes.ts';
import type { CountersignatureId } from '../../src/oficio/countersignature.ts';
import { pdfString } from '../../src/pdf/object.ts';
import { SALT_ENTRY, SEAL_ENTRY } from '../../src/seal/in-signature.ts';
import { letterOf, openOffice, sample } from '../support/office.ts';
import { codeOfAct } from '../support/refuses.ts';
import { signPdf } from '../support/sign-pdf.ts';
import { forgeCountersignature, stolenChain } from '../support/stolen-key.ts';

/* What a stolen key signed, and a letter over it. */

const { isLookedAt } = vi.hoisted(() => ({ isLookedAt: { value: true } }));
vi.mock('../../src/oficio/refuse-alarm.ts', async (original) => {
  const real = await original<typeof import('../../src/oficio/refuse-alarm.ts')>();
  const refuseAlarm: typeof real.refuseAlarm = async (...args) => {
    if (isLookedAt.value) await real.refuseAlarm(...args);
  };
  return { ...real, refuseAlarm };
});

const office = await openOffice();
const { services, director, otherSigner } = office;
const draft = sample('oficio-chromium.pdf');
const real = await office.sign(draft);
const { id, sealedAt: at, sealText, salt } = real.oficio;
const thief = await stolenChain(office, otherSigner);
const facts = { id: toHex(systemRandom(8)) as CountersignatureId, salt: systemRandom(32), letter: id, ordinal: 1, at };
const seal = { [SEAL_ENTRY]: pdfString(fromLatin1(sealText!)), [SALT_ENTRY]: pdfString(salt, true) };
const other = sample('oficio-libreoffice.pdf');

const FORGED: readonly (readonly [string, Uint8Array])[] = [
  ['a countersignature of a letter', await forgeCountersignature(real.document, thief, facts)],
  ['a signature behind a letter', await signPdf(real.document, thief, { at })],
  ['a signature of a document', await signPdf(draft, thief, { at })],
  ['a letter over its document', await signPdf(draft, thief, { at, entries: seal, fieldName: 'Copia' })],
  ['a letter over another document', await signPdf(other, thief, { at, entries: seal, fieldName: 'Copia' })],
];

test.each(FORGED)('%s is signed over by nobody, and takes no folio', async (_, forged) => {
  const { size } = await services.log.head();
  const act = (): Promise<unknown> => services.signOficio(letterOf(director, forged), randomUUID());
  expect(await codeOfAct(act)).toBe('oficio/earlier-not-registered');
  expect((await services.log.head()).size).toBe(size);
});

test.each(FORGED)('%s is the alarm under a letter as well, of an office that did not look', async (_, forged) => {
  isLookedAt.value = false;
  const { document } = await services.signOficio(letterOf(director, forged), randomUUID());
  isLookedAt.value = true;
  const { state, signatures, subject } = await services.verifyPdf(document);
  expect(['not-registered', 'altered']).toContain(state);
  expect(subject).not.toHaveProperty('countersigners');
  expect(signatures!.filter(({ countersigns }) => countersigns !== undefined)).toEqual([]);
});
