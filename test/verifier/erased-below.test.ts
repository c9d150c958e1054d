import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { systemRandom } from '../../src/adapters/system.ts';
import { concat, fromLatin1, toHex } from '../../src/core/bytes.ts';
import { LeafKind, type LeafDraft } from '../../src/log/leaf.ts';
import type { SignedOficio } from '../../src/oficio/complete.ts';
import type { CountersignatureId } from '../../src/oficio/countersignature.ts';
import type { OficioId } from '../../src/oficio/oficio.ts';
import { claimsOf, intentRecord } from '../../src/oficio/register.ts';
import { encodeSignedRecord } from '../../src/oficio/signed-record.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { pdfString } from '../../src/pdf/object.ts';
import { sealAddress, sealOrigin } from '../../src/seal/address.ts';
import { SALT_ENTRY, SEAL_ENTRY } from '../../src/seal/in-signature.ts';
import { makeSeal, newSealId, sealPayload } from '../../src/seal/make.ts';
import { signedParts } from '../../src/signature/byte-range.ts';
import { verifySignatures, type SignatureFinding } from '../../src/signature/verify.ts';
import type { Answer } from '../../src/verifier/index.ts';
import { eraseOpenings } from '../support/erased-openings.ts';
import { plainLeaf } from '../support/acts.ts';
import { letterOf, OFFICE_ORIGIN, openOffice, TWO_PAGES } from '../support/office.ts';
import { codeOfAct } from '../support/refuses.ts';
import { signPdf } from '../support/sign-pdf.ts';
import { forgeCountersignature, stolenChain } from '../support/stolen-key.ts';

/* A letter of which somebody erased a record, alone and below another one: nobody knows what it was, and it is no alarm. */

const office = await openOffice();
const { services, director, subdirector, otherSigner, ports } = office;
const { database } = ports.data;

const over = (document: Uint8Array): Promise<SignedOficio> =>
  services.signOficio(letterOf(director, document), randomUUID());

const erase = (index: number): (() => void) => eraseOpenings(database, index);

const told = ({ state, subject }: Answer): readonly unknown[] => [
  state,
  'folio' in subject ? subject.folio : undefined,
  'endedBelow' in subject ? subject.endedBelow : undefined,
];

async function refusesOver(document: Uint8Array): Promise<void> {
  const { size } = await services.log.head();
  expect(await codeOfAct(() => over(document))).toBe('log/opening-missing');
  expect((await services.log.head()).size).toBe(size);
}

test('a letter whose signature nobody can read any more is judged by what its file shows, and unknown without it', async () => {
  const first = await office.sign();
  const second = await over(first.document);
  erase(first.oficio.signedLeaf!);
  expect(told(await services.verifyPdf(second.document))).toEqual(['current', second.oficio.folio, undefined]);
  expect(told(await services.verifyPdf(first.document))).toEqual(['current', first.oficio.folio, undefined]);
  for (const typed of [first.oficio.typedCode, first.oficio.folio, first.oficio.sealText!]) {
    expect((await services.verifyTyped(typed)).state).toBe('stale-status');
  }
  await refusesOver(first.document);
  await services.endOficio(first.oficio.id, { reason: 'Error' });
  expect(told(await services.verifyPdf(second.document))).toEqual([
    'current',
    second.oficio.folio,
    [{ folio: first.oficio.folio, state: 'cancelled' }],
  ]);
});

test('a letter whose registration nobody can read any more makes a file unknown, and is no alarm', async () => {
  const first = await office.sign();
  await services.countersignOficio({ id: first.oficio.id, signerId: subdirector.id });
  const file = concat(...(await services.signedFile(first.oficio.id))!);
  const second = await over(file);
  erase(first.oficio.intentLeaf);
  for (const document of [first.document, file, second.document]) {
    expect(told(await services.verifyPdf(document))).toEqual(['stale-status', first.oficio.folio, undefined]);
  }
  expect((await services.verifyTyped(first.oficio.typedCode)).state).toBe('stale-status');
  expect((await services.verifyTyped(second.oficio.typedCode)).state).toBe('current');
  await refusesOver(first.document);
  await refusesOver(file);
});

test.each(['intent', 'outcome'] as const)(
  'where the %s of a countersignature is gone, nothing is signed over a file that has it, or one that would be the alarm',
  async (which) => {
    const { oficio, document } = await office.sign();
    const { id, sealedAt: at } = oficio;
    const { countersignature: made } = await services.countersignOficio({ id, signerId: subdirector.id });
    const file = concat(...(await services.signedFile(id))!);
    const above = await over(file);
    const facts = {
      id: toHex(systemRandom(8)) as CountersignatureId,
      salt: systemRandom(32),
      letter: id,
      ordinal: 1,
      at,
    };
    const forged = await forgeCountersignature(document, await stolenChain(office, otherSigner), facts);
    const unread = which === 'intent' ? made.leaf : made.signedLeaf;
    const putBack = erase(unread);
    await refusesOver(file);
    await refusesOver(forged);
    const countersign = (): Promise<unknown> =>
      services.countersignOficio({ id: above.oficio.id, signerId: subdirector.id });
    const { size } = await services.log.head();
    await expect(countersign()).rejects.toMatchObject({ code: 'log/opening-missing', facts: { index: unread } });
    expect((await services.log.head()).size).toBe(size);
    putBack();
    expect(await codeOfAct(() => over(forged))).toBe('oficio/earlier-not-registered');
    await countersign();
    expect((await services.verifyPdf((await over(file)).document)).state).toBe('current');
  },
);

test('a letter that a colleague signed in the place of its signer is not made good by erasing what its leaf says', async () => {
  const { oficio } = await office.sign(TWO_PAGES);
  const claims = { ...claimsOf(oficio), id: newSealId(systemRandom), folio: oficio.folio.replace(/\d{4}\//, '9999/') };
  const invented = { ...oficio, id: toHex(claims.id) as OficioId };
  const origin = sealOrigin(OFFICE_ORIGIN);
  const { signer } = await ports.openKeys(true).get('seal');
  const text = sealAddress(origin, await makeSeal({ signer, primitives, origin }, claims));
  const chain = await stolenChain(office, otherSigner);
  const salt = systemRandom(32);
  const entries = { [SEAL_ENTRY]: pdfString(fromLatin1(text)), [SALT_ENTRY]: pdfString(salt, true) };
  const document = await signPdf(TWO_PAGES, chain, { at: oficio.sealedAt, entries });
  const [{ byteRange }] = (await verifySignatures(openPdf(document, primitives), { primitives })) as [SignatureFinding];
  const append = async (more: Partial<LeafDraft>): Promise<number> =>
    (await ports.ledger.commit({ leaf: plainLeaf(`${more.kind}`, more), writes: [] })).index;
  const intent = intentRecord(invented, sealPayload(origin, claims));
  const ref = await append({ kind: LeafKind.oficioIntent, record: intent });
  const record = encodeSignedRecord({
    id: claims.id,
    inputDigest: oficio.inputDigest,
    byteRangeDigest: primitives.digest('SHA-256', ...signedParts(document, byteRange!)),
    certificateDigest: primitives.digest('SHA-256', chain.certificates[0]),
  });
  const leaf = await append({ kind: LeafKind.oficioSigned, record, salt, ref });
  expect((await services.verifyPdf(document)).state).toBe('not-authorised');
  erase(leaf);
  expect((await services.verifyPdf(document)).state).toBe('not-authorised');
});
