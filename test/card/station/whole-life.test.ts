import { describe, expect, test } from 'vitest';
import { withFaults, type Fault } from '../../../hardware/faults.ts';
import type { SoftPivOptions } from '../../../hardware/soft-piv/session.ts';
import { factorySecrets, factoryState, type SoftPivState } from '../../../hardware/soft-piv/state.ts';
import { systemRandom } from '../../../src/adapters/system.ts';
import type { CardChannel } from '../../../src/card/channel.ts';
import type { StationDeps } from '../../../src/card/station/provision.ts';
import { wipeCard } from '../../../src/card/station/wipe.ts';
import { toHex } from '../../../src/core/bytes.ts';
import { Outage, Refusal } from '../../../src/core/refusal.ts';
import { fakeOffice, type FakeOffice } from '../../support/fake-office.ts';
import { listening } from '../../support/soft-cards.ts';
import { expectNothingWrong, expectWhole, insertCard, provision, stationOf } from './station-kit.ts';

const LONG = Boolean(process.env['COTEJO_LONG']);
const PERSONALITIES = ['yubikey', 'pivapplet', 'bare'] as const;
type Personality = SoftPivOptions['personality'];

/** Made, wiped, made again: each stage finds a chip as the one before left it. */
const STAGES = ['making it', 'wiping it', 'making it again'] as const;

interface Pull {
  readonly at: number;
  readonly when: 'before' | 'after';
}

/** A chip, the office, and two stations with journals of their own. */
class Life {
  readonly office: FakeOffice = fakeOffice();
  readonly state: SoftPivState = factoryState(systemRandom);
  readonly stations: readonly StationDeps[] = [stationOf(this.office), stationOf(this.office)];
  readonly #personality: Personality;

  constructor(personality: Personality) {
    this.#personality = personality;
  }

  insert(pull?: Pull): CardChannel {
    const chip = insertCard(this.state, { personality: this.#personality });
    const watched: CardChannel = {
      ...chip,
      transmit: async (command) => {
        const answer = await chip.transmit(command);
        const { pin, puk } = this.state;
        if (pin.triesLeft === 0 || puk.triesLeft === 0) throw new Error('the last try of PIN or PUK was spent');
        return answer;
      },
    };
    return pull ? withFaults(watched, [{ kind: 'pull', ...pull } satisfies Fault]) : watched;
  }

  /** Once, at one of the stations. @returns why it came to no end */
  async attempt(stage: number, station: StationDeps, channel: CardChannel): Promise<string | undefined> {
    try {
      if (stage === 1) await this.#wipe(station, channel);
      else await this.#make(station, channel);
      return undefined;
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof Outage)) throw error;
      expectNothingWrong(this.office, this.state);
      return error.code;
    }
  }

  /** As the texts of its refusals say, until it is done: one that ended is wiped first. */
  async finish(stage: number, station: StationDeps): Promise<void> {
    let code = await this.attempt(stage, station, this.insert());
    if (code === 'card/ended') {
      expect(await this.attempt(1, station, this.insert()), 'wiped after it ended').toBeUndefined();
      code = await this.attempt(stage, station, this.insert());
    }
    // Its number goes last: without it all was done.
    if (stage === 1 && code === 'card/not-ours') this.#expectBlank();
    else if (code !== undefined) throw new Error(`${STAGES[stage]} ended in ${code}`);
  }

  async #make(station: StationDeps, channel: CardChannel): Promise<void> {
    expectWhole(this.office, this.state, await provision(station, channel));
  }

  async #wipe(station: StationDeps, channel: CardChannel): Promise<void> {
    const cards = [...this.office.cards.values()];
    const card = cards.find(({ guid }) => this.state.objects['5fc102']?.includes(guid)) ?? cards.at(-1)!;
    await wipeCard({ ...station, channel }, card.number);
    this.#expectBlank();
  }

  #expectBlank(): void {
    const { pin, puk } = factorySecrets();
    expect([this.state.pin, this.state.puk]).toEqual([pin, puk]);
    expect(this.state.managementKey.value).toMatch(/^(0102030405060708)+$/);
    expect(Object.keys(this.state.objects)).toEqual(['5fc107']);
    expect(this.office.issued.every(({ isRevoked }) => isRevoked)).toBe(true);
  }
}

/** At which station a stage is begun and pulled, and at which it is finished; the first did what was before. */
const PLACES = [
  ['where it was', 0, 0],
  ['at another station', 0, 1],
  ['at the first station, begun at another', 1, 0],
] as const;

/** Pulled while `stage` is under way, finished at the next insert, it lives on to the end. */
async function live(personality: Personality, stage: number, begunAt: number, finishedAt: number, pull: Pull) {
  const life = new Life(personality);
  const { stations } = life;
  for (let before = 0; before < stage; before++) await life.finish(before, stations[0]!);
  expect(await life.attempt(stage, stations[begunAt]!, life.insert(pull))).toBe('card/removed');
  await life.finish(stage, stations[finishedAt]!);
  for (let after = stage + 1; after < STAGES.length; after++) await life.finish(after, stations[finishedAt]!);
}

/** The APDUs of a stage in which nothing goes wrong. */
async function commandsOf(personality: Personality, stage: number): Promise<readonly Uint8Array[]> {
  const life = new Life(personality);
  for (let before = 0; before < stage; before++) await life.finish(before, life.stations[0]!);
  const channel = listening(life.insert());
  expect(await life.attempt(stage, life.stations[0]!, channel)).toBeUndefined();
  return channel.told;
}

/** Where a secret is set or used, or the number is written; of the rest some. */
function placesToPull(commands: readonly Uint8Array[], step: number): readonly Pull[] {
  return commands.flatMap((command, at) => {
    const [before, after] = (['before', 'after'] as const).map((when) => ({ at, when }));
    if (step === 1 || isOfSecret(command)) return [before!, after!];
    return at % step === 0 ? [after!] : [];
  });
}

function isOfSecret(command: Uint8Array): boolean {
  const [, instruction] = command;
  return [0x24, 0x2c, 0xff].includes(instruction!) || (instruction === 0xdb && toHex(command).includes('5c035fc102'));
}

const STEP = LONG ? 1 : 29;

describe.each(PERSONALITIES)('a %s card, pulled', { timeout: LONG ? 3_600_000 : 60_000 }, (personality) => {
  describe.each(STAGES.map((name, stage) => [name, stage] as const))('by whoever is %s', (_, stage) => {
    test.each(PLACES)('at any APDU, is finished at the next insert %s', async (__, begunAt, finishedAt) => {
      for (const pull of placesToPull(await commandsOf(personality, stage), STEP)) {
        await live(personality, stage, begunAt, finishedAt, pull).catch((error: unknown) => {
          throw new Error(`pulled ${pull.when} APDU ${pull.at}: ${String(error)}`, { cause: error });
        });
      }
    });
  });
});

describe.each(PERSONALITIES)('a %s card', (personality) => {
  test('with a PUK that is not the factory’s keeps its management key and its last try, and gives the number back', async () => {
    const life = new Life(personality);
    const [station] = life.stations as [StationDeps];
    life.state.puk.value = '39'.repeat(8);
    const { managementKey } = structuredClone(life.state);
    const codes: (string | undefined)[] = [];
    for (let insert = 0; insert < 4; insert++) codes.push(await life.attempt(0, station, life.insert()));
    expect(codes).toEqual([
      ...['card/foreign-secret', 'card/foreign-secret'],
      ...['card/puk-last-try', 'card/puk-last-try'],
    ]);
    expect(life.state.managementKey).toEqual(managementKey);
    const [card] = life.office.cards.values();
    expect(await life.office.holder(life.office.ana)).toMatchObject({ cardOpenings: 0 });
    await wipeCard({ ...station, channel: life.insert() }, card!.number);
    expect(life.state.objects['5fc102']).toBeUndefined();
  });

  test('from the factory that says the number of one that ended loses it, and is told no secret', async () => {
    const life = new Life(personality);
    const [station] = life.stations as [StationDeps];
    await life.finish(0, station);
    const [card] = life.office.cards.values();
    await life.office.end({ number: card!.number, reason: 'damaged' });
    const copy = factoryState(systemRandom);
    copy.objects['5fc102'] = life.state.objects['5fc102']!;
    const chip = listening(insertCard(copy, { personality }));
    await wipeCard({ ...station, channel: chip }, card!.number);
    expect(copy.objects['5fc102']).toBeUndefined();
    const sent = chip.told.map(toHex).join(' ');
    for (const { value } of [life.state.managementKey, life.state.puk]) expect(sent).not.toContain(value);
  });
});
