import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { withFaults } from '../../../hardware/faults.ts';
import { factoryState } from '../../../hardware/soft-piv/state.ts';
import { report } from '../../../cli/station/report.ts';
import { failedWords } from '../../../cli/station/words.ts';
import { systemRandom } from '../../../src/adapters/system.ts';
import { formatCardNumber } from '../../../src/card/card.ts';
import type { CardChannel } from '../../../src/card/channel.ts';
import { Refusal } from '../../../src/core/refusal.ts';
import { fakeOffice, NOW } from '../../support/fake-office.ts';
import { codeOf } from '../../support/refuses.ts';
import { until } from '../../support/driver-processes.ts';
import { expectWhole, memoryJournal, PIN } from '../../card/station/station-kit.ts';
import { chip, expectOneCardEach, tryStation, type TriedStation } from './kit.ts';

let station: TriedStation;
afterEach(() => station.stop());

/** A card that is pulled by `pull` at this APDU of its first visit. */
function tornAt(state: ReturnType<typeof factoryState>, at: number, pull: () => void): () => CardChannel {
  return () => {
    const channel = chip(state)();
    let sent = 0;
    return {
      ...channel,
      async transmit(command) {
        const answer = await channel.transmit(command);
        if (++sent === at) pull();
        return answer;
      },
    };
  };
}

describe('a station', { timeout: 60_000 }, () => {
  test('makes the cards of a list in its order, at three readers at once, one for each person', async () => {
    const office = fakeOffice({ others: 4 });
    station = await tryStation(office);
    const states = office.officials.map(() => factoryState(systemRandom));
    const offered: string[] = [];
    for (const [i, state] of states.entries()) {
      const reader = 'ABC'[i % 3]!;
      if (i >= 3) {
        await station.shows(reader, 'done');
        station.readers.pull(reader);
        await station.shows(reader, 'empty');
      }
      station.readers.put(reader, chip(state));
      offered.push((await station.agree(reader)).holder.officialId);
    }
    for (const reader of 'ABC') await station.shows(reader, 'done');
    expect(offered).toEqual(office.officials);
    expect(station.queue.counts()).toMatchObject({ total: 6, done: 6 });
    expect([...office.cards.values()].every(({ state }) => state === 'active')).toBe(true);
    expectOneCardEach(office, states);
  });

  test('goes on with a torn card for its own person, at whatever reader, whoever is next; the PIN is not typed anew', async () => {
    const office = fakeOffice({ others: 1 });
    const [torn, other] = [factoryState(systemRandom), factoryState(systemRandom)];
    station = await tryStation(office);
    station.readers.put(
      'A',
      tornAt(torn, 70, () => station.readers.pull('A')),
    );
    await station.agree('A');
    const left = await station.shows('A', 'empty');
    expect(station.queue.find(office.ana)?.standing.state).toBe('begun');
    // By what is printed on it, and whose it is.
    const [begun] = [...office.cards.values()];
    expect(failedWords(left.torn!, 'es').next).toContain(`${formatCardNumber(begun!.number)} de Ana Pérez Núñez`);
    station.readers.put('B', chip(other));
    const next = await station.asked('B', 'offer');
    expect(next.holder.officialId).toBe(office.beto);
    station.readers.put('C', chip(torn));
    expect((await station.shows('C', 'done')).person.officialId).toBe(office.ana);
    station.board.answerOffer(next.id, { is: 'them' });
    station.board.answerPin((await station.asked('B', 'pin')).id, PIN, PIN);
    expect((await station.shows('B', 'done')).person.officialId).toBe(office.beto);
    expectOneCardEach(office, [torn, other]);
  });

  test.each(['a blank chip', 'the chip of that card'])(
    'calls again whoever had a half-made card that was ended meanwhile, when the next thing is put in: %s',
    async (what) => {
      const office = fakeOffice();
      const [torn, blank] = [factoryState(systemRandom), factoryState(systemRandom)];
      station = await tryStation(office, { people: [office.ana] });
      station.readers.put(
        'A',
        tornAt(torn, 70, () => station.readers.pull('A')),
      );
      await station.agree('A');
      await station.shows('A', 'empty');
      const [begun] = [...office.cards.values()];
      await office.end({ number: begun!.number, reason: 'damaged' });
      if (what !== 'a blank chip') {
        station.readers.put('A', chip(torn));
        expect(await station.shows('A', 'failed')).toMatchObject({ error: { code: 'card/ended' } });
        expect(station.queue.next()?.officialId).toBe(office.ana);
      }
      station.readers.put('B', chip(blank));
      // The PIN that was typed for the other card is not this one's.
      expect(await station.agree('B')).toMatchObject({ why: 'next', holder: { officialId: office.ana } });
      const { number } = await station.shows('B', 'done');
      expect(station.queue.find(office.ana)?.standing).toEqual({ state: 'done', number, made: 'here' });
      expectOneCardEach(office, [torn, blank]);
    },
  );

  test('calls them in their turn; a half-made card of which nothing can be read keeps nobody else waiting', async () => {
    const office = fakeOffice({ others: 1 });
    const { find } = office;
    station = await tryStation(office);
    for (const reader of ['A', 'B']) {
      station.readers.put(
        reader,
        tornAt(factoryState(systemRandom), 70, () => station.readers.pull(reader)),
      );
      await station.agree(reader);
      await station.shows(reader, 'empty');
    }
    const [ofAna, ofBeto] = [...office.cards.values()];
    office.find = async (by) => {
      if ('number' in by && by.number === ofAna!.number) throw new Refusal('log/opening-missing', 'gone');
      return find(by);
    };
    await office.end({ number: ofBeto!.number, reason: 'damaged' });
    station.readers.put('C', chip(factoryState(systemRandom)));
    expect((await station.asked('C', 'offer')).holder.officialId).toBe(office.beto);
    expect(station.queue.find(office.ana)?.standing).toEqual({ state: 'begun', number: ofAna!.number });
  });

  test('that was killed goes on where it was: office, journal and card say who has what', async () => {
    const office = fakeOffice({ others: 1 });
    const journal = memoryJournal();
    const [done, torn, blank] = [0, 1, 2].map(() => factoryState(systemRandom)) as [never, never, never];
    station = await tryStation(office, { journal });
    station.readers.put('A', chip(done));
    await station.agree('A');
    await station.shows('A', 'done');
    station.readers.put(
      'B',
      tornAt(torn, 70, () => station.readers.pull('B')),
    );
    await station.agree('B');
    await station.shows('B', 'empty');
    await station.stop();

    station = await tryStation(office, { journal });
    expect(station.queue.entries.map(({ standing }) => standing.state)).toEqual(['done', 'begun', 'waiting']);
    station.readers.put('A', chip(blank));
    expect((await station.agree('A')).holder.officialId).toBe(office.officials[2]);
    await station.shows('A', 'done');
    station.readers.put('C', chip(torn));
    const asked = await station.agree('C');
    expect([asked.why, asked.holder.officialId]).toEqual(['begun', office.beto]);
    await station.shows('C', 'done');
    station.readers.put('B', chip(done));
    expect(await station.shows('B', 'done')).toMatchObject({ made: 'before', person: { officialId: office.ana } });
    expectOneCardEach(office, [done, torn, blank]);
  });

  test('tells nothing of a card that was done and is being pulled, whatever happens at other readers before the service notices', async () => {
    const office = fakeOffice({ others: 1 });
    station = await tryStation(office);
    const told: string[] = [];
    const state = factoryState(systemRandom);
    station.readers.put('A', chip(state));
    await station.agree('A');
    await station.shows('A', 'done');
    station.board.onEvent(
      (event) => event.kind === 'state' && told.push(`${event.seat.reader} ${event.seat.state.is}`),
    );
    // Gone, and the service has not said so yet.
    station.readers.swap('A', () => withFaults(chip(state)(), [{ kind: 'pull', at: 0, when: 'before' }]));
    for (let i = 0; i < 5; i++) {
      station.readers.plug(`D${i}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    station.readers.pull('A');
    await station.shows('A', 'empty');
    expect(told.filter((line) => line.startsWith('A'))).toEqual(['A empty']);
  });

  test('says it where a card that came in the place of one that was done does not answer', async () => {
    const office = fakeOffice({ others: 1 });
    station = await tryStation(office);
    const state = factoryState(systemRandom);
    station.readers.put('A', chip(state));
    await station.agree('A');
    await station.shows('A', 'done');
    station.readers.swap('A', () => withFaults(chip(state)(), [{ kind: 'pull', at: 0, when: 'before' }]));
    expect((await station.shows('A', 'failed', 20_000)).error).toMatchObject({ code: 'card/removed' });
  });

  test('binds the person on the screen to the very card that lies there: one that was swapped unseen gets nothing', async () => {
    const office = fakeOffice();
    const [shown, swapped] = [factoryState(systemRandom), factoryState(systemRandom)];
    const before = structuredClone(swapped);
    station = await tryStation(office);
    station.readers.put('A', chip(shown));
    const offer = await station.asked('A', 'offer');
    station.board.answerOffer(offer.id, { is: 'them' });
    const pin = await station.asked('A', 'pin');
    station.readers.swap('A', chip(swapped));
    station.board.answerPin(pin.id, PIN, PIN);
    expect((await station.shows('A', 'failed')).error).toMatchObject({ code: 'card/removed' });
    expect(swapped).toEqual(before);
    // Looked at as another card, for which everything is asked again.
    const again = await station.asked('A', 'offer');
    expect(again.id).not.toBe(offer.id);
    expect(office.issued).toHaveLength(0);
  });

  test('says of a card that is pulled while the PIN is asked for that it is blank, and takes any other', async () => {
    const office = fakeOffice();
    station = await tryStation(office);
    station.readers.put('A', chip(factoryState(systemRandom)));
    station.board.answerOffer((await station.asked('A', 'offer')).id, { is: 'them' });
    await station.asked('A', 'pin');
    station.readers.pull('A');
    const { torn } = await station.shows('A', 'empty');
    expect(torn).toMatchObject({ person: { officialId: office.ana }, isBlank: true });
    expect(failedWords(torn!, 'es').next).toContain('cualquier otra en blanco');
    const state = factoryState(systemRandom);
    station.readers.put('A', chip(state));
    expect((await station.agree('A')).holder.officialId).toBe(office.ana);
    await station.shows('A', 'done');
    expectOneCardEach(office, [state]);
  });

  test('takes no answer to a question that is over, nor a PIN that is weak or typed in two ways', async () => {
    station = await tryStation(fakeOffice());
    station.readers.put('A', chip(factoryState(systemRandom)));
    const { id } = await station.asked('A', 'offer');
    station.readers.pull('A');
    await station.shows('A', 'empty');
    expect(codeOf(() => station.board.answerOffer(id, { is: 'them' }))).toBe('card/question-over');
    station.readers.put('A', chip(factoryState(systemRandom)));
    station.board.answerOffer((await station.asked('A', 'offer')).id, { is: 'them' });
    const pin = await station.asked('A', 'pin');
    expect(codeOf(() => station.board.answerPin(pin.id, '12345', '12345'))).toBe('card/pin-malformed');
    expect(codeOf(() => station.board.answerPin(pin.id, '123456', '123456'))).toBe('card/pin-too-simple');
    expect(codeOf(() => station.board.answerPin(pin.id, PIN, '90817264'))).toBe('card/pins-differ');
    expect(codeOf(() => station.board.answerOffer(pin.id, { is: 'them' }))).toBe('card/question-over');
    station.board.answerPin(pin.id, PIN, PIN);
    await station.shows('A', 'done');
  });

  test('calls whoever stands there instead, by name, and those who were put off last', async () => {
    const office = fakeOffice({ others: 2 });
    station = await tryStation(office);
    const state = factoryState(systemRandom);
    station.readers.put('A', chip(state));
    const first = await station.asked('A', 'offer');
    station.board.answerOffer(first.id, { is: 'later' });
    await until(() => station.board.questions[0]?.question.id !== first.id, 'the next one');
    const second = await station.asked('A', 'offer');
    expect(second.holder.officialId).toBe(office.beto);
    const [found] = station.queue.search('PERSONA 4');
    station.board.answerOffer(second.id, { is: 'other', officialId: found!.officialId });
    await until(() => station.board.questions[0]?.question.id !== second.id, 'the other one');
    expect((await station.agree('A')).holder.name).toBe('Persona 4');
    await station.shows('A', 'done');
    expect(station.queue.next()?.officialId).toBe(office.beto);
    expectOneCardEach(office, [state]);
  });

  test('never offers one person at two readers, also when somebody else is asked for', async () => {
    const office = fakeOffice();
    station = await tryStation(office);
    const declined: unknown[] = [];
    station.board.onEvent((event) => event.kind === 'declined' && declined.push(event));
    for (const reader of 'ABC') station.readers.put(reader, chip(factoryState(systemRandom)));
    const [a, b] = [await station.asked('A', 'offer'), await station.asked('B', 'offer')];
    await station.shows('C', 'not-needed');
    expect(a.holder.officialId).not.toBe(b.holder.officialId);
    station.board.answerOffer(a.id, { is: 'other', officialId: b.holder.officialId });
    const again = await station.asked('A', 'offer');
    expect([again.holder.officialId, again.id]).toEqual([office.ana, expect.any(Number)]);
    expect(again.id).not.toBe(a.id);
    expect(declined).toMatchObject([{ person: { officialId: office.beto }, error: { code: 'card/busy' } }]);
  });

  test('offers the same card to the next one where somebody gets none', async () => {
    const office = fakeOffice();
    const refusing = { ...office, holder: office.holder };
    refusing.register = async (request) => {
      if (request.officialId === office.ana) throw Object.assign(new Error('no'), { code: 'credential/no-mandate' });
      return office.register(request);
    };
    station = await tryStation(refusing);
    station.readers.put('A', chip(factoryState(systemRandom)));
    expect((await station.agree('A')).holder.officialId).toBe(office.ana);
    expect((await station.agree('A')).holder.officialId).toBe(office.beto);
    await station.shows('A', 'done');
    expect(station.queue.find(office.ana)?.standing).toMatchObject({ state: 'failed', code: 'credential/no-mandate' });
  });

  test('that is told to end finishes what is being written, and asks nobody any more', async () => {
    const office = fakeOffice();
    const state = factoryState(systemRandom);
    station = await tryStation(office);
    station.readers.put(
      'A',
      tornAt(state, 40, () => station.seats.stop()),
    );
    station.readers.put('B', chip(factoryState(systemRandom)));
    await station.asked('B', 'offer');
    await station.agree('A');
    await station.running;
    expect(station.board.questions).toEqual([]);
    const [card] = [...office.cards.values()];
    expectWhole(office, state, { card: card! });
  });

  test('tells no PIN to anything that is shown, written or reported', async () => {
    const office = fakeOffice();
    const journal = memoryJournal();
    const told: string[] = [];
    station = await tryStation(office, { journal });
    station.board.onEvent((event) => told.push(inspect(event, { depth: 12, maxStringLength: null })));
    const state = factoryState(systemRandom);
    station.readers.put(
      'A',
      tornAt(state, 60, () => station.readers.pull('A')),
    );
    await station.agree('A');
    await station.shows('A', 'empty');
    for (const fault of ['die', 'pull'] as const) {
      station.readers.put('B', () => withFaults(chip(state)(), [{ kind: fault, at: 30, when: 'after' }]));
      await station.shows('B', 'failed');
      station.readers.pull('B');
      await station.shows('B', 'empty');
    }
    station.readers.put('C', chip(state));
    await station.shows('C', 'done');
    const facts = { queue: station.queue, work: new Map(), faults: [], began: NOW, ended: NOW } as const;
    told.push(inspect(journal.lines, { depth: 5 }));
    told.push(report('json', { ...facts, language: 'es' }), report('csv', { ...facts, language: 'es' }));
    expect(told.length).toBeGreaterThan(20);
    expect(told.filter((text) => text.includes(PIN))).toEqual([]);
  });
});
