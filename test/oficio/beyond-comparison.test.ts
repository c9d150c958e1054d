import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { generateKey } from '../../src/adapters/keys.ts';
import { systemClock } from '../../src/adapters/system.ts';
import { concat, fromHex, fromLatin1, toHex, toLatin1 } from '../../src/core/bytes.ts';
import { Refusal } from '../../src/core/refusal.ts';
import { checkOfferedCountersignature } from '../../src/oficio/check-offered-countersignature.ts';
import { COUNTERSIGN_ENTRY, countersignEntry, type CountersignatureId } from '../../src/oficio/countersignature.ts';
import { layOutCountersignature } from '../../src/oficio/lay-out-countersignature.ts';
import type { SignedOficio } from '../../src/oficio/complete.ts';
import { pdfRef, pdfString } from '../../src/pdf/object.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { pdfRaw } from '../../src/pdf/serialise.ts';
import { beginUpdate, type PdfUpdate } from '../../src/pdf/update.ts';
import { SALT_ENTRY } from '../../src/seal/in-signature.ts';
import { letter, packed } from '../pdf/build.ts';
import { issueTo, letterOf, newcomer, OFFICE_ORIGIN, openOffice } from '../support/office.ts';
import { codeOfAct } from '../support/refuses.ts';
import { signPdf, type SigningChain } from '../support/sign-pdf.ts';
import { makeCard } from '../support/soft-slots.ts';
import { stolenChain } from '../support/stolen-key.ts';
import { makeThrowawayChain } from '../support/throwaway-chain.ts';

/* Where there is more to compare than anybody does, nobody has seen that an earlier signature still holds. */

const office = await openOffice();
const { services, director, subdirector, otherSigner } = office;

/** One page whose catalog stands beside a string of so many bytes, inflated for each revision that is opened. */
const inflating = (bytes: number): Uint8Array =>
  packed([
    [1, '<</Type/Catalog/Pages 2 0 R>>'],
    [2, '<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 612 792]>>'],
    [3, '<</Type/Page/Parent 2 0 R>>'],
    [5, `(${'x'.repeat(bytes)})`],
  ]);

const FONT = '/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>>>>>';
const saying = (text: string): string => `BT /F1 24 Tf 72 700 Td (${text}) Tj ET`;

/** An object that nobody reaches, and that is longer than any that is read. */
const addTooLarge = (update: PdfUpdate): unknown => update.add(pdfRaw(fromLatin1(`[${'0 '.repeat(990_000)}]`)));

function putContent(update: PdfUpdate, text: string): void {
  const content = saying(text);
  update.put(pdfRef(4, 0), pdfRaw(fromLatin1(`<</Length ${content.length}>>\nstream\n${content}\nendstream`)));
}

/** `undefined` where it was not refused. */
async function refusedFor(act: Promise<unknown>): Promise<string | undefined> {
  try {
    await act;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return undefined;
}

describe('the office', () => {
  test('signs no more where nobody could judge an earlier signature, and records nothing of it', async () => {
    const large = await office.sign(inflating(31_000_000));
    expect((await services.verifyPdf(large.document)).state).toBe('current');
    const before = (await services.log.head()).size;
    const request = { id: large.oficio.id, signerId: subdirector.id };
    expect(await codeOfAct(() => services.countersignOficio(request))).toBe('signature/not-comparable');
    const over = letterOf(director, large.document);
    expect(await codeOfAct(() => services.signOficio(over, randomUUID()))).toBe('signature/not-comparable');
    expect((await services.log.head()).size).toBe(before);
  });

  test('calls what it handed out red for no number of signatures, ours or others’', async () => {
    const stranger = makeThrowawayChain();
    const { oficio } = await office.sign(inflating(20_000_000));
    const signed = async (): Promise<Uint8Array> => concat(...(await services.signedFile(oficio.id))!);
    for (let code: string | undefined; code === undefined;) {
      const person = await newcomer(office);
      await issueTo(services, person, 'signer');
      code = await refusedFor(services.countersignOficio({ id: oficio.id, signerId: person.id }));
      expect([undefined, 'signature/not-comparable']).toContain(code);
      expect((await services.verifyPdf(await signed())).state).toBe('current');
    }
    let file = await signed();
    const states: string[] = [];
    for (let i = 0; i < 4; i++) {
      file = await signPdf(file, stranger, { fieldName: `Ajena${i}` });
      states.push((await services.verifyPdf(file)).state);
    }
    expect(states.at(-1)).toBe('unreadable');
    for (const state of states) expect(['current', 'unreadable']).toContain(state);
    // What needs no comparing is seen all the same: something that shows, and a key of ours.
    const shown = await signPdf(file, stranger, { fieldName: 'Visible', rect: [100, 100, 200, 150] });
    stranger.remove();
    expect((await services.verifyPdf(shown)).state).toBe('changed-after-signing');
    const stolen = await signPdf(file, await stolenChain(office, otherSigner), { fieldName: 'Robada' });
    expect((await services.verifyPdf(stolen)).state).toBe('not-registered');
  });

  test('signs over no signature of others whose document may have changed', async () => {
    const stranger = makeThrowawayChain();
    const signed = await signPdf(inflating(31_000_000), stranger, { fieldName: 'Notario' });
    stranger.remove();
    const order = letterOf(director, signed);
    expect(await codeOfAct(() => services.signOficio(order, randomUUID()))).toBe('signature/not-comparable');
  });
});

test('a change that is seen stays forbidden, however much else the file holds', async () => {
  const { document } = await office.sign(letter(saying('Se concede por $100'), FONT));
  const update = beginUpdate(openPdf(document, primitives));
  putContent(update, 'Pague $1,000,000');
  addTooLarge(update);
  const changed = await services.verifyPdf(concat(document, update.finish().appended));
  expect(changed.state).toBe('changed-after-signing');
});

describe('a station', () => {
  const OID = '2a8648ce3d040302';

  /** What a service offers that has put a countersignature of its own, and `stamp`, behind the genuine letter. */
  async function offer(
    genuine: SignedOficio,
    chain: SigningChain,
    { stamp, isUnknown = false }: { stamp?: (update: PdfUpdate) => void; isUnknown?: boolean },
  ): Promise<string | undefined> {
    const person = await newcomer(office);
    const card = await makeCard(services, person);
    const { serial, certificate } = card.slots['9C']!;
    const { oficio } = genuine;
    const honest = await services.prepareCountersignature({ id: oficio.id, signerId: person.id, serial });
    if (!('intent' in honest)) throw new Error('nothing to sign');
    const id = toHex(fromHex('0011223344556677')!) as CountersignatureId;
    const own = { id, letter: oficio.id, ordinal: 1, at: systemClock(), salt: new Uint8Array(32) };
    const entries = { [COUNTERSIGN_ENTRY]: countersignEntry(own), [SALT_ENTRY]: pdfString(own.salt, true) };
    let base = await signPdf(genuine.document, chain, {
      at: own.at,
      fieldName: 'Cotejo-2',
      entries,
      ...(stamp && { stamp }),
    });
    if (isUnknown) {
      const text = toLatin1(base);
      const end = text.lastIndexOf(OID) + OID.length;
      base = fromLatin1(`${text.slice(0, end - 1)}9${text.slice(end)}`);
    }
    const { signerChain } = honest;
    const facts = { ...honest.intent, ordinal: 2 };
    const { toBeSigned } = layOutCountersignature({ primitives, signerChain }, facts, base, certificate);
    const order = { signerId: person.id, isNamed: () => true, file: genuine.document };
    const offered = { countersignature: facts, certificate, signerChain, toBeSigned, origin: OFFICE_ORIGIN, dev: true };
    return refusedFor(checkOfferedCountersignature(primitives, order, base, certificate, offered, systemClock()));
  }

  test('goes on from a letter with signatures that all hold, and from no other', async () => {
    const genuine = await office.sign(letter(saying('Se concede por $100'), FONT));
    const chain = await stolenChain(office, otherSigner);
    const keyless: SigningChain = { ...chain, signer: (await generateKey('P-256')).signer };
    expect(await offer(genuine, chain, {})).toBeUndefined();
    expect(await offer(genuine, chain, { stamp: addTooLarge })).toBe('oficio/prepared-differs');
    expect(await offer(genuine, keyless, { isUnknown: true })).toBe('oficio/prepared-differs');
  });
});
