import { existsSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Transport } from '../../../cli/client.ts';
import type { CountersignOrder } from '../../../cli/countersign-letter.ts';
import { nodePrimitives as primitives } from '../../../src/adapters/primitives.ts';
import { fromBase64, toBase64 } from '../../../src/core/base64.ts';
import { concat, fromLatin1 } from '../../../src/core/bytes.ts';
import { parseTime } from '../../../src/core/time.ts';
import type { OfferedCountersignatureView } from '../../../src/http/staff/countersignatures.ts';
import { layOutCountersignature, type LaidOutCountersignature } from '../../../src/oficio/lay-out-countersignature.ts';
import type { OficioId } from '../../../src/oficio/oficio.ts';
import { pdfString } from '../../../src/pdf/object.ts';
import { sample } from '../../support/office.ts';
import { letter as blank } from '../../pdf/build.ts';
import { missingJudge } from '../../support/judges.ts';
import { signPdf } from '../../support/sign-pdf.ts';
import { stolenChain } from '../../support/stolen-key.ts';
import { makeThrowawayChain } from '../../support/throwaway-chain.ts';
import { sitDown } from '../../support/signing-station.ts';
import { listening } from '../../support/soft-cards.ts';
import { insertCard } from './station-kit.ts';

import { codeOf, isPin, isSignature, openCountersigning } from './countersign-kit.ts';
const { office, state, given } = await openCountersigning();
const { services, subdirector } = office;

const noOpenssl = missingJudge('openssl');

describe('a service that wants something else signed', () => {
  const lying =
    (change: (offered: OfferedCountersignatureView) => object) =>
    (transport: Transport): Transport =>
    async (request) => {
      const answer = await transport(request);
      if (!request.url.endsWith('/countersignatures/prepared')) return answer;
      return Response.json(change((await answer.json()) as OfferedCountersignatureView));
    };
  const differing =
    (fields: Partial<OfferedCountersignatureView['countersignature']>) =>
    (offered: OfferedCountersignatureView): object => ({
      ...offered,
      countersignature: { ...offered.countersignature, ...fields },
    });

  test.each<[string, (offered: OfferedCountersignatureView) => object]>([
    ['other bytes', (offered) => ({ ...offered, toBeSigned: Buffer.alloc(64).toString('base64') })],
    ['another letter', differing({ letter: 'ab'.repeat(8) as OficioId })],
    ['another salt', differing({ salt: Buffer.alloc(32).toString('base64') })],
    ['a time long ago', differing({ at: '2026-01-01T00:00:00Z' })],
    ['a time to come', differing({ at: '2099-01-01T00:00:00Z' })],
    ['the certificate of another', (offered) => ({ ...offered, certificate: offered.signerChain[0]! })],
    ['no chain', (offered) => ({ ...offered, signerChain: [] })],
    ['the chain of another', (offered) => ({ ...offered, signerChain: [offered.certificate] })],
  ])('gets no signature over %s, and no PIN is asked for', async (_, change) => {
    const chip = listening(insertCard(state));
    const sitting = sitDown(services, chip, { through: lying(change) });
    expect(await codeOf(sitting.countersign((await given()).asked))).toBe('oficio/prepared-differs');
    expect([sitting.typed, chip.told.some(isPin), chip.told.some(isSignature)]).toEqual([[], false, false]);
  });

  test('behind a version that there is not, gets none', async () => {
    const chip = listening(insertCard(state));
    const sitting = sitDown(services, chip, { through: lying(differing({ ordinal: 2 })) });
    expect(await codeOf(sitting.countersign((await given()).asked))).toBe('oficio/not-signed');
    expect([sitting.typed, chip.told.some(isPin), chip.told.some(isSignature)]).toEqual([[], false, false]);
  });

  test('or delivers another file to be signed, gets none', async () => {
    const other = (await given()).letter;
    await services.countersignOficio({ id: other.oficio.id, signerId: subdirector.id });
    const strangers = Buffer.concat([other.document, Buffer.from('\n% more\n')]);
    for (const base of [other.document, strangers, other.document.subarray(0, other.oficio.inputLength)]) {
      const delivering =
        (transport: Transport): Transport =>
        async (request) =>
          request.url.includes('/document') ? new Response(new Uint8Array(base)) : transport(request);
      for (const one of [await given(), await given()].map(({ asked, letter }, i) =>
        i === 0 ? asked : { ...asked, target: letter.oficio.folio },
      )) {
        const chip = listening(insertCard(state));
        const sitting = sitDown(services, chip, { through: delivering });
        expect(await codeOf(sitting.countersign(one))).toBe('oficio/prepared-differs');
        expect([sitting.typed, chip.told.some(isPin)]).toEqual([[], false]);
      }
    }
  });

  /** A service that lies consistently: it wants `base` signed, with the facts that go with it. */
  const offering =
    (base: Uint8Array, fields: Partial<LaidOutCountersignature>, chain?: readonly Uint8Array[]) =>
    (transport: Transport): Transport =>
    async (request) => {
      if (request.url.includes('/document')) return new Response(new Uint8Array(base));
      const answer = await transport(request);
      if (!request.url.endsWith('/countersignatures/prepared')) return answer;
      const offered = (await answer.json()) as OfferedCountersignatureView;
      const { at, salt, ...rest } = offered.countersignature;
      const facts = { ...rest, at: parseTime(at)!, salt: fromBase64(salt)!, ...fields };
      const signerChain = chain ?? offered.signerChain.map((one) => fromBase64(one)!);
      const certificate = fromBase64(offered.certificate)!;
      const { toBeSigned } = layOutCountersignature({ primitives, signerChain }, facts, base, certificate);
      return Response.json({
        ...offered,
        countersignature: { ...offered.countersignature, letter: facts.letter, ordinal: facts.ordinal },
        signerChain: signerChain.map((one) => toBase64(one)),
        toBeSigned: toBase64(toBeSigned),
      });
    };

  async function refusedUnasked(asked: CountersignOrder, through: (transport: Transport) => Transport): Promise<void> {
    const chip = listening(insertCard(state));
    const sitting = sitDown(services, chip, { through });
    expect(await codeOf(sitting.countersign(asked))).toBe('oficio/prepared-differs');
    expect([sitting.typed, chip.told.some(isPin), chip.told.some(isSignature)]).toEqual([[], false, false]);
  }

  test('gets none over another letter of the house, whichever way the letter was named', async () => {
    const { document, oficio } = (await given()).letter;
    const { asked, letter } = await given();
    for (const target of [asked.target, letter.oficio.folio, letter.oficio.typedCode, letter.oficio.id]) {
      await refusedUnasked({ ...asked, target }, offering(document, { letter: oficio.id }));
    }
  });

  test('gets none over another document under the seal of the letter, by a key that is held there', async () => {
    const { asked, letter } = await given();
    const chain = await stolenChain(office, office.signer);
    const entries = { 'Cotejo.Seal': pdfString(fromLatin1(letter.oficio.sealText!)) };
    const forged = await signPdf(sample('oficio-chromium.pdf'), chain, { entries, at: letter.oficio.sealedAt });
    for (const target of [letter.oficio.folio, letter.oficio.typedCode, letter.oficio.id]) {
      await refusedUnasked({ ...asked, target }, offering(forged, {}));
    }
  });

  test('gets none over an older version than the one at hand', async () => {
    const { asked, letter, input } = await given();
    await services.countersignOficio({ id: letter.oficio.id, signerId: subdirector.id });
    writeFileSync(input, concat(...(await services.signedFile(letter.oficio.id))!));
    await refusedUnasked(asked, offering(letter.document, { ordinal: 1 }));
  });

  test.skipIf(noOpenssl)(`gets none over a letter that another authority signed ${noOpenssl ?? ''}`, async () => {
    const { asked, letter } = await given();
    const outsider = makeThrowawayChain();
    try {
      const input = letter.document.subarray(0, letter.oficio.inputLength);
      const entries = { 'Cotejo.Seal': pdfString(fromLatin1(letter.oficio.sealText!)) };
      const forged = await signPdf(input, outsider, { entries, at: letter.oficio.sealedAt });
      const order = { ...asked, target: letter.oficio.folio };
      await refusedUnasked(order, offering(forged, {}));
      await refusedUnasked(order, offering(forged, {}, outsider.certificates.slice(1)));
    } finally {
      outsider.remove();
    }
  });

  test('or delivers as countersigned what the card did not sign, has nothing written', async () => {
    const { asked, letter } = await given();
    const delivering =
      (transport: Transport): Transport =>
      async (request) =>
        request.url.includes('/document?version=1')
          ? new Response(new Uint8Array(letter.document))
          : transport(request);
    const sitting = sitDown(services, insertCard(state), { through: delivering });
    expect([await codeOf(sitting.countersign(asked)), existsSync(asked.output)]).toEqual([
      'oficio/delivered-differs',
      false,
    ]);
  });
});

test.skipIf(noOpenssl)(
  `a document that another installation signed may become a letter ${noOpenssl ?? ''}`,
  async () => {
    const elsewhere = makeThrowawayChain();
    try {
      const seal = 'HTTPS://OTRA.ALCALDIA.EXAMPLE/V/QRE2EAJGARCPAJ4LOGQFQSFDAYNGWART6MDURXHQ6NCHLEN4GA5AAAIAAC';
      const entries = { 'Cotejo.Seal': pdfString(fromLatin1(seal)) };
      const { oficio } = await office.sign(await signPdf(blank('BT ET'), elsewhere, { entries }));
      const { asked } = await given();
      const made = await sitDown(services, insertCard(state)).countersign({ ...asked, target: oficio.folio });
      expect(made.oficio.countersignature.ordinal).toBe(1);
    } finally {
      elsewhere.remove();
    }
  },
);
