import { afterEach, describe, expect, test } from 'vitest';
import { factoryState } from '../../../hardware/soft-piv/state.ts';
import { factoryTag, softNtag424, type SoftTagState } from '../../../hardware/soft-ntag424.ts';
import { systemRandom } from '../../../src/adapters/system.ts';
import type { CardChannel } from '../../../src/card/channel.ts';
import type { CardRegisterCode } from '../../../src/card/card.ts';
import { formatTagUid, parseTagUid } from '../../../src/card/ntag424/uid.ts';
import { concat, fromHex } from '../../../src/core/bytes.ts';
import { Refusal } from '../../../src/core/refusal.ts';
import type { OfficialId } from '../../../src/directory/official.ts';
import { MAKER } from '../../card/ntag424/tag-kit.ts';
import { fakeOffice, type FakeOffice } from '../../support/fake-office.ts';
import { until } from '../../support/driver-processes.ts';
import { managementDeps } from '../../support/soft-cards.ts';
import { chip, tryStation, type TriedStation } from './kit.ts';

let station: TriedStation;
afterEach(() => station.stop());

function newTag(): SoftTagState {
  const uid = parseTagUid(concat(Uint8Array.of(0x04), systemRandom(6)))!;
  return factoryTag(uid, MAKER.sign(uid));
}

const onReader = (state: SoftTagState) => (): CardChannel => softNtag424(managementDeps, state);

const uidOf = ({ uid }: SoftTagState): string => formatTagUid(parseTagUid(fromHex(uid)!)!);

const open = async (office: FakeOffice): Promise<void> => {
  station = await tryStation(office, { readers: ['A', 'B', 'T'], withTag: true, makerKey: MAKER.publicKey });
};

const tagOf = (office: FakeOffice, official: OfficialId): string | undefined =>
  [...office.cards.values()].find(({ officialId }) => officialId === official)?.tag?.uid;

/** Its chip is done, and it is its turn or not. */
async function waits(reader: string, turn: boolean): Promise<void> {
  const stateAt = (): unknown => station.board.seats.find((seat) => seat.reader === reader)?.state;
  await until(
    () => {
      const state = stateAt() as { readonly is: string; readonly turn?: boolean } | undefined;
      return state?.is === 'tag' && state.turn === turn;
    },
    `${reader} waits for its tag (${turn ? 'its turn' : 'not yet'})`,
  );
}

describe('with tags', { timeout: 60_000 }, () => {
  test('one card at a time goes to the reader for tags, the others wait in theirs', async () => {
    const office = fakeOffice();
    await open(office);
    const [first, second] = [newTag(), newTag()];
    station.readers.put('A', chip(factoryState(systemRandom)));
    await station.agree('A');
    await waits('A', true);
    station.readers.put('B', chip(factoryState(systemRandom)));
    await station.agree('B');
    await waits('B', false);
    station.readers.pull('A');
    station.readers.put('T', onReader(first));
    await station.shows('A', 'empty');
    await waits('B', true);
    station.readers.pull('T');
    station.readers.pull('B');
    station.readers.put('T', onReader(second));
    await until(() => station.queue.counts().done === 2, 'both are done');
    expect([tagOf(office, office.ana), tagOf(office, office.beto)]).toEqual([uidOf(first), uidOf(second)]);
    expect([...office.cards.values()].map(({ state }) => state)).toEqual(['active', 'active']);
  });

  test('no tag is written while its card may be another one, and both go on when they are put back', async () => {
    const office = fakeOffice();
    await open(office);
    const [a, b] = [factoryState(systemRandom), factoryState(systemRandom)];
    const tag = newTag();
    const before = structuredClone(tag);
    station.readers.put('A', chip(a));
    await station.agree('A');
    await waits('A', true);
    station.readers.put('B', chip(b));
    await station.agree('B');
    await waits('B', false);
    // The wrong one: A lies in its reader still.
    station.readers.put('T', onReader(tag));
    await until(() => failedWith('A') === 'card/tag-out-of-turn', 'A is told');
    expect(tag).toEqual(before);
    station.readers.pull('T');
    await waits('B', true);
    // Both at once: nobody knows which comes to the reader for tags.
    station.readers.pull('A');
    await until(() => failedWith('B') === 'card/tag-out-of-turn', 'B is told');
    station.readers.pull('B');
    station.readers.put('T', onReader(tag));
    await station.shows('T', 'tag-not-awaited');
    expect(tag).toEqual(before);
    expect(station.queue.entries.map(({ standing }) => standing.state)).toEqual(['begun', 'begun']);
    station.readers.pull('T');

    await station.shows('B', 'empty');
    station.readers.put('B', chip(a));
    await waits('B', true);
    station.readers.pull('B');
    station.readers.put('T', onReader(tag));
    await until(() => station.queue.counts().done === 1, 'the first is done');
    expect(tagOf(office, office.ana)).toBe(uidOf(tag));
    expect(tagOf(office, office.beto)).toBeUndefined();
  });

  const failedWith = (reader: string): unknown => {
    const state = station.board.seats.find((seat) => seat.reader === reader)?.state;
    return state?.is === 'failed' ? (state.error as { readonly code: unknown }).code : undefined;
  };

  test('a card that the office does not let be ready in the end stays told as such where its chip was done', async () => {
    const office = fakeOffice();
    const refused = new Refusal<CardRegisterCode>('card/not-proven', 'over its time');
    await open(Object.assign(office, { activate: () => Promise.reject(refused) }));
    station.readers.put('A', chip(factoryState(systemRandom)));
    await station.agree('A');
    await waits('A', true);
    station.readers.pull('A');
    station.readers.put('T', onReader(newTag()));
    await station.shows('A', 'empty');
    const { state } = station.board.seats.find(({ reader }) => reader === 'A')!;
    expect(state).toMatchObject({ is: 'empty', torn: { error: refused } });
  });
});
