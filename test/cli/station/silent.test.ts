import { afterEach, describe, expect, test } from 'vitest';
import { factoryState } from '../../../hardware/soft-piv/state.ts';
import { systemRandom } from '../../../src/adapters/system.ts';
import type { CardChannel } from '../../../src/card/channel.ts';
import type { CardOffice } from '../../../src/card/office.ts';
import { Outage } from '../../../src/core/refusal.ts';
import { expectWhole, insertCard, provision, stationOf } from '../../card/station/station-kit.ts';
import { until } from '../../support/driver-processes.ts';
import { fakeOffice } from '../../support/fake-office.ts';
import { chip, tryStation, type TriedStation } from './kit.ts';

const [SELECT, AUTHENTICATE, GENERATE] = [0xa4, 0x87, 0x47];
/** Of looks at one card that come to nothing. */
const MOST_LOOKS = 3;
/** A card that lies there is asked each second whether it does. */
const MANY_LOOKS_MS = 4_000;

let station: TriedStation;
afterEach(() => station.stop());

/** As if it were swapped so fast that the service tells nobody: it does not answer once `isOver`. */
function silentOnce(channel: CardChannel, isOver: (command: Uint8Array, answer: Uint8Array) => boolean): CardChannel {
  let isSilent = false;
  return {
    ...channel,
    async transmit(command) {
      if (isSilent && command[1] === SELECT) throw new Outage('card/removed', 'no answer');
      const answer = await channel.transmit(command);
      isSilent ||= isOver(command, answer);
      return answer;
    },
  };
}

const refused = (command: Uint8Array, answer: Uint8Array) => command[1] === AUTHENTICATE && answer.at(-2) !== 0x90;

describe('a chip that falls silent whenever it was looked at', { timeout: 60_000 }, () => {
  test.each([
    ['refusing its own key each time', 1],
    ['refusing its own key every other time, and blank in between', 2],
  ])('%s, is looked at three times, and then only once it was taken out', async (_, every) => {
    const [office, genuine, state] = [fakeOffice(), factoryState(systemRandom), factoryState(systemRandom)];
    await expect(
      provision(
        stationOf(office),
        silentOnce(pulledAt(chip(genuine)(), GENERATE), () => false),
      ),
    ).rejects.toMatchObject({ code: 'card/removed' });
    // It says the number of a card that was begun, and has the key of somebody.
    const copy = { ...state, objects: { ...state.objects, '5fc102': genuine.objects['5fc102']! } };
    copy.managementKey = { algorithm: 'AES-256', value: '77'.repeat(32) };
    let [looks, told] = [0, 0];
    const counting: CardOffice = {
      ...office,
      managementKey: (opening) => {
        told++;
        return office.managementKey(opening);
      },
    };
    const deps = { ...stationOf(office), office: counting };
    station = await tryStation({ ...counting, officials: [office.ana] }, { readers: ['A'], deps });
    station.readers.put('A', () => {
      const shows = looks++ % every === 0 ? copy : factoryState(systemRandom);
      let commands = 0;
      const isBlank = shows !== copy;
      return silentOnce(
        insertCard(shows, { personality: 'bare' }),
        (command, answer) => refused(command, answer) || (isBlank && ++commands === 2),
      );
    });
    await until(() => looks >= MOST_LOOKS, 'looked at often enough', 30_000);
    await new Promise((resolve) => setTimeout(resolve, MANY_LOOKS_MS));
    expect([looks, told <= MOST_LOOKS, told > 0]).toEqual([MOST_LOOKS, true, true]);

    // Whoever takes it out is served again, with any card.
    station.readers.pull('A');
    await station.shows('A', 'empty');
    station.readers.put('A', chip(genuine));
    await station.agree('A');
    const { number } = await station.shows('A', 'done');
    expectWhole(office, genuine, { card: office.cards.get(number)! });
  });
});

function pulledAt(channel: CardChannel, instruction: number): CardChannel {
  return {
    ...channel,
    async transmit(command) {
      if (command[1] === instruction) throw new Outage('card/removed', 'pulled');
      return channel.transmit(command);
    },
  };
}
