import { randomUUID } from 'node:crypto';
import { afterAll, expect, test, vi } from 'vitest';
import { systemClock, systemRandom } from '../../src/adapters/system.ts';
import { fromLatin1, toHex, toLatin1 } from '../../src/core/bytes.ts';
import { unixSeconds } from '../../src/core/time.ts';
import type { CountersignatureId } from '../../src/oficio/countersignature.ts';
import { pdfString } from '../../src/pdf/object.ts';
import { SALT_ENTRY, SEAL_ENTRY } from '../../src/seal/in-signature.ts';
import { missingJudge } from '../support/judges.ts';
import { issueTo, letterOf, newcomer, openOffice, sample } from '../support/office.ts';
import { codeOfAct } from '../support/refuses.ts';
import { signPdf } from '../support/sign-pdf.ts';
import { forgeCountersignature, stolenChain } from '../support/stolen-key.ts';
import { makeThrowawayChain } from '../support/throwaway-chain.ts';

/* What a stolen key signed, and a letter over it. */

const { isLookedAt } = vi.hoisted(() => ({ isLookedAt: { value: true } }));
vi.mock('../../src/oficio/refuse-alarm.ts', async (original) => {
  const real = await original<typeof import('../../src/oficio/refuse-alarm.ts')>();
  const refuseAlarm: typeof real.refuseAlarm = async (...args) => {
    if (isLookedAt.value) await real.refuseAlarm(...args);
  };
  return { ...real, refuseAlarm };
});

let ahead = 0;
const office = await openOffice({ clock: () => unixSeconds(systemClock() + ahead) });
const { services, director, otherSigner } = office;
const draft = sample('oficio-chromium.pdf');
const other = sample('oficio-libreoffice.pdf');
const real = await office.sign(draft);
const { id, sealedAt: at, sealText, salt } = real.oficio;
const facts = { id: toHex(systemRandom(8)) as CountersignatureId, salt: systemRandom(32), letter: id, ordinal: 1, at };
const copied = {
  at,
  entries: { [SEAL_ENTRY]: pdfString(fromLatin1(sealText!)), [SALT_ENTRY]: pdfString(salt, true) },
  fieldName: 'Copia',
};
const thief = await stolenChain(office, otherSigner);
const bare = { at, fieldName: 'Robada' };
ahead = 2 * 86_400;
const late = await stolenChain(office, await issueTo(services, await newcomer(office), 'signer'));

const noOpenssl = missingJudge('openssl');
const outsider = noOpenssl ? undefined : makeThrowawayChain();
afterAll(() => outsider?.remove());
const ofStranger = (file: Uint8Array): Promise<Uint8Array> => signPdf(file, outsider!, copied);

const FORGED: readonly (readonly [string, Uint8Array])[] = [
  ['a countersignature of a letter', await forgeCountersignature(real.document, thief, facts)],
  ['a signature behind a letter', await signPdf(real.document, thief, bare)],
  ['a signature of a document', await signPdf(draft, thief, bare)],
  ['a letter over its document', await signPdf(draft, thief, copied)],
  ['a letter over another document', await signPdf(other, thief, copied)],
  ['a letter that was sealed before its certificate began', await signPdf(draft, late, copied)],
  ...(outsider
    ? ([
        ['a signature behind a seal that a stranger copied', await signPdf(await ofStranger(draft), thief, bare)],
        ['a signature below a seal that a stranger copied', await ofStranger(await signPdf(draft, thief, bare))],
      ] as const)
    : []),
];

/** ecdsa-with-SHA256 as the file spells it, in hexadecimal. */
const ECDSA_OID = '2a8648ce3d040302';

/** A certificate of ours beside a signature of an algorithm that nobody knows: it takes no key, as the certificate stands in each letter. */
async function withoutKey(file: Uint8Array, options: typeof bare | typeof copied): Promise<Uint8Array> {
  const text = toLatin1(await signPdf(file, thief, options));
  const end = text.lastIndexOf(ECDSA_OID) + ECDSA_OID.length;
  return fromLatin1(`${text.slice(0, end - 1)}9${text.slice(end)}`);
}

const WITHOUT_KEY: readonly (readonly [string, Uint8Array])[] = [
  ['a signature that nobody can judge', await withoutKey(draft, bare)],
  ['one with the seal of a letter', await withoutKey(draft, copied)],
  ['one with the seal of another letter', await withoutKey(other, copied)],
  ['one with the seal of the letter before it', await withoutKey(real.document, copied)],
];

test.each([...FORGED, ...WITHOUT_KEY])('%s is signed over by nobody, and takes no folio', async (_, forged) => {
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

test.each(WITHOUT_KEY)('%s, and a certificate of ours, is of nobody under a letter', async (_, forged) => {
  isLookedAt.value = false;
  const { document, oficio } = await services.signOficio(letterOf(director, forged), randomUUID());
  isLookedAt.value = true;
  const { state, signatures, subject } = await services.verifyPdf(document);
  expect([state, subject]).toMatchObject(['current', { folio: oficio.folio }]);
  const ours = signatures!.filter(({ trusted }) => trusted);
  expect(ours.map(({ signer }) => signer)).not.toContain(office.subdirector.name);
  expect(ours.at(-1)).toMatchObject({ folio: oficio.folio });
});

test.skipIf(noOpenssl)(
  `what a stranger signed behind a letter, with the seal of another one, accuses nobody ${noOpenssl ?? ''}`,
  async () => {
    const second = await office.sign(other);
    const signed = await services.signOficio(letterOf(director, await ofStranger(second.document)), randomUUID());
    expect((await services.verifyPdf(signed.document)).state).toBe('current');
  },
);
