import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/adapters/system.ts';
import { nodePrimitives } from '../../../src/adapters/primitives.ts';
import { readCertificate } from '../../../src/authority/certificate.ts';
import { openCardBundle } from '../../../src/card/bundle.ts';
import { cardAccessBytes, type AccessPurpose } from '../../../src/card/access-proof.ts';
import type { Card } from '../../../src/card/card.ts';
import { composeServices } from '../../../src/compose.ts';
import { fromHex } from '../../../src/core/bytes.ts';
import { unixSeconds } from '../../../src/core/time.ts';
import type { CardSlot } from '../../../src/credential/on-card.ts';
import { statusAt } from '../../../src/revocation/status-list.ts';
import { portrait } from '../../support/installation.ts';
import { letterOf, newcomer, openOffice, refusedForNothing, TWO_PAGES } from '../../support/office.ts';
import { codeOfAct } from '../../support/refuses.ts';
import { certifySlot, makeCard, proveSlot, registerCard, type SoftSlot } from '../../support/soft-slots.ts';

/* A card that was begun: nothing on it counts, nothing waits for ever, and it is finished as one thing. */

let ahead = 0;
const office = await openOffice({ clock: () => unixSeconds(systemClock() + ahead) });
const { services, config, ports } = office;
const { cards } = services;

async function proveSlots(card: Card, slots: readonly CardSlot[] = ['9E', '9A', '9C']): Promise<readonly SoftSlot[]> {
  const made: SoftSlot[] = [];
  for (const slot of slots) {
    const one = await certifySlot(services, card, slot);
    await proveSlot(services, card, one);
    made.push(one);
  }
  return made;
}

function activate({ number }: Card, made: readonly SoftSlot[]): Promise<Card> {
  return cards.activate({ number, serials: made.map(({ serial }) => serial) });
}

describe('what is on a card that is not active', () => {
  test('is revoked fifteen minutes after it was prepared, proven or not, also by a process that knows nothing of it', async () => {
    const card = await registerCard(services, await newcomer(office));
    const [early, proven] = [await certifySlot(services, card, '9A'), await certifySlot(services, card, '9E')];
    await proveSlot(services, card, proven);
    const { slots } = await makeCard(services, await newcomer(office));
    ahead += 14 * 60;
    await services.revokeUnproven();
    expect((await services.credentials.find(early.serial))?.record.state).toBe('issued');
    ahead += 60;
    await (await composeServices(config, ports)).revokeUnproven();
    for (const { serial } of [early, proven]) {
      expect((await services.credentials.find(serial))?.record.revoked?.reason).toBe('cessationOfOperation');
    }
    expect((await services.verifyCredential(slots['9A'].serial)).state).toBe('current');
    expect((await services.verifyBadge(card.number)).state).toBe('not-yet-valid');
    const { size } = await services.log.head();
    await services.revokeUnproven();
    expect((await services.log.head()).size).toBe(size);
    // Finished later, it has new keys.
    expect((await activate(card, await proveSlots(card))).state).toBe('active');
  });

  test('is not revoked while it becomes active: either all of it counts, or it is not active', async () => {
    for (let round = 0; round < 4; round++) {
      const card = await registerCard(services, await newcomer(office));
      const made = await proveSlots(card);
      ahead += 15 * 60;
      const acts = [() => activate(card, made), () => services.revokeUnproven()];
      await Promise.allSettled((round % 2 === 0 ? acts : acts.toReversed()).map((act) => act()));
      const isActive = (await cards.find({ number: card.number }))!.state === 'active';
      const states = await Promise.all(made.map(async ({ serial }) => (await services.verifyCredential(serial)).state));
      expect(new Set(states)).toEqual(new Set([isActive ? 'current' : 'revoked']));
    }
  });

  test('is revoked as soon as the clock is right that was ahead when it was prepared', async () => {
    const card = await registerCard(services, await newcomer(office));
    ahead += 200 * 86_400;
    const made = await certifySlot(services, card, '9A');
    ahead -= 200 * 86_400;
    await (await composeServices(config, ports)).revokeUnproven();
    expect((await services.verifyCredential(made.serial)).state).toBe('revoked');
  });

  test('is not suspended any more in a list for counters, whoever asked for its status meanwhile', async () => {
    const card = await registerCard(services, await newcomer(office));
    const made = await proveSlots(card);
    await services.publications.statusList('credenciales', { madeNow: true });
    await activate(card, made);
    const { key } = readCertificate(services.charter.root);
    const { statuses } = await openCardBundle(await services.toldCards.bundle(), key.spki, nodePrimitives);
    for (const { serial } of made.filter(({ slot }) => slot !== '9C')) {
      expect(statusAt(statuses, (await services.credentials.find(serial))!.record.statusIndex)).toBe('valid');
    }
  });

  test('is told of to whoever makes it, once a key of it was proven, also where that is revoked', async () => {
    const person = await newcomer(office);
    const isProven = async () => (await cards.holder(person.id)).isCardProven;
    const card = await registerCard(services, person);
    await certifySlot(services, card, '9A');
    expect(await isProven()).toBe(false);
    const [own] = (await proveSlots(card, ['9E'])) as [SoftSlot];
    await cards.discard(own.serial);
    expect(await isProven()).toBe(true);
    await activate(card, await proveSlots(card));
    expect(await isProven()).toBeUndefined();
  });

  test('signs no letter', async () => {
    const person = await newcomer(office);
    const card = await registerCard(services, person);
    const { serial } = (await proveSlots(card)).find(({ slot }) => slot === '9C')!;
    const order = { ...letterOf(person, TWO_PAGES), serial };
    expect(await refusedForNothing(services, () => services.prepareElsewhere(order, randomUUID()))).toBe(
      'oficio/signer-without-credential',
    );
  });
});

describe('a card whose person changes in the directory while it is made', () => {
  test.each<[string, Pick<Parameters<typeof services.changeOfficial>[0], 'changes'>, Uint8Array?]>([
    ['name', { changes: { name: 'Beatriz Nueva Robles' } }],
    ['post', { changes: { post: 'Directora General de Finanzas' } }],
    ['last day', { changes: { validUntil: '2027-03-31' } }],
    ['photo', { changes: {} }, portrait()],
  ])('(%s) is active with nothing that was certified before', async (_, change, photo) => {
    const person = await newcomer(office);
    const card = await registerCard(services, person);
    const [own, staff, signer] = (await proveSlots(card)) as [SoftSlot, SoftSlot, SoftSlot];
    const seen = photo && (await services.readPhoto(photo));
    await services.changeOfficial({ id: person.id, ...change, ...(seen && { photo: seen }) });
    const upToDate = async () => (await cards.certificates(card.number)).map(({ isUpToDate }) => isUpToDate);
    expect(await upToDate()).toEqual([false, false, false]);
    expect(await codeOfAct(() => activate(card, [own, staff, signer]))).toBe('card/content-differs');
    const [newer] = (await proveSlots(card, ['9C'])) as [SoftSlot];
    expect(await codeOfAct(() => activate(card, [own, staff, newer]))).toBe('card/content-differs');
    const anew = [...(await proveSlots(card, ['9E', '9A'])), newer];
    expect(await upToDate()).toEqual([true, true, true]);
    expect((await activate(card, anew)).state).toBe('active');
  });

  test('(reserve) is active with nothing that has the name, and without a key for letters', async () => {
    const person = await newcomer(office);
    const card = await registerCard(services, person);
    const [own, staff, signer] = (await proveSlots(card)) as [SoftSlot, SoftSlot, SoftSlot];
    await services.changeOfficial({ id: person.id, changes: { publication: 'reserved', legalGround: 'Art. 113' } });
    expect(await codeOfAct(() => activate(card, [own, staff, signer]))).toBe('card/slot-not-allowed');
    expect(await codeOfAct(() => activate(card, [own, staff]))).toBe('card/slot-not-allowed');
    await cards.discard(signer.serial);
    expect(await codeOfAct(() => activate(card, [own, staff]))).toBe('card/content-differs');
    expect((await activate(card, await proveSlots(card, ['9E', '9A']))).state).toBe('active');
  });
});

describe('a card whose own key gives way to another while it is made', () => {
  const SECRETS = ['management-key', 'puk'] as const;
  const tell = (purpose: AccessPurpose, card: Card, by?: SoftSlot) => async () => {
    const number = card.number;
    const asked = by && (await cards.accessChallenge(number, purpose));
    const proof = asked && {
      challenge: asked.challenge,
      signature: await by!.key.signer.sign(cardAccessBytes(fromHex(card.guid)!, purpose, asked.challenge)),
    };
    const opening = { number, ...(proof && { proof }) };
    if (purpose === 'key-replacement') await cards.replaceKey(opening);
    else await (purpose === 'puk' ? cards.puk(opening) : cards.managementKey(opening));
  };
  const without = async (card: Card): Promise<readonly string[]> => {
    const asked = SECRETS.map(async (secret) => tell(secret, card)());
    const outcomes = await Promise.allSettled(asked);
    return outcomes.map((one) => (one.status === 'rejected' ? one.reason.code : 'told'));
  };
  const REFUSED = ['card/proof-missing', 'card/proof-missing'];
  const TOLD = ['told', 'told'];

  test('is opened without it for three days, once it signed so after it was revoked, and until the next one is proven', async () => {
    const card = await registerCard(services, await newcomer(office));
    const [own] = (await proveSlots(card, ['9E'])) as [SoftSlot];
    await tell('key-replacement', card, own)();
    await cards.discard(own.serial);
    // That it was revoked opens nothing, nor does what it signed before, or to be told a secret.
    expect(await without(card)).toEqual(REFUSED);
    for (const secret of SECRETS) await tell(secret, card, own)();
    expect(await without(card)).toEqual(REFUSED);
    await tell('key-replacement', card, own)();
    expect(await without(card)).toEqual(TOLD);
    // Also after nobody finished it for longer than a day.
    ahead += 2 * 86_400;
    expect(await without(card)).toEqual(TOLD);
    const next = await certifySlot(services, card, '9E');
    expect(await without(card)).toEqual(TOLD);
    await proveSlot(services, card, next);
    expect(await without(card)).toEqual(REFUSED);
    await cards.discard(next.serial);
    await tell('key-replacement', card, next)();
    ahead += 72 * 3600 + 1;
    expect(await without(card)).toEqual(REFUSED);
    await tell('key-replacement', card, next)();
    expect(await without(card)).toEqual(TOLD);
  });

  test('is not opened by the signature of anything else, and gives way only while it is made', async () => {
    const card = await registerCard(services, await newcomer(office));
    const [own] = (await proveSlots(card, ['9E'])) as [SoftSlot];
    await cards.discard(own.serial);
    const { challenge } = (await cards.accessChallenge(card.number, 'key-replacement'))!;
    const signature = await own.key.signer.sign(cardAccessBytes(fromHex(card.guid)!, 'management-key', challenge));
    const opening = { number: card.number, proof: { challenge, signature } };
    expect(await refusedForNothing(services, () => cards.replaceKey(opening))).toBe('card/proof-wrong');
    expect(await without(card)).toEqual(REFUSED);
    const active = await makeCard(services, await newcomer(office));
    const asked = () => cards.accessChallenge(active.card.number, 'key-replacement');
    expect(await codeOfAct(asked)).toBe('card/already-active');
  });
});
