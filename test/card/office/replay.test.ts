import { describe, expect, test } from 'vitest';
import { systemRandom } from '../../../src/adapters/system.ts';
import { drawCardNumber, parseCardNumber, type Card } from '../../../src/card/card.ts';
import { parseTagBatch } from '../../../src/card/ntag424/sun.ts';
import { makeGuid } from '../../../src/card/piv/chuid.ts';
import { activatedRecord, endedRecord, registeredRecord, tagRecord } from '../../../src/card/office/record.ts';
import { cardAfter, cardOfRegistration, type CardAct } from '../../../src/card/office/replay.ts';
import { decodeCbor, type CborValue } from '../../../src/core/cbor.ts';
import { toHex } from '../../../src/core/bytes.ts';
import { parseDay, unixSeconds } from '../../../src/core/time.ts';
import type { OfficialId } from '../../../src/directory/official.ts';
import { LeafKind } from '../../../src/log/leaf.ts';

const decoded = (record: Uint8Array) => decodeCbor(record) as readonly CborValue[];
const at = unixSeconds(1_790_000_000);

const registered: Card = {
  number: drawCardNumber(systemRandom),
  officialId: 'E439M3PJ' as OfficialId,
  guid: toHex(makeGuid(systemRandom)),
  expires: parseDay('2029-12-31')!,
  state: 'registered',
  registeredAt: at,
  registeredLeaf: 7,
};
const tag = { uid: '04A1B2C3D4E5F6', batch: parseTagBatch('0001')!, keyVersion: 3 };
const given: Card = { ...registered, tag, tagLeaf: 8 };
const active: Card = { ...given, state: 'active', activatedAt: at, certified: [], activatedLeaf: 9 };
const ended: Card = { ...active, state: 'ended', ended: { at, reason: 'lost' }, endedLeaf: 10 };

const act = (kind: LeafKind, index: number, record: Uint8Array): CardAct => ({ kind, index, record: decoded(record) });
const giving = (index: number, of: Card = given) => act(LeafKind.cardTagAssigned, index, tagRecord(of));
const activating = (index: number, of: Card = active) => act(LeafKind.cardActivated, index, activatedRecord(of));
const endingIt = (index: number, of: Card = ended) => act(LeafKind.cardEnded, index, endedRecord(of));

describe('the leaves of a card', () => {
  test('say all of it, one after another', () => {
    expect(cardOfRegistration(decoded(registeredRecord(registered)), 7)).toEqual(registered);
    expect(cardAfter(registered, giving(8))).toEqual(given);
    expect(cardAfter(given, activating(9))).toEqual(active);
    expect(cardAfter(active, endingIt(10))).toEqual(ended);
    // A tag that said again that it is blank, before any was proven.
    const newer: Card = { ...given, tag: { ...tag, batch: parseTagBatch('0002')!, keyVersion: 7 }, tagLeaf: 12 };
    expect(cardAfter(given, giving(12, newer))).toEqual(newer);
    const proven: Card = { ...newer, state: 'active', activatedAt: at, certified: [], activatedLeaf: 13 };
    expect(cardAfter(newer, activating(13, proven))).toEqual(proven);
    // A card without a tag.
    const bare: Card = { ...registered, state: 'active', activatedAt: at, certified: [], activatedLeaf: 9 };
    expect(cardAfter(registered, activating(9, bare))).toEqual(bare);
  });

  test('change nothing where no office would write them then', () => {
    const other: Card = { ...active, tag: { ...tag, keyVersion: 4 } };
    const older: Card = { ...active, tag: { ...tag, keyVersion: 2 } };
    const another: Card = { ...active, tag: { ...tag, uid: '04A1B2C3D4E5F7', keyVersion: 4 } };
    const bare: Card = { ...registered, activatedAt: at, certified: [] };
    for (const [card, late] of [
      [given, giving(20)],
      [given, giving(20, older)],
      [given, giving(20, another)],
      [active, giving(20, other)],
      [given, activating(20, older)],
      [{ ...bare, state: 'active', activatedLeaf: 9 } as Card, giving(20)],
      [given, activating(20, other)],
      [given, activating(20, bare)],
      [registered, activating(20)],
      [active, activating(20, { ...active, activatedAt: unixSeconds(5) })],
      [ended, giving(20)],
      [ended, activating(20)],
      [ended, endingIt(20, { ...ended, ended: { at, reason: 'left' } })],
    ] as const) {
      expect(cardAfter(card, late)).toEqual(card);
    }
  });

  test('count unread only against it', () => {
    for (const kind of [LeafKind.cardTagAssigned, LeafKind.cardActivated]) {
      expect(cardAfter(registered, { kind, index: 20 })).toEqual(registered);
    }
    expect(cardAfter(active, { kind: LeafKind.cardEnded, index: 20 })).toEqual({
      ...active,
      state: 'ended',
      endedLeaf: 20,
    });
  });

  test('are in one spelling', () => {
    const [version, name, , official, guid, day, time] = decoded(registeredRecord(registered));
    const { number } = registered;
    const old = makeGuid(systemRandom);
    old[6] = 0x10;
    for (const record of [
      [version, name, number.toLowerCase(), official, guid, day, time],
      [version, name, `${number.slice(0, 11)}U`, official, guid, day, time],
      [version, name, number, 'e439m3pj', guid, day, time],
      [version, name, number, official, old, day, time],
      [version, name, number, official, guid, '2029-02-30', time],
      [version, name, number, official, guid, day, -1],
      [version, name, number, official, guid, day, time, null],
      [version, 'card/ended', number, official, guid, day, time],
    ] as CborValue[][]) {
      expect(cardOfRegistration(record, 7)).toBeUndefined();
    }
  });
});

test('one wrong symbol of a number, or two exchanged ones, are found', () => {
  for (let round = 0; round < 200; round++) {
    const number = drawCardNumber(systemRandom);
    expect(parseCardNumber(number)).toBe(number);
    const wrong = [...number];
    const place = round % 12;
    wrong[place] = wrong[place] === '7' ? 'X' : '7';
    if (wrong.join('') !== number) expect(parseCardNumber(wrong.join(''))).toBeUndefined();
    const swapped = [...number];
    [swapped[place], swapped[(place + 5) % 12]] = [swapped[(place + 5) % 12]!, swapped[place]!];
    if (swapped.join('') !== number) expect(parseCardNumber(swapped.join(''))).toBeUndefined();
  }
});
