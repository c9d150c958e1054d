/**
 * Somebody has an emulator with the number and the originality signature of a genuine tag, which anybody can read from it, and
 * holds it to the reader in its place: it takes the keys that it is told, and fails. The genuine tag must not get them.
 */
import { describe, expect, test } from 'vitest';
import { withFaults } from '../../../hardware/faults.ts';
import type { SoftTagState } from '../../../hardware/soft-ntag424.ts';
import type { CardNumber } from '../../../src/card/card.ts';
import type { CardChannel } from '../../../src/card/channel.ts';
import { INS } from '../../../src/card/ntag424/native.ts';
import { provisionCard, type ProvisionedCard, type StationDeps } from '../../../src/card/station/provision.ts';
import { wipeTag } from '../../../src/card/station/wipe.ts';
import type { CardOffice } from '../../../src/card/office.ts';
import { toHex } from '../../../src/core/bytes.ts';
import { fakeOffice, type FakeOffice } from '../../support/fake-office.ts';
import { codeOfAct } from '../../support/refuses.ts';
import { listening } from '../../support/soft-cards.ts';
import { insert, keysAreOurs, MAKER, MASTERS, newTag, UID } from '../ntag424/tag-kit.ts';
import { people, stationOf } from './station-kit.ts';

const FACTORY = '00'.repeat(16);
const FOREIGN = '11'.repeat(16);
/** Those that are of one tag alone: key 2 is of its batch. */
const OWN = [0, 1, 3, 4] as const;

function provision(station: StationDeps, tag: CardChannel): Promise<ProvisionedCard> {
  const { ana } = station.office as FakeOffice;
  return provisionCard(station, ana, { tag: async () => tag }, people(), { makerKey: MAKER.publicKey });
}

/** Something on a reader, and every key of its own that it was ever told. */
class Device {
  readonly state: SoftTagState = newTag();
  readonly told = new Set<string>();

  /** @param dies at the APDU with this index, having done what it says; a pull, where a tag is torn */
  async lies(station: StationDeps, dies?: number, kind: 'die' | 'pull' = 'die'): Promise<ProvisionedCard | string> {
    const channel = insert(this.state);
    const faults = dies === undefined ? [] : [{ kind, at: dies, when: 'after' } as const];
    const done = await provision(station, withFaults(channel, faults)).catch(
      (error: { readonly code: string }) => error.code,
    );
    for (const number of OWN) {
      const key = this.state.keys[number]!;
      if (key !== FACTORY && key !== FOREIGN) this.told.add(key);
    }
    return done;
  }
}

function expectApart(genuine: Device, emulator: Device): void {
  expect([...genuine.told].filter((key) => emulator.told.has(key))).toEqual([]);
}

/** What lies there is asked so many APDUs until it is a card. */
async function whole(): Promise<number> {
  const channel = listening(insert(newTag()));
  await provision(stationOf(fakeOffice()), channel);
  return channel.told.length;
}

/** Factory's keys in some places, in no other: what a half-made tag looks like to whoever has none of ours. */
const HALVES = Array.from({ length: 32 }, (_, bits) => [0, 1, 2, 3, 4].map((key) => ((bits >> key) & 1) === 0));

describe('an emulator that dies at any APDU', { timeout: 120_000 }, () => {
  test('leaves the genuine tag, which ends proven, none of the keys that it was told', async () => {
    const last = await whole();
    let most = 0;
    for (let at = 0; at < last; at++) {
      const [office, emulator, genuine] = [fakeOffice(), new Device(), new Device()];
      const station = stationOf(office);
      expect(typeof (await emulator.lies(station, at))).toBe('string');
      const done = (await genuine.lies(station)) as ProvisionedCard;
      expect(done, `APDU ${at}`).toMatchObject({ card: { state: 'active' } });
      expect(keysAreOurs(genuine.state, done.card.tag!.keyVersion)).toBe(true);
      expectApart(genuine, emulator);
      most = Math.max(most, emulator.told.size);
      // Nor is it made part of it afterwards.
      expect(await emulator.lies(station)).toBe('card/already-active');
    }
    // It had them all, in the end.
    expect(most).toBe(OWN.length);
  });

  test('or comes again and again, between tears of the genuine one, is told none of those', async () => {
    const last = await whole();
    let seed = 7;
    const next = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % below;
    };
    const ends = new Map<string, number>();
    for (let run = 0; run < 60; run++) {
      const [office, genuine] = [fakeOffice(), new Device()];
      const station = stationOf(office);
      let emulator = new Device();
      const emulators = [emulator];
      let end: unknown;
      for (let turn = 0; turn < 6 && end === undefined; turn++) {
        if (next(2) === 0) {
          // Blank again, or as it was.
          if (next(2) === 0) emulators.push((emulator = new Device()));
          const done = await emulator.lies(station, next(last));
          expect(typeof done).toBe('string');
        } else {
          const done = await genuine.lies(station, turn === 5 ? undefined : next(last + 20), 'pull');
          if (typeof done === 'object' || done !== 'card/removed') end = done;
        }
        for (const one of emulators) expectApart(genuine, one);
      }
      end ??= await genuine.lies(station);
      // Proven, or told why not: what was given keys before and has others now is never given newer ones.
      const name = typeof end === 'string' ? end : (end as ProvisionedCard).card.state;
      ends.set(name, (ends.get(name) ?? 0) + 1);
      for (const one of emulators) expectApart(genuine, one);
      if (name === 'active') {
        expect(keysAreOurs(genuine.state, (end as ProvisionedCard).card.tag!.keyVersion)).toBe(true);
      }
    }
    expect([...ends.keys()].toSorted()).toEqual(['active', 'tag/other-version']);
    expect(ends.get('active')).toBeGreaterThan(20);
  });
});

describe('an emulator that says it was written', { timeout: 60_000 }, () => {
  test('whatever places it says, gets no key, and nothing is written, where it proves none', async () => {
    for (const isFactory of HALVES.slice(1)) {
      const station = stationOf(fakeOffice());
      const genuine = new Device();
      // Torn before its first key was given, and behind it.
      for (const at of [20, 24]) await genuine.lies(station, at, 'pull');
      const emulator = new Device();
      isFactory.forEach((is, key) => (emulator.state.keys[key] = is ? FACTORY : FOREIGN));
      const before = structuredClone(emulator.state);
      expect(await emulator.lies(station), isFactory.join()).toMatch(/^tag\/(?:foreign-key|other-version)$/);
      expect(emulator.state).toMatchObject({ keys: before.keys, versions: before.versions, files: before.files });
      expect(await genuine.lies(station)).toMatchObject({ card: { state: 'active' } });
    }
  });

  test('and knows the key of the batch, which all tags of it share, is told none of the others', async () => {
    const station = stationOf(fakeOffice());
    const genuine = new Device();
    await genuine.lies(station, 24, 'pull');
    const emulator = new Device();
    emulator.state.keys[2] = toHex(MASTERS.metaRead);
    const before = structuredClone(emulator.state);
    expect(await emulator.lies(station)).toBe('tag/foreign-key');
    expect(emulator.state).toMatchObject({ keys: before.keys, versions: before.versions, files: before.files });
    expect(await genuine.lies(station)).toMatchObject({ card: { state: 'active' } });
  });

  test('becomes part of no card', async () => {
    for (const isFactory of HALVES.slice(1)) {
      const office = fakeOffice();
      const emulator = new Device();
      isFactory.forEach((is, key) => (emulator.state.keys[key] = is ? FACTORY : FOREIGN));
      expect(await emulator.lies(stationOf(office))).toBe('card/tag-not-blank');
      expect([...office.cards.values()].filter(({ tag }) => tag)).toEqual([]);
    }
  });

  test('half wiped is told no key of before', async () => {
    const office = fakeOffice();
    const station = stationOf(office);
    const { card } = await provision(station, insert(newTag()));
    await office.end({ number: card.number, reason: 'lost' });
    for (const isFactory of HALVES) {
      const emulator = new Device();
      isFactory.forEach((is, key) => (emulator.state.keys[key] = is ? FACTORY : FOREIGN));
      const channel = listening(insert(emulator.state));
      const code = await codeOfAct(() => wipeTag({ ...station, channel }, card.number)).catch(() => 'done');
      expect(code).toBe(isFactory.every(Boolean) ? 'done' : 'tag/foreign-key');
      expect(channel.told.filter(([, ins]) => ins === INS.changeKey)).toEqual([]);
    }
  });
});

describe('two stations', () => {
  test('of which one gives a tag of the same number keys while the other proves its own: only the last counts', async () => {
    const office = fakeOffice();
    const emulator = new Device();
    const genuine = new Device();
    const elsewhere = stationOf(office);
    const between: CardOffice = {
      ...office,
      async activate(request) {
        await emulator.lies(elsewhere, 60);
        return office.activate(request);
      },
    };
    expect(await genuine.lies({ ...stationOf(office), office: between as FakeOffice })).toBe('card/tag-given-anew');
    expect([...office.cards.values()].map(({ state }) => state)).toEqual(['registered']);
    expect(emulator.told.size).toBe(OWN.length);
    expectApart(genuine, emulator);
    // What was proven with older keys is given no newer ones.
    expect(await genuine.lies(stationOf(office))).toBe('tag/other-version');
    expectApart(genuine, emulator);
  });
});

describe('a tag of a card that is being made', () => {
  /** The number of the card that it is part of, after it was torn behind its first key. */
  async function torn(office: FakeOffice, genuine: Device): Promise<CardNumber> {
    await genuine.lies(stationOf(office), 24, 'pull');
    return [...office.cards.values()][0]!.number;
  }

  test('and proves no keys of it, is not wiped, and leaves the card as it is', async () => {
    for (const code of ['tag/other-version', 'tag/foreign-key']) {
      const [office, genuine] = [fakeOffice(), new Device()];
      const number = await torn(office, genuine);
      // Given newer keys, which an emulator has; or others, of nobody.
      if (code === 'tag/other-version') await new Device().lies(stationOf(office), 60);
      else genuine.state.keys[1] = FOREIGN;
      if (code === 'tag/foreign-key') genuine.state.versions[1] = 0;
      const before = structuredClone({ card: office.cards.get(number), ...genuine.state });
      const wipe = () => wipeTag({ ...stationOf(office), channel: insert(genuine.state) }, number);
      expect(await codeOfAct(wipe)).toBe(code);
      expect(office.cards.get(number)).toEqual(before.card);
      expect(genuine.state).toMatchObject({ keys: before.keys, files: before.files });
    }
  });

  test('ends it, having proven them, and not one that was activated meanwhile', async () => {
    for (const isActivated of [false, true]) {
      const [office, genuine] = [fakeOffice(), new Device()];
      const number = await torn(office, genuine);
      const station = stationOf(office);
      const between = {
        ...office,
        async assignTag(...request: Parameters<CardOffice['assignTag']>) {
          const assigned = await office.assignTag(...request);
          if (isActivated) await office.activate({ number, serials: [], tag: { ...assigned, uid: UID, counter: 2 } });
          return assigned;
        },
      };
      const wiped = wipeTag({ ...station, office: between, channel: insert(genuine.state) }, number);
      if (isActivated) await expect(wiped).rejects.toMatchObject({ code: 'card/still-active' });
      else expect(await wiped).toMatchObject({ number, state: 'ended', ended: { reason: 'wiped' } });
      expect(office.cards.get(number)!.state).toBe(isActivated ? 'active' : 'ended');
      expect(genuine.state.keys[1] === FACTORY).toBe(!isActivated);
    }
  });
});

describe('a tag that is pulled while it is wiped', { timeout: 60_000 }, () => {
  test.each([
    ['whole', undefined],
    ['half made', 25],
  ])('and was %s, becomes part of no card before all of it is wiped, and always can be', async (_, tornAt) => {
    const office = fakeOffice();
    const station = stationOf(office);
    const made = new Device();
    await made.lies(station, tornAt, 'pull');
    if (tornAt !== undefined) expect(made.state.keys.map((key) => key === FACTORY)).toContain(true);
    expect(made.state.keys[1]).not.toBe(FACTORY);
    const { number } = [...office.cards.values()][0]!;
    await office.end({ number, reason: 'wiped' });
    const channel = listening(insert(structuredClone(made.state)));
    await wipeTag({ ...station, channel }, number);
    for (let at = 0; at < channel.told.length; at++) {
      const state = structuredClone(made.state);
      const torn = withFaults(insert(state), [{ kind: 'pull', at, when: at % 2 === 0 ? 'after' : 'before' }]);
      await expect(wipeTag({ ...station, channel: torn }, number)).rejects.toMatchObject({ code: 'card/removed' });
      if (state.keys.every((key) => key === FACTORY)) continue;
      const tag = async (): Promise<CardChannel> => insert(structuredClone(state));
      const another = provisionCard(station, office.beto, { tag }, people(), { makerKey: MAKER.publicKey });
      await expect(another, `APDU ${at}`).rejects.toMatchObject({ code: 'card/tag-not-blank' });
      expect((await wipeTag({ ...station, channel: insert(state) }, number)).number).toBe(number);
      expect(state.keys).toEqual(newTag().keys);
    }
  });
});
