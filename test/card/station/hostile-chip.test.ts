import { describe, expect, test } from 'vitest';
import { factoryState, type SoftPivState } from '../../../hardware/soft-piv/state.ts';
import { systemRandom } from '../../../src/adapters/system.ts';
import type { CardChannel } from '../../../src/card/channel.ts';
import { Queue } from '../../../src/card/station/queue.ts';
import { provisionCard } from '../../../src/card/station/provision.ts';
import { personOf, workCard, type ReaderPeople, type WorkDeps } from '../../../src/card/station/work-card.ts';
import { toHex, utf8 } from '../../../src/core/bytes.ts';
import { Outage } from '../../../src/core/refusal.ts';
import { fakeOffice } from '../../support/fake-office.ts';
import { codeOfAct } from '../../support/refuses.ts';
import { listening } from '../../support/soft-cards.ts';
import { expectWhole, insertCard, people, PIN, stationOf } from './station-kit.ts';

const SET_MANAGEMENT_KEY = 0xff;
const GENERATE = 0x47;

/** Instruction, and the last byte of its header where one is named. */
type Place = number | readonly [instruction: number, p2: number];

/** The first key is certified and proven by then. */
const SECOND_KEY = [GENERATE, 0x9a] as const;

/** A station at which a card was begun and pulled at the first command of a kind: who is asked for the PIN is counted. */
async function begun(personality: 'yubikey' | 'bare', pulledAt: Place, when: 'before' | 'after' = 'before') {
  const [office, genuine] = [fakeOffice(), factoryState(systemRandom)];
  const queue = new Queue([[personOf(await office.holder(office.ana)), { state: 'waiting' }]]);
  const deps: WorkDeps = { ...stationOf(office), queue, pins: new Map(), numberOf: () => undefined };
  const asked = { pins: 0 };
  const people: ReaderPeople = {
    begins() {},
    confirm: async () => ({ is: 'them' }),
    choosePin: async () => {
      asked.pins++;
      return PIN;
    },
    tell() {},
    declined() {},
    signal: new AbortController().signal,
  };
  const work = (chip: CardChannel) => workCard(deps, chip, people);
  const chip = insertCard(genuine, { personality });
  const pulled = failingAt(chip, pulledAt, async (command) => {
    if (when === 'after') await chip.transmit(command);
    throw new Outage('card/removed', 'pulled');
  });
  await expect(work(pulled)).rejects.toMatchObject({ code: 'card/removed' });
  expect(asked.pins).toBe(1);
  return { office, genuine, work, asked };
}

function failingAt(
  channel: CardChannel,
  place: Place,
  fail: (command: Uint8Array) => Uint8Array | Promise<Uint8Array>,
): CardChannel {
  const [instruction, p2] = typeof place === 'number' ? [place] : place;
  return {
    ...channel,
    async transmit(command) {
      const isIt = command[1] === instruction && (p2 === undefined || command[3] === p2);
      return isIt ? fail(command) : channel.transmit(command);
    },
  };
}

/** From the factory, but for the number of the genuine one, which anybody can read; it fails when it was told what it wants. */
function copyOf(genuine: SoftPivState, personality: 'yubikey' | 'bare') {
  const state = factoryState(systemRandom);
  state.objects['5fc102'] = genuine.objects['5fc102']!;
  const heard = listening(insertCard(state, { personality }));
  const channel = failingAt(heard, GENERATE, () => Uint8Array.of(0x6f, 0));
  const wasTold = (secret: string): boolean => heard.told.some((command) => toHex(command).includes(secret));
  return { state, channel, wasTold };
}

describe('a chip that says the number of a card which was begun', () => {
  test.each([
    ['yubikey', 'yubikey', 'card/factory-again'],
    ['bare', 'yubikey', 'card/factory-again'],
    ['yubikey', 'bare', 'card/foreign-secret'],
  ] as const)('of a %s, as a %s with the secrets of the factory, is told no secret', async (is, says, code) => {
    const { office, genuine, work, asked } = await begun(is, GENERATE);
    const { channel, wasTold } = copyOf(genuine, says);
    expect(await codeOfAct(() => work(channel))).toBe(code);
    for (const secret of [genuine.managementKey.value, genuine.puk.value, toHex(utf8(PIN))]) {
      expect(wasTold(secret)).toBe(false);
    }
    // The genuine one goes on, and nobody has to come back for it.
    expectWhole(office, genuine, await genuineDone(work(insertCard(genuine, { personality: is }))));
    expect(asked.pins).toBe(1);
  });

  test('and has the PUK of the factory only, is told neither PUK nor PIN', async () => {
    const { genuine, work } = await begun('yubikey', GENERATE);
    const own = genuine.puk.value;
    const state = { ...structuredClone(genuine), puk: factoryState(systemRandom).puk };
    const channel = listening(insertCard(state));
    expect(await codeOfAct(() => work(channel))).toBe('card/factory-again');
    const sent = channel.told.map(toHex).join(' ');
    expect([sent.includes(own), sent.includes(toHex(utf8(PIN)))]).toEqual([false, false]);
  });

  test('and was torn while it took its key: once that was proven, the one of the factory is believed no more', async () => {
    const { genuine, work } = await begun('bare', SET_MANAGEMENT_KEY, 'after');
    const pulled = failingAt(insertCard(genuine, { personality: 'bare' }), GENERATE, () => {
      throw new Outage('card/removed', 'pulled');
    });
    await expect(work(pulled)).rejects.toMatchObject({ code: 'card/removed' });
    const { channel, wasTold } = copyOf(genuine, 'yubikey');
    expect(await codeOfAct(() => work(channel))).toBe('card/factory-again');
    expect(wasTold(genuine.managementKey.value)).toBe(false);
  });

  test.each(['before', 'after'] as const)(
    'and was torn %s it took its key: another one is told the copy of it, and another one the genuine',
    async (when) => {
      const { office, genuine, work } = await begun('yubikey', SET_MANAGEMENT_KEY, when);
      const [first] = office.cards.keys();
      const own = toHex(office.secretsOf(first!).managementKey('AES-256'));
      const { channel, wasTold, state } = copyOf(genuine, 'yubikey');
      await codeOfAct(() => work(channel));
      expect(wasTold(own)).toBe(false);
      // It is another card, whose key it has, and the first one is none any more.
      expect(state.managementKey.value).not.toBe(own);
      expect(office.cards.get(first!)).toMatchObject({ state: 'ended', ended: { reason: 'replaced' } });
      expect(await codeOfAct(() => work(insertCard(genuine)))).toBe('card/ended');
    },
  );

  test('and was told a key of a card that was begun is not told the one that the genuine gets', async () => {
    const { office, genuine, work } = await begun('yubikey', SET_MANAGEMENT_KEY);
    const made = await genuineDone(work(insertCard(genuine)));
    expectWhole(office, genuine, made);
    expect(made.chip).toMatchObject({ began: 'anew' });
    const [first] = office.cards.keys();
    expect(made.card.number).not.toBe(first);
    expect(genuine.managementKey.value).not.toBe(toHex(office.secretsOf(first!).managementKey('AES-256')));
  });

  test('and was told its key as a blank one shares it with no chip that comes after it, at whatever station', async () => {
    for (const place of [SET_MANAGEMENT_KEY, GENERATE]) {
      const { office } = await begun('yubikey', place, 'after');
      for (const station of [stationOf(office), stationOf(office)]) {
        const blank = factoryState(systemRandom);
        const act = () => provisionCard(station, office.ana, { chip: insertCard(blank) }, people());
        expect(await codeOfAct(act)).toBe('card/begun-elsewhere');
        expect(blank.managementKey).toEqual(factoryState(systemRandom).managementKey);
      }
    }
  });

  test('at another station, of a card that has its keys, ends nothing and is told nothing', async () => {
    const { office, genuine } = await begun('yubikey', SECOND_KEY);
    const state = factoryState(systemRandom);
    state.objects['5fc102'] = genuine.objects['5fc102']!;
    const channel = listening(insertCard(state));
    const act = () => provisionCard(stationOf(office), office.ana, { chip: channel }, people());
    expect(await codeOfAct(act)).toBe('card/factory-again');
    expect([...office.cards.values()].map((card) => card.state)).toEqual(['registered']);
    expect(channel.told.map(toHex).join(' ')).not.toContain(genuine.managementKey.value);
  });

  test('of which nobody knows whether its key was set, gets no PIN that was typed for another', async () => {
    const { genuine, work, asked } = await begun('yubikey', SET_MANAGEMENT_KEY);
    const { channel } = copyOf(genuine, 'yubikey');
    await codeOfAct(() => work(channel));
    expect(asked.pins).toBe(2);
  });
});

async function genuineDone(made: ReturnType<typeof workCard>) {
  const done = await made;
  if (done.is !== 'done') throw new Error(`the card is ${done.is}`);
  return done;
}
