import { expect, describe, test } from 'vitest';
import { withFaults } from '../../../hardware/faults.ts';
import { factoryState } from '../../../hardware/soft-piv/state.ts';
import { factoryTag, type SoftTagState } from '../../../hardware/soft-ntag424.ts';
import { systemRandom } from '../../../src/adapters/system.ts';
import type { CardChannel } from '../../../src/card/channel.ts';
import { provisionCard, type ProvisionedCard, type StationDeps } from '../../../src/card/station/provision.ts';
import { formatTagUid, parseTagUid } from '../../../src/card/ntag424/uid.ts';
import { fakeOffice, type FakeOffice } from '../../support/fake-office.ts';
import { codeOfAct } from '../../support/refuses.ts';
import { listening } from '../../support/soft-cards.ts';
import { insert, KEY_VERSION, keysAreKnown, keysAreOurs, MAKER, newTag, UID } from '../ntag424/tag-kit.ts';
import { expectWhole, insertCard, memoryJournal, people, stationOf, Stopped } from './station-kit.ts';

const options = { makerKey: MAKER.publicKey };

async function provisionTag(station: StationDeps, tag: CardChannel): Promise<ProvisionedCard> {
  const { ana } = station.office as FakeOffice;
  return provisionCard(station, ana, { tag: async () => tag }, people(), options);
}

function expectTagged({ card, tag }: ProvisionedCard, state: SoftTagState): void {
  expect(card).toMatchObject({ state: 'active', tag: { uid: formatTagUid(UID) } });
  expect(tag!.uid).toEqual(UID);
  expect(keysAreOurs(state, card.tag!.keyVersion)).toBe(true);
}

const versionOf = ({ cards }: FakeOffice): number => [...cards.values()][0]?.tag?.keyVersion ?? KEY_VERSION;

describe('a tag alone', { timeout: 300_000 }, () => {
  test('becomes the card of an official', async () => {
    const [office, state] = [fakeOffice(), newTag()];
    expectTagged(await provisionTag(stationOf(office), insert(state)), state);
    // The office tells the keys of a card in use to nobody.
    const before = structuredClone(state);
    expect(await codeOfAct(() => provisionTag(stationOf(office), insert(state)))).toBe('card/already-active');
    expect(state).toMatchObject({ keys: before.keys, files: before.files });
  });

  test('pulled at any APDU, before it was executed or after, is whole at the next tap', async () => {
    const channel = listening(insert(newTag()));
    await provisionTag(stationOf(fakeOffice()), channel);
    for (let at = 0; at < channel.told.length; at++) {
      for (const when of ['before', 'after'] as const) {
        const [office, state] = [fakeOffice(), newTag()];
        const station = stationOf(office);
        const pulled = withFaults(insert(state), [{ kind: 'pull', at, when }]);
        await expect(provisionTag(station, pulled), `APDU ${at} ${when}`).rejects.toMatchObject({
          code: 'card/removed',
        });
        expect(keysAreKnown(state, versionOf(office))).toBe(true);
        expect([...office.cards.values()].some((card) => card.state === 'active')).toBe(false);
        const [isWritten, version] = [state.versions[1] !== 0, versionOf(office)];
        const isAssigned = [...office.cards.values()].some(({ tag }) => tag);
        const done = await provisionTag(station, insert(state, 2));
        expectTagged(done, state);
        // Blank still, it has keys that were told to nothing before.
        expect(done.card.tag!.keyVersion).toBe(isWritten || !isAssigned ? version : version + 1);
        expect(office.cards.size).toBe(1);
      }
    }
  });

  test('left by a station that stops at any line of its journal, is whole at the next tap', async () => {
    const counted = memoryJournal();
    await provisionTag(stationOf(fakeOffice(), counted), insert(newTag()));
    expect(counted.lines.filter(({ step }) => step === 'write-tag')).toHaveLength(2 * 7);
    for (let at = 0; at < counted.lines.length; at++) {
      for (const when of ['before', 'after'] as const) {
        const [office, state, journal] = [fakeOffice(), newTag(), memoryJournal()];
        const station = stationOf(office, journal);
        journal.stop = { at, when };
        await expect(provisionTag(station, insert(state))).rejects.toThrow(Stopped);
        journal.stop = undefined;
        const again = provisionTag(station, insert(state, 2));
        if ([...office.cards.values()].some((card) => card.state === 'active')) {
          // Nobody noted any more that it is in use.
          await expect(again).rejects.toMatchObject({ code: 'card/already-active' });
          expect(keysAreOurs(state, versionOf(office))).toBe(true);
        } else expectTagged(await again, state);
      }
    }
  });

  test('that its maker did not sign becomes part of nothing', async () => {
    const [office, state] = [fakeOffice(), newTag()];
    const act = (): Promise<unknown> =>
      provisionCard(stationOf(office), office.ana, { tag: async () => insert(state) }, people());
    expect(await codeOfAct(act)).toBe('tag/not-genuine');
    expect([...office.cards.values()].filter(({ tag }) => tag)).toEqual([]);
    expect(state).toEqual(newTag());
  });

  test('that is exchanged at any APDU is given no key of the first', async () => {
    const other = parseTagUid(UID.with(6, 0x81))!;
    for (let at = 3; at < 40; at++) {
      const [office, state, second] = [fakeOffice(), newTag(), factoryTag(other, MAKER.sign(other))];
      const [first, next] = [insert(state), insert(second)];
      let sent = 0;
      const swapped: CardChannel = { ...first, transmit: (command) => (sent++ < at ? first : next).transmit(command) };
      await expect(provisionTag(stationOf(office), swapped), `APDU ${at}`).rejects.toThrow();
      expect(second.keys).toEqual(newTag().keys);
    }
  });

  test('of another person is refused', async () => {
    const [office, state] = [fakeOffice(), newTag()];
    const station = stationOf(office);
    await provisionTag(station, insert(state));
    const act = (): Promise<unknown> =>
      provisionCard(station, office.beto, { tag: async () => insert(state) }, people(), options);
    expect(await codeOfAct(act)).toBe('card/tag-taken');
  });
});

describe('a body with a chip and a tag', () => {
  test('is active when both are done, and not before', async () => {
    const [office, chip, tag] = [fakeOffice(), factoryState(systemRandom), newTag()];
    const station = stationOf(office);
    const parts = (atTag: CardChannel) => ({ chip: insertCard(chip), tag: async () => atTag });
    const pulled = withFaults(insert(tag), [{ kind: 'pull', at: 20, when: 'after' }]);
    const first = provisionCard(station, office.ana, parts(pulled), people(), options);
    await expect(first).rejects.toMatchObject({ code: 'card/removed' });
    expect([...office.cards.values()].map((card) => card.state)).toEqual(['registered']);
    const second = await provisionCard(station, office.ana, parts(insert(tag)), people(), options);
    expect(second.chip).toMatchObject({ began: 'resumed', slots: { '9A': 'kept', '9C': 'kept', '9E': 'kept' } });
    expectWhole(office, chip, second);
    expectTagged(second, tag);
  });
});
