import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { generateKey } from '../../src/adapters/keys.ts';
import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { decodeRecord, encodeRecord } from '../../src/adapters/sql/record-json.ts';
import { systemClock } from '../../src/adapters/system.ts';
import { concat } from '../../src/core/bytes.ts';
import { unixSeconds } from '../../src/core/time.ts';
import { LeafKind } from '../../src/log/leaf.ts';
import type { Official } from '../../src/directory/official.ts';
import { checkPrepared, type OfferedLetter } from '../../src/oficio/check-prepared.ts';
import type { Folio } from '../../src/oficio/folio.ts';
import { inspectDocument } from '../../src/oficio/inspect.ts';
import type { Oficio } from '../../src/oficio/oficio.ts';
import { layOutOficio } from '../../src/oficio/prepare.ts';
import type { OficioRequest } from '../../src/oficio/request.ts';
import type { SealedOficio } from '../../src/oficio/sign.ts';
import { sealOrigin } from '../../src/seal/address.ts';
import { openSeal } from '../../src/seal/open.ts';
import type { Services } from '../../src/services.ts';
import { oficioEs } from '../../src/texts/oficio.es.ts';
import {
  issueTo,
  letterOf,
  newcomer,
  OFFICE_ORIGIN,
  openData,
  openOffice,
  refusedForNothing,
  sample,
  sampleNames,
  TWO_PAGES,
} from '../support/office.ts';
import { codeOfAct } from '../support/refuses.ts';
import { makeCard, type MadeCard } from '../support/soft-slots.ts';

type CardOrder = OficioRequest & { readonly serial: string };

/** Happens once, right before the next signature is committed. */
let rival: (() => Promise<unknown>) | undefined;
const office = await openOffice({
  replace: (ports) => ({
    ...ports,
    ledger: {
      async commit(act) {
        const happens = act.leaf.kind === LeafKind.oficioSigned ? rival : undefined;
        if (happens) rival = undefined;
        await happens?.();
        return ports.ledger.commit(act);
      },
    },
  }),
});
const { services, director } = office;
const made = await makeCard(services, director);

function order(more: Partial<OficioRequest> = {}, by: MadeCard = made, official: Official = director): CardOrder {
  return { ...letterOf(official, TWO_PAGES), serial: by.slots['9C'].serial, ...more };
}

async function prepare(asked: CardOrder = order(), key: string = randomUUID()): Promise<OfferedLetter> {
  const answer = await services.prepareElsewhere(asked, key);
  if ('document' in answer) throw new Error('signed already');
  return answer;
}

/** As the card would, without one around the key. */
async function complete(offered: OfferedLetter, by: MadeCard = made, over = offered): Promise<SealedOficio> {
  const signature = await by.slots['9C'].key.signer.sign(over.toBeSigned);
  return services.completeElsewhere(offered.letter.id, { sealText: over.sealText, signature });
}

/** As the station does before it asks for a PIN. */
function check(offered: OfferedLetter, asked: CardOrder = order()): Promise<unknown> {
  const { certificate } = made.slots['9C'];
  return checkPrepared({ primitives, texts: oficioEs }, asked, certificate, offered, systemClock());
}

const leaves = async ({ log }: Services = services): Promise<number> => (await log.head()).size;

/** An official of their own, with a card. */
async function carried(): Promise<{ readonly official: Official; readonly card: MadeCard }> {
  const official = await newcomer(office);
  return { official, card: await makeCard(services, official) };
}

describe('a letter that a card signs', () => {
  test.each(sampleNames)(
    '%s is prepared, waits as a draft, and counts as any other once it is signed',
    async (name) => {
      const asked = order({ document: sample(name), place: { page: 1, left: 20, top: 20 }, amount: 125_050 });
      const offered = await prepare(asked);
      await check(offered, asked);
      expect((await services.verifyTyped(offered.letter.folio)).state).toBe('not-yet-signed');
      expect((await services.verifyTyped(offered.sealText)).state).toBe('not-yet-signed');
      const { document, oficio } = await complete(offered);
      expect(oficio.signer.serial).toBe(asked.serial);
      expect(await services.verifyPdf(document)).toMatchObject({ verdict: 'valid', state: 'current' });
      expect((await services.verifyTyped(offered.sealText)).state).toBe('current');
    },
  );

  test('has one folio and one signature, however often it is asked for', async () => {
    const key = randomUUID();
    const first = await prepare(order(), key);
    const second = await prepare(order(), key);
    expect(second.letter.folio).toBe(first.letter.folio);
    const before = await leaves();
    const [one, other] = await Promise.all([complete(first), complete(second)]);
    const again = await complete(first);
    const repeated = (await services.prepareElsewhere(order(), key)) as SealedOficio;
    for (const { document } of [other, again, repeated]) expect(Buffer.compare(document, one.document)).toBe(0);
    expect(await leaves()).toBe(before + 1);
  });

  test('is completed by a service that was stopped in between', async () => {
    const other = await openOffice();
    const { slots } = await makeCard(other.services, other.director);
    const asked = { ...letterOf(other.director, TWO_PAGES), serial: slots['9C'].serial };
    const offered = (await other.services.prepareElsewhere(asked, 'stopped')) as OfferedLetter;
    const signature = await slots['9C'].key.signer.sign(offered.toBeSigned);
    other.services.close();
    const reopened = await openData(other.config);
    const { sealText, letter } = offered;
    const { document } = await reopened.services.completeElsewhere(letter.id, { sealText, signature });
    expect((await reopened.services.verifyPdf(document)).state).toBe('current');
    reopened.services.close();
  });

  test('takes no folio with a certificate of nobody, of somebody else, of a key that is here, or that is no signer’s', async () => {
    const { card } = await carried();
    const wrong = ['00', card.slots['9C'].serial, office.signer.serial, made.slots['9A'].serial];
    for (const serial of wrong) {
      const code = await refusedForNothing(services, () =>
        services.prepareElsewhere(order({ serial }) as CardOrder, randomUUID()),
      );
      expect(code).toBe('oficio/signer-without-credential');
    }
  });

  test('is not signed with a key that is kept here, nor the other way round', async () => {
    const key = randomUUID();
    await prepare(order(), key);
    expect(await codeOfAct(() => services.signOficio(letterOf(director, TWO_PAGES), key))).toBe('log/retry-differs');
    const { official, card } = await carried();
    expect(await codeOfAct(() => services.signOficio(letterOf(official, TWO_PAGES), randomUUID()))).toBe(
      'oficio/signer-key-elsewhere',
    );
    const signer = await issueTo(services, official, 'signer');
    const { oficio } = await services.signOficio(letterOf(official, TWO_PAGES), randomUUID());
    expect(oficio.signer.serial).toBe(signer.serial);
    expect((await prepare(order({}, card, official))).letter.signer.serial).toBe(card.slots['9C'].serial);
  });
});

describe('between the halves', () => {
  test.each([
    ['suspended', 'oficio/signer-suspended', ({ slots }: MadeCard) => services.suspendCredential(slots['9C'].serial)],
    [
      'revoked',
      'oficio/signer-without-credential',
      ({ slots }: MadeCard) => services.revokeCredential(slots['9C'].serial, { reason: 'superseded' }),
    ],
    [
      'on a card that was lost',
      'oficio/signer-without-credential',
      ({ card }: MadeCard) => services.cards.end({ number: card.number, reason: 'lost' }),
    ],
    [
      'of somebody who left',
      'oficio/signer-without-mandate',
      ({ card }: MadeCard) => services.endOfficial({ id: card.officialId, on: '2026-01-20', reason: 'resigned' }),
    ],
  ])('a credential that is %s signs nothing', async (_, code, happens) => {
    const { official, card } = await carried();
    const offered = await prepare(order({}, card, official));
    await happens(card);
    const before = await leaves();
    expect(await codeOfAct(() => complete(offered, card))).toBe(code);
    expect(await leaves()).toBe(before);
    expect((await services.verifyTyped(offered.letter.folio)).state).toBe('not-yet-signed');
  });

  test('a draft that was cancelled stays so', async () => {
    const offered = await prepare();
    await services.endOficio(offered.letter.id, { reason: 'Se desistió' });
    expect(await codeOfAct(() => complete(offered))).toBe('oficio/already-cancelled');
    const [late, before] = [await prepare(), await leaves()];
    rival = () => services.endOficio(late.letter.id, { reason: 'Se desistió a tiempo' });
    expect(await codeOfAct(() => complete(late))).toBe('oficio/already-cancelled');
    expect(await leaves()).toBe(before + 1);
  });

  test('another card is not what the letter was prepared for', async () => {
    const { official, card } = await carried();
    const key = randomUUID();
    await prepare(order({}, card, official), key);
    await services.cards.end({ number: card.card.number, reason: 'damaged' });
    const other = await makeCard(services, official);
    expect(await codeOfAct(() => prepare(order({}, other, official), key))).toBe('oficio/prepared-for-another');
  });

  test.each([
    ['the signature of another key', async () => (await generateKey('P-256')).signer.sign],
    ['nothing', async () => async () => new Uint8Array()],
    ['a signature over something else', async () => () => made.slots['9C'].key.signer.sign(new Uint8Array(40))],
  ])('%s is not taken for the signature', async (_, make) => {
    const offered = await prepare();
    const signature = await (await make())(offered.toBeSigned);
    const signed = { sealText: offered.sealText, signature };
    expect(await codeOfAct(() => services.completeElsewhere(offered.letter.id, signed))).toBe('oficio/signature-wrong');
    expect((await complete(offered)).oficio.state).toBe('signed');
  });

  test('a station puts neither the seal of another letter in, nor one that we never made', async () => {
    const [offered, other] = [await prepare(), await prepare(order({ amount: 99 }))];
    const flipped =
      offered.sealText.slice(0, -3) + (offered.sealText.at(-3) === 'A' ? 'B' : 'A') + offered.sealText.slice(-2);
    for (const sealText of [other.sealText, flipped, '', 'https://example.org/']) {
      const signature = await made.slots['9C'].key.signer.sign(offered.toBeSigned);
      const act = (): Promise<unknown> => services.completeElsewhere(offered.letter.id, { sealText, signature });
      expect(await codeOfAct(act)).toBe('oficio/seal-not-of-letter');
    }
    // Of two seals that we made for one letter each goes with its own signature only.
    const key = randomUUID();
    const [first, second] = [await prepare(order(), key), await prepare(order(), key)];
    const crossed = { ...first, sealText: second.sealText };
    expect(await codeOfAct(() => complete(first, made, crossed))).toBe('oficio/signature-wrong');
  });

  test.each([
    ['asks for more', { amount: 5_000_000 }],
    ['says that it was signed before', { alreadySigned: true }],
  ])('a row that somebody edits so that it %s is not signed', async (_, change) => {
    const offered = await prepare();
    const { database } = office.ports.data;
    const { record } = database.prepare('SELECT record FROM oficio WHERE key = ?').get(offered.letter.id) as {
      record: string;
    };
    const edited = encodeRecord({ ...(decodeRecord(record) as Oficio), ...change });
    const put = database.prepare('UPDATE oficio SET record = ? WHERE key = ?');
    put.run(edited, offered.letter.id);
    expect(await codeOfAct(() => complete(offered))).toBe('log/corrupt');
    put.run(record, offered.letter.id);
    expect((await complete(offered)).oficio.amount).toBe(0);
  });
});

describe('a service that wants something else signed', () => {
  const other = concat(TWO_PAGES, new TextEncoder().encode('% another\n'));
  const change =
    (more: Partial<OfferedLetter['letter']>) =>
    (honest: OfferedLetter): OfferedLetter => ({
      ...honest,
      letter: { ...honest.letter, ...more },
    });
  const head =
    (more: object) =>
    (honest: OfferedLetter): OfferedLetter => ({
      ...honest,
      letterhead: { ...honest.letterhead, ...more },
    });
  /** All that follows from another letterhead is laid out anew. */
  const laidOut =
    (more: Partial<OfferedLetter['letterhead']>) =>
    async (honest: OfferedLetter): Promise<OfferedLetter> => {
      const { letter, certificate, signerChain, sealText } = honest;
      const letterhead = { ...honest.letterhead, ...more };
      const deps = { primitives, signerChain, allowHttp: true, letterhead: { ...letterhead, texts: oficioEs } };
      const { bytes } = openSeal(sealText, { origins: [sealOrigin(OFFICE_ORIGIN)] });
      const inspected = await inspectDocument(TWO_PAGES, undefined, primitives);
      const { prepared, ...sealed } = layOutOficio(deps, letter, inspected, certificate, bytes);
      return { ...honest, ...sealed, letterhead, toBeSigned: prepared.toBeSigned };
    };
  test.each<[string, string, (honest: OfferedLetter) => OfferedLetter | Promise<OfferedLetter>]>([
    ['another document', 'seal', () => prepare(order({ document: other }))],
    ['a letter that asks for money', 'amount', () => prepare(order({ amount: 500_000 }))],
    [
      'a seal that asks for money',
      'seal',
      async (honest) => ({ ...(await prepare(order({ amount: 500_000 }))), letter: honest.letter }),
    ],
    ['another subject', 'subject', () => prepare(order({ subject: 'Otro' }))],
    ['another type', 'type', () => prepare(order({ type: 'citatorio' }))],
    ['another folio than was asked for', 'folio', change({ folio: 'AE/DGG/0900/2026' as Folio })],
    ['a term', 'term', change({ expires: unixSeconds(2_000_000_000) })],
    ['a day that is yet to come', 'time', change({ sealedAt: unixSeconds(4_000_000_000) })],
    ['another number of pages', 'pages', change({ pages: 9 })],
    ['another salt', 'bytes', change({ salt: new Uint8Array(32) })],
    [
      'another person on the page',
      'bytes',
      (honest) => change({ signer: { ...honest.letter.signer, name: 'Otra' } })(honest),
    ],
    [
      'as somebody else',
      'signer',
      (honest) => change({ signer: { ...honest.letter.signer, officialId: office.subdirector.id } })(honest),
    ],
    ['with another certificate', 'certificate', (honest) => ({ ...honest, certificate: made.slots['9A'].certificate })],
    ['as another institution', 'institution', head({ institution: { name: 'Otra', telephone: '', legend: '' } })],
    ['at another address', 'origin', laidOut({ origin: 'https://verifica.ejemplo.invalid' })],
    ['at an address that begins alike', 'origin', laidOut({ origin: `${OFFICE_ORIGIN}.invalid` })],
    ['at another address of the same host', 'origin', laidOut({ origin: `${OFFICE_ORIGIN}/x` })],
    ['at an address without TLS', 'origin', laidOut({ origin: 'http://192.0.2.66:8080' })],
    ['as none of a test', 'development', laidOut({ dev: false })],
    [
      'other bytes than follow from all that',
      'bytes',
      async (honest) => ({ ...honest, toBeSigned: (await prepare(order({ document: other }))).toBeSigned }),
    ],
    ['anything at all', 'bytes', (honest) => ({ ...honest, toBeSigned: new Uint8Array(32) })],
  ])('%s is found out before any PIN', async (_, what, offer) => {
    const honest = await prepare();
    const asked = order(what === 'folio' ? { folio: honest.letter.folio } : {});
    await check(honest, asked);
    await expect(check(await offer(honest), asked)).rejects.toMatchObject({
      code: 'oficio/prepared-differs',
      facts: { what },
    });
  });
});
