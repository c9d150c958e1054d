import { describe, expect, test } from 'vitest';
import type { CardNumber } from '../../../src/card/card.ts';
import { formatTagUid, parseTagUid, type TagUid } from '../../../src/card/ntag424/uid.ts';
import { fromHex, toHex } from '../../../src/core/bytes.ts';
import { newcomer, openOffice, refusedForNothing } from '../../support/office.ts';
import { codeOfAct } from '../../support/refuses.ts';
import { certifySlot, proveSlot, registerCard } from '../../support/soft-slots.ts';

const office = await openOffice();
const { services } = office;
const { cards } = services;
const UID = parseTagUid(fromHex('04a1b2c3d4e5f6')!)!;

describe('a tag', () => {
  test('is part of one card, with keys of the next version each time', async () => {
    const [one, other] = [
      await registerCard(services, await newcomer(office)),
      await registerCard(services, await newcomer(office)),
    ];
    const assign = (number: CardNumber, isBlank: boolean, uid = UID) => cards.assignTag(number, uid, { isBlank });
    // Nothing of it is recorded before it is blank.
    expect(await refusedForNothing(services, () => assign(one.number, false))).toBe('card/tag-not-blank');
    const first = await assign(one.number, true);
    expect(await assign(one.number, false)).toEqual(first);
    expect(first).toMatchObject({ keyVersion: 1, origin: services.charter.origin });
    const second = parseTagUid(fromHex('04ffffffffffff')!)!;
    for (const isBlank of [true, false]) {
      const refused = (number: CardNumber, uid: TagUid) =>
        refusedForNothing(services, () => assign(number, isBlank, uid));
      expect(await refused(other.number, UID)).toBe('card/tag-taken');
      expect(await refused(one.number, second)).toBe('card/tag-taken');
    }
    await cards.end({ number: one.number, reason: 'wiped' });
    // Whoever wipes it gets its keys, and nothing new.
    for (const isBlank of [true, false]) expect(await assign(one.number, isBlank)).toEqual(first);
    await expect(assign(other.number, false)).rejects.toMatchObject({
      code: 'card/tag-not-blank',
      facts: { number: one.number },
    });
    const again = await assign(other.number, true);
    expect(again.keyVersion).toBe(2);
    for (const number of [0, 1, 3, 4]) expect(again.keys[number]).not.toEqual(first.keys[number]);
    expect((await cards.find({ tagUid: formatTagUid(UID) }))?.number).toBe(other.number);
  });

  test('that says again that it is blank gets other keys, and only the last ones count', async () => {
    const { number } = await registerCard(services, await newcomer(office));
    const uid = parseTagUid(fromHex('04a0b0c0d0e0f0')!)!;
    const told = [];
    for (const keyVersion of [1, 2, 3]) {
      const assigned = await cards.assignTag(number, uid, { isBlank: true });
      expect(assigned.keyVersion).toBe(keyVersion);
      told.push(...[0, 1, 3, 4].map((key) => toHex(assigned.keys[key]!)));
      expect(await cards.find({ number })).toMatchObject({ state: 'registered', tag: { keyVersion } });
    }
    expect(new Set(told).size).toBe(3 * 4);
    expect((await services.auditLog()).register.findings).toEqual([]);
    const activate = (keyVersion: number) =>
      cards.activate({ number, serials: [], tag: { uid, keyVersion, counter: 0xffffff } });
    for (const version of [1, 2, 4]) {
      const found = await services.log.head();
      await expect(activate(version)).rejects.toMatchObject({
        code: 'card/tag-given-anew',
        facts: { proven: version, present: 3 },
      });
      expect(await services.log.head()).toEqual(found);
    }
    // Nobody used up the taps of the one that counts.
    const tap = { uid, keyVersion: 3, counter: 2 };
    expect(await cards.activate({ number, serials: [], tag: tap })).toMatchObject({ tag: { keyVersion: 3 } });
    for (const version of [1, 2]) expect(await codeOfAct(() => activate(version))).toBe('card/tag-given-anew');
    const { database } = office.ports.data;
    const counters = database.prepare('SELECT key_version, counter FROM tap_counter WHERE tag = ?');
    expect(counters.all(formatTagUid(uid))).toEqual([{ key_version: 3, counter: 2 }]);
    expect((await services.toldCards.history(number)).events.map(({ act }) => act)).toEqual([
      'card/registered',
      ...Array<string>(3).fill('card/tag-assigned'),
      'card/activated',
    ]);
    expect((await services.auditLog()).register.findings).toEqual([]);
  });

  test('that several stations give keys at once gets others each time, and counts with those that it has then', async () => {
    for (let round = 0; round < 12; round++) {
      const { number } = await registerCard(services, await newcomer(office));
      const uid = parseTagUid(fromHex(`04c0ffee0000${round.toString(16).padStart(2, '0')}`)!)!;
      await cards.assignTag(number, uid, { isBlank: true });
      const tag = { uid, keyVersion: 1, counter: 1 };
      const activate = cards.activate({ number, serials: [], tag }).then(
        () => 'active',
        (error: { readonly code: string }) => error.code,
      );
      const given = await Promise.allSettled(
        [1, 2, 3].map(() => cards.assignTag(number, uid, { isBlank: true }).then(({ keyVersion }) => keyVersion)),
      );
      const versions = given.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      expect(new Set(versions).size).toBe(versions.length);
      const { state, tag: now } = (await cards.find({ number }))!;
      expect([await activate, now!.keyVersion]).toEqual(
        state === 'active' ? ['active', 1] : ['card/tag-given-anew', Math.max(...versions)],
      );
      expect(given.every(({ status }) => status === 'rejected')).toBe(state === 'active');
    }
    expect((await services.auditLog()).register.findings).toEqual([]);
  });

  test('whose keys are told again says so in the log, and to which station', async () => {
    const card = await registerCard(services, await newcomer(office));
    const uid = parseTagUid(fromHex('04030303040506')!)!;
    const told = async () =>
      (await services.toldCards.history(card.number)).events.filter(({ act }) => act === 'card/opened');
    const { keys } = await cards.assignTag(card.number, uid, { isBlank: true });
    expect(await told()).toEqual([]);
    expect(await cards.assignTag(card.number, uid, { isBlank: false, station: 'ana@mesa' })).toMatchObject({ keys });
    await cards.end({ number: card.number, reason: 'wiped' });
    await cards.assignTag(card.number, uid, { isBlank: false });
    expect((await told()).map(({ secret, station }) => [secret, station])).toEqual([
      ['tag-keys', 'ana@mesa'],
      ['tag-keys', undefined],
    ]);
    expect((await services.auditLog()).register.findings).toEqual([]);
  });

  test('may be alone on a card, and is activated with it or not at all', async () => {
    const card = await registerCard(services, await newcomer(office));
    const uid = parseTagUid(fromHex('04010203040506')!)!;
    expect(await codeOfAct(() => cards.activate({ number: card.number, serials: [] }))).toBe('card/not-proven');
    await cards.assignTag(card.number, uid, { isBlank: true });
    expect(await codeOfAct(() => cards.activate({ number: card.number, serials: [] }))).toBe('card/not-proven');
    expect(
      await codeOfAct(() =>
        cards.activate({ number: card.number, serials: [], tag: { uid: UID, keyVersion: 1, counter: 2 } }),
      ),
    ).toBe('card/tag-taken');
    const active = await cards.activate({ number: card.number, serials: [], tag: { uid, keyVersion: 1, counter: 2 } });
    expect(active).toMatchObject({ state: 'active', tag: { uid: '04010203040506', keyVersion: 1 } });
    expect((await services.verifyBadge(card.number)).state).toBe('current');
    expect((await services.auditLog()).register.findings).toEqual([]);
  });

  test('is not alone on a card for whose chip something was issued, revoked or not', async () => {
    const card = await registerCard(services, await newcomer(office));
    const uid = parseTagUid(fromHex('04020304050607')!)!;
    const staff = await certifySlot(services, card, '9A');
    await proveSlot(services, card, staff);
    await cards.assignTag(card.number, uid, { isBlank: true });
    const activate = () =>
      cards.activate({ number: card.number, serials: [], tag: { uid, keyVersion: 1, counter: 2 } });
    expect(await codeOfAct(activate)).toBe('card/not-proven');
    await cards.discard(staff.serial);
    expect(await codeOfAct(activate)).toBe('card/not-proven');
  });
});
