import { afterEach, describe, expect, test } from 'vitest';
import { pageSeat, PageView } from '../../../cli/station/page-view.ts';
import { failedWords } from '../../../cli/station/words.ts';
import { factoryState } from '../../../hardware/soft-piv/state.ts';
import { systemRandom } from '../../../src/adapters/system.ts';
import { formatCardNumber } from '../../../src/card/card.ts';
import { Outage } from '../../../src/core/refusal.ts';
import { fakeOffice, type FakeOffice } from '../../support/fake-office.ts';
import { expectWhole } from '../../card/station/station-kit.ts';
import { chip, tryStation, type TriedStation } from './kit.ts';

let station: TriedStation;
afterEach(() => station.stop());

/** Of looks at one card that come to nothing. */
const MOST_LOOKS = 3;

function gone(): never {
  throw new Outage('http/unavailable', 'stopped', { reason: 'ECONNRESET' });
}

interface Leaving {
  readonly office: FakeOffice;
  /** What it is asked next of this kind is done, and not answered; nothing is, from then on. */
  leaveAt(name: string): void;
  comeBack(): void;
}

function leaving(): Leaving {
  const office = fakeOffice({ others: 1 });
  let [at, isAway] = ['', false];
  const told = new Proxy(office, {
    get(target, name) {
      const act: unknown = Reflect.get(target, name);
      if (typeof act !== 'function') return act;
      return async (...given: readonly unknown[]) => {
        if (isAway) gone();
        const answer: unknown = await Reflect.apply(act, target, given);
        isAway = name === at;
        return isAway ? gone() : answer;
      };
    },
  });
  return {
    office: told,
    leaveAt: (name) => (at = name),
    comeBack: () => ([at, isAway] = ['', false]),
  };
}

describe('a service that stops while a card is written', { timeout: 60_000 }, () => {
  test.each(['certify', 'prove', 'signContent', 'activate'])(
    'is waited for by the card that lies there, and nothing is asked again: %s',
    async (name) => {
      const { office, leaveAt, comeBack } = leaving();
      const state = factoryState(systemRandom);
      station = await tryStation(office);
      let failures = 0;
      station.board.onEvent(({ kind, seat }) => {
        if (kind === 'state' && seat.state.is === 'failed') failures++;
      });
      leaveAt(name);
      station.readers.put('A', chip(state));
      await station.agree('A');
      const failed = await station.shows('A', 'failed');
      const [card] = [...office.cards.values()];
      // Longer than a card that fails is left alone.
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      expect([failures, station.board.seats[0]!.state]).toEqual([1, failed]);
      expect(failed).toMatchObject({ person: { officialId: office.ana }, number: card!.number });
      expect(pageSeat(station.board.seats[0]!, 'es')).toMatchObject({
        ...{ waits: true, card: formatCardNumber(card!.number), person: { name: 'Ana Pérez Núñez' } },
        problem: { code: 'http/unavailable', next: expect.stringContaining('Deje puesta la tarjeta') },
      });
      expect(new PageView(station.board, station.queue, 'es').shown.awaited).toEqual([]);
      comeBack();
      expect(await station.shows('A', 'done')).toMatchObject({ person: { officialId: office.ana } });
      expect(station.board.questions).toEqual([]);
      expect(station.queue.find(office.ana)?.standing).toMatchObject({ state: 'done', number: card!.number });
      expectWhole(office, state, { card: office.cards.get(card!.number)! });
    },
  );

  test.each([
    ['register', 'next'],
    ['managementKey', 'begun'],
  ] as const)('has the PIN typed once more for a chip that has no key of its own yet: %s', async (name, why) => {
    const { office, leaveAt, comeBack } = leaving();
    station = await tryStation(office);
    leaveAt(name);
    station.readers.put('A', chip(factoryState(systemRandom)));
    await station.agree('A');
    await station.shows('A', 'failed');
    comeBack();
    expect(await station.agree('A')).toMatchObject({ why, holder: { officialId: office.ana } });
    await station.shows('A', 'done');
  });

  test('leaves a card that is pulled meanwhile among those that are awaited, with the PIN of its person', async () => {
    const { office, leaveAt, comeBack } = leaving();
    const state = factoryState(systemRandom);
    station = await tryStation(office);
    leaveAt('certify');
    station.readers.put('A', chip(state));
    await station.agree('A');
    await station.shows('A', 'failed');
    station.readers.pull('A');
    const { torn } = await station.shows('A', 'empty');
    const [card] = [...office.cards.values()];
    const number = formatCardNumber(card!.number);
    expect(failedWords(torn!, 'es').next).toContain(`${number} de Ana Pérez Núñez: meta esa misma`);
    expect(station.queue.find(office.ana)?.standing).toEqual({ state: 'begun', number: card!.number });

    station.readers.put('B', chip(state));
    await station.shows('B', 'failed');
    comeBack();
    await station.shows('B', 'done');
    expectWhole(office, state, { card: office.cards.get(card!.number)! });
  });

  test('is asked who waits again before a blank chip is told that nobody does, and tells no number of a card that was ended', async () => {
    const { office, leaveAt, comeBack } = leaving();
    station = await tryStation(office, { people: [office.ana] });
    leaveAt('certify');
    station.readers.put('A', chip(factoryState(systemRandom)));
    await station.agree('A');
    await station.shows('A', 'failed');
    station.readers.pull('A');
    await station.shows('A', 'empty');
    // Nothing on it is anything to ask the office about.
    station.readers.put('B', chip({ ...factoryState(systemRandom), objects: {} }));
    expect(await station.shows('B', 'failed')).toMatchObject({ isAwaitingService: true });
    comeBack();
    await station.shows('B', 'not-needed');

    const [card] = [...office.cards.values()];
    await office.end({ number: card!.number, reason: 'damaged' });
    station.readers.pull('B');
    await station.shows('B', 'empty');
    leaveAt('register');
    station.readers.put('B', chip(factoryState(systemRandom)));
    await station.agree('B');
    const { number } = await station.shows('B', 'failed');
    expect([number, station.queue.find(office.ana)?.standing]).toEqual([undefined, { state: 'waiting' }]);
  });

  test('that answers whenever it is waited for, and stops at each look, costs a card three looks; then it is to be taken out', async () => {
    const office = fakeOffice();
    let looks = 0;
    station = await tryStation(office, { readers: ['A'] });
    office.holder = async () => gone();
    station.readers.put('A', () => {
      looks++;
      return chip(factoryState(systemRandom))();
    });
    await expect.poll(() => looks, { timeout: 10_000 }).toBe(MOST_LOOKS);
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    expect(looks).toBe(MOST_LOOKS);
    const { next } = failedWords(await station.shows('A', 'failed'), 'es');
    expect(next).toContain('saque la tarjeta y vuelva a meterla');
  });
});
