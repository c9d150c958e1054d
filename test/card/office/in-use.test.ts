import { describe, expect, test } from 'vitest';
import { answerOfTag } from '../../../cli/cards/ask-card.ts';
import type { VerdictView } from '../../../cli/show-verdict.ts';
import { systemClock } from '../../../src/adapters/system.ts';
import { parseTagUid } from '../../../src/card/ntag424/uid.ts';
import { fromHex } from '../../../src/core/bytes.ts';
import { factoryTag } from '../../../hardware/soft-ntag424.ts';
import { MAKER } from '../ntag424/tag-kit.ts';
import { takeRow } from '../../support/edited-row.ts';
import { newcomer, openOffice } from '../../support/office.ts';
import { codeOfAct } from '../../support/refuses.ts';
import { makeCard } from '../../support/soft-slots.ts';
import { makeTaggedCard } from '../../support/tagged-cards.ts';

const office = await openOffice();
const { services, ports } = office;
const { cards } = services;
const { database } = ports.data;

const stateOf = async (path: string): Promise<string> =>
  (await services.verifyTap(path.slice('/c/'.length))).answer.state;

describe('the tag of a card in use', () => {
  const made = newcomer(office).then((person) => makeTaggedCard(services, person));
  const tagOf = async () => (await cards.find({ number: (await made).number }))!.tag!;

  test('has keys that nobody is given any more', async () => {
    const uid = parseTagUid(fromHex((await tagOf()).uid)!)!;
    const { number } = await made;
    for (const isBlank of [true, false]) {
      expect(await codeOfAct(() => cards.assignTag(number, uid, { isBlank }))).toBe('card/already-active');
    }
  });

  test('keeps its taps whatever counter a station says that it read', async () => {
    const { number, serials, tap } = await made;
    const { keyVersion, uid: digits } = await tagOf();
    const uid = parseTagUid(fromHex(digits)!)!;
    await cards.activate({ number, serials, tag: { uid, keyVersion, counter: 0xffffff } });
    expect(await stateOf(await tap())).toBe('current');
  });

  test('counts each tap once, whoever puts an older counter into the database', async () => {
    const path = await (await made).tap();
    expect(await stateOf(path)).toBe('current');
    const { uid, keyVersion } = await tagOf();
    const { changes } = database
      .prepare('INSERT OR REPLACE INTO tap_counter (tag, key_version, counter) VALUES (?, ?, 0)')
      .run(uid, keyVersion);
    expect(changes).toBe(0);
    expect(await stateOf(path)).toBe('replayed');
  });
});

test('an address that somebody kept of a stolen card says that, also when its tag is in another card by now', async () => {
  const uid = Uint8Array.of(4, 9, 8, 7, 6, 5, 4);
  const blank = () => factoryTag(uid, MAKER.sign(uid));
  const thief = await makeTaggedCard(services, await newcomer(office), { tag: blank() });
  const kept = [await thief.tap(), await thief.tap()];
  await cards.end({ number: thief.number, reason: 'stolen' });
  const present = await makeTaggedCard(services, await newcomer(office), { tag: blank() });
  expect((await cards.find({ tagUid: '04090807060504' }))?.number).toBe(present.number);
  for (const path of [...kept, ...kept]) {
    const { answer } = await services.verifyTap(path.slice('/c/'.length));
    expect(answer).toMatchObject({ state: 'revoked', subject: { card: thief.number, reason: 'keyCompromise' } });
  }
  // Each counts for itself.
  const own = await present.tap();
  expect([await stateOf(own), await stateOf(own)]).toEqual(['current', 'replayed']);
  const mixed = `${own.slice(0, -16)}${kept[1]!.slice(-16)}`;
  expect(await stateOf(mixed)).toBe('unknown-tag');
});

test('the card of who has left is still shown to a station, and ended', async () => {
  const person = await newcomer(office);
  const { card } = await makeCard(services, person);
  await services.endOfficial({ id: person.id, reason: 'resigned' });
  expect(await cards.holder(person.id)).toMatchObject({ name: person.name, card: { number: card.number } });
  expect(await cards.end({ number: card.number, reason: 'left' })).toMatchObject({ state: 'ended' });
});

test('a credential whose row is gone while its card is ended is named, and revoked once it is back', async () => {
  const { card, slots } = await makeCard(services, await newcomer(office));
  const { serial } = slots['9C'];
  const putBack = takeRow(database, 'credential', serial);
  const end = () => cards.end({ number: card.number, reason: 'damaged' });
  expect(await codeOfAct(end)).toBe('log/corrupt');
  putBack();
  expect(await end()).toMatchObject({ state: 'ended' });
  expect((await services.verifyCredential(serial)).state).toBe('revoked');
});

describe('what a tag at the counter held', () => {
  const tap = { check: 'card/tap', outcome: 'pass', detail: '' };
  const verdict = (card: string | undefined, more: Partial<VerdictView> = {}): VerdictView => ({
    ...{ verdict: 'valid', state: 'current', dev: true, checkedAt: '2026-01-01T00:00:00Z', checks: [tap] },
    subject: card === undefined ? {} : { card },
    ...more,
  });

  test('is of the card whose tag it is, by a tap', async () => {
    const { card } = await makeCard(services, await newcomer(office));
    const at = systemClock();
    const own = verdict(card.number);
    expect(answerOfTag(own, card, at)).toEqual({ verdict: own, card });
    const revoked = verdict(card.number, { verdict: 'invalid', state: 'revoked' });
    expect(answerOfTag(revoked, card, at)).toEqual({ verdict: revoked, card });
    const forgeries: readonly (readonly [VerdictView, typeof card | undefined])[] = [
      // Its printed number, written into a tag.
      [verdict(card.number, { checks: [] }), card],
      [verdict(card.number, { verdict: 'invalid', state: 'revoked', checks: [] }), card],
      // The address of a letter.
      [verdict(undefined, { checks: [] }), card],
      // A tap of somebody else's card.
      [verdict('000000000000'), card],
      [verdict(card.number), undefined],
    ];
    for (const [one, known] of forgeries) {
      expect(answerOfTag(one, known, at)).toMatchObject({ verdict: { verdict: 'invalid', state: 'not-ours' } });
      expect(answerOfTag(one, known, at).card).toBeUndefined();
    }
  });
});
