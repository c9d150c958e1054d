import { describe, expect, test } from 'vitest';
import { withFaults } from '../../../hardware/faults.ts';
import { factorySecrets, factoryState, padded } from '../../../hardware/soft-piv/state.ts';
import { systemRandom } from '../../../src/adapters/system.ts';
import type { CardChannel } from '../../../src/card/channel.ts';
import { chuidOf } from '../../../src/card/card-objects.ts';
import { drawCardNumber } from '../../../src/card/card.ts';
import { provisionCard } from '../../../src/card/station/provision.ts';
import { unblockCard } from '../../../src/card/station/unblock.ts';
import { challengeCard, proveCardKey } from '../../../src/card/station/verify-card.ts';
import { wipeCard, wipeTag } from '../../../src/card/station/wipe.ts';
import { encodeObject } from '../../../src/card/tlv.ts';
import { toHex } from '../../../src/core/bytes.ts';
import { fakeOffice } from '../../support/fake-office.ts';
import { codeOfAct } from '../../support/refuses.ts';
import { listening } from '../../support/soft-cards.ts';
import { insert, MAKER, newTag } from '../ntag424/tag-kit.ts';
import { insertCard, memoryJournal, people, photoOf, provision, stationOf } from '../station/station-kit.ts';

const PERSONALITIES = ['yubikey', 'pivapplet', 'bare'] as const;
const OTHER_PIN = '27182845';

describe.each(PERSONALITIES)('a %s card', { timeout: 120_000 }, (personality) => {
  const put = (state: ReturnType<typeof factoryState>): CardChannel => insertCard(state, { personality });

  async function active() {
    const [office, journal, state] = [fakeOffice({ photo: photoOf(400) }), memoryJournal(), factoryState(systemRandom)];
    const station = stationOf(office, journal);
    const { card } = await provision(station, put(state));
    return { office, station, state, card };
  }

  test('shows at a counter, without a PIN, that it is itself', async () => {
    const { station, state, card } = await active();
    const before = structuredClone(state);
    const channel = listening(put(state));
    const shown = await proveCardKey({ ...station, channel }, card);
    expect(shown.guid).toBe(card.guid);
    expect(state).toEqual(before);
    expect(channel.told.filter((one) => one[1] === 0x20)).toEqual([]);
    expect(channel.told.length).toBeLessThanOrEqual(8);
  });

  test('that bears what another one bears is a copy', async () => {
    const { station, state } = await active();
    const copy = factoryState(systemRandom);
    copy.objects = { ...state.objects };
    const challenge = (): Promise<unknown> => challengeCard({ ...station, channel: put(copy) });
    expect(await codeOfAct(challenge)).toBe('card/no-key');
    const second = await active();
    copy.keys = structuredClone(second.state.keys);
    expect(await codeOfAct(challenge)).toBe('card/signature-wrong');
    // With the certificate of its own key it has another identifier than the one in there.
    copy.objects['5fc101'] = second.state.objects['5fc101']!;
    expect(await codeOfAct(challenge)).toBe('card/certificate-of-another');
  });

  test('whose certificate the office did not issue is none of ours', async () => {
    const { state, card } = await active();
    const elsewhere = stationOf(fakeOffice());
    expect(await codeOfAct(() => unblockCard({ ...elsewhere, channel: put(state) }, async () => OTHER_PIN))).toBe(
      'card/not-ours',
    );
    const another = await active();
    const prove = (): Promise<unknown> => proveCardKey({ ...another.station, channel: put(state) }, another.card);
    expect(await codeOfAct(prove)).toBe('card/certificate-of-another');
    expect(card.state).toBe('active');
  });

  test('that is blocked gets another PIN, and only it is told the PUK', async () => {
    const { office, station, state, card } = await active();
    state.pin.triesLeft = 0;
    const chosen: string[] = [];
    const choose = async (): Promise<string> => {
      chosen.push(card.number);
      return OTHER_PIN;
    };
    expect(await unblockCard({ ...station, channel: put(state) }, choose)).toEqual(card);
    expect(state.pin).toMatchObject({ value: padded(OTHER_PIN), triesLeft: 3 });

    const copy = factoryState(systemRandom);
    copy.objects = { ...state.objects };
    const channel = listening(put(copy));
    expect(await codeOfAct(() => unblockCard({ ...station, channel }, choose))).toBe('card/no-key');
    const { puk } = office.secretsOf(card.number);
    expect(channel.told.some((one) => Buffer.from(one).includes(puk))).toBe(false);
    expect(chosen).toHaveLength(1);
  });

  test('pulled at any APDU while it is unblocked, has the one PIN or the other, and its PUK', async () => {
    const { station, state } = await active();
    const counted = listening(put(structuredClone(state)));
    await unblockCard({ ...station, channel: counted }, async () => OTHER_PIN);
    for (let at = 0; at < counted.told.length; at++) {
      for (const when of ['before', 'after'] as const) {
        const own = structuredClone(state);
        const journal = memoryJournal();
        const pulled = withFaults(put(own), [{ kind: 'pull', at, when }]);
        const act = unblockCard({ ...station, journal, channel: pulled }, async () => OTHER_PIN);
        await expect(act).rejects.toMatchObject({ code: 'card/removed' });
        expect([state.pin.value, padded(OTHER_PIN)]).toContain(own.pin.value);
        await unblockCard({ ...station, journal, channel: put(own) }, async () => OTHER_PIN);
        expect(own.pin.value).toBe(padded(OTHER_PIN));
      }
    }
  });

  test('that is wiped is blank, its credentials are revoked, and it becomes the card of somebody else', async () => {
    const { office, station, state, card } = await active();
    await wipeCard({ ...station, channel: put(state) }, card.number);
    expect(office.cards.get(card.number)).toMatchObject({ state: 'ended', ended: { reason: 'wiped' } });
    expectBlank(state);
    const again = await provision(station, put(state), office.beto);
    expect(again.card.guid).not.toBe(card.guid);
    expect(
      office.issued.filter(({ isRevoked }) => !isRevoked).every(({ number }) => number === again.card.number),
    ).toBe(true);
  });

  test('pulled at any APDU while it is wiped, is blank at the next insert', async () => {
    const first = await active();
    const counted = listening(put(first.state));
    await wipeCard({ ...first.station, channel: counted }, first.card.number);
    for (let at = 0; at < counted.told.length; at++) {
      for (const when of ['before', 'after'] as const) {
        const { office, station, state: own, card } = await active();
        const journal = memoryJournal();
        const pulled = withFaults(put(own), [{ kind: 'pull', at, when }]);
        await expect(wipeCard({ ...station, journal, channel: pulled }, card.number)).rejects.toMatchObject({
          code: 'card/removed',
        });
        const rest = await wipeCard({ ...station, journal, channel: put(own) }, card.number).catch(
          (error: unknown) => error,
        );
        // Its identifier goes last: without it, all was done.
        if (rest instanceof Error) expect(rest).toMatchObject({ code: 'card/not-ours' });
        expect(office.issued.every(({ isRevoked }) => isRevoked)).toBe(true);
        expectBlank(own);
      }
    }
  });

  test('that only says which one it is ends none in use, and is told no secret of it', async () => {
    const { office, station, state, card } = await active();
    const copy = factoryState(systemRandom);
    copy.objects = { ...state.objects };
    const before = structuredClone(copy);
    const code = await codeOfAct(() => wipeCard({ ...station, channel: put(copy) }, card.number));
    // The chip says it has the factory's key, against the journal; or one that says nothing is asked for its own.
    expect(['card/factory-again', 'card/certificate-of-another']).toContain(code);
    expect(office.cards.get(card.number)!.state).toBe('active');
    expect(copy).toEqual(before);
  });

  test('that says another number once one was confirmed ends neither, and is left as it is', async () => {
    const [first, second] = [await active(), factoryState(systemRandom)];
    const { office, station, card } = first;
    // Nothing of it was proven: whatever has the factory's key and its number could end it.
    const other = await office.register({ officialId: office.beto, idempotencyKey: 'the other' });
    second.objects['5fc102'] = toHex(encodeObject(0x53, chuidOf(other)));
    await office.end({ number: card.number, reason: 'replaced' });
    const before = structuredClone(second);
    const code = await codeOfAct(() => wipeCard({ ...station, channel: put(second) }, card.number));
    expect(code).toBe('card/exchanged');
    expect(second).toEqual(before);
    expect(office.cards.get(other.number)).toEqual(other);
  });

  test('that nobody here knows is not wiped', async () => {
    const [state, number] = [factoryState(systemRandom), drawCardNumber(systemRandom)];
    const before = structuredClone(state);
    const act = (): Promise<unknown> => wipeCard({ ...stationOf(fakeOffice()), channel: put(state) }, number);
    expect(await codeOfAct(act)).toBe('card/not-ours');
    expect(state).toEqual(before);
  });
});

test('a tag is wiped once its card is ended, and is as from the factory then', async () => {
  const [office, state] = [fakeOffice(), newTag()];
  const station = stationOf(office);
  const options = { makerKey: MAKER.publicKey };
  const { card } = await provisionCard(station, office.ana, { tag: async () => insert(state) }, people(), options);
  const wipe = () => wipeTag({ ...station, channel: insert(state) }, card.number);
  // Anybody's tag may have its number: a card in use is ended by people.
  expect(await codeOfAct(wipe)).toBe('card/still-active');
  expect(office.cards.get(card.number)!.state).toBe('active');
  await office.end({ number: card.number, reason: 'damaged' });
  const another = () => wipeTag({ ...station, channel: insert(state) }, drawCardNumber(systemRandom));
  expect(await codeOfAct(another)).toBe('card/exchanged');
  await wipe();
  expect(state.keys).toEqual(newTag().keys);
});

function expectBlank(state: ReturnType<typeof factoryState>): void {
  expect(Object.keys(state.objects)).toEqual(['5fc107']);
  const { pin, puk } = factorySecrets();
  expect([state.pin, state.puk]).toEqual([pin, puk]);
  expect(state.managementKey.value).toMatch(/^(0102030405060708)+$/);
}
