import { describe, expect, test } from 'vitest';
import { withFaults, type Fault } from '../../../hardware/faults.ts';
import type { SoftPivOptions } from '../../../hardware/soft-piv/session.ts';
import { factoryState } from '../../../hardware/soft-piv/state.ts';
import { systemRandom } from '../../../src/adapters/system.ts';
import type { CardChannel } from '../../../src/card/channel.ts';
import { Outage, Refusal } from '../../../src/core/refusal.ts';
import { provisionCard } from '../../../src/card/station/provision.ts';
import { wipeCard } from '../../../src/card/station/wipe.ts';
import { fakeOffice } from '../../support/fake-office.ts';
import { listening } from '../../support/soft-cards.ts';
import {
  expectNothingWrong,
  expectWhole,
  insertCard,
  memoryJournal,
  photoOf,
  provision,
  stationOf,
  Stopped,
} from './station-kit.ts';

const PHOTO = photoOf(400);
const PERSONALITIES = ['yubikey', 'pivapplet', 'bare'] as const;

describe.each(PERSONALITIES)('a %s card', (personality) => {
  test('of three slots, with a face of 8 kB, takes at most 150 APDUs', async () => {
    const office = fakeOffice({ photo: photoOf(8192) });
    const state = factoryState(systemRandom);
    const channel = listening(insertCard(state, { personality }));
    expectWhole(office, state, await provision(stationOf(office), channel));
    expect(channel.told.length).toBeLessThanOrEqual(150);
  });

  test.each(['AES-128', 'AES-192', 'AES-256'] as const)('comes with a management key of %s', async (algorithm) => {
    const office = fakeOffice();
    const state = factoryState(systemRandom, algorithm);
    expectWhole(office, state, await provision(stationOf(office), insertCard(state, { personality })));
    expect(state.managementKey.algorithm).toBe('AES-256');
  });

  test('that is done is only verified when it is put in again', async () => {
    const office = fakeOffice();
    const state = factoryState(systemRandom);
    const station = stationOf(office);
    const first = await provision(station, insertCard(state, { personality }));
    const before = structuredClone(state);
    const again = await provision(station, insertCard(state, { personality }));
    expect(again).toEqual({
      card: first.card,
      chip: { card: first.card, began: 'done-before', slots: {}, serials: [] },
    });
    expect(state).toEqual(before);
  });
});

test('a chip that takes no object of that size goes without the photo, and says so', async () => {
  const [office, state] = [fakeOffice({ photo: photoOf(8192) }), factoryState(systemRandom)];
  const made = await provision(stationOf(office), insertCard(state, { personality: 'pivapplet' }));
  expect(made.chip?.face).toBe('no-room');
  expect(state.objects['5fc108']).toBeUndefined();
  expectWhole(office, state, made);
  const small = factoryState(systemRandom);
  const withFace = fakeOffice({ photo: photoOf(4096) });
  const whole = await provision(stationOf(withFace), insertCard(small, { personality: 'pivapplet' }));
  expect(whole.chip?.face).toBe('written');
});

test('a PivApplet that was wiped, and says that it has no secret of the factory, can be made anew', async () => {
  const [office, state] = [fakeOffice(), factoryState(systemRandom)];
  const [station, personality] = [stationOf(office), 'pivapplet'] as const;
  const { card } = await provision(station, insertCard(state, { personality }));
  await wipeCard({ ...station, channel: insertCard(state, { personality }) }, card.number);
  const made = await provision(station, insertCard(state, { personality }));
  expectWhole(office, state, made);
});

/** Pulls are tried at every APDU; the other faults so in the long tests. */
const STEP = process.env['COTEJO_LONG'] ? 1 : 3;

// Where it counts what is left of an object, and whether the chip tells of its secrets.
const TORN: readonly (readonly [string, Partial<SoftPivOptions>])[] = [
  ['a yubikey that keeps old objects', { personality: 'yubikey', torn: 'keeps-old' }],
  ['a yubikey that leaves half of an object', { personality: 'yubikey', torn: 'leaves-half' }],
  ['a PivApplet that keeps old objects', { personality: 'pivapplet', torn: 'keeps-old' }],
  ['a bare card that mixes old and new', { personality: 'bare', torn: 'mixes' }],
];

describe.each(TORN)('%s', { timeout: 300_000 }, (_, options) => {
  test('pulled at any APDU, before it was executed or after, is whole at the next insert', async () => {
    const { apdus } = await measure(options);
    for (const fault of everyFault(apdus, 'pull')) {
      const { office, station, state } = newStation();
      const failure = await codeOfFailure(provision(station, withFaults(insertCard(state, options), [fault])));
      expect(failure, `APDU ${fault.at} ${fault.when}`).toBe('card/removed');
      expectNothingWrong(office, state);
      // Whether it comes back soon, or after what was not proven was revoked.
      if (fault.at % 2 === 0) office.reconcile();
      expectWhole(office, state, await provision(station, insertCard(state, options)));
    }
  });

  test('left by a station that stops at any line of its journal, is whole at the next insert', async () => {
    const { lines } = await measure(options);
    for (let at = 0; at < lines; at++) {
      for (const when of ['before', 'after'] as const) {
        const { office, station, state, journal } = newStation();
        journal.stop = { at, when };
        await expect(provision(station, insertCard(state, options)), `line ${at} ${when}`).rejects.toThrow(Stopped);
        expectNothingWrong(office, state);
        journal.stop = undefined;
        expectWhole(office, state, await provision(station, insertCard(state, options)));
      }
    }
  });

  test('pulled again and again is whole in the end, also at a station that never saw it', async () => {
    const { apdus } = await measure(options);
    for (let first = 3; first < apdus; first += 7) {
      const { office, station, state } = newStation();
      for (const at of [first, (first * 5) % apdus, (first * 3) % apdus]) {
        const chip = withFaults(insertCard(state, options), [{ kind: 'pull', at, when: at % 2 ? 'before' : 'after' }]);
        await codeOfFailure(provision(first % 2 ? station : stationOf(office), chip));
        expectNothingWrong(office, state);
      }
      expectWhole(office, state, await provision(stationOf(office), insertCard(state, options)));
    }
  });

  // The last is what a card without a chip behind it would say to everything.
  test.each([
    ['dies', { kind: 'die' }],
    ['lies that it is done', { kind: 'lie', bytes: Uint8Array.of(0x90, 0x00) }],
    ['lies that it cannot', { kind: 'lie', bytes: Uint8Array.of(0x6d, 0x00) }],
  ] as const)('which %s at any APDU ends declined, or whole', async (__, fault) => {
    const { apdus } = await measure(options);
    for (let at = 0; at < apdus; at += STEP) {
      const { office, station, state } = newStation();
      const chip = withFaults(insertCard(state, options), [{ ...fault, at, when: 'before' }]);
      const outcome = await provision(station, chip).catch((error: unknown) => error);
      if (outcome instanceof Refusal || outcome instanceof Outage) expectNothingWrong(office, state);
      else expectWhole(office, state, outcome as Awaited<ReturnType<typeof provision>>);
      // And the card itself is well.
      expectWhole(office, state, await provision(station, insertCard(state, options)));
    }
  });
});

describe('a card that goes on with keys of its own that were proven', { timeout: 300_000 }, () => {
  // The last thing but the audit.
  const begun = async (how?: 'reconcile' | 'outdate') => {
    const made = newStation();
    const { apdus } = await measured;
    const pulled = withFaults(insertCard(made.state), [{ kind: 'pull', at: apdus - 8, when: 'after' }]);
    expect(await codeOfFailure(provision(made.station, pulled))).toBe('card/removed');
    expect(made.office.issued.map(({ isProven }) => isProven)).toEqual([true, true, true]);
    if (how) made.office[how]();
    return made;
  };
  const measured = measure({});

  test.each(['reconcile', 'outdate'] as const)(
    'in place of which others are made (%s), pulled at any APDU, is whole at the next insert',
    async (how) => {
      const { office, station, state } = await begun(how);
      const channel = listening(insertCard(state));
      expectWhole(office, state, await provision(station, channel));
      expect(office.issued.length).toBe(6);
      for (let at = 0; at < channel.told.length; at++) {
        const torn = await begun(how);
        const faults: readonly Fault[] = [{ kind: 'pull', at, when: at % 2 === 0 ? 'before' : 'after' }];
        const failure = codeOfFailure(provision(torn.station, withFaults(insertCard(torn.state), faults)));
        expect(await failure, `APDU ${at}`).toBe('card/removed');
        const next = at % 3 === 0 ? torn.station : stationOf(torn.office);
        expectWhole(torn.office, torn.state, await provision(next, insertCard(torn.state)));
      }
    },
  );

  test('is opened by nothing that it signed before its person typed a PIN', async () => {
    const { office, station, state } = await begun('reconcile');
    const choosePin = () => Promise.reject(new Refusal('not-now', 'thinks better of it'));
    const act = provisionCard(station, office.ana, { chip: insertCard(state) }, { choosePin });
    expect(await codeOfFailure(act)).toBe('not-now');
    const { number } = office.issued[0]!;
    for (const secret of ['managementKey', 'puk'] as const) {
      await expect(office[secret]({ number })).rejects.toMatchObject({ code: 'card/proof-missing' });
    }
    expectWhole(office, state, await provision(station, insertCard(state)));
  });

  test('and fails once to sign with that of the card is declined or whole, and whole at the next insert', async () => {
    for (let failing = 1; failing <= 8; failing++) {
      const { office, station, state } = await begun();
      const chip = insertCard(state);
      let signed = 0;
      const transmit: CardChannel['transmit'] = async (command, ...rest) => {
        const isOwn = command[1] === 0x87 && command[3] === 0x9e;
        return isOwn && ++signed === failing ? Uint8Array.of(0x6f, 0x00) : chip.transmit(command, ...rest);
      };
      const failure = await codeOfFailure(provision(station, { ...chip, transmit }));
      expect(failure, `signature ${failing}`).not.toBe('card/removed');
      expectWhole(office, state, await provision(station, insertCard(state)));
    }
  });
});

function newStation() {
  const office = fakeOffice({ photo: PHOTO });
  const journal = memoryJournal();
  return { office, journal, station: stationOf(office, journal), state: factoryState(systemRandom) };
}

/** How many APDUs and lines it takes where nothing goes wrong. */
async function measure(options: Partial<SoftPivOptions>): Promise<{ readonly apdus: number; readonly lines: number }> {
  const { station, state, journal } = newStation();
  const channel = listening(insertCard(state, options));
  await provision(station, channel);
  return { apdus: channel.told.length, lines: journal.lines.length };
}

function everyFault(apdus: number, kind: 'pull'): readonly Fault[] {
  return Array.from({ length: 2 * apdus }, (_, i) => ({ kind, at: i >> 1, when: i % 2 === 0 ? 'before' : 'after' }));
}

async function codeOfFailure(act: Promise<unknown>): Promise<string | undefined> {
  try {
    await act;
    return undefined;
  } catch (error) {
    if (error instanceof Refusal || error instanceof Outage) return error.code;
    throw error;
  }
}
