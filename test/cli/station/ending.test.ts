import { afterEach, describe, expect, test } from 'vitest';
import { factoryState } from '../../../hardware/soft-piv/state.ts';
import { systemRandom } from '../../../src/adapters/system.ts';
import type { CardChannel } from '../../../src/card/channel.ts';
import type { CardOffice } from '../../../src/card/office.ts';
import { until } from '../../support/driver-processes.ts';
import { fakeOffice, type FakeOffice } from '../../support/fake-office.ts';
import { expectWhole } from '../../card/station/station-kit.ts';
import { chip, tryStation, type TriedStation } from './kit.ts';

let station: TriedStation;
afterEach(() => station.seats.cut());

/** An office that does not answer any more once it is asked this. */
function muteAt(name: 'holder' | 'certify' | 'activate'): FakeOffice & { readonly isMute: () => boolean } {
  const office = fakeOffice();
  let isMute = false;
  const never = new Promise<never>(() => {});
  const told = new Proxy(office, {
    get(target, asked) {
      const act: unknown = Reflect.get(target, asked);
      if (asked === 'isMute') return () => isMute;
      if (typeof act !== 'function') return act;
      return (...given: readonly unknown[]) => {
        if (asked === name && target.cards.size > 0) isMute = true;
        return isMute ? never : Reflect.apply(act, target, given);
      };
    },
  });
  return told as FakeOffice & { readonly isMute: () => boolean };
}

async function secondsOf(act: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await act();
  return (performance.now() - began) / 1000;
}

describe('a station that is told to end', { timeout: 60_000 }, () => {
  test.each(['certify', 'activate'] as const)(
    'waits no longer than a second or two for an office that is mute at %s, and says which card is half made',
    async (name) => {
      const office = muteAt(name);
      station = await tryStation(office);
      station.readers.put('A', chip(factoryState(systemRandom)));
      await station.agree('A');
      await until(office.isMute, 'the office is mute');
      expect(await secondsOf(() => station.stop())).toBeLessThan(2);
      const [card] = [...office.cards.values()];
      expect(station.board.seats[0]!.state).toMatchObject({
        ...{ is: 'failed', number: card!.number, person: { officialId: office.ana } },
        error: { code: 'http/unavailable' },
      });
    },
  );

  test('waits no longer for a mute office where nobody was asked yet', async () => {
    const office: CardOffice & { officials: FakeOffice['officials'] } = fakeOffice();
    station = await tryStation(office);
    office.holder = () => new Promise<never>(() => {});
    station.readers.put('A', chip(factoryState(systemRandom)));
    await station.shows('A', 'looking');
    expect(await secondsOf(() => station.stop())).toBeLessThan(2);
  });

  test('finishes a card that is being written, however long it takes, and cuts when it is told so', async () => {
    const office = fakeOffice();
    const [slow, cut] = [factoryState(systemRandom), factoryState(systemRandom)];
    const slowly =
      (open: () => CardChannel, ms: number): (() => CardChannel) =>
      () => {
        const channel = open();
        return {
          ...channel,
          async transmit(command) {
            await new Promise((resolve) => setTimeout(resolve, ms));
            return channel.transmit(command);
          },
        };
      };
    station = await tryStation(office);
    station.readers.put('A', slowly(chip(slow), 30));
    await station.agree('A');
    await station.shows('A', 'working');
    await until(() => office.cards.size === 1, 'it was begun');
    expect(await secondsOf(() => station.stop())).toBeGreaterThan(1.5);
    const [card] = [...office.cards.values()];
    expectWhole(office, slow, { card: card! });

    station = await tryStation(office);
    station.readers.put('A', slowly(chip(cut), 900));
    await station.agree('A');
    await station.shows('A', 'working');
    const took = await secondsOf(async () => {
      station.seats.cut();
      await station.running;
    });
    expect(took).toBeLessThan(1);
  });
});
