import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../../src/adapters/primitives.ts';
import { systemClock } from '../../../src/adapters/system.ts';
import { readCertificate } from '../../../src/authority/certificate.ts';
import { openCardBundle } from '../../../src/card/bundle.ts';
import type { Card } from '../../../src/card/card.ts';
import { parseTagUid } from '../../../src/card/ntag424/uid.ts';
import { composeServices } from '../../../src/compose.ts';
import { fromHex } from '../../../src/core/bytes.ts';
import { encodeCbor } from '../../../src/core/cbor.ts';
import { Refusal } from '../../../src/core/refusal.ts';
import { unixSeconds } from '../../../src/core/time.ts';
import { CARD_SLOTS, type CardSlot } from '../../../src/credential/on-card.ts';
import type { Official } from '../../../src/directory/official.ts';
import { LeafKind } from '../../../src/log/leaf.ts';
import { findRevoked, readCrl } from '../../../src/revocation/crl.ts';
import { inflateStatuses, openStatusList, statusAt } from '../../../src/revocation/status-list.ts';
import type { Services } from '../../../src/services.ts';
import { whileErased } from '../../support/erased-openings.ts';
import { plainLeaf } from '../../support/acts.ts';
import { letterOf, newcomer, openOffice, TWO_PAGES } from '../../support/office.ts';
import { codeOfAct } from '../../support/refuses.ts';
import { certifySlot, proveSlot, registerCard, type SoftSlot } from '../../support/soft-slots.ts';
import { makeTaggedCard, type TaggedCard } from '../../support/tagged-cards.ts';

/*
 * Whoever erases what the log holds of one card holds back what is on that card, and nothing else: no list waits for it, and
 * nothing is taken away for good that putting it back would give again.
 */

let ahead = 0;
const office = await openOffice({ clock: () => unixSeconds(systemClock() + ahead) });
const { services, ports, config } = office;
const { database } = ports.data;

interface Finished {
  readonly official: Official;
  readonly card: Card;
  readonly slots: Readonly<Record<CardSlot, SoftSlot>>;
  readonly leaves: Readonly<Record<string, number>>;
}

let made = 0;

/** An active card with a tag. */
async function finished(): Promise<Finished> {
  const official = await newcomer(office);
  const { number } = await registerCard(services, official);
  const card = (await services.cards.find({ number }))!;
  const [staff, signer, own] = await Promise.all(CARD_SLOTS.map((slot) => certifySlot(services, card, slot)));
  const slots = { '9A': staff!, '9C': signer!, '9E': own! };
  for (const slot of Object.values(slots)) await proveSlot(services, card, slot);
  const uid = parseTagUid(fromHex(`04${String(made++).padStart(12, '0')}`)!)!;
  await services.cards.assignTag(number, uid, { isBlank: true });
  const serials = Object.values(slots).map(({ serial }) => serial);
  const tag = { uid, keyVersion: 1, counter: 0 };
  const active = await services.cards.activate({ number, serials, tag });
  const { registeredLeaf, tagLeaf, activatedLeaf } = active;
  const leaves = { registered: registeredLeaf, tag: tagLeaf!, activated: activatedLeaf! };
  return { official, card: active, slots, leaves };
}

const without = <Result>(index: number, act: () => Promise<Result>): Promise<Result> =>
  whileErased(database, index, act);

/** The text of the seal of a letter that is signed with the card. */
async function sign({ official, slots }: Finished): Promise<string> {
  const { serial, key } = slots['9C'];
  const offered = await services.prepareElsewhere({ ...letterOf(official, TWO_PAGES), serial }, randomUUID());
  if (!('toBeSigned' in offered)) throw new Error('already signed');
  const signature = await key.signer.sign(offered.toBeSigned);
  await services.completeElsewhere(offered.letter.id, { sealText: offered.sealText, signature });
  return offered.sealText;
}

const AUTHORITY = { '9A': 'credenciales', '9C': 'oficios' } as const;

/** What the lists say of a card: of each slot the reason in the revocation list, and the status. */
async function listed(all: Services, { slots }: Finished): Promise<readonly unknown[]> {
  const said: unknown[] = [];
  for (const slot of ['9A', '9C'] as const) {
    const { serial } = slots[slot];
    const { statusIndex } = (await services.credentials.find(serial))!.record;
    const statuses = await all.publications.statusList(AUTHORITY[slot], { madeNow: true });
    said.push(findRevoked(readCrl(await all.publishCrl(AUTHORITY[slot])), serial)?.reason);
    said.push(statusAt(inflateStatuses(openStatusList(statuses), nodePrimitives), statusIndex));
  }
  readCrl(await all.publishCrl('raiz'));
  openStatusList(await all.publications.statusList('seals', { madeNow: true }));
  return said;
}

const numbersOf = async (all: Services): Promise<readonly string[]> =>
  (await all.toldCards.list()).map(({ number }) => number);

/** The state that is answered, or why none is. */
async function tapped(all: Services, card: Pick<TaggedCard, 'tap'>): Promise<string> {
  try {
    return (await all.verifyTap((await card.tap()).slice('/c/'.length))).answer.state;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

/** An address that no tag of ours made. */
const foreign = { tap: async () => `/c/0001/${'A'.repeat(32)}/${'B'.repeat(16)}` };

const IN_FORCE = [undefined, 'valid', undefined, 'valid'];
const HELD = [6, 'suspended', 6, 'suspended'];
/** What was damaged is superseded by whatever is made next. */
const ENDED = [4, 'invalid', 4, 'invalid'];

describe.each(['registered', 'tag', 'activated'])('where the record of the leaf %s of a card is gone', (which) => {
  test('of one that ended long ago, every list is made, and what is on others stays in force', async () => {
    const ended = await finished();
    await services.cards.end({ number: ended.card.number, reason: 'damaged' });
    const other = await finished();
    await without(ended.leaves[which]!, async () => {
      const fresh = await composeServices(config, ports);
      await fresh.revokeUnproven();
      expect(await listed(fresh, other)).toEqual(IN_FORCE);
      expect(await listed(fresh, ended)).toEqual(ENDED);
      expect((await fresh.verifyCredential(other.slots['9A'].serial)).state).toBe('current');
      expect((await fresh.verifyCredential(ended.slots['9A'].serial)).state).toBe('revoked');
      // A theft on another card is recorded all the same.
      await fresh.revokeCredential(other.slots['9A'].serial, { reason: 'superseded' });
      expect((await listed(fresh, other)).slice(0, 2)).toEqual([4, 'invalid']);
    });
  });

  test('others are listed, for counters too, and tapped, and that one is told again once it is put back', async () => {
    const other = await makeTaggedCard(services, await newcomer(office));
    const one = await makeTaggedCard(services, await newcomer(office));
    await services.cards.end({ number: one.number, reason: 'damaged' });
    const later = await finished();
    const { registeredLeaf, tagLeaf, activatedLeaf, guid } = (await services.cards.find({ number: one.number }))!;
    const leaves: Readonly<Record<string, number>> = {
      registered: registeredLeaf,
      tag: tagLeaf!,
      activated: activatedLeaf!,
    };
    const all = await numbersOf(services);
    let fresh = services;
    await without(leaves[which]!, async () => {
      fresh = await composeServices(config, ports);
      const listed = which === 'registered' ? all.filter((number) => number !== one.number) : all;
      expect(await numbersOf(fresh)).toEqual(listed);
      expect(await tapped(fresh, other)).toBe('current');
      // Which tags are ours nobody knows then: one of ours is told as a stranger's to nobody.
      const isKnown = which === 'activated';
      expect(await tapped(fresh, one)).toBe(isKnown ? 'revoked' : 'log/opening-missing');
      expect(await tapped(fresh, foreign)).toBe(isKnown ? 'unknown-tag' : 'log/opening-missing');
      const { key } = readCertificate(fresh.charter.root);
      const { cards } = await openCardBundle(await fresh.toldCards.bundle(), key.spki, nodePrimitives);
      const bundled = [...cards.values()].map(({ number }) => number);
      expect(bundled).toEqual(expect.arrayContaining([other.number, later.card.number]));
      expect(cards.has(guid)).toBe(false);
    });
    expect(await numbersOf(fresh)).toEqual(all);
    expect(await tapped(fresh, one)).toBe('revoked');
    expect(await tapped(fresh, foreign)).toBe('unknown-tag');
  });

  test('what is on that card is on hold until it is put back, and is not revoked for it', async () => {
    const one = await finished();
    let fresh = services;
    await without(one.leaves[which]!, async () => {
      fresh = await composeServices(config, ports);
      ahead += 16 * 60;
      expect(await listed(fresh, one)).toEqual(HELD);
      expect(await codeOfAct(() => fresh.verifyCredential(one.slots['9A'].serial))).toBe('log/opening-missing');
      expect(await codeOfAct(() => fresh.revokeUnproven())).toBe('log/opening-missing');
      for (const all of [fresh, services]) {
        for (const { serial } of Object.values(one.slots)) {
          const code = await codeOfAct(() => all.cards.discard(serial));
          expect(['log/opening-missing', 'card/not-found']).toContain(code);
        }
      }
      expect(await listed(fresh, one)).toEqual(HELD);
    });
    for (const all of [fresh, await composeServices(config, ports)]) {
      await all.revokeUnproven();
      expect(await listed(all, one)).toEqual(IN_FORCE);
      expect((await all.verifyCredential(one.slots['9A'].serial)).state).toBe('current');
    }
  });
});

test('where a registration is gone, no process says that there is no such card, nor gives its holder another', async () => {
  const { official, card, leaves } = await finished();
  const { number, guid } = card;
  // All of it was read before.
  expect(await services.cards.find({ guid })).toMatchObject({ number });
  await without(leaves['registered']!, async () => {
    for (const { cards, verifyTyped } of [services, await composeServices(config, ports)]) {
      const register = { officialId: official.id, idempotencyKey: randomUUID() };
      for (const ask of [
        () => verifyTyped(number),
        () => cards.find({ number }),
        () => cards.find({ guid }),
        () => cards.holder(official.id),
        () => cards.register(register),
        () => cards.end({ number, reason: 'stolen' }),
      ])
        expect(await codeOfAct(ask)).toBe('log/opening-missing');
    }
  });
  expect((await services.cards.holder(official.id)).card).toEqual(card);
});

test('where a registration is gone, letters that were signed with that card are not told as signed without authority, and others are answered', async () => {
  const [one, other] = [await finished(), await finished()];
  const letters: { readonly own: string; readonly others: string } = {
    own: await sign(one),
    others: await sign(other),
  };
  await without(one.leaves['registered']!, async () => {
    for (const all of [services, await composeServices(config, ports)]) {
      expect(await codeOfAct(() => all.verifyTyped(letters.own))).toBe('log/opening-missing');
      expect((await all.verifyTyped(letters.others)).state).toBe('current');
      // What is missing is a finding of the log itself; no row is to blame.
      expect(await all.auditLog()).toMatchObject({ sound: false, register: { findings: [] } });
    }
  });
  expect((await services.verifyTyped(letters.own)).state).toBe('current');
});

test('where a proof is gone, its credential alone is on hold until it is put back, and is not revoked for it', async () => {
  const one = await finished();
  const { provenLeaf } = (await services.credentials.find(one.slots['9A'].serial))!.record;
  let fresh = services;
  await without(provenLeaf!, async () => {
    fresh = await composeServices(config, ports);
    ahead += 16 * 60;
    expect(await listed(fresh, one)).toEqual([...HELD.slice(0, 2), ...IN_FORCE.slice(2)]);
    expect(await codeOfAct(() => fresh.revokeUnproven())).toBe('log/opening-missing');
  });
  await fresh.revokeUnproven();
  expect(await listed(fresh, one)).toEqual(IN_FORCE);
});

test('the list of the root is made whatever is gone of what was prepared for people', async () => {
  const { slots } = await finished();
  const { intentLeaf } = (await services.credentials.find(slots['9A'].serial))!.record;
  await without(intentLeaf, async () => {
    const fresh = await composeServices(config, ports);
    expect(await codeOfAct(() => fresh.publishCrl('credenciales'))).toBe('log/opening-missing');
    expect(readCrl(await fresh.publishCrl('raiz')).entries.size).toBe(0);
  });
});

test('a registration that somebody appends in the place of one that is gone makes nothing count', async () => {
  const one = await finished();
  const { record } = (await services.log.opening(one.leaves['registered']!))!;
  const activation = (await services.log.opening(one.leaves['activated']!))!.record;
  await without(one.leaves['registered']!, async () => {
    const append = async (kind: LeafKind, record: Uint8Array, ref?: number): Promise<number> => {
      const leaf = plainLeaf(`erased ${made++}`, { kind, record, ...(ref !== undefined && { ref }) });
      return (await ports.ledger.commit({ leaf, writes: [] })).index;
    };
    const registered = await append(LeafKind.cardRegistered, record);
    await append(LeafKind.cardActivated, activation, registered);
    const plain = [1, 'card/activated', one.card.number, systemClock(), null, null, null, []];
    await append(LeafKind.cardActivated, encodeCbor(plain), registered);
    expect(await listed(await composeServices(config, ports), one)).toEqual(HELD);
  });
});
