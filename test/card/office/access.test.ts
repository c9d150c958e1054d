import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/adapters/system.ts';
import { cardAccessBytes, type AccessProof, type CardSecret } from '../../../src/card/access-proof.ts';
import type { Card } from '../../../src/card/card.ts';
import { parseTagUid } from '../../../src/card/ntag424/uid.ts';
import { fromHex, toHex } from '../../../src/core/bytes.ts';
import { unixSeconds } from '../../../src/core/time.ts';
import { readRecord } from '../../../src/log/record.ts';
import { LeafKind } from '../../../src/log/leaf.ts';
import { newcomer, openOffice, refusedForNothing } from '../../support/office.ts';
import { codeOfAct } from '../../support/refuses.ts';
import { certifySlot, makeCard, proveSlot, registerCard, type SoftSlot } from '../../support/soft-slots.ts';

/* Who is at a station, or at the socket, is told what opens a card that is in use only with that card in a reader. */

let ahead = 0;
const office = await openOffice({ clock: () => unixSeconds(systemClock() + ahead) });
const { services } = office;
const { cards, log } = services;

const ask = {
  'management-key': (card: Card, proof?: AccessProof, station?: string) =>
    cards.managementKey({ ...of(card, proof), ...(station !== undefined && { station }) }),
  puk: (card: Card, proof?: AccessProof) => cards.puk(of(card, proof)),
} as const;
const SECRETS = ['management-key', 'puk'] as const;

function of({ number }: Card, proof: AccessProof | undefined) {
  return { number, ...(proof && { proof }) };
}

/** What the chip answers to what the office asks it before it tells a secret. */
async function proofOf(card: Card, secret: CardSecret, { key }: SoftSlot, of: CardSecret = secret) {
  const { challenge } = (await cards.accessChallenge(card.number, secret))!;
  return { challenge, signature: await key.signer.sign(cardAccessBytes(fromHex(card.guid)!, of, challenge)) };
}

async function openings(): Promise<readonly (readonly unknown[])[]> {
  const indices = await log.ofKinds([LeafKind.cardOpened], 0);
  return Promise.all(indices.map(async (index) => readRecord((await log.opening(index))!.record)!));
}

describe.each(SECRETS)('the %s of a card in use', (secret) => {
  test('is told to nobody without the card: by its number, its certificate, or a signature of something else', async () => {
    const { card, slots } = await makeCard(services, await newcomer(office));
    const refused = (proof?: AccessProof) => refusedForNothing(services, () => ask[secret](card, proof));
    expect(await refused()).toBe('card/proof-missing');
    const asked = (await cards.accessChallenge(card.number, secret))!;
    expect(asked.certificate).toEqual(slots['9E'].certificate);
    for (const slot of ['9A', '9C'] as const) {
      expect(await refused(await proofOf(card, secret, slots[slot]))).toBe('card/proof-wrong');
    }
    const other = SECRETS.find((one) => one !== secret)!;
    // What was signed for the other secret, with the challenge of the one or of the other.
    expect(await refused(await proofOf(card, secret, slots['9E'], other))).toBe('card/proof-wrong');
    expect(await refused(await proofOf(card, other, slots['9E']))).toBe('card/challenge-unknown');
    const stranger = await makeCard(services, await newcomer(office));
    expect(await refused(await proofOf(stranger.card, secret, stranger.slots['9E']))).toBe('card/challenge-unknown');
    const own = new Uint8Array(32).fill(7);
    const signature = await slots['9E'].key.signer.sign(cardAccessBytes(fromHex(card.guid)!, secret, own));
    expect(await refused({ challenge: own, signature })).toBe('card/challenge-unknown');
  });

  test('is told to who has it in a reader, once for each challenge, within two minutes', async () => {
    const { card, slots } = await makeCard(services, await newcomer(office));
    const proof = await proofOf(card, secret, slots['9E']);
    await ask[secret](card, proof);
    expect(await codeOfAct(() => ask[secret](card, proof))).toBe('card/challenge-unknown');
    const late = await proofOf(card, secret, slots['9E']);
    ahead += 121;
    expect(await codeOfAct(() => ask[secret](card, late))).toBe('card/challenge-unknown');
    const first = await proofOf(card, secret, slots['9E']);
    await proofOf(card, secret, slots['9E']);
    expect(await codeOfAct(() => ask[secret](card, first))).toBe('card/challenge-unknown');
  });
});

test('each telling stands in the log, with who asked and what the card signed, and the audit is sound', async () => {
  const { card, slots } = await makeCard(services, await newcomer(office));
  const proof = await proofOf(card, 'management-key', slots['9E']);
  const before = (await openings()).length;
  await ask['management-key'](card, proof, 'ana@estacion-2');
  const told = (await openings()).slice(before);
  expect(told).toEqual([
    [1, 'card/opened', card.number, expect.any(Number), 'management-key', 'ana@estacion-2', ...provenBy(slots['9E'])],
  ]);
  function provenBy({ serial }: SoftSlot) {
    return [fromHex(serial)!, proof.challenge, proof.signature];
  }
  expect(await cards.find({ number: card.number })).toEqual(card);
  expect((await services.auditLog()).register.findings).toEqual([]);
});

describe('a card that is being made', () => {
  test('is opened without proof until its own key is proven, in three days, and not any more then', async () => {
    const card = await registerCard(services, await newcomer(office));
    const own = await certifySlot(services, card, '9E');
    for (const secret of SECRETS) {
      expect(await cards.accessChallenge(card.number, secret)).toBeUndefined();
      await ask[secret](card);
    }
    await proveSlot(services, card, own);
    for (const secret of SECRETS) {
      expect(await codeOfAct(() => ask[secret](card))).toBe('card/proof-missing');
      await ask[secret](card, await proofOf(card, secret, own));
    }
    // Nor does whoever revokes its key come by what opens it.
    await cards.discard(own.serial);
    for (const secret of SECRETS) expect(await codeOfAct(() => ask[secret](card))).toBe('card/proof-missing');
    const old = await registerCard(services, await newcomer(office));
    ahead += 72 * 3600 + 1;
    for (const secret of SECRETS) {
      expect(await codeOfAct(() => cards.accessChallenge(old.number, secret))).toBe('card/making-expired');
      expect(await refusedForNothing(services, () => ask[secret](old))).toBe('card/making-expired');
    }
    // The way out: it is ended, wiped, and made again.
    await cards.end({ number: old.number, reason: 'damaged' });
    for (const secret of SECRETS) await ask[secret](old);
  });

  test('under a clock that was ahead is opened no longer for it', async () => {
    ahead += 200 * 86_400;
    const card = await registerCard(services, await newcomer(office));
    ahead -= 200 * 86_400;
    for (const secret of SECRETS) expect(await codeOfAct(() => ask[secret](card))).toBe('card/making-expired');
  });
});

test('of a tag alone nothing is told while it is in use', async () => {
  const card = await registerCard(services, await newcomer(office));
  const uid = parseTagUid(fromHex('04a1b2c3d4e5f6')!)!;
  await cards.assignTag(card.number, uid, { isBlank: true });
  await cards.activate({ number: card.number, serials: [], tag: { uid, keyVersion: 1, counter: 1 } });
  for (const secret of SECRETS) expect(await codeOfAct(() => ask[secret](card))).toBe('card/no-key-proven');
});

test('a card of which anything is suspended gets no other PIN until that is resumed', async () => {
  const { card, slots } = await makeCard(services, await newcomer(office));
  for (const { serial } of Object.values(slots)) {
    await services.suspendCredential(serial);
    expect(await codeOfAct(() => cards.accessChallenge(card.number, 'puk'))).toBe('card/suspended');
    expect(await refusedForNothing(services, () => ask.puk(card))).toBe('card/suspended');
    await services.resumeCredential(serial);
  }
  await ask.puk(card, await proofOf(card, 'puk', slots['9E']));
});

test('the card of who has left is opened to be wiped, by itself, and gets no other PIN', async () => {
  const person = await newcomer(office);
  const { card, slots } = await makeCard(services, person);
  await services.endOfficial({ id: person.id, reason: 'resigned' });
  expect(await codeOfAct(() => cards.accessChallenge(card.number, 'puk'))).toBe('card/revoked');
  expect(await codeOfAct(() => ask.puk(card))).toBe('card/revoked');
  const keyOf = await ask['management-key'](card, await proofOf(card, 'management-key', slots['9E']));
  expect(toHex(keyOf('AES-256'))).toMatch(/^[0-9a-f]{64}$/);
  expect(await codeOfAct(() => ask['management-key'](card))).toBe('card/proof-missing');
});
