import { describe, expect, test } from 'vitest';
import { factoryState } from '../../../hardware/soft-piv/state.ts';
import { systemRandom } from '../../../src/adapters/system.ts';
import type { CardChannel } from '../../../src/card/channel.ts';
import type { CardOffice } from '../../../src/card/office.ts';
import { provisionCard } from '../../../src/card/station/provision.ts';
import { wipeCard } from '../../../src/card/station/wipe.ts';
import { toHex } from '../../../src/core/bytes.ts';
import { Outage, Refusal } from '../../../src/core/refusal.ts';
import { fakeOffice, type FakeOffice } from '../../support/fake-office.ts';
import { codeOfAct } from '../../support/refuses.ts';
import { listening } from '../../support/soft-cards.ts';
import { expectWhole, insertCard, PIN, provision, stationOf } from './station-kit.ts';

const GENERATE = 0x47;

/** Another station begins a card of Ana, which is pulled before its first key is made: its management key was told. */
async function beginElsewhere(office: FakeOffice): Promise<void> {
  const chip = insertCard(factoryState(systemRandom));
  const pulled: CardChannel = {
    ...chip,
    async transmit(command) {
      if (command[1] === GENERATE) throw new Outage('card/removed', 'pulled');
      return chip.transmit(command);
    },
  };
  await expect(provision(stationOf(office), pulled)).rejects.toMatchObject({ code: 'card/removed' });
}

const meanwhile = {
  begun: beginElsewhere,
  'begun, ended and begun again': async (office: FakeOffice) => {
    await beginElsewhere(office);
    const { card } = await office.holder(office.ana);
    await office.end({ number: card!.number, reason: 'damaged' });
    await beginElsewhere(office);
  },
  finished: async (office: FakeOffice) => {
    await provision(stationOf(office), insertCard(factoryState(systemRandom)));
  },
};

describe('while somebody types the PIN for a blank chip', () => {
  test.each([
    ['begun', 'card/begun-elsewhere'],
    ['begun, ended and begun again', 'card/begun-elsewhere'],
    ['finished', 'card/has-one'],
  ] as const)('a card of theirs that is %s elsewhere leaves it as it is', async (what, code) => {
    const [office, state] = [fakeOffice(), factoryState(systemRandom)];
    await office.register({ officialId: office.ana, idempotencyKey: 'told to nobody yet' });
    const before = structuredClone(state);
    const choosePin = async (): Promise<string> => {
      await meanwhile[what](office);
      return PIN;
    };
    const act = () => provisionCard(stationOf(office), office.ana, { chip: insertCard(state) }, { choosePin });
    expect(await codeOfAct(act)).toBe(code);
    expect(state).toEqual(before);
  });

  test('a card that has ended when its key is told is no card of the chip, however often the next one was opened', async () => {
    const [office, state] = [fakeOffice(), factoryState(systemRandom)];
    const ended = await office.register({ officialId: office.ana, idempotencyKey: 'the first' });
    let isFirst = true;
    const late: CardOffice = {
      ...office,
      async managementKey(opening) {
        if (isFirst) {
          isFirst = false;
          await office.end({ number: ended.number, reason: 'damaged' });
          await beginElsewhere(office);
          expect(await office.holder(office.ana)).toMatchObject({ cardOpenings: 1 });
        }
        return office.managementKey(opening);
      },
    };
    const chip = listening(insertCard(state));
    expect(await codeOfAct(() => provision({ ...stationOf(office), office: late }, chip, office.ana))).toBe(
      'card/ended',
    );
    expect(chip.told.map(toHex).join(' ')).not.toContain(
      toHex(office.secretsOf(ended.number).managementKey('AES-256')),
    );
  });
});

describe('a chip from the factory that bears nothing but the number of a card in use', () => {
  test.each(['yubikey', 'pivapplet', 'bare'] as const)(
    'loses it where it is wiped, and the card stays: %s',
    async (as) => {
      const [office, genuine, state] = [fakeOffice(), factoryState(systemRandom), factoryState(systemRandom)];
      const station = stationOf(office);
      const made = await provision(station, insertCard(genuine));
      state.objects['5fc102'] = genuine.objects['5fc102']!;
      const chip = listening(insertCard(state, { personality: as }));
      expect(await wipeCard({ ...station, channel: chip }, made.card.number)).toEqual(made.card);
      expectWhole(office, genuine, made);
      const { puk, managementKey } = office.secretsOf(made.card.number);
      for (const secret of [toHex(managementKey('AES-256')), toHex(Buffer.from(puk))])
        expect(chip.told.map(toHex).join(' ')).not.toContain(secret);
      const other = await provision(station, insertCard(state, { personality: as }), office.beto);
      expect(other.card).toMatchObject({ state: 'active', officialId: office.beto });
    },
  );

  test('and has another management key than the factory gave is left as it is', async () => {
    const [office, genuine, state] = [fakeOffice(), factoryState(systemRandom), factoryState(systemRandom)];
    const station = stationOf(office);
    const { card } = await provision(station, insertCard(genuine));
    state.objects['5fc102'] = genuine.objects['5fc102']!;
    state.managementKey = { algorithm: 'AES-256', value: '77'.repeat(32) };
    const before = structuredClone(state);
    const code = await codeOfAct(() => wipeCard({ ...station, channel: insertCard(state) }, card.number));
    expect(code).toBe('card/certificate-of-another');
    expect(state).toEqual(before);
    expect(office.cards.get(card.number)!.state).toBe('active');
  });
});

describe('a chip from the factory that bears the number of a half-made card of which keys were proven', () => {
  /** All but active. */
  const halfMade = async () => {
    const [office, genuine, state] = [fakeOffice(), factoryState(systemRandom), factoryState(systemRandom)];
    const cut: FakeOffice = { ...office, activate: () => Promise.reject(new Refusal('cut-off', 'no answer')) };
    await expect(provision(stationOf(cut), insertCard(genuine))).rejects.toMatchObject({ code: 'cut-off' });
    const { card } = await office.holder(office.ana);
    state.objects['5fc102'] = genuine.objects['5fc102']!;
    return { office, station: stationOf(office), genuine, state, number: card!.number };
  };

  test.each([false, true])(
    'is told nothing, and the card stays, to be finished; all its keys are revoked by then: %s',
    async (isLate) => {
      const { office, station, genuine, state, number } = await halfMade();
      if (isLate) office.reconcile();
      const [first, second] = [listening(insertCard(state)), listening(insertCard(state))];
      expect(await codeOfAct(() => provision(station, first))).toBe('card/factory-again');
      expect(office.cards.get(number)!.state).toBe('registered');
      expect((await wipeCard({ ...station, channel: second }, number)).state).toBe('registered');
      expect(state.objects['5fc102']).toBeUndefined();
      const { puk, managementKey } = office.secretsOf(number);
      for (const secret of [toHex(managementKey('AES-256')), toHex(Buffer.from(puk))])
        expect([...first.told, ...second.told].map(toHex).join(' ')).not.toContain(secret);
      const made = await provision(station, insertCard(genuine));
      expect(made.card).toMatchObject({ number, state: 'active' });
      expectWhole(office, genuine, made);
    },
  );

  test('and has its certificates as well ends it no more when it is wiped', async () => {
    const { office, station, genuine, state, number } = await halfMade();
    Object.assign(state.objects, genuine.objects);
    const code = await codeOfAct(() => wipeCard({ ...station, channel: insertCard(state) }, number));
    expect(code).toBe('card/proven-elsewhere');
    expect(office.cards.get(number)!.state).toBe('registered');
    await wipeCard({ ...station, channel: insertCard(genuine) }, number);
    expect(office.cards.get(number)!.state).toBe('ended');
  });
});
